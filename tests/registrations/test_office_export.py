"""Lists to take along: complete, as filtered, without personal data for viewers, no formulas."""

import csv
import io
import re
import zipfile
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from python_calamine import CalamineWorkbook

from gernas.campaigns.models import Stop
from gernas.core.database import db, transaction
from gernas.core.permissions import Role
from gernas.registrations.models import Call, Registration
from gernas.registrations.services.deciding import accept_registration
from gernas.registrations.services.forms import edit_question
from tests.conftest import count_queries
from tests.factories import make_stop, make_user, sign_in
from tests.registrations.making import SHORT_FORM, make_call, send

Table = list[dict[str, str]]


@pytest.fixture
def stop(app: Flask, client: FlaskClient) -> Stop:
    with app.app_context():
        stop = make_stop()
        organizer = make_user(Role.ORGANIZER, stop.scope)
    sign_in(app, client, organizer)
    return stop


@pytest.fixture
def call(app: Flask, stop: Stop) -> Call:
    with app.app_context():
        return make_call(stop, title="Stan UMKM")


def read_csv(client: FlaskClient, call: Call, query: str = "") -> Table:
    answer = client.get(f"/kelola/daftar/{call.slug}/pendaftar.csv{query}")
    assert (answer.status_code, answer.mimetype) == (200, "text/csv")
    text = answer.get_data().decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text, newline="")))


def read_xlsx(client: FlaskClient, call: Call, query: str = "") -> dict[str, list[list[Any]]]:
    answer = client.get(f"/kelola/daftar/{call.slug}/pendaftar.xlsx{query}")
    assert answer.status_code == 200
    book = CalamineWorkbook.from_filelike(io.BytesIO(answer.data))
    return {name: book.get_sheet_by_name(name).to_python() for name in book.sheet_names}


def test_both_kinds_hold_the_same_rows_and_say_what_columns_mean(
    app: Flask, client: FlaskClient, call: Call
) -> None:
    with app.app_context():
        first = send(call, business_name="Abon Laut", nib="9120003411201", cooks="no")
        send(call, business_name="Batik Siger", sector="fashion")
        with transaction():
            accept_registration(db.session.get_one(Registration, first.id), by=None)

    table = read_csv(client, call)
    sheets = read_xlsx(client, call)

    assert [row["Business name"] for row in table] == ["Batik Siger", "Abon Laut"]
    abon = table[1]
    assert abon["NIB"] == "9120003411201"
    assert abon["State"] == "Accepted"
    assert abon["Sector"] == "Food"
    assert abon["Do you cook?"] == "Tidak"
    assert abon["Holds a place"] == "yes"
    assert re.fullmatch(r"\d{4}-\d\d-\d\d \d\d:\d\d", abon["Sent (WIB)"])
    head, *rows = sheets["Applications"]
    assert head == list(table[0])
    assert [row[1] for row in rows] == ["Batik Siger", "Abon Laut"]
    notes = {str(row[0]): str(row[1]) for row in sheets["Explanations"]}
    assert set(head) <= set(notes)
    assert notes["Personal data"].startswith("Included.")
    assert notes["Call"] == "Stan UMKM"


def test_the_file_holds_what_the_list_shows(app: Flask, client: FlaskClient, call: Call) -> None:
    with app.app_context():
        for name, sector in (("Abon", "food"), ("Batik", "fashion"), ("Cabai", "food")):
            send(call, business_name=name, sector=sector)

    table = read_csv(client, call, "?sektor=food&urut=usaha")
    notes = {str(row[0]): row[1] for row in read_xlsx(client, call, "?sektor=food")["Explanations"]}

    assert [row["Business name"] for row in table] == ["Abon", "Cabai"]
    assert notes["Sector"] in ("Food", "Declared by the applicant")


def test_a_viewer_gets_what_is_counted_and_nothing_personal(
    app: Flask, stop: Stop, call: Call
) -> None:
    """ASVS 8.2.3."""
    with app.app_context():
        one = send(
            call,
            business_name="Keripik Bu Siti",
            nib="9120003411201",
            email="siti@contoh.id",
            cooks="yes",
            device="Kompor Bu Siti",
        )
        viewer = make_user(Role.VIEWER, stop.scope)
    client = app.test_client()
    sign_in(app, client, viewer)

    table = read_csv(client, call)
    sheets = read_xlsx(client, call)

    text = str(table) + str(sheets)
    for secret in ("Siti", "9120003411201", "siti@contoh.id", one.code, "Kompor"):
        assert secret not in text
    assert table[0]["Has a NIB"] == "yes"
    assert table[0]["Do you cook?"] == "Ya"
    notes = {str(row[0]): str(row[1]) for row in sheets["Explanations"]}
    assert notes["Personal data"] == "Left out: your role does not see them."


@pytest.mark.parametrize(
    "name", ["=1+1", "+cmd|' /C calc'!A0", "-2+3", "@SUM(A1)", '=HYPERLINK("http://a","b")']
)
def test_what_looks_like_a_formula_stays_text(
    app: Flask, client: FlaskClient, call: Call, name: str
) -> None:
    """ASVS 1.2.10."""
    with app.app_context():
        send(call, business_name=name)

    table = read_csv(client, call)
    answer = client.get(f"/kelola/daftar/{call.slug}/pendaftar.xlsx")

    assert table[0]["Business name"] == f"'{name}"
    with zipfile.ZipFile(io.BytesIO(answer.data)) as parts:
        for part in parts.namelist():
            if part.startswith("xl/worksheets/"):
                assert b"<f>" not in parts.read(part)
    assert name in str(read_xlsx(client, call)["Applications"])


def test_answers_read_as_they_were_asked(app: Flask, client: FlaskClient, call: Call) -> None:
    with app.app_context():
        send(call, cooks="yes", device="Oven")
        with transaction():
            edit_question(
                db.session.get_one(Call, call.id),
                "cooks",
                SHORT_FORM[5].__class__(
                    **{
                        **vars(SHORT_FORM[5]),
                        "label_en": "Do you heat?",
                        "options": tuple(
                            option.__class__(value=option.value, label=f"{option.label} sekali")
                            for option in SHORT_FORM[5].options
                        ),
                    }
                ),
                by=None,
            )
        send(call, cooks="yes", device="Kompor")

    table = read_csv(client, call, "?urut=dikirim")

    assert [row["Do you heat?"] for row in table] == ["Ya", "Ya sekali"]


def test_a_file_asks_the_same_number_of_questions_for_few_and_many(
    app: Flask, client: FlaskClient, stop: Stop
) -> None:
    with app.app_context():
        small, large = make_call(stop, title="Satu"), make_call(stop, title="Dua")
        send(small)
        for _ in range(20):
            send(large)
    counts = []
    for call in (small, large):
        read_csv(client, call)
        with count_queries(app) as queries:
            read_csv(client, call)
        counts.append(len(queries))

    assert counts[0] == counts[1]


def test_what_is_too_much_for_a_sheet_is_offered_as_csv(
    app: Flask, client: FlaskClient, call: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gernas.registrations.views.office.exports.MOST_IN_SHEET", 1)
    with app.app_context():
        for _ in range(2):
            send(call)

    answer = client.get(f"/kelola/daftar/{call.slug}/pendaftar.xlsx")

    assert answer.status_code == 303
    assert "take the CSV file" in client.get(f"/kelola/daftar/{call.slug}").text


def test_files_are_not_fetched_without_end(app: Flask, client: FlaskClient, call: Call) -> None:
    """ASVS 2.4.1."""
    statuses = [
        client.get(f"/kelola/daftar/{call.slug}/pendaftar.csv").status_code for _ in range(22)
    ]

    assert statuses[:20] == [200] * 20
    assert statuses[-1] == 429
