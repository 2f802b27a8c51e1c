"""What ``make`` does to a machine."""

import stat
from pathlib import Path

import pytest

from scripts import chromium, serve_demo, set_up


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> list[str]:
    monkeypatch.setattr(set_up, "STAMPS", tmp_path)
    return []


def _step(source: Path, made: list[str], *, is_there: bool = True) -> set_up.Step:
    return set_up.Step(
        name="step",
        title="Making",
        sources=(source,),
        make=lambda: made.append(source.read_text()),
        is_there=lambda: is_there,
    )


def test_a_step_is_done_again_only_when_its_sources_change(made: list[str], tmp_path: Path) -> None:
    source = tmp_path / "source"

    for content in ("one", "one", "two", "two", "one"):
        source.write_text(content)
        _step(source, made).do()

    assert made == ["one", "two", "one"]


def test_a_step_is_done_again_when_its_result_is_gone(made: list[str], tmp_path: Path) -> None:
    source = tmp_path / "source"
    source.write_text("one")

    _step(source, made).do()
    _step(source, made, is_there=False).do()

    assert made == ["one", "one"]


def test_a_step_that_failed_is_tried_again(made: list[str], tmp_path: Path) -> None:
    source = tmp_path / "source"
    source.write_text("one")
    _step(source, made).do()
    source.write_text("two")
    broken = set_up.Step(
        name="step",
        title="Making",
        sources=(source,),
        make=lambda: set_up._run("false"),
        is_there=lambda: True,
    )

    with pytest.raises(set_up.SetUpError, match="This command did not work: false"):
        broken.do()
    source.write_text("one")
    _step(source, made).do()

    assert made == ["one", "one"]


def test_the_demos_key_is_kept_and_read_by_nobody_else(tmp_path: Path) -> None:
    path = tmp_path / "instance" / "key"

    first = serve_demo._secret_key(path).read_text()
    second = serve_demo._secret_key(path).read_text()

    assert first == second
    assert len(first) >= 48
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_chromium_that_is_named_but_does_not_start_is_no_chromium(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    stub = tmp_path / "chromium"
    stub.write_text("#!/bin/sh\nexit 1\n")
    stub.chmod(0o755)

    monkeypatch.setenv("GERNAS_CHROMIUM", str(stub))
    assert chromium.find_chromium() is None

    stub.write_text("#!/bin/sh\nexit 0\n")
    assert chromium.find_chromium() == stub
