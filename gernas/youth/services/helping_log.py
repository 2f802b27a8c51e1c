"""How help for businesses is written into the log of changes."""

from typing import Any

from gernas.audit.services import record
from gernas.events.services.changing import By
from gernas.youth.models import Assistance, OutsideHours

_PERSONAL = frozenset({"companion", "wish", "note", "reason"})


def log_assistance(
    action: str,
    assistance: Assistance,
    before: dict[str, Any],
    after: dict[str, Any],
    *,
    by: By,
) -> None:
    record(
        action,
        assistance,
        by=by,
        before=before,
        after=after,
        scopes=assistance.programme.scopes,
        personal=_PERSONAL,
        label=assistance.business.name,
    )


def log_hours(
    action: str,
    hours: OutsideHours,
    before: dict[str, Any],
    after: dict[str, Any],
    *,
    by: By,
) -> None:
    record(
        action,
        hours,
        by=by,
        before=before,
        after=after,
        scopes=hours.programme.scopes,
        personal=frozenset({"note", "label"}),
        label=hours.member.name,
    )
