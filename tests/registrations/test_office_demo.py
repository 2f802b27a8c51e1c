"""The made-up applications of the demo are valid, always the same, and nobody's."""

from collections import Counter
from itertools import combinations

from flask import Flask
from sqlalchemy import func, select

from gernas.businesses.likeness import is_alike
from gernas.businesses.values import read_phone
from gernas.campaigns.models import Campaign, Stop
from gernas.core.database import db, transaction
from gernas.core.permissions import Role
from gernas.registrations.answers import check_answers
from gernas.registrations.demo import APPLICATIONS, load_calls, make_up, move_calls
from gernas.registrations.files import read_file, small_name
from gernas.registrations.models import Call, Registration, RegistrationState
from gernas.registrations.questions import read_questions
from tests.factories import make_stop, make_user

S = RegistrationState


def load() -> int:
    stop = make_stop()
    organizer = make_user(Role.ORGANIZER, stop.scope)
    with transaction():
        return load_calls(
            db.session.get_one(Campaign, stop.campaign_id),
            db.session.get_one(Stop, stop.id),
            by=db.session.merge(organizer),
        )


def test_what_is_made_up_is_the_same_each_time() -> None:
    first, second = list(make_up()), list(make_up())

    assert first == second
    assert len(first) == APPLICATIONS == 478


def test_names_and_numbers_are_nobodys() -> None:
    made = list(make_up())

    assert all("Contoh" in one.answers["business_name"] for one in made)
    assert all(one.answers["nib"].startswith("00000009") for one in made if "nib" in one.answers)
    phones = {one.answers["whatsapp"] for one in made}
    assert all(phone.startswith("+627210") for phone in phones)  # no number begins with 0
    assert all(read_phone(phone) == phone for phone in phones)


def test_few_of_them_look_like_the_same_business() -> None:
    by_city: dict[str, list[str]] = {}
    for one in make_up():
        by_city.setdefault(one.answers["city"], []).append(one.answers["business_name"].lower())

    alike = sum(is_alike(*pair) for names in by_city.values() for pair in combinations(names, 2))

    assert alike < 20
    nibs = Counter(one.answers["nib"] for one in make_up() if "nib" in one.answers)
    assert 2 <= sum(1 for count in nibs.values() if count > 1) <= 6  # some applied twice


def test_every_made_up_application_answers_its_form_well(context: Flask) -> None:
    count = load()

    rows = db.session.scalars(select(Registration)).all()
    assert count == len(rows) > APPLICATIONS
    for row in rows:
        questions = read_questions(row.form_version.questions)
        checked = check_answers(questions, row.answers, row.uploads)
        assert checked.problems == {}
        assert checked.answers == row.answers
        assert row.is_demo
        assert row.label
        assert row.search
        assert row.submitted_at is not None
    upload = next(row.uploads[0] for row in rows if row.uploads)
    assert read_file(upload.stored_name)
    assert read_file(small_name(upload.stored_name))


def test_the_counters_agree_with_the_rows(context: Flask) -> None:
    load()

    for call in db.session.scalars(select(Call)):
        held = select(func.count()).where(Registration.call_id == call.id, Registration.holds_place)
        assert call.used == db.session.scalar(held)
        assert call.is_demo


def test_loading_again_adds_nothing_and_moving_opens_anew(context: Flask) -> None:
    load()
    with transaction():
        for call in db.session.scalars(select(Call)).all():
            call.opens_at, call.closes_at = call.opens_at.replace(year=2020), call.opens_at
    again = load()

    with transaction():
        move_calls()

    assert again == 0
    assert [call.is_open for call in db.session.scalars(select(Call))] == [True, True]
