"""Spreadsheets on their way in: read safely, matched, looked at, taken in, taken back."""

import csv
import io
import random
import zipfile
from collections.abc import Iterable, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import python_calamine
from flask import Flask
from flask_babel import force_locale
from sqlalchemy import func, select
from xlsxwriter import Workbook

from gernas.businesses.errors import CannotRead, ImportBusy, ImportHasErrors, TooLateToUndo
from gernas.businesses.models import (
    Business,
    BusinessImport,
    CaseState,
    ImportState,
    MergeCase,
    SalesChannel,
)
from gernas.businesses.registries import register_use
from gernas.businesses.rows import read_row
from gernas.businesses.services import (
    edit_business,
    imports,
    match_columns,
    start_import,
    take_import,
    undo_import,
)
from gernas.businesses.sheets import (
    COLUMNS,
    build_template,
    find_head,
    guess_matching,
    iter_rows,
    read_sheet,
)
from gernas.core import clock
from gernas.core.database import db, transaction
from gernas.core.jobs import Run, sweep
from gernas.core.permissions import Role
from tests.businesses.conftest import again, make_business
from tests.businesses.test_people_and_consents import do
from tests.factories import make_user

HEAD = ["Nama Usaha", "NIB", "No. HP", "Kab/Kota", "Provinsi", "Kategori"]


def xlsx(rows: Iterable[Sequence[Any]], head: Sequence[str] = HEAD) -> io.BytesIO:
    out = io.BytesIO()
    book = Workbook(out, {"in_memory": True})
    sheet = book.add_worksheet()
    for at, row in enumerate([head, *rows]):
        for number, value in enumerate(row):
            if isinstance(value, str):
                sheet.write_string(at, number, value)
            elif value is not None:
                sheet.write_number(at, number, value)
    book.close()
    out.seek(0)
    return out


def good(number: int) -> list[Any]:
    """A row that is right, unlike the others of a file."""
    letters = "".join(random.Random(number).choices("abcdefghijklmnoprstuw", k=12))
    return [
        f"Usaha {letters}",
        f"91200{number:08}",
        f"0812{10_000_000 + number}",
        "Kota Metro",
        "Lampung",
        "Makanan",
    ]


def start(stream: io.BytesIO, label: str = "usaha.xlsx", by: Any = None) -> BusinessImport:
    """Upload a file and let the worker read it."""
    with transaction():
        row = start_import(stream, label, by=by)
    sweep()
    return fresh(row)


def fresh(row: BusinessImport) -> BusinessImport:
    db.session.rollback()
    db.session.expire_all()
    return db.session.get_one(BusinessImport, row.id)


def take(row: BusinessImport, *, skip_bad: bool = False) -> BusinessImport:
    do(take_import, row, skip_bad=skip_bad)
    sweep()
    return fresh(row)


def count_businesses() -> int:
    return db.session.scalar(select(func.count()).select_from(Business)) or 0


def texts(row: BusinessImport) -> list[tuple[int, str, str]]:
    return [(one["row"], one["field"], one["text"]) for one in row.problems]


# --- Reading ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "label"),
    [
        ("Nama;Kota\nKopi Méi;Metro\n".encode(), "utf-8"),
        ("Nama;Kota\nKopi Méi;Metro\n".encode("utf-8-sig"), "utf-8 with a mark"),
        ("Nama,Kota\r\nKopi Méi,Metro\r\n".encode("cp1252"), "Windows"),
        ("Nama\tKota\nKopi Méi\tMetro\n".encode("utf-16"), "Excel's Unicode text"),
    ],
)
def test_csv_is_read_however_it_was_saved(tmp_path: Path, content: bytes, label: str) -> None:
    source, target = tmp_path / "a", tmp_path / "b"
    source.write_bytes(content)

    read_sheet(source, target)

    assert list(iter_rows(target)) == [(2, ["Kopi Méi", "Metro"])], label


def test_numbers_keep_their_digits_or_say_that_they_lost_some(tmp_path: Path) -> None:
    source, target = tmp_path / "a", tmp_path / "b"
    rows = [["A", 9120001234567, 81234567890, 1871010101900001]]
    source.write_bytes(xlsx(rows, ["Nama", "NIB", "HP", "NPWP"]).getvalue())

    read_sheet(source, target)

    cells = next(iter_rows(target))[1]
    assert cells[:3] == ["A", "9120001234567", "81234567890"]
    assert cells[3].startswith("≈")


def _sparse() -> bytes:
    """A small sheet with the cells A1 and XFD1048576 (tafia/calamine#693)."""
    sheet = (
        '<?xml version="1.0"?><worksheet xmlns="http://schemas.openxmlformats.org/'
        'spreadsheetml/2006/main"><sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>a</t></is>'
        '</c></row><row r="1048576"><c r="XFD1048576" t="inlineStr"><is><t>b</t></is></c></row>'
        "</sheetData></worksheet>"
    )
    out = io.BytesIO()
    with (
        zipfile.ZipFile(xlsx([good(1)])) as whole,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made,
    ):
        for part in whole.infolist():
            is_sheet = part.filename == "xl/worksheets/sheet1.xml"
            made.writestr(part.filename, sheet if is_sheet else whole.read(part))
    return out.getvalue()


def _bomb(parts: int, size: int) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        for number in range(parts):
            made.writestr(f"xl/{number}.xml", b"\0" * size)
    return out.getvalue()


@pytest.mark.parametrize(
    "content",
    [
        _sparse(),
        _bomb(1, 60_000_000),
        _bomb(1_100, 1),
        b"PK\x03\x04 not a zip",
        b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 8,
        b"\xff\xfe" + b"\x00\xd8" * 50,
    ],
    ids=["sparse", "bomb", "parts", "no zip", "picture", "surrogates"],
)
def test_hostile_files_end_their_own_process_only(tmp_path: Path, content: bytes) -> None:
    """ASVS 1.5.1, 5.2.3."""
    source, target = tmp_path / "a", tmp_path / "b"
    source.write_bytes(content)

    with force_locale("en"), pytest.raises(CannotRead, match=r"^(We cannot read|The file is too)"):
        read_sheet(source, target)


def test_a_file_of_more_rows_than_we_take_is_refused(
    context: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from gernas.businesses import sheets

    monkeypatch.setattr(sheets, "MOST_ROWS", 10)
    source, target = tmp_path / "a", tmp_path / "b"
    source.write_text("Nama\n" + "A\n" * 50)

    with pytest.raises(CannotRead, match="terlalu besar"):
        read_sheet(source, target)


def test_a_file_that_takes_too_long_is_given_up(
    context: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from gernas.businesses import sheets

    monkeypatch.setattr(sheets, "SECONDS", 0.001)
    source, target = tmp_path / "a", tmp_path / "b"
    source.write_text("Nama\nA\n")

    with pytest.raises(CannotRead, match="terlalu lama"):
        read_sheet(source, target)


# --- Matching ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("head", "fields"),
    [
        (HEAD, ["name", "nib", "phone", "city", "province_code", "sector"]),
        (["Business name", "Owner", "Phone", "Email"], ["name", "owner_name", "phone", "email"]),
        (["No", "NAMA UMKM", "No WA", "Alamat"], ["", "name", "whatsapp", "address"]),
        (["NIB (13 digit)", "Nama Usaha *"], ["nib", "name"]),
        (["Produk", "Deskripsi"], ["about", ""]),  # each field once
        ([str(column.title) for column in COLUMNS], [column.field for column in COLUMNS]),
    ],
)
def test_columns_are_guessed_from_their_heads(
    context: Flask, head: list[str], fields: list[str]
) -> None:
    assert guess_matching(head) == fields


def test_a_title_above_the_head_is_passed_over(context: Flask, tmp_path: Path) -> None:
    source, target = tmp_path / "a", tmp_path / "b"
    rows = ["DAFTAR UMKM BINAAN;;", ";;", "Nama Usaha;NIB;Kota", "Kopi;;Metro"]
    source.write_text("\n".join(rows))
    read_sheet(source, target)

    assert find_head(target) == (2, ["Nama Usaha", "NIB", "Kota"])
    assert list(iter_rows(target)) == [(4, ["Kopi", "", "Metro"])]


@pytest.mark.parametrize("language", ["id", "en"])
def test_the_template_is_understood_without_any_matching(context: Flask, language: str) -> None:
    with force_locale(language):
        template = build_template()

    row = start(io.BytesIO(template))

    assert row.matching == [column.field for column in COLUMNS]
    assert (row.state, row.row_count) == (ImportState.READY, 0)  # its example is no row


def test_a_filled_in_template_is_taken_in(context: Flask) -> None:
    book = python_calamine.load_workbook(io.BytesIO(build_template()))
    head = [str(cell) for cell in book.get_sheet_by_index(0).to_python()[0]]
    values = {
        "name": "Kopi Way Kanan",
        "kind": "IKM",
        "nib": "0220001234567",
        "npwp": "01.234.567.8-901.000",
        "owner_name": "Pak Budi",
        "size_class": "Usaha Kecil",
        "sector": "Minuman",
        "address": "Jl. Kopi 1",
        "city": "Kab. Way Kanan",
        "province_code": "lampung",
        "phone": "0812 3456 7890 / 0721-123456",
        "whatsapp": "-",
        "email": "budi@contoh.id",
        "instagram": "https://instagram.com/kopi.wk",
        "website": "shopee.co.id/kopiwk",
        "about": "Kopi robusta\nsejak 2010.",
    }
    row = start(xlsx([[values[column.field] for column in COLUMNS]], head))
    assert texts(row) == []

    take(row)

    one = db.session.scalars(select(Business)).one()
    assert (one.kind, one.size_class, one.sector, one.province_code) == (
        "ikm",
        "small",
        "drink",
        "ID-LA",
    )
    assert (one.nib, one.npwp) == ("0220001234567", "0012345678901000")
    assert (one.phone, one.whatsapp) == ("+6281234567890", "+62721123456")
    assert (one.social, one.website) == ({"instagram": "kopi.wk"}, None)
    assert db.session.scalars(select(SalesChannel.url)).all() == ["https://shopee.co.id/kopiwk"]
    assert (one.version, one.shown_in_catalogue, one.slug) == (1, False, "kopi-way-kanan")


# --- Looking ----------------------------------------------------------------------------------


def test_each_row_that_is_not_right_is_told_in_words(context: Flask) -> None:
    rows = [
        good(1),
        ["", *good(2)[1:]],
        [*good(3)[:1], "912000123456", *good(3)[2:]],
        [*good(4)[:2], "telepon", *good(4)[3:]],
        [*good(5)[:4], "Atlantis", "Makanan"],
        good(1),
        [*good(7)[:1], 1871010101900001, *good(7)[2:]],
    ]

    row = start(xlsx(rows))

    assert (row.row_count, row.good_count, row.bad_count) == (7, 1, 6)
    assert texts(row) == [
        (3, "name", "Nama usaha belum ada."),
        (
            4,
            "nib",
            "NIB harus 13 angka. Yang Anda tulis baru 12. Bila diawali 0, jadikan kolomnya teks.",
        ),
        (5, "phone", "Nomor telepon ini tidak kami kenali. Tulis seperti 0812 3456 7890."),
        (6, "province_code", "“Atlantis” bukan nama provinsi."),
        (7, "", "Usaha ini sama dengan baris 2."),
        (8, "nib", "Lembar kerja membulatkan nomor ini. Jadikan kolomnya teks."),
    ]
    assert count_businesses() == 0


def test_what_is_in_the_list_already_is_left_out(context: Flask) -> None:
    make_business(nib=good(1)[1])
    make_business(name=good(2)[0], city="METRO", province_code="ID-LA")

    row = start(xlsx([good(1), good(2), good(3)]))
    row = take(row)

    assert (row.known_count, row.added_count, count_businesses()) == (2, 1, 3)


def test_another_matching_is_looked_at_anew(context: Flask) -> None:
    row = start(xlsx([["Kopi", "Teh"]], ["Judul", "Nama Usaha"]))
    assert row.matching == ["", "name"]

    do(match_columns, row, ["name", ""], skip_bad=False)
    sweep()
    take(fresh(row))

    assert db.session.scalars(select(Business.name)).all() == ["Kopi"]


@pytest.mark.parametrize(
    "text", ["=1+1", "=cmd|' /C calc'!A0", "{{7*7}}", "<script>", "\u202eevil"]
)
def test_what_cells_say_stays_text(context: Flask, text: str) -> None:
    take(start(xlsx([[text, *good(1)[1:]]])))

    name = db.session.scalars(select(Business.name)).one()
    assert name == text.replace("\u202e", "")


def test_sentences_are_in_the_language_of_who_uploads(context: Flask) -> None:
    user = make_user(Role.ADMINISTRATOR, language="en")

    row = start(xlsx([["", *good(1)[1:]]]), by=user)

    assert texts(row) == [(2, "name", "The business name is missing.")]


def test_a_file_that_cannot_be_read_says_why(context: Flask) -> None:
    row = start(io.BytesIO(b"\x89PNG" + bytes(range(256)) * 4))

    assert row.state == ImportState.FAILED
    assert (
        row.error
        == "Berkas ini tidak dapat kami baca. Simpan sebagai XLSX atau CSV, dengan satu lembar."
    )


# --- Taking in --------------------------------------------------------------------------------


def test_all_rows_or_none(context: Flask) -> None:
    row = start(xlsx([good(1), ["", *good(2)[1:]]]))

    with pytest.raises(ImportHasErrors):
        take(row, skip_bad=False)

    assert (fresh(row).state, count_businesses()) == (ImportState.READY, 0)


def test_bad_rows_can_be_skipped(context: Flask) -> None:
    row = take(start(xlsx([good(1), ["", *good(2)[1:]], good(3)])), skip_bad=True)

    assert (row.state, row.added_count, count_businesses()) == (ImportState.DONE, 2, 2)


def test_a_row_that_became_bad_since_it_was_looked_at_stops_all_or_none(context: Flask) -> None:
    """Nothing is written; the file is looked at once more."""
    row = start(xlsx([good(1), good(2)]))
    do(take_import, row, skip_bad=False)
    path = imports.get_folder() / row.file
    rows = path.with_suffix(".rows")
    rows.write_text(rows.read_text() + '["", "", "", "", "", "x"]\n')

    sweep()

    assert (fresh(row).state, count_businesses()) == (ImportState.READING, 0)


def test_a_worker_that_dies_goes_on_where_it_stopped(
    context: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No row twice, none lost."""
    monkeypatch.setattr(imports, "BATCH", 3)
    row = start(xlsx([good(number) for number in range(10)]))
    do(take_import, row, skip_bad=False)

    class Killed(Exception):
        pass

    class Dying(Run):
        def progress(self, done: int, of: int) -> None:
            if done >= 6:
                raise Killed

    with pytest.raises(Killed):
        imports.take_rows(row.id, Dying(0))
    half = fresh(row).added_count
    imports.take_rows(row.id, Quiet(0))

    assert (half, fresh(row).added_count, count_businesses()) == (6, 10, 10)
    assert len(set(db.session.scalars(select(Business.nib)))) == 10


class Quiet(Run):
    def progress(self, done: int, of: int) -> None:
        pass


def test_a_job_that_runs_again_after_the_end_does_nothing(context: Flask) -> None:
    row = take(start(xlsx([good(1)])))

    imports.take_rows(row.id, Quiet(0))
    imports.read_import(row.id, Quiet(0))

    assert (fresh(row).state, count_businesses()) == (ImportState.DONE, 1)


def test_an_import_is_begun_once(context: Flask) -> None:
    row = start(xlsx([good(1)]))
    do(take_import, row, skip_bad=False)

    with pytest.raises(ImportBusy):
        do(take_import, row, skip_bad=False)


def test_new_records_that_look_like_others_become_cases(context: Flask) -> None:
    old = make_business(name="Kopi Way Kanan Jaya", city="Kota Metro")

    take(start(xlsx([["Kopi Waykanan Jaya", *good(1)[1:]], good(2)])))

    case = db.session.scalars(select(MergeCase)).one()
    assert (case.first_id, case.reasons, case.state) == (old.id, ["name"], CaseState.OPEN)


def test_what_was_uploaded_does_not_stay_behind(context: Flask) -> None:
    """ASVS 14.2.4: neither the file nor its first rows."""
    row = take(start(xlsx([good(1)])))

    left = [path.name for path in imports.get_folder().glob(f"{Path(row.file).stem}*")]
    assert (left, row.sample, row.problems) == ([], [], [])


def test_a_forgotten_upload_goes_after_a_week(
    context: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = start(xlsx([good(1)]))
    path = imports.get_folder() / row.file
    real = clock.now
    monkeypatch.setattr(imports, "now", lambda: real() + timedelta(days=8))

    with transaction():
        number = imports.forget_old_imports()

    assert (number, path.exists()) == (1, False)


# --- Taking back ------------------------------------------------------------------------------


def test_an_import_is_taken_back_whole(context: Flask) -> None:
    other = make_business()
    row = take(start(xlsx([good(1), good(2)])))

    kept = do(undo_import, row, by=None)

    assert (kept, fresh(row).state) == (0, ImportState.UNDONE)
    assert db.session.scalars(select(Business.id)).all() == [other.id]


@pytest.mark.usefixtures("registry")
def test_what_is_in_use_or_was_edited_stays(context: Flask) -> None:
    row = take(start(xlsx([good(1), good(2), good(3)])))
    ids = list(db.session.scalars(select(Business.id).order_by(Business.id)))
    do(edit_business, again_by(ids[0]), {"city": "Kota Lain"}, version=None, by=None)
    register_use(lambda asked: {ids[1]} & set(asked))

    kept = do(undo_import, row, by=None)

    assert kept == 2
    assert list(db.session.scalars(select(Business.id).order_by(Business.id))) == ids[:2]


def again_by(business_id: int) -> Business:
    return again(db.session.get_one(Business, business_id))


def test_an_import_is_taken_back_within_a_week(
    context: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = take(start(xlsx([good(1)])))
    real = clock.now
    monkeypatch.setattr(imports, "now", lambda: real() + timedelta(days=7, seconds=1))

    with pytest.raises(TooLateToUndo):
        do(undo_import, row, by=None)


def test_a_cell_with_several_numbers_gives_two(context: Flask) -> None:
    row = read_row(2, ["A", "0812 3456 7890; 0721 123456"], ["name", "phone"])

    assert (row.values["phone"], row.values["whatsapp"]) == ("+6281234567890", "+62721123456")


def test_a_csv_of_another_program_is_taken_in(context: Flask) -> None:
    out = io.StringIO()
    csv.writer(out, delimiter=";").writerows([HEAD, good(1)])

    row = take(start(io.BytesIO(out.getvalue().encode()), "daftar.csv"))

    assert (row.added_count, row.file_label) == (1, "daftar.csv")
