"""Spreadsheets of businesses: taken, read, matched, looked at, taken in, and taken back.

The file is read once, by a process of its own (``sheets.py``), into lines beside it; checking and
taking in go over those lines in batches, so memory stays flat and no writer waits for long.
"""

import secrets
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import IO, Any

from flask import current_app
from flask_babel import gettext as _
from sqlalchemy import delete, insert, select, update

from gernas.accounts.models import User
from gernas.audit.services import record
from gernas.businesses.access import By
from gernas.businesses.errors import (
    CannotRead,
    ImportBusy,
    ImportHasErrors,
    NothingToImport,
    TooLateToUndo,
)
from gernas.businesses.likeness import find_twins_of_many
from gernas.businesses.models import (
    UNDO_MERGE_WITHIN,
    Business,
    BusinessImport,
    BusinessPerson,
    Certificate,
    Consent,
    ImportState,
    Product,
    SalesChannel,
)
from gernas.businesses.registries import find_in_use
from gernas.businesses.rows import Problem, ReadRow, read_row
from gernas.businesses.services.changing import open_cases
from gernas.businesses.sheets import (
    BY_FIELD,
    SAMPLE_ROWS,
    find_head,
    guess_matching,
    is_example,
    iter_rows,
    read_sheet,
)
from gernas.businesses.values import city_key
from gernas.core.clock import now
from gernas.core.database import after_commit, db, lock, transaction
from gernas.core.errors import NotAllowed
from gernas.core.jobs import Run, enqueue
from gernas.core.permissions import ALL, Permission, may_anywhere
from gernas.core.text import is_slug, safe_filename, slugify

BATCH = 500
MOST_PROBLEMS = 300  # kept and shown; the rest is counted
READ, TAKE = "read_businesses", "take_businesses"
_COLUMNS = tuple(column.key for column in Business.__table__.columns)


@dataclass
class Tally:
    """What a pass over the rows found."""

    rows: int = 0
    good: int = 0
    known: int = 0
    bad: int = 0
    problems: list[dict[str, Any]] = field(default_factory=list)

    def note(self, row: ReadRow) -> None:
        self.bad += 1
        room = MOST_PROBLEMS - len(self.problems)
        self.problems += [
            {"row": row.number, "field": one.field, "text": one.text}
            for one in row.problems[: max(room, 0)]
        ]


def start_import(stream: IO[bytes], label: str, *, by: By) -> BusinessImport:
    """Keep an uploaded file and have it read; ``stream`` is no larger than an upload may be.

    Raises:
        NotAllowed
        CannotRead: the file is empty.
    """
    if by is not None and not may_anywhere(by, Permission.IMPORT_BUSINESSES):
        raise NotAllowed(_("Your role does not allow this."))
    name = f"{secrets.token_urlsafe(16)}.table"
    folder = get_folder()
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / name
    size = path.write_bytes(stream.read())
    if not size:
        path.unlink()
        raise CannotRead(_("There is nothing in this file."))
    row = BusinessImport(
        file=name,
        file_label=safe_filename(label, default="usaha.xlsx"),
        state=ImportState.READING,
        created_at=now(),
        created_by_id=by.id if by else None,
    )
    db.session.add(row)
    db.session.flush()
    row.job_id = enqueue(READ, by=row.created_by_id, import_id=row.id).id
    return row


def match_columns(row: BusinessImport, matching: Sequence[str], *, skip_bad: bool) -> None:
    """Say what the columns mean, and have the rows looked at again.

    Raises:
        ImportBusy: it is being read, or is over.
    """
    row = lock(row)
    if row.state != ImportState.READY:
        raise ImportBusy
    chosen: list[str] = []
    for name in matching[: len(row.columns)]:
        chosen.append(name if name in BY_FIELD and name not in chosen else "")
    row.skip_bad = skip_bad
    if chosen == row.matching:
        return
    row.matching, row.state = chosen, ImportState.READING
    row.job_id = enqueue(READ, by=row.created_by_id, import_id=row.id).id


def take_import(row: BusinessImport, *, skip_bad: bool) -> None:
    """Take the rows in, by a job: all of them or none, or all but the bad ones.

    Raises:
        ImportBusy, NothingToImport
        ImportHasErrors: some rows are bad, and they are not to be skipped.
    """
    row = lock(row)
    if row.state != ImportState.READY:
        raise ImportBusy
    if not row.good_count:
        raise NothingToImport
    if row.bad_count and not skip_bad:
        raise ImportHasErrors
    row.skip_bad, row.state, row.done_rows, row.added_count = skip_bad, ImportState.RUNNING, 0, 0
    row.job_id = enqueue(TAKE, by=row.created_by_id, import_id=row.id).id


def undo_import(row: BusinessImport, *, by: By) -> int:
    """Remove what an import added, within 7 days; returns how many records had to stay.

    Records that someone changed since, or that registered, stay.

    Raises:
        TooLateToUndo
    """
    row = lock(row)
    is_late = row.finished_at is None or now() - row.finished_at > UNDO_MERGE_WITHIN
    if row.state != ImportState.DONE or is_late:
        raise TooLateToUndo
    kept = _remove_added(row.id)
    row.state, row.undone_at = ImportState.UNDONE, now()
    counts = {"removed": row.added_count - kept, "kept": kept}
    record("import.undone", row, by=by, before={}, after=counts, scopes=(ALL,), label="")
    return kept


def drop_import(row: BusinessImport) -> None:
    """Forget an import that was not taken in, with its file.

    Raises:
        ImportBusy: it is under way, or its rows are in.
    """
    row = lock(row)
    if row.state not in (ImportState.READY, ImportState.FAILED):
        raise ImportBusy
    if row.added_count:
        raise ImportBusy
    file = row.file
    after_commit(lambda: _drop_files(file))
    db.session.delete(row)
    db.session.flush()


def forget_old_imports() -> int:
    """Drop files of imports that nobody went on with for a week; returns how many."""
    rows = select(BusinessImport).where(
        BusinessImport.state.in_((ImportState.READY, ImportState.READING, ImportState.FAILED)),
        BusinessImport.created_at < now() - UNDO_MERGE_WITHIN,
        BusinessImport.added_count == 0,
    )
    old = db.session.scalars(rows).all()
    files = [row.file for row in old]
    for row in old:
        db.session.delete(row)
    db.session.flush()
    after_commit(lambda: _drop_files(*files))
    return len(old)


# --- What the jobs do -------------------------------------------------------------------------


def read_import(import_id: int, run: Run) -> None:
    """Read the file, guess what its columns mean, and look at each row."""
    row = db.session.get(BusinessImport, import_id)
    if row is None or row.state != ImportState.READING:
        return
    file, matching = row.file, list(row.matching)
    db.session.rollback()
    path = get_folder() / file
    rows_path = path.with_suffix(".rows")
    try:
        if not rows_path.exists():
            read_sheet(path, rows_path)
        head = find_head(rows_path)[1]
    except CannotRead as error:
        _fail(import_id, error.message)
        return
    except OSError:
        _fail(import_id, _("The file is no longer here. Upload it again."))
        return
    if len(matching) != len(head):
        matching = guess_matching(head)
    tally = _look_through(rows_path, matching, run)
    sample = [cells[: len(head)] for _number, cells in islice(iter_rows(rows_path), SAMPLE_ROWS)]
    with transaction():
        row = db.session.get_one(BusinessImport, import_id)
        row.columns, row.matching = head, matching
        row.sample = [[cell[:80] for cell in cells] for cells in sample]
        _write_tally(row, tally)
        row.state = ImportState.READY


def take_rows(import_id: int, run: Run) -> None:
    """Take the good rows in, in batches, from where a former try stopped.

    All rows or none means: nothing is begun while one row is bad, and what a failing run has
    written is removed again.
    """
    row = db.session.get(BusinessImport, import_id)
    if row is None or row.state != ImportState.RUNNING:
        return
    path, matching, all_rows = get_folder() / row.file, list(row.matching), row.row_count
    done, skip_bad, by_id = row.done_rows, row.skip_bad, row.created_by_id
    db.session.rollback()
    rows_path = path.with_suffix(".rows")
    if not skip_bad and done == 0 and _look_through(rows_path, matching, None).bad:
        _back_to_ready(import_id)
        return
    seen = _Seen()
    count = 0
    for batch in _batches(rows_path, matching):
        count += len(batch)
        kept = [one for one in batch if not seen.is_repeated(one)]
        if batch[-1].number <= done:
            continue
        with transaction():
            _take_batch(import_id, [one for one in kept if one.number > done], batch, by_id)
        run.progress(count, all_rows)
    _finish_taking(import_id)


def _finish_taking(import_id: int) -> None:
    ids = select(Business.id).where(Business.import_id == import_id)
    pairs = find_twins_of_many(db.session.scalars(ids).all())
    db.session.rollback()
    with transaction():
        open_cases(pairs)
        row = lock(db.session.get_one(BusinessImport, import_id))
        row.state, row.finished_at = ImportState.DONE, now()
        row.sample, row.problems = [], []  # what people typed is in the records now
        counts = {"added": row.added_count, "known": row.known_count, "bad": row.bad_count}
        by = db.session.get(User, row.created_by_id) if row.created_by_id else None
        record("import.taken", row, by=by, before={}, after=counts, scopes=(ALL,), label="")
    _drop_files(row.file)


def _look_through(path: Path, matching: Sequence[str], run: Run | None) -> Tally:
    tally, seen = Tally(), _Seen()
    for batch in _batches(path, matching):
        tally.rows += len(batch)
        sound = []
        for row in batch:
            seen.mark(row)
            if row.problems:
                tally.note(row)
            else:
                sound.append(row)
        known = _find_known(sound)
        tally.known += sum(1 for row in sound if row.number in known)
        tally.good += sum(1 for row in sound if row.number not in known)
        db.session.rollback()
        if run is not None:
            run.progress(tally.rows, max(tally.rows, _count_lines(path)))
    return tally


class _Seen:
    """What stood in the rows before, to find those that say the same twice."""

    def __init__(self) -> None:
        self.nibs: dict[str, int] = {}
        self.keys: dict[Any, int] = {}

    def mark(self, row: ReadRow) -> None:
        """Note a problem on a row that repeats an earlier one."""
        first = self._first(row)
        if first is not None:
            text = _("This is the same business as in row %(number)s.", number=first)
            row.problems.append(Problem("", text))

    def is_repeated(self, row: ReadRow) -> bool:
        return self._first(row) is not None

    def _first(self, row: ReadRow) -> int | None:
        if row.problems:
            return None
        nib = row.values.get("nib")
        found = self.nibs.get(nib) if nib else None
        found = found or self.keys.get(row.key)
        if found is None:
            self.keys[row.key] = row.number
            if nib:
                self.nibs[nib] = row.number
        return found


def _batches(path: Path, matching: Sequence[str]) -> Iterator[list[ReadRow]]:
    rows = (read_row(number, cells, matching) for number, cells in iter_rows(path))
    rows = (row for row in rows if not is_example(row.values))
    while batch := list(islice(rows, BATCH)):
        yield batch


def _find_known(rows: Sequence[ReadRow]) -> set[int]:
    """The numbers of rows whose business we have: the same NIB, or the same name and city."""
    nibs = [row.values["nib"] for row in rows if row.values.get("nib")]
    keys = [row.values["name_key"] for row in rows]
    live = (Business.merged_into_id.is_(None), Business.erased_at.is_(None))
    have = set(db.session.scalars(select(Business.nib).where(Business.nib.in_(nibs), *live)))
    named = select(Business.name_key, Business.province_code, Business.city)
    same = {
        (name, province, city_key(city))
        for name, province, city in db.session.execute(
            named.where(Business.name_key.in_(keys), *live)
        )
    }
    return {row.number for row in rows if row.values.get("nib") in have or row.key in same}


def _take_batch(
    import_id: int, rows: Sequence[ReadRow], batch: Sequence[ReadRow], by_id: int | None
) -> None:
    """Insert the good rows of a batch, and note how far the import is; inside a transaction."""
    sound = [row for row in rows if not row.problems]
    known = _find_known(sound)
    new = [row for row in sound if row.number not in known]
    if new:
        moment = now()
        slugs = _free_slugs([row.values["name"] for row in new])
        common = {
            "import_id": import_id,
            "created_by_id": by_id,
            "created_at": moment,
            "updated_at": moment,
        }
        values = [_full(row, slug) | common for row, slug in zip(new, slugs, strict=True)]
        ids = db.session.scalars(
            insert(Business).returning(Business.id, sort_by_parameter_order=True), values
        ).all()
        channels = [
            {"business_id": number, "position": 0, "kind": row.channel[0], "url": row.channel[1]}
            | {"created_at": moment}
            for number, row in zip(ids, new, strict=True)
            if row.channel is not None
        ]
        if channels:
            db.session.execute(insert(SalesChannel), channels)
    db.session.execute(
        update(BusinessImport)
        .where(BusinessImport.id == import_id)
        .values(done_rows=batch[-1].number, added_count=BusinessImport.added_count + len(new))
    )


def _full(row: ReadRow, slug: str) -> dict[str, Any]:
    """All columns of a new record: rows of one insert name the same."""
    values: dict[str, Any] = dict.fromkeys(_COLUMNS)
    values.pop("id")
    values |= {"social": {}, "shown_in_catalogue": False, "is_demo": False, "version": 1}
    return values | row.values | {"slug": slug}


def _free_slugs(names: Sequence[str]) -> list[str]:
    """A free slug for each name: the name's, with some random signs where that is taken."""
    stems = [slugify(name, max_length=60) or "tanpa-nama" for name in names]
    taken = set(db.session.scalars(select(Business.slug).where(Business.slug.in_(stems))))
    slugs = []
    for stem in stems:
        slug = stem
        if slug in taken or not is_slug(slug):
            slug = f"{stem}-{secrets.token_hex(3)}"
        taken.add(slug)
        slugs.append(slug)
    return slugs


def _remove_added(import_id: int) -> int:
    """Delete the records of an import that are as it made them; returns how many stay."""
    ids = set(db.session.scalars(select(Business.id).where(Business.import_id == import_id)))
    touched = select(Business.id).where(Business.import_id == import_id, Business.version > 1)
    stay = set(db.session.scalars(touched)) | find_in_use(ids)
    parts: tuple[Any, ...] = (BusinessPerson, Product, Certificate, Consent)
    for table in parts:
        mine = select(table.business_id).join(Business, Business.id == table.business_id)
        stay |= set(db.session.scalars(mine.where(Business.import_id == import_id)))
    merged = select(Business.merged_into_id).where(Business.merged_into_id.is_not(None))
    stay |= ids & set(db.session.scalars(merged))
    gone = sorted(ids - stay)
    for at in range(0, len(gone), BATCH):
        db.session.execute(delete(Business).where(Business.id.in_(gone[at : at + BATCH])))
    db.session.flush()
    return len(stay & ids)


def _fail(import_id: int, sentence: str) -> None:
    with transaction():
        row = db.session.get_one(BusinessImport, import_id)
        row.state, row.error, row.finished_at = ImportState.FAILED, sentence[:200], now()
        file = row.file
    _drop_files(file)


def _back_to_ready(import_id: int) -> None:
    """Rows became bad since they were looked at: somebody else added the same businesses."""
    with transaction():
        row = db.session.get_one(BusinessImport, import_id)
        row.state = ImportState.READING
        row.job_id = enqueue(READ, by=row.created_by_id, import_id=row.id).id


def _write_tally(row: BusinessImport, tally: Tally) -> None:
    row.row_count, row.good_count = tally.rows, tally.good
    row.known_count, row.bad_count = tally.known, tally.bad
    row.problems = tally.problems


def _count_lines(path: Path) -> int:
    """How many rows there are at most, from the size of the file; for the progress bar alone."""
    size = path.stat().st_size
    with path.open(encoding="utf-8") as lines:
        head = sum(len(line) for line in islice(lines, 50))
    return max(1, round(size / max(head / 50, 1)))


def _drop_files(*names: str) -> None:
    for name in names:
        path = get_folder() / name
        for one in (path, path.with_suffix(".rows")):
            one.unlink(missing_ok=True)


def get_folder() -> Path:
    files: Path = current_app.config["GERNAS"].files
    return files / "imports"
