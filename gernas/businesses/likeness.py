"""Which records may be one business: the same NIB, phone or email, or much the same name nearby."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import lru_cache
from typing import Any

from sqlalchemy import ColumnElement, Select, or_, select

from gernas.businesses.models import Business
from gernas.businesses.values import city_key
from gernas.core.database import db

ALIKE = 0.86  # of SequenceMatcher's ratio; "keripik bu siti" and "kripik bu siti" have 0.97
NEARLY = 0.65  # of the pairs of letters; below it names are not compared further
MOST_BESIDE = 200  # records that share a word; one that more share says nothing
RAREST = 3  # words of a name by which it is compared
SHORTEST_WORD, BEGINNING, MOST_WORDS = 3, 4, 8


@dataclass(frozen=True, slots=True)
class Traits:
    """What of a business is compared."""

    id: int
    nib: str | None
    phones: tuple[str, ...]
    email: str | None
    name_key: str
    place: tuple[str | None, str]  # province and city without its kind

    @property
    def beginnings(self) -> frozenset[str]:
        """How the words of its name begin; names that are alike share at least one.

        Of a name of one word only the first letter counts: it may be spelled in two ways.
        """
        words = [word for word in self.name_key.split() if len(word) >= SHORTEST_WORD]
        if len(words) < 2:
            return frozenset({self.name_key[:1]})
        return frozenset(word[:BEGINNING] for word in words[:MOST_WORDS])


_COLUMNS = (
    Business.id,
    Business.nib,
    Business.phone,
    Business.whatsapp,
    Business.email,
    Business.name_key,
    Business.province_code,
    Business.city,
)


def find_twins(business: Business) -> dict[int, list[str]]:
    """The ids of records that may be the same business, each with the reasons."""
    mine = _read(business)
    near = _select().where(Business.id != business.id, or_(*_conditions(mine)))
    return {other.id: reasons for other in _load(near) if (reasons := list_reasons(mine, other))}


def find_twins_of_many(ids: Collection[int]) -> dict[tuple[int, int], list[str]]:
    """All likely pairs with one of ``ids``, the smaller id first; for imports.

    Names are compared within a city, among those that share a word.
    """
    everyone = _load(_select())
    new = frozenset(ids)
    found: dict[tuple[int, int], list[str]] = {}
    for group in _blocks(everyone):
        if len(group) > MOST_BESIDE:
            continue
        for at, one in enumerate(group):
            for other in group[at + 1 :]:
                pair = (min(one.id, other.id), max(one.id, other.id))
                if pair in found or not (one.id in new or other.id in new):
                    continue
                if reasons := list_reasons(one, other):
                    found[pair] = reasons
    return found


def list_reasons(one: Traits, other: Traits) -> list[str]:
    """Why two records may be one business: of nib, phone, email and name; [] if not."""
    if one.id == other.id:
        return []
    reasons = []
    if one.nib and one.nib == other.nib:
        reasons.append("nib")
    if any(number in other.phones for number in one.phones):
        reasons.append("phone")
    if one.email and one.email == other.email:
        reasons.append("email")
    if one.place[1] and one.place == other.place and is_alike(one.name_key, other.name_key):
        reasons.append("name")
    return reasons


def is_alike(first: str, second: str) -> bool:
    """Whether two names, as ``name_key`` gives them, are much the same, in any order of words."""
    if first == second:
        return True
    mine, theirs = _pairs(first), _pairs(second)
    if len(mine & theirs) * 2 < NEARLY * (len(mine) + len(theirs)):
        return False
    ordered = [" ".join(sorted(name.split())) for name in (first, second)]
    return any(_ratio(*pair) >= ALIKE for pair in ((first, second), tuple(ordered)))


@lru_cache(maxsize=2_000)
def _pairs(name: str) -> frozenset[str]:
    """The pairs of letters within the words of a name: a cheap way to see that two differ."""
    return frozenset(
        word[at : at + 2] for word in name.split() for at in range(max(1, len(word) - 1))
    )


def _ratio(first: str, second: str) -> float:
    longer = max(len(first), len(second), 1)
    if abs(len(first) - len(second)) / longer > 1 - ALIKE + 0.1:
        return 0.0
    matcher = SequenceMatcher(None, first, second, autojunk=False)
    if matcher.real_quick_ratio() < ALIKE or matcher.quick_ratio() < ALIKE:
        return 0.0
    return matcher.ratio()


def _conditions(mine: Traits) -> Iterable[ColumnElement[bool]]:
    yield Business.id < 0  # Where nothing is known there are no twins.
    if mine.nib:
        yield Business.nib == mine.nib
    if mine.phones:
        yield Business.phone.in_(mine.phones)
        yield Business.whatsapp.in_(mine.phones)
    if mine.email:
        yield Business.email == mine.email
    if mine.place[1]:
        alike = [
            Business.name_key.contains(beginning, autoescape=True) for beginning in mine.beginnings
        ]
        yield (Business.province_code == mine.place[0]) & or_(*alike)


def _select() -> Select[Any]:
    columns: tuple[Any, ...] = _COLUMNS
    return select(*columns).where(Business.merged_into_id.is_(None), Business.erased_at.is_(None))


def _load(statement: Select[Any]) -> list[Traits]:
    return [_read(row) for row in db.session.execute(statement)]


def _read(row: Any) -> Traits:
    phones = (row.phone, row.whatsapp)
    return Traits(
        id=row.id,
        nib=row.nib,
        phones=tuple({number for number in phones if number}),
        email=row.email,
        name_key=row.name_key,
        place=(row.province_code, city_key(row.city)),
    )


def _blocks(everyone: Sequence[Traits]) -> Iterable[list[Traits]]:
    """Groups of records that share something, so that not each is compared with each.

    Of the words of a name the rarest in its city count: half of all names may begin alike.
    """
    often = Counter((one.place, word) for one in everyone for word in one.beginnings)
    groups: dict[tuple[object, ...], list[Traits]] = defaultdict(list)
    for one in everyone:
        for number in one.phones:
            groups["phone", number].append(one)
        if one.nib:
            groups["nib", one.nib].append(one)
        if one.email:
            groups["email", one.email].append(one)
        if one.place[1]:
            groups["name", one.place, one.name_key].append(one)
            for word in _list_rarest(one, often):
                groups["word", one.place, word].append(one)
    return (group for group in groups.values() if len(group) > 1)


def _list_rarest(one: Traits, often: Mapping[tuple[Any, str], int]) -> list[str]:
    """The beginnings of its words that the fewest others in its city share."""
    return sorted(one.beginnings, key=lambda word: (often[one.place, word], word))[:RAREST]
