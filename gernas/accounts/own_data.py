"""All that is kept of a person, to take along; the domains above add theirs at the start."""

from collections.abc import Callable
from typing import Any

from gernas.accounts.models import User
from gernas.accounts.queries import list_sessions
from gernas.core.clock import now

FORMAT = 1

Tell = Callable[[User], Any]

_parts: dict[str, Tell] = {}


def register_own_data(name: str, tell: Tell) -> None:
    """Add what a domain keeps of a person, as plain values for JSON, under a name of its own."""
    _parts[name] = tell


def tell_person(user: User) -> dict[str, Any]:
    """All of it as plain values for JSON (UU 27/2022, 7 and 13)."""
    return {
        "format": FORMAT,
        "made_at": now().isoformat(),
        "account": {
            "email": user.email,
            "name": user.name,
            "language": user.language,
            "created_at": user.created_at.isoformat(),
            "roles": [f"{held.role} {held.scope.kind} {held.scope.id}" for held in user.held],
            "devices": [
                {"device": one.device, "since": one.created_at.isoformat()}
                for one in list_sessions(user)
            ],
        },
        **{name: tell(user) for name, tell in _parts.items()},
    }
