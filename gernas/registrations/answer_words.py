"""Answers in words, as the applicant and those who decide read them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask_babel import gettext as _

from gernas.businesses.values import phone_words
from gernas.core.wording import date_words, number_words, rupiah_words
from gernas.registrations.answers import list_shown
from gernas.registrations.models import Upload
from gernas.registrations.questions import YES, Question, QuestionType

PHONES = frozenset({"phone", "whatsapp"})


@dataclass(frozen=True)
class Answered:
    """A question with its answer."""

    question: Question
    lines: list[str]  # [] when it was not answered
    uploads: list[Upload]  # the files that it holds

    @property
    def is_given(self) -> bool:
        return bool(self.lines or self.uploads)


def answer_words(question: Question, answer: Any) -> list[str]:
    """An answer as it is kept, or as it was typed into a draft, in lines; [] when there is none."""
    if answer is None or answer == "" or question.takes_files:
        return []
    if question.type == QuestionType.CONSENT:
        return [str(_("Yes"))] if answer is True or answer == YES else []
    words = dict(question.list_options())
    if words:
        values = answer if isinstance(answer, list) else [answer]
        return [words.get(str(value), str(value)) for value in values]
    if isinstance(answer, list):
        return [str(value) for value in answer]
    return _plain_words(question, answer).splitlines()


def list_answered(
    questions: Sequence[Question], answers: Mapping[str, Any], uploads: Sequence[Upload]
) -> list[Answered]:
    """The questions that these answers show, each with its answer, in order."""
    return [
        Answered(
            question,
            answer_words(question, answers.get(question.key)),
            _list_files(question, answers.get(question.key), uploads),
        )
        for question in list_shown(questions, answers)
    ]


def _list_files(question: Question, answer: Any, uploads: Sequence[Upload]) -> list[Upload]:
    """The files of a question: those that its answer names, of a draft all that arrived."""
    mine = [one for one in uploads if one.question_key == question.key and one.is_finished]
    if not isinstance(answer, list):
        return mine
    kept = {str(number) for number in answer}
    return [one for one in mine if str(one.id) in kept]


def _plain_words(question: Question, answer: Any) -> str:
    if question.type == QuestionType.RUPIAH and isinstance(answer, int):
        return rupiah_words(answer)
    if question.type == QuestionType.NUMBER and isinstance(answer, (int, float)):
        return number_words(answer)
    if question.type == QuestionType.DATE:
        try:
            return date_words(date.fromisoformat(str(answer)), weekday=True)
        except ValueError:  # as it was typed into a draft
            return str(answer)
    if question.field in PHONES and str(answer).startswith("+"):
        return phone_words(str(answer))
    return str(answer)
