"""The pages of a form as an applicant goes through them: one question each, or a small group.

An organizer's step may hold many questions. On a phone and a weak network it becomes several short
pages, each of which is saved when it is left. A question that depends on another never shares a
page with it, so no script is needed to show it.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from gernas.registrations.answers import list_shown
from gernas.registrations.questions import Question, QuestionType, list_steps

ROOM = 5  # of a page, as ``_weigh`` counts
MANY_OPTIONS = 6  # more than these become a list that opens, unless several may be chosen

_WEIGHTS = {
    QuestionType.LONG_TEXT: 3,
    QuestionType.CHOICES: 4,
    QuestionType.FILE: 5,
    QuestionType.PHOTO: 5,
}


@dataclass(frozen=True)
class FormPage:
    """Questions that are asked together."""

    number: int  # from 1, over all pages of the form, shown or not
    title: str  # of the organizer's step; "" if it has none
    part: int  # which page of that step, from 1
    parts: int  # how many pages that step has
    questions: tuple[Question, ...]

    @property
    def keys(self) -> list[str]:
        return [question.key for question in self.questions]

    @property
    def is_single(self) -> bool:
        return len(self.questions) == 1

    @property
    def takes_files(self) -> bool:
        return any(question.takes_files for question in self.questions)

    @property
    def heading(self) -> str:
        """The question itself where it is the only one, else what the step is about."""
        return self.questions[0].text if self.is_single or not self.title else self.title


def list_pages(questions: Sequence[Question]) -> list[FormPage]:
    """All pages of a form in order, those that no answer has shown yet included."""
    pages: list[FormPage] = []
    for step in list_steps(questions):
        groups = _split(step.questions)
        for part, group in enumerate(groups, 1):
            pages.append(FormPage(len(pages) + 1, step.title, part, len(groups), tuple(group)))
    return pages


def list_shown_pages(questions: Sequence[Question], answers: Mapping[str, Any]) -> list[FormPage]:
    """The pages that these answers show, each with its shown questions only."""
    shown = {question.key for question in list_shown(questions, answers)}
    pages = [
        replace(page, questions=tuple(each for each in page.questions if each.key in shown))
        for page in list_pages(questions)
    ]
    return [page for page in pages if page.questions]


def find_page_of(pages: Sequence[FormPage], keys: Collection[str]) -> FormPage | None:
    """The first page that asks one of the questions."""
    return next((page for page in pages if set(page.keys) & set(keys)), None)


def _split(questions: Sequence[Question]) -> list[list[Question]]:
    groups: list[list[Question]] = []
    room = 0
    for question in questions:
        weight = _weigh(question)
        asked = {each.key for each in groups[-1]} if groups else set()
        depends = question.shown_if is not None and question.shown_if.key in asked
        if not groups or weight > room or depends:
            groups.append([])
            room = ROOM
        groups[-1].append(question)
        room -= weight
    return groups


def _weigh(question: Question) -> int:
    """How much of a page a question takes: a line of text is one."""
    if question.field == "nib":  # the one that people look for, or do not have
        return ROOM
    if question.type in _WEIGHTS:
        return _WEIGHTS[question.type]
    options = len(question.list_options())
    return 1 if options <= 1 or options > MANY_OPTIONS else (options + 3) // 2
