"""Marks of the values a form began with, so that two edits of one row can be told apart.

A form carries a short mark of every value that its reader saw. When it comes too late, what only
the other person changed can be taken over, and only what both changed has to be decided.
"""

import hashlib
from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

LONGEST = 4_000  # characters of a field that anybody can forge


def mark_values(values: Mapping[str, Any]) -> str:
    """A short mark of every value, for a form's hidden field: ``title:1a2b3c4d,kind:…``."""
    return ",".join(f"{name}:{_mark(value)}" for name, value in values.items())


def is_changed(base: str, name: str, value: object) -> bool:
    """Whether a value is another one than the form began with."""
    return _read(base).get(name) != _mark(value)


def list_changed(values: Mapping[str, Any], base: str) -> set[str]:
    """The names whose value no longer has the mark in ``base``; all of them without marks."""
    marks = _read(base)
    return {name for name, value in values.items() if _mark(value) != marks.get(name)}


def _read(base: str) -> dict[str, str]:
    return dict(part.split(":", 1) for part in base[:LONGEST].split(",") if ":" in part)


def _mark(value: Any) -> str:
    if isinstance(value, datetime):
        value = value.timestamp()
    elif isinstance(value, Decimal):
        value = f"{value.normalize():f}"  # 5.00 out of the database is the 5 that was typed
    text = str(value) if value not in (None, "", []) else ""
    return hashlib.sha256(text.encode()).hexdigest()[:8]
