"""Decide on many at once: what it would do, then do it, and take it back."""

from collections.abc import Callable, Sequence
from typing import Any

from flask import abort, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from gernas.core.database import db, transaction
from gernas.core.jobs import Job
from gernas.core.permissions import Permission, requires
from gernas.core.saving import save_form
from gernas.core.web import is_htmx, say, see_other, signed_in_user
from gernas.events.forms import read_number
from gernas.registrations.errors import NothingToUndo
from gernas.registrations.forms_office import ChangesForm
from gernas.registrations.listing import count_found, get_in_order, list_ids
from gernas.registrations.models import Call, Registration, RegistrationState
from gernas.registrations.office_queries import list_batch
from gernas.registrations.previews import Occasion, Preview, preview_move
from gernas.registrations.queries import get_form
from gernas.registrations.questions import Question, read_questions
from gernas.registrations.services.bulk import (
    DECIDE,
    MOST_AT_ONCE,
    MOVES,
    NEED_REASON,
    PORTION,
    Tally,
    decide_later,
    decide_many,
    plan_many,
    undo_many,
)
from gernas.registrations.transitions import Move, find_transition
from gernas.registrations.views.office.blueprint import (
    BUTTON_WORDS,
    bp,
    call_page,
    fetch_call,
    list_address,
)
from gernas.registrations.views.office.lists import describe_count, read_args
from gernas.registrations.words import STATE_WORDS

ALL, CHOSEN = "semua", "pilih"


@bp.post("/kelola/daftar/<call:call>/keputusan")
@requires(Permission.DECIDE_REGISTRATIONS)
def plan(call: Call) -> ResponseReturnValue:
    """Show what a decision on those that are ticked, or on all that match, would do."""
    listing = read_args(call, request.form.get("query", ""))
    what = _read_move(request.form.get("what", ""))
    if request.form.get(ALL):
        ids = list_ids(listing, limit=MOST_AT_ONCE)
        if count_found(listing.wanted) > MOST_AT_ONCE:
            say(_("These are more than %(most)s: decide on a part first.", most=MOST_AT_ONCE))
            return see_other(list_address(call, listing.to_args()))
    else:
        ids = _read_ids(request.form.getlist(CHOSEN))
    registrations = [one for one in get_in_order(ids) if one.call_id == call.id]
    if what is None or not registrations:
        say(_("Tick those on whom you want to decide first."))
        return see_other(list_address(call, listing.to_args()))
    form = ChangesForm(
        formdata=None,
        data={"what": str(what), "ids": ",".join(str(one.id) for one in registrations)},
    )
    return _show(call, form, what, registrations, request.form.get("query", ""))


@bp.post("/kelola/daftar/<call:call>/keputusan/laksanakan")
@requires(Permission.DECIDE_REGISTRATIONS)
def decide(call: Call) -> ResponseReturnValue:
    """Decide, or show the same page again: with another message, or with what is wrong."""
    form = ChangesForm()
    what = _read_move(form.what.data or "")
    query = request.form.get("query", "")
    registrations = [
        one
        for one in get_in_order(_read_ids((form.ids.data or "").split(",")))
        if one.call_id == call.id
    ]
    address = list_address(call, read_args(call, query).to_args())
    if what is None or not registrations:
        return see_other(address)
    _offer_fields(call, form)

    def show() -> str:
        return _show(call, form, what, registrations, query)

    if not form.validate():
        return show(), 422
    if "lihat" in request.form:  # only the message anew
        return show()
    if len(registrations) > PORTION:
        return _decide_later(call, form, what, registrations, show)
    tallies: list[Tally] = []

    def save() -> None:
        ids = [one.id for one in registrations]
        tallies.append(
            decide_many(fetch_call(call), ids, what, by=signed_in_user(), **_choices(form))
        )

    failed = save_form(form, save, show)
    if failed is not None:
        return failed
    tally = tallies[0]
    say(" ".join(describe_tally(tally, what, done=True)), undo=_undo_address(call, tally))
    return see_other(address)


@bp.get("/kelola/daftar/<call:call>/keputusan/<id:job_id>")
@requires(Permission.DECIDE_REGISTRATIONS)
def deciding(call: Call, job_id: int) -> ResponseReturnValue:
    """How far a decision on many is; then what was decided, with the way to take it back."""
    job = db.session.get(Job, job_id)
    if job is None or job.kind != DECIDE or job.arguments["call_id"] != call.id:
        abort(404)
    what = Move(job.arguments["what"])
    tally = Tally.of(job.result) if job.result is not None else None
    values = {
        "job": job,
        "percent": job.percent,
        "button": BUTTON_WORDS[what],
        "count": len(job.arguments["ids"]),
        "sentences": describe_tally(tally, what, done=True) if tally is not None else [],
        "stopped": (job.result or {}).get("stopped"),
        "undo": _undo_address(call, tally) if tally is not None else None,
    }
    if is_htmx():
        return call_page("_deciding.html", call, **values)
    return call_page("deciding.html", call, **values)


@bp.post("/kelola/daftar/<call:call>/keputusan/<batch>/batal")
@requires(Permission.DECIDE_REGISTRATIONS)
def undo_batch(call: Call, batch: str) -> ResponseReturnValue:
    """Take a decision on many back; messages that wait are not sent."""
    ids = list_batch(call, batch[:40])
    if not ids:
        raise NothingToUndo
    undone = late = 0
    for at in range(0, len(ids), PORTION):
        with transaction():
            portion = undo_many(fetch_call(call), ids[at : at + PORTION], by=signed_in_user())
        undone, late = undone + portion[0], late + portion[1]
    sentence = ngettext(
        "%(num)s decision taken back, no message was sent.",
        "%(num)s decisions taken back, no message was sent.",
        undone,
    )
    if late:
        sentence += " " + ngettext(
            "For %(num)s it was too late.", "For %(num)s it was too late.", late
        )
    say(sentence)
    return see_other(url_for(".applicants", call=call))


def describe_tally(tally: Tally, what: Move, *, done: bool = False) -> list[str]:
    """What is done and what is not, a sentence each; why some wait only before it is ``done``."""
    sentences = []
    if tally.done or not tally.refused:
        sentences.append(_sentence(describe_count(what, len(tally.done))))
    if not (done and tally.waits):
        sentences += [_full_words(full, count) for full, count in tally.full.items()]
    if tally.waits:
        sentences.append(_sentence(describe_count(Move.WAITLIST, len(tally.waits))))
    sentences += [
        _("%(count)s stay as they are: %(state)s.", count=count, state=STATE_WORDS[state])
        for state, count in tally.not_possible.items()
    ]
    if tally.not_their_turn:
        sentences.append(
            ngettext(
                "%(num)s has to wait: others wait longer.",
                "%(num)s have to wait: others wait longer.",
                tally.not_their_turn,
            )
        )
    if tally.not_asked:
        sentences.append(
            ngettext(
                "%(num)s answered a former form without these questions.",
                "%(num)s answered a former form without these questions.",
                tally.not_asked,
            )
        )
    return sentences


def _show(
    call: Call, form: ChangesForm, what: Move, registrations: Sequence[Registration], query: str
) -> str:
    rest_waits = bool(form.rest_waits.data)
    questions = _offer_fields(call, form)
    tally = plan_many(call, registrations, what, rest_waits=rest_waits)
    chosen = [one for one in questions if one.key in set(form.fields.data or ())]
    by_id = {one.id: one for one in registrations}
    without_mail = sum(1 for number in tally.done if by_id[number].email is None)
    return call_page(
        "decide_many.html",
        call,
        form=form,
        what=str(what),
        button=BUTTON_WORDS[what],
        needs_reason=what in NEED_REASON,
        takes_reason=what != Move.START_REVIEW,
        asks_fields=what == Move.REQUEST_CHANGES,
        offers_waiting=what == Move.ACCEPT and bool(tally.full),
        tally=tally,
        sentences=describe_tally(tally, what),
        names=[by_id[number] for number in tally.done],
        count=len(registrations),
        without_mail=without_mail,
        previews=_previews(call, what, form, chosen),
        query=query,
        back=list_address(call, read_args(call, query).to_args()),
    )


def _decide_later(
    call: Call,
    form: ChangesForm,
    what: Move,
    registrations: Sequence[Registration],
    show: Callable[[], str],
) -> ResponseReturnValue:
    """Leave it to the worker, and show how far it is."""
    jobs: list[Job] = []

    def save() -> None:
        again = get_in_order([one.id for one in registrations])
        job = decide_later(fetch_call(call), again, what, by=signed_in_user(), **_choices(form))
        jobs.append(job)

    failed = save_form(form, save, show)
    return failed or see_other(url_for(".deciding", call=call, job_id=jobs[0].id))


def _choices(form: ChangesForm) -> dict[str, Any]:
    return {
        "reason": form.reason.data,
        "fields": form.fields.data or (),
        "rest_waits": bool(form.rest_waits.data),
    }


def _undo_address(call: Call, tally: Tally) -> str | None:
    """Where a decision is taken back; None where there is nothing to take back."""
    if tally.batch is None or not (tally.done or tally.waits):
        return None
    return url_for(".undo_batch", call=call, batch=tally.batch)


def _previews(
    call: Call, what: Move, form: ChangesForm, questions: Sequence[Question]
) -> list[Preview]:
    source = next((s for s in RegistrationState if find_transition(what, s)), None)
    if source is None:
        return []
    occasion = Occasion(call=call, reason=form.reason.data or "", questions=questions)
    return preview_move(what, source, occasion)


def _offer_fields(call: Call, form: ChangesForm) -> list[Question]:
    """The questions of the present form, to tick which are to be corrected."""
    questions = read_questions(get_form(call).questions)
    form.offer([(question.key, question.text) for question in questions])
    return questions


def _full_words(full: str, count: int) -> str:
    if full:
        return str(_("%(count)s do not fit: the quota %(quota)s is full.", count=count, quota=full))
    return str(_("%(count)s do not fit: all places are taken.", count=count))


def _sentence(text: str) -> str:
    return f"{text}."


def _read_move(text: str) -> Move | None:
    return next((move for move in MOVES if str(move) == text), None)


def _read_ids(texts: Sequence[Any]) -> list[int]:
    numbers = [read_number(text) for text in texts]
    return list(dict.fromkeys(number for number in numbers if number))[:MOST_AT_ONCE]
