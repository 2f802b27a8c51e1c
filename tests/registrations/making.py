"""Calls and registrations made by the services, committed; pass what the test is about."""

from datetime import timedelta
from itertools import count
from typing import Any

from sqlalchemy import select

from gernas.accounts.models import User
from gernas.campaigns.models import Campaign, Stop
from gernas.core.clock import now
from gernas.core.database import db, transaction
from gernas.messages.models import Message
from gernas.registrations.models import (
    Call,
    CallKind,
    CallQuota,
    DecidesBy,
    QuotaDimension,
    Registration,
    RegistrationEvent,
)
from gernas.registrations.questions import Option, Question, QuestionType, ShownIf
from gernas.registrations.services.calls import add_call, publish_call, set_quotas
from gernas.registrations.services.drafts import save_draft, start_draft
from gernas.registrations.services.forms import set_questions
from gernas.registrations.services.submitting import (
    prepare_submission,
    send_submission,
    submit_registration,
)
from gernas.registrations.values import CallValues, QuotaValues
from tests.factories import make_stop

_number = count(1)

SHORT_FORM = (
    Question(
        key="business_name",
        type=QuestionType.BUSINESS,
        field="name",
        label="Apa nama usaha Anda?",
        label_en="What is your business called?",
        required=True,
    ),
    Question(
        key="sector",
        type=QuestionType.BUSINESS,
        field="sector",
        label="Apa yang Anda jual?",
        label_en="What do you sell?",
        required=True,
    ),
    Question(
        key="province",
        type=QuestionType.BUSINESS,
        field="province_code",
        label="Di provinsi mana?",
        label_en="In which province?",
    ),
    Question(key="nib", type=QuestionType.BUSINESS, field="nib", label="NIB", label_en="NIB"),
    Question(
        key="email", type=QuestionType.BUSINESS, field="email", label="Surel", label_en="Email"
    ),
    Question(
        key="cooks",
        type=QuestionType.CHOICE,
        label="Apakah Anda memasak?",
        label_en="Do you cook?",
        options=(Option(value="no", label="Tidak"), Option(value="yes", label="Ya")),
    ),
    Question(
        key="device",
        type=QuestionType.TEXT,
        label="Dengan alat apa?",
        label_en="With what?",
        required=True,
        shown_if=ShownIf(key="cooks", equals="yes"),
    ),
    Question(key="photos", type=QuestionType.PHOTO, label="Foto", label_en="Photos", most=3),
)


def call_values(**more: Any) -> CallValues:
    """A review call for UMKM booths, open since an hour and for five days, with three places."""
    moment = now()
    defaults: dict[str, Any] = {
        "title": f"Stan UMKM {next(_number)}",
        "title_en": "Booths for UMKM",
        "kind": CallKind.UMKM_BOOTH,
        "opens_at": moment - timedelta(hours=1),
        "closes_at": moment + timedelta(days=5),
        "places": 3,
    }
    return CallValues(**{**defaults, **more})


def make_call(
    stop: Stop | None = None,
    *,
    questions: tuple[Question, ...] = SHORT_FORM,
    published: bool = True,
    quotas: dict[str, int] | None = None,
    **values: Any,
) -> Call:
    """A published call; ``quotas`` are places by sector."""
    stop = stop or make_stop()
    with transaction():
        stop = db.session.get_one(Stop, stop.id)
        campaign = db.session.get_one(Campaign, stop.campaign_id)
        call = add_call(campaign, call_values(**values), by=None, stop=stop)
        set_questions(call, questions, by=None)
        if quotas:
            limits = [
                QuotaValues(dimension=QuotaDimension.SECTOR, value=sector, size=size)
                for sector, size in quotas.items()
            ]
            set_quotas(call, limits, by=None)
        if published:
            publish_call(call, by=None)
    return call


def first_come(**values: Any) -> Call:
    """A call that gives its places to whoever comes first."""
    return make_call(decides_by=DecidesBy.FIRST_COME, **values)


def answers(**more: Any) -> dict[str, Any]:
    number = next(_number)
    defaults = {
        "business_name": f"Keripik Bu Siti {number}",
        "sector": "food",
        "province": "ID-LA",
        "email": f"siti{number}@contoh.id",
    }
    return {name: value for name, value in {**defaults, **more}.items() if value is not None}


def draft(call: Call, *, user: User | None = None, **typed: Any) -> Registration:
    """A filled-in draft of the call."""
    with transaction():
        call = db.session.get_one(Call, call.id)
        user = db.session.get_one(User, user.id) if user else None
        registration, _token = start_draft(call, language="en", user=user)
        return save_draft(registration, answers(**typed))


def send(call: Call, **typed: Any) -> Registration:
    """An application that was sent to the call."""
    return submit(draft(call, **typed))


def submit(registration: Registration, **more: Any) -> Registration:
    with transaction():
        return submit_registration(db.session.get_one(Registration, registration.id), **more)


def submit_prepared(registration: Registration, **more: Any) -> Registration:
    """Send a draft as the pages do: looked at before the transaction."""
    row = again(registration)
    if row.is_draft:
        submission = prepare_submission(row, **more)
        with transaction():
            send_submission(submission)
    return again(registration)


def again(registration: Registration) -> Registration:
    """The registration as it is in the database now."""
    db.session.rollback()
    return db.session.get_one(Registration, registration.id, populate_existing=True)


def states(call: Call) -> list[str]:
    """The states of a call's registrations, in the order in which they began."""
    db.session.rollback()
    rows = select(Registration.state).where(Registration.call_id == call.id)
    return [str(state) for state in db.session.scalars(rows.order_by(Registration.id))]


def used(call: Call) -> int:
    """How many places of a call are held, by its counter."""
    db.session.rollback()
    return db.session.scalars(select(Call.used).where(Call.id == call.id)).one()


def quota_used(call: Call) -> dict[str, int]:
    db.session.rollback()
    rows = select(CallQuota.value, CallQuota.used).where(CallQuota.call_id == call.id)
    return {row.value: row.used for row in db.session.execute(rows)}


def held(call: Call) -> int:
    """How many registrations of a call hold a place, by their rows."""
    db.session.rollback()
    rows = select(Registration.id).where(Registration.call_id == call.id, Registration.holds_place)
    return len(db.session.scalars(rows).all())


def timeline(registration: Registration) -> list[tuple[str, str]]:
    """What happened to a registration and where it led, oldest first."""
    db.session.rollback()
    rows = select(RegistrationEvent.what, RegistrationEvent.to_state).where(
        RegistrationEvent.registration_id == registration.id
    )
    return [
        (what, state) for what, state in db.session.execute(rows.order_by(RegistrationEvent.id))
    ]


def mails(registration: Registration) -> list[Message]:
    """The mails about a registration, oldest first."""
    db.session.rollback()
    mine = Message.key.like(f"registration%:{registration.id}:%")
    return list(db.session.scalars(select(Message).where(mine).order_by(Message.id)))


def templates(registration: Registration) -> list[str]:
    return [mail.template for mail in mails(registration)]
