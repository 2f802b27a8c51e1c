"""One registration: what was answered, its files, what happened, and what is decided."""

from collections.abc import Callable, Sequence

from flask import abort, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from gernas.businesses.access import may_do
from gernas.businesses.queries import list_cases_of
from gernas.core.clock import now
from gernas.core.database import transaction
from gernas.core.permissions import Permission, requires
from gernas.core.saving import save_form
from gernas.core.web import read_sent, say, see_other, signed_in_user
from gernas.registrations.answer_words import Answered, list_answered
from gernas.registrations.forms_office import ChangesForm, HandOverForm, NoteForm
from gernas.registrations.listing import list_neighbours
from gernas.registrations.models import Registration, RegistrationState
from gernas.registrations.office_queries import list_twins, load_parts
from gernas.registrations.previews import Occasion, preview_move
from gernas.registrations.queries import explain_waiting, when_told
from gernas.registrations.questions import Question, list_steps, read_questions
from gernas.registrations.services.deciding import (
    accept_registration,
    find_undoable,
    reject_registration,
    request_changes,
    start_review,
    undo_decision,
    waitlist_registration,
    withdraw_for_applicant,
)
from gernas.registrations.services.notes import add_note, remove_note
from gernas.registrations.services.owning import hand_over
from gernas.registrations.sharing import write_share
from gernas.registrations.telling import UNDO_WITHIN
from gernas.registrations.transitions import Actor, Move, list_moves
from gernas.registrations.views.office.blueprint import (
    BUTTON_WORDS,
    bp,
    fetch,
    may_on,
    names_of,
    page,
)
from gernas.registrations.views.office.lists import read_args

S = RegistrationState
NEED_REASON = frozenset({Move.REJECT, Move.REQUEST_CHANGES, Move.WITHDRAW})


@bp.get("/kelola/pendaftar/<registration:registration>")
@requires(Permission.SEE_REGISTRATIONS)
def registration(registration: Registration) -> ResponseReturnValue:
    if registration.is_draft:
        abort(404)  # Nobody has sent it.
    return _show(registration)


@bp.post("/kelola/pendaftar/<registration:registration>/periksa")
@requires(Permission.DECIDE_REGISTRATIONS)
def review(registration: Registration) -> ResponseReturnValue:
    """Take it into review; nothing is asked, since nobody is told."""
    with transaction():
        start_review(fetch(registration), by=signed_in_user())
    say(_("In review now."))
    return see_other(_address(registration))


@bp.route("/kelola/pendaftar/<registration:registration>/keputusan", methods=["GET", "POST"])
@requires(Permission.DECIDE_REGISTRATIONS)
def decide_one(registration: Registration) -> ResponseReturnValue:
    """A decision with its reason, and the mail that it causes in both languages."""
    what = _read_move(registration, read_sent("what"))
    if what is None:
        say(_("That is no longer possible. Look at what it is now."))
        return see_other(_address(registration))
    form = ChangesForm(data={"what": str(what), "version": str(registration.version)})
    questions = read_questions(load_parts(registration).form_version.questions)
    form.offer([(question.key, question.text) for question in questions])
    if request.method == "GET" and registration.requested_fields:
        form.fields.data = list(registration.requested_fields)

    def show() -> str:
        return _decision_page(registration, form, what, questions)

    if request.method == "GET":
        return show()
    if not form.validate():
        return show(), 422
    if "lihat" in request.form:
        return show()
    failed = save_form(form, lambda: _decide(registration, form, what), show)
    if failed is not None:
        return failed
    query = request.args.get("daftar") or None
    undo = url_for(".undo", registration=registration, daftar=query)
    say(
        _said(what, has_mail=registration.email is not None),
        undo=undo if what != Move.WITHDRAW else None,
    )
    return see_other(_address(registration))


@bp.post("/kelola/pendaftar/<registration:registration>/batal")
@requires(Permission.DECIDE_REGISTRATIONS)
def undo(registration: Registration) -> ResponseReturnValue:
    with transaction():
        undo_decision(fetch(registration), by=signed_in_user())
    say(_("Taken back. The message is not sent."))
    return see_other(_address(registration))


@bp.post("/kelola/pendaftar/<registration:registration>/catatan")
@requires(Permission.SEE_REGISTRATIONS)
def note(registration: Registration) -> ResponseReturnValue:
    form = NoteForm()
    if not form.validate():
        return _show(registration, note_form=form), 422

    def save() -> None:
        add_note(fetch(registration), form.text.data, by=signed_in_user())

    failed = save_form(form, save, lambda: _show(registration, note_form=form))
    if failed is not None:
        return failed
    say(_("The note is kept."))
    return see_other(f"{_address(registration)}#catatan")


@bp.post("/kelola/pendaftar/<registration:registration>/catatan/<id:note_id>/hapus")
@requires(Permission.SEE_REGISTRATIONS)
def drop_note(registration: Registration, note_id: int) -> ResponseReturnValue:
    with transaction():
        remove_note(fetch(registration), note_id, by=signed_in_user())
    say(_("The note is gone."))
    return see_other(f"{_address(registration)}#catatan")


@bp.route("/kelola/pendaftar/<registration:registration>/serahkan", methods=["GET", "POST"])
@requires(Permission.APPLY_FOR_OTHERS)
def hand_to_owner(registration: Registration) -> ResponseReturnValue:
    """Give what was entered for someone to its owner, by mail."""
    user = signed_in_user()
    mine = registration.on_behalf_by_id == user.id
    if registration.on_behalf_by_id is None or not (
        mine or may_on(registration, Permission.DECIDE_REGISTRATIONS)
    ):
        abort(404)
    form = HandOverForm(data={"email": registration.email})

    def show() -> str:
        return page("hand_over.html", registration=registration, call=registration.call, form=form)

    if request.method == "GET":
        return show()
    if not form.validate():
        return show(), 422

    def save() -> None:
        hand_over(fetch(registration), email=form.email.data, by=user)  # type: ignore[arg-type]

    failed = save_form(form, save, show)
    if failed is not None:
        return failed
    say(_("Handed over. The owner gets a mail with a link of their own."))
    if may_on(registration, Permission.SEE_REGISTRATIONS):
        return see_other(_address(registration))
    return see_other(url_for(".behalf", call=registration.call))


def _show(registration: Registration, *, note_form: NoteForm | None = None) -> str:
    row = load_parts(registration)
    user = signed_in_user()
    query = request.args.get("daftar", "")
    before, after = list_neighbours(read_args(row.call, query), row)
    business = row.business
    by_ids = [event.by_id for event in row.history] + [each.by_id for each in row.notes]
    undoable = find_undoable(row)
    moves = list_moves(row, Actor.ORGANIZER)
    may_decide = may_on(row, Permission.DECIDE_REGISTRATIONS)
    return page(
        "registration.html",
        registration=row,
        call=row.call,
        steps=_show_answers(row),
        names=names_of([*by_ids, row.on_behalf_by_id]),
        user_id=user.id,
        note_form=note_form or NoteForm(),
        may_decide=may_decide,
        moves=[(str(m), BUTTON_WORDS[m]) for m in BUTTON_WORDS if m in moves] if may_decide else [],
        undoable=undoable,
        undo_until=undoable.at + UNDO_WITHIN if undoable is not None else None,
        told_at=when_told(row),
        waiting=explain_waiting(row) if row.waiting_number is not None else None,
        twins=list_twins(row),
        business=business
        if business and may_do(user, Permission.SEE_BUSINESSES, business)
        else None,
        cases=list_cases_of(business) if business is not None else [],
        share=write_share(row),
        before=before,
        after=after,
        query=query,
        now=now(),
    )


def _show_answers(registration: Registration) -> list[tuple[str, list[Answered]]]:
    """All questions that were shown, as they were asked then, by the steps of the form."""
    questions = read_questions(registration.form_version.questions)
    answered = list_answered(questions, registration.answers, registration.uploads)
    by_key = {one.question.key: one for one in answered}
    steps = []
    for step in list_steps(questions):
        rows = [by_key[each.key] for each in step.questions if each.key in by_key]
        if rows:
            steps.append((step.title, rows))
    return steps


def _decision_page(
    registration: Registration, form: ChangesForm, what: Move, questions: Sequence[Question]
) -> str:
    chosen = [question for question in questions if question.key in set(form.fields.data or ())]
    occasion = Occasion(
        call=registration.call,
        registration=registration,
        reason=form.reason.data or "",
        questions=chosen,
        position=registration.call.last_waiting + 1,
    )
    return page(
        "decide.html",
        registration=registration,
        back=_address(registration),
        call=registration.call,
        form=form,
        what=str(what),
        button=BUTTON_WORDS[what],
        needs_reason=what in NEED_REASON,
        asks_fields=what == Move.REQUEST_CHANGES,
        can_be_undone=what != Move.WITHDRAW,
        previews=preview_move(what, registration.state_now, occasion),
    )


def _decide(registration: Registration, form: ChangesForm, what: Move) -> None:
    row, version = fetch(registration), form.shown_version or None
    by, reason = signed_in_user(), form.reason.data or ""
    verbs: dict[Move, Callable[..., Registration]] = {
        Move.ACCEPT: accept_registration,
        Move.WAITLIST: waitlist_registration,
        Move.REJECT: reject_registration,
        Move.WITHDRAW: withdraw_for_applicant,
    }
    if what == Move.REQUEST_CHANGES:
        fields = form.fields.data or ()
        request_changes(row, fields=fields, reason=reason, by=by, version=version)
    else:
        verbs[what](row, reason=reason, by=by, version=version)


def _said(what: Move, *, has_mail: bool) -> str:
    words = {
        Move.ACCEPT: _("Accepted."),
        Move.WAITLIST: _("On the waiting list."),
        Move.REJECT: _("Not accepted."),
        Move.REQUEST_CHANGES: _("Corrections are asked for."),
        Move.WITHDRAW: _("Withdrawn."),
    }[what]
    if not has_mail:
        return f"{words} " + str(_("There is no email address: tell them by WhatsApp."))
    if what == Move.WITHDRAW:
        return str(words)
    return f"{words} " + str(_("The message leaves in ten minutes."))


def _read_move(registration: Registration, text: str) -> Move | None:
    """A decision that is possible now and that is asked on a page of its own."""
    possible = list_moves(registration, Actor.ORGANIZER)
    return next(
        (move for move in possible if str(move) == text and move != Move.START_REVIEW), None
    )


def _address(registration: Registration) -> str:
    """The page of a registration, within the list from which the reader came."""
    query = request.args.get("daftar") or None
    return url_for(".registration", registration=registration, daftar=query)
