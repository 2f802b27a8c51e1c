"""Whether the database has this version's tables, told without Alembic."""

import subprocess
import sys

import pytest
from alembic.script import ScriptDirectory
from flask import Flask
from sqlalchemy import text

from gernas import paths
from gernas.core.database import get_writer
from gernas.core.migrations import is_migrated, list_heads


def test_the_heads_are_those_that_alembic_finds() -> None:
    assert list_heads() == set(ScriptDirectory(str(paths.MIGRATIONS)).get_heads())


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ("UPDATE alembic_version SET version_num = version_num", True),
        ("UPDATE alembic_version SET version_num = '0000'", False),
        ("DELETE FROM alembic_version", False),
        ("DROP TABLE alembic_version", False),
    ],
)
def test_another_version_of_the_tables_is_noticed(
    context: Flask, change: str, expected: bool
) -> None:
    with get_writer().connect().execution_options(postgresql_readonly=False) as connection:
        connection.execute(text(change))

        found = is_migrated(connection)

        connection.rollback()
    assert found is expected


def test_a_start_loads_neither_alembic_nor_what_only_the_worker_needs(
    environ: dict[str, str],
) -> None:
    """Each of them costs every start, and every web worker its memory."""
    code = (
        "import sys; from gernas.app import create_app; create_app(); "
        "print(*{'alembic', 'huey', 'PIL', 'holidays', 'xlsxwriter'} & {*sys.modules})"
    )

    done = subprocess.run(
        [sys.executable, "-c", code], env=environ, capture_output=True, text=True, check=True
    )

    assert done.stdout.split() == []
