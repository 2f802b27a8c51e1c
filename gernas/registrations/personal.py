"""All that Gernas holds about a person with an account, to take along (UU 27/2022, 7 and 13)."""

from typing import Any

from gernas.accounts.models import User
from gernas.accounts.queries import list_sessions
from gernas.businesses.personal import tell_business
from gernas.businesses.queries import list_own as list_own_businesses
from gernas.core.clock import now
from gernas.registrations.businesses import tell_registration
from gernas.registrations.queries import list_own

FORMAT = 1


def tell_person(user: User) -> dict[str, Any]:
    """Plain values for JSON: the account, its businesses, its registrations."""
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
        "businesses": [tell_business(business) for business in list_own_businesses(user)],
        "registrations": [tell_registration(registration) for registration in list_own(user)],
    }
