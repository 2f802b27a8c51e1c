"""Pages of shifts: a coordinator adds one, members take and leave it on a phone."""

import re
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask, session
from flask.testing import FlaskClient
from flask_wtf.csrf import generate_csrf
from sqlalchemy import select

from gernas.accounts.models import User
from gernas.campaigns.models import Stop
from gernas.core.clock import now
from gernas.core.database import db, transaction
from gernas.core.permissions import Role, Scope
from gernas.youth.codes import get_member_token
from gernas.youth.models import Assignment, Member, Shift, YouthProgramme
from gernas.youth.shifts.calendar import keep_shift_calendar
from tests.conftest import count_queries
from tests.factories import make_event, make_user, sign_in
from tests.youth.making import (
    make_assignment,
    make_member,
    make_programme,
    make_role,
    make_shift,
)
from tests.youth.shifting import holders, id_of, need_of, take, waiting

DAY = (now() + timedelta(days=10)).date()


def make_boss(programme: YouthProgramme) -> User:
    return make_user(Role.YOUTH_COORDINATOR, Scope("stop", programme.stop_id))


def path_of(stop: Stop, tail: str = "") -> str:
    return f"/kelola/{stop.campaign.slug}/{stop.slug}/pemuda/jaga{tail}"


def mine(member: Member, tail: str = "") -> str:
    return f"/en/pemuda/saya/{get_member_token(member)}{tail}"


def post(client: FlaskClient, path: str, data: dict[str, Any] | None = None, **more: Any) -> Any:
    """Send a form as a page of this site would, with its token."""
    secret = "0123456789abcdef" * 2
    with client.session_transaction() as cookie:
        cookie["csrf_token"] = secret
    with client.application.test_request_context():
        session["csrf_token"] = secret
        token = generate_csrf()
    return client.post(path, data={"csrf_token": token, **(data or {})}, **more)


@pytest.fixture
def office(app: Flask, client: FlaskClient) -> Any:
    """A programme, its coordinator signed in, and the address of its shifts."""
    with app.app_context():
        programme = make_programme()
        sign_in(app, client, make_boss(programme))
        return programme, path_of(programme.stop)


def test_a_coordinator_adds_a_shift_and_members_take_it_until_it_is_full(
    app: Flask, client: FlaskClient
) -> None:
    with app.app_context():
        programme = make_programme()
        role = make_role(programme, name="Meja pendaftaran", name_en="Registration desk")
        event = make_event(programme.stop)
        one, two = make_member(programme), make_member(programme)
        office, path = app.test_client(), path_of(programme.stop)
        sign_in(app, office, make_boss(programme))
        links = [mine(member) for member in (one, two)]
        ids = [member.id for member in (one, two)]
    phone = client
    form = {
        "event_id": id_of(event),
        "title": "Jaga pagi",
        "title_en": "Morning desk",
        "kind": "ordinary",
        "day": DAY.isoformat(),
        "starts": "08.00",
        "ends": "12.00",
        "leave_hours": "24",
        f"wanted_{id_of(role)}": "1",
        "terbit": "1",
    }

    added = post(office, f"{path}/baru", data=form)
    assert added.status_code == 303
    listed = phone.get(f"{links[0]}/jaga").text
    assert "Morning desk" in listed
    assert "1 place left" in listed
    with app.app_context():
        shift = db_shift()
        need = need_of(shift).id

    taken = post(phone, f"{links[0]}/jaga/{need}/ambil", follow_redirects=True)
    assert "“Morning desk” is yours." in taken.text
    second = post(phone, f"{links[1]}/jaga/{need}/ambil", follow_redirects=True)
    assert "You are on the waiting list of “Morning desk”." in second.text
    assert "You have a place" in phone.get(links[0]).text
    assert "On the waiting list, you are next" in phone.get(links[1]).text
    left = post(phone, f"{links[0]}/jaga/{id_of(shift)}/lepas", follow_redirects=True)
    assert "You left “Morning desk”." in left.text

    with app.app_context():
        assert (holders(shift), waiting(shift)) == ([ids[1]], [])


def db_shift() -> Shift:
    return db.session.scalars(select(Shift)).one()


def test_the_list_says_why_not(app: Flask, client: FlaskClient) -> None:
    with app.app_context():
        programme = make_programme()
        make_shift(programme, make_role(programme, skills=["photo"]), title="Foto")
        link = mine(make_member(programme))

    page = client.get(f"{link}/jaga").text

    assert "No shift to take at this moment" in page
    assert "Shifts I cannot take, and why" in page
    assert "Needs: Photography." in page


def test_what_a_rule_refuses_is_told_on_the_list(app: Flask, client: FlaskClient) -> None:
    with app.app_context():
        programme = make_programme()
        shift = make_shift(programme)
        other = make_shift(programme, starts_at=shift.starts_at)
        member = make_member(programme)
        take(shift, member)
        link, need = mine(member), need_of(other).id

    page = post(client, f"{link}/jaga/{need}/ambil", follow_redirects=True).text

    assert "At the same time as another shift" in page


def test_shifts_of_other_stops_and_drafts_are_not_there(app: Flask, client: FlaskClient) -> None:
    with app.app_context():
        programme = make_programme()
        link = mine(make_member(programme))
        draft = make_shift(programme, published_at=None)
        foreign = make_shift(make_programme())
        needs = [need_of(one).id for one in (draft, foreign)]
        ids = [draft.id, foreign.id]

    for need in (*needs, 999_999):
        assert post(client, f"{link}/jaga/{need}/ambil").status_code == 404
    for number in (*ids, 999_999):
        assert client.get(f"{link}/jaga/{number}").status_code == 404
        assert post(client, f"{link}/jaga/{number}/lepas").status_code == 404
        assert client.get(f"{link}/jaga/{number}/kalender.ics").status_code == 404


def test_a_signed_in_member_has_the_same_pages(app: Flask, client: FlaskClient) -> None:
    with app.app_context():
        programme = make_programme()
        user = make_user()
        make_member(programme, user_id=user.id)
        shift = make_shift(programme)
        need = need_of(shift).id
        sign_in(app, client, user)

    assert client.get("/saya/pemuda/jaga").status_code == 200
    taken = post(client, f"/saya/pemuda/jaga/{need}/ambil", follow_redirects=True)
    assert "is yours" in taken.text
    page = client.get(f"/saya/pemuda/jaga/{id_of(shift)}").text
    assert "You can leave it until" in page


def test_one_shift_and_all_of_them_go_into_a_calendar(app: Flask, client: FlaskClient) -> None:
    with app.app_context():
        programme = make_programme()
        member = make_member(programme)
        shift = make_shift(programme, title="Jaga gerbang")
        other = make_shift(programme, starts_at=shift.starts_at + timedelta(days=5), title="Lain")
        with transaction():
            keep_shift_calendar([shift, other])
        take(shift, member)
        link = mine(member)

    one = client.get(f"{link}/jaga/{id_of(shift)}/kalender.ics")
    every = client.get(f"{link}/jaga/kalender.ics")

    assert one.content_type == "text/calendar; charset=utf-8"
    assert "SUMMARY:Jaga gerbang" in one.text or "Jaga gerbang" in one.text
    assert "Jaga gerbang" in every.text
    assert "Lain" not in every.text
    assert link.rpartition("/")[2] not in every.text + one.text  # people share calendars
    again = client.get(
        f"{link}/jaga/kalender.ics", headers={"If-None-Match": every.headers["ETag"]}
    )
    assert again.status_code == 304


def test_lists_ask_the_database_the_same_however_long_they_are(
    app: Flask, client: FlaskClient
) -> None:
    with app.app_context():
        programme = make_programme()
        member = make_member(programme)
        link, path = mine(member), path_of(programme.stop)
        office = app.test_client()
        sign_in(app, office, make_boss(programme))
        shift = make_shift(programme, wanted=9)
        make_assignment(shift, make_member(programme))
    pages = [(client, f"{link}/jaga"), (office, path), (office, f"{path}/{id_of(shift)}")]
    counts: list[list[int]] = []
    for _round in range(2):
        for browser, address in pages:
            browser.get(address)
        counts.append([])
        for browser, address in pages:
            with count_queries(app) as asked:
                assert browser.get(address).status_code == 200
            counts[-1].append(len(asked))
        with app.app_context():
            for number in range(3):
                programme = db.session.get_one(YouthProgramme, id_of(programme))
                event = make_event(programme.stop)
                make_shift(
                    programme,
                    event_id=event.id,
                    starts_at=shift.starts_at + timedelta(days=number + 1),
                )
                make_assignment(db_first(id_of(shift)), make_member(programme))

    assert counts[0] == counts[1]


def db_first(shift_id: int) -> Shift:
    return db.session.get_one(Shift, shift_id)


# --- The office -----------------------------------------------------------------------------


def test_without_shifts_the_page_says_what_to_do(office: Any, client: FlaskClient) -> None:
    _programme, path = office

    assert "No shifts yet" in client.get(path).text


def test_nothing_that_was_typed_is_lost(app: Flask, office: Any, client: FlaskClient) -> None:
    programme, path = office
    with app.app_context():
        role = make_role(programme)
        make_event(programme.stop)

    answer = post(
        client,
        f"{path}/baru",
        data={
            "event_id": "",
            "title": "Jaga pagi",
            "day": "31/02/2022",
            "starts": "8",
            f"wanted_{id_of(role)}": "x",
        },
    )

    assert answer.status_code == 422
    assert 'value="Jaga pagi"' in answer.text
    assert 'value="31/02/2022"' in answer.text
    assert "Choose an event of this province." in answer.text


def test_no_people_at_all_is_said_at_the_numbers(
    app: Flask, office: Any, client: FlaskClient
) -> None:
    programme, path = office
    with app.app_context():
        role, event = make_role(programme), make_event(programme.stop)
    form = {
        "event_id": id_of(event),
        "title": "Jaga",
        "kind": "ordinary",
        "day": DAY.isoformat(),
        "starts": "08:00",
        "ends": "12:00",
        "leave_hours": "24",
    }

    answer = post(client, f"{path}/baru", data=form)

    assert answer.status_code == 422
    assert f'href="#wanted_{id_of(role)}"' in answer.text


def test_a_coordinator_fills_a_gap_and_takes_somebody_off(
    app: Flask, office: Any, client: FlaskClient
) -> None:
    programme, path = office
    with app.app_context():
        shift = make_shift(programme, make_role(programme, skills=["photo"]), wanted=2)
        able = make_member(programme, name="Sari", skills=["photo"])
        unable = make_member(programme, name="Budi")
        need = need_of(shift).id
    address = f"{path}/{id_of(shift)}"
    page = client.get(address).text
    assert page.index("Sari, Bandar Lampung") < page.index("Budi, Bandar Lampung (Needs")

    put = post(client, f"{address}/orang", data={"peran": need, "anggota": id_of(able)})
    assert put.status_code == 303
    refused = post(client, f"{address}/orang", data={"peran": need, "anggota": id_of(unable)})
    assert refused.status_code == 409
    assert "Put in nevertheless" in refused.text
    form = {"peran": need, "anggota": id_of(unable), "tetap": "1"}
    assert post(client, f"{address}/orang", data=form).status_code == 303
    with app.app_context():
        assert holders(shift) == [id_of(able), id_of(unable)]
        place = db.session.scalars(select(Assignment.id).order_by(Assignment.id)).first()

    empty = post(client, f"{address}/orang/{place}/lepas", follow_redirects=True).text
    assert "Give the reason. The members read it." in empty
    off = post(client, f"{address}/orang/{place}/lepas", data={"alasan": "Dobel"})
    assert off.status_code == 303
    page = client.get(address).text
    assert "Who left or was taken off" in page
    assert "Dobel" in page


def test_members_of_other_stops_cannot_be_put_in(
    app: Flask, office: Any, client: FlaskClient
) -> None:
    programme, path = office
    with app.app_context():
        shift = make_shift(programme)
        need, stranger = need_of(shift).id, make_member(make_programme())

    for typed in (str(id_of(stranger)), "", "x", "99999999999"):
        form = {"peran": need, "anggota": typed}
        page = post(client, f"{path}/{id_of(shift)}/orang", data=form, follow_redirects=True).text
        assert "Choose a member and a role." in page


def test_a_shift_is_opened_hidden_copied_cancelled_and_deleted(
    app: Flask, office: Any, client: FlaskClient
) -> None:
    programme, path = office
    with app.app_context():
        shift = make_shift(programme, published_at=None)
        member = make_member(programme)
    address = f"{path}/{id_of(shift)}"

    assert "1 shift is open" in post(client, f"{path}/buka", follow_redirects=True).text
    for what, words in (("tutup", "no longer see"), ("buka", "can take this shift")):
        assert words in post(client, f"{address}/{what}", follow_redirects=True).text
    bad = post(client, f"{address}/salin", data={"days": "besok"})
    assert (bad.status_code, "is not a date" in bad.text) == (422, True)
    days = f"{DAY.isoformat()}\n{(DAY + timedelta(days=1)).isoformat()}"
    copied = post(client, f"{address}/salin", data={"days": days}, follow_redirects=True).text
    assert "2 copies are made." in copied
    with app.app_context():
        take(shift, member)
    assert "1 member is on it" in client.get(f"{address}/batal").text
    assert post(client, f"{address}/batal").status_code == 422
    page = post(client, f"{address}/batal", data={"reason": "Hujan"}, follow_redirects=True).text
    assert "This shift is cancelled." in page
    kept = post(client, f"{address}/hapus", follow_redirects=True).text
    assert "People are or were on this shift." in kept
    other = re.findall(rf'href="{path}/(\d+)"', client.get(path).text)[-1]
    assert "is deleted" in post(client, f"{path}/{other}/hapus", follow_redirects=True).text


def test_who_saves_over_a_newer_state_is_told_and_loses_nothing(
    app: Flask, office: Any, client: FlaskClient
) -> None:
    programme, path = office
    with app.app_context():
        shift = make_shift(programme)
        form = {
            "event_id": shift.event_id,
            "title": "Baru",
            "kind": "ordinary",
            "day": DAY.isoformat(),
            "starts": "08:00",
            "ends": "12:00",
            "leave_hours": "24",
            f"wanted_{need_of(shift).role_id}": "2",
        }

    first = post(client, f"{path}/{id_of(shift)}/ubah", data={**form, "versi": "1"})
    second = post(client, f"{path}/{id_of(shift)}/ubah", data={**form, "title": "X1", "versi": "1"})

    assert (first.status_code, second.status_code) == (303, 409)
    assert "changed this shift while you were editing" in second.text
    assert 'value="X1"' in second.text


def test_a_person_who_may_no_longer_work_it_is_marked(
    app: Flask, office: Any, client: FlaskClient
) -> None:
    programme, path = office
    with app.app_context():
        shift = make_shift(programme)
        member = make_member(programme)
        take(shift, member)
        make_assignment(make_shift(programme, starts_at=shift.starts_at), member)

    assert "At the same time as another shift" in client.get(f"{path}/{id_of(shift)}").text


def test_the_shifts_of_an_event_are_moved(app: Flask, office: Any, client: FlaskClient) -> None:
    programme, path = office
    with app.app_context():
        shift = make_shift(programme)
        event, starts_at = shift.event_id, shift.starts_at
        foreign = make_event(make_programme().stop)

    assert "By how many days" in client.get(f"{path}/geser?acara={event}").text
    for form in ({"event_id": id_of(foreign), "days": "2"}, {"event_id": event, "days": "x"}, {}):
        assert post(client, f"{path}/geser", form).status_code == 422
    done = post(client, f"{path}/geser", {"event_id": event, "days": "2"}, follow_redirects=True)

    assert "1 shift is moved" in done.text
    with app.app_context():
        assert db_first(id_of(shift)).starts_at == starts_at + timedelta(days=2)


def test_lists_for_paper_hold_the_people_of_the_day(
    app: Flask, office: Any, client: FlaskClient
) -> None:
    programme, path = office
    with app.app_context():
        shift = make_shift(programme)
        take(shift, make_member(programme, name="Sari Dewi"))

    page = client.get(f"{path}/cetak").text

    assert "Sari Dewi" in page
    assert "Signature" in page


def test_the_list_is_filtered(app: Flask, office: Any, client: FlaskClient) -> None:
    programme, path = office
    with app.app_context():
        full = make_shift(programme, wanted=1, title="Penuh")
        make_assignment(full, make_member(programme))
        event_id = full.event_id
        make_shift(programme, title="Kosong")
        make_shift(programme, title="Rancangan", published_at=None)
        make_shift(programme, title="Lama", starts_at=now() - timedelta(days=3))

    def titles(query: str) -> list[str]:
        page = client.get(f"{path}{query}").text
        return [one for one in ("Penuh", "Kosong", "Rancangan", "Lama") if f">{one}</a>" in page]

    assert titles("") == ["Penuh", "Kosong", "Rancangan"]
    assert titles("?keadaan=gaps") == ["Kosong"]
    assert titles("?keadaan=draft") == ["Rancangan"]
    assert titles("?keadaan=over") == ["Lama"]
    assert titles(f"?acara={event_id}") == ["Penuh"]
    assert titles("?acara=x&hari=besok&keadaan=lain") == ["Penuh", "Kosong", "Rancangan"]


def test_the_overview_tells_of_gaps_in_coming_shifts(
    app: Flask, office: Any, client: FlaskClient
) -> None:
    programme, path = office
    overview = path.removesuffix("/jaga")
    before = client.get(overview).text
    with app.app_context():
        role = make_role(programme)
        shift = make_shift(programme, role, wanted=3)
        make_assignment(shift, make_member(programme))
        make_shift(programme, role, wanted=5, starts_at=now() - timedelta(days=1))

    text = client.get(overview).text

    assert "coming shifts" not in before
    assert "2 free places in coming shifts" in text
    assert f'href="{path}?keadaan=gaps"' in text
