"""From the rows of a plan to what its papers are made of."""

from collections.abc import Mapping, Sequence

from flask_babel import gettext as _

from gernas.booths.allocation_queries import list_live
from gernas.booths.calendar import plan_url
from gernas.booths.loading_queries import list_bookings
from gernas.booths.models import Booth, Fixture, Hall, LoadingSlot, Plan, SlotKind, Zone
from gernas.booths.papers.facts import (
    Facts,
    PaperBooth,
    PaperFixture,
    PaperHall,
    PaperZone,
    Shape,
)
from gernas.booths.queries import list_booths, list_fixtures, list_halls, list_zones
from gernas.booths.words import (
    fixture_word,
    furniture_words,
    hall_title,
    list_booth_facts,
    size_words,
    zone_title,
)
from gernas.businesses.values import phone_words
from gernas.core.clock import now, to_local
from gernas.core.i18n import get_language, in_language
from gernas.core.wording import date_words, moment_words, range_words, time_range_words
from gernas.registrations.models import Registration

Slots = Mapping[tuple[int, SlotKind], LoadingSlot]


def collect_facts(plan: Plan, *, personal: bool) -> Facts:
    """What papers tell of a plan, in the reader's language; names of people only if ``personal``.

    A fixed number of queries besides one a hall.
    """
    event = plan.event
    holders = {one.booth_id: one.registration for one in list_live(plan) if not one.is_hold}
    slots = list_bookings(plan.id)
    zones = {zone.id: _zone(zone) for zone in list_zones(plan)}
    booths = list_booths(plan)

    def tell(booth: Booth) -> PaperBooth:
        zone = zones.get(booth.zone_id or 0)
        holder = holders.get(booth.id)
        return _booth(plan, booth, zone, holder, slots, personal=personal)

    halls = [
        _hall(hall, [tell(one) for one in booths if one.hall_id == hall.id], list_fixtures(hall))
        for hall in list_halls(plan)
    ]
    return Facts(
        event=in_language(event.title, event.title_en)[0],
        when=range_words(event.starts_on, event.last_day) if event.starts_on else "",
        made=_("Made %(when)s", when=moment_words(now(), event.zone)),
        language=get_language(),
        halls=tuple(halls),
        zones=tuple(zones.values()),
    )


def loading_words(slot: LoadingSlot | None, zone: str) -> str:
    """``22 Jun, 08.00 – 09.00 WIB, Gerbang sungai``; "" without one."""
    if slot is None:
        return ""
    day = date_words(to_local(slot.starts_at, zone).date(), year=False, short=True)
    return f"{day}, {time_range_words(slot.starts_at, slot.ends_at, zone)}, {slot.gate}"


def contact_words(registration: Registration) -> str:
    """Name and number of an applicant."""
    phone = phone_words(registration.phone) if registration.phone else ""
    return ", ".join(part for part in (registration.applicant_name, phone) if part)


def _hall(hall: Hall, booths: Sequence[PaperBooth], fixtures: Sequence[Fixture]) -> PaperHall:
    return PaperHall(
        name=hall_title(hall),
        width=hall.width_cm,
        depth=hall.depth_cm,
        size=size_words(hall),
        fixtures=tuple(
            PaperFixture(str(one.kind), one.label or fixture_word(one.kind), _shape(one))
            for one in fixtures
        ),
        booths=tuple(booths),
    )


def _booth(
    plan: Plan,
    booth: Booth,
    zone: PaperZone | None,
    holder: Registration | None,
    slots: Slots,
    *,
    personal: bool,
) -> PaperBooth:
    number = holder.id if holder is not None else 0
    where = plan.event.zone
    return PaperBooth(
        label=booth.label,
        shape=_shape(booth),
        address=plan_url(plan.event, booth.label),
        size=size_words(booth),
        zone=zone,
        exhibitor=holder.label if holder is not None else None,
        contact=contact_words(holder) if holder is not None and personal else "",
        equipment=", ".join([furniture_words(booth), *list_booth_facts(booth)[1:]]),
        note=booth.note,
        load_in=loading_words(slots.get((number, SlotKind.LOAD_IN)), where),
        load_out=loading_words(slots.get((number, SlotKind.LOAD_OUT)), where),
    )


def _zone(zone: Zone) -> PaperZone:
    return PaperZone(zone.code, zone_title(zone), str(zone.colour))


def _shape(one: Booth | Fixture) -> Shape:
    return Shape(one.x_cm, one.y_cm, one.width_cm, one.depth_cm, one.turn)
