"""``gernas import umkm FILE``: take businesses in from a spreadsheet, without a browser."""

import sys
from pathlib import Path

import click
from flask.cli import with_appcontext

from gernas.businesses.errors import CannotRead
from gernas.businesses.models import BusinessImport, ImportState
from gernas.businesses.services import start_import, take_import
from gernas.businesses.sheets import BY_FIELD
from gernas.core.database import db, transaction
from gernas.core.errors import GernasError
from gernas.core.jobs import run_job


@click.group("import")
def import_group() -> None:
    """Take rows in from files."""


@import_group.command("umkm")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--skip-bad", is_flag=True, help="Take in the rows that are right, skip the others.")
@click.option("--look", is_flag=True, help="Only say what would happen.")
@with_appcontext
def import_umkm(file: Path, skip_bad: bool, look: bool) -> None:
    """Take in the businesses of FILE (XLSX or CSV): all rows or none. Exits with 1 if none."""
    try:
        row = _read(file)
        _tell(row)
        if not look:
            row = _take(row, skip_bad=skip_bad)
            click.echo(f"{row.added_count} added; take them back under /kelola/usaha/impor")
    except GernasError as error:
        click.echo(f"gernas: {error.message}", err=True)
        sys.exit(1)


def _read(file: Path) -> BusinessImport:
    with transaction(), file.open("rb") as stream:
        row = start_import(stream, file.name, by=None)
    return _work(row)


def _take(row: BusinessImport, *, skip_bad: bool) -> BusinessImport:
    with transaction():
        take_import(db.session.get_one(BusinessImport, row.id), skip_bad=skip_bad)
    return _work(row)


def _work(row: BusinessImport) -> BusinessImport:
    """Do the import's job here, unless a worker is faster; returns the row as it is then."""
    job_id, row_id = _fresh(row.id).job_id, row.id
    db.session.rollback()
    run_job(job_id or 0)
    row = _fresh(row_id)
    if row.state == ImportState.FAILED:
        raise CannotRead(row.error or "")
    return row


def _fresh(row_id: int) -> BusinessImport:
    db.session.rollback()
    db.session.expire_all()
    return db.session.get_one(BusinessImport, row_id)


def _tell(row: BusinessImport) -> None:
    for head, field in zip(row.columns, row.matching, strict=False):
        click.echo(f"{head or '-'}: {BY_FIELD[field].title if field else '-'}")
    for problem in row.problems:
        click.echo(f"{row.file_label}:{problem['row']}: {problem['text']}")
    counts = (row.row_count, row.good_count, row.known_count, row.bad_count)
    click.echo("{} rows: {} right, {} known, {} not right".format(*counts))
