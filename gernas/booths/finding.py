"""Who exhibits where, for everyone: found by business or product, with the way from the gate."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from flask_babel import force_locale
from sqlalchemy import select

from gernas.booths.allocation_queries import is_live_at
from gernas.booths.models import Booth, BoothAllocation, BoothNeed, Fixture, FixtureKind, Hall, Plan
from gernas.booths.path import Box, Floor, Way, find_way
from gernas.businesses.catalogue import in_catalogue
from gernas.businesses.models import Business, Product, Sector
from gernas.businesses.words import SECTOR_WORDS
from gernas.core.clock import now
from gernas.core.database import db
from gernas.core.permissions import Scope
from gernas.events.models import Event
from gernas.registrations.models import Registration, RegistrationState

SHOWN = (RegistrationState.ACCEPTED, RegistrationState.CONFIRMED)
LONGEST_SEARCH = 80


@dataclass(frozen=True)
class Exhibit:
    """A business at a booth, as the public may know it."""

    booth_id: int
    label: str
    hall_id: int | None
    name: str
    sector: str | None
    slug: str | None  # of its page in the catalogue, if it agreed to be there
    products: tuple[str, ...]

    def matches(self, words: Iterable[str]) -> bool:
        """Whether all of the words, in small letters, occur in what it is or sells."""
        text = " ".join([self.label, self.name, *self.products, *_sector_words(self.sector)])
        text = text.casefold()
        return all(word in text for word in words)


def list_exhibits(plan: Plan) -> list[Exhibit]:
    """The exhibitors who have a booth for good, by name; a few queries for any number."""
    rows = db.session.execute(
        select(
            Booth.id,
            Booth.label,
            Booth.hall_id,
            Registration.label,
            Registration.sector,
            Registration.business_id,
            BoothNeed.product,
        )
        .select_from(BoothAllocation)
        .join(BoothAllocation.booth)
        .join(BoothAllocation.registration)
        .outerjoin(BoothNeed, BoothNeed.registration_id == Registration.id)
        .where(
            BoothAllocation.plan_id == plan.id,
            BoothAllocation.confirmed_at.is_not(None),
            Registration.state.in_(SHOWN),
            is_live_at(now()),
        )
    ).all()
    ids = {business_id for *_rest, business_id, _product in rows if business_id is not None}
    slugs, products = _list_catalogue(ids)
    found = [
        Exhibit(
            booth_id=booth_id,
            label=label,
            hall_id=hall_id,
            name=name,
            sector=sector,
            slug=slugs.get(business_id or 0),
            products=tuple(filter(None, [product, *products.get(business_id or 0, ())])),
        )
        for booth_id, label, hall_id, name, sector, business_id, product in rows
    ]
    return sorted(found, key=lambda one: (one.name.casefold(), one.label))


def search(exhibits: Sequence[Exhibit], text: str) -> list[Exhibit]:
    """Those that have all words in their name, booth, sector or products; names before the rest."""
    words = text[:LONGEST_SEARCH].casefold().split()
    if not words:
        return []
    found = [one for one in exhibits if one.matches(words)]
    return sorted(found, key=lambda one: not all(word in one.name.casefold() for word in words))


def find_exhibit(exhibits: Sequence[Exhibit], booth: Booth) -> Exhibit | None:
    return next((one for one in exhibits if one.booth_id == booth.id), None)


def make_way(
    hall: Hall, booths: Sequence[Booth], fixtures: Sequence[Fixture], booth: Booth
) -> Way | None:
    """The way to a booth from the nearest gate of its hall; None where there is none."""
    boxes = {one.id: _box(one, one.label) for one in booths}
    gates = [one for one in fixtures if one.kind == FixtureKind.GATE]
    closed = [one for one in fixtures if one.kind != FixtureKind.GATE]
    floor = Floor(
        hall.width_cm,
        hall.depth_cm,
        booths=tuple(boxes.values()),
        closed=tuple(_box(one, "") for one in closed),
        gates=tuple(_box(one, one.label or "") for one in gates),
    )
    return find_way(floor, boxes[booth.id])


def list_plans_of(scopes: frozenset[Scope]) -> Sequence[Scope]:
    """The published plans whose page shows something of these events, stops or campaigns."""
    ids = {kind: [one.id for one in scopes if one.kind == kind] for kind in _COLUMNS}
    if not any(ids.values()):
        return []
    # Of an event its own scope comes first; who raises a stop alone means all that is in it.
    kind = next(kind for kind in _COLUMNS if ids[kind])
    plans = select(Plan.id).join(Plan.event).where(Plan.published_at.is_not(None))
    wanted = plans.where(_COLUMNS[kind].in_(ids[kind])).order_by(Plan.id)
    return [Scope("plan", number) for number in db.session.scalars(wanted)]


_COLUMNS = {"event": Event.id, "stop": Event.stop_id, "campaign": Event.campaign_id}


def _list_catalogue(ids: set[int]) -> tuple[dict[int, str], dict[int, list[str]]]:
    """Addresses and products of those businesses that agreed to be shown."""
    if not ids:
        return {}, {}
    shown = select(Business.id, Business.slug).where(Business.id.in_(ids), *in_catalogue())
    slugs = {row.id: row.slug for row in db.session.execute(shown)}
    products: dict[int, list[str]] = {}
    sold = select(Product.business_id, Product.name, Product.name_en).where(
        Product.business_id.in_(slugs), Product.archived_at.is_(None)
    )
    for number, name, name_en in db.session.execute(sold.order_by(Product.position, Product.id)):
        products.setdefault(number, []).extend(filter(None, [name, name_en]))
    return slugs, products


def _sector_words(code: str | None) -> list[str]:
    """A sector in both languages: people search in theirs, whatever the page is in."""
    if code not in set(Sector):
        return []
    words = []
    for language in ("id", "en"):
        with force_locale(language):
            words.append(str(SECTOR_WORDS[Sector(code)]))
    return words


def _box(one: Booth | Fixture, name: str) -> Box:
    return Box(name, one.x_cm, one.y_cm, one.width_cm, one.depth_cm, one.turn)
