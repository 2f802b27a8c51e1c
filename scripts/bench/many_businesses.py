"""A spreadsheet of 10,000 businesses, taken in by the job; prints what it took as JSON.

Run as ``python -m scripts.bench.many_businesses ROWS`` with the settings of an installation in
the environment, in a process of its own, since its memory is measured.
"""

import io
import json
import sys
import time
from typing import Any

import psutil
from xlsxwriter import Workbook

from gernas.app import create_app
from gernas.businesses.models import BusinessImport, ImportState
from gernas.businesses.services import start_import, take_import
from gernas.core.database import db, transaction
from gernas.core.jobs import sweep

HEAD = (
    *("Nama Usaha", "NIB", "Nama Pemilik", "No HP", "Kota", "Provinsi", "Kategori", "Email"),
    "Alamat",
)
KINDS = ("Keripik", "Kopi", "Batik", "Sambal", "Madu", "Kerupuk", "Dodol", "Anyaman", "Tenun")
PEOPLE = ("Siti", "Budi", "Rahma", "Dewi", "Agus", "Putri", "Joko", "Ani", "Sari", "Wulan")
CITIES = (("Kota Metro", "Lampung"), ("Kota Bandar Lampung", "Lampung"), ("Kota Jambi", "Jambi"))
SECTORS = ("Makanan", "Minuman", "Fesyen", "Kriya")
MIB = 1 << 20


def main() -> None:
    rows = int(sys.argv[1])
    sheet = make_sheet(rows)
    app = create_app()
    with app.app_context():
        print(json.dumps(take_in(sheet, rows)))


def take_in(sheet: io.BytesIO, rows: int) -> dict[str, Any]:
    """Upload, read, look at and take in all rows; seconds, and MiB that the process grew."""
    process = psutil.Process()
    before = process.memory_info().rss
    started = time.monotonic()
    with transaction():
        row = start_import(sheet, "usaha.xlsx", by=None)
    sweep()
    looked = time.monotonic()
    with transaction():
        take_import(db.session.get_one(BusinessImport, row.id), skip_bad=True)
    sweep()
    taken = time.monotonic()
    db.session.rollback()
    db.session.expire_all()
    done = db.session.get_one(BusinessImport, row.id)
    if done.state != ImportState.DONE or done.added_count != rows:
        raise SystemExit(f"{done.added_count} of {rows} rows were taken in: {done.state}")
    grown = (process.memory_info().rss - before) / MIB
    return {"seconds": taken - started, "looking": looked - started, "grown": grown}


def make_sheet(rows: int) -> io.BytesIO:
    """An XLSX file in which each row is another business."""
    out = io.BytesIO()
    book = Workbook(out, {"constant_memory": True})
    sheet = book.add_worksheet()
    for column, head in enumerate(HEAD):
        sheet.write_string(0, column, head)
    for number in range(rows):
        for column, value in enumerate(_make_row(number)):
            sheet.write_string(number + 1, column, value)
    book.close()
    out.seek(0)
    return out


def _make_row(number: int) -> tuple[str, ...]:
    city, province = CITIES[number % len(CITIES)]
    word = make_word(number)
    person = PEOPLE[number // 3 % len(PEOPLE)]
    return (
        f"{KINDS[number % len(KINDS)]} {person} {word}",
        f"9120{number:09}",
        f"{person} {word}",
        f"0812{10_000_000 + number}",
        city,
        province,
        SECTORS[number % len(SECTORS)],
        f"usaha{number}@contoh.id",
        f"Jl. {word} No. {number % 200 + 1}",
    )


def make_word(number: int) -> str:
    """A name of its own for each number: syllables, spread so that neighbours are not alike."""
    syllables = [first + second for first in "bdghjlmnprstwyz" for second in "aiou"]
    spread = number * 7_919_191 % len(syllables) ** 4
    parts = []
    for _ in range(4):
        spread, at = divmod(spread, len(syllables))
        parts.append(syllables[at])
    return "".join(parts).title()


if __name__ == "__main__":
    main()
