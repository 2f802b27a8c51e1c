"""The organizers' pages: give booths, move, swap, take back, lock; how calls get booths."""

import re
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from gernas.audit.models import AuditEntry
from gernas.booths.models import Booth, BoothAllocation, BoothCall, BoothMode
from gernas.core.database import db
from gernas.core.permissions import Role
from gernas.registrations.models import Registration
from tests.booths.exhibiting import assign, live, make_choice, make_exhibitor
from tests.booths.making import make_booth, make_hall, make_plan
from tests.conftest import count_queries
from tests.factories import make_event, make_user, sign_in
from tests.registrations.applying import press, read
from tests.registrations.making import make_call


@pytest.fixture
def place(app: Flask, client: FlaskClient) -> dict[str, Any]:
    """Three booths and two exhibitors; an organizer is signed in."""
    with app.app_context():
        [first, second, third], [one, other] = make_choice(3, 2)
        sign_in(app, client, make_user(Role.ADMINISTRATOR))
        return {
            "plan": first.plan_id,
            "page": f"/kelola/acara/{first.plan.event.slug}/denah/stan",
            "booths": [first.id, second.id, third.id],
            "one": one.id,
            "other": other.id,
            "name": one.label,
        }


def shown(app: Flask, place: dict[str, Any]) -> list[tuple[str, int]]:
    with app.app_context():
        return live(place["plan"])


def give(app: Flask, place: dict[str, Any], number: int, who: str) -> str:
    """Give a booth by the service; the id of the allocation."""
    with app.app_context():
        booth = db.session.get_one(Booth, place["booths"][number])
        return str(assign(booth, db.session.get_one(Registration, place[who])).id)


def test_an_exhibitor_is_chosen_then_a_booth(
    app: Flask, client: FlaskClient, place: dict[str, Any]
) -> None:
    page = read(client.get(place["page"]))
    assert f'href="?peserta={place["one"]}#pilihan"' in page
    chosen = read(client.get(f"{place['page']}?peserta={place['one']}"))
    assert f'href="?peserta={place["one"]}&amp;stan=A02#pilihan"' in chosen
    booth = read(client.get(f"{place['page']}?peserta={place['one']}&stan=A02"))
    assert "Give booth A02" in booth

    press(client, place["page"], place["page"] + "/beri", peserta=str(place["one"]), stan="A02")

    assert shown(app, place) == [("A02", place["one"])]
    done = read(client.get(place["page"]))
    assert f"{place['name']} has booth A02." in done
    assert "/denah/stan/urungkan/" in done


def test_what_stands_against_a_booth_is_shown_first_and_said_after(
    app: Flask, client: FlaskClient, place: dict[str, Any]
) -> None:
    with app.app_context():
        terms = db.session.scalars(select(BoothCall)).one()
        who = make_exhibitor(terms, need={"amps": 10}).id

    page = read(client.get(f"{place['page']}?peserta={who}&stan=A01"))
    press(client, place["page"], place["page"] + "/beri", peserta=str(who), stan="A01")

    sentence = "Booth A01 has 2 ampere, less than what you need."
    assert sentence in page
    assert sentence in read(client.get(place["page"]))
    assert shown(app, place) == [("A01", who)]


def test_moving_swapping_taking_back_and_locking(
    app: Flask, client: FlaskClient, place: dict[str, Any]
) -> None:
    page = place["page"]
    left, right = give(app, place, 0, "one"), give(app, place, 1, "other")
    panel = read(client.get(page + "?stan=A01"))
    for words in ("Move to", "Swap with", "Take booth A01 back", "Lock", "History"):
        assert words in panel

    press(client, page, page + "/tukar", alokasi=left, dengan=right)
    assert shown(app, place) == [("A01", place["other"]), ("A02", place["one"])]
    with app.app_context():
        mine = str(
            db.session.scalars(
                select(BoothAllocation.id).where(
                    BoothAllocation.registration_id == place["one"],
                    BoothAllocation.released_at.is_(None),
                )
            ).one()
        )
    press(client, page, page + "/pindah", alokasi=mine, stan="A03")
    assert shown(app, place) == [("A01", place["other"]), ("A03", place["one"])]
    stale = press(client, page, page + "/pindah", alokasi=mine, stan="A02")
    assert stale.status_code == 409
    assert "Booth A02 was released or moved in the meantime." in read(stale)

    undo = re.search(r'action="([^"]+/urungkan/\d+)"', client.get(page).get_data(as_text=True))
    assert undo
    press(client, page, undo[1])
    assert shown(app, place) == [("A01", place["other"]), ("A02", place["one"])]


def test_taking_back_needs_a_reason_and_loses_nothing_typed(
    app: Flask, client: FlaskClient, place: dict[str, Any]
) -> None:
    page = place["page"]
    given = give(app, place, 0, "one")

    bad = press(client, page, page + "/lepas", alokasi=given, alasan=" ", stan="A01")
    assert bad.status_code == 422
    assert "Say why. The exhibitor reads this." in read(bad)
    press(client, page, page + "/kunci", alokasi=given, kunci="1")
    locked = press(client, page, page + "/lepas", alokasi=given, alasan="Panggung", stan="A01")
    assert locked.status_code == 409
    assert "is locked for its exhibitor. Unlock it first." in read(locked)
    press(client, page, page + "/kunci", alokasi=given, kunci="0")
    press(client, page, page + "/lepas", alokasi=given, alasan="Panggung", stan="A01")

    assert shown(app, place) == []
    assert "Panggung" in read(client.get(page + "?stan=A01"))
    with app.app_context():
        actions = db.session.scalars(
            select(AuditEntry.action).where(AuditEntry.subject_kind == "booth")
        ).all()
        assert actions == ["booth.assigned", "booth.fixed", "booth.freed", "booth.released"]


@pytest.mark.parametrize(
    ("action", "typed"),
    [
        ("beri", {"peserta": "1", "stan": "Z9"}),
        ("beri", {"peserta": "99999999999999", "stan": "A01"}),
        ("beri", {"peserta": "-1\0", "stan": "A01\0"}),
        ("pindah", {"alokasi": "77", "stan": "A01"}),
        ("tukar", {"alokasi": "", "dengan": "x"}),
        ("lepas", {"alokasi": "77", "alasan": "x"}),
    ],
)
def test_a_row_that_the_form_names_and_that_is_not_there_is_a_conflict(
    client: FlaskClient, place: dict[str, Any], action: str, typed: dict[str, str]
) -> None:
    answer = press(client, place["page"], f"{place['page']}/{action}", **typed)
    nowhere = press(client, place["page"], f"{place['page']}/urungkan/77")

    assert (answer.status_code, nowhere.status_code) == (409, 404)


def test_booths_of_another_event_are_not_touched(
    app: Flask, client: FlaskClient, place: dict[str, Any]
) -> None:
    """ASVS 8.2.2."""
    given = give(app, place, 0, "one")
    with app.app_context():
        other = make_booth(make_hall(make_plan(published=True)), "B01").plan.event.slug
    page = f"/kelola/acara/{other}/denah/stan"

    answers = [
        press(client, place["page"], f"{page}/lepas", alokasi=given, alasan="x"),
        press(client, place["page"], f"{page}/pindah", alokasi=given, stan="B01"),
        press(client, place["page"], f"{page}/beri", peserta=str(place["one"]), stan="B01"),
    ]

    assert [answer.status_code for answer in answers] == [409] * 3


def test_who_only_sees_plans_sees_no_buttons(
    app: Flask, client: FlaskClient, place: dict[str, Any]
) -> None:
    """ASVS 8.2.1."""
    given = give(app, place, 0, "one")
    with app.app_context():
        sign_in(app, client, make_user(Role.VIEWER))

    page = read(client.get(place["page"] + "?stan=A01"))

    assert "Take booth" not in page
    answer = press(client, place["page"], place["page"] + "/lepas", alokasi=given, alasan="x")
    assert answer.status_code == 403


def test_more_exhibitors_cost_no_more_queries(app: Flask, client: FlaskClient) -> None:
    def count(number: int) -> int:
        with app.app_context():
            booths, exhibitors = make_choice(number + 1, number + 2)
            for booth, who in zip(booths[1:], exhibitors[2:], strict=True):
                assign(booth, who)
            page = f"/kelola/acara/{booths[0].plan.event.slug}/denah/stan"
        client.get(page)
        with count_queries(app) as statements:
            client.get(page)
        return len(statements)

    with app.app_context():
        sign_in(app, client, make_user(Role.ADMINISTRATOR))
    assert count(1) == count(6)


def test_an_empty_plan_says_what_to_do(app: Flask, client: FlaskClient) -> None:
    with app.app_context():
        sign_in(app, client, make_user(Role.ADMINISTRATOR))
        plan = make_plan()
        page = f"/kelola/acara/{plan.event.slug}/denah/stan"
        without = make_event(kind="exhibition").slug

        assert "There is no booth yet" in read(client.get(page))
        make_booth(make_hall(plan))
    assert "No call gets booths here yet" in read(client.get(page))
    assert client.get(f"/kelola/acara/{without}/denah/stan").status_code == 404


def test_a_call_is_told_how_it_gets_booths(app: Flask, client: FlaskClient) -> None:
    with app.app_context():
        sign_in(app, client, make_user(Role.ADMINISTRATOR))
        plan = make_plan(published=True)
        call = make_call(plan.event.stop, title="Stan UMKM")
        foreign = make_call(title="Lain")
        page = f"/kelola/acara/{plan.event.slug}/denah/pendaftaran"
        call_id, foreign_id = call.id, foreign.id
    assert "Let “Stan UMKM” get booths" in read(client.get(page))
    form = f"{page}/{call_id}"
    typed = {"mode": "choose", "booths_each": "1", "hold_minutes": "7", "sponsor_id": ""}

    bad = press(client, form, form, **{**typed, "hold_minutes": "0", "opens_on": "2026-13-45"})
    assert bad.status_code == 422
    late = press(
        client,
        form,
        form,
        **typed,
        opens_on="02/03/2026",
        opens_time="09:00",
        closes_on="01/03/2026",
        closes_time="09:00",
    )
    assert (late.status_code, "It closes before it opens." in read(late)) == (422, True)
    press(client, form, form, **typed)

    with app.app_context():
        terms = db.session.scalars(select(BoothCall)).one()
        assert (terms.call_id, terms.mode, terms.hold_minutes) == (call_id, BoothMode.CHOOSE, 7)
    assert "held for 7 minutes" in read(client.get(page))
    assert client.get(f"{page}/{foreign_id}").status_code == 404
    press(client, page, f"{form}/hapus")
    with app.app_context():
        assert db.session.scalars(select(BoothCall)).all() == []


def test_a_call_with_booths_is_not_removed(
    app: Flask, client: FlaskClient, place: dict[str, Any]
) -> None:
    give(app, place, 0, "one")
    with app.app_context():
        call_id = db.session.scalars(select(BoothCall.call_id)).one()
    page = place["page"].removesuffix("stan") + "pendaftaran"

    press(client, page, f"{page}/{call_id}/hapus")

    assert "Exhibitors of this call have booths." in read(client.get(page))
    with app.app_context():
        assert db.session.scalars(select(BoothCall.call_id)).one() == call_id
