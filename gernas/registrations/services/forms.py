"""Build the form of a call: add, edit, move and remove questions.

A form that somebody began to answer never changes: then the change makes the next version.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace

from flask_babel import gettext as _
from sqlalchemy import select

from gernas.audit.services import record
from gernas.core.clock import now
from gernas.core.database import db, lock
from gernas.core.errors import BadValues
from gernas.core.revisions import raise_revisions
from gernas.events.services.changing import By
from gernas.registrations.errors import NoSuchQuestion, StillNeeded
from gernas.registrations.models import Call, FormVersion, Registration
from gernas.registrations.queries import get_form
from gernas.registrations.questions import (
    Question,
    QuestionType,
    check_form,
    clean_question,
    make_key,
    read_questions,
)
from gernas.registrations.services.changing import hold_call

Change = Callable[[list[Question]], list[Question]]


def add_question(call: Call, question: Question, *, by: By, version: int | None = None) -> Question:
    """Add a question at the end of the form; without a key it gets one made of its words.

    Raises:
        NotAllowed, CallArchived, CallChanged
        BadValues: a sentence for each field that cannot be kept.
    """
    added: list[Question] = []

    def change(questions: list[Question]) -> list[Question]:
        taken = {each.key for each in questions}
        key = question.key or make_key(question.label, taken)
        added.append(clean_question(replace(question, key=key)))
        return [*questions, added[0]]

    _change_form(call, change, by=by, version=version)
    return added[0]


def edit_question(
    call: Call, key: str, question: Question, *, by: By, version: int | None = None
) -> Question:
    """Put another question in the place of one; its key stays, so answers stay with it.

    Raises:
        NotAllowed, CallArchived, CallChanged, NoSuchQuestion
        BadValues: a sentence for each field that cannot be kept, or that no longer fits.
    """
    cleaned = clean_question(replace(question, key=key))

    def change(questions: list[Question]) -> list[Question]:
        place = _find(questions, key)
        return [*questions[:place], cleaned, *questions[place + 1 :]]

    _change_form(call, change, by=by, version=version)
    return cleaned


def move_question(call: Call, key: str, *, up: bool, by: By, version: int | None = None) -> None:
    """Swap a question with the one before it, or after it; at the end nothing happens.

    Raises:
        NotAllowed, CallArchived, CallChanged, NoSuchQuestion
        BadValues: it would stand before the question on which it depends.
    """

    def change(questions: list[Question]) -> list[Question]:
        place = _find(questions, key)
        other = place - 1 if up else place + 1
        if 0 <= other < len(questions):
            questions[place], questions[other] = questions[other], questions[place]
        return questions

    _change_form(call, change, by=by, version=version)


def remove_question(call: Call, key: str, *, by: By, version: int | None = None) -> None:
    """Take a question out of the form; given answers to it stay readable where they were asked.

    Raises:
        NotAllowed, CallArchived, CallChanged, NoSuchQuestion
        StillNeeded: another question is shown only by an answer to this one.
    """

    def change(questions: list[Question]) -> list[Question]:
        place = _find(questions, key)
        for other in questions:
            if other.shown_if is not None and other.shown_if.key == key:
                raise StillNeeded(other.text)
        return [*questions[:place], *questions[place + 1 :]]

    _change_form(call, change, by=by, version=version)


def set_questions(
    call: Call, questions: Sequence[Question], *, by: By, version: int | None = None
) -> FormVersion:
    """Make exactly these the form, for instance a ready-made one or that of another call.

    Raises:
        NotAllowed, CallArchived, CallChanged
        BadValues: a sentence for each question that does not fit.
    """
    cleaned = [clean_question(question) for question in questions]
    return _change_form(call, lambda _present: cleaned, by=by, version=version)


def _change_form(call: Call, change: Change, *, by: By, version: int | None) -> FormVersion:
    call = hold_call(call, by=by, version=version)
    form = lock(get_form(call))  # Whoever begins to answer it waits, or was there before.
    before = read_questions(form.questions)
    after = change(list(before))
    if after == before:
        return form
    check_form(after)
    _check_name(after)
    kept = [question.to_json() for question in after]
    if _is_answered(form):
        call.form_number += 1
        form = FormVersion(
            call=call,
            number=call.form_number,
            questions=kept,
            created_at=now(),
            created_by_id=by.id if by else None,
        )
        db.session.add(form)
    else:
        form.questions = kept
    call.version += 1
    call.updated_at = now()
    db.session.flush()
    record(
        "call.form_changed",
        call,
        by=by,
        before={"questions": [question.label for question in before]},
        after={"questions": [question.label for question in after], "form_number": form.number},
        scopes=call.scopes,
    )
    raise_revisions(*call.shown_on)
    return form


def _check_name(questions: Sequence[Question]) -> None:
    """Every form asks for the name of the business, which lists and messages need."""
    fields = {each.field for each in questions if each.type == QuestionType.BUSINESS}
    if questions and "name" not in fields:
        raise BadValues({"form": _("Every form asks for the name of the business.")})


def _is_answered(form: FormVersion) -> bool:
    answered = select(Registration.id).where(Registration.form_version_id == form.id).limit(1)
    return db.session.scalar(answered) is not None


def _find(questions: Sequence[Question], key: str) -> int:
    for place, question in enumerate(questions):
        if question.key == key:
            return place
    raise NoSuchQuestion
