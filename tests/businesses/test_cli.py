"""``gernas import umkm``: the same rules without a browser."""

from pathlib import Path

from flask import Flask
from sqlalchemy import select

from gernas.businesses.models import Business
from gernas.core.database import db
from tests.businesses.test_import import good, xlsx


def run(app: Flask, *arguments: str) -> tuple[int, str]:
    result = app.test_cli_runner().invoke(args=["import", "umkm", *arguments])
    return result.exit_code, result.output


def test_a_file_is_taken_in(app: Flask, tmp_path: Path) -> None:
    file = tmp_path / "daftar.xlsx"
    file.write_bytes(xlsx([good(1), good(2)]).getvalue())

    looked = run(app, str(file), "--look")
    code, text = run(app, str(file))

    assert looked[0] == 0
    assert (code, "2 rows: 2 right, 0 known, 0 not right" in text) == (0, True)
    with app.app_context():
        assert len(db.session.scalars(select(Business)).all()) == 2


def test_bad_rows_are_named_and_stop_it_unless_skipped(app: Flask, tmp_path: Path) -> None:
    file = tmp_path / "daftar.xlsx"
    file.write_bytes(xlsx([good(1), ["", *good(2)[1:]]]).getvalue())

    code, text = run(app, str(file))
    with app.app_context():
        before = len(db.session.scalars(select(Business)).all())
    skipped, _text = run(app, str(file), "--skip-bad")

    assert (code, before, skipped) == (1, 0, 0)
    assert "daftar.xlsx:3: Nama usaha belum ada." in text
    with app.app_context():
        assert len(db.session.scalars(select(Business)).all()) == 1


def test_what_is_no_spreadsheet_says_so(app: Flask, tmp_path: Path) -> None:
    file = tmp_path / "foto.png"
    file.write_bytes(b"\x89PNG" + bytes(range(256)) * 4)

    code, text = run(app, str(file))

    assert code == 1
    assert "Berkas ini tidak dapat kami baca" in text
