"""What applicants do after they have sent: confirm, decline, withdraw, correct, change.

Whoever calls these has fetched the registration through its link, its owner or the facilitator who
applied (``queries``), and so may act for the applicant; ``by`` is that person, if signed in.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from gernas.core.database import db
from gernas.events.services.changing import By
from gernas.registrations.answers import check_answers, clean_typed, get_quota_values
from gernas.registrations.errors import AnswersMissing, NotPossible, OfferOver
from gernas.registrations.models import Registration, RegistrationState
from gernas.registrations.questions import Question, read_questions
from gernas.registrations.services.drafts import EDITABLE
from gernas.registrations.services.moving import hold, move, no_place
from gernas.registrations.services.places import move_place
from gernas.registrations.services.submitting import check_audience, put_answers
from gernas.registrations.services.uploads import drop_upload
from gernas.registrations.transitions import Actor, Move

S = RegistrationState


def confirm_place(registration: Registration, *, by: By) -> Registration:
    """Say that one comes: the place is one's own for good. Done already, nothing happens.

    Raises:
        OfferOver: the time to confirm is over.
        NotPossible: no place is offered.
    """
    registration = hold(registration)
    if registration.state == S.CONFIRMED:
        return registration
    _check_time(registration)
    move(registration, Move.CONFIRM, actor=Actor.APPLICANT, by=by)
    return registration


def decline_place(registration: Registration, *, by: By) -> Registration:
    """Give an offered place back; it goes to the next in line. Done already, nothing happens.

    Raises:
        OfferOver: the time to confirm is over, and it is passed on anyway.
        NotPossible: no place is offered.
    """
    registration = hold(registration)
    if registration.state == S.DECLINED:
        return registration
    _check_time(registration)
    move(registration, Move.DECLINE, actor=Actor.APPLICANT, by=by)
    return registration


def withdraw_registration(registration: Registration, *, by: By) -> Registration:
    """Take an application back, or a confirmed place; that goes to the next in line.

    Raises:
        OfferOver: the time to confirm is over.
        NotPossible: it has ended already, or is a draft, which is discarded.
    """
    registration = hold(registration)
    if registration.state == S.WITHDRAWN:
        return registration
    _check_time(registration)
    move(registration, Move.WITHDRAW, actor=Actor.APPLICANT, by=by)
    return registration


def resubmit(registration: Registration, typed: Mapping[str, Any], *, by: By) -> Registration:
    """Send the corrections that were asked for; other questions stay as they were answered.

    Of a question with files ``typed`` lists the ids of those that stay; without it all do.

    Raises:
        NotPossible: nothing is to be corrected.
        AnswersMissing: a sentence for each question that is not answered well.
        NoPlaceLeft: it would count for another quota, which is full.
    """
    registration = hold(registration)
    if registration.state != S.CHANGES_REQUESTED:
        raise NotPossible(registration.state_now)
    questions = read_questions(registration.form_version.questions)
    open_keys = list_open_keys(questions, registration.requested_fields)
    answers = {key: value for key, value in typed.items() if key in open_keys}
    _change_answers(registration, questions, answers)
    move(registration, Move.RESUBMIT, actor=Actor.APPLICANT, by=by)
    return registration


def edit_answers(registration: Registration, typed: Mapping[str, Any], *, by: By) -> Registration:
    """Change the answers of an application that was sent.

    One that was accepted or confirmed goes back to review and keeps its place; one that waits
    keeps its number. What ``typed`` does not name stays; unchanged answers change nothing.

    Raises:
        NotPossible: it cannot be changed in its state.
        AnswersMissing: a sentence for each question that is not answered well.
        NoPlaceLeft: it would count for another quota, which is full.
    """
    registration = hold(registration)
    if registration.state_now not in EDITABLE:
        raise NotPossible(registration.state_now)
    questions = read_questions(registration.form_version.questions)
    if _change_answers(registration, questions, typed):
        move(registration, Move.EDIT, actor=Actor.APPLICANT, by=by)
    return registration


def list_open_keys(questions: Sequence[Question], requested: Sequence[str]) -> set[str]:
    """The questions to be corrected, and those that their answers may newly show."""
    open_keys = set(requested)
    for question in questions:  # a condition stands before what it shows
        if question.shown_if is not None and question.shown_if.key in open_keys:
            open_keys.add(question.key)
    return open_keys


def _change_answers(
    registration: Registration, questions: list[Question], typed: Mapping[str, Any]
) -> bool:
    """Keep changed answers, checked as a whole; say whether anything differs."""
    keys = {question.key for question in questions}
    changed = {key: clean_typed(value) for key, value in typed.items() if key in keys}
    for question in questions:
        if question.takes_files and question.key in typed:
            changed[question.key] = [str(number) for number in typed[question.key] or ()]
    checked = check_answers(questions, {**registration.answers, **changed}, registration.uploads)
    problems = checked.problems or check_audience(registration.call, questions, checked.answers)
    if problems:
        raise AnswersMissing(problems)
    if checked.answers == registration.answers:
        return False
    full = move_place(registration, get_quota_values(questions, checked.answers))
    if full is not None:
        raise no_place(full)
    put_answers(registration, questions, checked.answers)
    _drop_replaced_files(registration, questions)
    return True


def _drop_replaced_files(registration: Registration, questions: list[Question]) -> None:
    kept = {
        number
        for question in questions
        if question.takes_files
        for number in registration.answers.get(question.key, ())
    }
    for upload in registration.uploads:
        if upload.id not in kept:
            drop_upload(upload)
    db.session.flush()
    db.session.expire(registration, ["uploads"])


def _check_time(registration: Registration) -> None:
    if registration.is_lapsed:
        raise OfferOver
