"""Values as text that is the same today and in ten years, with a word on how to show it."""

import json
from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from enum import Enum, StrEnum
from typing import Any

from flask_babel import gettext as _

from gernas.audit.models import LABEL_LENGTH, AuditEntry, AuditValue
from gernas.audit.words import value_words
from gernas.core.clock import ZONES
from gernas.core.database import Model
from gernas.core.text import header_text
from gernas.core.wording import clock_words, date_words, moment_words, number_words


class ValueKind(StrEnum):
    """How a kept text is shown."""

    TEXT = "text"
    FLAG = "flag"  # yes, no
    NUMBER = "number"  # 1250.5
    DAY = "day"  # 2022-07-14
    MOMENT = "moment"  # 2022-07-14T02:00:00+00:00
    CLOCK = "clock"  # 09:30


def kind_of(value: Any) -> ValueKind:
    """How a value is shown, by its type."""
    if isinstance(value, bool):
        return ValueKind.FLAG
    if isinstance(value, Enum):
        return ValueKind.TEXT
    if isinstance(value, (int, float, Decimal)):
        return ValueKind.NUMBER
    if isinstance(value, datetime):
        return ValueKind.MOMENT
    if isinstance(value, date):
        return ValueKind.DAY
    return ValueKind.CLOCK if isinstance(value, time) else ValueKind.TEXT


def to_text(value: Any) -> str | None:
    """A value as text; None for nothing, which an empty text and an empty list are too.

    Raises:
        TypeError: of this type no text is known that stays the same.
        ValueError: a moment without its zone.
    """
    if value is None or isinstance(value, str):
        return _plain(value)
    if isinstance(value, Enum):
        return to_text(value.value)
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, (int, float, Decimal)):
        return _number(value)
    if isinstance(value, (date, time, timedelta)):
        return _time(value)
    return _composed(value)


def label_of(row: Model) -> str:
    """What a row is called; "" when it has no name, or stands for a person."""
    if hasattr(row, "email"):  # The name of a person would outlast its erasure.
        return ""
    for name in ("title", "name", "label"):
        if text := getattr(row, name, None):
            return header_text(str(text), limit=LABEL_LENGTH)
    return ""


def show_value(entry: AuditEntry, value: AuditValue, text: str | None) -> str | None:
    """One side of a kept value as the reader's language writes it, moments in WIB."""
    if text is None:
        return None
    try:
        return _show(ValueKind(value.kind), text) or value_words(
            entry.subject_kind, value.field, text
        )
    except (ValueError, ArithmeticError):  # This side was of another kind then.
        return text


def _show(kind: ValueKind, text: str) -> str | None:
    if kind is ValueKind.FLAG:
        return str(_("Yes") if text == "yes" else _("No"))
    if kind is ValueKind.NUMBER:
        return number_words(Decimal(text))
    if kind is ValueKind.DAY:
        return date_words(date.fromisoformat(text))
    if kind is ValueKind.MOMENT:
        return moment_words(datetime.fromisoformat(text), ZONES[0], weekday=False)
    return clock_words(time.fromisoformat(text)) if kind is ValueKind.CLOCK else None


def _plain(value: str | None) -> str | None:
    # NUL and lone surrogates do not go into PostgreSQL; what services take has none.
    return value.replace("\0", "").encode("utf-8", "replace").decode() or None if value else None


def _number(value: float | Decimal) -> str:
    if isinstance(value, int):
        return str(value)
    exact = value if isinstance(value, Decimal) else Decimal(repr(value))
    return f"{exact.normalize():f}"  # 2 and 2.00 are the same number


def _time(value: date | time | timedelta) -> str:
    if isinstance(value, datetime):
        if value.tzinfo is None:
            raise ValueError("a moment without its zone")
        return value.astimezone(UTC).isoformat()
    if isinstance(value, timedelta):
        return f"{_number(value.total_seconds())} s"
    if isinstance(value, time):
        return value.isoformat("minutes" if not value.second else "auto")
    return value.isoformat()


def _composed(value: Any) -> str | None:
    if isinstance(value, Model):
        return label_of(value) or f"{value.__tablename__} {getattr(value, 'id', '')}".strip()
    if isinstance(value, Mapping):
        return json.dumps(value, sort_keys=True, ensure_ascii=False) if value else None
    if isinstance(value, (set, frozenset)):
        return "; ".join(sorted(to_text(one) or "" for one in value)) or None
    if isinstance(value, (list, tuple)):
        return "; ".join(to_text(one) or "" for one in value) or None
    if hasattr(value, "_args") and hasattr(value, "value"):  # Flask-Babel's lazy texts
        raise TypeError("a text in the reader's language is not kept")
    raise TypeError(f"no lasting text for {type(value).__name__}")
