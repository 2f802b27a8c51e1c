"""Hours as a spreadsheet: per member, per day for the records of campuses, and what is counted.

A campus that recognises the work (Kampus Merdeka) needs for each student the number, the dates and
the hours; each line of the second sheet is one shift or one confirmed report.
"""

import io
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from flask_babel import gettext as _

from gernas.businesses.export import SAFE
from gernas.core.clock import now, to_local
from gernas.core.wording import moment_words, zone_abbr
from gernas.youth.codes import code_words
from gernas.youth.day.hours_queries import Line
from gernas.youth.day.words import attendance_state
from gernas.youth.models import Assignment, OutsideHours, YouthProgramme
from gernas.youth.shifts.words import role_title, shift_title
from gernas.youth.words import programme_title

MOST_MEMBERS = 20_000
_HOURS = "hours"
Row = Sequence[tuple[Any, str]]


def build_sheet(
    programme: YouthProgramme,
    lines: Sequence[Line],
    worked: Sequence[Assignment],
    outside: Sequence[OutsideHours],
    *,
    filters: Sequence[tuple[str, str]] = (),
) -> bytes:
    """The bytes of the file, in the reader's language."""
    from xlsxwriter import Workbook  # Only an export needs it.

    out = io.BytesIO()
    book = Workbook(out, SAFE)
    book.set_properties({"title": programme_title(programme)})
    formats = {
        "text": book.add_format({"text_wrap": True, "valign": "top"}),
        "number": book.add_format({"num_format": "#,##0", "valign": "top"}),
        _HOURS: book.add_format({"num_format": "#,##0.00", "valign": "top"}),
        "day": book.add_format({"num_format": "yyyy-mm-dd", "align": "left", "valign": "top"}),
        "moment": book.add_format(
            {"num_format": "yyyy-mm-dd hh:mm", "align": "left", "valign": "top"}
        ),
        "head": book.add_format(
            {"bold": True, "bottom": 2, "text_wrap": True, "bg_color": "#f1e9de"}
        ),
    }
    _write(book.add_worksheet(_("Per member")), _member_heads(), map(_member_row, lines), formats)
    rows = sorted(
        [*map(_shift_row, worked), *map(_outside_row, outside)],
        key=lambda row: (str(row[0][0]), str(row[1][0]), str(row[3][0])),
    )
    _write(book.add_worksheet(_("Per day")), _day_heads(programme), rows, formats)
    _write_notes(book.add_worksheet(_("Explanations")), programme, filters, formats)
    book.close()
    return out.getvalue()


def _member_heads() -> list[tuple[str, int]]:
    return [
        (_("Organisation"), 28),
        (_("Name"), 28),
        (_("Code"), 11),
        (_("Student number"), 18),
        (_("Shifts"), 9),
        (_("Hours in shifts"), 12),
        (_("Hours outside shifts"), 12),
        (_("Hours in all"), 12),
        (_("Unfinished"), 11),
        (_("Did not come"), 11),
    ]


def _member_row(line: Line) -> Row:
    one = line.member
    return [
        (one.organisation.name if one.organisation else "", "text"),
        (one.name, "text"),
        (code_words(one.code), "text"),
        (one.student_number, "text"),
        (line.shifts, "number"),
        (line.minutes / 60, _HOURS),
        (line.outside_minutes / 60, _HOURS),
        (line.all_minutes / 60, _HOURS),
        (line.unfinished, "number"),
        (line.missed, "number"),
    ]


def _day_heads(programme: YouthProgramme) -> list[tuple[str, int]]:
    zone = zone_abbr(programme.zone)
    return [
        (_("Organisation"), 28),
        (_("Name"), 28),
        (_("Student number"), 18),
        (_("Date"), 12),
        (_("Event or business"), 32),
        (_("Work"), 32),
        (_("Came (%(zone)s)", zone=zone), 17),
        (_("Left (%(zone)s)", zone=zone), 17),
        (_("Hours"), 9),
        (_("Attendance"), 16),
        (_("Reason of a correction"), 40),
    ]


def _shift_row(place: Assignment) -> Row:
    shift = place.shift
    zone = shift.event.zone
    return [
        *_who(place.member),
        (to_local(shift.starts_at, zone).replace(tzinfo=None), "day"),
        (shift.event.title, "text"),
        (f"{role_title(place.need.role)} · {shift_title(shift)}", "text"),
        (_wall(place.arrived_at, zone), "moment"),
        (_wall(place.left_at, zone), "moment"),
        (place.counted_minutes / 60, _HOURS),
        (attendance_state(place), "text"),
        (place.correct_reason, "text"),
    ]


def _outside_row(one: OutsideHours) -> Row:
    business = one.assistance.business.name if one.assistance is not None else ""
    return [
        *_who(one.member),
        (datetime(one.on.year, one.on.month, one.on.day), "day"),  # noqa: DTZ001 - a local day
        (business, "text"),
        (one.note, "text"),
        (None, "moment"),
        (None, "moment"),
        (one.minutes / 60, _HOURS),
        (_("Confirmed"), "text"),
        (None, "text"),
    ]


def _who(member: Any) -> Row:
    return [
        (member.organisation.name if member.organisation else "", "text"),
        (member.name, "text"),
        (member.student_number, "text"),
    ]


def _wall(moment: datetime | None, zone: str) -> datetime | None:
    return to_local(moment, zone).replace(tzinfo=None) if moment is not None else None


def _write(
    sheet: Any, heads: Sequence[tuple[str, int]], rows: Any, formats: Mapping[str, Any]
) -> None:
    for number, (title, width) in enumerate(heads):
        sheet.set_column(number, number, width)
        sheet.write_string(0, number, title, formats["head"])
    at = 0
    for at, row in enumerate(rows, 1):
        for number, (value, form) in enumerate(row):
            _write_cell(sheet, at, number, value, formats[form])
    sheet.freeze_panes(1, 2)
    sheet.autofilter(0, 0, max(at, 1), len(heads) - 1)
    sheet.set_landscape()
    sheet.set_paper(9)  # A4
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0)


def _write_cell(sheet: Any, row: int, column: int, value: Any, form: Any) -> None:
    if value is None or value == "":
        return
    if isinstance(value, datetime):
        sheet.write_datetime(row, column, value, form)
    elif isinstance(value, int | float):
        sheet.write_number(row, column, value, form)
    else:
        sheet.write_string(row, column, str(value), form)


def _write_notes(
    sheet: Any,
    programme: YouthProgramme,
    filters: Sequence[tuple[str, str]],
    formats: Mapping[str, Any],
) -> None:
    sheet.set_column(0, 0, 30)
    sheet.set_column(1, 1, 90)
    facts = [
        (_("Programme"), programme_title(programme)),
        (_("Made on"), moment_words(now(), programme.zone)),
        *filters,
        (
            _("Personal data"),
            _("Included. Keep this file safe, and delete it when it is no longer needed."),
        ),
        (
            _("Hours in shifts"),
            _(
                "From the check-in to the check-out at the desk, at most one hour beyond the end "
                "of the shift; where a coordinator corrected them, as corrected."
            ),
        ),
        (
            _("Hours outside shifts"),
            _("Reported by the member and confirmed by the owner or the coordinator."),
        ),
        (
            _("Unfinished"),
            _("Came to a shift that is over, and nobody noted the leaving: 0 hours."),
        ),
    ]
    for at, (term, text) in enumerate(facts):
        sheet.write_string(at, 0, str(term), formats["text"])
        sheet.write_string(at, 1, str(text), formats["text"])
