"""Booths in a spreadsheet: which columns there are, how a row is read, and how they are written.

The file itself is opened by a process of its own (``gernas/businesses/sheets.py``).
"""

import csv
import io
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from gernas.booths.models import Booth
from gernas.businesses.export import guard_cell
from gernas.core.text import clean_text
from gernas.core.typed import parse_decimal, parse_rupiah

HEAD_AMONG = 20  # the first rows, of which one is the head
_KEY = re.compile(r"[^a-z0-9]+")
_YES = frozenset({"ya", "yes", "y", "x", "1", "true", "benar", "ada"})
_NO = frozenset({"", "tidak", "no", "n", "0", "false", "-", "–"})


@dataclass(frozen=True)
class Column:
    """A column: the field that it fills, its title, and other words for it, in lower case."""

    field: str
    title: Any
    words: str


COLUMNS = (
    Column("label", _l("Booth"), "stan; nomor; nomor stan; no stan; label; booth; stand; kode"),
    Column("hall", _l("Hall"), "aula; tenda; gedung; ruang; hall; tent"),
    Column("zone", _l("Zone"), "zona; zone; kluster; cluster; kode zona"),
    Column("x", _l("From the left (m)"), "x; dari kiri; kiri; dari kiri m"),
    Column("y", _l("From the top (m)"), "y; dari atas; atas; dari atas m"),
    Column("width", _l("Width (m)"), "lebar; lebar m; width; panjang"),
    Column("depth", _l("Depth (m)"), "dalam; kedalaman; dalam m; depth"),
    Column(
        "turn", _l("Turned (degrees)"), "putar; diputar; putaran; sudut; turn; turned; rotation"
    ),
    Column("amps", _l("Ampere"), "ampere; listrik; daya; amps; power; ampere listrik"),
    Column("corner", _l("Corner"), "pojok; sudut jalan; hook; corner"),
    Column("water", _l("Water"), "air; keran; water"),
    Column("accessible", _l("Without steps"), "tanpa undakan; ramah kursi roda; akses; accessible"),
    Column("tables", _l("Tables"), "meja; tables"),
    Column("chairs", _l("Chairs"), "kursi; chairs"),
    Column("price", _l("Price"), "harga; sewa; biaya; price"),
    Column("sponsor", _l("Sponsor"), "sponsor; kuota; jatah"),
    Column("locked", _l("Locked"), "kunci; dikunci; terkunci; locked"),
    Column("note", _l("Note"), "catatan; keterangan; note; notes"),
)
TITLES: Mapping[str, Any] = {column.field: column.title for column in COLUMNS}


class BadCell(ValueError):
    """A cell says nothing that its column can hold; the text is for people."""

    def __init__(self, field: str, typed: str) -> None:
        super().__init__(
            _(
                "%(column)s: “%(typed)s” is not understood.",
                column=TITLES[field],
                typed=typed[:40],
            )
        )


def read_rows(path: Path) -> tuple[list[str], Iterator[tuple[int, dict[str, str]]]]:
    """The fields that the head names, and the rows below it by field, with their number.

    [] when no row of the first twenty names a column of labels.
    """
    with path.open(encoding="utf-8") as lines:
        top = [json.loads(line) for _number, line in zip(range(HEAD_AMONG), lines, strict=False)]
    heads = [(match_head(row), place) for place, row in enumerate(top)]
    fields, place = max(heads, key=lambda head: sum(map(bool, head[0])), default=([], 0))
    if "label" not in fields:
        return [], iter(())
    return fields, _iter_rows(path, fields, place)


def match_head(row: Sequence[str]) -> list[str]:
    """For each cell of a head the field it stands for; "" where none does, or a second time."""
    known = _known_words()
    found = []
    for cell in row:
        field = known.get(_key(str(cell)), "")
        found.append("" if field in found else field)
    return found


def read_cells(cells: Mapping[str, str]) -> dict[str, Any]:
    """The values of a row that say something: lengths in cm, yes and no as truth.

    Raises:
        BadCell: one of them is not understood.
    """
    found: dict[str, Any] = {}
    for field, typed in cells.items():
        text = clean_text(typed)
        if text:
            found[field] = _read_cell(field, text)
    return found


def write_booths(booths: Sequence[Booth]) -> str:
    """The booths as CSV, in the columns that an import reads."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow([str(column.title) for column in COLUMNS])
    for booth in booths:
        writer.writerow([guard_cell(_write_cell(column.field, booth)) for column in COLUMNS])
    return out.getvalue()


def _iter_rows(
    path: Path, fields: Sequence[str], head: int
) -> Iterator[tuple[int, dict[str, str]]]:
    with path.open(encoding="utf-8") as lines:
        for number, line in enumerate(lines, 1):
            if number <= head + 1:
                continue
            row = [str(cell) for cell in json.loads(line)]
            cells = {field: cell for field, cell in zip(fields, row, strict=False) if field}
            if any(cell.strip() for cell in cells.values()):
                yield number, cells


def _read_cell(field: str, text: str) -> Any:
    if field in ("label", "hall", "zone", "sponsor", "note"):
        return text
    if field in ("corner", "water", "accessible", "locked"):
        if text.lower() not in _YES | _NO:
            raise BadCell(field, text)
        return text.lower() in _YES
    if field == "price":
        price = parse_rupiah(text, decimal_comma=True)
        if price is None:
            raise BadCell(field, text)
        return price
    return _read_number(field, text)


def _read_number(field: str, text: str) -> int:
    """A whole number, or a length: ``3``, ``2,5``, ``2.5 m``."""
    bare = text.lower().removesuffix("m").removesuffix("°").removesuffix("a").strip()
    number = parse_decimal(bare.replace(",", "."), decimal_comma=False)
    if number is None or abs(number) > 10**6:
        raise BadCell(field, text)
    if field in ("x", "y", "width", "depth"):
        return round(float(number) * 100)
    if number != int(number):
        raise BadCell(field, text)
    return int(number)


def _write_cell(field: str, booth: Booth) -> Any:
    if field == "hall":
        return booth.hall.name if booth.hall else ""
    if field == "zone":
        return booth.zone.code if booth.zone else ""
    if field == "sponsor":
        return booth.sponsor.name if booth.sponsor else ""
    if field in ("x", "y", "width", "depth"):
        return f"{getattr(booth, f'{field}_cm') / 100:.2f}".rstrip("0").rstrip(".")
    value = getattr(booth, field)
    if isinstance(value, bool):
        return str(_("yes")) if value else ""
    return "" if value is None else value


def _known_words() -> dict[str, str]:
    known: dict[str, str] = {}
    for column in COLUMNS:
        known[_key(str(column.title))] = column.field
        known.setdefault(column.field, column.field)
        for word in column.words.split("; "):
            known.setdefault(_key(word), column.field)
    return known


def _key(text: str) -> str:
    return _KEY.sub(" ", text.lower()).strip()
