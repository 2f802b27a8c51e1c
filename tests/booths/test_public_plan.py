"""The plan that everyone sees: who is on it, finding them, the way, and how much it weighs."""

import gzip
import re
from dataclasses import dataclass
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import insert, update

from gernas.booths.models import (
    Booth,
    BoothAllocation,
    BoothCall,
    FixtureKind,
    Hall,
    How,
    Plan,
)
from gernas.booths.services.plans import publish_plan, withdraw_plan
from gernas.businesses.models import Business, Product
from gernas.core.clock import now
from gernas.core.database import db, transaction
from gernas.events.models import Event
from gernas.events.services import archive_event
from gernas.registrations.models import Registration, RegistrationState
from tests.booths.exhibiting import assign, hold, make_booth_call, make_exhibitor
from tests.booths.making import make_booth, make_fixture, make_hall, make_plan, make_zone
from tests.businesses.conftest import make_business
from tests.conftest import count_queries
from tests.factories import make_event, save


@dataclass
class World:
    """A published hall with a gate and the booths A01 to A06 in a row."""

    app: Flask
    plan: Plan
    hall: Hall
    booths: dict[str, Booth]
    terms: BoothCall
    address: str

    def exhibit(self, label: str, name: str, **more: Any) -> Registration:
        with self.app.app_context():
            registration = make_exhibitor(self.terms, business_name=name, **more)
            assign(self.booths[label], registration)
            return registration


@pytest.fixture
def world(app: Flask) -> World:
    with app.app_context():
        event = make_event(kind="exhibition", title="Lagawi Fest")
        plan = make_plan(event, published=True)
        hall = make_hall(plan, name="Tenda utama")
        make_fixture(hall, FixtureKind.GATE, label="Gerbang utama")
        zone = make_zone(plan, code="A", name="Makanan")
        booths = {
            label: make_booth(hall, label, x_cm=number * 300, y_cm=600, zone_id=zone.id)
            for number, label in enumerate(("A01", "A02", "A03", "A04", "A05", "A06"), 1)
        }
        terms = make_booth_call(plan)
        return World(app, plan, hall, booths, terms, f"/acara/{event.slug}/denah")


def names_on(page: str) -> list[str]:
    return re.findall(r'<li><b>\S+</b> <a href="\?stan=[^"]+">([^<]+)</a>', page)


def test_the_plan_names_who_has_a_booth_for_good_and_nobody_else(
    client: FlaskClient, world: World
) -> None:
    world.exhibit("A01", "Kopi Way Kanan")
    left = world.exhibit("A03", "Sudah mundur")
    with world.app.app_context():
        hold(world.booths["A02"], make_exhibitor(world.terms, business_name="Baru menahan"))
        make_exhibitor(world.terms, business_name="Belum punya stan")
    with world.app.app_context(), transaction():
        db.session.execute(
            update(Registration)
            .where(Registration.id == left.id)
            .values(state=RegistrationState.IN_REVIEW)
        )

    page = client.get(world.address).text

    assert names_on(page) == ["Kopi Way Kanan"]
    assert "Tenda utama" in page
    assert all(hidden not in page for hidden in ("Baru menahan", "Belum punya", "Sudah mundur"))


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("kopi", ["Kopi Way Kanan", "Sulam Ratna"]),  # by name, then by product
        ("KOPI way", ["Kopi Way Kanan"]),
        ("makanan kopi", ["Kopi Way Kanan"]),
        ("food", ["Kopi Way Kanan"]),
        ("a02", ["Sulam Ratna"]),
        ("batik", []),
        ("%", []),
        ("<script>", []),
    ],
)
def test_search_finds_names_products_sectors_and_booths(
    client: FlaskClient, world: World, words: str, found: list[str]
) -> None:
    world.exhibit("A01", "Kopi Way Kanan", sector="food")
    world.exhibit("A02", "Sulam Ratna", sector="craft", need={"product": "Taplak kopi"})
    world.exhibit("A03", "Zamrud", sector="fashion")

    page = client.get(world.address, query_string={"q": words}).text

    if len(found) == 1:
        assert f">{found[0]}</h1>" in page
    else:
        assert names_on(page) == found
    assert ("tidak ditemukan" in page or "Nobody found" in page) is (not found)
    assert "<script>&" not in page


def test_products_of_the_catalogue_are_found_once_the_business_agreed(
    app: Flask, client: FlaskClient, world: World
) -> None:
    mine = world.exhibit("A01", "Usaha Bu Siti")
    with app.app_context():
        business, moment = make_business(), now()
        save(
            Product(
                business_id=business.id, name="Madu hutan", created_at=moment, updated_at=moment
            )
        )
        with transaction():
            db.session.get_one(Registration, mine.id).business_id = business.id
    before = client.get(f"{world.address}?q=madu").text
    with app.app_context(), transaction():
        db.session.get_one(Business, business.id).shown_in_catalogue = True

    after = client.get(f"{world.address}?q=madu").text

    assert "Usaha Bu Siti</h1>" not in before
    assert "Usaha Bu Siti</h1>" in after
    assert f'href="/umkm/{business.slug}"' in after


def test_one_booth_is_shown_with_the_way_from_the_gate(client: FlaskClient, world: World) -> None:
    world.exhibit("A06", "Kopi Way Kanan")

    page = client.get(f"/en{world.address}?stan=a06").text

    assert "Kopi Way Kanan</h1>" in page
    assert "Come in through Gerbang utama." in page
    assert re.search(r"<li>Booth A06 is (on your (left|right)|in front of you)\.</li>", page)
    assert '<polyline class="way" points="' in page
    assert 'name="robots" content="noindex"' in page


def test_a_booth_without_exhibitor_and_one_that_is_not_there(
    client: FlaskClient, world: World
) -> None:
    empty = client.get(f"/en{world.address}?stan=A01")
    unknown = client.get(f"/en{world.address}?stan=Z99")

    assert "No exhibitor has been announced" in empty.text
    assert unknown.status_code == 200
    assert "There is no booth Z99 on this plan." in unknown.text


def test_without_a_gate_the_booth_is_shown_without_a_way(client: FlaskClient, world: World) -> None:
    with world.app.app_context():
        make_booth(make_hall(world.plan), "B01")

    page = client.get(f"/en{world.address}?stan=B01").text

    assert "The way from the gate" not in page
    assert 'class="is-mine"' in page


def test_only_a_published_plan_of_a_public_event_is_there(
    client: FlaskClient, world: World
) -> None:
    with world.app.app_context():
        draft = make_plan(make_event(kind="exhibition"))
        make_booth(make_hall(draft), "A01")
        hidden = f"/acara/{draft.event.slug}/denah"

    assert client.get(hidden).status_code == 404
    assert client.get("/acara/tidak-ada/denah").status_code == 404
    assert client.get(world.address).status_code == 200
    with world.app.app_context(), transaction():
        withdraw_plan(db.session.get_one(Plan, world.plan.id), by=None)
    assert client.get(world.address).status_code == 404


def test_the_page_is_kept_until_someone_gets_a_booth_or_the_event_changes(
    client: FlaskClient, world: World
) -> None:
    world.exhibit("A01", "Kopi Way Kanan")
    first = client.get(world.address)
    again = client.get(world.address, headers={"If-None-Match": first.headers["ETag"]})
    world.exhibit("A02", "Sulam Ratna")
    second = client.get(world.address, headers={"If-None-Match": first.headers["ETag"]})

    assert (again.status_code, second.status_code) == (304, 200)
    assert "Sulam Ratna" in second.text
    with world.app.app_context(), transaction():
        archive_event(db.session.get_one(Event, world.plan.event_id), by=None)
    assert client.get(world.address).status_code == 404


def test_the_way_to_the_plan_is_on_the_events_page_once_it_is_published(
    app: Flask, client: FlaskClient
) -> None:
    with app.app_context():
        plan = make_plan(make_event(kind="exhibition"))
        make_booth(make_hall(plan), "A01")
        address = f"/acara/{plan.event.slug}"

    before = client.get(address).text
    with app.app_context(), transaction():
        publish_plan(db.session.get_one(Plan, plan.id), by=None)
    after = client.get(address).text

    assert f'href="{address}/denah"' not in before
    assert f'href="{address}/denah"' in after


def fill(world: World, count: int) -> None:
    """Booths in rows with an exhibitor each, written past the services."""
    moment = now()
    template = world.exhibit("A01", "Contoh")
    with world.app.app_context(), transaction():
        hall = {"width_cm": 7_000, "depth_cm": 11_000}
        db.session.execute(update(Hall).where(Hall.id == world.hall.id).values(**hall))
        columns = {
            column.key: getattr(template, column.key)
            for column in Registration.__table__.columns
            if column.key != "id"
        }
        for number in range(count):
            values = {
                **columns,
                "code": f"Z{number:07}",
                "token_hash": f"{number:064}",
                "idempotency_key": None,
                "label": f"Usaha Kopi dan Keripik No. {number}",
            }
            registration_id = db.session.execute(
                insert(Registration).values(**values).returning(Registration.id)
            ).scalar_one()
            booth = Booth(
                plan_id=world.plan.id,
                hall_id=world.hall.id,
                zone_id=world.booths["A01"].zone_id,
                label=f"B{number:03}",
                x_cm=300 + number % 20 * 300,
                y_cm=300 + number // 20 // 2 * 1_000 + number // 20 % 2 * 300,
                width_cm=300,
                depth_cm=300,
                created_at=moment,
                updated_at=moment,
            )
            db.session.add(booth)
            db.session.flush()
            db.session.add(
                BoothAllocation(
                    plan_id=world.plan.id,
                    booth_id=booth.id,
                    registration_id=registration_id,
                    how=How.ASSIGNED,
                    allocated_at=moment,
                    confirmed_at=moment,
                )
            )


def test_400_booths_weigh_at_most_80_kb_and_need_as_many_queries_as_one(
    app: Flask, client: FlaskClient, world: World
) -> None:
    world.exhibit("A02", "Kopi Way Kanan")
    with count_queries(app) as few:
        client.get(f"{world.address}?q=a")
    fill(world, 394)

    with count_queries(app) as many:
        client.get(f"{world.address}?q=a")
    page = client.get(world.address)

    assert len(many) == len(few)
    assert len(names_on(page.text)) == 396
    assert len(page.data) <= 80_000
    assert len(gzip.compress(page.data)) <= 20_000
