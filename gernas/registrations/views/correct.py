"""Changing answers that were sent: what the organizers asked for, or one page of the form."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from flask import request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from gernas.accounts.door import find_signed_in_user
from gernas.core.database import db, transaction
from gernas.core.errors import GernasError
from gernas.core.i18n import public_url
from gernas.core.permissions import public
from gernas.core.security import takes_uploads
from gernas.core.web import say, see_other
from gernas.registrations.answer_words import list_answered
from gernas.registrations.answers import list_shown
from gernas.registrations.errors import AnswersMissing
from gernas.registrations.filling import Filling, make_filling
from gernas.registrations.models import Registration, RegistrationState
from gernas.registrations.questions import Question
from gernas.registrations.services.answering import edit_answers, list_open_keys, resubmit
from gernas.registrations.services.drafts import EDITABLE
from gernas.registrations.services.uploads import add_upload
from gernas.registrations.views.apply import read_files, sent_address
from gernas.registrations.views.hand import find_in_hand
from gernas.registrations.views.public import bp, get_call, limit_writes, page

KEPT = "keep-"  # before the key of a question: the files that stay


@bp.route("/daftar/<slug:call>/perbaiki", methods=["GET", "POST"])
@public
@limit_writes
@takes_uploads
def correct(call: str) -> ResponseReturnValue:
    """The questions to be corrected on one page; else all answers, each with a way to change it."""
    found = get_call(call)
    registration = find_in_hand(found)
    if registration is None or registration.is_draft:
        return see_other(public_url("apply.fill", call=found.slug))
    filling = make_filling(found, registration)
    if registration.state == RegistrationState.CHANGES_REQUESTED:
        open_keys = list_open_keys(filling.questions, registration.requested_fields)
        questions = [each for each in filling.questions if each.key in open_keys]
        return _ask_for(filling, questions, resubmit, _("Thank you. Your correction was sent."))
    if registration.state_now not in EDITABLE:
        return see_other(sent_address(found))
    return page(
        "apply/answers.html",
        found,
        registration=registration,
        filling=filling,
        answered={
            one.question.key: one
            for one in list_answered(filling.questions, filling.answers, filling.uploads)
        },
        holds_place=registration.holds_place,
        correct_url=lambda number, key: public_url(
            "apply.correct_page", call=found.slug, number=number, _anchor=f"f-{key}"
        ),
    )


@bp.route("/daftar/<slug:call>/perbaiki/<id:number>", methods=["GET", "POST"])
@public
@limit_writes
@takes_uploads
def correct_page(call: str, number: int) -> ResponseReturnValue:
    """One page of the form with its answers as they were sent."""
    found = get_call(call)
    registration = find_in_hand(found)
    if registration is None or registration.state_now not in EDITABLE:
        return see_other(public_url("apply.fill", call=found.slug))
    filling = make_filling(found, registration)
    asked = filling.find(number)
    if asked is None:
        return see_other(public_url("apply.correct", call=found.slug))
    return _ask_for(filling, asked.questions, edit_answers, _("Your new answers are kept."))


def _ask_for(
    filling: Filling, questions: Sequence[Question], service: Any, done: str
) -> ResponseReturnValue:
    registration = filling.draft
    if registration is None or request.method == "GET":
        return _show(filling, questions)
    registration_id = registration.id
    files = read_files(registration, list(questions))
    user = find_signed_in_user()
    problems = _keep_new(registration_id, files.files) | files.problems
    typed = files.answers | _read_kept(filling, questions, registration_id)
    try:
        if not problems:
            with transaction():
                service(db.session.get_one(Registration, registration_id), typed, by=user)
    except AnswersMissing as error:
        problems = error.problems
    except GernasError as error:
        problems = {"": error.message}
    if problems:
        fetched = db.session.get_one(Registration, registration_id)
        return _show(make_filling(filling.call, fetched), questions, typed, problems)
    say(done)
    return see_other(sent_address(filling.call))


def _keep_new(registration_id: int, files: Sequence[Any]) -> dict[str, str]:
    """Add the files that came with the form, so that they can be named among the answers."""
    problems: dict[str, str] = {}
    if not files:
        return problems
    with transaction():
        registration = db.session.get_one(Registration, registration_id)
        for key, prepared in files:
            try:
                add_upload(registration, key, prepared)
            except GernasError as error:
                prepared.drop()
                problems[key] = error.message
    return problems


def _read_kept(
    filling: Filling, questions: Sequence[Question], registration_id: int
) -> dict[str, list[str]]:
    """The files of each question that stay: those still ticked, and those that are new."""
    registration = db.session.get_one(Registration, registration_id)
    kept: dict[str, list[str]] = {}
    for question in questions:
        if question.takes_files:
            sent = {str(number) for number in filling.answers.get(question.key) or ()}
            ticked = set(request.form.getlist(KEPT + question.key)) & sent
            arrived = {
                str(upload.id)
                for upload in registration.uploads
                if upload.question_key == question.key and upload.is_finished
            }
            kept[question.key] = sorted(ticked | (arrived - sent), key=int)
    return kept


def _show(
    filling: Filling,
    questions: Sequence[Question],
    typed: Mapping[str, Any] | None = None,
    problems: dict[str, str] | None = None,
) -> ResponseReturnValue:
    registration = filling.draft
    answers = {**filling.answers, **(typed or {})}
    shown = {each.key for each in list_shown(filling.questions, answers)}
    return page(
        "apply/correct.html",
        filling.call,
        422 if problems else 200,
        filling=replace(filling, answers=answers),
        questions=[each for each in questions if each.key in shown or each.key in (problems or {})],
        registration=registration,
        form={"errors": problems or {}},
        back=sent_address(filling.call),
    )
