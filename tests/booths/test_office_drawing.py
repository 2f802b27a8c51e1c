"""The organizer's pages of a plan do everything without a script; the editor saves."""

import io
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from gernas.booths.models import Booth, Fixture, Hall, Plan, Sponsor, Zone
from gernas.core.database import db
from gernas.core.permissions import Role
from gernas.events.models import Event
from tests.booths.making import make_booth, make_fixture, make_hall, make_plan, make_zone
from tests.conftest import count_queries
from tests.events.browsing import Forms
from tests.events.test_covers import draw as draw_picture
from tests.factories import make_event, make_stop, make_user, sign_in

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@pytest.fixture
def event(app: Flask, client: FlaskClient) -> Event:
    """An exhibition, and the client signed in as its organizer."""
    with app.app_context():
        event = make_event(make_stop(), kind="exhibition", slug="ekspo")
        organizer = make_user(Role.ORGANIZER, event.scope, name="Rina Halim")
    sign_in(app, client, organizer)
    return event


@pytest.fixture
def hall(app: Flask, event: Event) -> Hall:
    with app.app_context():
        return make_hall(make_plan(event), name="Tenda utama")


def _plan(hall: Hall) -> Plan:
    return db.session.get_one(Plan, hall.plan_id)


def path(hall: Hall | None = None, what: str = "") -> str:
    middle = f"/{hall.id}" if hall else ""
    return f"/kelola/acara/ekspo/denah{middle}{what}"


def send(client: FlaskClient, address: str, to: str | None = None, /, **typed: Any) -> Any:
    """Fill in the form of a page that leads ``to`` an address (or to itself) and send it."""
    forms = Forms(client.get(address).text).forms
    wanted = to or ""
    form = next(one for one in forms if one.action == wanted and "csrf_token" in str(one.values))
    values = {**form.values, **typed}
    return client.post(
        to or address,
        data={name: value for name, value in values.items() if value is not None},
    )


def labels(app: Flask, hall: Hall) -> list[str]:
    with app.app_context():
        rows = db.session.query(Booth).filter_by(hall_id=hall.id, removed_at=None)
        return sorted(booth.label for booth in rows)


def token(client: FlaskClient, hall: Hall) -> str:
    text = client.get(path(hall, "/gambar")).text
    return text.partition('data-csrf="')[2].partition('"')[0]


def post_json(client: FlaskClient, hall: Hall, body: Any, what: str = "/gambar.json") -> Any:
    return client.post(path(hall, what), json=body, headers={"X-CSRFToken": token(client, hall)})


def row(key: str = "n1", **more: Any) -> dict[str, Any]:
    return {
        "id": None,
        "key": key,
        "label": "A01",
        "x_cm": 0,
        "y_cm": 0,
        "width_cm": 300,
        "depth_cm": 300,
        **more,
    }


def test_an_event_leads_to_its_plan_and_the_plan_is_begun_there(
    app: Flask, client: FlaskClient, event: Event
) -> None:
    assert f'href="{path()}"' in client.get("/kelola/acara/ekspo").text
    assert "This event has no floor plan yet" in client.get(path()).text

    begun = send(client, path(), path(what="/mulai"))
    added = send(client, path(what="/aula"), name="Tenda utama", width="46", depth="18,5")

    assert begun.location == path(what="/aula")
    with app.app_context():
        hall = db.session.query(Hall).one()
    assert (hall.width_cm, hall.depth_cm) == (4_600, 1_850)
    assert added.location == path(hall, "/gambar")
    assert "This hall is empty" in client.get(path()).text


def test_what_is_typed_wrong_is_said_at_its_field_and_kept(client: FlaskClient, hall: Hall) -> None:
    answer = send(client, path(what="/aula"), name="", width="0", depth="abc")

    assert answer.status_code == 422
    assert "Name is still empty." in answer.text
    assert "must be between 1 and 1,000." in answer.text
    assert 'value="abc"' in answer.text


def test_settings_are_saved_and_a_second_editor_is_told(
    app: Flask, client: FlaskClient, hall: Hall
) -> None:
    form = Forms(client.get(path(what="/pengaturan")).text).forms[-1].values
    first = client.post(
        path(what="/pengaturan"),
        data={**form, "aisle": "2,5", "opens_daily": "09:00", "closes_daily": "21:00"},
    )
    second = client.post(path(what="/pengaturan"), data={**form, "grid_cm": "25"})

    assert (first.status_code, second.status_code) == (303, 409)
    assert "Rina Halim changed this while you were editing" in second.text
    with app.app_context():
        plan = db.session.get_one(Plan, hall.plan_id)
    assert (plan.aisle_cm, plan.grid_cm) == (250, 50)


def test_a_plan_is_published_and_withdrawn(app: Flask, client: FlaskClient, hall: Hall) -> None:
    assert "Publish" not in client.get(path()).text
    with app.app_context():
        make_booth(hall)

    send(client, path(), path(what="/terbitkan"))
    with app.app_context():
        assert db.session.get_one(Plan, hall.plan_id).is_published
    send(client, path(), path(what="/tarik"))
    with app.app_context():
        assert not db.session.get_one(Plan, hall.plan_id).is_published


def test_zones_and_sponsors_are_kept(app: Flask, client: FlaskClient, hall: Hall) -> None:
    address = path(what="/zona")
    send(client, address, path(what="/zona/tambah"), code="A", name="Makanan", sectors=["food"])
    twice = send(client, address, path(what="/zona/tambah"), code="a", name="Lagi")
    send(
        client,
        address,
        path(what="/sponsor/tambah"),
        **{"sponsor-name": "Bank Contoh", "sponsor-quota": "30"},
    )
    with app.app_context():
        zone, sponsor = db.session.query(Zone).one(), db.session.query(Sponsor).one()
        number, sectors, quota = zone.id, zone.sectors, sponsor.quota
        sponsor_number = sponsor.id
        make_booth(hall, "A01", zone_id=number)
    edited = send(client, path(what=f"/zona/{number}"), name="Kuliner", sectors=None)
    used = client.post(
        path(what=f"/zona/{number}/hapus"),
        data={"csrf_token": token(client, hall)},
        follow_redirects=True,
    )
    send(client, address, path(what=f"/sponsor/{sponsor_number}/hapus"))

    assert twice.status_code == 422
    assert "Another zone has the code a." in twice.text
    assert (sectors, quota) == (["food"], 30)
    assert edited.status_code == 303
    assert "Kuliner still has booths: 1." in used.text
    with app.app_context():
        assert [one.name for one in db.session.query(Zone)] == ["Kuliner"]
        assert db.session.query(Sponsor).count() == 0


def test_a_row_of_booths_is_drawn_without_a_script(
    app: Flask, client: FlaskClient, hall: Hall
) -> None:
    send(client, path(hall, "/deret"), label="A08", count="3", x="0,5", y="0", gap="0")
    send(client, path(hall, "/deret"), label="B01", count="2", x="0", y="6", direction="down")
    again = send(client, path(hall, "/deret"), label="A07", count="2", x="0", y="9")

    assert labels(app, hall) == ["A08", "A09", "A10", "B01", "B02"]
    with app.app_context():
        last = db.session.query(Booth).filter_by(label="A10").one()
        below = db.session.query(Booth).filter_by(label="B02").one()
    assert (last.x_cm, below.y_cm) == (650, 900)
    assert again.status_code == 422
    assert "There is a booth A08 already." in again.text


def test_a_booth_is_added_changed_and_removed_and_comes_back(
    app: Flask, client: FlaskClient, hall: Hall
) -> None:
    send(client, path(hall, "/stan"), label="A01", x="1", y="2", width="3", depth="2,5", amps="16")
    with app.app_context():
        booth = db.session.query(Booth).one()
    address = path(hall, f"/stan/{booth.id}")
    stale = Forms(client.get(address).text).forms[-1].values
    send(client, address, label="A02", corner="y", price="Rp 1,5 juta", turn="-90")
    late = client.post(address, data={**stale, "label": "A09"})
    taken = send(client, path(hall, "/stan"), label="a02", width="3", depth="3")
    removed = send(client, address, hapus="1")
    back = send(
        client,
        path(hall, "/tabel"),
        path(hall, f"/kembalikan?stan={booth.id}"),
    )

    with app.app_context():
        changed = db.session.get_one(Booth, booth.id)
    assert (booth.depth_cm, booth.amps) == (250, 16)
    assert (changed.label, changed.corner, changed.price) == ("A02", True, 1_500_000)
    assert changed.turn == 270
    assert late.status_code == 409
    assert "Someone changed booth A02 while you were editing." in late.text
    assert taken.status_code == 422
    assert removed.status_code == back.status_code == 303
    assert labels(app, hall) == ["A02"]


def test_many_booths_are_changed_at_once(app: Flask, client: FlaskClient, hall: Hall) -> None:
    with app.app_context():
        numbers = [make_booth(hall, f"A0{n}").id for n in range(1, 4)]
        zone, beside = make_zone(_plan(hall)).id, make_hall(_plan(hall)).id
    ids = [str(number) for number in numbers[:2]]
    table = path(hall, "/tabel")

    send(client, table, booths=ids, action="zone", zone_id=str(zone))
    send(client, table, booths=ids[:1], action="lock")
    nothing = send(client, table, action="lock")
    no_amps = send(client, table, booths=ids, action="amps", amps="")
    send(client, table, booths=ids[1:], action=f"hall-{beside}")
    send(client, table, booths=ids[:1], action="remove")

    with app.app_context():
        first, second = (db.session.get_one(Booth, number) for number in numbers[:2])
    assert (first.zone_id, second.zone_id) == (zone, zone)
    assert (first.locked, first.removed_at is not None) == (True, True)
    assert second.hall_id == beside
    assert (nothing.status_code, no_amps.status_code) == (422, 422)
    assert "Tick the booths first." in nothing.text
    assert "Say how many ampere." in no_amps.text
    assert labels(app, hall) == ["A03"]


def test_a_stage_is_added_changed_and_removed(app: Flask, client: FlaskClient, hall: Hall) -> None:
    send(client, path(hall, "/benda"), kind="stage", x="1", y="1", width="6", depth="4")
    with app.app_context():
        stage = db.session.query(Fixture).one()
    send(client, path(hall, f"/benda/{stage.id}"), label="Panggung utama")
    shown = client.get(path(hall, "/tabel")).text
    send(client, path(hall, "/tabel"), path(hall, f"/benda/{stage.id}/hapus"))

    assert "Panggung utama" in shown
    with app.app_context():
        assert db.session.query(Fixture).count() == 0


def test_a_layout_is_looked_at_before_it_is_drawn(
    app: Flask, client: FlaskClient, hall: Hall
) -> None:
    looked = send(client, path(hall, "/susunan"), layout="back_to_back", lihat="1")
    none = send(client, path(hall, "/susunan"), layout="back_to_back", aisle="19")
    before = labels(app, hall)
    drawn = send(client, path(hall, "/susunan"), layout="back_to_back")

    assert "This is how it would be: 16 booths" in looked.text
    assert none.status_code == 422
    assert (before, drawn.status_code, len(labels(app, hall))) == ([], 303, 16)


def test_a_picture_lies_behind_the_plan_and_only_a_picture(
    app: Flask, client: FlaskClient, hall: Hall
) -> None:
    address = path(hall, "/latar")
    script = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
    refused = send(client, address, picture=(io.BytesIO(script), "denah.svg"))
    nothing = send(client, address)
    picture = draw_picture(size=(1_200, 800))
    saved = send(client, address, picture=(picture, "denah.png"), opacity="60")
    shown = client.get(path(hall, "/gambar")).text
    send(client, address, hapus="1")

    assert (refused.status_code, nothing.status_code) == (422, 422)
    assert "This is not a picture we can read." in refused.text
    assert saved.status_code == 303
    assert 'opacity="0.6"' in shown
    assert "alert(1)" not in shown
    with app.app_context():
        assert db.session.get_one(Hall, hall.id).backdrop is None


def test_a_picture_of_a_hundred_megabytes_is_refused_before_it_is_read(
    app: Flask, client: FlaskClient, hall: Hall
) -> None:
    refused = client.post(
        path(hall, "/latar"),
        data={"picture": (io.BytesIO(b"x"), "denah.png")},
        environ_overrides={"CONTENT_LENGTH": "100000000"},
    )

    assert refused.status_code == 413
    assert "That is too large" in refused.text
    assert "Choose a smaller file" in refused.text
    with app.app_context():
        assert db.session.get_one(Hall, hall.id).backdrop is None


def test_a_hall_is_removed_once_nobody_has_a_booth_in_it(
    app: Flask, client: FlaskClient, hall: Hall
) -> None:
    with app.app_context():
        make_booth(hall, "A01")
        make_fixture(hall)
    send(client, path(hall, "/hapus"))

    with app.app_context():
        assert db.session.query(Hall).count() == 0
        assert db.session.query(Booth).one().removed_at is not None


def test_booths_are_taken_in_from_a_spreadsheet(
    app: Flask, client: FlaskClient, hall: Hall
) -> None:
    with app.app_context():
        make_booth(hall, "A01", amps=2)
        make_zone(_plan(hall), code="F")
    sheet = (
        "Daftar stan ekspo;;;;;\n"
        "Nomor stan;Zona;Dari kiri (m);Dari atas (m);Lebar;Listrik;Pojok\n"
        "A01;f;;;;16;ya\n"
        "A02;F;6;0;2,5;;tidak\n"
        "A03;;;;;;\n"
    )
    answer = send(client, path(what="/impor"), file=(io.BytesIO(sheet.encode()), "stan.csv"))

    assert answer.status_code == 303
    with app.app_context():
        booths = {booth.label: booth for booth in db.session.query(Booth)}
        assert (booths["A01"].amps, booths["A01"].corner) == (16, True)
        assert (booths["A02"].x_cm, booths["A02"].width_cm, booths["A02"].amps) == (600, 250, 2)
        assert booths["A03"].y_cm > booths["A01"].y_cm
        assert booths["A01"].zone is not None


def test_a_sheet_with_a_wrong_row_changes_nothing_and_says_which(
    app: Flask, client: FlaskClient, hall: Hall
) -> None:
    sheet = "stan,zona,lebar\nA01,X,3\nA02,,lebar\nA03,,0.1\nA03,,3\nA04,,3\n"
    answer = send(client, path(what="/impor"), file=(io.BytesIO(sheet.encode()), "stan.csv"))
    odd = send(client, path(what="/impor"), file=(io.BytesIO(b"nama,kota\nx,y\n"), "x.csv"))
    broken = send(client, path(what="/impor"), file=(io.BytesIO(b"PK\x03\x04rusak"), "x.xlsx"))

    assert (answer.status_code, odd.status_code, broken.status_code) == (422, 422, 422)
    for sentence in (
        "<b>Row 2</b> There is no zone with the code “X”.",
        "<b>Row 3</b> Width (m): “lebar” is not understood.",
        "<b>Row 4</b> The width must be between",
        "<b>Row 5</b> Booth A03 stands here twice.",
    ):
        assert sentence in answer.text
    assert "No column of this file says which booth" in odd.text
    assert "We cannot read this file." in broken.text
    assert labels(app, hall) == []


def test_the_booths_as_csv_can_be_taken_in_again(
    app: Flask, client: FlaskClient, hall: Hall
) -> None:
    with app.app_context():
        make_booth(hall, "A01", amps=6, corner=True, note="=1+1", turn=90, x_cm=125)
    sheet = client.get(path(what="/stan.csv")).data
    answer = send(client, path(what="/impor"), file=(io.BytesIO(sheet), "stan.csv"))

    assert answer.status_code == 303, answer.text
    with app.app_context():
        booth = db.session.query(Booth).one()
    assert (booth.amps, booth.corner, booth.turn, booth.x_cm) == (6, True, 90, 125)
    assert "'=1+1" in sheet.decode()


# --- The editor -----------------------------------------------------------------------------


def test_the_editor_saves_and_gets_the_numbers_of_new_rows(
    app: Flask, client: FlaskClient, hall: Hall
) -> None:
    with app.app_context():
        booth = make_booth(hall, "B01")
    stage = {"id": None, "key": "n2", "kind": "stage", "label": None, "turn": 0}
    stage |= {"x_cm": 0, "y_cm": 900, "width_cm": 600, "depth_cm": 400}
    answer = post_json(
        client,
        hall,
        {
            "version": 1,
            "booths": [row(), row(f"b{booth.id}", id=booth.id, label="B02", x_cm=600)],
            "fixtures": [stage],
            "removed_booths": [],
        },
    )

    assert answer.status_code == 200, answer.json
    assert set(answer.json["ids"]) == {"n1", "n2", f"b{booth.id}"}
    assert answer.json["state"]["version"] == 2
    assert labels(app, hall) == ["A01", "B02"]


def test_a_late_drawing_gets_the_present_state(app: Flask, client: FlaskClient, hall: Hall) -> None:
    post_json(client, hall, {"version": 1, "booths": [row()]})
    late = post_json(client, hall, {"version": 1, "booths": [row(label="C01")]})

    assert late.status_code == 409
    assert late.json["text"] == "Rina Halim changed this hall while you were drawing."
    assert [booth["label"] for booth in late.json["state"]["booths"]] == ["A01"]
    assert labels(app, hall) == ["A01"]


def test_wrong_booths_are_named_by_the_keys_of_the_editor(
    app: Flask, client: FlaskClient, hall: Hall
) -> None:
    answer = post_json(
        client,
        hall,
        {"version": 1, "booths": [row("n1"), row("n2"), row("n3", label="", width_cm=0)]},
    )
    twice = post_json(client, hall, {"version": 1, "booths": [row("n1"), row("n2")]})

    assert answer.status_code == twice.status_code == 422
    assert set(answer.json["of"]) == {"n3"}
    assert twice.json["of"] == {"n2": ["There is a booth A01 already."]}
    assert labels(app, hall) == []


@pytest.mark.parametrize(
    "body",
    [
        [],
        "text",
        {"version": "1"},
        {"version": 1, "booths": {}},
        {"version": 1, "extra": 1},
        {"version": 1, "booths": [row(width_cm=1e99)]},
        {"version": 1, "booths": [row(x_cm="12")]},
        {"version": 1, "booths": [row(locked="yes")]},
        {"version": 1, "booths": [row(id=2**40)]},
        {"version": 1, "booths": [row(evil=1)]},
        {"version": 1, "booths": [row(), row()] * 2_000},
        {"version": 1, "booths": [row(id=5), row(id=5)]},
        {"version": 1, "fixtures": [row(kind="bomb")]},
        {"version": 1, "removed_booths": [True]},
    ],
)
def test_what_is_no_drawing_is_refused(
    app: Flask, client: FlaskClient, hall: Hall, body: Any
) -> None:
    answer = post_json(client, hall, body)

    assert answer.status_code == 422
    assert answer.json["text"].startswith("The drawing could not be read.")
    assert labels(app, hall) == []


@pytest.mark.parametrize("content", [b"{", b"[" * 50_000, b"\xff\xfe", b'{"version": NaN}'])
def test_what_is_no_json_is_refused(client: FlaskClient, hall: Hall, content: bytes) -> None:
    answer = client.post(
        path(hall, "/gambar.json"),
        data=content,
        content_type="application/json",
        headers={"X-CSRFToken": token(client, hall)},
    )

    assert answer.status_code == 422


def test_nothing_is_saved_without_the_token(app: Flask, client: FlaskClient, hall: Hall) -> None:
    client.get(path(hall, "/gambar"))
    answer = client.post(path(hall, "/gambar.json"), json={"version": 1, "booths": [row()]})

    assert answer.status_code == 400
    assert labels(app, hall) == []


def test_the_check_says_what_is_wrong_and_saves_nothing(
    app: Flask, client: FlaskClient, hall: Hall
) -> None:
    rows = [row("n1"), row("n2", label="A02", x_cm=100), row("n3", label="A03", y_cm=400)]
    answer = post_json(client, hall, {"version": 1, "booths": rows}, "/periksa.json")

    assert [one["text"] for one in answer.json["problems"]][:1] == ["A01 and A02 overlap."]
    assert "Between A01 and A03 there is only 1 m." in [
        one["text"] for one in answer.json["problems"]
    ]
    assert labels(app, hall) == []


def test_names_cannot_leave_the_script_of_the_page(
    app: Flask, client: FlaskClient, hall: Hall
) -> None:
    with app.app_context():
        make_fixture(hall, label="</script><script>alert(1)</script>")
    text = client.get(path(hall, "/gambar")).text

    assert "<script>alert(1)" not in text


def test_the_page_of_a_plan_asks_the_same_of_one_booth_and_of_many(
    app: Flask, client: FlaskClient, hall: Hall
) -> None:
    def ask(address: str) -> int:
        with count_queries(app) as queries:
            client.get(address)
        return len(queries)

    with app.app_context():
        zone = make_zone(_plan(hall))
        make_booth(hall, "A01", zone_id=zone.id)
    addresses = [path(), path(hall, "/tabel"), path(hall, "/gambar")]
    first = [ask(address) for address in addresses]
    with app.app_context():
        for n in range(2, 6):
            make_booth(hall, f"A0{n}", zone_id=zone.id)
    assert [ask(address) for address in addresses] == first


def test_a_viewer_sees_the_plan_and_changes_nothing(
    app: Flask, client: FlaskClient, hall: Hall
) -> None:
    with app.app_context():
        make_booth(hall, "A01")
        event = db.session.query(Event).filter_by(slug="ekspo").one()
        viewer = make_user(Role.VIEWER, event.campaign.scope)
    sign_in(app, client, viewer)
    shown, table = client.get(path()).text, client.get(path(hall, "/tabel")).text

    assert "A01" in shown
    assert "/gambar" not in shown
    assert "<form" not in table.partition("<main")[2].partition("</main")[0]
    assert client.get(path(hall, "/gambar")).status_code == 403


def test_halls_of_other_events_are_not_there(app: Flask, client: FlaskClient, hall: Hall) -> None:
    with app.app_context():
        foreign = make_hall()
        booth = make_booth(foreign)

    for what in ("/gambar", "/tabel", "/ubah", f"/stan/{booth.id}"):
        assert client.get(path(foreign, what)).status_code == 404
    assert client.get(path(hall, f"/stan/{booth.id}")).status_code == 404
