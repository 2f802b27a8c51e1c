"""What holds when everything arrives at once: real threads, real commits, beside controls."""

import threading
from collections import Counter
from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm.attributes import set_committed_value

from gernas.accounts.models import User
from gernas.core.database import db, transaction
from gernas.core.permissions import Role
from gernas.messages.models import Message
from gernas.registrations.models import Call, Registration, RegistrationEvent, RegistrationState
from gernas.registrations.services import sending, submitting
from gernas.registrations.services.answering import (
    confirm_place,
    decline_place,
    withdraw_registration,
)
from gernas.registrations.services.deciding import accept_registration, offer_next
from gernas.registrations.services.places import Claim
from gernas.registrations.services.releasing import release_lapsed
from gernas.registrations.services.submitting import submit_at_once
from tests.conftest import race
from tests.factories import make_user
from tests.registrations.making import (
    again,
    answers,
    draft,
    first_come,
    held,
    make_call,
    quota_used,
    send,
    states,
    submit,
    submit_prepared,
    used,
)

S = RegistrationState
Send = Callable[..., Registration]
MANY = 50


def waiting_numbers(call: Call) -> list[int]:
    db.session.rollback()
    numbers = select(Registration.waiting_number).where(
        Registration.call_id == call.id, Registration.waiting_number.is_not(None)
    )
    return sorted(number for number in db.session.scalars(numbers) if number is not None)


def count(table: type[Message] | type[RegistrationEvent] | type[Registration]) -> int:
    db.session.rollback()
    return len(db.session.scalars(select(table.id)).all())


WAYS = pytest.mark.parametrize("sending", [submit, submit_prepared])


@WAYS
def test_pressed_fifty_times_at_once_one_application_is_sent(app: Flask, sending: Send) -> None:
    """ASVS 2.3.3."""
    with app.app_context():
        call = first_come(places=60)
        registration = draft(call)

    results = race(app, [lambda: sending(registration, idempotency_key="once").state] * MANY)

    assert results == ["accepted"] * MANY
    with app.app_context():
        assert (used(call), held(call)) == (1, 1)
        assert (count(RegistrationEvent), count(Message)) == (1, 1)


def test_without_the_lock_each_press_counts(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: whoever looked before the others wrote takes it for a draft."""
    with app.app_context():
        call = first_come(places=60)
        registration = draft(call)

    def careless(row: Registration) -> Registration:
        set_committed_value(row, "state", S.DRAFT)
        set_committed_value(row, "holds_place", False)
        return row

    monkeypatch.setattr(submitting, "hold_with_call", careless)
    race(app, [lambda: submit(registration).state] * 8)

    with app.app_context():
        assert used(call) > held(call) == 1


def test_fifty_imports_with_one_key_make_one_registration(app: Flask) -> None:
    with app.app_context():
        call = make_call()

    def press() -> object:
        with transaction():
            fresh = db.session.get_one(Call, call.id)
            typed = answers(business_name="Sama")
            return submit_at_once(fresh, typed, idempotency_key="row-7", language="id").id

    results = race(app, [press] * MANY)

    assert len(set(results)) == 1
    with app.app_context():
        assert (count(Registration), count(RegistrationEvent)) == (1, 1)


@WAYS
def test_of_two_hundred_at_once_sixty_get_the_sixty_places_and_the_others_a_number(
    app: Flask, sending: Send
) -> None:
    """ASVS 2.3.2."""
    with app.app_context():
        call = first_come(places=60)
        drafts = [draft(call) for _ in range(200)]

    results = race(app, [lambda d=d: sending(d).state for d in drafts])  # type: ignore[misc]

    assert Counter(results) == {"accepted": 60, "waitlisted": 140}
    with app.app_context():
        assert (used(call), held(call)) == (60, 60)
        assert waiting_numbers(call) == list(range(1, 141))


def test_without_the_guard_more_get_a_place_than_there_are(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control: all looked whether there is a place before any took one."""
    with app.app_context():
        call = first_come(places=3)
        drafts = [draft(call) for _ in range(8)]
    looked: dict[int, bool] = {}
    all_looked = threading.Barrier(len(drafts))

    def careless(_call_id: int, _wishes: object, **_more: object) -> Claim:
        return Claim(1 if looked[threading.get_ident()] else None)

    def attempt(registration: Registration) -> str:
        looked[threading.get_ident()] = held(call) < 3
        all_looked.wait()
        return submit(registration).state

    monkeypatch.setattr(sending, "claim_place", careless)
    race(app, [lambda d=d: attempt(d) for d in drafts])  # type: ignore[misc]

    with app.app_context():
        assert held(call) == 8


@WAYS
def test_a_quota_is_never_exceeded_whatever_arrives_together(app: Flask, sending: Send) -> None:
    with app.app_context():
        call = first_come(places=20, quotas={"food": 4, "craft": 3})
        sectors = ["food"] * 12 + ["craft"] * 12
        drafts = [draft(call, sector=sector) for sector in sectors]

    results = race(app, [lambda d=d: sending(d).state for d in drafts])  # type: ignore[misc]

    assert Counter(results) == {"accepted": 7, "waitlisted": 17}
    with app.app_context():
        assert quota_used(call) == {"food": 4, "craft": 3}
        assert used(call) == held(call) == 7


@WAYS
def test_of_applications_with_one_nib_one_gets_a_place(app: Flask, sending: Send) -> None:
    with app.app_context():
        call = first_come(places=20)
        drafts = [draft(call, nib="9120001234567") for _ in range(8)]

    results = race(app, [lambda d=d: sending(d).state for d in drafts])  # type: ignore[misc]

    assert results == ["accepted"] + ["submitted"] * 7
    with app.app_context():
        assert used(call) == held(call) == 1


def test_of_organizers_who_accept_at_once_one_gives_the_last_place(app: Flask) -> None:
    with app.app_context():
        call = make_call(places=1)
        sent = [send(call) for _ in range(6)]
        organizer = make_user(Role.ADMINISTRATOR)

    def decide(registration: Registration) -> str:
        with transaction():
            row = db.session.get_one(Registration, registration.id)
            by = db.session.get_one(User, organizer.id)
            return accept_registration(row, by=by).state

    results = race(app, [lambda r=r: decide(r) for r in sent])  # type: ignore[misc]

    assert results == ["NoPlaceLeft"] * 5 + ["accepted"]
    with app.app_context():
        assert used(call) == held(call) == 1


def test_confirm_and_decline_at_once_end_in_one_of_them(app: Flask) -> None:
    with app.app_context():
        call = first_come(places=1)
        registration = send(call)

    results = race(app, [act(confirm_place, registration), act(decline_place, registration)])

    with app.app_context():
        state = again(registration).state
        assert results in (["NotPossible", "confirmed"], ["NotPossible", "declined"])
        assert state in results
        assert used(call) == held(call) == (1 if state == S.CONFIRMED else 0)


def test_a_place_that_is_given_back_goes_to_who_waits_and_not_to_who_comes(app: Flask) -> None:
    with app.app_context():
        call = first_come(places=5)
        sent = [send(call) for _ in range(9)]
        drafts = [draft(call) for _ in range(10)]

    leaving = [act(decline_place, one) for one in sent[:4]]
    coming = [lambda d=d: submit(d).state for d in drafts]
    results = race(app, [*leaving, *coming])

    assert Counter(results) == {"declined": 4, "waitlisted": 10}
    with app.app_context():
        assert states(call)[:9] == ["declined"] * 4 + ["accepted"] * 5
        assert used(call) == held(call) == 5


def test_everything_at_once_neither_blocks_nor_loses_count(app: Flask) -> None:
    with app.app_context():
        call = first_come(places=6, quotas={"food": 4})
        sent = [send(call, sector="food" if n % 2 else "craft") for n in range(16)]
        drafts = [draft(call, sector="food" if n % 3 else "craft") for n in range(12)]
        organizer = make_user(Role.ADMINISTRATOR)

    def offer() -> object:
        with transaction():
            by = db.session.get_one(User, organizer.id)
            return offer_next(db.session.get_one(Call, call.id), by=by)

    def release() -> object:
        with transaction():
            return release_lapsed(db.session.get_one(Call, call.id))

    attempts: list[Callable[[], object]] = [
        *(act(withdraw_registration, one) for one in sent[::2]),
        *(act(confirm_place, one) for one in sent[1::4]),
        *(act(decline_place, one) for one in sent[3::4]),
        *(lambda d=d: submit(d).state for d in drafts),
        *[offer, release] * 3,
    ]
    results = race(app, attempts)

    assert not set(results) & {"OperationalError", "IntegrityError", "TimeoutError"}
    with app.app_context():
        assert used(call) == held(call) == 6
        foods = select(Registration.id).where(
            Registration.call_id == call.id, Registration.sector == "food", Registration.holds_place
        )
        assert quota_used(call) == {"food": len(db.session.scalars(foods).all())}
        numbers = waiting_numbers(call)
        assert len(numbers) == len(set(numbers))


def act(service: Callable[..., Registration], registration: Registration) -> Callable[[], object]:
    """An applicant's move on a registration, in a transaction of its own."""

    def do() -> object:
        with transaction():
            return service(db.session.get_one(Registration, registration.id), by=None).state

    return do
