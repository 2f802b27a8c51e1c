"""Whose an application is: claimed after signing in, handed over by whoever applied for someone."""

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from gernas.accounts.models import User
from gernas.businesses.models import Business, BusinessPerson
from gernas.businesses.registries import list_movers, list_personal_data, list_visible
from gernas.core.database import db, transaction
from gernas.core.errors import NotAllowed
from gernas.core.permissions import Permission, Role
from gernas.registrations.errors import AlreadySent, NotHandedOver
from gernas.registrations.jobs import take_in_all
from gernas.registrations.models import Call, Registration
from gernas.registrations.queries import (
    find_applied_for,
    find_by_token,
    list_applied_for,
    list_businesses_in_use,
    list_own,
)
from gernas.registrations.services.drafts import save_draft, start_draft
from gernas.registrations.services.owning import (
    add_email,
    claim_registration,
    claim_registrations,
    hand_over,
)
from tests.factories import make_stop, make_user
from tests.registrations.making import (
    again,
    answers,
    mails,
    make_call,
    send,
    submit,
    templates,
    timeline,
)


def claim(user: User) -> int:
    with transaction():
        return claim_registrations(db.session.get_one(User, user.id))


def apply_for_someone(call: Call, facilitator: User) -> tuple[Registration, str]:
    with transaction():
        registration, token = start_draft(
            db.session.get_one(Call, call.id),
            language="id",
            facilitator=db.session.get_one(User, facilitator.id),
        )
        save_draft(registration, answers(email=None))
    submit(registration, behalf_means="spoken")
    return registration, token


def managers(business_id: int | None) -> list[tuple[str | None, int | None]]:
    db.session.rollback()
    people = select(BusinessPerson).where(BusinessPerson.business_id == business_id)
    return [(one.email, one.user_id) for one in db.session.scalars(people)]


def test_who_proves_an_address_finds_the_applications_that_name_it(english: Flask) -> None:
    user = make_user(email="siti@contoh.id")
    call = make_call()
    mine = [send(call, email="siti@contoh.id"), send(make_call(), email="siti@contoh.id")]
    send(call, email="lain@contoh.id")
    take_in_all()

    assert claim(user) == 2
    assert claim(user) == 0

    assert {one.id for one in list_own(user)} == {one.id for one in mine}
    assert (user.email, user.id) in managers(again(mine[0]).business_id)


def test_what_is_taken_in_later_is_managed_by_who_claimed_it(english: Flask) -> None:
    user = make_user(email="siti@contoh.id")
    registration = send(make_call(), email="siti@contoh.id")

    claim(user)
    take_in_all()

    assert managers(again(registration).business_id) == [("siti@contoh.id", user.id)]


def test_the_holder_of_a_link_takes_an_application_and_keeps_it(english: Flask) -> None:
    first, second = make_user(), make_user()
    registration = send(make_call(), email=None)

    for user in (first, second):
        with transaction():
            claim_registration(
                db.session.get_one(Registration, registration.id),
                db.session.get_one(User, user.id),
            )

    assert (again(registration).user_id, again(registration).email) == (first.id, first.email)


def test_an_address_is_added_once(english: Flask) -> None:
    registration = send(make_call(), email=None)

    def add(email: str) -> None:
        with transaction():
            add_email(db.session.get_one(Registration, registration.id), email)

    add("siti@contoh.id")
    add("siti@contoh.id")
    with pytest.raises(AlreadySent):
        add("lain@contoh.id")


def test_who_applied_for_someone_hands_it_over_and_their_links_end(english: Flask) -> None:
    stop = make_stop()
    facilitator, owner = make_user(Role.FACILITATOR, stop.scope), make_user(email="siti@contoh.id")
    registration, token = apply_for_someone(make_call(stop), facilitator)
    assert [one.id for one in list_applied_for(facilitator)] == [registration.id]
    assert find_applied_for(facilitator, registration.code) is not None
    assert claim(owner) == 0

    with transaction():
        hand_over(
            db.session.get_one(Registration, registration.id),
            email="Siti@Contoh.id",
            by=db.session.get_one(User, facilitator.id),
        )

    assert find_by_token(token) is None
    assert find_applied_for(facilitator, registration.code) is None
    mail = mails(registration)[-1]
    assert (mail.template, mail.recipient) == ("registration_handed_over", "siti@contoh.id")
    assert find_by_token(mail.placeholders["url"].rpartition("/")[2]) is not None
    assert mail.placeholders["by"] == facilitator.name
    assert timeline(registration)[-1] == ("hand_over", "submitted")
    assert claim(owner) == 1
    assert again(registration).on_behalf_by_id == facilitator.id


def test_only_who_applied_or_organizes_hands_over(english: Flask) -> None:
    stop = make_stop()
    facilitator = make_user(Role.FACILITATOR, stop.scope)
    colleague = make_user(Role.FACILITATOR, stop.scope)
    registration, _token = apply_for_someone(make_call(stop), facilitator)

    def attempt(by: User, email: str) -> Any:
        with transaction():
            row = db.session.get_one(Registration, registration.id)
            return hand_over(row, email=email, by=db.session.get_one(User, by.id))

    with pytest.raises(NotAllowed):
        attempt(colleague, "siti@contoh.id")
    with pytest.raises(NotHandedOver):
        attempt(facilitator, "siti@")
    attempt(make_user(Role.ORGANIZER, stop.scope), "siti@contoh.id")

    assert templates(registration) == ["registration_handed_over"]


def test_businesses_are_seen_where_they_registered(english: Flask) -> None:
    stop, other = make_stop(), make_stop()
    here, there = send(make_call(stop)), send(make_call(other))
    take_in_all()
    organizer = make_user(Role.ORGANIZER, stop.scope)
    administrator = make_user(Role.ADMINISTRATOR)

    def seen(user: User) -> set[int]:
        person = db.session.get_one(User, user.id)
        selects = [one(person, Permission.EDIT_BUSINESSES) for one in list_visible()]
        return {number for each in selects for number in db.session.scalars(each)}

    ids = [again(one).business_id for one in (here, there)]
    assert seen(organizer) == {ids[0]}
    assert seen(administrator) == set(ids)


def test_registrations_go_along_when_two_records_become_one(english: Flask) -> None:
    first, second = send(make_call()), send(make_call())
    take_in_all()
    gone, kept = (again(one).business_id for one in (first, second))
    mover = list_movers()["registration"]

    with transaction():
        moved = mover.move(db.session.get_one(Business, gone), db.session.get_one(Business, kept))
    assert (moved, again(first).business_id) == ([first.id], kept)
    with transaction():
        mover.move_back(moved, db.session.get_one(Business, gone))

    assert again(first).business_id == gone
    assert set(list_businesses_in_use([gone or 0, kept or 0, 999])) == {gone, kept}


def test_what_is_kept_of_registrations_can_be_taken_along(english: Flask) -> None:
    registration = send(make_call(title="Stan UMKM"), business_name="Tapis Indah")
    take_in_all()
    business = db.session.get_one(Business, again(registration).business_id)

    (told,) = list_personal_data()["registrations"](business)

    assert told["call"] == "Stan UMKM"
    answered = told["answers"]
    assert isinstance(answered, dict)
    assert answered["Apa nama usaha Anda?"] == "Tapis Indah"
