"""A coordinator begins, edits and publishes the programme, and looks after roles and members."""

import re
from io import BytesIO
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from python_calamine import CalamineWorkbook
from sqlalchemy import select

from gernas.core.database import db
from gernas.core.permissions import Role
from gernas.youth.codes import get_member_token
from gernas.youth.models import Enrolment, Member, RoleApproval, YouthProgramme, YouthRole
from tests.conftest import count_queries
from tests.factories import make_stop, make_user, sign_in
from tests.youth.making import (
    make_enrolment,
    make_member,
    make_organisation,
    make_programme,
    make_role,
)
from tests.youth.signing import fill, hidden_fields, press, sign_up

FILLED = {
    "about": "Bantu UMKM **berjualan daring**.",
    "contact_name": "Kak Sari",
    "contact_phone": "0812 1111 2222",
}


@pytest.fixture
def office(app: Flask, client: FlaskClient) -> str:
    """The address of a stop's programme, with its coordinator signed in."""
    with app.app_context():
        stop = make_stop()
        user = make_user(Role.YOUTH_COORDINATOR, stop.scope, language="en")
        sign_in(app, client, user)
        return f"/kelola/{stop.campaign.slug}/{stop.slug}/pemuda"


@pytest.fixture
def running(app: Flask, client: FlaskClient) -> dict[str, Any]:
    """A programme with one member, its coordinator signed in."""
    with app.app_context():
        programme = make_programme()
        member = make_member(programme, name="Rina Wati", email="rina@contoh.id")
        sign_in(app, client, make_user(Role.YOUTH_COORDINATOR, programme.stop.scope, language="en"))
        office = f"/kelola/{programme.stop.campaign.slug}/{programme.stop.slug}/pemuda"
        return {
            "office": office,
            "member": f"{office}/anggota/{member.code}",
            "programme": programme.id,
            "id": member.id,
        }


def test_from_nothing_to_a_published_programme_that_people_join(
    app: Flask, client: FlaskClient, office: str
) -> None:
    assert "No youth programme yet" in client.get(office).text
    press(client, office, f"{office}/mulai")
    assert "Say what young people do in this programme." in client.get(office).text
    press(client, office, f"{office}/terbitkan")
    with app.app_context():
        assert db.session.scalars(select(YouthProgramme.published_at)).one() is None
    saved = fill(client, f"{office}/ubah", **FILLED, **_defaults(client, office))
    assert saved.status_code == 303

    press(client, office, f"{office}/terbitkan")

    with app.app_context():
        programme = db.session.scalars(select(YouthProgramme)).one()
        assert programme.is_published
        assert len(programme.roles) == 9
        slug = programme.slug
    page = client.get(f"/en/pemuda/{slug}").text
    assert "<strong>berjualan daring</strong>" in page
    assert "Digital companion" in page
    assert "Kak Sari" in page
    assert f"/en/pemuda/{slug}" in client.get("/en/pemuda").text
    sign_up(client, slug)
    assert "Rina Wati" in client.get(f"{office}/anggota").text
    press(client, office, f"{office}/tarik")
    assert client.get(f"/pemuda/{slug}").status_code == 404


def _defaults(client: FlaskClient, office: str) -> dict[str, str]:
    """What the form shows of numbers and the address."""
    page = client.get(f"{office}/ubah").text
    names = ("slug", "rest_hours", "travel_hours", "leave_hours", "certificate_hours")
    tags = {name: re.search(rf'<input[^>]*name="{name}"[^>]*>', page) for name in names}
    values = {name: re.search(r'value="([^"]*)"', tag[0]) for name, tag in tags.items() if tag}
    return {name: found[1] for name, found in values.items() if found}


def test_a_moved_address_leads_on(app: Flask, client: FlaskClient, running: dict[str, Any]) -> None:
    with app.app_context():
        old = db.session.get_one(YouthProgramme, running["programme"]).slug
    typed = {**FILLED, **_defaults(client, running["office"]), "slug": "lampung-muda"}
    fill(client, f"{running['office']}/ubah", **typed)

    answer = client.get(f"/pemuda/{old}")

    assert (answer.status_code, answer.location) == (301, "/pemuda/lampung-muda")


@pytest.mark.parametrize("slug", ["saya", "meja", "tukar", "Ada Spasi"])
def test_an_address_that_is_needed_elsewhere_is_refused(
    client: FlaskClient, running: dict[str, Any], slug: str
) -> None:
    typed = {**FILLED, **_defaults(client, running["office"]), "slug": slug}

    answer = fill(client, f"{running['office']}/ubah", **typed)

    assert answer.status_code == 422


def test_two_who_edit_at_once_do_not_overwrite_each_other(
    app: Flask, client: FlaskClient, running: dict[str, Any]
) -> None:
    path = f"{running['office']}/ubah"
    defaults = _defaults(client, running["office"])
    fill(client, path, **FILLED, **defaults)

    late = fill(client, path, **{**FILLED, "about": "Lain"}, **defaults, version="1")

    assert late.status_code == 409
    assert "Lain" in late.text
    with app.app_context():
        assert db.session.get_one(YouthProgramme, running["programme"]).about == FILLED["about"]


def test_roles_are_added_changed_put_away_and_taken_back(
    app: Flask, client: FlaskClient, running: dict[str, Any]
) -> None:
    roles = f"{running['office']}/peran"
    fill(client, f"{roles}/tambah", name="Penerjemah isyarat", minimum_age="18", skills=["video"])
    with app.app_context():
        role = db.session.scalars(select(YouthRole)).one()
        assert (role.code, role.skills, role.minimum_age) == ("penerjemah_isyarat", ["video"], 18)
        number = role.id
    fill(client, f"{roles}/{number}", name="Juru isyarat", minimum_age="18")
    press(client, roles, f"{roles}/{number}/arsipkan")
    assert "Use again: Juru isyarat" in client.get(roles).text
    press(client, roles, f"{roles}/{number}/pulihkan")

    assert "Change Juru isyarat" in client.get(roles).text


def test_a_role_that_needs_a_word_is_asked_for_and_given(
    app: Flask, client: FlaskClient, running: dict[str, Any]
) -> None:
    with app.app_context():
        programme = db.session.get_one(YouthProgramme, running["programme"])
        role = make_role(programme, name="Penerjemah", needs_approval=True)
        number = role.id

    press(client, running["member"], f"{running['member']}/peran/{number}", boleh="ya")

    with app.app_context():
        approval = db.session.scalars(select(RoleApproval)).one()
        assert approval.approved_at is not None
    assert "May take it" in client.get(running["member"]).text


def test_a_member_is_taken_out_with_a_reason_and_in_again(
    app: Flask, client: FlaskClient, running: dict[str, Any]
) -> None:
    path = f"{running['member']}/keluarkan"
    assert fill(client, path, reason=" ").status_code == 422

    fill(client, path, reason="Tidak datang tiga kali")

    assert "Tidak datang tiga kali" in client.get(running["member"]).text
    assert "Rina Wati" not in client.get(f"{running['office']}/anggota").text
    assert "Rina Wati" in client.get(f"{running['office']}/anggota?status=keluar").text
    press(client, running["member"], f"{running['member']}/kembalikan")
    with app.app_context():
        assert db.session.scalars(select(Enrolment.ended_at)).one() is None


def test_what_is_known_is_corrected_and_logged(
    app: Flask, client: FlaskClient, running: dict[str, Any]
) -> None:
    answer = fill(
        client,
        f"{running['member']}/ubah",
        name="Rina Sari",
        birth_date="01/02/2003",
        city="Metro",
        province_code="ID-LA",
        phone="081299998888",
    )

    assert answer.status_code == 303
    page = client.get(running["member"]).text
    assert "Rina Sari" in page
    assert "Corrected what is known of a member" in page
    assert "Rina Sari" in client.get(f"{running['office']}/anggota?q=0812 9999 8888").text


def test_a_new_link_ends_the_old_one(
    app: Flask, client: FlaskClient, running: dict[str, Any]
) -> None:
    with app.app_context():
        old = get_member_token(db.session.get_one(Member, running["id"]))

    press(client, running["member"], f"{running['member']}/tautan")

    with app.app_context():
        new = get_member_token(db.session.get_one(Member, running["id"]))
    assert client.get(f"/pemuda/saya/{old}").status_code == 410
    assert client.get(f"/pemuda/saya/{new}").status_code == 200


def test_filters_find_and_pages_go_on(
    app: Flask, client: FlaskClient, running: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    with app.app_context():
        programme = db.session.get_one(YouthProgramme, running["programme"])
        unila = make_organisation(programme.stop, name="Unila")
        make_member(programme, name="Ayu", search="ayu", city="Metro", skills=["photo"])
        make_member(programme, name="Bima", search="bima", organisation_id=unila.id)
        number = unila.id
    listed = f"{running['office']}/anggota"

    by_city, by_skill = client.get(f"{listed}?kota=Metro"), client.get(f"{listed}?keahlian=photo")
    by_group = client.get(f"{listed}?organisasi={number}")
    nobody = client.get(f"{listed}?wali=telepon")

    assert ["Ayu" in page.text for page in (by_city, by_skill, by_group)] == [True, True, False]
    assert "Bima" in by_group.text
    assert "Nothing matches" in nobody.text
    monkeypatch.setattr("gernas.youth.members.listing.list_members.__kwdefaults__", {"size": 2})
    first = client.get(listed).text
    assert "Ayu" in first
    assert "Rina Wati" not in first
    assert "setelah=" in first


def test_the_list_asks_the_same_for_one_member_and_for_three(
    app: Flask, client: FlaskClient, running: dict[str, Any]
) -> None:
    listed = f"{running['office']}/anggota"
    with count_queries(app) as one:
        client.get(listed)
    with app.app_context():
        programme = db.session.get_one(YouthProgramme, running["programme"])
        make_member(programme)
        make_member(programme)
    with count_queries(app) as three:
        client.get(listed)

    assert len(one) == len(three)


def test_a_member_of_another_stop_is_a_404(
    app: Flask, client: FlaskClient, running: dict[str, Any]
) -> None:
    with app.app_context():
        other = make_member(make_programme()).code
        both = make_member(make_programme(), name="Zahra")
        make_enrolment(db.session.get_one(YouthProgramme, running["programme"]), both)
        shared = both.code

    assert client.get(f"{running['office']}/anggota/{other}").status_code == 404
    assert client.get(f"{running['office']}/anggota/{shared}").status_code == 200


def test_the_list_is_exported_and_names_nobody_to_who_may_not_see_members(
    app: Flask, client: FlaskClient, running: dict[str, Any]
) -> None:
    path = f"{running['office']}/anggota.xlsx"
    cells = _read_sheet(client.get(path).data)
    assert "Rina Wati" in cells
    with app.app_context():
        stop = db.session.get_one(YouthProgramme, running["programme"]).stop
        sign_in(app, client, make_user(Role.VIEWER, stop.scope, language="en"))

    counted = _read_sheet(client.get(path).data)

    assert "Rina Wati" not in counted
    assert {"18-24", "Lampung"} <= set(counted)


def _read_sheet(data: bytes) -> list[str]:
    sheet = CalamineWorkbook.from_filelike(BytesIO(data)).get_sheet_by_index(0)
    return [str(cell) for row in sheet.to_python() for cell in row if cell]


def test_a_form_without_its_fields_changes_nothing(
    app: Flask, client: FlaskClient, running: dict[str, Any]
) -> None:
    answer = press(client, running["office"], f"{running['office']}/ubah")

    assert answer.status_code == 303
    with app.app_context():
        assert db.session.get_one(YouthProgramme, running["programme"]).version == 1


def test_a_note_that_is_too_long_is_given_back(
    client: FlaskClient, running: dict[str, Any]
) -> None:
    """However small the form: nobody types it anew."""
    token = hidden_fields(client.get(running["member"]).text)["csrf_token"]
    note = "Datang lebih awal. " * 30

    answer = client.post(
        f"{running['member']}/catatan",
        data={"csrf_token": token, "catatan": note},
        headers={
            "Origin": "http://gernas.test",
            "Referer": f"http://gernas.test{running['member']}",
        },
    )

    assert answer.status_code == 422
    assert "Write at most 500 signs." in answer.text
    assert note.strip() in answer.text
    assert f'href="{running["member"]}" target="_blank"' in answer.text
    assert "Send again" not in answer.text  # it would be refused again
