"""A list of registrations as XLSX or CSV, with the definitions of its columns.

Rows are fetched and written in portions, so that a large list needs little memory. Without the
right to see personal data a file holds no name, number, address, free text or file, only what is
counted.
"""

import csv
import io
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from tempfile import TemporaryDirectory
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from gernas.businesses.export import SAFE, guard_cell
from gernas.businesses.models import Sector
from gernas.businesses.words import SECTOR_WORDS
from gernas.core.clock import now, to_local
from gernas.core.database import db
from gernas.core.provinces import find_province
from gernas.core.wording import moment_words, zone_abbr
from gernas.registrations.answer_words import answer_words
from gernas.registrations.codes import code_words
from gernas.registrations.listing import Listing, list_ids
from gernas.registrations.models import Call, FormVersion, Registration
from gernas.registrations.questions import Question, QuestionType, read_questions
from gernas.registrations.words import STATE_WORDS

MOST_ROWS = 100_000
MOST_IN_SHEET = 20_000  # of an XLSX file, which is made while the reader waits
PORTION = 500
LONGEST_CELL = 32_767  # Excel's

# Answers that say nothing about a person by themselves.
_COUNTED = frozenset(
    {QuestionType.CHOICE, QuestionType.CHOICES, QuestionType.NUMBER, QuestionType.RUPIAH}
)
_COUNTED_FIELDS = frozenset({"kind", "size_class"})
# Fields that have a column of their own anyway.
_STAND_ALREADY = frozenset(
    {"name", "nib", "owner_name", "sector", "province_code", "city", "email"}
)


@dataclass(frozen=True)
class Column:
    """One column: its head, what it means, and what a registration has there."""

    title: str
    meaning: str
    width: int
    read: Callable[[Registration], Any]
    format: str = "text"


@dataclass(frozen=True)
class Table:
    """What an export holds."""

    title: str
    columns: Sequence[Column]
    listing: Listing
    facts: Sequence[tuple[str, str]]  # when it was made, filters, personal data or not


def make_table(
    call: Call, listing: Listing, *, personal: bool, filters: Sequence[tuple[str, str]]
) -> Table:
    """The columns for a list of a call, in the reader's language."""
    included = _("Included. Keep this file safe, and delete it when it is no longer needed.")
    left_out = _("Left out: your role does not see them.")
    columns = [*(_personal_columns() if personal else ()), *_plain_columns(call)]
    columns += _answer_columns(call, personal=personal)
    facts = [
        (_("Call"), call.title),
        (_("Made on"), moment_words(now(), call.zone)),
        (_("Personal data"), included if personal else left_out),
        *filters,
    ]
    return Table(call.title, columns, listing, facts)


def build_xlsx(table: Table) -> bytes:
    """The bytes of an XLSX file: the list, and a sheet that says what its columns mean."""
    from xlsxwriter import Workbook  # Only an export needs it.

    out = io.BytesIO()
    with TemporaryDirectory() as folder:
        options = {**SAFE, "in_memory": False, "constant_memory": True, "tmpdir": folder}
        book = Workbook(out, options)
        book.set_properties({"title": table.title, "created": now().replace(tzinfo=None)})
        formats = {
            "text": book.add_format({"text_wrap": True, "valign": "top"}),
            "number": book.add_format({"num_format": "#,##0", "valign": "top"}),
            "moment": book.add_format(
                {"num_format": "yyyy-mm-dd hh:mm", "align": "left", "valign": "top"}
            ),
            "day": book.add_format({"num_format": "yyyy-mm-dd", "align": "left", "valign": "top"}),
            "head": book.add_format(
                {"bold": True, "bottom": 2, "text_wrap": True, "bg_color": "#f1e9de"}
            ),
        }
        _write_rows(book.add_worksheet(_("Applications")), table, formats)
        _write_notes(book.add_worksheet(_("Explanations")), table, formats)
        book.close()
    return out.getvalue()


def stream_csv(table: Table) -> Iterator[bytes]:
    """A CSV file in portions, with the mark that lets Excel read UTF-8."""
    yield "\ufeff".encode()
    yield _csv_lines([[column.title for column in table.columns]])
    for portion in _portions(table.listing):
        yield _csv_lines(
            [[_csv_cell(column.read(row)) for column in table.columns] for row in portion]
        )


def _csv_lines(rows: Sequence[Sequence[str]]) -> bytes:
    out = io.StringIO(newline="")
    csv.writer(out).writerows(rows)
    return out.getvalue().encode()


def _csv_cell(value: Any) -> str:
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%d %H:%M")
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return str(value)
    return guard_cell(value)


def _write_rows(sheet: Any, table: Table, formats: Mapping[str, Any]) -> None:
    for number, column in enumerate(table.columns):
        sheet.set_column(number, number, column.width)
        sheet.write_string(0, number, column.title, formats["head"])
    at = 0
    for portion in _portions(table.listing):
        for row in portion:
            at += 1
            for number, column in enumerate(table.columns):
                _write_cell(sheet, at, number, column.read(row), formats[column.format])
    sheet.freeze_panes(1, 2)
    sheet.autofilter(0, 0, max(at, 1), len(table.columns) - 1)
    sheet.set_landscape()
    sheet.set_paper(9)  # A4
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0)


def _write_notes(sheet: Any, table: Table, formats: Mapping[str, Any]) -> None:
    sheet.set_column(0, 0, 32)
    sheet.set_column(1, 1, 90)
    for at, (term, text) in enumerate(table.facts):
        sheet.write_string(at, 0, term, formats["text"])
        sheet.write_string(at, 1, text, formats["text"])
    start = len(table.facts) + 1
    sheet.write_string(start, 0, _("Column"), formats["head"])
    sheet.write_string(start, 1, _("What it means"), formats["head"])
    for at, column in enumerate(table.columns, start + 1):
        sheet.write_string(at, 0, column.title, formats["text"])
        sheet.write_string(at, 1, column.meaning, formats["text"])


def _write_cell(sheet: Any, row: int, column: int, value: Any, form: Any) -> None:
    if value is None or value == "":
        return
    if isinstance(value, (datetime, date)):
        sheet.write_datetime(row, column, value, form)
    elif isinstance(value, (int, float)) and not isinstance(value, bool):
        sheet.write_number(row, column, value, form)
    else:
        sheet.write_string(row, column, str(value)[:LONGEST_CELL], form)


def _portions(listing: Listing) -> Iterator[list[Registration]]:
    """The registrations of a listing in its order, some at a time."""
    ids = list_ids(listing, limit=MOST_ROWS)
    for start in range(0, len(ids), PORTION):
        part = ids[start : start + PORTION]
        rows = db.session.scalars(
            select(Registration)
            .where(Registration.id.in_(part))
            .options(joinedload(Registration.on_behalf_by))
        )
        by_id = {row.id: row for row in rows}
        yield [by_id[number] for number in part if number in by_id]
        for row in by_id.values():
            db.session.expunge(row)


# --- Columns --------------------------------------------------------------------------------


def _plain_columns(call: Call) -> list[Column]:
    zone = zone_abbr(call.zone)

    def local(moment: datetime | None) -> datetime | None:
        return to_local(moment, call.zone).replace(tzinfo=None) if moment is not None else None

    return [
        Column(_("State"), _("As of the moment at which the file was made"), 18, _read_state),
        Column(
            _("Sent (%(zone)s)", zone=zone),
            _("When the application was sent, the first time"),
            17,
            lambda r: local(r.submitted_at),
            "moment",
        ),
        Column(_("Sector"), _("Declared by the applicant"), 20, _read_sector),
        Column(_("City or regency"), _("Of the business, as typed"), 22, lambda r: r.city),
        Column(_("Province"), _("Of the business"), 18, _read_province),
        Column(_("Zone"), _("Of the hall, as wished for"), 14, lambda r: r.zone),
        Column(
            _("Has a NIB"),
            _("Whether the application names a NIB; nobody has verified it"),
            10,
            lambda r: _yes(r.nib is not None),
        ),
        Column(
            _("Files asked for"),
            _("Questions for files that were shown"),
            10,
            lambda r: r.files_asked,
            "number",
        ),
        Column(
            _("Files given"), _("Those of them with a file"), 10, lambda r: r.files_given, "number"
        ),
        Column(
            _("Holds a place"),
            _("Accepted or confirmed, or under review again with its place kept"),
            10,
            lambda r: _yes(r.holds_place),
        ),
        Column(
            _("Decided (%(zone)s)", zone=zone),
            _("The last decision of an organizer, or the offer of a place"),
            17,
            lambda r: local(r.decided_at),
            "moment",
        ),
        Column(
            _("Confirm before (%(zone)s)", zone=zone),
            _("The place goes to the next in line after that"),
            17,
            lambda r: local(r.offer_until),
            "moment",
        ),
        Column(
            _("Entered for them"),
            _("Yes: a facilitator or organizer applied on their behalf"),
            10,
            lambda r: _yes(r.on_behalf_by_id is not None),
        ),
        Column(
            _("Made up"),
            _("Yes: an example of the demo, no real business"),
            9,
            lambda r: _yes(r.is_demo),
        ),
    ]


def _personal_columns() -> list[Column]:
    return [
        Column(_("Code"), _("Of the receipt; names one application"), 11, _read_code),
        Column(_("Business name"), _("As customers know it"), 32, lambda r: r.label),
        Column(_("NIB"), _("13 digits, as text; as claimed"), 16, lambda r: r.nib),
        Column(_("Applicant"), _("Owner or contact, as typed"), 24, lambda r: r.applicant_name),
        Column(_("Email"), _("News go there"), 28, lambda r: r.email),
        Column(_("Phone"), _("With country code, as text"), 16, lambda r: r.phone),
        Column(
            _("Message to the applicant"),
            _("What the last decision told them"),
            40,
            lambda r: r.decision_reason,
        ),
    ]


def _answer_columns(call: Call, *, personal: bool) -> list[Column]:
    """A column for each question of any form of the call, the present one first."""
    forms = db.session.scalars(
        select(FormVersion)
        .where(FormVersion.call_id == call.id)
        .order_by(FormVersion.number.desc())
    ).all()
    by_form = {
        form.id: {each.key: each for each in read_questions(form.questions)} for form in forms
    }
    asked: dict[str, Question] = {}
    for form in forms:
        for key, question in by_form[form.id].items():
            asked.setdefault(key, question)
    return [
        _answer_column(question, by_form)
        for question in asked.values()
        if question.field not in _STAND_ALREADY and (personal or _is_counted(question))
    ]


def _answer_column(question: Question, by_form: Mapping[int, Mapping[str, Question]]) -> Column:
    key = question.key

    readers = {
        form_id: _make_reader(asked[key]) for form_id, asked in by_form.items() if key in asked
    }
    default = _make_reader(question)

    def read(registration: Registration) -> Any:
        answer = registration.answers.get(key)
        if answer is None:
            return None
        return readers.get(registration.form_version_id, default)(answer)

    meaning = _("Answer to: %(question)s", question=question.text)
    if question.takes_files:
        meaning = _("Number of files for: %(question)s", question=question.text)
    is_number = question.type in (QuestionType.NUMBER, QuestionType.RUPIAH) or question.takes_files
    return Column(question.text, meaning, 26, read, "number" if is_number else "text")


def _make_reader(question: Question) -> Callable[[Any], Any]:
    """How an answer to a question reads in a cell; its words are looked up once for all rows."""
    if question.takes_files:
        return len
    if question.type in (QuestionType.NUMBER, QuestionType.RUPIAH, QuestionType.DATE):
        return lambda answer: answer
    words = dict(question.list_options())
    if words and question.type != QuestionType.CONSENT:
        return lambda answer: ", ".join(
            words.get(str(one), str(one))
            for one in (answer if isinstance(answer, list) else [answer])
        )
    return lambda answer: ", ".join(answer_words(question, answer))


def _is_counted(question: Question) -> bool:
    if question.type == QuestionType.BUSINESS:
        return question.field in _COUNTED_FIELDS
    return question.type in _COUNTED


def _read_code(registration: Registration) -> str:
    return code_words(registration.code)


def _read_state(registration: Registration) -> str:
    return str(STATE_WORDS[registration.state_now])


def _read_sector(registration: Registration) -> str:
    return str(SECTOR_WORDS[Sector(registration.sector)]) if registration.sector else ""


def _read_province(registration: Registration) -> str | None:
    province = find_province(registration.province)
    return province.name() if province is not None else None


def _yes(condition: bool) -> str | None:
    return str(_("yes")) if condition else None
