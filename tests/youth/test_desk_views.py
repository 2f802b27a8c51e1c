"""The desk of an event, as crew and coordinators use it, with and without network."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from gernas.core.clock import now
from gernas.core.database import db
from gernas.core.permissions import Role
from gernas.youth.models import Assignment, Attendance, DeskScan, Member, Shift, YouthProgramme
from tests.conftest import count_queries
from tests.factories import make_event, make_user, sign_in
from tests.pages import CheckedClient
from tests.youth.making import (
    make_assignment,
    make_guardian,
    make_member,
    make_programme,
    make_role,
    make_shift,
)

Desk = Callable[..., tuple[CheckedClient, Shift, list[Member]]]


@pytest.fixture
def desk(app: Flask) -> Desk:
    """A signed-in crew, a shift that began an hour ago, and people with places in it."""

    def make(*, people: int = 1, role: Role = Role.GATE_CREW, wanted: int = 5) -> Any:
        app.test_client_class = CheckedClient
        client = app.test_client()
        with app.app_context():
            programme = make_programme()
            shift = make_shift(
                programme,
                make_role(programme, name="Pendamping digital", name_en="Digital companion"),
                wanted=wanted,
                starts_at=now().replace(second=0, microsecond=0) - timedelta(hours=1),
            )
            members = [
                make_member(programme, name=f"Rina {'ABCDEF'[number]}", search=f"rina {number}")
                for number in range(people)
            ]
            for member in members:
                make_assignment(shift, member)
            scope = shift.event.scope if role == Role.GATE_CREW else programme.stop.scope
            user = make_user(role, scope)
            for row in (shift, *members):
                db.session.refresh(row)
            db.session.refresh(shift.event)
        sign_in(app, client, user)
        return client, shift, members

    return make


def address(shift: Shift, more: str = "") -> str:
    return f"/kelola/acara/{shift.event.slug}/pemuda/meja{more}"


def read(app: Flask, shift: Shift) -> list[Assignment]:
    with app.app_context():
        rows = select(Assignment).where(Assignment.shift_id == shift.id)
        return list(db.session.scalars(rows.order_by(Assignment.id)))


def programme_of(shift: Shift) -> YouthProgramme:
    return db.session.get_one(YouthProgramme, shift.programme_id)


def make_present(shift: Shift, **values: Any) -> Member:
    """A member of the programme, without a shift."""
    member = make_member(programme_of(shift), **values)
    db.session.refresh(member)
    return member


def token(client: FlaskClient, shift: Shift) -> str:
    page = client.get(address(shift)).text
    found = re.search(r'name="csrf_token" value="([^"]+)"', page)
    assert found is not None
    return found[1]


def post(client: FlaskClient, shift: Shift, more: str, **fields: Any) -> Any:
    data = {"csrf_token": token(client, shift), **fields}
    return client.post(address(shift, more), data=data, follow_redirects=True)


def test_crew_checks_a_member_in_and_out_by_name(app: Flask, desk: Desk) -> None:
    client, shift, [rina] = desk()
    [place] = read(app, shift)

    came = post(client, shift, f"/{place.id}/datang").text
    left = post(client, shift, f"/{place.id}/pulang").text

    assert f"{rina.name} is here since" in came
    assert f"{rina.name} left at" in left
    [place] = read(app, shift)
    assert (place.attendance, place.minutes) == (Attendance.LEFT_EARLY, 0)


def test_a_code_is_read_however_it_is_typed_and_from_the_address_of_the_qr(
    app: Flask, desk: Desk
) -> None:
    client, shift, [rina] = desk()
    typed = f" {rina.code[:4].lower()}-{rina.code[4:]} "

    page = post(client, shift, "/pindai", kode=typed, arah="arrived").text
    again = post(
        client, shift, "/pindai", kode=f"https://gernas.test/kelola/meja/{rina.code}", arah="left"
    ).text

    assert f"{rina.name} is here since" in page
    assert f"{rina.name} left at" in again


def test_an_unknown_code_stays_in_the_field_and_is_told(desk: Desk) -> None:
    client, shift, _ = desk()

    answer = post(client, shift, "/pindai", kode="7K2M-9QXA", arah="left")

    assert answer.status_code == 422
    assert "No member here has the code “7K2M-9QXA”." in answer.text
    assert 'value="7K2M-9QXA"' in answer.text
    assert 'value="left" checked' in answer.text


def test_a_member_of_another_stop_is_unknown_here(app: Flask, desk: Desk) -> None:
    client, shift, _ = desk()
    with app.app_context():
        stranger = make_member(make_programme())

    answer = post(client, shift, "/pindai", kode=stranger.code)

    assert answer.status_code == 422
    assert stranger.name not in answer.text


def test_the_same_button_pressed_twice_counts_once(app: Flask, desk: Desk) -> None:
    client, shift, _ = desk()
    [place] = read(app, shift)

    for _time in range(2):
        post(client, shift, f"/{place.id}/datang", kunci="0123456789abcdef")

    with app.app_context():
        assert len(list(db.session.scalars(select(DeskScan)))) == 1


def test_a_time_by_hand_is_wall_time_at_the_place(app: Flask, desk: Desk) -> None:
    client, shift, _ = desk()
    [place] = read(app, shift)
    local = shift.starts_at + timedelta(hours=7)

    post(client, shift, f"/{place.id}/datang", pukul=f"{local:%H.%M}")

    assert read(app, shift)[0].arrived_at == shift.starts_at


@pytest.mark.parametrize("typed", ["25.00", "nanti", "8"])
def test_a_time_that_is_none_is_refused_in_words(app: Flask, desk: Desk, typed: str) -> None:
    client, shift, _ = desk()
    [place] = read(app, shift)

    page = post(client, shift, f"/{place.id}/datang", pukul=typed).text

    assert "Write the time as the clock shows it, such as 08.30." in page


def test_who_does_not_come_is_replaced_by_who_is_there(app: Flask, desk: Desk) -> None:
    client, shift, [rina] = desk(wanted=1)
    [place] = read(app, shift)
    with app.app_context():
        budi = make_present(shift, name="Budi", search="budi")

    post(client, shift, f"/{place.id}/absen", cara="no_show")
    found = client.get(address(shift, "?cari=budi")).text
    page = post(client, shift, "/pengganti", anggota=budi.id, tempat=f"g{place.id}").text

    assert f"instead of {rina.name}" in found
    assert "Budi is in the shift now." in page
    former, new = read(app, shift)
    assert (former.attendance, former.is_live) == (Attendance.NO_SHOW, False)
    assert (new.substitute_for_id, new.how) == (former.id, "substitute")
    assert "Budi stands in" in page


def test_a_member_without_a_shift_is_kept_and_put_into_a_free_place(app: Flask, desk: Desk) -> None:
    client, shift, _ = desk()
    with app.app_context():
        budi = make_present(shift, name="Budi", search="budi")
        need = db.session.get_one(Shift, shift.id).needs[0]

    page = post(client, shift, "/pindai", kode=budi.code).text
    post(client, shift, "/pengganti", anggota=budi.id, tempat=f"k{need.id}")

    assert "Put Budi into one; the time noted counts for it." in page
    assert read(app, shift)[1].arrived_at is not None


def test_a_minor_without_a_guardian_is_put_into_no_shift(app: Flask, desk: Desk) -> None:
    client, shift, _ = desk()
    with app.app_context():
        young = make_member(programme_of(shift), birth_date=now().date() - timedelta(days=17 * 365))
        make_guardian(young, counts=False)
        db.session.refresh(young)
        need = db.session.get_one(Shift, shift.id).needs[0]

    page = post(client, shift, "/pengganti", anggota=young.id, tempat=f"k{need.id}").text

    assert "The consent of a parent or guardian is still missing." in page
    assert len(read(app, shift)) == 1


def test_nobody_chosen_is_told(desk: Desk) -> None:
    client, shift, [rina] = desk()

    page = post(client, shift, "/pengganti", anggota=rina.id, tempat="x").text

    assert "Choose the shift and the person." in page


def test_a_note_is_taken_back(app: Flask, desk: Desk) -> None:
    client, shift, _ = desk()
    [place] = read(app, shift)
    page = post(client, shift, f"/{place.id}/datang").text
    undo = re.search(r'action="([^"]+/pindaian/\d+/urungkan)"', page)
    assert undo is not None

    client.post(undo[1], data={"csrf_token": token(client, shift)})

    assert read(app, shift)[0].arrived_at is None


def test_an_event_without_shifts_says_so(app: Flask, client: CheckedClient) -> None:
    with app.app_context():
        event = make_event()
        user = make_user(Role.GATE_CREW, event.scope)
        slug = event.slug
    sign_in(app, client, user)

    assert "No shifts at this event" in client.get(f"/kelola/acara/{slug}/pemuda/meja").text


def test_three_people_take_as_many_queries_as_one(app: Flask, desk: Desk) -> None:
    counts = []
    for people in (1, 3):
        client, shift, _ = desk(people=people)
        client.get(address(shift))
        with count_queries(app) as statements:
            client.get(address(shift))
        counts.append(len(statements))

    assert counts[0] == counts[1]


# --- Sent by the script ---------------------------------------------------------------------


def send(client: FlaskClient, shift: Shift, scans: Any, *, sent_at: Any = None) -> Any:
    payload = {"sent_at": millis(now()) if sent_at is None else sent_at, "scans": scans}
    return client.post(
        address(shift, "/kirim.json"),
        json=payload,
        headers={"X-CSRFToken": token(client, shift), "Accept": "application/json"},
    )


def millis(moment: Any) -> int:
    return int(moment.timestamp() * 1000)


def test_scans_kept_without_network_count_once_at_their_own_time(app: Flask, desk: Desk) -> None:
    """The desk's clock is three hours wrong, and the answer to the first sending got lost."""
    client, shift, [rina] = desk()
    wrong = timedelta(hours=3)
    scans = [
        {
            "key": "aaaaaaaaaaaa",
            "kind": "arrived",
            "place": None,
            "code": rina.code,
            "at": millis(shift.starts_at + timedelta(minutes=5) + wrong),
        },
        {
            "key": "bbbbbbbbbbbb",
            "kind": "left",
            "place": read(app, shift)[0].id,
            "code": None,
            "at": millis(shift.starts_at + timedelta(minutes=50) + wrong),
        },
    ]

    answers = [
        send(client, shift, scans, sent_at=millis(now() + wrong)),
        send(client, shift, scans, sent_at=millis(now() + wrong)),
    ]

    assert [one["key"] for one in answers[0].json["results"]] == ["aaaaaaaaaaaa", "bbbbbbbbbbbb"]
    assert [one["bad"] for one in answers[1].json["results"]] == [False, False]
    assert f'data-place="{read(app, shift)[0].id}"' in answers[0].json["results"][0]["html"]
    [place] = read(app, shift)
    assert place.arrived_at is not None
    assert abs(place.arrived_at - shift.starts_at - timedelta(minutes=5)) < timedelta(seconds=10)
    assert place.minutes == 45
    with app.app_context():
        assert len(list(db.session.scalars(select(DeskScan)))) == 2


def test_what_a_desk_cannot_know_is_told_scan_by_scan(app: Flask, desk: Desk) -> None:
    client, shift, _ = desk()
    with app.app_context():
        other = make_assignment(make_shift(make_programme()), make_member(make_programme()))
    scans = [
        {"key": "aaaaaaaaaaaa", "kind": "arrived", "code": "ABCDEFGH", "at": millis(now())},
        {"key": "bbbbbbbbbbbb", "kind": "arrived", "code": "bukan kode", "at": millis(now())},
        {"key": "cccccccccccc", "kind": "arrived", "place": other.id, "at": millis(now())},
    ]

    results = send(client, shift, scans).json["results"]

    assert [one["bad"] for one in results] == [True, True, True]
    assert results[0]["text"] == "No member of this programme has this code."


@pytest.mark.parametrize(
    "scans",
    [
        None,
        [7],
        [{"key": "kurz", "kind": "arrived", "code": "ABCDEFGH", "at": 1}],
        [{"key": "aaaaaaaaaaaa", "kind": "danced", "code": "ABCDEFGH", "at": 1}],
        [{"key": "aaaaaaaaaaaa", "kind": "left", "code": None, "place": 2**40, "at": 1}],
        [{"key": "aaaaaaaaaaaa", "kind": "left", "place": True, "code": "x", "at": 1}],
        [{"key": "aaaaaaaaaaaa", "kind": "left", "code": "x", "at": "gestern"}],
        [{"key": "aaaaaaaaaaaa", "kind": "left", "code": "x", "at": 10**20}],
        [{"key": f"a{n:011}", "kind": "left", "code": "x", "at": 1} for n in range(201)],
    ],
)
def test_what_is_no_list_of_scans_is_refused_in_words(desk: Desk, scans: Any) -> None:
    client, shift, _ = desk()

    answer = send(client, shift, scans)

    assert answer.status_code == 422
    assert answer.json["text"].startswith("These scans cannot be read.")
