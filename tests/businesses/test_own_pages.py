"""One's own businesses: only one's own, everything there, without a role."""

import json

import pytest
from flask import Flask
from flask.testing import FlaskClient

from gernas.businesses.queries import list_own
from gernas.businesses.services import add_person
from tests.accounts.door import csrf_token
from tests.businesses.conftest import again, make_business
from tests.businesses.test_people_and_consents import do, me
from tests.events.browsing import press, send
from tests.factories import make_user, sign_in


def test_an_owner_writes_the_business_down_and_shows_it(app: Flask, client: FlaskClient) -> None:
    with app.app_context():
        owner = make_user()
    sign_in(app, client, owner)
    empty = client.get("/saya/usaha").text

    added = send(
        client, "/saya/usaha/baru", having="name", name="Keripik Bu Siti", kind="umkm", city="Metro"
    )
    address = added.headers["Location"]
    client.get(address)
    press(client, address, f"{address}/persetujuan/catalogue/beri")
    public = client.get("/umkm/keripik-bu-siti")
    press(client, address, f"{address}/persetujuan/catalogue/cabut")

    assert "/saya/usaha/baru" in empty
    assert public.status_code == 200
    assert client.get("/umkm/keripik-bu-siti").status_code == 404
    assert "Keripik Bu Siti" in client.get("/saya").text


PAGES = ("", "/ubah", "/produk/baru", "/sertifikat/baru", "/toko/baru", "/orang/baru")
MORE = ("/persetujuan", "/nik", "/hapus", "/data.json")


@pytest.mark.parametrize("path", [*PAGES, *MORE])
def test_ones_own_pages_open_and_those_of_others_do_not(
    app: Flask, client: FlaskClient, path: str
) -> None:
    """ASVS 8.2.2."""
    with app.app_context():
        owner = make_user()
        mine, foreign = make_business(owner), make_business(make_user())
    sign_in(app, client, owner)

    assert client.get(f"/saya/usaha/{mine.id}{path}").status_code == 200
    assert client.get(f"/saya/usaha/{foreign.id}{path}").status_code == 404
    assert client.get(f"/saya/usaha/999999{path}").status_code == 404


def test_a_business_takes_all_its_data_along(app: Flask, client: FlaskClient) -> None:
    with app.app_context():
        owner = make_user()
        business = make_business(owner, name="Keripik", phone="0812 3456 7890")
    sign_in(app, client, owner)

    answer = client.get(f"/saya/usaha/{business.id}/data.json")

    told = json.loads(answer.data)
    assert told["business"]["phone"] == "+6281234567890"
    assert [person["role"] for person in told["people"]] == ["owner"]
    assert answer.headers["Content-Disposition"].startswith("attachment;")
    assert answer.headers["Cache-Control"] == "private, no-store"


def test_an_invitation_is_taken_on_ones_own_page(app: Flask, client: FlaskClient) -> None:
    with app.app_context():
        owner, staff = make_user(), make_user(email="budi@contoh.id")
        business = make_business(owner, name="Keripik")
        values = {"name": "Budi", "email": "budi@contoh.id"}
        person = do(add_person, business, values, by=owner)
    sign_in(app, client, staff)

    press(client, "/saya/usaha", f"/saya/usaha/undangan/{person.id}/terima")

    assert client.get(f"/saya/usaha/{business.id}").status_code == 200
    with app.app_context():
        assert [row.id for row in list_own(me(staff))] == [business.id]


def test_a_stranger_cannot_take_the_invitation(app: Flask, client: FlaskClient) -> None:
    with app.app_context():
        owner, thief = make_user(), make_user()
        values = {"name": "Budi", "email": "budi@contoh.id"}
        person = do(add_person, make_business(owner), values, by=owner)
    sign_in(app, client, thief)
    token = csrf_token(client, "/akun")
    answer = client.post(f"/saya/usaha/undangan/{person.id}/terima", data={"csrf_token": token})

    assert answer.status_code == 404


def test_an_owner_asks_to_be_forgotten_and_may_change_their_mind(
    app: Flask, client: FlaskClient
) -> None:
    with app.app_context():
        owner = make_user()
        business = make_business(owner)
    sign_in(app, client, owner)
    address = f"/saya/usaha/{business.id}"

    token = csrf_token(client, f"{address}/hapus")
    client.post(f"{address}/hapus", data={"csrf_token": token})
    asked = client.get(address).text
    press(client, address, f"{address}/hapus/batal")

    assert "You asked us to delete this business" in asked
    with app.app_context():
        assert again(business).erase_asked_at is None


def test_a_nik_never_goes_back_to_a_page(app: Flask, client: FlaskClient) -> None:
    with app.app_context():
        owner = make_user()
        business = make_business(owner)
    sign_in(app, client, owner)
    address = f"/saya/usaha/{business.id}"

    wrong = send(client, f"{address}/nik", having="nik", nik="18710101019000012345")
    send(client, f"{address}/nik", having="nik", nik="1871010101900001")

    assert wrong.status_code == 422
    pages = [client.get(address).text, client.get(f"{address}/nik").text]
    assert [page for page in pages if "18710101" in page] == []
    assert all("•••• •••• •••• 0001" in page for page in pages)


def test_without_signing_in_nothing_opens(client: FlaskClient) -> None:
    for path in ("/saya/usaha", "/saya/usaha/1", "/kelola/usaha", "/kelola/usaha/1"):
        assert client.get(path).status_code == 303
