"""The one validator of answers: what people typed against the questions, with sentences.

It asks no database. What it takes is either as typed (drafts, forms, spreadsheets) or already as
it gives out, so that kept answers can be looked at and sent again.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any, Protocol

from flask_babel import gettext as _
from flask_babel import ngettext

from gernas.businesses.checking import BUSINESS
from gernas.businesses.values import read_social
from gernas.core.i18n import get_language
from gernas.core.text import clean_text, safe_url
from gernas.core.typed import parse_date, parse_decimal, parse_rupiah
from gernas.core.wording import date_words, number_words, rupiah_words
from gernas.registrations.models import QuotaDimension
from gernas.registrations.questions import (
    LONG_TEXT_LENGTH,
    MOST_OPTIONS,
    TEXT_LENGTH,
    YES,
    Question,
    QuestionType,
)

LONGEST_TYPED = 5_000  # characters of one answer that a draft keeps
URL_LENGTH = 500
PLACES = 3  # digits after the comma
_EARLIEST, _LATEST = date(1900, 1, 1), date(2100, 12, 31)
_TICKED = frozenset({YES, "on", "1", "y", "true"})


class File(Protocol):
    """What the validator asks of an upload."""

    id: int
    question_key: str

    @property
    def is_finished(self) -> bool: ...


@dataclass(frozen=True)
class Checked:
    """Answers as they are kept, by key, and a sentence for each that cannot be."""

    answers: dict[str, Any] = field(default_factory=dict)
    problems: dict[str, str] = field(default_factory=dict)

    @property
    def is_good(self) -> bool:
        return not self.problems


def check_answers(
    questions: Sequence[Question],
    typed: Mapping[str, Any],
    uploads: Sequence[File] = (),
    *,
    only: Collection[str] | None = None,
) -> Checked:
    """Check all questions that are shown, or those in ``only``; hidden ones have no answer.

    Required counts where a question is shown. Empty answers are left out. Answers are JSON:
    text, whole number or float, True, list of values, ISO date, list of the ids of uploads.
    """
    checked = Checked()
    for question in list_shown(questions, typed):
        if only is not None and question.key not in only:
            continue
        try:
            answer = _read(question, typed.get(question.key), uploads)
        except ValueError as error:
            checked.problems[question.key] = str(error)
            continue
        if answer in (None, "", []) or answer is False:
            if question.required:
                checked.problems[question.key] = _missing(question)
        else:
            checked.answers[question.key] = answer
    return checked


def list_shown(questions: Sequence[Question], typed: Mapping[str, Any]) -> list[Question]:
    """The questions that these answers show, in order."""
    shown: dict[str, Question] = {}
    for question in questions:
        condition = question.shown_if
        if condition is None or (
            condition.key in shown and condition.equals in _values(typed.get(condition.key))
        ):
            shown[question.key] = question
    return list(shown.values())


def clean_typed(value: Any) -> str | list[str] | None:
    """One answer as a draft keeps it: text without what could break anything, nothing decided."""
    if isinstance(value, str):
        return clean_text(value[:LONGEST_TYPED], multiline=True) or None
    if isinstance(value, (list, tuple)):
        texts = [clean_text(each[:LONGEST_TYPED]) for each in value if isinstance(each, str)]
        return [text for text in texts if text][:MOST_OPTIONS] or None
    return None


def get_quota_values(
    questions: Sequence[Question], answers: Mapping[str, Any]
) -> dict[QuotaDimension, str]:
    """Zone, sector and province of checked answers, where the form asks for them."""
    return {
        question.counts_for: str(answers[question.key])
        for question in questions
        if question.counts_for is not None and question.key in answers
    }


def get_business_values(
    questions: Sequence[Question], answers: Mapping[str, Any]
) -> dict[str, Any]:
    """What checked answers say about the business, by field of its record."""
    values = {
        question.field: answers[question.key]
        for question in questions
        if question.field is not None and question.key in answers
    }
    if "instagram" in values:
        values["social"] = {"instagram": values.pop("instagram")}
    return values


def _missing(question: Question) -> str:
    sentences = {
        QuestionType.CONSENT: _("Tick this to go on."),
        QuestionType.CHOICES: _("Choose at least one of the answers."),
        QuestionType.PHOTO: _("Add at least one photo."),
        QuestionType.FILE: _("Add the file, as PDF or photo."),
    }
    if question.type in sentences:
        return str(sentences[question.type])
    if question.list_options():
        return str(_("Choose one of the answers."))
    return str(_("This answer is still empty."))


def _values(value: Any) -> set[str]:
    """An answer as the values it is made of; True is a ticked consent."""
    if value is True:
        return {YES}
    if isinstance(value, (list, tuple)):
        return {str(each) for each in value}
    if not isinstance(value, str):
        return set()
    return {value, YES} if value.lower() in _TICKED else {value}


def _read(question: Question, value: Any, uploads: Sequence[File]) -> Any:
    if question.takes_files:
        return _read_files(question, value, uploads)
    if question.type == QuestionType.CONSENT:
        return YES in _values(value)
    if question.type == QuestionType.CHOICES:
        return _read_choices(question, value)
    if isinstance(value, (list, tuple)):
        value = value[0] if value else None
    if not isinstance(value, (str, int, float)) or isinstance(value, bool) or value == "":
        return None
    if isinstance(value, str):
        value = value[: LONGEST_TYPED * 2]
    return _READERS[question.type](question, value)


def _read_files(question: Question, value: Any, uploads: Sequence[File]) -> list[int]:
    """The files of a question: all that are there, or those whose ids ``value`` lists."""
    mine = [one for one in uploads if one.question_key == question.key]
    if isinstance(value, (list, tuple)):
        kept = {str(each) for each in value}
        mine = [one for one in mine if str(one.id) in kept]
    if any(not one.is_finished for one in mine):
        raise ValueError(_("A file has not arrived completely. Send it again or remove it."))
    if len(mine) > question.most:
        raise ValueError(
            ngettext(
                "At most %(num)s file belongs here.",
                "At most %(num)s files belong here.",
                question.most,
            )
        )
    return [one.id for one in mine]


def _read_choices(question: Question, value: Any) -> list[str]:
    chosen = _values(value)
    known = [option.value for option in question.options]
    if isinstance(value, str):  # a tick is no value of its own here
        chosen = {value} if value else set()
    if chosen - set(known):
        raise ValueError(_("Choose from the list."))
    return [each for each in known if each in chosen]


def _read_choice(question: Question, value: Any) -> str:
    if value not in {option.value for option in question.options}:
        raise ValueError(_("Choose one from the list."))
    return str(value)


def _read_text(_question: Question, value: Any) -> str:
    return _limited(clean_text(str(value)), TEXT_LENGTH)


def _read_long_text(_question: Question, value: Any) -> str:
    return _limited(clean_text(str(value), multiline=True), LONG_TEXT_LENGTH)


def _read_number(question: Question, value: Any) -> int | float:
    number: Decimal | None
    if isinstance(value, (int, float)):
        number = Decimal(repr(value)) if abs(value) < 10**15 else None
    else:
        number = parse_decimal(clean_text(value), decimal_comma=get_language() == "id")
    if number is None:
        raise ValueError(_("“%(typed)s” is not a number.", typed=_quoted(value)))
    if number != round(number, PLACES):
        raise ValueError(_("At most %(places)s digits after the comma, please.", places=PLACES))
    _check_bounds(question, number, number_words)
    return int(number) if number == number.to_integral_value() else float(number)


def _read_rupiah(question: Question, value: Any) -> int:
    amount = value
    if not isinstance(value, int):
        amount = parse_rupiah(clean_text(str(value)), decimal_comma=get_language() == "id")
    if amount is None or not 0 <= amount < 10**18:
        raise ValueError(
            _(
                "“%(typed)s” is not an amount that we understand. Write it like %(example)s.",
                typed=_quoted(value),
                example=rupiah_words(25_000),
            )
        )
    _check_bounds(question, Decimal(amount), rupiah_words)
    return int(amount)


def _read_date(_question: Question, value: Any) -> str:
    day = parse_date(clean_text(str(value)))
    if day is None:
        raise ValueError(
            _(
                "“%(typed)s” is not a date. Write it like 17/03/2022 or 17 March 2022.",
                typed=_quoted(value),
            )
        )
    if not _EARLIEST <= day <= _LATEST:
        raise ValueError(
            _(
                "The date must be between %(earliest)s and %(latest)s.",
                earliest=date_words(_EARLIEST),
                latest=date_words(_LATEST),
            )
        )
    return day.isoformat()


def _read_link(_question: Question, value: Any) -> str:
    address = clean_text(str(value))
    if ":" not in address.partition("/")[0] and "." in address:
        address = f"https://{address}"
    url = safe_url(address)
    if url is None or not url.startswith("https:") or len(url) > URL_LENGTH:
        raise ValueError(_("Write a whole web address that begins with https://"))
    return url


def _read_business(question: Question, value: Any) -> Any:
    if question.field == "instagram":
        return read_social("instagram", str(value))
    text = str(value)
    if question.field == "website" and ":" not in text.partition("/")[0]:
        text = f"https://{text.strip()}"
    answer = BUSINESS[question.field or ""](text)
    return str(answer) if answer is not None else None


def _check_bounds(question: Question, number: Decimal, words: Callable[[Any], str]) -> None:
    low, high = question.minimum, question.maximum
    if low is not None and number < low:
        raise ValueError(_("At least %(least)s, please.", least=words(low)))
    if high is not None and number > high:
        raise ValueError(_("At most %(most)s, please.", most=words(high)))


def _limited(text: str, limit: int) -> str:
    if len(text) > limit:
        raise ValueError(
            _("Too long: %(count)s characters, at most %(limit)s.", count=len(text), limit=limit)
        )
    return text


def _quoted(value: Any) -> str:
    text = clean_text(str(value))
    return text if len(text) <= 40 else f"{text[:39]}…"


_READERS: Mapping[QuestionType, Callable[[Question, Any], Any]] = {
    QuestionType.TEXT: _read_text,
    QuestionType.LONG_TEXT: _read_long_text,
    QuestionType.NUMBER: _read_number,
    QuestionType.RUPIAH: _read_rupiah,
    QuestionType.CHOICE: _read_choice,
    QuestionType.DATE: _read_date,
    QuestionType.LINK: _read_link,
    QuestionType.BUSINESS: _read_business,
}
