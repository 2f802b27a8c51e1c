"""Opening hours and times for loading in the own calendars of exhibitors, never in public ones.

The days of an exhibition are one entry each for all its exhibitors, since their hours are the same
and change together. A time for loading is an entry of the exhibitor: whoever moves to another one
sees it move.
"""

from collections.abc import Collection, Iterator, Sequence
from datetime import date, timedelta
from urllib.parse import quote

from flask_babel import force_locale
from flask_babel import gettext as _
from sqlalchemy import select

from gernas.booths.allocation_queries import is_live_at
from gernas.booths.loading_queries import list_bookings
from gernas.booths.models import BoothAllocation, BoothCall, LoadingSlot, Plan, SlotKind
from gernas.calendars.entries import CalendarEntry, EntryStatus
from gernas.calendars.models import KeptEntry
from gernas.calendars.services import Filed, Filing, drop_entries, get_or_new_uids, keep_entries
from gernas.core.clock import now, to_utc
from gernas.core.database import db
from gernas.core.i18n import DEFAULT_LANGUAGE
from gernas.core.provinces import find_province
from gernas.events.calendar import event_url
from gernas.events.models import Event, EventStatus
from gernas.events.words import join_places
from gernas.registrations.models import Registration
from gernas.registrations.telling import UNDO_WITHIN

MOST_DAYS = 31  # of an exhibition; a longer one is more likely a mistake
LOADING_KINDS = {SlotKind.LOAD_IN: "booth_in", SlotKind.LOAD_OUT: "booth_out"}


def day_kind(number: int) -> str:
    """The kind of the entry for the first, second, … day of an exhibition."""
    return f"booth_day_{number}"


DAY_KINDS = tuple(day_kind(number) for number in range(1, MOST_DAYS + 1))


def keep_plan_calendar(plan: Plan) -> None:
    """Keep the entries of a plan's days, and drop those of days that it has no longer.

    Callers hold a lock on the plan or its event.
    """
    filed = list(_file_days(plan))
    keep_entries(filed)
    rows = select(KeptEntry.uid).where(
        KeptEntry.kind.in_(DAY_KINDS), KeptEntry.object_id == plan.id
    )
    gone = set(db.session.scalars(rows)) - {one.entry.uid for one in filed}
    if gone:
        drop_entries(gone)


def keep_loading_calendar(plan: Plan, registration_ids: Collection[int] | None = None) -> None:
    """Keep the entries of exhibitors' times for loading; of all of a plan without ids."""
    keep_entries(_file_loading(plan, registration_ids))


def drop_loading_entries(registration_id: int, kind: SlotKind) -> None:
    """Take an exhibitor's time out of its calendars; the UID stays for the next one."""
    rows = select(KeptEntry.uid).where(
        KeptEntry.kind == LOADING_KINDS[kind], KeptEntry.object_id == registration_id
    )
    drop_entries(set(db.session.scalars(rows)))


def keep_calendars_of(events: Collection[Event]) -> None:
    """Bring the entries of exhibitors in line with events that changed."""
    plans = select(Plan).where(Plan.event_id.in_([event.id for event in events]))
    locked = plans.order_by(Plan.id).with_for_update().execution_options(populate_existing=True)
    for plan in list(db.session.scalars(locked)):
        keep_plan_calendar(plan)
        keep_loading_calendar(plan)


def list_plan_ids() -> Sequence[int]:
    """The plans that may have entries, for rendering all of them again."""
    return db.session.scalars(select(Plan.id).order_by(Plan.id)).all()


def build_plan_entries(plan_ids: Sequence[int]) -> Iterator[Filed]:
    """The entries of plans; locks their events, as whoever changes one does."""
    plans = select(Plan).where(Plan.id.in_(plan_ids)).order_by(Plan.id)
    rows = list(db.session.scalars(plans.execution_options(populate_existing=True)))
    ids = sorted(plan.event_id for plan in rows)
    locked = select(Event.id).where(Event.id.in_(ids)).order_by(Event.id)
    db.session.execute(locked.with_for_update())
    for plan in rows:
        yield from _file_days(plan)
        yield from _file_loading(plan, None)


# --- Whose they are -------------------------------------------------------------------------


def list_personal_uids(user_id: int) -> set[str]:
    """The UIDs of the days and times of the exhibitions at which a person has a booth for good.

    A booth that was given a moment ago, which can still be taken back, is not told here either.
    """
    told = BoothAllocation.allocated_by_id.is_(None) | (
        BoothAllocation.confirmed_at <= now() - UNDO_WITHIN
    )
    mine = (
        select(Registration.id, BoothAllocation.plan_id)
        .select_from(BoothAllocation)
        .join(BoothAllocation.registration)
        .join(BoothCall, BoothCall.call_id == Registration.call_id)
        .where(
            Registration.user_id == user_id,
            BoothAllocation.confirmed_at.is_not(None),
            is_live_at(now()),
            told,
        )
    )
    return list_uids([(number, plan_id) for number, plan_id in db.session.execute(mine)])


def list_uids(exhibitors: Sequence[tuple[int, int]]) -> set[str]:
    """The UIDs of entries of exhibitors, pairs of registration and plan."""
    if not exhibitors:
        return set()
    days = KeptEntry.kind.in_(DAY_KINDS) & KeptEntry.object_id.in_(
        {two for _one, two in exhibitors}
    )
    times = KeptEntry.kind.in_(LOADING_KINDS.values()) & KeptEntry.object_id.in_(
        {one for one, _two in exhibitors}
    )
    rows = select(KeptEntry.uid).where(days | times, KeptEntry.dropped_at.is_(None))
    return set(db.session.scalars(rows))


# --- The entries ----------------------------------------------------------------------------


def _file_days(plan: Plan) -> Iterator[Filed]:
    event = plan.event
    days = _list_days(event)
    if not plan.is_published or not event.is_public or event.date_unknown:
        return
    with force_locale(DEFAULT_LANGUAGE):  # The bytes are kept once, for every reader.
        for number, day in enumerate(days, 1):
            uid = get_or_new_uids(day_kind(number), [plan.id])[plan.id]
            yield Filed(_day_entry(plan, day, uid, day_kind(number)), Filing(object_id=plan.id))


def _list_days(event: Event) -> list[date]:
    if event.starts_on is None:
        return []
    last = event.last_day or event.starts_on
    count = min((last - event.starts_on).days + 1, MOST_DAYS)
    return [event.starts_on + timedelta(days=number) for number in range(count)]


def _day_entry(plan: Plan, day: date, uid: str, kind: str) -> CalendarEntry:
    event = plan.event
    starts: date = day
    ends: date | None = None
    if plan.opens_daily is not None and plan.closes_daily is not None:
        starts = to_utc(day, plan.opens_daily, event.zone)
        ends = to_utc(day, plan.closes_daily, event.zone)
    return CalendarEntry(
        uid=uid,
        kind=kind,
        title=_("Exhibition open: %(event)s", event=event.title),
        starts=starts,
        ends=ends,
        zone=event.zone,
        url=plan_url(event),
        created_at=plan.created_at,
        status=_status(event),
        cancelled_at=event.cancelled_at,
        description=_("Be at your booth before the doors open."),
        location=_locate(event),
    )


def _file_loading(plan: Plan, registration_ids: Collection[int] | None) -> list[Filed]:
    bookings = list_bookings(plan.id, registration_ids)
    filed = []
    with force_locale(DEFAULT_LANGUAGE):
        for kind, name in LOADING_KINDS.items():
            ids = sorted(number for number, booked in bookings if booked == kind)
            uids = get_or_new_uids(name, ids)
            for number in ids:
                entry = _loading_entry(plan, kind, bookings[number, kind], uids[number])
                filed.append(Filed(entry, Filing(object_id=number)))
    return filed


def _loading_entry(plan: Plan, kind: SlotKind, slot: LoadingSlot, uid: str) -> CalendarEntry:
    event = plan.event
    titles = {
        SlotKind.LOAD_IN: _("Load-in: %(event)s", event=event.title),
        SlotKind.LOAD_OUT: _("Load-out: %(event)s", event=event.title),
    }
    return CalendarEntry(
        uid=uid,
        kind=LOADING_KINDS[kind],
        title=titles[kind],
        starts=slot.starts_at,
        ends=slot.ends_at,
        zone=event.zone,
        url=plan_url(event),
        created_at=plan.created_at,
        status=_status(event),
        postponed=event.date_unknown,
        cancelled_at=event.cancelled_at,
        description=_("Come in through %(gate)s.", gate=slot.gate),
        location=join_places([slot.gate, _locate(event)]),
    )


def plan_url(event: Event, booth: str | None = None) -> str:
    """The absolute address of the public plan, or of a booth on it, as printed in codes."""
    address = f"{event_url(event)}/denah"
    return f"{address}?stan={quote(booth)}" if booth else address


def _status(event: Event) -> EntryStatus:
    return {
        EventStatus.CANCELLED: EntryStatus.CANCELLED,
        EventStatus.TENTATIVE: EntryStatus.TENTATIVE,
    }.get(EventStatus(event.status), EntryStatus.CONFIRMED)


def _locate(event: Event) -> str:
    venue = event.venue
    province = find_province((venue.province_code if venue else None) or event.province_code)
    return join_places(
        [
            venue.name if venue else None,
            venue.address if venue else None,
            (venue.city if venue else None) or event.city,
            province.name_id if province else None,
        ]
    )
