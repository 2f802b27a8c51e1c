"""An exhibitor's page: by the link or signed in, choose, hold, take, let go, wish."""

import json
import re
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from gernas.booths.models import Booth, BoothAllocation, BoothMode
from gernas.core.database import db, transaction
from gernas.registrations.codes import get_token
from gernas.registrations.models import Call, Registration
from tests.booths.exhibiting import (
    assign,
    hold,
    live,
    make_booth_call,
    make_choice,
    make_exhibitor,
)
from tests.booths.making import make_plan
from tests.conftest import count_queries
from tests.factories import make_user, sign_in
from tests.registrations.applying import press, read
from tests.registrations.making import send

JSON = {"Accept": "application/json"}


def link(registration: Registration) -> str:
    """The page of an exhibitor's booth in English; inside a context."""
    return f"/en/pendaftaran/{get_token(registration)}/stan"


def chosen(page: str) -> list[str]:
    """The labels that can be chosen on the plan."""
    return re.findall(r'<a class="is-free[^"]*" href="\?stan=([^"]+)"', page)


def options(page: str) -> list[str]:
    return re.findall(r'<option value="([^"]+)" data-id', page)


@pytest.fixture
def place(app: Flask) -> dict[str, Any]:
    """Two booths and two exhibitors who may choose them."""
    with app.app_context():
        [first, second], [mine, other] = make_choice(hold_minutes=5)
        return {
            "plan": first.plan_id,
            "event": first.plan.event.slug,
            "first": first.id,
            "second": second.id,
            "mine": mine.id,
            "other": other.id,
            "link": link(mine),
            "others": link(other),
        }


def allocation_id(app: Flask) -> str:
    with app.app_context():
        return str(db.session.query(BoothAllocation).order_by(BoothAllocation.id.desc())[0].id)


def test_the_plan_and_the_list_offer_the_same(client: FlaskClient, place: dict[str, Any]) -> None:
    page = read(client.get(place["link"]))

    assert chosen(page) == options(page) == ["A01", "A02"]
    assert "Tap a free booth. We keep it for you for 5 minutes while" in page


def test_without_a_script_a_booth_is_looked_at_held_and_taken(
    app: Flask, client: FlaskClient, place: dict[str, Any]
) -> None:
    looked = read(client.get(place["link"] + "?stan=a01"))
    assert "Keep booth A01" in looked

    press(client, place["link"], place["link"] + "/tahan", stan="A01")
    held = read(client.get(place["link"]))
    assert "Booth A01 for you" in held
    assert "Take booth A01" in held
    with app.app_context():
        assert live(place["plan"]) == [("A01", place["mine"])]

    press(client, place["link"], place["link"] + "/ambil", alokasi=allocation_id(app))
    taken = read(client.get(place["link"]))
    assert "Booth A01 is yours." in taken
    assert chosen(taken) == []
    sheet = re.search(r'href="([^"]+/lembar)">All about my booth', taken)
    assert sheet
    assert "In the booth" in read(client.get(sheet[1]))


def test_who_is_too_late_is_told_and_offered_the_nearest(
    app: Flask, client: FlaskClient, place: dict[str, Any]
) -> None:
    with app.app_context():
        hold(
            db.session.get_one(Booth, place["first"]),
            db.session.get_one(Registration, place["mine"]),
        )

    answer = press(client, place["others"], place["others"] + "/tahan", stan="A01")
    page = read(client.get(answer.location))

    assert "Booth A01 is taken already." in page
    assert "Keep booth A02" in page


def test_a_script_is_told_the_same_as_json(
    app: Flask, client: FlaskClient, place: dict[str, Any]
) -> None:
    page = client.get(place["link"]).get_data(as_text=True)
    token = re.search(r'name="csrf_token" value="([^"]+)"', page)
    assert token
    form = {"csrf_token": token[1], "stan": "A01"}

    won = client.post(place["link"] + "/tahan", data=form, headers=JSON)
    lost = client.post(place["others"] + "/tahan", data=form, headers=JSON)
    again = client.post(place["link"] + "/tahan", data=form, headers=JSON)

    assert won.json == again.json == {"ok": True, "allocation": int(allocation_id(app))}
    assert lost.json == {
        "ok": False,
        "sentence": "Booth A01 is taken already.",
        "nearest": [{"label": "A02", "words": "A02, 3 × 3\u00a0m, 2 ampere"}],
    }


def test_a_refusal_waits_for_no_writer(
    app: Flask, client: FlaskClient, place: dict[str, Any]
) -> None:
    with app.app_context():
        hold(
            db.session.get_one(Booth, place["first"]),
            db.session.get_one(Registration, place["mine"]),
        )
    page = client.get(place["others"]).get_data(as_text=True)
    token = re.search(r'name="csrf_token" value="([^"]+)"', page)
    assert token

    with count_queries(app) as statements:
        client.post(
            place["others"] + "/tahan", data={"csrf_token": token[1], "stan": "A01"}, headers=JSON
        )

    assert [one for one in statements if not one.startswith("SELECT")] == []
    assert [one for one in statements if "FOR UPDATE" in one] == []


def test_letting_go_frees_the_booth(app: Flask, client: FlaskClient, place: dict[str, Any]) -> None:
    press(client, place["link"], place["link"] + "/tahan", stan="A01")
    press(client, place["link"], place["link"] + "/lepas", alokasi=allocation_id(app))

    assert chosen(read(client.get(place["others"]))) == ["A01", "A02"]


def test_who_leaves_the_page_keeps_the_booth_for_a_moment(
    app: Flask, client: FlaskClient, place: dict[str, Any]
) -> None:
    press(client, place["link"], place["link"] + "/tahan", stan="A01")

    answer = press(client, place["link"], place["link"] + "/tinggalkan", alokasi=allocation_id(app))

    assert (answer.status_code, answer.data) == (204, b"")
    clock = re.search(r'data-left="([0-9]+)"', client.get(place["link"]).text)
    assert clock
    assert 0 < int(clock[1]) <= 30
    assert "A01" not in chosen(read(client.get(place["others"])))
    back = press(client, place["link"], place["link"] + "/kembali", alokasi=allocation_id(app))
    assert 200 < back.get_json()["left"] <= 300
    assert back.get_json()["sentence"].startswith("We keep it until ")


def test_who_comes_back_too_late_is_told(
    app: Flask, client: FlaskClient, place: dict[str, Any], later: Any
) -> None:
    press(client, place["link"], place["link"] + "/tahan", stan="A01")
    press(client, place["link"], place["link"] + "/tinggalkan", alokasi=allocation_id(app))
    later(minutes=1)

    back = press(client, place["link"], place["link"] + "/kembali", alokasi=allocation_id(app))

    assert back.get_json() == {"left": 0, "sentence": ""}


def test_nobody_acts_on_the_booth_of_another(
    app: Flask, client: FlaskClient, place: dict[str, Any]
) -> None:
    """ASVS 8.2.2."""
    press(client, place["link"], place["link"] + "/tahan", stan="A01")

    answers = [
        press(client, place["others"], f"{place['others']}/{action}", alokasi=allocation_id(app))
        for action in ("ambil", "lepas", "tinggalkan", "kembali")
    ]

    assert [answer.status_code for answer in answers] == [404] * 4


@pytest.mark.parametrize("typed", ["", "Z99", "Z\0", "x" * 5_000, "A01' OR 1=1 --"])
def test_a_booth_that_is_none_is_refused_in_words(
    client: FlaskClient, place: dict[str, Any], typed: str
) -> None:
    answer = press(client, place["link"], place["link"] + "/tahan", stan=typed)

    assert answer.status_code == 303
    assert "There is no booth with this number on the plan." in read(client.get(place["link"]))


def test_by_get_nothing_happens(app: Flask, client: FlaskClient, place: dict[str, Any]) -> None:
    answer = client.get(place["link"] + "/tahan?stan=A01")

    assert answer.status_code == 303
    with app.app_context():
        assert live(place["plan"]) == []


def test_the_clock_that_ran_out_says_so(client: FlaskClient, place: dict[str, Any]) -> None:
    page = read(client.get(place["link"] + "?lewat=A01"))

    assert "Your time is over, and booth A01 is open again." in page


def test_three_wishes_are_kept_and_bad_ones_told(app: Flask, client: FlaskClient) -> None:
    with app.app_context():
        _booths, [mine] = make_choice(3, 1, mode=BoothMode.WISHES)
        page = link(mine)

    bad = press(client, page, page + "/keinginan", wish_1="A01", wish_2="A01", wish_3="Z9")
    assert bad.status_code == 422
    assert "You named booth A01 twice." in read(bad)
    assert "There is no booth with this number on the plan." in read(bad)

    press(client, page, page + "/keinginan", wish_1="A03", wish_2="", wish_3="A01")
    shown = read(client.get(page))
    assert re.findall(r'<option value="(A\d+)" selected', shown) == ["A03", "A01"]


@pytest.mark.parametrize(
    ("terms", "sentence"),
    [
        ({"mode": BoothMode.ASSIGN}, "The organizers give the booths. You will get an email"),
        ({"mode": BoothMode.ASSIGN, "draft": True}, "The plan is not published yet."),
    ],
)
def test_who_cannot_choose_learns_why(
    app: Flask, client: FlaskClient, terms: dict[str, Any], sentence: str
) -> None:
    with app.app_context():
        [booth], [mine] = make_choice(1, 1, mode=terms["mode"])
        if terms.get("draft"):
            with transaction():
                db.session.merge(booth.plan).published_at = None
        page = link(mine)

    assert sentence in read(client.get(page))


def test_where_a_call_gets_no_booths_there_is_no_page(app: Flask, client: FlaskClient) -> None:
    with app.app_context():
        mine = make_exhibitor()
        with transaction():
            db.session.execute(db.text("DELETE FROM booth_call"))
        page = link(mine)

    assert client.get(page).status_code == 404
    assert client.get("/pendaftaran/wrong/stan").status_code == 410


def test_the_owner_has_the_same_page(
    app: Flask, client: FlaskClient, place: dict[str, Any]
) -> None:
    with app.app_context():
        user, stranger = make_user(), make_user()
        with transaction():
            row = db.session.get_one(Registration, place["mine"])
            row.user_id = user.id
        page = f"/saya/pendaftaran/{row.code}/stan"
    sign_in(app, client, user)

    press(client, page, page + "/tahan", stan="A02")

    assert "Booth A02 for you" in read(client.get(page))
    sign_in(app, client, stranger)
    assert client.get(page).status_code == 404


def test_the_state_is_small_kept_and_told_apart(
    app: Flask, client: FlaskClient, place: dict[str, Any], later: Any
) -> None:
    address = f"/acara/{place['event']}/denah/keadaan.json"
    before = client.get(address)
    assert json.loads(before.data)["taken"] == json.loads(before.data)["held"] == []
    with app.app_context():
        hold(
            db.session.get_one(Booth, place["first"]),
            db.session.get_one(Registration, place["mine"]),
        )
        assign(
            db.session.get_one(Booth, place["second"]),
            db.session.get_one(Registration, place["other"]),
        )

    after = client.get(address)

    assert json.loads(after.data)["held"] == [place["first"]]
    assert json.loads(after.data)["taken"] == [place["second"]]
    same = client.get(address, headers={"If-None-Match": after.headers["ETag"]})
    assert (same.status_code, same.data) == (304, b"")
    later(minutes=5)
    assert json.loads(client.get(address).data)["held"] == []


def test_the_state_of_a_draft_is_nobodys_business(app: Flask, client: FlaskClient) -> None:
    with app.app_context():
        slug = make_plan().event.slug

    assert client.get(f"/acara/{slug}/denah/keadaan.json").status_code == 404
    assert client.get("/acara/keine/denah/keadaan.json").status_code == 404


def test_more_booths_cost_no_more_queries(app: Flask, client: FlaskClient) -> None:
    def count(booths: int) -> int:
        with app.app_context():
            rows, [mine, other] = make_choice(booths, 2)
            hold(rows[0], other)
            page = link(mine)
        client.get(page)
        with count_queries(app) as statements:
            client.get(page)
        return len(statements)

    assert count(1) == count(9)


def test_the_page_of_the_application_leads_to_the_booth(
    app: Flask, client: FlaskClient, place: dict[str, Any]
) -> None:
    page = place["link"].removesuffix("/stan")
    before = read(client.get(page))
    with app.app_context():
        hold(
            db.session.get_one(Booth, place["first"]),
            db.session.get_one(Registration, place["mine"]),
        )
    during = read(client.get(page))
    with app.app_context():
        assign(
            db.session.get_one(Booth, place["second"]),
            db.session.get_one(Registration, place["other"]),
        )
    given = read(client.get(place["others"].removesuffix("/stan")))

    assert "Choose my booth" in before
    assert f'href="{place["link"]}"' in before
    assert "is kept for you" in during
    assert f'href="{place["others"]}/lembar"' in given


def test_who_has_no_place_is_led_to_no_booth(app: Flask, client: FlaskClient) -> None:
    with app.app_context():
        terms = make_booth_call(places=1)
        make_exhibitor(terms)
        waiting = send(db.session.get_one(Call, terms.call_id), business_name="Menunggu")
        page = link(waiting).removesuffix("/stan")

    assert "Your booth" not in read(client.get(page))
