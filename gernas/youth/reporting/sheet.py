"""The report as a spreadsheet: a sheet for each table, and one that says what is counted."""

import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from gernas.businesses.export import SAFE
from gernas.core.clock import now
from gernas.youth.helping.task_words import TASK_WORDS
from gernas.youth.models import TaskKind
from gernas.youth.reporting.figures import Figures

MIMETYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MOST_LETTERS = 31  # of a sheet's name, Excel's
_NAME_WIDTH, _WIDTH = 34, 14


@dataclass(frozen=True)
class Table:
    name: str
    lines: Sequence[tuple[str, Figures]]


@dataclass(frozen=True)
class Column:
    """A figure: its head, what it counts in a sentence, its value; None leaves the cell empty."""

    title: Any  # lazy
    meaning: Any  # lazy
    read: Callable[[Figures], int | float | None]


def _reader_of_task(kind: TaskKind) -> Callable[[Figures], int]:
    return lambda figures: figures.tasks.get(kind, 0)


def _reader_of_band(band: str) -> Callable[[Figures], int]:
    return lambda figures: figures.ages.get(band, 0)


COLUMNS: tuple[Column, ...] = (
    Column(
        _l("Registered"), _l("Everyone who joined, also those who left."), lambda f: f.registered
    ),
    Column(
        _l("Active"),
        _l("With hours that count, or a confirmed result for a business."),
        lambda f: f.active,
    ),
    Column(
        _l("Hours"),
        _l("Measured or corrected in shifts, and confirmed outside of them."),
        lambda f: round(f.minutes / 60, 1),
    ),
    Column(_l("Places in shifts"), _l("Wanted in shifts that have begun."), lambda f: f.places),
    Column(_l("Places filled"), _l("Of those, taken."), lambda f: f.filled),
    Column(
        _l("Expected"),
        _l("Places whose holders were taken down as having come or not; excused ones left out."),
        lambda f: f.expected,
    ),
    Column(_l("Did not come"), _l("Of those, without a word."), lambda f: f.no_shows),
    Column(
        _l("Businesses helped"),
        _l("With a confirmed result, or confirmed hours."),
        lambda f: f.businesses,
    ),
    Column(_l("Helpers"), _l("Young people who did that."), lambda f: f.helpers),
    *(
        Column(
            word,
            _l("Confirmed by the owner or a coordinator."),
            _reader_of_task(kind),
        )
        for kind, word in TASK_WORDS.items()
    ),
    Column(_l("Content"), _l("Pieces published and not taken back."), lambda f: f.contents),
    Column(_l("Reach, as reported"), _l("As members report it; not measured."), lambda f: f.reach),
    Column(_l("Women"), _l("Of registered, who say so."), lambda f: f.women),
    Column(_l("Said their sex"), _l("Of registered, women and men."), lambda f: f.said_sex),
    *(
        Column(band, _l("Age in years on the day of joining."), _reader_of_band(band))
        for band in ("16-17", "18-20", "21-24", "25-30")
    ),
)


def build_report(title: str, tables: Sequence[Table]) -> bytes:
    """The bytes of an XLSX file in the reader's language."""
    from xlsxwriter import Workbook  # Only an export needs it.

    out = io.BytesIO()
    book = Workbook(out, SAFE)
    book.set_properties({"title": title, "created": now().replace(tzinfo=None)})
    head = book.add_format({"bold": True, "bottom": 2, "text_wrap": True, "valign": "top"})
    for table in tables:
        sheet = book.add_worksheet(table.name[:MOST_LETTERS])
        sheet.freeze_panes(1, 1)
        sheet.set_column(0, 0, _NAME_WIDTH)
        sheet.set_column(1, len(COLUMNS), _WIDTH)
        sheet.write_row(0, 0, ["", *(str(column.title) for column in COLUMNS)], head)
        for row, (name, figures) in enumerate(table.lines, start=1):
            sheet.write_string(row, 0, name)
            for place, column in enumerate(COLUMNS, start=1):
                value = column.read(figures)
                if value is not None:
                    sheet.write_number(row, place, value)
    meanings = book.add_worksheet(str(_("What is counted"))[:MOST_LETTERS])
    meanings.set_column(0, 0, _NAME_WIDTH)
    meanings.set_column(1, 1, 80)
    for row, column in enumerate(COLUMNS):
        meanings.write_row(row, 0, [str(column.title), str(column.meaning)])
    book.close()
    return out.getvalue()
