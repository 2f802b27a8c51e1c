"""An application while it is being filled in: where it stands among the pages of its form."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from gernas.registrations.answers import Checked, check_answers, list_shown
from gernas.registrations.models import Call, Registration, Upload
from gernas.registrations.pages import FormPage, find_page_of, list_shown_pages
from gernas.registrations.queries import get_form
from gernas.registrations.questions import Question, read_questions


@dataclass(frozen=True)
class Filling:
    """A draft with its questions; without a draft nothing was answered yet."""

    call: Call
    draft: Registration | None
    questions: list[Question]
    answers: Mapping[str, Any]
    uploads: Sequence[Upload]
    pages: list[FormPage]  # those that the answers show

    def find(self, number: int) -> FormPage | None:
        return next((page for page in self.pages if page.number == number), None)

    def place_of(self, page: FormPage) -> int:
        """Which of the shown pages it is, from 1."""
        return self.pages.index(page) + 1

    def before(self, page: FormPage) -> FormPage | None:
        place = self.pages.index(page)
        return self.pages[place - 1] if place else None

    def from_number(self, number: int) -> FormPage | None:
        """The first shown page with this number or a higher one; None behind the last."""
        return next((page for page in self.pages if page.number >= number), None)

    def check(self, only: Collection[str] | None = None) -> Checked:
        return check_answers(self.questions, self.answers, self.uploads, only=only)

    def first_problem(self) -> FormPage | None:
        """The first page with an answer that is missing or cannot be kept."""
        return find_page_of(self.pages, self.check().problems)

    def uploads_of(self, key: str) -> list[Upload]:
        return [upload for upload in self.uploads if upload.question_key == key]

    def count_answered(self) -> tuple[int, int]:
        """How many of the shown questions have an answer, and how many there are."""
        shown = list_shown(self.questions, self.answers)
        given = [
            each
            for each in shown
            if (self.uploads_of(each.key) if each.takes_files else self.answers.get(each.key))
        ]
        return len(given), len(shown)


def make_filling(call: Call, draft: Registration | None) -> Filling:
    form = draft.form_version if draft is not None else get_form(call)
    questions = read_questions(form.questions)
    answers = draft.answers if draft is not None else {}
    return Filling(
        call=call,
        draft=draft,
        questions=questions,
        answers=answers,
        uploads=list(draft.uploads) if draft is not None else [],
        pages=list_shown_pages(questions, answers),
    )
