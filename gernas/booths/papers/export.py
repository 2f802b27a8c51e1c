"""A plan as one spreadsheet: booths, exhibitors, loading, and what the columns mean."""

import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _

from gernas.booths.allocation_queries import list_live, list_needs, list_wishes
from gernas.booths.loading_queries import list_booked, list_bookings, list_slots
from gernas.booths.models import (
    Booth,
    BoothAllocation,
    BoothNeed,
    How,
    LoadingSlot,
    Plan,
    SlotKind,
)
from gernas.booths.papers.collect import loading_words
from gernas.booths.queries import list_booths, list_halls
from gernas.booths.words import HOW_WORDS, hall_title, zone_title
from gernas.businesses.export import SAFE
from gernas.businesses.models import Sector
from gernas.businesses.words import SECTOR_WORDS
from gernas.core.clock import now, to_local
from gernas.core.i18n import in_language
from gernas.core.wording import date_words, moment_words, time_range_words
from gernas.registrations.codes import code_words
from gernas.registrations.models import Registration
from gernas.registrations.words import STATE_WORDS


@dataclass(frozen=True)
class Column:
    title: str
    meaning: str
    width: int
    read: Callable[[Any], Any]


@dataclass(frozen=True)
class Part:
    """One sheet of the file."""

    title: str
    columns: Sequence[Column]
    rows: Sequence[Any]


def build_xlsx(plan: Plan, *, personal: bool) -> bytes:
    """The bytes of the file; without ``personal`` no contact, code or free text of exhibitors."""
    from xlsxwriter import Workbook  # Only an export needs it.

    title = in_language(plan.event.title, plan.event.title_en)[0]
    out = io.BytesIO()
    book = Workbook(out, {**SAFE, "in_memory": True})
    book.set_properties({"title": title, "created": now().replace(tzinfo=None)})
    head = book.add_format({"bold": True, "bottom": 2, "text_wrap": True, "bg_color": "#f1e9de"})
    text = book.add_format({"text_wrap": True, "valign": "top"})
    parts = [_booths(plan, personal=personal), _exhibitors(plan, personal=personal), _loading(plan)]
    for part in parts:
        _write(book, part, head, text)
    _explain(book, plan, parts, head, text, personal=personal)
    book.close()
    return out.getvalue()


def _write(book: Any, part: Part, head: Any, text: Any) -> None:
    sheet = book.add_worksheet(part.title)
    for number, column in enumerate(part.columns):
        sheet.set_column(number, number, column.width)
        sheet.write_string(0, number, column.title, head)
    for line, row in enumerate(part.rows, 1):
        for number, column in enumerate(part.columns):
            value = column.read(row)
            if isinstance(value, int):
                sheet.write_number(line, number, value, text)
            elif value:
                sheet.write_string(line, number, str(value), text)
    sheet.freeze_panes(1, 1)
    if part.rows:
        sheet.autofilter(0, 0, len(part.rows), len(part.columns) - 1)


def _explain(
    book: Any, plan: Plan, parts: Sequence[Part], head: Any, text: Any, *, personal: bool
) -> None:
    sheet = book.add_worksheet(_("Explanations"))
    sheet.set_column(0, 0, 22)
    sheet.set_column(1, 1, 26)
    sheet.set_column(2, 2, 70)
    included = _("Included. Keep this file safe, and delete it when it is no longer needed.")
    left_out = _("Left out: your role does not see them.")
    facts = [
        (_("Event"), in_language(plan.event.title, plan.event.title_en)[0]),
        (_("Made on"), moment_words(now(), plan.event.zone)),
        (_("Personal data"), included if personal else left_out),
    ]
    line = 0
    for name, value in facts:
        sheet.write_string(line, 0, str(name), head)
        sheet.write_string(line, 2, str(value), text)
        line += 1
    for number, words in enumerate((_("Sheet"), _("Column"), _("What it means"))):
        sheet.write_string(line + 1, number, words, head)
    line += 2
    for part in parts:
        for column in part.columns:
            for number, words in enumerate((part.title, column.title, column.meaning)):
                sheet.write_string(line, number, words, text)
            line += 1


# --- The sheets -----------------------------------------------------------------------------


def _booths(plan: Plan, *, personal: bool) -> Part:
    holders = {one.booth_id: one for one in list_live(plan)}
    halls = {hall.id: hall_title(hall) for hall in list_halls(plan)}

    def name_of(booth: Booth) -> str | None:
        one = holders.get(booth.id)
        return one.registration.label if one is not None else None

    def state_of(booth: Booth) -> str:
        one = holders.get(booth.id)
        if one is None:
            return str(_("Locked") if booth.locked else _("Free"))
        return str(_("Held") if one.is_hold else _("Given"))

    columns = [
        Column(_("Booth"), _("Its number on the plan"), 10, lambda b: b.label),
        Column(_("State"), _("Free, locked, held for some minutes, or given"), 12, state_of),
        Column(_("Exhibitor"), _("Who has it now"), 32, name_of),
        Column(_("Hall"), _("Hall, tent or yard"), 20, lambda b: halls.get(b.hall_id or 0)),
        Column(_("Zone"), _("Its code on the plan"), 10, lambda b: b.zone and b.zone.code),
        Column(_("Name of the zone"), _("In words"), 24, lambda b: b.zone and zone_title(b.zone)),
        Column(
            _("Sponsor"), _("Only for its exhibitors"), 20, lambda b: b.sponsor and b.sponsor.name
        ),
        Column(_("Width (cm)"), _("From left to right before turning"), 11, lambda b: b.width_cm),
        Column(_("Depth (cm)"), _("From top to bottom before turning"), 11, lambda b: b.depth_cm),
        Column(_("From the left (cm)"), _("Of its upper left corner"), 11, lambda b: b.x_cm),
        Column(_("From the top (cm)"), _("Of its upper left corner"), 11, lambda b: b.y_cm),
        Column(_("Turned (degrees)"), _("Clockwise about its middle"), 11, lambda b: b.turn),
        Column(_("Current (ampere)"), _("What is included"), 11, lambda b: b.amps),
        Column(_("Corner"), _("yes, or empty"), 9, lambda b: _yes(b.corner)),
        Column(_("Water"), _("yes, or empty"), 9, lambda b: _yes(b.water)),
        Column(_("Without steps"), _("yes, or empty"), 9, lambda b: _yes(b.accessible)),
        Column(_("Tables"), _("How many stand in it"), 9, lambda b: b.tables),
        Column(_("Chairs"), _("How many stand in it"), 9, lambda b: b.chairs),
        Column(_("Price (rupiah)"), _("Empty: none"), 14, lambda b: b.price),
    ]
    if personal:
        columns.append(Column(_("Note"), _("For organizers"), 40, lambda b: b.note))
    return Part(_("Booths"), columns, list_booths(plan))


def _exhibitors(plan: Plan, *, personal: bool) -> Part:
    rows = sorted(
        (one for one in list_live(plan) if not one.is_hold),
        key=lambda one: (one.registration.label.casefold(), one.booth.label),
    )
    ids = {one.registration_id for one in rows}
    needs, wishes, slots = list_needs(ids), list_wishes(ids), list_bookings(plan.id)
    zone = plan.event.zone

    def need_of(one: BoothAllocation) -> BoothNeed | None:
        return needs.get(one.registration_id)

    def slot_of(kind: SlotKind) -> Callable[[BoothAllocation], str]:
        return lambda one: loading_words(slots.get((one.registration_id, kind)), zone)

    columns = [
        Column(_("Business name"), _("As on the fascia"), 32, lambda a: a.registration.label),
        Column(_("Booth"), _("Its number on the plan"), 10, lambda a: a.booth.label),
        *(_personal_columns(need_of) if personal else ()),
        Column(_("Sector"), _("Of the business"), 18, lambda a: _sector(a.registration)),
        Column(
            _("Status"),
            _("Of the application"),
            18,
            lambda a: STATE_WORDS[a.registration.state_now],
        ),
        Column(_("How"), _("How the booth was given"), 22, lambda a: HOW_WORDS[How(a.how)]),
        Column(
            _("Since"), _("When the booth was given"), 26, lambda a: _moment(a.confirmed_at, zone)
        ),
        Column(
            _("Product"),
            _("Not beside another with the same"),
            22,
            lambda a: (need := need_of(a)) and need.product,
        ),
        Column(
            _("Wishes"),
            _("Booths it asked for, the first before the third"),
            18,
            lambda a: ", ".join(booth.label for booth in wishes.get(a.registration_id, ())),
        ),
        Column(_("Load-in"), _("Time and gate it chose"), 34, slot_of(SlotKind.LOAD_IN)),
        Column(_("Load-out"), _("Time and gate it chose"), 34, slot_of(SlotKind.LOAD_OUT)),
    ]
    return Part(_("Exhibitors"), columns, rows)


def _personal_columns(need_of: Callable[[BoothAllocation], BoothNeed | None]) -> list[Column]:
    return [
        Column(
            _("Code"),
            _("Of the receipt; names one application"),
            11,
            lambda a: code_words(a.registration.code),
        ),
        Column(
            _("Applicant"),
            _("Owner or contact, as typed"),
            24,
            lambda a: a.registration.applicant_name,
        ),
        Column(_("Email"), _("News go there"), 28, lambda a: a.registration.email),
        Column(_("Phone"), _("With country code, as text"), 16, lambda a: a.registration.phone),
        Column(
            _("Note of the exhibitor"),
            _("Needs in its own words"),
            30,
            lambda a: (need := need_of(a)) and need.note,
        ),
    ]


def _loading(plan: Plan) -> Part:
    booked = list_booked(plan)
    labels: dict[int, list[str]] = {}
    for one in list_live(plan):
        labels.setdefault(one.registration_id, []).append(one.booth.label)
    zone = plan.event.zone
    kinds = {SlotKind.LOAD_IN: _("Load-in"), SlotKind.LOAD_OUT: _("Load-out")}

    def names(slot: LoadingSlot) -> str:
        return ", ".join(
            f"{one.label} ({', '.join(labels.get(one.id, ['–']))})"
            for one in booked.get(slot.id, ())
        )

    columns = [
        Column(_("Kind"), _("Load-in or load-out"), 12, lambda s: kinds[SlotKind(s.kind)]),
        Column(
            _("Day"),
            _("At the event"),
            22,
            lambda s: date_words(to_local(s.starts_at, zone).date(), weekday=True),
        ),
        Column(
            _("Time"),
            _("At the event"),
            22,
            lambda s: time_range_words(s.starts_at, s.ends_at, zone),
        ),
        Column(_("Gate"), _("Where goods come in or go out"), 22, lambda s: s.gate),
        Column(_("Places"), _("Exhibitors at this time"), 9, lambda s: s.capacity),
        Column(_("Taken"), _("Exhibitors who chose it"), 9, lambda s: s.used),
        Column(_("Exhibitors"), _("Names with their booths"), 60, names),
    ]
    return Part(_("Loading"), columns, list_slots(plan))


def _sector(registration: Registration) -> str | None:
    return str(SECTOR_WORDS[Sector(registration.sector)]) if registration.sector else None


def _moment(moment: Any, zone: str) -> str | None:
    return moment_words(moment, zone) if moment is not None else None


def _yes(condition: bool) -> str | None:
    return str(_("yes")) if condition else None
