"""Compiled templates that are kept beside the database."""

from pathlib import Path

import pytest
from jinja2 import DictLoader, Environment

from gernas.core.jinja import SignedBytecode

KEY = "k" * 40


def render(folder: Path, source: str, *, key: str = KEY) -> str:
    """What a process that has just begun makes of a template."""
    environment = Environment(
        loader=DictLoader({"page.html": source}),
        bytecode_cache=SignedBytecode(folder, key),
        autoescape=True,
    )
    return environment.get_template("page.html").render()


def kept(folder: Path) -> bytes:
    (file,) = folder.iterdir()
    return file.read_bytes()


def test_a_template_is_compiled_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    render(tmp_path, "one")
    monkeypatch.setattr(Environment, "_parse", lambda *_: pytest.fail("compiled again"))

    assert render(tmp_path, "one") == "one"


def test_a_changed_template_is_compiled_anew(tmp_path: Path) -> None:
    texts = [render(tmp_path, source) for source in ("one", "two", "one")]

    assert texts == ["one", "two", "one"]


def test_nobody_else_can_slip_code_into_the_folder(tmp_path: Path) -> None:
    """ASVS 1.5.2."""
    render(tmp_path, "one")
    (file,) = tmp_path.iterdir()
    render(tmp_path, "one", key="another key, as long as the first one ..")
    forged = kept(tmp_path)

    texts = []
    for data in (forged, kept(tmp_path)[:32] + b"cos\nsystem\n", b"", b"short"):
        file.write_bytes(data)
        texts.append(render(tmp_path, "one"))

    assert texts == ["one"] * 4
    assert kept(tmp_path) != forged


def test_without_a_place_to_write_pages_are_there_all_the_same(tmp_path: Path) -> None:
    occupied = tmp_path / "file"
    occupied.write_text("")

    assert render(occupied / "folder", "one") == "one"
