"""The report in the back office and what the public sees of it."""

import html
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from python_calamine import CalamineWorkbook
from werkzeug.test import TestResponse

from gernas.core.clock import now
from gernas.core.permissions import Role
from gernas.youth.models import Member, YouthConsent, YouthProgramme
from gernas.youth.reporting.rows import KINDS
from tests.factories import make_user, save, sign_in
from tests.youth.making import (
    make_assignment,
    make_member,
    make_organisation,
    make_programme,
    make_shift,
)
from tests.youth.test_figures import make_assistance, make_outside, make_task


def read(answer: TestResponse) -> str:
    assert answer.status_code == 200, answer.text
    return html.unescape(answer.text)


def fill(programme: YouthProgramme, count: int = 6) -> list[Member]:
    """Members of one campus with four hours each; the first helped a business."""
    campus = make_organisation(programme.stop, name="Universitas Contoh")
    members = [
        make_member(programme, organisation_id=campus.id, sex="female") for _ in range(count)
    ]
    shift = make_shift(programme, starts_at=now() - timedelta(days=3), wanted=count)
    for member in members:
        make_assignment(shift, member, minutes=240, attendance="present")
    make_task(make_assistance(programme), members[0])
    make_outside(programme, members[0])
    return members


def agree(member: Member) -> None:
    save(
        YouthConsent(
            member_id=member.id,
            purpose="leaderboard",
            wording_version="leaderboard-1",
            language="id",
            means="web",
            given_at=now(),
        )
    )


def office(programme: YouthProgramme) -> str:
    stop = programme.stop
    return f"/kelola/{stop.campaign.slug}/{stop.slug}/pemuda/laporan"


def test_each_number_opens_its_rows(app: Flask, client: FlaskClient) -> None:
    with app.app_context():
        programme = make_programme()
        members = fill(programme)
        path, names = office(programme), [member.name for member in members]
        sign_in(app, client, make_user(Role.YOUTH_COORDINATOR, programme.stop.scope))

    report = read(client.get(path))
    rows = {figure: read(client.get(f"{path}/{figure}")) for figure in KINDS}

    assert "Universitas Contoh" in report
    assert f"{path}/usaha" in report
    assert all(name in rows["terdaftar"] and name in rows["jam-tugas"] for name in names)
    assert names[0] in rows["hasil"]
    assert names[1] not in rows["hasil"]


def test_a_viewer_sees_numbers_but_no_rows(app: Flask, client: FlaskClient) -> None:
    with app.app_context():
        programme = make_programme()
        fill(programme)
        path = office(programme)
        sign_in(app, client, make_user(Role.VIEWER, programme.stop.scope))

    report = read(client.get(path))

    assert "Universitas Contoh" in report
    assert f"{path}/terdaftar" not in report
    assert client.get(f"{path}/terdaftar").status_code == 403


def test_rows_can_be_narrowed_and_bad_filters_are_ignored(app: Flask, client: FlaskClient) -> None:
    with app.app_context():
        programme = make_programme()
        fill(programme)
        stranger = make_member(programme, name="Budi Sendiri", province_code="ID-JA").name
        campus = make_organisation(programme.stop).id
        path = office(programme)
        sign_in(app, client, make_user(Role.YOUTH_COORDINATOR, programme.stop.scope))

    assert stranger in read(client.get(f"{path}/terdaftar?provinsi=ID-JA"))
    assert stranger not in read(client.get(f"{path}/terdaftar?provinsi=ID-LA"))
    assert stranger not in read(client.get(f"{path}/terdaftar?organisasi={campus}"))
    for odd in ("organisasi=x", "provinsi=%00", "halaman=-1", "halaman=99999999999"):
        assert client.get(f"{path}/terdaftar?{odd}").status_code == 200
    assert client.get(f"{path}/terdaftar?organisasi=999999").status_code == 404


def test_the_spreadsheet_says_what_is_counted(
    app: Flask, client: FlaskClient, tmp_path: Any
) -> None:
    with app.app_context():
        programme = make_programme()
        fill(programme)
        path = office(programme)
        sign_in(app, client, make_user(Role.VIEWER, programme.stop.scope))
    file = tmp_path / "laporan.xlsx"

    file.write_bytes(client.get(f"{path}.xlsx").data)

    book = CalamineWorkbook.from_path(str(file))
    sheets = {name: book.get_sheet_by_name(name).to_python() for name in book.sheet_names}
    first = next(iter(sheets.values()))
    assert (first[1][1], first[1][3]) == (6, 25.5)
    assert len(sheets) == 4


def test_a_campaign_lists_its_stops_side_by_side(app: Flask, client: FlaskClient) -> None:
    with app.app_context():
        programme = make_programme()
        fill(programme)
        campaign = programme.stop.campaign
        sign_in(app, client, make_user(Role.CAMPAIGN_MANAGER, campaign.scope))
        path = f"/kelola/{campaign.slug}/pemuda"
        name, link = programme.stop.province.name(), office(programme)

    page = read(client.get(path))

    assert name in page
    assert link in page
    assert client.get(f"{path}.xlsx").status_code == 200


@pytest.mark.parametrize("prefix", ["", "/en"])
def test_everyone_sees_results_without_small_groups(
    app: Flask, client: FlaskClient, prefix: str
) -> None:
    with app.app_context():
        programme = make_programme()
        members = fill(programme)
        today = now().date()
        make_member(programme, birth_date=today.replace(year=today.year - 17, day=1, month=1))
        agree(members[0])
        slug, named, silent = programme.slug, members[0].name, members[1].name

    page = read(client.get(f"{prefix}/pemuda/{slug}/hasil"))

    assert named in page
    assert silent not in page
    assert "Universitas Contoh" in page
    assert ("tidak ditampilkan" if not prefix else "not shown") in page


def test_a_minor_who_agreed_is_named_by_the_first_name(app: Flask, client: FlaskClient) -> None:
    with app.app_context():
        programme = make_programme()
        fill(programme)
        today = now().date()
        young = make_member(
            programme,
            name="Putri Ayu Lestari",
            birth_date=today.replace(year=today.year - 17, day=1, month=1),
        )
        make_outside(programme, young, minutes=600)
        agree(young)
        slug = programme.slug

    page = read(client.get(f"/pemuda/{slug}/hasil"))

    assert "Putri" in page
    assert "Lestari" not in page


def test_few_members_show_no_figures(app: Flask, client: FlaskClient) -> None:
    with app.app_context():
        programme = make_programme()
        agree(fill(programme, count=3)[0])
        slug = programme.slug

    page = read(client.get(f"/pemuda/{slug}/hasil"))

    assert "Rina" not in page
    assert client.get("/pemuda/tidak-ada/hasil").status_code == 404


def test_a_draft_has_no_results(app: Flask, client: FlaskClient) -> None:
    with app.app_context():
        slug = make_programme(published=False).slug

    assert client.get(f"/pemuda/{slug}/hasil").status_code == 404
