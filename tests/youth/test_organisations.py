"""Organisations with their own link and coordinator; groups signed up as a list."""

from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from gernas.core.clock import now
from gernas.core.database import db
from gernas.core.permissions import Role
from gernas.youth.models import Enrolment, Member, YouthOrganisation, YouthProgramme
from tests.factories import make_user, sign_in
from tests.youth.making import make_member, make_organisation, make_programme
from tests.youth.signing import fill, hidden_fields, press

LIST = """Nama;Tanggal lahir;HP
Ayu Lestari;17/03/2005;0812 1111 1111

Bima Putra;2 Mei 2004;0812 2222 2222
"""
GROUP = {"province_code": "ID-LA", "city": "Metro", "means": "paper"}


@pytest.fixture
def unila(app: Flask, client: FlaskClient) -> dict[str, Any]:
    """An organisation whose coordinator is signed in, with no other role."""
    with app.app_context():
        programme = make_programme()
        organisation = make_organisation(programme.stop, name="Unila")
        user = make_user(Role.ORGANISATION_COORDINATOR, organisation.scope, language="en")
        sign_in(app, client, user)
        stop = programme.stop
        return {
            "path": f"/kelola/organisasi/{organisation.id}",
            "id": organisation.id,
            "programme": programme.id,
            "office": f"/kelola/{stop.campaign.slug}/{stop.slug}/pemuda",
            "scope": stop.scope,
        }


def names(app: Flask) -> list[str]:
    with app.app_context():
        return list(db.session.scalars(select(Member.name).order_by(Member.name)))


def test_a_coordinator_signs_up_the_group_as_a_list(
    app: Flask, client: FlaskClient, unila: dict[str, Any]
) -> None:
    answer = fill(client, f"{unila['path']}/anggota/tambah", **GROUP, people=LIST)

    assert answer.status_code == 303
    page = client.get(unila["path"]).text
    assert "Ayu Lestari" in page
    assert names(app) == ["Ayu Lestari", "Bima Putra"]
    with app.app_context():
        member = db.session.scalars(select(Member).where(Member.name == "Ayu Lestari")).one()
        assert (member.organisation_id, member.enrolments[0].how) == (unila["id"], "group")


def test_one_bad_line_keeps_all_out_and_says_which(
    app: Flask, client: FlaskClient, unila: dict[str, Any]
) -> None:
    typed = f"{LIST}Cici;kemarin;0812 3333 3333\nDodi;1/1/1970;0812 4444 4444\nEka"

    answer = fill(client, f"{unila['path']}/anggota/tambah", **GROUP, people=typed)

    assert answer.status_code == 422
    assert "“kemarin” is not a date." in answer.text
    assert "The programme is for young people up to 30." in answer.text
    assert "Write the birth date" in answer.text
    assert "Ayu Lestari;17/03/2005" in answer.text
    assert names(app) == []


def test_the_same_list_sent_twice_signs_up_once(
    app: Flask, client: FlaskClient, unila: dict[str, Any]
) -> None:
    path = f"{unila['path']}/anggota/tambah"
    typed = {**hidden_fields(client.get(path).text), **GROUP, "people": LIST}

    answers = [client.post(path, data=typed).status_code for _ in range(2)]

    assert answers == [303, 303]
    with app.app_context():
        assert db.session.scalar(select(func.count(Enrolment.id))) == 2


def test_who_is_a_member_elsewhere_is_not_told_to_an_organisation(
    app: Flask, client: FlaskClient, unila: dict[str, Any]
) -> None:
    from datetime import date

    with app.app_context():
        make_member(name="Rahasia", birth_date=date(2005, 3, 17), phone="+6281211111111")

    answer = fill(client, f"{unila['path']}/anggota/tambah", **GROUP, people=LIST)

    assert answer.status_code == 422
    assert "Someone has this phone number and birth date already." in answer.text
    assert "Rahasia" not in answer.text


def test_an_organisation_sees_no_number_of_a_minor_and_nobody_elses_members(
    app: Flask, client: FlaskClient, unila: dict[str, Any]
) -> None:
    with app.app_context():
        programme = db.session.get_one(YouthProgramme, unila["programme"])
        born = now().date().replace(year=now().year - 17, month=1, day=1)
        make_member(
            programme,
            name="Dina",
            organisation_id=unila["id"],
            birth_date=born,
            phone="+6281298765432",
        )
        make_member(programme, name="Tono", organisation_id=unila["id"], phone="+6281255556666")
        make_member(programme, name="Orang Lain")

    page = client.get(unila["path"]).text

    assert "Dina" in page
    assert "9876" not in page
    assert "5555" in page
    assert "Orang Lain" not in page
    assert client.get(f"{unila['office']}/anggota").status_code == 404
    assert client.get(unila["office"]).status_code == 404


def test_a_coordinator_lands_where_the_work_is(client: FlaskClient, unila: dict[str, Any]) -> None:
    page = client.get("/kelola/pemuda").text

    assert "Unila" in page
    assert unila["path"] in page
    assert client.get("/kelola").status_code == 403


def test_another_organisation_is_a_404(
    app: Flask, client: FlaskClient, unila: dict[str, Any]
) -> None:
    with app.app_context():
        other = make_organisation().id

    assert client.get(unila["path"]).status_code == 200
    assert client.get(f"/kelola/organisasi/{other}").status_code == 404


def test_the_stop_adds_an_organisation_once_and_puts_it_away(
    app: Flask, client: FlaskClient, unila: dict[str, Any]
) -> None:
    with app.app_context():
        sign_in(app, client, make_user(Role.YOUTH_COORDINATOR, unila["scope"], language="en"))
    path = f"{unila['office']}/organisasi"
    fill(client, f"{path}/tambah", name="Karang Taruna Metro", kind="karang_taruna")

    again = fill(client, f"{path}/tambah", name="karang taruna  METRO", kind="community")

    assert again.status_code == 409
    with app.app_context():
        rows = select(YouthOrganisation).where(YouthOrganisation.name == "Karang Taruna Metro")
        number, code = (one := db.session.scalars(rows).one()).id, one.join_code
        slug = db.session.get_one(YouthProgramme, unila["programme"]).slug
    own = f"/kelola/organisasi/{number}"
    assert "You join with Karang" in client.get(f"/en/pemuda/{slug}/daftar?o={code}").text
    press(client, own, f"{own}/arsipkan")
    assert "You join with Karang" not in client.get(f"/en/pemuda/{slug}/daftar?o={code}").text
    press(client, own, f"{own}/pulihkan")
    press(client, own, f"{own}/tautan")
    assert "You join with Karang" not in client.get(f"/en/pemuda/{slug}/daftar?o={code}").text
