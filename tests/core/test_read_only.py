"""Outside of ``transaction()`` a connection only reads, whatever it did before."""

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from gernas.core.database import db, transaction
from tests.factories import make_user


def _try_to_write() -> None:
    with pytest.raises(DBAPIError):
        db.session.execute(text("DELETE FROM attempt"))
    db.session.rollback()


def test_a_connection_that_wrote_only_reads_again(context: Flask) -> None:
    _try_to_write()
    make_user()
    _try_to_write()


def test_a_connection_whose_write_was_undone_only_reads_again(context: Flask) -> None:
    with pytest.raises(ZeroDivisionError), transaction():
        raise ZeroDivisionError
    _try_to_write()


def test_after_reading_it_can_write(context: Flask) -> None:
    _try_to_write()
    with transaction():
        db.session.execute(text("DELETE FROM attempt"))
