"""Members as a spreadsheet. Without the right to see them it holds nothing that names a person.

Rows are fetched and written in portions, so that a large list needs little memory.
"""

import io
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from tempfile import TemporaryDirectory
from typing import Any

from flask_babel import gettext as _

from gernas.businesses.export import SAFE
from gernas.businesses.values import phone_words
from gernas.core.clock import now, to_local, today_in
from gernas.core.database import db
from gernas.core.provinces import find_province
from gernas.core.wording import moment_words, number_words
from gernas.youth.codes import code_words
from gernas.youth.guards import bar_of_guardian, bar_words
from gernas.youth.members.listing import (
    BANDS,
    Listing,
    count_members,
    get_in_order,
    list_ids,
)
from gernas.youth.members.words import youth_word
from gernas.youth.models import Enrolment, Member, Skill, YouthProgramme
from gernas.youth.services.guardians import find_guardian
from gernas.youth.shifts.words import SKILL_WORDS
from gernas.youth.words import programme_title

MOST_ROWS = 10_000  # made while the reader waits: a millisecond each
PORTION = 500


@dataclass(frozen=True)
class Column:
    title: str
    width: int
    read: Callable[[Enrolment], Any]
    format: str = "text"


def build_members_sheet(
    programme: YouthProgramme,
    listing: Listing,
    *,
    personal: bool,
    filters: Sequence[tuple[str, str]] = (),
) -> bytes:
    """The bytes of the file, in the reader's language."""
    from xlsxwriter import Workbook  # Only an export needs it.

    today = today_in(programme.zone)
    columns = [*(_personal_columns() if personal else ()), *_plain_columns(programme, today)]
    out = io.BytesIO()
    with TemporaryDirectory() as folder:
        options = {**SAFE, "in_memory": False, "constant_memory": True, "tmpdir": folder}
        book = Workbook(out, options)
        book.set_properties({"title": programme_title(programme)})
        formats = {
            "text": book.add_format({"text_wrap": True, "valign": "top"}),
            "number": book.add_format({"num_format": "#,##0", "valign": "top"}),
            "day": book.add_format({"num_format": "yyyy-mm-dd", "align": "left", "valign": "top"}),
            "head": book.add_format(
                {"bold": True, "bottom": 2, "text_wrap": True, "bg_color": "#f1e9de"}
            ),
        }
        _write_rows(book.add_worksheet(_("Members")), columns, listing, today, formats)
        facts = [*_list_facts(programme, personal=personal), *filters]
        if count_members(listing.wanted, today) > MOST_ROWS:
            most = number_words(MOST_ROWS)
            facts.append((_("Rows"), _("Only the first %(most)s. Filter the list.", most=most)))
        _write_notes(book.add_worksheet(_("Explanations")), facts, formats)
        book.close()
    return out.getvalue()


def _personal_columns() -> list[Column]:
    return [
        Column(_("Name"), 28, lambda row: row.member.name),
        Column(_("Code"), 11, lambda row: code_words(row.member.code)),
        Column(_("Birth date"), 12, lambda row: row.member.birth_date, "day"),
        Column(_("Phone"), 18, lambda row: phone_words(row.member.phone)),
        Column(_("Email"), 28, lambda row: row.member.email),
        Column(_("Student number"), 18, lambda row: row.member.student_number),
        Column(_("Size of shirt"), 9, lambda row: row.member.shirt_size),
        Column(_("In an emergency"), 34, lambda row: _emergency(row.member)),
        Column(_("Parent or guardian"), 40, _guardian),
        Column(_("Group"), 18, lambda row: row.group_name),
        Column(_("City or regency"), 24, lambda row: row.member.city),
    ]


def _plain_columns(programme: YouthProgramme, today: date) -> list[Column]:
    def joined(row: Enrolment) -> date:
        return to_local(row.joined_at, programme.zone).date()

    return [
        Column(_("Age"), 9, lambda row: _band(row.member, today)),
        Column(_("Province"), 20, lambda row: _province(row.member)),
        Column(_("Organisation"), 28, lambda row: _organisation(row.member)),
        Column(_("Sex"), 18, lambda row: youth_word("sex", row.member.sex)),
        Column(_("Skills"), 34, lambda row: _skills(row.member)),
        Column(_("How they joined"), 18, lambda row: youth_word("how", row.how)),
        Column(_("Joined"), 12, joined, "day"),
        Column(_("Helps businesses on other days"), 14, lambda row: _yes(row.helps_businesses)),
    ]


def _emergency(member: Member) -> str:
    parts = (member.emergency_name, phone_words(member.emergency_phone))
    return ", ".join(part for part in parts if part)


def _guardian(row: Enrolment) -> str:
    """Whom a minor of the day of joining named, and where it stands."""
    consent = find_guardian(row.member)
    if consent is None:
        return ""
    bar = bar_of_guardian(consent)
    state = bar_words(bar) if bar is not None else _("Guardian called")
    return f"{consent.guardian_name}, {phone_words(consent.phone)}: {state}"


def _band(member: Member, today: date) -> str:
    age = member.age_on(today)
    return next((band for band, (low, high) in BANDS.items() if low <= age <= high), str(age))


def _province(member: Member) -> str:
    province = find_province(member.province_code)
    return province.name() if province is not None else ""


def _organisation(member: Member) -> str:
    return member.organisation.name if member.organisation is not None else ""


def _skills(member: Member) -> str:
    return ", ".join(str(SKILL_WORDS[Skill(code)]) for code in member.skills if code in set(Skill))


def _yes(value: bool) -> str:
    return str(_("Yes")) if value else ""


def _list_facts(programme: YouthProgramme, *, personal: bool) -> list[tuple[str, str]]:
    included = _("Included. Keep this file safe, and delete it when it is no longer needed.")
    left_out = _("Left out: your role does not see them.")
    return [
        (_("Programme"), programme_title(programme)),
        (_("Made on"), moment_words(now(), programme.zone)),
        (_("Personal data"), included if personal else left_out),
    ]


def _portions(listing: Listing, today: date) -> Iterator[list[Enrolment]]:
    ids = list_ids(listing, today, limit=MOST_ROWS)
    for start in range(0, len(ids), PORTION):
        yield get_in_order(ids[start : start + PORTION])
        db.session.expunge_all()  # so that a long list does not stay in memory


def _write_rows(
    sheet: Any, columns: Sequence[Column], listing: Listing, today: date, formats: dict[str, Any]
) -> None:
    sheet.freeze_panes(1, 1)
    for place, column in enumerate(columns):
        sheet.set_column(place, place, column.width)
        sheet.write_string(0, place, column.title, formats["head"])
    line = 0
    for portion in _portions(listing, today):
        for row in portion:
            line += 1
            for place, column in enumerate(columns):
                _write_cell(sheet, line, place, column.read(row), formats[column.format])


def _write_cell(sheet: Any, line: int, place: int, value: Any, shape: Any) -> None:
    if isinstance(value, date):
        sheet.write_datetime(line, place, datetime.combine(value, time()), shape)
    elif isinstance(value, int):
        sheet.write_number(line, place, value, shape)
    elif value:
        sheet.write_string(line, place, str(value), shape)


def _write_notes(sheet: Any, facts: Sequence[tuple[str, str]], formats: dict[str, Any]) -> None:
    sheet.set_column(0, 0, 24)
    sheet.set_column(1, 1, 80)
    for line, (term, text) in enumerate(facts):
        sheet.write_string(line, 0, term, formats["head"])
        sheet.write_string(line, 1, text, formats["text"])
