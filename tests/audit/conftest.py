"""Changes to log, by nobody in particular."""

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest

from gernas.audit.models import AuditEntry
from gernas.audit.services import record
from gernas.core.database import transaction
from gernas.events.models import Event

Log = Callable[..., AuditEntry | None]


@pytest.fixture
def log() -> Log:
    """Log a change of an event and commit it."""

    def log_change(event: Event, **values: Any) -> AuditEntry | None:
        defaults: dict[str, Any] = {
            "action": "event.edited",
            "by": SimpleNamespace(id=7, held=()),
            "before": {"title": "Kick-off"},
            "after": {"title": "Kick-off dan ekspo"},
            "scopes": event.scopes,
        }
        wanted = {**defaults, **values}
        with transaction():
            return record(wanted.pop("action"), event, **wanted)

    return log_change
