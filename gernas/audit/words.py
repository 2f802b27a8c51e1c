"""What the log cannot know itself: words for actions and fields, names of people, addresses.

The domains above register theirs when the application starts.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field

Word = object  # a text or lazy text; read with str()
Names = Callable[[Collection[int]], Mapping[int, str]]
Finder = Callable[[str], Collection[int]]
Urls = Callable[[Collection[int]], Mapping[int, str]]


@dataclass
class _Subject:
    name: Word | None = None
    url: Callable[[int], str | None] | None = None
    urls: Urls | None = None


@dataclass
class _Register:
    actions: dict[str, Word] = field(default_factory=dict)
    fields: dict[tuple[str, str], Word] = field(default_factory=dict)
    values: dict[tuple[str, str], Mapping[str, Word]] = field(default_factory=dict)
    subjects: dict[str, _Subject] = field(default_factory=dict)
    names: Names | None = None
    finder: Finder | None = None


_register = _Register()


def register_action(action: str, text: Word) -> None:
    """Say in words what an action did: ``register_action("event.postponed", _l("Postponed"))``."""
    _register.actions[action] = text


def register_field(
    subject_kind: str, name: str, text: Word, *, values: Mapping[str, Word] | None = None
) -> None:
    """Name a field of a kind of subject; ``values`` are the words for what it can hold."""
    _register.fields[subject_kind, name] = text
    if values:
        _register.values[subject_kind, name] = dict(values)


def register_subject(
    kind: str,
    *,
    name: Word | None = None,
    url: Callable[[int], str | None] | None = None,
    urls: Urls | None = None,
) -> None:
    """Name a kind of subject (its table) and say where it is shown.

    ``url`` takes the row's id and asks the database nothing; ``urls`` takes all the ids of a
    page at once and may ask it once.
    """
    _register.subjects[kind] = _Subject(name, url, urls)


def register_people(*, names: Names, find: Finder | None = None) -> None:
    """Say what people are called, by their ids, and which ids a part of a name stands for."""
    _register.names, _register.finder = names, find


def action_words(action: str) -> str:
    """The words for an action; without any, the action itself."""
    return str(_register.actions.get(action, action))


def list_actions() -> list[tuple[str, str]]:
    """All registered actions with their words, in the order of the words."""
    pairs = ((action, str(text)) for action, text in _register.actions.items())
    return sorted(pairs, key=lambda pair: pair[1].casefold())


def field_words(subject_kind: str, name: str) -> str:
    """The name of a field; without any, the column's."""
    return str(_register.fields.get((subject_kind, name), name.replace("_", " ")))


def value_words(subject_kind: str, name: str, value: str) -> str:
    """The words for a value that a field can hold; else the value."""
    return str(_register.values.get((subject_kind, name), {}).get(value, value))


def subject_words(kind: str) -> str:
    """What a kind of subject is called; without any, its table's name."""
    subject = _register.subjects.get(kind)
    return str(subject.name) if subject and subject.name is not None else kind.replace("_", " ")


def list_subjects() -> list[tuple[str, str]]:
    """All registered kinds of subjects with their words, in the order of the words."""
    pairs = ((kind, subject_words(kind)) for kind in _register.subjects)
    return sorted(pairs, key=lambda pair: pair[1].casefold())


def subject_urls(subjects: Collection[tuple[str, int]]) -> dict[tuple[str, int], str]:
    """Where subjects are shown, for those that are; at most one question for each kind."""
    found: dict[tuple[str, int], str] = {}
    for kind in {kind for kind, _ in subjects}:
        subject = _register.subjects.get(kind)
        if subject is None:
            continue
        ids = {number for one, number in subjects if one == kind}
        if subject.urls is not None:
            found.update({(kind, number): to for number, to in subject.urls(ids).items()})
        elif subject.url is not None:
            pairs = ((number, subject.url(number)) for number in ids)
            found.update({(kind, number): to for number, to in pairs if to is not None})
    return found


def people_names(ids: Collection[int]) -> dict[int, str]:
    """What people are called; those who are gone are missing."""
    return dict(_register.names(ids)) if _register.names and ids else {}


def find_people(text: str) -> list[int]:
    """The ids of people whose name holds ``text``; [] if none."""
    return list(_register.finder(text)) if _register.finder else []
