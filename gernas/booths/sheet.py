"""The exhibitor's sheet: the booth, what is in it, when to come through which gate, the rules."""

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit
from uuid import NAMESPACE_URL, uuid5

from flask_babel import gettext as _

from gernas.booths.allocation_queries import find_terms, list_own
from gernas.booths.calendar import list_uids, plan_url
from gernas.booths.finding import make_way
from gernas.booths.loading_queries import list_bookings, list_offered
from gernas.booths.models import Booth, BoothAllocation, Fixture, LoadingSlot, Plan, SlotKind
from gernas.booths.outline import Outline, draw_booths, view_around
from gernas.booths.path import Way
from gernas.booths.queries import list_booths, list_fixtures
from gernas.calendars.feeds import FeedHead, join_feed
from gernas.calendars.queries import list_pieces_of
from gernas.core.clock import now, to_local
from gernas.core.text import clean_text
from gernas.core.wording import clock_words, date_words, range_words, time_range_words, zone_abbr
from gernas.registrations.models import Registration

BADGES_EACH = 3


@dataclass(frozen=True)
class Place:
    """One booth of the exhibitor, with what is drawn of its hall."""

    booth: Booth
    fixtures: Sequence[Fixture]
    groups: Sequence[Outline]
    view: str
    way: Way | None


@dataclass(frozen=True)
class Loading:
    """A kind of loading: what the exhibitor has chosen, and what it may choose."""

    kind: SlotKind
    chosen: LoadingSlot | None
    offered: Sequence[LoadingSlot]

    @property
    def is_over(self) -> bool:
        return self.chosen is not None and self.chosen.starts_at <= now()


@dataclass(frozen=True)
class Sheet:
    registration: Registration
    plan: Plan
    places: Sequence[Place]
    loading: Sequence[Loading]

    @property
    def rules(self) -> list[str]:
        """What holds where the organizers wrote no rules of their own."""
        return [] if self.plan.rules else list_usual_rules()


def find_plan_of(registration: Registration) -> Plan | None:
    """The published plan on which a registration may have a booth; None if there is none."""
    terms = find_terms(registration.call_id)
    return terms.plan if terms is not None and terms.plan.is_published else None


def list_kept(registration: Registration, plan: Plan) -> list[BoothAllocation]:
    """The booths that are the registration's for good."""
    return [one for one in list_own(registration, plan.id) if not one.is_hold]


def make_sheet(registration: Registration) -> Sheet | None:
    """The sheet of an exhibitor; None while it has no booth for good on a published plan."""
    plan = find_plan_of(registration)
    kept = list_kept(registration, plan) if plan is not None else []
    if plan is None or not kept:
        return None
    booths = list_booths(plan)
    return Sheet(
        registration=registration,
        plan=plan,
        places=[_draw(one.booth, booths) for one in kept],
        loading=_list_loading(registration, plan),
    )


def build_calendar(sheet: Sheet) -> bytes:
    """Load-in, opening hours and load-out as a calendar file.

    It is passed on without thought, so it says nothing by which the exhibitor's pages open.
    """
    registration, plan = sheet.registration, sheet.plan
    pieces = list_pieces_of(list_uids([(registration.id, plan.id)]), at=now())
    page = plan_url(plan.event)
    head = FeedHead(
        uid=f"{uuid5(NAMESPACE_URL, f'{page}#{registration.id}')}@{urlsplit(page).hostname}",
        name=_("My booth: %(event)s", event=plan.event.title),
        description="",
        source=page,
        url=page,
    )
    return join_feed(head, pieces.vevents, pieces.zones)


def slot_words(slot: LoadingSlot, zone: str) -> str:
    """``Rabu, 22 Juni 2022, 08.00 – 09.00 WIB, Gerbang sungai``."""
    day = date_words(to_local(slot.starts_at, zone).date(), weekday=True)
    return f"{day}, {time_range_words(slot.starts_at, slot.ends_at, zone)}, {slot.gate}"


def opening_words(plan: Plan) -> str:
    """``22 – 24 Juni 2022, 09.00 – 21.00 WIB setiap hari``; "" without a date."""
    event = plan.event
    if event.starts_on is None or event.date_unknown:
        return ""
    days = range_words(event.starts_on, event.last_day, weekday=True)
    if plan.opens_daily is None or plan.closes_daily is None:
        return days
    hours = f"{clock_words(plan.opens_daily)} – {clock_words(plan.closes_daily)}"
    values = {"days": days, "hours": f"{hours}\N{NO-BREAK SPACE}{zone_abbr(event.zone)}"}
    if event.starts_on == event.last_day:
        return f"{values['days']}, {values['hours']}"
    return str(_("%(days)s, each day %(hours)s", **values))


def list_usual_rules() -> list[str]:
    """What is usual at exhibitions in Indonesia, for plans without rules of their own."""
    return [
        _("No gas stoves and no cigarettes in the hall."),
        _("Who is under 18 stays out of the hall while it is built up and cleared."),
        _("Up to %(count)s people of a booth get a badge.", count=BADGES_EACH),
        _("Bring table cloth, packaging, your QRIS code and cards. Mark your own equipment."),
        _("Stay until the exhibition closes, and show your load-out time at the gate."),
    ]


def _list_loading(registration: Registration, plan: Plan) -> list[Loading]:
    chosen = list_bookings(plan.id, [registration.id])
    found = [
        Loading(kind, chosen.get((registration.id, kind)), list_offered(plan, kind))
        for kind in (SlotKind.LOAD_IN, SlotKind.LOAD_OUT)
    ]
    return [one for one in found if one.chosen or one.offered]


def _draw(booth: Booth, booths: Sequence[Booth]) -> Place:
    hall = booth.hall
    if hall is None:
        return Place(booth, [], [], "", None)
    standing = [one for one in booths if one.hall_id == hall.id]
    fixtures = list_fixtures(hall)
    way = make_way(hall, standing, fixtures, booth)
    others = [one for one in standing if one.id != booth.id]
    return Place(booth, fixtures, draw_booths(others, set()), view_around(hall, booth, way), way)


def file_words(sheet: Sheet) -> str:
    """The name of the calendar file."""
    labels = "-".join(place.booth.label for place in sheet.places)
    return clean_text(str(_("booth-%(booth)s.ics", booth=labels)))
