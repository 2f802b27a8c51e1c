"""The back-office pages of events: who opens them, what they show, what they do."""

import io
from datetime import UTC, date, datetime

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.exc import OperationalError

from gernas.campaigns.models import Stop
from gernas.core.clock import today_in
from gernas.core.database import db, transaction
from gernas.core.permissions import Role
from gernas.events.models import AgendaItem, Event, Venue
from gernas.events.services import add_agenda_item, edit_event
from gernas.events.values import AgendaValues, EventValues
from tests.conftest import count_queries
from tests.events.browsing import press, read_form, send
from tests.events.conftest import history, plan
from tests.events.test_covers import draw
from tests.factories import make_campaign, make_stop, make_user, make_venue, sign_in


@pytest.fixture
def stop(app: Flask, client: FlaskClient) -> Stop:
    """A stop, and the client signed in as its manager."""
    with app.app_context():
        campaign = make_campaign(
            slug="bbi-2027",
            title="BBI 2027",
            starts_on=date(2027, 1, 1),
            ends_on=date(2027, 12, 31),
        )
        stop = make_stop(campaign, slug="lampung", manager="Kemenperin")
        manager = make_user(Role.STOP_MANAGER, stop.scope, name="Rina Halim")
    sign_in(app, client, manager)
    return stop


@pytest.fixture
def event(app: Flask, stop: Stop) -> Event:
    with app.app_context():
        return plan(stop, title="Kick-off Lampung")


def find(app: Flask, slug: str) -> Event | None:
    with app.app_context():
        return db.session.scalar(select(Event).where(Event.slug == slug))


ADD = "/kelola/bbi-2027/lampung/acara/baru"
LIST = "/kelola/bbi-2027/lampung/acara"


# --- Who ------------------------------------------------------------------------------------


def test_a_stranger_is_sent_to_sign_in(client: FlaskClient) -> None:
    """ASVS 8.2.1."""
    for path in ("/kelola", "/kelola/tempat"):
        assert client.get(path).location.startswith("/masuk?next=")


def test_an_event_of_another_stop_is_the_same_404_as_none(
    app: Flask, client: FlaskClient, event: Event
) -> None:
    """ASVS 8.2.2."""
    with app.app_context():
        other = plan(make_stop(event.campaign, slug="jambi"))

    own = [client.get(f"/kelola/acara/{event.slug}{path}").status_code for path in ("", "/ubah")]
    foreign = [
        client.get(f"/kelola/acara/{slug}{path}").status_code
        for slug in (other.slug, "tidak-ada")
        for path in ("", "/ubah", "/tunda", "/batalkan", "/salin")
    ]
    lists = [
        client.get(f"/kelola/{path}").status_code
        for path in (
            "bbi-2027/jambi/acara",
            "bbi-2027/jambi/jadwal.xlsx",
            "bbi-2027/acara",
            "bbi-2027/roadshow",
            "bbi-2027/jambi/acara/baru",
            "bbi-2027/acara/baru",
        )
    ]

    assert (own, set(foreign), set(lists)) == ([200, 200], {404}, {404})


def test_a_viewer_sees_and_may_not_change(app: Flask, client: FlaskClient, event: Event) -> None:
    """ASVS 8.2.1."""
    with app.app_context():
        viewer = make_user(Role.VIEWER, event.scopes[1])
    sign_in(app, client, viewer)
    base = f"/kelola/acara/{event.slug}"

    seen = [
        client.get(path).status_code
        for path in (base, LIST, "/kelola/bbi-2027/lampung/jadwal.xlsx")
    ]
    refused = [
        client.get(path).status_code
        for path in (
            f"{base}/ubah",
            f"{base}/tunda",
            f"{base}/batalkan",
            ADD,
            "/kelola/tempat/baru",
        )
    ]

    assert (seen, set(refused)) == ([200, 200, 200], {403})
    page = client.get(base).get_data(as_text=True)
    assert "/ubah" not in page


def test_a_part_of_another_events_agenda_is_no_part_of_this(
    app: Flask, client: FlaskClient, event: Event
) -> None:
    """ASVS 8.2.2."""
    with app.app_context():
        other = plan(make_stop(event.campaign))
        with transaction():
            row = db.session.get_one(Event, other.id)
            item = add_agenda_item(row, AgendaValues(title="Rahasia"), by=None)

    assert client.get(f"/kelola/acara/{event.slug}/susunan/{item.id}").status_code == 404


def test_the_start_page_serves_whoever_holds_any_grant(app: Flask, client: FlaskClient) -> None:
    with app.app_context():
        event = plan(title="Harvesting Lampung", starts_on=today_in("Asia/Jakarta"))
        hidden = plan(title="Rahasia", starts_on=today_in("Asia/Jakarta"))
        people = {
            "event": make_user(Role.ORGANIZER, event.scope),
            "stop": make_user(Role.STOP_MANAGER, event.scopes[1]),
            "campaign": make_user(Role.CAMPAIGN_MANAGER, event.scopes[2]),
            "all": make_user(Role.ADMINISTRATOR),
        }

    for name, person in people.items():
        sign_in(app, client, person)
        page = client.get("/kelola").get_data(as_text=True)
        assert "Harvesting Lampung" in page
        assert (hidden.title in page) == (name == "all")


def test_the_start_page_says_what_to_do_when_there_is_nothing(
    app: Flask, client: FlaskClient
) -> None:
    with app.app_context():
        person = make_user(Role.ADMINISTRATOR)
    sign_in(app, client, person)

    assert "Nothing to plan yet" in client.get("/kelola").get_data(as_text=True)


# --- Adding and editing ---------------------------------------------------------------------


def test_an_event_is_planned_with_a_new_venue_and_a_picture(
    app: Flask, client: FlaskClient, stop: Stop
) -> None:
    answer = send(
        client,
        ADD,
        title="Kick-off  Gernas BBI",
        kind="kickoff",
        starts_on="17/03/2027",
        starts_time="09.00",
        ends_time="12:00",
        new_venue="Mahan Agung",
        new_venue_address="Jl. Majapahit 1",
        city="Bandar Lampung",
        description="**Datang** dan lihat",
        capacity="1.500",
        picture=(draw(), "panggung.png"),
        cover_alt="Panggung",
    )

    assert (answer.status_code, answer.location) == (
        303,
        "/kelola/acara/kick-off-gernas-bbi-lampung-2027",
    )
    event = find(app, "kick-off-gernas-bbi-lampung-2027")
    assert event is not None
    assert (event.title, event.status, event.zone) == (
        "Kick-off Gernas BBI",
        "tentative",
        "Asia/Jakarta",
    )
    assert event.starts_at == datetime(2027, 3, 17, 2, tzinfo=UTC)
    assert (event.capacity, event.cover_alt, event.province_code) == (1500, "Panggung", "ID-LA")
    page = client.get(answer.location).get_data(as_text=True)
    assert "Mahan Agung, Bandar Lampung, Lampung" in page
    assert "<strong>Datang</strong>" in page


@pytest.mark.parametrize(
    ("field", "typed"),
    [
        ("title", ""),
        ("title", "x" * 10_000),
        ("starts_on", "31/02/2027"),
        ("starts_on", "17 Maret 9999"),
        ("ends_on", "16/03/2027"),
        ("starts_time", "25.00"),
        ("zone", "Mars/Olympus"),
        ("province_code", "ID-XX"),
        ("kind", "party"),
        ("status", "cancelled"),
        ("venue_id", "99999"),
        ("venue_id", "1 OR 1=1"),
        ("capacity", "-5"),
        ("capacity", "99999999999999999999"),
        ("online_url", "javascript:alert(1)"),
        ("slug", "semua"),
        ("description", "x" * 10_001),
        ("uncertain", "y"),
    ],
)
def test_bad_input_is_said_at_its_field_and_nothing_is_lost_or_written(
    app: Flask, client: FlaskClient, stop: Stop, field: str, typed: str
) -> None:
    typed_all = {"title": "Kick-off", "starts_on": "17/03/2027", "city": "Metro", field: typed}

    answer = send(client, ADD, **typed_all)

    assert answer.status_code == 422
    form = read_form(answer, having="title")
    assert form.values["city"] == "Metro"
    page = answer.get_data(as_text=True)
    assert "There is something to mend" in page
    at = {"uncertain": "note"}.get(field, field)
    assert f'id="{at}-error"' in page
    assert find(app, "kick-off-lampung-2027") is None


@pytest.mark.parametrize(
    "content", [b"<svg onload=alert(1)>", b"GIF89a", b"\x89PNG\r\n\x1a\nbroken"]
)
def test_what_is_no_picture_is_refused(
    app: Flask, client: FlaskClient, stop: Stop, content: bytes
) -> None:
    """ASVS 5.2.2."""
    answer = send(
        client,
        ADD,
        title="Kick-off",
        picture=(io.BytesIO(content), "foto.jpg"),
        cover_alt="Foto",
    )

    assert answer.status_code == 422
    assert 'id="picture-error"' in answer.get_data(as_text=True)


def test_a_full_disk_is_said_and_what_was_typed_stays(
    app: Flask, client: FlaskClient, stop: Stop, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise OperationalError("INSERT", {}, Exception("database or disk is full"))

    monkeypatch.setattr("gernas.events.views.editing.add_event", refuse)

    answer = send(client, ADD, title="Kick-off", city="Metro")

    assert answer.status_code == 503
    assert "cannot be saved right now" in answer.get_data(as_text=True)
    assert read_form(answer, having="title").values["city"] == "Metro"


def test_hostile_text_is_shown_as_text(app: Flask, client: FlaskClient, stop: Stop) -> None:
    """ASVS 1.2.1."""
    evil = "<script>alert(1)</script>{{7*7}}"

    answer = send(client, ADD, title=evil, city=evil, description=evil + "\n[x](javascript:a)")

    page = client.get(answer.location).get_data(as_text=True)
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;{{7*7}}" in page
    assert 'href="javascript' not in page


def test_an_event_is_edited_and_moved_with_a_reason(
    app: Flask, client: FlaskClient, event: Event
) -> None:
    answer = send(
        client,
        f"/kelola/acara/{event.slug}/ubah",
        starts_on="19/03/2027",
        reason="Menteri berhalangan",
    )

    assert answer.status_code == 303
    page = client.get(answer.location).get_data(as_text=True)
    assert "Formerly 17\xa0March\xa02027" in page
    assert "Menteri berhalangan" in page


def test_two_editors_are_shown_to_each_other(app: Flask, client: FlaskClient, event: Event) -> None:
    path = f"/kelola/acara/{event.slug}/ubah"
    form = read_form(client.get(path), having="title")
    with app.app_context():
        other = make_user(Role.ADMINISTRATOR, name="Dewi Lestari")
        with transaction():
            row = db.session.get_one(Event, event.id)
            values = {**vars(EventValues.of(row)), "title": "Judul Dewi", "admission": "Gratis"}
            edit_event(row, EventValues(**values), version=1, by=other)

    answer = client.post(path, data={**form.values, "title": "Judul Rina", "city": "Metro"})

    assert answer.status_code == 409
    page = answer.get_data(as_text=True)
    assert "Dewi Lestari changed this while you were editing" in page
    again = read_form(answer, having="title")
    kept = {name: again.values[name] for name in ("title", "city", "admission", "version")}
    assert kept == {"title": "Judul Rina", "city": "Metro", "admission": "Gratis", "version": "2"}
    assert "Judul Dewi" in page

    assert client.post(path, data=again.values).status_code == 303
    saved = find(app, event.slug)
    assert saved is not None
    assert (saved.title, saved.city, saved.admission) == ("Judul Rina", "Metro", "Gratis")


def test_a_form_opened_under_an_old_address_still_arrives(
    app: Flask, client: FlaskClient, event: Event
) -> None:
    path = f"/kelola/acara/{event.slug}/ubah"
    form = read_form(client.get(path), having="title")
    with app.app_context(), transaction():
        row = db.session.get_one(Event, event.id)
        edit_event(row, EventValues.of(row), version=None, slug="lagawi", by=None)

    answer = client.post(path, data={**form.values, "title": "Judul Rina"})

    assert answer.status_code == 409  # seen, and not lost
    assert client.post(path, data=read_form(answer, having="title").values).status_code == 303
    saved = find(app, "lagawi")
    assert saved is not None
    assert saved.title == "Judul Rina"


def test_looking_for_clashes_saves_nothing(app: Flask, client: FlaskClient, stop: Stop) -> None:
    with app.app_context():
        venue = make_venue(name="JCC")
        plan(make_stop(), venue_id=venue.id, title="Acara lain")

    values = {"title": "Kick-off", "starts_on": "17/03/2027", "venue_id": str(venue.id)}
    page = send(client, ADD, periksa="1", **values)
    fragment = send(client, ADD, periksa="1", headers={"HX-Request": "true"}, **values)
    clear = send(client, ADD, periksa="1", title="Kick-off", starts_on="18/03/2028")
    wrong = send(client, ADD, periksa="1", title="", headers={"HX-Request": "true"})

    assert (page.status_code, fragment.status_code, wrong.status_code) == (200, 200, 422)
    assert "are both at JCC" in page.get_data(as_text=True)
    assert read_form(page, having="title").values["title"] == "Kick-off"
    assert "are both at JCC" in fragment.get_data(as_text=True)
    assert "<html" not in fragment.get_data(as_text=True)
    assert "No holiday, no clash" in clear.get_data(as_text=True)
    assert find(app, "kick-off-lampung-2027") is None


def test_markdown_is_previewed(app: Flask, client: FlaskClient, stop: Stop) -> None:
    token = read_form(client.get(ADD), having="title").values["csrf_token"]
    text = {"csrf_token": token, "description": "*Miring* <b>"}

    page = client.post("/kelola/acara/baru/pratinjau", data=text)
    fragment = client.post(
        "/kelola/acara/baru/pratinjau", data=text, headers={"HX-Request": "true"}
    )
    long = client.post("/kelola/acara/baru/pratinjau", data={**text, "description": "[" * 10_001})

    for answer in (page, fragment):
        assert "<em>Miring</em> &lt;b&gt;" in answer.get_data(as_text=True)
    assert "<html" not in fragment.get_data(as_text=True)
    assert long.status_code == 422


# --- States ---------------------------------------------------------------------------------


def test_an_event_is_put_off_and_cancelled_and_both_are_undone(
    app: Flask, client: FlaskClient, event: Event
) -> None:
    base = f"/kelola/acara/{event.slug}"

    assert send(client, f"{base}/tunda", having="new_date", new_date="unknown").status_code == 303
    assert "New date to be announced" in client.get(base).get_data(as_text=True)
    assert press(client, base, f"{base}/aktifkan").status_code == 303

    refused = send(client, f"{base}/batalkan", having="reason")
    assert (refused.status_code, "Say why" in refused.get_data(as_text=True)) == (422, True)
    send(client, f"{base}/batalkan", having="reason", reason="Banjir besar")
    assert "Banjir besar" in client.get(base).get_data(as_text=True)
    assert press(client, base, f"{base}/aktifkan").status_code == 303

    saved = find(app, event.slug)
    assert saved is not None
    assert (saved.status, saved.cancel_reason) == ("confirmed", None)


def test_a_new_date_is_asked_for(app: Flask, client: FlaskClient, event: Event) -> None:
    path = f"/kelola/acara/{event.slug}/tunda"

    empty = send(client, path, having="new_date")
    same = send(client, path, having="new_date", starts_on="17/03/2027")
    moved = send(client, path, having="new_date", starts_on="20/03/2027", reason="Banjir")

    assert [empty.status_code, same.status_code, moved.status_code] == [422, 422, 303]
    with app.app_context():
        assert history(event) == ["postponed"]


def test_of_two_who_change_the_state_the_second_is_told(
    app: Flask, client: FlaskClient, event: Event
) -> None:
    path = f"/kelola/acara/{event.slug}/tunda"
    form = read_form(client.get(path), having="new_date")
    send(client, path, having="new_date", starts_on="20/03/2027")

    answer = client.post(path, data={**form.values, "new_date": "unknown", "reason": "Banjir"})

    assert answer.status_code == 409
    page = answer.get_data(as_text=True)
    assert "Rina Halim changed this while you were editing" in page
    assert read_form(answer, having="new_date").values["reason"] == "Banjir"


def test_what_is_not_cancelled_any_more_may_still_wait_for_its_date(
    client: FlaskClient, event: Event
) -> None:
    base = f"/kelola/acara/{event.slug}"
    send(client, f"{base}/tunda", having="new_date", new_date="unknown")
    send(client, f"{base}/batalkan", having="reason", reason="Banjir")

    revived = press(client, base, f"{base}/aktifkan")

    assert "waits for its new date" in client.get(revived.location).text


def test_an_event_is_archived_and_taken_back(app: Flask, client: FlaskClient, event: Event) -> None:
    base = f"/kelola/acara/{event.slug}"

    press(client, base, f"{base}/arsipkan")
    page = client.get(base).get_data(as_text=True)
    listed = [client.get(f"{LIST}{query}").get_data(as_text=True) for query in ("", "?arsip=1")]
    assert f'action="{base}/pulihkan"' in page
    assert ["Kick-off Lampung" in text for text in listed] == [False, True]
    assert client.get(f"{base}/ubah").status_code == 409

    press(client, base, f"{base}/pulihkan")
    assert "Kick-off Lampung" in client.get(LIST).get_data(as_text=True)


def test_a_tentative_event_is_confirmed(app: Flask, client: FlaskClient, stop: Stop) -> None:
    with app.app_context():
        event = plan(stop, status="tentative")
    base = f"/kelola/acara/{event.slug}"

    press(client, base, f"{base}/pastikan")

    saved = find(app, event.slug)
    assert saved is not None
    assert saved.status == "confirmed"


def test_an_event_is_copied_where_the_person_plans(
    app: Flask, client: FlaskClient, event: Event
) -> None:
    with app.app_context():
        make_stop(event.campaign, slug="jambi")
    path = f"/kelola/acara/{event.slug}/salin"

    page = client.get(path).get_data(as_text=True)
    foreign = send(client, path, having="target", target="bbi-2027/jambi")
    answer = send(client, path, having="target", starts_on="14/03/2028")

    assert ("lampung" in page, 'value="bbi-2027/jambi"' in page) == (True, False)
    assert (foreign.status_code, answer.status_code) == (422, 303)
    copied = find(app, answer.location.rpartition("/")[2])
    assert copied is not None
    assert (copied.starts_on, copied.status) == (date(2028, 3, 14), "tentative")


# --- Agenda ---------------------------------------------------------------------------------


def test_an_agenda_is_built_sorted_and_mended(
    app: Flask, client: FlaskClient, event: Event
) -> None:
    base = f"/kelola/acara/{event.slug}"

    send(client, base, having="speakers", title="Penutup", starts_time="12.00")
    send(
        client,
        base,
        having="speakers",
        title="Pembukaan",
        starts_time="09.00",
        ends_time="10.00",
        speakers="Gubernur\nKepala BI",
    )
    wrong = send(client, base, having="speakers", title="Salah", ends_time="10.00")
    with app.app_context():
        closing, opening = db.session.scalars(select(AgendaItem).order_by(AgendaItem.id))

    assert wrong.status_code == 422
    assert read_form(wrong, having="speakers").values["title"] == "Salah"
    press(client, base, f"{base}/susunan/{opening.id}/naik")
    send(client, f"{base}/susunan/{closing.id}", having="speakers", stage="Aula")
    page = client.get(base).get_data(as_text=True)
    assert page.index("Pembukaan") < page.index("Penutup")
    assert "Gubernur; Kepala BI" in page
    assert "Aula" in page

    answer = press(client, base, f"{base}/susunan/{closing.id}/hapus")
    undo = f"{base}/susunan/{closing.id}/pulihkan"
    after = client.get(answer.location).get_data(as_text=True)
    assert f'action="{undo}"' in after
    token = read_form(client.get(base), having="speakers").values["csrf_token"]
    client.post(undo, data={"csrf_token": token})
    assert "Penutup" in client.get(base).get_data(as_text=True)


def test_htmx_gets_the_agenda_alone(app: Flask, client: FlaskClient, event: Event) -> None:
    with app.app_context(), transaction():
        row = db.session.get_one(Event, event.id)
        items = [add_agenda_item(row, AgendaValues(title=t), by=None) for t in ("Satu", "Dua")]
    base = f"/kelola/acara/{event.slug}"
    token = read_form(client.get(base), having="speakers").values["csrf_token"]

    answer = client.post(
        f"{base}/susunan/{items[1].id}/naik",
        data={"csrf_token": token},
        headers={"HX-Request": "true"},
    )

    text = answer.get_data(as_text=True)
    assert text.index("Dua") < text.index("Satu")
    assert text.lstrip().startswith('<section id="agenda"')


# --- Lists ----------------------------------------------------------------------------------


def test_a_list_is_filtered_searched_and_sorted_by_its_address(
    app: Flask, client: FlaskClient, stop: Stop
) -> None:
    with app.app_context():
        plan(stop, title="Kick-off", city="Metro")
        plan(
            stop,
            title="Puncak",
            kind="harvesting",
            starts_on=date(2027, 7, 1),
            status="tentative",
            province_code="ID-JK",
            city="Jakarta",
        )
        plan(stop, title="Belum tahu", kind="webinar", starts_on=None)

    def titles(query: str) -> list[str]:
        page = client.get(f"{LIST}?{query}").get_data(as_text=True)
        found = [t for t in ("Kick-off", "Puncak", "Belum tahu") if f'">{t}</a>' in page]
        return sorted(found, key=lambda title: page.index(f'">{title}</a>'))

    assert titles("") == ["Kick-off", "Puncak", "Belum tahu"]
    assert titles("urut=-tanggal") == ["Puncak", "Kick-off", "Belum tahu"]
    assert titles("urut=judul") == ["Belum tahu", "Kick-off", "Puncak"]
    assert titles("jenis=harvesting") == ["Puncak"]
    assert titles("status=tentative") == ["Puncak"]
    assert titles("provinsi=dki-jakarta") == ["Puncak"]
    assert titles("bulan=2027-03") == ["Kick-off"]
    assert titles("q=metro+kick") == ["Kick-off"]
    assert titles("q=100%25") == []
    assert titles("jenis=nonsense&bulan=2027-13&halaman=x&urut=-%27") == [
        "Kick-off",
        "Puncak",
        "Belum tahu",
    ]


def test_an_empty_list_says_what_to_do(app: Flask, client: FlaskClient, stop: Stop) -> None:
    empty = client.get(LIST).get_data(as_text=True)
    nothing = client.get(f"{LIST}?q=entah").get_data(as_text=True)

    assert ("No event yet" in empty, f'href="{ADD}"' in empty) == (True, True)
    assert "Nothing matches" in nothing


def test_long_lists_have_pages(app: Flask, client: FlaskClient, stop: Stop) -> None:
    with app.app_context():
        _plan_many(stop, 51)

    pages = [client.get(f"{LIST}?halaman={n}").get_data(as_text=True) for n in (1, 2, 99)]

    assert [page.count("Pelatihan ") for page in pages] == [50, 1, 1]


def _plan_many(stop: Stop, count: int) -> None:
    from tests.events.test_calendar import _fill

    _fill(db.session.merge(stop), count)


@pytest.mark.parametrize(
    "path",
    [
        "/kelola",
        "/kelola/bbi-2027/lampung/acara",
        "/kelola/bbi-2027/lampung/acara/cetak",
        "/kelola/bbi-2027/lampung/jadwal.xlsx",
        "/kelola/bbi-2027/acara",
        "/kelola/bbi-2027/roadshow",
        "/kelola/bbi-2027/roadshow?tampilan=tabel",
    ],
)
def test_a_list_costs_the_same_number_of_queries_for_3_and_300_rows(
    app: Flask, client: FlaskClient, stop: Stop, path: str
) -> None:
    with app.app_context():
        _plan_many(stop, 3)
        person = make_user(Role.CAMPAIGN_MANAGER, db.session.merge(stop).scopes[1])
    sign_in(app, client, person)
    client.get(path)

    def count() -> int:
        with count_queries(app) as statements:
            assert client.get(path).status_code == 200
        return len(statements)

    few = count()
    with app.app_context():
        _plan_many(stop, 297)

    assert count() == few


def test_an_agenda_costs_no_queries_of_its_own(
    app: Flask, client: FlaskClient, event: Event
) -> None:
    path = f"/kelola/acara/{event.slug}"

    def add(count: int) -> None:
        with app.app_context(), transaction():
            row = db.session.get_one(Event, event.id)
            for number in range(count):
                add_agenda_item(row, AgendaValues(title=f"Bagian {number}"), by=None)

    def count() -> int:
        with count_queries(app) as statements:
            client.get(path)
        return len(statements)

    add(1)
    few = count()
    add(2)
    assert count() == few


def test_the_roadshow_is_a_timeline_and_a_table_of_the_same(
    app: Flask, client: FlaskClient, stop: Stop
) -> None:
    with app.app_context():
        person = make_user(Role.CAMPAIGN_MANAGER, stop.scopes[1])
        event = plan(stop, title="Puncak", kind="harvesting", starts_on=date(2027, 6, 23))
        undated = plan(stop, title="Belum tahu", starts_on=None)
    sign_in(app, client, person)

    for query in ("", "?tampilan=tabel"):
        page = client.get(f"/kelola/bbi-2027/roadshow{query}").get_data(as_text=True)
        assert "Lampung" in page
        assert "Kemenperin" in page
        assert f"/kelola/acara/{event.slug}" in page
        assert undated.title in page
        assert "Without a date for Kick-off: Lampung." in page


# --- Venues ---------------------------------------------------------------------------------


def test_a_venue_is_added_found_moved_and_put_away(
    app: Flask, client: FlaskClient, event: Event
) -> None:
    added = send(client, "/kelola/tempat/baru", having="name", name="Mahan Agung", city="Metro")
    path = added.location
    number = int(path.rpartition("/")[2])
    with app.app_context(), transaction():
        db.session.get_one(Event, event.id).venue_id = number

    found = client.get("/kelola/tempat?q=mahan+METRO").get_data(as_text=True)
    missed = client.get("/kelola/tempat?q=entah").get_data(as_text=True)
    half = send(client, f"{path}/ubah", having="name", latitude="-5,4292")
    moved = send(
        client,
        f"{path}/ubah",
        having="name",
        name="Saburai",
        latitude="-5.4292",
        longitude="105.26",
    )
    page = client.get(path).get_data(as_text=True)

    assert ("Mahan Agung" in found, "Nothing matches" in missed) == (True, True)
    assert (half.status_code, 'id="longitude-error"' in half.get_data(as_text=True)) == (422, True)
    assert moved.status_code == 303
    assert "openstreetmap.org/?mlat=-5.429200" in page
    assert event.title in page
    press(client, path, f"{path}/arsipkan")
    assert "Saburai" not in client.get("/kelola/tempat").get_data(as_text=True)
    assert press(client, path, f"{path}/pulihkan").status_code == 303


def test_two_who_edit_a_venue_are_shown_to_each_other(
    app: Flask, client: FlaskClient, stop: Stop
) -> None:
    with app.app_context():
        venue = make_venue()
    path = f"/kelola/tempat/{venue.id}/ubah"
    form = read_form(client.get(path), having="name")
    send(client, path, having="name", name="Saburai")

    answer = client.post(path, data={**form.values, "name": "Enggal"})

    assert answer.status_code == 409
    page = answer.get_data(as_text=True)
    assert "<td>Enggal</td><td><ins>Saburai</ins></td>" in page
    assert ("Saburai" in page, read_form(answer, having="name").values["name"]) == (True, "Enggal")


def test_venues_are_offered_while_typing(app: Flask, client: FlaskClient, stop: Stop) -> None:
    with app.app_context():
        near = make_venue(name="Gedung A", province_code="ID-LA")
        make_venue(name="Gedung B", province_code="ID-JK")
        make_venue(name="Lapangan")

    text = client.get(
        "/kelola/tempat/pilihan?venue_q=gedung&province_code=ID-LA",
        headers={"HX-Request": "true"},
    ).get_data(as_text=True)

    assert "Lapangan" not in text
    assert text.index(f'value="{near.id}"') < text.index("Gedung B")


def test_a_venue_that_is_there_twice_is_put_together(
    app: Flask, client: FlaskClient, stop: Stop
) -> None:
    with app.app_context():
        twice, right = make_venue(name="Mahan Agung 2"), make_venue(name="Mahan Agung")
    path = f"/kelola/tempat/{twice.id}"

    refused = send(client, path, having="into", into="99999")
    answer = send(client, path, having="into", into=str(right.id))

    assert (refused.status_code, answer.location) == (422, f"/kelola/tempat/{right.id}")
    with app.app_context():
        assert db.session.get_one(Venue, twice.id).archived_at is not None


def test_events_that_a_person_may_not_see_are_not_listed_at_a_venue(
    app: Flask, client: FlaskClient, stop: Stop
) -> None:
    """ASVS 8.2.2."""
    with app.app_context():
        venue = make_venue()
        plan(make_stop(make_campaign(published_at=None)), title="Rahasia", venue_id=venue.id)
        plan(make_stop(), title="Terbuka", venue_id=venue.id)

    page = client.get(f"/kelola/tempat/{venue.id}").get_data(as_text=True)

    assert ("Rahasia" in page, "Terbuka" in page) == (False, True)
