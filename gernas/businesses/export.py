"""A list of businesses as a spreadsheet or CSV, with a sheet that says what its columns mean."""

import csv
import io
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _

from gernas.businesses.models import Business, CertificateKind
from gernas.businesses.values import phone_words
from gernas.businesses.words import CERTIFICATE_WORDS, KIND_WORDS, SECTOR_WORDS, SIZE_WORDS
from gernas.core.clock import ZONES, now, today_in
from gernas.core.wording import moment_words

# What people typed stays what it is: ``=1+1`` would become a formula (security.md, 3).
SAFE = {
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
    "default_date_format": "yyyy-mm-dd",
    "remove_timezone": True,
}
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
Kinds = Mapping[int, Sequence[CertificateKind]]


@dataclass(frozen=True)
class Column:
    title: str
    meaning: str
    width: int
    read: Callable[[Business], Any]
    is_personal: bool = False


def list_columns(kinds: Kinds, *, personal: bool) -> list[Column]:
    """The columns that a reader gets; without personal data for those who may not see it."""
    return [*_plain_columns(kinds), *(_personal_columns() if personal else ())]


def build_xlsx(
    rows: Sequence[Business],
    kinds: Kinds,
    *,
    personal: bool,
    filters: Sequence[tuple[str, str]],
) -> bytes:
    """The bytes of an XLSX file with one row a business, in the reader's language."""
    from xlsxwriter import Workbook  # Only an export needs it.

    columns = list_columns(kinds, personal=personal)
    out = io.BytesIO()
    book = Workbook(out, SAFE)
    head = book.add_format({"bold": True, "bottom": 2, "text_wrap": True, "bg_color": "#f1e9de"})
    plain = book.add_format({"text_wrap": True, "valign": "top"})
    sheet = book.add_worksheet(_("Businesses"))
    for number, column in enumerate(columns):
        sheet.set_column(number, number, column.width)
        sheet.write_string(0, number, column.title, head)
    for at, row in enumerate(rows, 1):
        for number, column in enumerate(columns):
            _write(sheet, at, number, column.read(row), plain)
    sheet.freeze_panes(1, 1)
    sheet.autofilter(0, 0, max(len(rows), 1), len(columns) - 1)
    notes = book.add_worksheet(_("Explanations"))
    _write_notes(notes, columns, _list_facts(filters, personal=personal), formats=(head, plain))
    book.close()
    return out.getvalue()


def build_csv(rows: Sequence[Business], kinds: Kinds, *, personal: bool) -> bytes:
    """The bytes of a CSV file, with the mark that lets Excel read UTF-8."""
    columns = list_columns(kinds, personal=personal)
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow([column.title for column in columns])
    for row in rows:
        writer.writerow([guard_cell(column.read(row)) for column in columns])
    return out.getvalue().encode("utf-8-sig")


def guard_cell(value: Any) -> str:
    """A value for CSV that no program takes for a formula."""
    text = "" if value is None else str(value)
    return f"'{text}" if text.startswith(_FORMULA) else text


def _write(sheet: Any, row: int, column: int, value: Any, form: Any) -> None:
    if value is None or value == "":
        sheet.write_blank(row, column, None, form)
    elif isinstance(value, int) and not isinstance(value, bool):
        sheet.write_number(row, column, value, form)
    else:
        sheet.write_string(row, column, str(value)[:32_767], form)


def _write_notes(
    sheet: Any,
    columns: Sequence[Column],
    facts: Sequence[tuple[str, str]],
    *,
    formats: tuple[Any, Any],
) -> None:
    head, plain = formats
    sheet.set_column(0, 0, 28)
    sheet.set_column(1, 1, 90)
    for at, (term, text) in enumerate(facts):
        sheet.write_string(at, 0, term, plain)
        sheet.write_string(at, 1, text, plain)
    start = len(facts) + 1
    sheet.write_string(start, 0, _("Column"), head)
    sheet.write_string(start, 1, _("What it means"), head)
    for at, column in enumerate(columns, start + 1):
        sheet.write_string(at, 0, column.title, plain)
        sheet.write_string(at, 1, column.meaning, plain)


def _list_facts(filters: Sequence[tuple[str, str]], *, personal: bool) -> list[tuple[str, str]]:
    included = _("Included. Keep this file safe, and delete it when it is no longer needed.")
    left_out = _("Left out: your role does not see them.")
    return [
        (_("Made on"), moment_words(now(), ZONES[0])),
        (_("Personal data"), included if personal else left_out),
        *filters,
    ]


def _plain_columns(kinds: Kinds) -> list[Column]:
    return [
        Column(_("Business name"), _("As customers know it"), 34, lambda b: b.name),
        Column(_("Kind"), _("What the organisation is"), 18, lambda b: _word(KIND_WORDS, b.kind)),
        Column(_("Sector"), _("Declared"), 22, lambda b: _word(SECTOR_WORDS, b.sector)),
        Column(
            _("Size"),
            _("Declared, by PP 7/2021: micro, small or medium by sales or capital"),
            12,
            lambda b: _word(SIZE_WORDS, b.size_class),
        ),
        Column(_("City or regency"), _("Of the business"), 22, lambda b: b.city),
        Column(
            _("Province"),
            _("Of the business"),
            20,
            lambda b: b.province.name() if b.province else None,
        ),
        Column(
            _("State of the NIB"),
            _("None, claimed by the business, or verified by an organizer"),
            16,
            nib_state,
        ),
        Column(
            _("Certificates"),
            _("Kinds that the business named"),
            24,
            lambda b: ", ".join(_word(CERTIFICATE_WORDS, kind) for kind in kinds.get(b.id, ())),
        ),
        Column(
            _("In the catalogue"),
            _("Yes: the business agreed to be shown"),
            12,
            lambda b: str(_("yes")) if b.shown_in_catalogue else None,
        ),
        Column(
            _("Added on"),
            _("Day in WIB"),
            12,
            lambda b: today_in(ZONES[0], at=b.created_at).isoformat(),
        ),
        Column(
            _("Made up"),
            _("Yes: an example of the demo, no real business"),
            10,
            lambda b: str(_("yes")) if b.is_demo else None,
        ),
    ]


def _personal_columns() -> list[Column]:
    return [
        Column(_("NIB"), _("13 digits, as text"), 18, lambda b: b.nib, True),
        Column(_("NPWP of the organisation"), _("16 digits, as text"), 20, lambda b: b.npwp, True),
        Column(_("Owner"), _("Or person in charge"), 24, lambda b: b.owner_name, True),
        Column(_("Street address"), _("Of the business"), 34, lambda b: b.address, True),
        Column(_("Phone"), _("As dialled in Indonesia"), 18, lambda b: phone_words(b.phone), True),
        Column(_("WhatsApp"), _("Likewise"), 18, lambda b: phone_words(b.whatsapp), True),
        Column(_("Email"), _("Of the business"), 28, lambda b: b.email, True),
    ]


def nib_state(business: Business) -> str:
    """Whether a business has a NIB, and whether someone has seen it."""
    if business.nib is None:
        return str(_("none"))
    return str(_("verified") if business.nib_verified_at else _("claimed"))


def _word(words: Mapping[Any, Any], code: Any) -> str:
    return str(words.get(code, "")) if code else ""
