"""Sign up on a phone: alone, by a link, at the desk; twins, ages, double presses."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from gernas.accounts.arrivals import welcome
from gernas.accounts.models import User
from gernas.core.clock import now
from gernas.core.database import db, transaction
from gernas.messages.models import Message
from gernas.youth.codes import get_member_token
from gernas.youth.members.values import MemberValues
from gernas.youth.models import (
    Enrolment,
    Member,
    YouthConsent,
    YouthConsentPurpose,
    YouthProgramme,
)
from gernas.youth.services.joining import Extras
from gernas.youth.services.joining import sign_up as join
from tests.conftest import race
from tests.factories import make_event, make_stop, make_user, sign_in
from tests.youth.making import make_member, make_organisation, make_programme
from tests.youth.signing import RINA, fill, hidden_fields, sign_up


def only_member() -> Member:
    return db.session.scalars(select(Member)).one()


def years_ago(years: int) -> date:
    return now().date().replace(year=now().year - years, month=1, day=1)


@pytest.fixture
def slug(app: Flask) -> str:
    with app.app_context():
        return make_programme(about="Bantu UMKM.").slug


def test_signing_up_leads_to_ones_own_page(app: Flask, client: FlaskClient, slug: str) -> None:
    answer = sign_up(client, slug, email="Rina@contoh.id", skills=["photo"], sex="female")

    assert answer.status_code == 303
    page = client.get(answer.location)
    assert "Rina Wati" in page.text
    assert "You are signed up." in page.text
    with app.app_context():
        member = only_member()
        assert (member.phone, member.email) == ("+6281234567890", "rina@contoh.id")
        assert (member.birth_date, member.skills) == (date(2004, 3, 17), ["photo"])
        [enrolment] = member.enrolments
        assert (enrolment.how, enrolment.is_live) == ("alone", True)
        consents = db.session.scalars(select(YouthConsent)).all()
        assert [(one.purpose, one.language) for one in consents] == [("take_part", "en")]
        assert db.session.scalars(select(Message.template)).all() == ["youth_joined"]


def test_pressing_twice_signs_up_once(app: Flask, client: FlaskClient, slug: str) -> None:
    path = f"/en/pemuda/{slug}/daftar"
    typed = {**hidden_fields(client.get(path).text), **RINA}

    first, second = client.post(path, data=typed), client.post(path, data=typed)

    assert first.location == second.location
    with app.app_context():
        assert db.session.scalar(select(func.count(Enrolment.id))) == 1


def test_who_is_known_gets_the_link_by_mail_and_the_page_tells_nothing(
    app: Flask, client: FlaskClient, slug: str
) -> None:
    with app.app_context():
        make_member(
            name="Rina Wati",
            birth_date=date(2004, 3, 17),
            phone="+6281234567890",
            email="rina@contoh.id",
        )

    answer = sign_up(client, slug, name="Somebody Else", email="thief@contoh.id")

    page = client.get(answer.location)
    assert answer.location.endswith(f"/en/pemuda/{slug}/terkirim")
    assert "Rina" not in page.text
    assert "rina@" not in page.text
    with app.app_context():
        only_member()
        [message] = db.session.scalars(select(Message)).all()
        assert (message.template, message.recipient) == ("youth_link", "rina@contoh.id")
        assert db.session.scalar(select(func.count(Enrolment.id))) == 0


def test_without_agreeing_nothing_is_kept_and_nothing_typed_is_lost(
    app: Flask, client: FlaskClient, slug: str
) -> None:
    answer = sign_up(client, slug, take_part="", city="Kota Metro Barat")

    assert answer.status_code == 422
    assert "Without your agreement we may not keep your data." in answer.text
    assert 'value="Kota Metro Barat"' in answer.text
    assert 'value="17/03/2004"' in answer.text
    with app.app_context():
        assert db.session.scalar(select(func.count(Member.id))) == 0


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("17/03/2199", "This birth date lies in the future."),
        ("17/03/1900", "Look at the year again: 1900 is long ago."),
        ("17/03/1960", "The programme is for young people up to 30."),
        ("31/02/2004", "is not a date"),
        ("kemarin", "is not a date"),
        ("", "Write the birth date"),
    ],
)
def test_an_odd_birth_date_is_told_in_a_sentence(
    client: FlaskClient, slug: str, typed: str, sentence: str
) -> None:
    answer = sign_up(client, slug, birth_date=typed)

    assert answer.status_code == 422
    assert sentence in answer.text


def test_who_is_16_on_the_last_day_may_sign_up_and_one_day_younger_may_not(
    app: Flask, client: FlaskClient
) -> None:
    with app.app_context():
        stop = make_stop()
        last = now().date() + timedelta(days=30)
        make_event(stop, starts_on=last - timedelta(days=1), ends_on=last)
        slug = make_programme(stop).slug
    birthday = last.replace(year=last.year - 16)

    late = sign_up(client, slug, birth_date=f"{birthday + timedelta(days=1):%d/%m/%Y}")
    fits = sign_up(client, slug, birth_date=f"{birthday:%d/%m/%Y}")

    assert late.status_code == 422
    assert "You must be 16 on the last day of the programme" in late.text
    assert fits.status_code == 303


def test_the_limits_of_age_are_settings(
    app: Flask, client: FlaskClient, slug: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = replace(app.config["GERNAS"], youth_ages=(15, 40))
    monkeypatch.setitem(app.config, "GERNAS", settings)

    answer = sign_up(client, slug, birth_date=f"{years_ago(40):%d/%m/%Y}")

    assert answer.status_code == 303


def test_by_the_link_of_an_organisation_one_belongs_to_it(app: Flask, client: FlaskClient) -> None:
    with app.app_context():
        programme = make_programme()
        organisation = make_organisation(programme.stop, name="Unila")
        slug, code, number = programme.slug, organisation.join_code, organisation.id
    path = f"/en/pemuda/{slug}/daftar?o={code.lower()}"

    page = client.get(path)
    answer = fill(client, path, **RINA, organisation_id=str(number))

    assert "You join with Unila." in page.text
    assert answer.status_code == 303
    with app.app_context():
        assert only_member().organisation_id == number


def test_the_qr_at_the_desk_leads_to_the_form_and_is_remembered(
    app: Flask, client: FlaskClient
) -> None:
    with app.app_context():
        code = make_programme().desk_code

    answer = fill(client, f"/en/pemuda/meja/{code}", **RINA)

    assert answer.status_code == 303
    with app.app_context():
        assert only_member().enrolments[0].how == "desk"


def test_signed_in_the_member_is_the_accounts(app: Flask, client: FlaskClient, slug: str) -> None:
    with app.app_context():
        user = make_user(email="rina@contoh.id")
        sign_in(app, client, user)
        number = user.id

    answer = sign_up(client, slug)

    assert answer.location.endswith("/saya/pemuda")
    with app.app_context():
        member = only_member()
        assert (member.user_id, member.email) == (number, "rina@contoh.id")


def test_for_another_stop_a_member_joins_by_their_own_page_without_a_second_record(
    app: Flask, client: FlaskClient, slug: str
) -> None:
    with app.app_context():
        member = make_member(make_programme())
        token = get_member_token(member)

    answer = fill(client, f"/en/pemuda/saya/{token}/gabung/{slug}", take_part="y")

    assert answer.status_code == 303
    assert client.get(answer.location).status_code == 200
    with app.app_context():
        assert len(only_member().enrolments) == 2


def test_the_account_with_the_same_mail_takes_the_page_over(
    app: Flask, client: FlaskClient, slug: str
) -> None:
    sign_up(client, slug, email="rina@contoh.id")
    with app.app_context():
        user = make_user(email="rina@contoh.id")
        sign_in(app, client, user)
        with transaction():
            welcome(db.session.get_one(User, user.id))

    assert "Rina Wati" in client.get("/saya/pemuda").text


@pytest.mark.parametrize(
    ("window", "sentence"),
    [
        ({"sign_up_from": timedelta(days=1)}, "Signing up opens on"),
        ({"sign_up_until": -timedelta(days=1)}, "Signing up closed on"),
    ],
)
def test_outside_of_its_time_nobody_signs_up(
    app: Flask, client: FlaskClient, window: dict[str, timedelta], sentence: str
) -> None:
    with app.app_context():
        moments: dict[str, Any] = {name: now() + shift for name, shift in window.items()}
        slug = make_programme(about="x", **moments).slug

    answer = sign_up(client, slug)

    assert answer.status_code == 409
    assert sentence in answer.text


def test_an_unpublished_programme_has_no_pages(app: Flask, client: FlaskClient) -> None:
    with app.app_context():
        slug = make_programme(published=False).slug

    pages = [client.get(f"/pemuda/{slug}{tail}").status_code for tail in ("", "/daftar")]

    assert pages == [404, 404]


@pytest.mark.usefixtures("slug")
def test_many_at_once_are_one_member(app: Flask) -> None:
    values = MemberValues(
        name="Rina",
        birth_date=years_ago(20),
        city="Metro",
        province_code="ID-LA",
        phone="08123456789",
    )
    with app.app_context():
        number = db.session.scalars(select(YouthProgramme.id)).one()

    def press(key: str) -> object:
        with transaction():
            programme = db.session.get_one(YouthProgramme, number)
            joined = join(
                programme,
                values,
                Extras(key=key),
                consents={YouthConsentPurpose.TAKE_PART},
                language="id",
            )
            return "known" if joined.member is None else "in"

    outcomes = race(app, [lambda: press("same-key-12345")] * 4 + [lambda: press("another-12345")])

    assert len(outcomes) == 5
    with app.app_context():
        assert db.session.scalar(select(func.count(Member.id))) == 1


ODD = [
    "\x00",
    "x" * 100_000,
    "\U0001d57d\U0001d58e",  # Fraktur
    "'; DROP TABLE",
    "<script>",
    "-1",
    "99999999999999999999",
    "\u202e",  # turns the direction of text
    "\u0663",  # an Arabic digit
]


@pytest.mark.parametrize("name", [*RINA, "email", "organisation_id", "skills", "sex", "key"])
def test_whatever_is_typed_is_answered_in_words(client: FlaskClient, slug: str, name: str) -> None:
    statuses = {sign_up(client, slug, **{name: odd}).status_code for odd in ODD}

    assert statuses <= {303, 422}
