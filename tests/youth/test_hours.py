"""Hours: counted, corrected with a reason, listed, taken to a file."""

import io
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from python_calamine import CalamineWorkbook
from sqlalchemy import inspect

from gernas.core.clock import now, to_local
from gernas.core.database import db, transaction
from gernas.core.errors import GernasError
from gernas.core.permissions import Role
from gernas.youth.codes import get_member_token
from gernas.youth.day.errors import (
    BadMinutes,
    NothingCorrected,
    NotOver,
    ReasonMissing,
    ReasonTooLong,
)
from gernas.youth.day.hours_queries import Wanted, count_unfinished, list_hours
from gernas.youth.models import Assignment, Attendance, OutsideHours, ScanKind, YouthProgramme
from gernas.youth.services.attendance import Scan, note_scan
from gernas.youth.services.hours import correct_minutes, drop_correction, read_minutes
from tests.accounts.door import csrf_token
from tests.conftest import count_queries
from tests.factories import make_user, save, sign_in
from tests.pages import CheckedClient
from tests.youth.making import (
    make_assignment,
    make_member,
    make_organisation,
    make_programme,
    make_shift,
)


def fresh(row: Any) -> Any:
    return db.session.get_one(type(row), inspect(row).identity)


def work(
    programme: YouthProgramme, *, came: int | None = 0, left: int | None = 240, **values: Any
) -> Assignment:
    """A place in a shift that began yesterday; came and left so many minutes after its start."""
    shift = make_shift(programme, starts_at=now().replace(microsecond=0) - timedelta(days=1))
    place = make_assignment(shift, make_member(programme, **values))
    for kind, minutes in ((ScanKind.ARRIVED, came), (ScanKind.LEFT, left)):
        if minutes is None:
            continue
        with transaction():
            at = fresh(shift).starts_at + timedelta(minutes=minutes)
            scan = Scan(key=f"k{place.id}{kind}", kind=kind, at=at, place=fresh(place))
            note_scan(fresh(shift).event, scan, by=None)
    db.session.refresh(place)
    return place


@pytest.mark.parametrize(
    ("typed", "minutes"), [("4:30", 270), ("4.30", 270), (" 4 ", 240), ("0", 0), ("24:00", 1440)]
)
def test_hours_are_typed_as_people_write_them(typed: str, minutes: int) -> None:
    assert read_minutes(typed) == minutes


@pytest.mark.usefixtures("english")
@pytest.mark.parametrize("typed", ["", "empat", "4:60", "25", "-1", "4:5", "24:01"])
def test_what_is_no_time_is_refused_in_words(typed: str) -> None:
    with pytest.raises(BadMinutes, match="such as 4:30"):
        read_minutes(typed)


def test_corrected_minutes_count_and_the_measured_ones_stay(english: Flask) -> None:
    place = work(make_programme(), left=200)

    with transaction():
        correct_minutes(fresh(place), 240, "Pulang lewat pintu lain", by=None)

    db.session.refresh(place)
    assert (place.minutes, place.corrected_minutes, place.counted_minutes) == (200, 240, 240)
    with transaction():
        drop_correction(fresh(place), by=None)
    db.session.refresh(place)
    assert (place.counted_minutes, place.correct_reason) == (200, None)
    with pytest.raises(NothingCorrected), transaction():
        drop_correction(fresh(place), by=None)


def test_who_was_counted_as_missing_and_has_hours_was_there(english: Flask) -> None:
    place = work(make_programme(), came=None, left=None)
    with transaction():
        fresh(place).attendance = Attendance.NO_SHOW

    with transaction():
        correct_minutes(fresh(place), 60, "Daftar hadir kertas", by=None)

    db.session.refresh(place)
    assert place.attendance == Attendance.PRESENT


@pytest.mark.parametrize(
    ("minutes", "reason", "error"),
    [(60, " ", ReasonMissing), (60, "x" * 501, ReasonTooLong), (1441, "ya", BadMinutes)],
)
def test_a_correction_needs_sound_minutes_and_a_reason(
    english: Flask, minutes: int, reason: str, error: type[GernasError]
) -> None:
    place = work(make_programme())

    with pytest.raises(error), transaction():
        correct_minutes(fresh(place), minutes, reason, by=None)


def test_hours_of_a_shift_to_come_are_not_corrected(english: Flask) -> None:
    programme = make_programme()
    place = make_assignment(make_shift(programme), make_member(programme))

    with pytest.raises(NotOver), transaction():
        correct_minutes(fresh(place), 60, "ya", by=None)


def test_only_coordinators_correct(english: Flask) -> None:
    place = work(make_programme())
    crew = make_user(Role.GATE_CREW, place.shift.event.scope)

    with pytest.raises(GernasError, match="role does not allow"), transaction():
        correct_minutes(fresh(place), 60, "ya", by=fresh(crew))


def test_the_list_counts_shifts_outside_hours_and_what_is_unfinished(english: Flask) -> None:
    programme = make_programme()
    first = work(programme, name="Ani", search="ani")
    work(programme, name="Budi", search="budi", left=None)
    work(programme, name="Cici", search="cici", came=None, left=None)
    ended = work(programme, name="Dedi", search="dedi", left=90)
    with transaction():
        fresh(ended).ended_at = now()  # replaced or cancelled since: hours stay
    save(
        OutsideHours(
            programme_id=programme.id,
            member_id=first.member_id,
            on=date(2026, 11, 1),
            minutes=30,
            note="Foto produk",
            state="confirmed",
            reported_at=now(),
        )
    )

    page = list_hours(fresh(programme), Wanted())

    lines = [(one.member.name, one.shifts, one.all_minutes, one.unfinished) for one in page.lines]
    assert lines == [("Budi", 1, 0, 1), ("Ani", 1, 270, 0), ("Dedi", 1, 90, 0)]
    assert (page.members, page.minutes) == (3, 360)
    assert count_unfinished(fresh(programme)) == 1


def test_the_list_is_narrowed_by_organisation_name_days_and_what_is_unfinished(
    english: Flask,
) -> None:
    programme = make_programme()
    unila = make_organisation(programme.stop, name="Unila")
    work(programme, name="Ani", search="ani", organisation_id=unila.id)
    place = work(programme, name="Budi", search="budi", left=None)
    day = to_local(place.shift.starts_at, programme.zone).date()

    def names(**wanted: Any) -> list[str]:
        found = list_hours(fresh(programme), Wanted(**wanted))
        return [line.member.name for line in found.lines]

    assert names(organisation_id=unila.id) == ["Ani"]
    assert names(text="BUD") == ["Budi"]
    assert names(unfinished=True) == ["Budi"]
    assert names(since=day, until=day) == ["Budi", "Ani"]
    assert names(until=day - timedelta(days=1)) == []
    assert names(since=day, until=date.max) == ["Budi", "Ani"]


Office = Callable[..., tuple[CheckedClient, str]]


@pytest.fixture
def office(app: Flask, client: CheckedClient) -> Office:
    """A coordinator of a programme's stop, signed in; gives the address of the programme."""

    def make(programme: YouthProgramme) -> tuple[CheckedClient, str]:
        with app.app_context():
            programme = fresh(programme)
            stop = programme.stop
            address = f"/kelola/{stop.campaign.slug}/{stop.slug}/pemuda"
            user = make_user(Role.YOUTH_COORDINATOR, stop.scope)
        sign_in(app, client, user)
        return client, address

    return make


def test_the_coordinator_corrects_on_the_page_and_undoes(app: Flask, office: Office) -> None:
    with app.app_context():
        programme = make_programme()
        place = work(programme, name="Ani", left=None)
        code, place_id = place.member.code, place.id
    client, address = office(programme)

    listed = client.get(f"{address}/jam").text
    page = f"{address}/jam/{code}"
    token = csrf_token(client, page)
    bad = client.post(
        f"{page}/{place_id}", data={"csrf_token": token, "jam": "empat", "alasan": "Lupa pulang"}
    )
    good = client.post(
        f"{page}/{place_id}",
        data={"csrf_token": token, "jam": "4:00", "alasan": "Lupa pulang"},
        follow_redirects=True,
    )

    assert "1 check-out is missing." in listed
    assert bad.status_code == 422
    assert 'value="empat"' in bad.text
    assert 'value="Lupa pulang"' in bad.text
    assert "Corrected: 4 hours count now." in good.text
    assert "corrected: Lupa pulang" in good.text


def test_the_file_holds_hours_per_student_for_campuses(app: Flask, office: Office) -> None:
    with app.app_context():
        programme = make_programme()
        unila = make_organisation(programme.stop, name="Unila")
        unila_id = unila.id
        work(programme, name="=Ani", organisation_id=unila_id, student_number="0012345")
    client, address = office(programme)

    answer = client.get(f"{address}/jam.xlsx?organisasi={unila_id}")

    book = CalamineWorkbook.from_filelike(io.BytesIO(answer.data))
    members, days, notes = (book.get_sheet_by_index(number).to_python() for number in range(3))
    assert members[1][:2] == ["Unila", "=Ani"]
    assert members[1][3:8] == ["0012345", 1, 4, 0, 4]
    assert days[1][2] == "0012345"
    assert days[1][8] == 4
    assert ["Organisation", "Unila"] in notes


def test_a_member_of_another_programme_is_not_there(app: Flask, office: Office) -> None:
    with app.app_context():
        programme = make_programme()
        code = work(make_programme()).member.code
    client, address = office(programme)

    assert client.get(f"{address}/jam/{code}").status_code == 404


def test_three_members_take_as_many_queries_as_one(app: Flask, office: Office) -> None:
    with app.app_context():
        programme = make_programme()
        work(programme)
    client, address = office(programme)
    counts = []
    for _more in range(2):
        client.get(f"{address}/jam")
        with count_queries(app) as statements:
            client.get(f"{address}/jam")
        counts.append(len(statements))
        with app.app_context():
            work(fresh(programme))
            work(fresh(programme))

    assert counts[0] == counts[1]


def test_members_read_their_hours_and_why_they_were_corrected(
    app: Flask, client: FlaskClient
) -> None:
    with app.app_context():
        place = work(make_programme())
        with transaction():
            correct_minutes(fresh(place), 300, "Membantu bongkar", by=None)
        token = get_member_token(fresh(place).member)

    page = client.get(f"/en/pemuda/saya/{token}").text

    assert "5 hours" in page
    assert "corrected by the coordinator: Membantu bongkar" in page
