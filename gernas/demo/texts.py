"""The demo's data files, read once."""

import json
from functools import cache
from importlib.resources import files
from typing import Any


@cache
def read_roadshow() -> dict[str, Any]:
    """The documented roadshow: stops, national events, other years, targets."""
    return _read("gernas_bbi_2022.json")


def in_indonesian(english: str | None) -> str | None:
    """Our Indonesian wording of a note; None for no note."""
    return None if english is None else str(_texts()["indonesian"][english])


def in_english(title: str) -> str | None:
    """Our English wording of an event's title; None where there is none."""
    text: str | None = _texts()["english_titles"].get(title)
    return text


def list_indicator_texts() -> list[dict[str, Any]]:
    """Key, names, unit, owner and definitions of the indicators, in order."""
    indicators: list[dict[str, Any]] = _texts()["indicators"]
    return indicators


@cache
def _texts() -> dict[str, Any]:
    return _read("texts.json")


def _read(name: str) -> dict[str, Any]:
    text = files("gernas.demo").joinpath("data", name).read_text("utf-8")
    content: dict[str, Any] = json.loads(text)
    return content
