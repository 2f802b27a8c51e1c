"""A small app for the modules of ``core`` that need no database."""

import io
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from flask import Flask
from flask_babel import Babel, force_locale

CATALOGUE = Path("gernas/translations/id/LC_MESSAGES/messages.po")


@pytest.fixture(scope="session")
def catalogue_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The Indonesian catalogue, compiled from its source, so that it is never an old one."""
    folder = tmp_path_factory.mktemp("translations")
    source = Path(__file__).parents[2] / CATALOGUE
    with source.open("rb") as lines:
        catalogue = read_po(lines, locale="id")
    compiled = io.BytesIO()
    write_mo(compiled, catalogue)
    target = folder / "id" / "LC_MESSAGES" / "messages.mo"
    target.parent.mkdir(parents=True)
    target.write_bytes(compiled.getvalue())
    return folder


@pytest.fixture
def small_app(catalogue_folder: Path) -> Flask:
    """Flask and Babel and nothing else; pages of its own, no database."""
    app = Flask("small", static_folder=None)
    app.config.update(
        SECRET_KEY="only for tests",
        WTF_CSRF_ENABLED=False,
        BABEL_TRANSLATION_DIRECTORIES=str(catalogue_folder),
    )
    Babel(app, default_locale="id")
    return app


@pytest.fixture
def in_indonesian(small_app: Flask) -> Iterator[Flask]:
    """Everything in the test is told in Indonesian."""
    with small_app.test_request_context():
        yield small_app


@pytest.fixture
def in_english(small_app: Flask) -> Iterator[Flask]:
    """Everything in the test is told in English."""
    with small_app.test_request_context(), force_locale("en"):
        yield small_app
