"""What members do with their own data: agree, correct, wish, take along, leave, be forgotten."""

import json
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from gernas.accounts.erasures import erase_elsewhere, explain_erasure
from gernas.accounts.models import User
from gernas.accounts.own_data import tell_person
from gernas.audit.models import AuditValue
from gernas.core.database import db, transaction
from gernas.core.permissions import Role
from gernas.youth.codes import get_member_token
from gernas.youth.guards import Bar, may_work
from gernas.youth.members.endings import Ending, Reason, register_ending
from gernas.youth.models import Assignment, Enrolment, GuardianConsent, Member, YouthConsent
from tests.factories import make_user, sign_in
from tests.youth.making import (
    make_assignment,
    make_guardian,
    make_member,
    make_programme,
    make_role,
    make_shift,
)
from tests.youth.signing import fill, press


@pytest.fixture
def rina(app: Flask) -> dict[str, Any]:
    with app.app_context():
        programme = make_programme()
        member = make_member(programme, name="Rina Wati", email="rina@contoh.id")
        return {
            "id": member.id,
            "programme": programme.id,
            "page": f"/en/pemuda/saya/{get_member_token(member)}",
            "scope": programme.stop.scope,
            "office": f"/kelola/{programme.stop.campaign.slug}/{programme.stop.slug}/pemuda",
            "code": member.code,
        }


@pytest.fixture
def ended(monkeypatch: pytest.MonkeyPatch) -> list[Ending]:
    seen: list[Ending] = []
    monkeypatch.setattr("gernas.youth.members.endings._endings", [])
    register_ending(seen.append)
    return seen


def test_consents_are_given_and_taken_back_and_stay_as_proof(
    app: Flask, client: FlaskClient, rina: dict[str, Any]
) -> None:
    page = f"{rina['page']}/persetujuan"
    press(client, page, f"{page}/leaderboard")
    assert "Take back: Show me on the leaderboard" in client.get(page).text

    press(client, page, f"{page}/leaderboard", cabut="ya")

    with app.app_context():
        rows = select(YouthConsent).where(YouthConsent.purpose == "leaderboard")
        consent = db.session.scalars(rows).one()
        assert consent.withdrawn_at is not None


def test_who_takes_back_taking_part_is_out_and_places_end(
    app: Flask, client: FlaskClient, rina: dict[str, Any], ended: list[Ending]
) -> None:
    page = f"{rina['page']}/persetujuan"

    press(client, page, f"{page}/take_part", cabut="ya")

    assert [(one.reason, one.programme_id) for one in ended] == [(Reason.CONSENT, None)]
    with app.app_context():
        member = db.session.get_one(Member, rina["id"])
        assert may_work(member, rina["programme"], member.birth_date) == Bar.NOT_ENROLLED
    assert "You are in no programme now" in client.get(rina["page"]).text


def test_leaving_gives_places_back(app: Flask, client: FlaskClient, rina: dict[str, Any]) -> None:
    with app.app_context():
        member = db.session.get_one(Member, rina["id"])
        shift = make_shift(member.enrolments[0].programme)
        make_assignment(shift, member)

    fill(client, f"{rina['page']}/keluar")

    with app.app_context():
        assert db.session.scalars(select(Enrolment.end_reason)).one() == "Left the programme"
        assert db.session.scalars(select(Assignment)).one().ended_at is not None


def test_wishes_are_kept_as_the_suggestion_reads_them(
    app: Flask, client: FlaskClient, rina: dict[str, Any]
) -> None:
    with app.app_context():
        programme = db.session.get_one(Member, rina["id"]).enrolments[0].programme
        role = make_role(programme, name="Penerjemah")
        shift = make_shift(programme, role)
        number = role.id
        day = shift.starts_at.date().isoformat()

    answer = fill(
        client, f"{rina['page']}/keinginan", roles=[str(number)], days=[day], most_hours="12"
    )

    assert answer.status_code == 303
    with app.app_context():
        wishes = db.session.scalars(select(Enrolment.wishes)).one()
        assert wishes == {"roles": [number], "days": [day], "most_minutes": 720}
    assert fill(client, f"{rina['page']}/keinginan", days=["2020-01-01"]).status_code == 422


def test_members_correct_their_own_data(
    app: Flask, client: FlaskClient, rina: dict[str, Any]
) -> None:
    typed = {
        "name": "Rina Sari",
        "birth_date": "01/02/2003",
        "city": "Metro",
        "province_code": "ID-LA",
        "phone": "081299998888",
    }

    odd = fill(client, f"{rina['page']}/data", **{**typed, "birth_date": "01/02/2203"})
    good = fill(client, f"{rina['page']}/data", **typed)

    assert (odd.status_code, good.status_code) == (422, 303)
    with app.app_context():
        assert db.session.get_one(Member, rina["id"]).name == "Rina Sari"


def test_a_role_is_asked_for(app: Flask, client: FlaskClient, rina: dict[str, Any]) -> None:
    with app.app_context():
        programme = db.session.get_one(Member, rina["id"]).enrolments[0].programme
        number = make_role(programme, name="Penerjemah", needs_approval=True).id

    press(client, rina["page"], f"{rina['page']}/peran/{number}")

    assert "Asked" in client.get(rina["page"]).text
    with app.app_context():
        sign_in(app, client, make_user(Role.YOUTH_COORDINATOR, rina["scope"], language="en"))
    assert "Rina Wati would like the role “Penerjemah”" in client.get(rina["office"]).text


def test_all_data_are_taken_along(app: Flask, client: FlaskClient, rina: dict[str, Any]) -> None:
    with app.app_context():
        make_guardian(db.session.get_one(Member, rina["id"]))

    told = json.loads(client.get(f"{rina['page']}/data/unduh").text)

    assert told["name"] == "Rina Wati"
    assert told["guardians"][0]["guardian_name"] == "Ibu Wati"
    assert [one["purpose"] for one in told["consents"]] == ["take_part"]


def test_the_account_tells_and_forgets_the_member_too(app: Flask, rina: dict[str, Any]) -> None:
    with app.app_context():
        user = make_user(email="rina@contoh.id")
        with transaction():
            db.session.get_one(Member, rina["id"]).user_id = user.id
        person = db.session.get_one(User, user.id)

        told, explained = tell_person(person), explain_erasure(person)
        with transaction():
            erase_elsewhere(db.session.get_one(User, user.id))

        assert told["youth"]["code"] == rina["code"]
        assert any("sertifikat tidak menampilkan nama" in line for line in explained)
        assert db.session.get_one(Member, rina["id"]).erased_at is not None


def test_being_forgotten_leaves_no_name_and_keeps_what_is_counted(
    app: Flask, client: FlaskClient, rina: dict[str, Any]
) -> None:
    with app.app_context():
        member = db.session.get_one(Member, rina["id"])
        make_guardian(member)
        make_assignment(make_shift(member.enrolments[0].programme), member, minutes=240)
    fill(client, f"{rina['page']}/data", **_whole("Rina Rahasia"))
    page = f"{rina['page']}/hapus"
    assert fill(client, page).status_code == 422

    answer = fill(client, page, yakin="ya")

    assert "Your data are erased" in answer.text
    assert client.get(rina["page"]).status_code == 410
    with app.app_context():
        member = db.session.get_one(Member, rina["id"])
        assert (member.name, member.phone, member.email, member.search) == ("–", None, None, "")
        assert (member.birth_date.month, member.birth_date.day) == (1, 1)
        assert db.session.scalars(select(GuardianConsent)).all() == []
        assert db.session.scalars(select(Assignment.minutes)).one() == 240
        kept = [v.after or "" for v in db.session.scalars(select(AuditValue))]
        assert not any("Rahasia" in value for value in kept)


def _whole(name: str) -> dict[str, str]:
    return {
        "name": name,
        "birth_date": "01/02/2003",
        "city": "Metro",
        "province_code": "ID-LA",
        "phone": "081299998888",
    }
