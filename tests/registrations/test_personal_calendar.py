"""The private calendar holds the events in which a person has a place, once that is told."""

from typing import Any

from flask import Flask

from gernas.accounts.models import User
from gernas.calendars.scopes import list_personal_uids
from gernas.core.database import db, transaction
from gernas.events.models import Event
from gernas.registrations.models import Call, Registration
from gernas.registrations.services.answering import withdraw_registration
from gernas.registrations.services.deciding import accept_registration
from gernas.registrations.services.owning import claim_registrations
from tests.events.conftest import kept, plan
from tests.factories import make_stop, make_user
from tests.registrations.making import first_come, make_call, send


def call_for(event: Event, call: Call) -> Call:
    with transaction():
        db.session.get_one(Call, call.id).event_id = event.id
    return call


def uids(user: User) -> set[str]:
    db.session.rollback()
    return list_personal_uids(user.id)


def claim(user: User) -> None:
    with transaction():
        claim_registrations(db.session.get_one(User, user.id))


def test_an_event_comes_with_the_place_and_goes_with_it(english: Flask) -> None:
    siti, stop = make_user(email="siti@contoh.id"), make_stop()
    event, other = plan(stop), plan(stop)
    call = call_for(event, first_come(stop=stop, places=1))
    mine = send(call, email="siti@contoh.id")
    send(call_for(other, make_call(stop)), email="siti@contoh.id")
    claim(siti)

    with_place = uids(siti)
    with transaction():
        withdraw_registration(db.session.get_one(Registration, mine.id), by=None)

    assert with_place == {kept(event)[0].uid}
    assert uids(siti) == set()


def test_a_decision_that_can_be_undone_is_not_told_by_the_calendar(
    english: Flask, later: Any
) -> None:
    siti, stop = make_user(email="siti@contoh.id"), make_stop()
    event = plan(stop)
    mine = send(call_for(event, make_call(stop)), email="siti@contoh.id")
    claim(siti)
    with transaction():
        accept_registration(db.session.get_one(Registration, mine.id), by=None)

    at_once = uids(siti)
    later(minutes=11)

    assert (at_once, uids(siti)) == (set(), {kept(event)[0].uid})
