"""Pages of businesses in the back office, by role; lists, exports, merging, imports."""

import csv
import io
from typing import Any

import pytest
import python_calamine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from gernas.businesses.models import Business, BusinessImport, Merge
from gernas.businesses.registries import register_visible_businesses
from gernas.businesses.services import add_certificate, set_nik
from gernas.core.database import db
from gernas.core.jobs import sweep
from gernas.core.permissions import Role
from tests.businesses.conftest import PDF, again, make_business, picture
from tests.businesses.test_import import good, xlsx
from tests.businesses.test_people_and_consents import do
from tests.conftest import count_queries
from tests.events.browsing import press, send
from tests.factories import make_stop, make_user, sign_in

NIK = "1871010101900001"
PERSONAL: dict[str, Any] = {
    "name": "Keripik Bu Siti",
    "owner_name": "Siti Rahasia",
    "phone": "0812 1111 2222",
    "email": "siti.rahasia@contoh.id",
    "address": "Jl. Sepi 7",
    "nib": "9120001234567",
}
HIDDEN = ("Siti Rahasia", "0812-1111-2222", "siti.rahasia@contoh.id", "Jl. Sepi 7", "9120001234567")


def enter(app: Flask, client: FlaskClient, role: Role | None, **values: Any) -> Any:
    with app.app_context():
        user = make_user(role, **values)
    sign_in(app, client, user)
    return user


def test_an_organizer_adds_edits_and_archives(app: Flask, client: FlaskClient) -> None:
    enter(app, client, Role.ADMINISTRATOR)

    added = send(
        client, "/kelola/usaha/baru", having="name", name="Kopi Way Kanan", phone="62812 3456 7890"
    )
    address = added.headers["Location"]
    send(client, f"{address}/ubah", having="name", city="Kota Metro")
    press(client, address, f"{address}/arsipkan")

    with app.app_context():
        row = db.session.scalars(select(Business)).one()
        assert (row.name, row.phone, row.city) == ("Kopi Way Kanan", "+6281234567890", "Kota Metro")
        assert row.archived_at is not None
    assert "Kopi Way Kanan" not in client.get("/kelola/usaha").text
    assert "Kopi Way Kanan" in client.get("/kelola/usaha?keadaan=arsip").text


def test_a_wrong_nib_keeps_what_was_typed_and_says_why(app: Flask, client: FlaskClient) -> None:
    enter(app, client, Role.ADMINISTRATOR, language="id")

    answer = send(client, "/kelola/usaha/baru", having="name", name="Kopi", nib="912000123456")

    assert answer.status_code == 422
    assert "NIB harus 13 angka. Yang Anda tulis baru 12." in answer.text
    assert 'value="912000123456"' in answer.text


def test_two_editors_see_each_other(app: Flask, client: FlaskClient) -> None:
    enter(app, client, Role.ADMINISTRATOR)
    with app.app_context():
        business = make_business(city="Kota Metro")
    form = client.get(f"/kelola/usaha/{business.id}/ubah")
    send(client, f"/kelola/usaha/{business.id}/ubah", having="name", city="Kota Bandar Lampung")

    from tests.events.browsing import read_form

    values = {**read_form(form, having="name").values, "city": "Kota Pagar Alam"}
    answer = client.post(f"/kelola/usaha/{business.id}/ubah", data=values)

    assert answer.status_code == 409
    assert "Kota Bandar Lampung" in answer.text
    assert "Kota Pagar Alam" in answer.text


def test_a_viewer_sees_nothing_personal(app: Flask, client: FlaskClient) -> None:
    """ASVS 8.2.2: not on pages, not in files, and not by a search."""
    enter(app, client, Role.VIEWER)
    with app.app_context():
        business = make_business(**PERSONAL)
    paths = ["/kelola/usaha", f"/kelola/usaha/{business.id}", "/kelola/usaha/usaha.csv"]

    pages = [client.get(path) for path in paths]

    assert [page.status_code for page in pages] == [200] * 3
    assert all("Keripik Bu Siti" in page.text for page in pages)
    assert [text for text in HIDDEN for page in pages if text in page.text] == []
    for words in ("Rahasia", "081211112222", "9120001234567"):
        assert "Keripik Bu Siti" not in client.get("/kelola/usaha", query_string={"q": words}).text


@pytest.mark.parametrize(
    "path",
    ["ubah", "nik", "hapus", "produk/baru", "orang/baru", "ganda"],
)
def test_a_viewer_changes_nothing(app: Flask, client: FlaskClient, path: str) -> None:
    enter(app, client, Role.VIEWER)
    with app.app_context():
        business = make_business()

    assert client.get(f"/kelola/usaha/{business.id}/{path}").status_code == 403


def test_a_viewer_takes_no_contacts_along(app: Flask, client: FlaskClient) -> None:
    enter(app, client, Role.VIEWER)

    for name in ("kontak", "impor", "ganda", "baru"):
        assert client.get(f"/kelola/usaha/{name}").status_code == 403


@pytest.mark.usefixtures("registry")
def test_what_lies_outside_ones_scope_might_as_well_not_be_there(
    app: Flask, client: FlaskClient
) -> None:
    with app.app_context():
        stop = make_stop()
        mine, foreign = make_business(name="Milik Saya"), make_business(name="Milik Lain")
    register_visible_businesses(
        lambda _holder, _permission: select(Business.id).where(Business.id == mine.id)
    )
    user = enter(app, client, Role.ORGANIZER)
    with app.app_context():
        from gernas.accounts.models import Grant
        from gernas.core.database import transaction

        with transaction():
            grant = db.session.scalars(select(Grant).where(Grant.user_id == user.id)).one()
            grant.scope_kind, grant.scope_id = "stop", stop.id

    listed = client.get("/kelola/usaha").text

    assert ("Milik Saya" in listed, "Milik Lain" in listed) == (True, False)
    assert client.get(f"/kelola/usaha/{mine.id}").status_code == 200
    for path in ("", "/ubah", "/nik", "/ganda", f"/ganda/{mine.id}"):
        assert client.get(f"/kelola/usaha/{foreign.id}{path}").status_code == 404
    assert client.get(f"/kelola/usaha/{mine.id}/ganda/{foreign.id}").status_code == 404
    assert "Milik Lain" not in client.get("/kelola/usaha/usaha.csv").text


def test_the_list_asks_the_same_for_3_and_for_60(app: Flask, client: FlaskClient) -> None:
    enter(app, client, Role.ADMINISTRATOR)
    counts = []
    for number in (3, 57):
        with app.app_context():
            for _ in range(number):
                make_business()
        with count_queries(app) as statements:
            client.get("/kelola/usaha")
        counts.append(len([s for s in statements if s.startswith("SELECT")]))

    assert counts[0] == counts[1]


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ({"q": "kopi"}, ["Kopi"]),
        ({"q": "0812-3456-7890"}, ["Kopi"]),
        ({"q": "91200012"}, ["Kopi"]),
        ({"sektor": "drink"}, ["Kopi"]),
        ({"jenis": "cooperative"}, ["Batik"]),
        ({"provinsi": "jambi"}, ["Batik"]),
        ({"nib": "diakui"}, ["Kopi"]),
        ({"nib": "tanpa"}, ["Batik", "Sambal"]),
        ({"sertifikat": "halal"}, ["Sambal"]),
        ({"katalog": "ya"}, []),
        ({"sektor": "nonsense", "urut": "-nama"}, ["Sambal", "Kopi", "Batik"]),
        ({"q": "%"}, []),
    ],
)
def test_filters_narrow_and_order_the_list(
    app: Flask, client: FlaskClient, query: dict[str, str], names: list[str]
) -> None:
    enter(app, client, Role.ADMINISTRATOR)
    with app.app_context():
        make_business(name="Kopi", sector="drink", nib="9120001234567", phone="0812 3456 7890")
        make_business(name="Batik", kind="cooperative", province_code="ID-JA", city="Kota Jambi")
        sambal = make_business(name="Sambal")
        do(add_certificate, sambal, kind="halal", number="H", expires_on=None, by=None)

    text = client.get("/kelola/usaha/usaha.csv", query_string=query).get_data().decode("utf-8-sig")

    rows = list(csv.reader(io.StringIO(text)))[1:]
    found = [row[0] for row in rows]
    assert found == names if "urut" in query else sorted(found) == sorted(names)


def test_files_for_others_hold_no_formula(app: Flask, client: FlaskClient) -> None:
    """ASVS 1.2.10."""
    enter(app, client, Role.ADMINISTRATOR)
    with app.app_context():
        make_business(name="=1+1", owner_name="@SUM(A1)", city="-2+3", address="+cmd")

    sheet = _take_contacts(client, "xlsx")
    text = _take_contacts(client, "csv").get_data().decode("utf-8-sig")

    cells = python_calamine.load_workbook(io.BytesIO(sheet.data)).get_sheet_by_index(0).to_python()
    assert cells[1][0] == "=1+1"
    assert not [
        cell
        for cell in next(csv.reader(io.StringIO(text.split("\n", 1)[1])))
        if cell[:1] in "=+-@" and cell
    ]


def test_contacts_are_taken_along_without_nik_and_noted(app: Flask, client: FlaskClient) -> None:
    enter(app, client, Role.ADMINISTRATOR)
    with app.app_context():
        business = make_business(**PERSONAL)
        do(set_nik, business, NIK, by=None)

    answer = _take_contacts(client, "xlsx")

    book = python_calamine.load_workbook(io.BytesIO(answer.data))
    text = str([book.get_sheet_by_index(number).to_python() for number in range(2)])
    assert [word for word in HIDDEN if word not in text] == []
    assert (NIK in text, "••••" in text) == (False, False)
    assert "Took along businesses with their contacts" in client.get("/kelola/catatan").text


def test_a_nik_is_shown_once_and_noted(app: Flask, client: FlaskClient) -> None:
    enter(app, client, Role.ADMINISTRATOR)
    with app.app_context():
        business = make_business()
    address = f"/kelola/usaha/{business.id}"

    kept = send(client, f"{address}/nik", having="nik", nik="1871 0101 0190 0001")
    masked = client.get(address).text
    shown = press(client, f"{address}/nik", f"{address}/nik/lihat").text

    assert kept.status_code == 303
    assert ("•••• •••• •••• 0001" in masked, NIK[:8] in masked) == (True, False)
    assert "1871 0101 0190 0001" in shown
    assert "Looked at the NIK" in client.get("/kelola/catatan").text


def test_two_records_are_compared_merged_and_taken_apart(app: Flask, client: FlaskClient) -> None:
    enter(app, client, Role.ADMINISTRATOR)
    with app.app_context():
        kept = make_business(name="Keripik Bu Siti", nib="9120001234567", about="Lama.")
        gone = make_business(name="Kripik Bu Siti", nib="9120001234567", about="Baru.")
    pair = f"/kelola/usaha/{kept.id}/ganda/{gone.id}"
    listed = client.get("/kelola/usaha/ganda").text

    merged = send(client, pair, having="from_about", from_about="gone")
    page = client.get(merged.headers["Location"]).text
    with app.app_context():
        row = again(kept)
        assert (row.about, again(gone).merged_into_id) == ("Baru.", kept.id)
        number = db.session.scalars(select(Merge.id)).one()
    press(client, "/kelola/usaha/gabungan", f"/kelola/usaha/gabungan/{number}/batal")

    assert pair in listed
    assert f"/kelola/usaha/gabungan/{number}/batal" in page  # undo in the toast
    with app.app_context():
        assert (again(kept).about, again(gone).merged_into_id) == ("Lama.", None)


def test_a_spreadsheet_goes_all_the_way(app: Flask, client: FlaskClient) -> None:
    enter(app, client, Role.ADMINISTRATOR)
    rows = [good(1), ["", *good(2)[1:]], good(3)]

    token = _token(client, "/kelola/usaha/impor")
    sent = client.post(
        "/kelola/usaha/impor", data={"csrf_token": token, "file": (xlsx(rows), "daftar.xlsx")}
    )
    address = sent.headers["Location"]
    waiting = client.get(address).text
    progress = client.get(f"{address}/kemajuan", headers={"HX-Request": "true"})
    _work(app)
    over = client.get(f"{address}/kemajuan", headers={"HX-Request": "true"})
    ready = client.get(address).text
    press(client, address, f"{address}/mulai")
    _work(app)
    done = client.get(address).text
    press(client, address, f"{address}/batal")

    assert "every 2s" in waiting
    assert (progress.status_code, over.headers["HX-Redirect"]) == (200, address)
    assert "The business name is missing." in ready
    assert "2 businesses were added" in done
    with app.app_context():
        assert db.session.scalars(select(Business)).all() == []
        assert db.session.scalars(select(BusinessImport.state)).all() == ["undone"]


def test_someone_elses_import_is_not_there(app: Flask, client: FlaskClient) -> None:
    enter(app, client, Role.ADMINISTRATOR)
    token = _token(client, "/kelola/usaha/impor")
    data = {"csrf_token": token, "file": (xlsx([good(1)]), "daftar.xlsx")}
    address = client.post("/kelola/usaha/impor", data=data).headers["Location"]
    other = app.test_client()
    enter(app, other, Role.ADMINISTRATOR)

    assert other.get(address).status_code == 404
    assert other.get(f"{address}/kemajuan").status_code == 404


def test_the_template_is_a_spreadsheet(app: Flask, client: FlaskClient) -> None:
    enter(app, client, Role.ADMINISTRATOR)

    answer = client.get("/kelola/usaha/impor/templat.xlsx")

    book = python_calamine.load_workbook(io.BytesIO(answer.data))
    assert book.get_sheet_by_index(0).to_python()[0][0] == "Business name"


def test_a_certificate_leaves_as_a_harmless_attachment(app: Flask, client: FlaskClient) -> None:
    """ASVS 3.2.1, 5.4.1."""
    enter(app, client, Role.ADMINISTRATOR)
    with app.app_context():
        business = make_business()
    address = f"/kelola/usaha/{business.id}"
    token = _token(client, f"{address}/sertifikat/baru")
    file = (io.BytesIO(PDF), '../"halal\r\n.pdf')
    data = {"csrf_token": token, "kind": "halal", "number": "", "document": file}

    sent = client.post(f"{address}/sertifikat/baru", data=data)
    answer = client.get(f"{address}/sertifikat/1/berkas")

    assert sent.status_code == 303
    assert answer.data == PDF
    assert answer.headers["Content-Disposition"].startswith("attachment;")
    policy = answer.headers["Content-Security-Policy"].replace(" ;", ";")
    assert policy == "sandbox; default-src 'none'"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_a_product_with_its_photo(app: Flask, client: FlaskClient) -> None:
    enter(app, client, Role.ADMINISTRATOR)
    with app.app_context():
        business = make_business()
    address = f"/kelola/usaha/{business.id}"
    token = _token(client, f"{address}/produk/baru")
    data = {
        "csrf_token": token,
        "name": "Keripik",
        "price_rupiah": "Rp 18.000",
        "photo": (picture(), "foto.png"),
    }

    client.post(f"{address}/produk/baru", data=data)

    with app.app_context():
        product = again(business).products[0]
        assert (product.price_rupiah, product.photo is not None) == (18_000, True)
    assert "Keripik" in client.get(address).text


def _take_contacts(client: FlaskClient, form: str) -> TestResponse:
    token = _token(client, "/kelola/usaha/kontak")
    return client.post("/kelola/usaha/kontak", data={"csrf_token": token, "format": form})


def _token(client: FlaskClient, path: str) -> str:
    from tests.accounts.door import csrf_token

    return csrf_token(client, path)


def _work(app: Flask) -> None:
    with app.app_context():
        sweep()
