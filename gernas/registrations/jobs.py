"""What the worker does for registrations, by the clock and when it is woken."""

from datetime import timedelta

from sqlalchemy import and_, select

from gernas.accounts.secrets import hash_code, new_code
from gernas.core.clock import now
from gernas.core.database import db, transaction
from gernas.core.jobs import Run, job, timed
from gernas.core.logs import log
from gernas.messages.services import queue_message
from gernas.registrations.models import (
    Call,
    DecidesBy,
    DraftReturn,
    Registration,
    RegistrationState,
)
from gernas.registrations.queries import select_registrations
from gernas.registrations.quiet_hours import after_quiet_hours
from gernas.registrations.services.drafts import MAIL_RETURN
from gernas.registrations.services.moving import OFFER_FREED, pass_on
from gernas.registrations.services.places import hold_places
from gernas.registrations.services.releasing import fill_places, release_lapsed
from gernas.registrations.services.remembering import (
    drop_begun_uploads,
    drop_old_drafts,
    erase_registration,
    list_past_their_time,
    list_stray_files,
)
from gernas.registrations.services.taking_in import take_in
from gernas.registrations.telling import make_values, queue

CLOSING_SOON = timedelta(hours=24)
LAPSING_SOON = timedelta(hours=24)
LONG_ENOUGH = timedelta(hours=48)  # a window or deadline shorter than this needs no reminder
BATCH = 100

S = RegistrationState


@timed("take businesses in", every=timedelta(seconds=15))
def take_in_by_the_clock() -> None:
    take_in_all()


def take_in_all() -> int:
    """Bring all sent applications into the records of their businesses; returns how many.

    Each in its own transaction: one that fails is left and tried again, the others go on.
    """
    waiting = select(Registration.id).where(
        Registration.taken_in_at.is_(None),
        Registration.submitted_at.is_not(None),
        Registration.search != "",
    )
    ids = list(db.session.scalars(waiting.order_by(Registration.submitted_at).limit(BATCH)))
    db.session.rollback()
    done = 0
    for number in ids:
        try:
            with transaction():
                take_in(db.session.get_one(Registration, number))
            done += 1
        except Exception as error:  # noqa: BLE001 - one that fails must not hold up the others
            log.error("take_in", registration=number, kind=type(error).__name__)
    return done


@timed("release lapsed offers", every=timedelta(seconds=30))
def release_by_the_clock() -> None:
    """Expire offers whose time is over and give free places of calls by first come to who waits."""
    lapsed = select(Registration.call_id).where(
        Registration.state == S.ACCEPTED, Registration.offer_until <= now()
    )
    waiting = (
        select(Registration.call_id)
        .join(Registration.call)
        .where(
            Registration.waiting_number.is_not(None),
            Call.used < Call.places,
            Call.decides_by == DecidesBy.FIRST_COME,
        )
    )
    ids = sorted({*db.session.scalars(lapsed.distinct()), *db.session.scalars(waiting.distinct())})
    db.session.rollback()
    for call_id in ids:
        with transaction():
            call = db.session.get_one(Call, call_id)
            release_lapsed(call)
            fill_places(call)


@job(OFFER_FREED)
def offer_freed_place(_run: Run, call_id: int) -> dict[str, int]:
    """Offer a place that was given back by a decision which can no longer be undone."""
    with transaction():
        call = db.session.get_one(Call, call_id)
        hold_places(call.id)
        offered = pass_on(call)
    return {"offered": int(offered is not None)}


@timed("remind applicants", every=timedelta(minutes=5))
def remind_by_the_clock() -> None:
    remind_drafts()
    remind_accepted()


def remind_drafts() -> int:
    """Write to drafts with an address that their call closes within a day; returns how many."""
    moment = now()
    soon = select(Call.id, Call.opens_at).where(
        Call.published_at.is_not(None),
        Call.archived_at.is_(None),
        Call.closed_at.is_(None),
        Call.reminded_at.is_(None),
        Call.closes_at > moment,
        Call.closes_at <= moment + CLOSING_SOON,
    )
    calls = db.session.execute(soon).all()
    db.session.rollback()
    reminded = 0
    for call_id, opens_at in calls:
        with transaction():
            call = db.session.get_one(Call, call_id)
            call.reminded_at = moment
            if call.closes_at - opens_at < LONG_ENOUGH:
                continue
            reminded += _remind_drafts_of(call)
    return reminded


def _remind_drafts_of(call: Call) -> int:
    drafts = select_registrations().where(
        Registration.call_id == call.id,
        Registration.state == S.DRAFT,
        Registration.email.is_not(None),
    )
    due = after_quiet_hours(now(), call.zone)
    found = db.session.scalars(drafts).unique().all()
    for draft in found:
        key = f"registration-closing:{draft.id}:{int(call.closes_at.timestamp())}"
        queue("registration_closing", draft, key=key, not_before=min(due, call.closes_at))
    return len(found)


def remind_accepted() -> int:
    """Write to those whose place lapses within a day unless they confirm; returns how many."""
    moment = now()
    lapsing = select(Registration.id).where(
        and_(
            Registration.state == S.ACCEPTED,
            Registration.offer_until > moment,
            Registration.offer_until <= moment + LAPSING_SOON,
            Registration.decided_at <= moment - LAPSING_SOON,
            Registration.reminded_at.is_(None),
        )
    )
    ids = list(db.session.scalars(lapsing.limit(BATCH)))
    db.session.rollback()
    for number in ids:
        with transaction():
            registration = db.session.get_one(Registration, number, with_for_update=True)
            if registration.state != S.ACCEPTED or registration.offer_until is None:
                continue
            registration.reminded_at = moment
            due = after_quiet_hours(moment, registration.call.zone)
            key = f"registration-lapsing:{number}:{int(registration.offer_until.timestamp())}"
            queue("registration_confirm_soon", registration, key=key, not_before=due)
    return len(ids)


@job(MAIL_RETURN)
def mail_return(_run: Run, wish_id: int) -> dict[str, int]:
    """Mail the code that opens a draft, if there is one with the address in the call."""
    with transaction():
        wish = db.session.get(DraftReturn, wish_id)
        if wish is None or wish.code_hash is not None or wish.expires_at <= now():
            return {"mails": 0}
        draft = db.session.scalar(
            select(Registration)
            .where(Registration.call_id == wish.call_id, Registration.email == wish.email)
            .order_by((Registration.state != S.DRAFT), Registration.id.desc())
            .limit(1)
        )
        if draft is None:
            return {"mails": 0}
        code = new_code()
        wish.registration_id, wish.code_hash = draft.id, hash_code(code, step_id=wish.id)
        values = make_values("registration_code", draft)
        queue_message(
            "registration_code",
            to=wish.email,
            language=wish.language,
            values={"title": values["title"], "code": code},
            key=f"registration-code:{wish.id}",
        )
    return {"mails": 1}


@timed("tidy registrations", every=timedelta(hours=3))
def tidy() -> None:
    """Forget old drafts, uploads that never arrived, stray files, and what is past its time."""
    with transaction():
        drop_old_drafts()
        drop_begun_uploads()
    for path in list_stray_files():
        path.unlink(missing_ok=True)
    ids = list_past_their_time()
    db.session.rollback()
    for number in ids:
        with transaction():
            erase_registration(db.session.get_one(Registration, number))
