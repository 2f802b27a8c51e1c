"""The schedule as a spreadsheet, with a sheet that says what its columns mean."""

import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from flask_babel import gettext as _

from gernas.core.clock import now, to_local
from gernas.core.provinces import find_province, get_province
from gernas.core.wording import moment_words, zone_abbr
from gernas.events.calendar import event_url
from gernas.events.change_words import day_words, spot_words
from gernas.events.history import MOVED, PLACE, POSTPONED
from gernas.events.models import Event
from gernas.events.words import kind_word, status_word

# What people typed stays what it is: ``=1+1`` would become a formula (security.md, 3).
SAFE = {
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
    "default_date_format": "yyyy-mm-dd",
    "remove_timezone": True,
}
MIMETYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
ROWS_REPEATED = 0


@dataclass(frozen=True)
class Column:
    title: str
    meaning: str
    width: int
    read: Callable[[Event], Any]
    format: str = "text"


def build_schedule(
    events: Sequence[Event], *, title: str, filters: Sequence[tuple[str, str]]
) -> bytes:
    """The bytes of an XLSX file with one row an event, in the reader's language."""
    from xlsxwriter import Workbook  # Only an export needs it.

    out = io.BytesIO()
    book = Workbook(out, SAFE)
    book.set_properties({"title": title, "created": now().replace(tzinfo=None)})
    columns = _columns()
    formats = {
        "text": book.add_format({"text_wrap": True, "valign": "top"}),
        "number": book.add_format({"num_format": "#,##0", "valign": "top"}),
        "day": book.add_format({"num_format": "yyyy-mm-dd", "align": "left", "valign": "top"}),
        "clock": book.add_format({"num_format": "hh:mm", "align": "left", "valign": "top"}),
        "head": book.add_format(
            {"bold": True, "bottom": 2, "text_wrap": True, "valign": "top", "bg_color": "#f1e9de"}
        ),
        "title": book.add_format({"bold": True, "font_size": 14}),
    }
    _write_schedule(book.add_worksheet(_("Schedule")), columns, events, formats, title)
    _write_notes(book.add_worksheet(_("Explanations")), columns, formats, title, filters)
    book.close()
    return out.getvalue()


def _write_schedule(
    sheet: Any,
    columns: Sequence[Column],
    events: Sequence[Event],
    formats: dict[str, Any],
    title: str,
) -> None:
    for number, column in enumerate(columns):
        sheet.set_column(number, number, column.width)
        sheet.write_string(0, number, column.title, formats["head"])
    for row, event in enumerate(events, 1):
        for number, column in enumerate(columns):
            _write_cell(sheet, row, number, column.read(event), formats[column.format])
    sheet.freeze_panes(1, 2)
    sheet.autofilter(0, 0, max(len(events), 1), len(columns) - 1)
    sheet.set_landscape()
    sheet.set_paper(9)  # A4
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(ROWS_REPEATED)
    sheet.set_header(f"&L{_escape(title)}&R&P / &N")


def _write_notes(
    sheet: Any,
    columns: Sequence[Column],
    formats: dict[str, Any],
    title: str,
    filters: Sequence[tuple[str, str]],
) -> None:
    sheet.set_column(0, 0, 26)
    sheet.set_column(1, 1, 90)
    sheet.write_string(0, 0, title, formats["title"])
    facts = [(_("Made on"), moment_words(now(), "Asia/Jakarta")), *filters]
    for row, (term, text) in enumerate(facts, 1):
        sheet.write_string(row, 0, term, formats["text"])
        sheet.write_string(row, 1, text, formats["text"])
    start = len(facts) + 2
    sheet.write_string(start, 0, _("Column"), formats["head"])
    sheet.write_string(start, 1, _("What it means"), formats["head"])
    for row, column in enumerate(columns, start + 1):
        sheet.write_string(row, 0, column.title, formats["text"])
        sheet.write_string(row, 1, column.meaning, formats["text"])


def _write_cell(sheet: Any, row: int, column: int, value: Any, form: Any) -> None:
    if value is None or value == "":
        sheet.write_blank(row, column, None, form)
    elif isinstance(value, (datetime, date, time)):
        sheet.write_datetime(row, column, value, form)
    elif isinstance(value, int):
        sheet.write_number(row, column, value, form)
    else:
        sheet.write_string(row, column, str(value)[:32_767], form)


def _escape(text: str) -> str:
    """In a page header ``&`` begins a code."""
    return text.replace("&", "&&")[:200]


def _columns() -> list[Column]:
    return [*_columns_when(), *_columns_where(), *_columns_more()]


def _columns_when() -> list[Column]:
    return [
        Column(_("Title"), _("What the event is called"), 42, lambda e: e.title),
        Column(_("Kind"), _("One of eleven kinds"), 16, lambda e: kind_word(e.kind)),
        Column(
            _("State"),
            _("Tentative, confirmed, postponed or cancelled"),
            14,
            lambda e: status_word(e.status),
        ),
        Column(
            _("First day"),
            _("In the zone of the event; empty when not known"),
            12,
            lambda e: e.starts_on,
            "day",
        ),
        Column(
            _("Last day"), _("Inclusive; the first day again for one day"), 12, _last_day, "day"
        ),
        Column(
            _("Begins at"),
            _("Wall time at the event; empty when only the days are known"),
            10,
            lambda e: _clock(e.starts_at, e),
            "clock",
        ),
        Column(_("Ends at"), _("Likewise"), 10, lambda e: _clock(e.ends_at, e), "clock"),
        Column(
            _("Time zone"),
            _("WIB (UTC+7), WITA (UTC+8) or WIT (UTC+9)"),
            8,
            lambda e: zone_abbr(e.zone),
        ),
        Column(
            _("New date unknown"),
            _("Yes: postponed, and the days are the old ones"),
            12,
            lambda e: _yes(e.date_unknown),
        ),
    ]


def _columns_where() -> list[Column]:
    return [
        Column(_("Stop"), _("The host province; empty for national events"), 20, _stop),
        Column(_("Movement manager"), _("Institution in charge of the stop"), 28, _manager),
        Column(_("Venue"), _("Where it is"), 28, lambda e: e.venue.name if e.venue else None),
        Column(
            _("Street address"),
            _("Of the venue"),
            28,
            lambda e: e.venue.address if e.venue else None,
        ),
        Column(
            _("City or regency"),
            _("Of the event, else of the venue"),
            20,
            lambda e: e.city or (e.venue.city if e.venue else None),
        ),
        Column(_("Province"), _("Where it is, which may differ from the stop"), 20, _province),
        Column(_("Link to join"), _("When it can be joined online"), 30, lambda e: e.online_url),
    ]


def _columns_more() -> list[Column]:
    return [
        Column(_("Capacity"), _("People that fit in"), 10, lambda e: e.capacity, "number"),
        Column(_("Admission"), _("Who may come in, and how"), 24, lambda e: e.admission),
        Column(_("Uncertain"), _("Yes: sources disagree"), 10, lambda e: _yes(e.uncertain)),
        Column(_("Note"), _("What readers should know"), 36, lambda e: e.note),
        Column(_("Formerly"), _("Dates and places it had before, the latest first"), 30, _formerly),
        Column(_("Reason for cancelling"), _("Of cancelled events"), 30, lambda e: e.cancel_reason),
        Column(_("Source"), _("Where it was read"), 30, lambda e: e.source_url),
        Column(_("Public page"), _("For links and QR codes"), 40, event_url),
    ]


def _last_day(event: Event) -> date | None:
    return event.last_day


def _clock(moment: datetime | None, event: Event) -> time | None:
    return to_local(moment, event.zone).time().replace(tzinfo=None) if moment else None


def _stop(event: Event) -> str | None:
    return get_province(event.stop.province_code).name() if event.stop else None


def _manager(event: Event) -> str | None:
    return event.stop.manager if event.stop else None


def _province(event: Event) -> str | None:
    code = event.province_code or (event.venue.province_code if event.venue else None)
    province = find_province(code)
    return province.name() if province else None


def _yes(value: bool) -> str | None:
    return str(_("yes")) if value else None


def _formerly(event: Event) -> str:
    lines = []
    for change in event.changes:
        if change.what in (MOVED, POSTPONED):
            lines.append(day_words(change.before))
        elif change.what == PLACE:
            lines.append(spot_words(change.before))
    return "\n".join(line for line in lines if line)
