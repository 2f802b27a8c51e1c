"""Turn a spreadsheet into lines of JSON, one a row. Runs as a process of its own.

A hostile file may end this process: a sheet with the cells A1 and XFD1048576 makes calamine ask
for memory until it aborts. Therefore nothing of Gernas is imported here, and what the process may
use is limited before the file is opened. Exit codes: 0 done, 3 not such a file, 4 too large.

    python -P sheet_process.py SOURCE TARGET MOST_ROWS
"""

import csv
import io
import json
import resource
import sys
import zipfile
from collections.abc import Iterable, Iterator
from datetime import date, datetime, time, timedelta
from math import isfinite
from pathlib import Path
from typing import Any

MEMORY_BYTES = 512 * 1024 * 1024
CPU_SECONDS = 30
MOST_UNPACKED = 50_000_000  # bytes of all parts together
MOST_PARTS = 1_000
MOST_COLUMNS = 100
LONGEST_CELL = 5_000  # characters
EXACT_BELOW = 10**15  # Excel keeps 15 digits of a number; the rest are zeros
ROUNDED = "\N{ALMOST EQUAL TO}"
NOT_READABLE, TOO_LARGE = 3, 4


def main() -> int:
    source, target, most_rows = Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3])
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    with source.open("rb") as file:
        is_zip = file.read(4) == b"PK\x03\x04"
    try:
        rows = _read_xlsx(source) if is_zip else _read_csv(source)
        return _write(rows, target, most_rows)
    except OverflowError:
        return TOO_LARGE
    except Exception:  # noqa: BLE001 - a dozen kinds; to the person they are all the same
        return NOT_READABLE


def _write(rows: Iterable[list[str]], target: Path, most_rows: int) -> int:
    with target.open("w", encoding="utf-8") as out:
        for number, row in enumerate(rows):
            if number > most_rows + 20:  # the head and empty lines are no rows
                return TOO_LARGE
            out.write(json.dumps(row, ensure_ascii=False) + "\n")
    return 0


def _read_xlsx(source: Path) -> Iterator[list[str]]:
    from python_calamine import load_workbook

    with zipfile.ZipFile(source) as archive:
        parts = archive.infolist()
        if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > MOST_UNPACKED:
            raise OverflowError
    book = load_workbook(str(source))
    for row in book.get_sheet_by_index(0).iter_rows():
        yield [_to_text(cell) for cell in row[:MOST_COLUMNS]]


def _read_csv(source: Path) -> Iterator[list[str]]:
    csv.field_size_limit(LONGEST_CELL * 10)
    text = _decode(source.read_bytes()).replace("\0", "")
    head = text[:20_000].partition("\n")[0]
    delimiter = max(";,\t|", key=head.count)
    for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter):
        yield [cell[:LONGEST_CELL] for cell in row[:MOST_COLUMNS]]


def _decode(content: bytes) -> str:
    """The text of a CSV file, by its mark or by trying; Windows writes its own code page."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16")
    for encoding in ("utf-8-sig", "cp1252"):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if _is_text(text):
            return text
    raise ValueError


def _is_text(text: str) -> bool:
    """Whether it reads like text: pictures and programs are full of control characters."""
    sample = text[:5_000]
    odd = sum(1 for sign in sample if ord(sign) < 32 and sign not in "\t\r\n\f")
    return odd * 100 <= len(sample)


def _to_text(cell: Any) -> str:
    if isinstance(cell, bool):
        return "1" if cell else "0"
    if isinstance(cell, (int, float)):
        return _number(cell) if isfinite(cell) else ""
    if isinstance(cell, (datetime, date, time)):
        return cell.isoformat()
    if isinstance(cell, timedelta):
        return str(cell)
    return str(cell)[:LONGEST_CELL]


def _number(cell: float) -> str:
    if abs(cell) >= EXACT_BELOW:
        return f"{ROUNDED}{cell:.0f}"
    return str(int(cell)) if cell == int(cell) else repr(cell)


if __name__ == "__main__":
    sys.exit(main())
