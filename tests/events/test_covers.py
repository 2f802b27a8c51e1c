"""Cover pictures: stored under their content, served so that they do nothing."""

import io
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from PIL import Image

from gernas.core.database import db, transaction
from gernas.core.errors import BadValues
from gernas.core.images import read_picture
from gernas.events.files import CannotStore, small_name
from gernas.events.models import Event
from gernas.events.services import copy_event, remove_cover, set_cover
from tests.events.conftest import plan


def draw(color: str = "red", size: tuple[int, int] = (900, 600)) -> io.BytesIO:
    out = io.BytesIO()
    Image.new("RGB", size, color).save(out, "PNG")
    out.seek(0)
    return out


def cover(event: Event, alt: str = "Panggung", **more: Any) -> Event:
    picture = read_picture(draw(**more))
    with transaction():
        return set_cover(db.session.get_one(Event, event.id), picture, alt=alt, by=None)


def test_a_cover_is_served_in_two_sizes_to_anyone_for_a_year(
    app: Flask, client: FlaskClient
) -> None:
    """ASVS 3.2.1, 5.3.1."""
    with app.app_context():
        event = cover(plan())
        names = [event.cover or "", small_name(event.cover or "")]
        assert (event.cover_width, event.cover_height, event.version) == (900, 600, 2)

    for name in names:
        answer = client.get(f"/berkas/{name}")
        assert answer.status_code == 200
        assert answer.mimetype == "image/webp"
        policy = answer.headers["Content-Security-Policy"].replace(" ;", ";")
        assert policy == "sandbox; default-src 'none'"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert "max-age=31536000" in answer.headers["Cache-Control"]
        assert "public" in answer.headers["Cache-Control"]
        assert "Set-Cookie" not in answer.headers
        assert Image.open(io.BytesIO(answer.data)).format == "WEBP"
    tag = client.get(f"/berkas/{names[0]}").headers["ETag"]
    assert client.get(f"/berkas/{names[0]}", headers={"If-None-Match": tag}).status_code == 304


@pytest.mark.parametrize(
    "name",
    ["../gernas.db", "..%2fgernas.db", "gernas.db", "0" * 64 + ".webp", "0" * 64 + ".png", "%00"],
)
def test_nothing_else_is_served(app: Flask, client: FlaskClient, name: str) -> None:
    """ASVS 5.3.2."""
    assert client.get(f"/berkas/{name}").status_code == 404


def test_the_same_picture_is_stored_once(context: Flask) -> None:
    first, second = cover(plan()), cover(plan())
    folder: Path = context.config["GERNAS"].files

    assert first.cover == second.cover
    assert len([path for path in folder.iterdir() if path.name.startswith(first.cover or "-")]) == 1
    assert [path.name for path in folder.iterdir() if path.name.startswith(".")] == []


def test_a_cover_without_words_is_refused(context: Flask) -> None:
    with pytest.raises(BadValues) as refusal:
        cover(plan(), alt=" ")

    assert list(refusal.value.problems) == ["cover_alt"]


def test_a_full_disk_is_said_in_words_and_changes_nothing(
    context: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("gernas.events.files.os.fsync", refuse)
    event = plan()

    with pytest.raises(CannotStore):
        cover(event, color="blue", size=(30, 20))

    assert db.session.get_one(Event, event.id).cover is None
    folder: Path = context.config["GERNAS"].files
    assert [path for path in folder.iterdir() if path.name.startswith(".")] == []


def test_copies_keep_the_cover_that_the_original_gives_up(app: Flask, client: FlaskClient) -> None:
    with app.app_context():
        event = cover(plan(), color="green")
        name = event.cover
        with transaction():
            row = db.session.get_one(Event, event.id)
            again = copy_event(
                row, to_campaign=row.campaign, to_stop=row.stop, shift_days=7, by=None
            )
            remove_cover(row, by=None)
        found = [db.session.get_one(Event, one.id).cover for one in (event, again)]

    assert found == [None, name]
    assert client.get(f"/berkas/{name}").status_code == 200
