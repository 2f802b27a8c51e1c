"""A guardian's yes by the link, on paper, and the coordinator's call."""

from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from PIL import Image
from sqlalchemy import select

from gernas.core.clock import now
from gernas.core.database import db, transaction
from gernas.core.permissions import Role
from gernas.messages.models import Message
from gernas.youth.codes import get_guardian_token, get_member_token
from gernas.youth.errors import AnsweredAlready, NotAgreedYet
from gernas.youth.guards import Bar, may_work
from gernas.youth.members.endings import Ending, Reason, register_ending
from gernas.youth.members.values import GuardianValues
from gernas.youth.models import GuardianAnswer, GuardianConsent, Member
from gernas.youth.services.guardians import answer_as_guardian, ask_guardian, note_call
from tests.factories import make_user, sign_in
from tests.youth.making import make_guardian, make_member, make_programme
from tests.youth.signing import fill, press

TODAY = now().date()
BORN_17 = TODAY.replace(year=TODAY.year - 17, month=1, day=1)
MOTHER = {
    "guardian_name": "Ibu Wati",
    "relation": "mother",
    "phone": "0813 2222 3333",
    "email": "wati@contoh.id",
}


@pytest.fixture
def ended(monkeypatch: pytest.MonkeyPatch) -> list[Ending]:
    """What was ended meanwhile."""
    seen: list[Ending] = []
    monkeypatch.setattr("gernas.youth.members.endings._endings", [])
    register_ending(seen.append)
    return seen


@pytest.fixture
def minor(app: Flask) -> dict[str, Any]:
    """Someone of 17 in a programme."""
    with app.app_context():
        programme = make_programme(about="Bantu UMKM di Lampung.")
        member = make_member(
            programme, name="Dina Putri", birth_date=BORN_17, email="dina@contoh.id"
        )
        return {
            "id": member.id,
            "code": member.code,
            "programme": programme.id,
            "stop_scope": programme.stop.scope,
            "office": f"/kelola/{programme.stop.campaign.slug}/{programme.stop.slug}/pemuda",
            "page": f"/en/pemuda/saya/{get_member_token(member)}",
        }


def bar_of(app: Flask, minor: dict[str, Any]) -> Bar | None:
    with app.app_context():
        return may_work(db.session.get_one(Member, minor["id"]), minor["programme"], TODAY)


def link_of(app: Flask) -> str:
    with app.app_context():
        rows = select(GuardianConsent).where(GuardianConsent.ended_at.is_(None))
        return f"/en/wali/{get_guardian_token(db.session.scalars(rows).one())}"


def answer(client: FlaskClient, link: str, word: str) -> None:
    assert press(client, link, link, jawaban=word).status_code == 303


def coordinator(app: Flask, client: FlaskClient, minor: dict[str, Any]) -> None:
    with app.app_context():
        user = make_user(Role.YOUTH_COORDINATOR, minor["stop_scope"], language="en")
        sign_in(app, client, user)


def test_a_minor_names_the_guardian_who_agrees_by_link_and_is_called(
    app: Flask, client: FlaskClient, minor: dict[str, Any]
) -> None:
    assert "The consent of a parent or guardian is still missing." in client.get(minor["page"]).text
    assert bar_of(app, minor) == Bar.GUARDIAN_OPEN

    fill(client, f"{minor['page']}/wali", **MOTHER)
    page = client.get(minor["page"]).text
    assert "https://wa.me/6281322223333?text=" in page
    assert "/en/wali/" in page

    link = link_of(app)
    shown = client.get(link).text
    assert "Dear Ibu Wati, Dina Putri is 17 years old" in shown
    assert "Bantu UMKM di Lampung." in shown
    answer(client, link, "setuju")
    assert bar_of(app, minor) == Bar.GUARDIAN_UNCHECKED

    coordinator(app, client, minor)
    member_page = f"{minor['office']}/anggota/{minor['code']}"
    assert "Ibu Wati (mother)" in client.get(member_page).text
    press(client, member_page, f"{member_page}/telepon", note="Ibu sendiri", jawaban="ya")
    assert bar_of(app, minor) is None
    assert "Guardian called" in client.get(f"{minor['office']}/anggota").text
    with app.app_context():
        told = db.session.scalars(select(Message.template).order_by(Message.id)).all()
        assert told == ["youth_guardian", "youth_guardian_given"]


def test_opening_the_link_changes_nothing_and_the_same_answer_twice_counts_once(
    app: Flask, client: FlaskClient, minor: dict[str, Any]
) -> None:
    fill(client, f"{minor['page']}/wali", **MOTHER)
    link = link_of(app)

    client.get(link)
    with app.app_context():
        assert db.session.scalars(select(GuardianConsent.answer)).one() is None
    answer(client, link, "setuju")
    with app.app_context():
        first = db.session.scalars(select(GuardianConsent.answered_at)).one()
    answer(client, link, "setuju")

    assert "You agreed on" in client.get(link).text
    with app.app_context():
        assert db.session.scalars(select(GuardianConsent.answered_at)).one() == first


def test_a_guardian_who_takes_the_consent_back_ends_what_is_to_come(
    app: Flask, client: FlaskClient, minor: dict[str, Any], ended: list[Ending]
) -> None:
    with app.app_context():
        make_guardian(db.session.get_one(Member, minor["id"]))
    assert bar_of(app, minor) is None

    answer(client, link_of(app), "tarik")

    assert bar_of(app, minor) == Bar.GUARDIAN_REFUSED
    assert [one.reason for one in ended] == [Reason.GUARDIAN]
    answer(client, link_of(app), "setuju")
    assert bar_of(app, minor) == Bar.GUARDIAN_UNCHECKED  # the call of before is over


def test_a_guardian_may_refuse(app: Flask, client: FlaskClient, minor: dict[str, Any]) -> None:
    fill(client, f"{minor['page']}/wali", **MOTHER)

    answer(client, link_of(app), "tolak")

    assert bar_of(app, minor) == Bar.GUARDIAN_REFUSED
    assert "does not agree" in client.get(minor["page"]).text


def test_a_call_counts_only_after_a_yes(app: Flask, minor: dict[str, Any]) -> None:
    with app.app_context():
        with transaction():
            member = db.session.get_one(Member, minor["id"])
            ask_guardian(member, GuardianValues(**MOTHER), by=None)

        with pytest.raises(NotAgreedYet), transaction():
            note_call(db.session.get_one(Member, minor["id"]), note="", by=None)


def test_naming_another_guardian_ends_the_former_link(
    app: Flask, client: FlaskClient, minor: dict[str, Any]
) -> None:
    fill(client, f"{minor['page']}/wali", **MOTHER)
    former = link_of(app)
    fill(client, f"{minor['page']}/wali", **{**MOTHER, "guardian_name": "Pak Budi"})

    shown = client.get(former)

    assert shown.status_code == 200
    assert "Another parent or guardian was named since." in shown.text
    assert former != link_of(app)


def test_the_members_own_number_is_no_guardians(
    client: FlaskClient, app: Flask, minor: dict[str, Any]
) -> None:
    with app.app_context():
        phone = db.session.get_one(Member, minor["id"]).phone

    answered = fill(client, f"{minor['page']}/wali", **{**MOTHER, "phone": phone})

    assert answered.status_code == 422
    assert "Give the number of your parent, not your own." in answered.text


def test_who_turns_18_needs_no_guardian_from_that_day_on(app: Flask) -> None:
    with app.app_context():
        programme = make_programme()
        birthday = (TODAY + timedelta(days=10)).replace(year=TODAY.year - 18)
        member = make_member(programme, birth_date=birthday)
        days = [TODAY + timedelta(days=9), TODAY + timedelta(days=10)]

        bars = [may_work(member, programme.id, day) for day in days]

    assert bars == [Bar.GUARDIAN_OPEN, None]


def test_a_signed_form_is_kept_drawn_anew_and_only_the_stop_sees_it(
    app: Flask, client: FlaskClient, minor: dict[str, Any]
) -> None:
    picture = BytesIO()
    Image.new("RGB", (300, 200), "white").save(picture, "JPEG")
    coordinator(app, client, minor)
    path = f"{minor['office']}/anggota/{minor['code']}/kertas"

    kept = fill(client, path, **MOTHER, paper=(BytesIO(picture.getvalue()), "surat.jpg"))

    assert kept.status_code == 303
    assert bar_of(app, minor) == Bar.GUARDIAN_UNCHECKED
    file = client.get(f"{path}/unduh")
    assert (file.status_code, file.mimetype) == (200, "image/webp")
    assert client.get(f"{minor['page']}/../../../kertas").status_code == 404


def test_a_link_of_nobody_says_so(client: FlaskClient) -> None:
    assert client.get("/en/wali/ABCDEFGHIJKLMNOP").status_code == 410


def test_an_answer_comes_after_an_ended_question_is_refused(
    app: Flask, minor: dict[str, Any]
) -> None:
    with app.app_context():
        consent = make_guardian(
            db.session.get_one(Member, minor["id"]), counts=False, ended_at=now()
        )
        number = consent.id
        fresh = db.session.get_one(GuardianConsent, number)
        with pytest.raises(AnsweredAlready), transaction():
            answer_as_guardian(fresh, GuardianAnswer.GIVEN, language="id")
