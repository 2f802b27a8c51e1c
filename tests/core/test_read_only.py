"""Outside of ``transaction()`` a connection only reads, whatever it did before."""

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from gernas.core.database import db, transaction
from tests.factories import make_user


def _can_write() -> bool:
    try:
        db.session.execute(text("DELETE FROM attempt"))
    except DBAPIError:
        return False
    finally:
        db.session.rollback()
    return True


def test_a_connection_that_wrote_only_reads_again(context: Flask) -> None:
    assert not _can_write()
    make_user()
    assert not _can_write()


def test_a_connection_whose_write_was_undone_only_reads_again(context: Flask) -> None:
    with pytest.raises(ZeroDivisionError), transaction():
        raise ZeroDivisionError
    assert not _can_write()


def test_after_reading_it_can_write(context: Flask) -> None:
    assert not _can_write()
    with transaction():
        assert _can_write()


def test_what_comes_after_a_commit_within_is_no_transaction(context: Flask) -> None:
    with transaction():
        db.session.commit()

        assert not _can_write()
