"""Spreadsheets of businesses: read safely, their columns matched, and a template to fill in."""

import io
import json
import re
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flask_babel import force_locale
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from gernas.businesses import sheet_process
from gernas.businesses.errors import CannotRead
from gernas.core.i18n import get_language

MOST_ROWS = 20_000
SECONDS = 30
HEAD_AMONG = 10  # the head stands in one of the first rows; titles may come before it
SAMPLE_ROWS = 5
_NOT_IN_A_KEY = re.compile(r"[^a-z0-9]+")


@dataclass(frozen=True)
class Column:
    """Something a spreadsheet can say of a business; ``words`` are what its column is called."""

    field: str
    title: Any  # lazy
    meaning: Any
    words: str  # apart by "; "
    example: str
    width: int = 18


COLUMNS = (
    Column(
        "name",
        _l("Business name"),
        _l("Needed. As customers know it."),
        "nama usaha; nama umkm; nama ikm; usaha; brand; merek; nama toko; nama badan usaha; "
        "business name; business; company",
        "Keripik Pisang Contoh",
        30,
    ),
    Column(
        "kind",
        _l("Kind"),
        _l("UMKM, IKM, cooperative, village enterprise or exhibitor. Empty is UMKM."),
        "jenis; bentuk usaha; jenis peserta; jenis badan usaha; kind; type",
        "UMKM",
        14,
    ),
    Column(
        "nib",
        _l("NIB"),
        _l("13 digits, from OSS. Format the column as text, so that no digit is lost."),
        "nib; nomor induk berusaha; no nib; nomor nib",
        "9120001234567",
        18,
    ),
    Column(
        "npwp",
        _l("NPWP of the organisation"),
        _l("15 or 16 digits. Leave it empty for a person, whose NPWP is the NIK."),
        "npwp; no npwp; nomor npwp; tax number; npwp badan",
        "",
        20,
    ),
    Column(
        "owner_name",
        _l("Owner"),
        _l("Name of the owner or person in charge."),
        "pemilik; nama pemilik; owner; nama pengusaha; penanggung jawab; nama lengkap; pic; "
        "nama pic; owner name",
        "Siti Contoh",
        22,
    ),
    Column(
        "size_class",
        _l("Size"),
        _l("Micro, small, medium or large, by PP 7/2021."),
        "skala; skala usaha; ukuran; ukuran usaha; kelas usaha; klasifikasi; size",
        "mikro",
        10,
    ),
    Column(
        "sector",
        _l("Sector"),
        _l(
            "Food, drink, fashion, craft, beauty, home, agro, service, digital, finance,"
            " government or other."
        ),
        "bidang; sektor; kategori; bidang usaha; jenis usaha; kategori produk; kategori "
        "usaha; sector; category",
        "makanan",
        14,
    ),
    Column(
        "address",
        _l("Street address"),
        _l("Street, number, village, district."),
        "alamat; alamat usaha; alamat lengkap; alamat jalan; address; street address",
        "Jl. Contoh No. 1",
        34,
    ),
    Column(
        "city",
        _l("City or regency"),
        _l("Such as Kota Metro or Kabupaten Pesawaran."),
        "kota; kabupaten; kabupaten kota; kab kota; kota kabupaten; kota atau kabupaten; "
        "city; regency; city or regency",
        "Kota Metro",
        20,
    ),
    Column(
        "province_code",
        _l("Province"),
        _l("Its name, such as Lampung."),
        "provinsi; propinsi; province",
        "Lampung",
        18,
    ),
    Column(
        "phone",
        _l("Phone"),
        _l("08…, 62… or +62…; landlines with their area code."),
        "telepon; no telepon; nomor telepon; telp; no telp; hp; no hp; nomor hp; handphone; "
        "no handphone; phone; mobile; kontak; contact",
        "0812 3456 7890",
        18,
    ),
    Column(
        "whatsapp",
        _l("WhatsApp"),
        _l("Where it differs from the phone."),
        "whatsapp; wa; no wa; nomor wa; nomor whatsapp; no whatsapp",
        "",
        18,
    ),
    Column(
        "email",
        _l("Email"),
        _l("One address."),
        "email; e mail; surel; alamat email; email address; alamat surel",
        "siti@contoh.id",
        24,
    ),
    Column(
        "instagram",
        _l("Instagram"),
        _l("Name of the account or its address."),
        "instagram; ig; akun instagram; media sosial; medsos; sosmed",
        "@keripik.contoh",
        20,
    ),
    Column(
        "website",
        _l("Website or shop"),
        _l("Web address of the shop, or of its page at a marketplace."),
        "website; situs; situs web; web; marketplace; toko online; toko daring; link toko; "
        "tautan toko; url; website atau toko; website or shop",
        "https://keripik.contoh.id",
        28,
    ),
    Column(
        "about",
        _l("About the business"),
        _l("A few sentences: what it makes, since when."),
        "tentang; tentang usaha; deskripsi; keterangan; profil; produk; produk utama; nama "
        "produk; about; description; products; about the business",
        "Keripik pisang kepok, dibuat sejak 2015.",
        40,
    ),
)
BY_FIELD: Mapping[str, Column] = {column.field: column for column in COLUMNS}


def read_sheet(source: Path, target: Path) -> None:
    """Write the rows of an uploaded XLSX or CSV file into ``target``, as lines of JSON.

    Raises:
        CannotRead: it is neither, damaged, too large, or needs too much memory or time.
    """
    command = [sys.executable, "-P", sheet_process.__file__, str(source), str(target)]
    try:
        done = subprocess.run(  # noqa: S603 - our own program, with paths that we made up
            [*command, str(MOST_ROWS)],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            timeout=SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise CannotRead(
            _("The file takes too long to read. Save it again as XLSX or CSV.")
        ) from error
    if done.returncode == sheet_process.TOO_LARGE:
        raise CannotRead(
            _(
                "The file is too large: at most %(count)s rows. Divide it.",
                count=f"{MOST_ROWS:,}".replace(",", "."),
            )
        )
    if done.returncode != 0:
        raise CannotRead(_("We cannot read this file. Save it as XLSX or CSV, with one sheet."))


def iter_rows(path: Path) -> Iterator[tuple[int, list[str]]]:
    """The rows below the head of a read sheet that are not empty, with their number in it."""
    skipped = find_head(path)[0] + 1
    with path.open(encoding="utf-8") as lines:
        for number, line in enumerate(lines, 1):
            if number <= skipped:
                continue
            row: list[str] = json.loads(line)
            if any(cell.strip() for cell in row):
                yield number, row


def find_head(path: Path) -> tuple[int, list[str]]:
    """Where the head stands (from 0), and its cells: the first row that names most columns.

    Raises:
        CannotRead: there is nothing in the sheet.
    """
    best: tuple[int, int, list[str]] | None = None
    with path.open(encoding="utf-8") as lines:
        for number, line in zip(range(HEAD_AMONG), lines, strict=False):
            row = [" ".join(str(cell).split())[:80] for cell in json.loads(line)]
            known = sum(1 for field in guess_matching(row) if field)
            filled = sum(1 for cell in row if cell)
            if filled and (best is None or known > best[0]):
                best = (known, number, row)
    if best is None:
        raise CannotRead(_("There is nothing in this file."))
    head = list(best[2])
    while head and not head[-1]:
        head.pop()
    return best[1], head


def guess_matching(head: Sequence[str]) -> list[str]:
    """For each cell of a head the field it most likely stands for; "" where none does.

    The whole text of the head counts first, then its beginning (``NIB (13 digit)``).
    """
    known = _known_words()
    keys = [_key(cell) for cell in head]
    found = [known.get(key, "") for key in keys]
    taken = set()
    for number, field in enumerate(found):
        if field in taken:
            found[number] = ""
        taken.add(field)
    for number, key in enumerate(keys):
        if found[number] or not key:
            continue
        starts = [word for word in known if len(word) > 2 and key.startswith(f"{word} ")]
        if starts and known[max(starts, key=len)] not in taken:
            found[number] = known[max(starts, key=len)]
            taken.add(found[number])
    return found


def build_template() -> bytes:
    """The bytes of an XLSX file to fill in, in the reader's language, with an example row."""
    from xlsxwriter import Workbook  # Only this page needs it.

    from gernas.businesses.export import SAFE

    out = io.BytesIO()
    book = Workbook(out, SAFE)
    head = book.add_format({"bold": True, "bottom": 2, "text_wrap": True, "bg_color": "#f1e9de"})
    plain = book.add_format({"num_format": "@"})  # text, so that no digit is lost
    pale = book.add_format({"num_format": "@", "italic": True, "font_color": "#5c4c43"})
    wrapped = book.add_format({"text_wrap": True, "valign": "top"})
    sheet = book.add_worksheet(_("Businesses"))
    notes = book.add_worksheet(_("Explanations"))
    notes.set_column(0, 0, 26)
    notes.set_column(1, 1, 80)
    notes.write_string(0, 0, _("Column"), head)
    notes.write_string(0, 1, _("What it means"), head)
    for number, column in enumerate(COLUMNS):
        sheet.set_column(number, number, column.width, plain)
        sheet.write_string(0, number, str(column.title), head)
        sheet.write_string(1, number, column.example, pale)
        notes.write_string(number + 1, 0, str(column.title), wrapped)
        notes.write_string(number + 1, 1, str(column.meaning), wrapped)
    last = len(COLUMNS) + 2
    notes.write_string(last, 0, _("Example"), wrapped)
    notes.write_string(
        last, 1, _("Row 2 of the first sheet is an example. Write over it."), wrapped
    )
    sheet.freeze_panes(1, 1)
    book.close()
    return out.getvalue()


def is_example(values: Mapping[str, str]) -> bool:
    """Whether a row is the template's example, left where it was."""
    return values.get("name") == BY_FIELD["name"].example and values.get("email") in (
        BY_FIELD["email"].example,
        "",
        None,
    )


def _known_words() -> dict[str, str]:
    known: dict[str, str] = {}
    for column in COLUMNS:
        for word in column.words.split("; "):
            known.setdefault(_key(word), column.field)
    for language in ("id", "en"):
        _add_titles(known, language)
    return known


def _add_titles(known: dict[str, str], language: str) -> None:
    def add() -> None:
        for column in COLUMNS:
            known.setdefault(_key(str(column.title)), column.field)

    if language == get_language():
        add()
    else:
        with force_locale(language):
            add()


def _key(text: str) -> str:
    return _NOT_IN_A_KEY.sub(" ", text.lower()).strip()


Guess = Callable[[Sequence[str]], list[str]]
