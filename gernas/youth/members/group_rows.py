"""Many people at once, as a coordinator pastes them from a list: one a line, columns apart."""

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from flask_babel import gettext as _

from gernas.core.provinces import find_province
from gernas.core.text import clean_text
from gernas.core.typed import parse_date
from gernas.core.wording import number_words
from gernas.youth.members.values import MemberValues

MOST_ROWS = 200
LONGEST = 40_000  # signs of the whole text
COLUMNS = ("name", "birth_date", "phone", "city", "email", "student_number")
_HEADS = {"nama", "name", "nama lengkap", "full name"}


@dataclass(frozen=True)
class GroupRow:
    """One person of the list, and what stands against them."""

    line: int
    cells: Sequence[str]
    values: MemberValues | None = None
    problems: Sequence[str] = field(default_factory=tuple)

    @property
    def name(self) -> str:
        return self.cells[0] if self.cells else ""


class TooLong(ValueError):
    pass


def read_rows(text: str, *, city: str, province_code: str) -> list[GroupRow]:
    """The rows of a pasted list; a line of heads and empty lines are passed over.

    Columns are apart by a tab, semicolon or comma: name, birth date, phone, city, email, student
    number. Without a city that of the group is taken.

    Raises:
        TooLong: more rows or signs than can be looked through.
    """
    if len(text) > LONGEST:
        raise TooLong(_("This is too long: at most %(most)s signs.", most=number_words(LONGEST)))
    lines = [
        (number, line) for number, line in enumerate(text.splitlines(), start=1) if line.strip()
    ]
    rows = [(number, cells) for number, line in lines if not _is_head(cells := _split(line))]
    if len(rows) > MOST_ROWS:
        sentence = _("At most %(most)s people at once.", most=number_words(MOST_ROWS))
        raise TooLong(sentence)
    return [_read(number, cells, city, province_code) for number, cells in rows]


def _split(line: str) -> list[str]:
    sign = next((sign for sign in ("\t", ";") if sign in line), ",")
    try:
        cells = next(csv.reader(io.StringIO(line), delimiter=sign))
    except (csv.Error, StopIteration):
        cells = [line]
    return [clean_text(cell) for cell in cells]


def _is_head(cells: Sequence[str]) -> bool:
    return bool(cells) and cells[0].lower() in _HEADS


def _read(number: int, cells: list[str], city: str, province_code: str) -> GroupRow:
    given = dict(zip(COLUMNS, cells, strict=False))
    problems = []
    if len(cells) > len(COLUMNS):
        problems.append(str(_("This line has too many columns.")))
    born: date | None = None
    if typed := given.get("birth_date", ""):
        born = parse_date(typed)
        if born is None:
            problems.append(
                str(_("“%(typed)s” is not a date. Write it like 17/03/2006.", typed=typed[:40]))
            )
    values = MemberValues(
        name=given.get("name", ""),
        birth_date=born,
        city=given.get("city") or city,
        province_code=province_code if find_province(province_code) else "",
        phone=given.get("phone") or None,
        email=given.get("email") or None,
        student_number=given.get("student_number") or None,
    )
    return GroupRow(number, cells, values, tuple(problems))
