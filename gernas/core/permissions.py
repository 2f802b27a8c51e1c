"""Who may do what: the whole table, and the marks that every view must carry."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import lru_cache, wraps
from typing import Any, Protocol, TypeVar

from flask import Flask, abort, current_app, g

from gernas.core.errors import NotAllowed

View = TypeVar("View", bound=Callable[..., Any])

UNGUARDED = frozenset({"static"})  # Flask's own view; WhiteNoise answers before it.


class Permission(StrEnum):
    """Something a person may do within a scope."""

    SEE_PLANS = "see_plans"
    EDIT_CAMPAIGN = "edit_campaign"
    ADD_CAMPAIGN = "add_campaign"
    EDIT_STOP = "edit_stop"
    ADD_STOP = "add_stop"
    EDIT_EVENTS = "edit_events"
    EDIT_VENUES = "edit_venues"
    EDIT_INDICATORS = "edit_indicators"
    EXPORT_SCHEDULE = "export_schedule"
    SEE_REGISTRATIONS = "see_registrations"  # with personal data
    DECIDE_REGISTRATIONS = "decide_registrations"
    EXPORT_REGISTRATIONS = "export_registrations"  # personal columns need the sight as well
    EDIT_CALLS = "edit_calls"
    APPLY_FOR_OTHERS = "apply_for_others"
    EDIT_BOOTHS = "edit_booths"  # draw floor plans, say how calls get booths
    ALLOCATE_BOOTHS = "allocate_booths"
    # Of a campaign or of all: every business; of a stop or event: those that registered there.
    SEE_BUSINESSES = "see_businesses"  # without personal data, which needs the next one
    EDIT_BUSINESSES = "edit_businesses"
    MERGE_BUSINESSES = "merge_businesses"
    IMPORT_BUSINESSES = "import_businesses"
    SEE_YOUTH = "see_youth"  # with personal data; of an organisation: its own members
    ADD_YOUTH = "add_youth"  # sign up members of a group, correct what they said
    EDIT_YOUTH = "edit_youth"  # programme, roles, shifts, hours, help for businesses, certificates
    CHECK_IN = "check_in"  # who arrives and leaves, at the desk or gate
    READ_AUDIT = "read_audit"
    INVITE_PEOPLE = "invite_people"
    MANAGE_USERS = "manage_users"
    SEE_JOBS = "see_jobs"


class Role(StrEnum):
    """What a grant makes of a person, within its scope (``design.md`` §9)."""

    ADMINISTRATOR = "administrator"
    CAMPAIGN_MANAGER = "campaign_manager"
    STOP_MANAGER = "stop_manager"
    ORGANIZER = "organizer"
    FACILITATOR = "facilitator"
    YOUTH_COORDINATOR = "youth_coordinator"
    ORGANISATION_COORDINATOR = "organisation_coordinator"
    GATE_CREW = "gate_crew"
    VIEWER = "viewer"


_SEES = {
    Permission.SEE_PLANS,
    Permission.EXPORT_SCHEDULE,
    Permission.EXPORT_REGISTRATIONS,
    Permission.SEE_BUSINESSES,
}
_FACILITATES = {Permission.SEE_PLANS, Permission.APPLY_FOR_OTHERS}
_OF_ORGANISATION = {Permission.SEE_YOUTH, Permission.ADD_YOUTH}
_COORDINATES_YOUTH = _OF_ORGANISATION | {Permission.EDIT_YOUTH, Permission.CHECK_IN}
_ORGANIZES = (
    _SEES
    | _FACILITATES
    | _COORDINATES_YOUTH
    | {
        Permission.EDIT_EVENTS,
        Permission.EDIT_VENUES,
        Permission.EDIT_CALLS,
        Permission.SEE_REGISTRATIONS,
        Permission.DECIDE_REGISTRATIONS,
        Permission.EDIT_BOOTHS,
        Permission.ALLOCATE_BOOTHS,
        Permission.EDIT_BUSINESSES,
        Permission.MERGE_BUSINESSES,
        Permission.IMPORT_BUSINESSES,
        Permission.SEE_JOBS,
    }
)
_RUNS_STOP = _ORGANIZES | {Permission.EDIT_STOP, Permission.READ_AUDIT, Permission.INVITE_PEOPLE}
_RUNS_CAMPAIGN = _RUNS_STOP | {
    Permission.EDIT_CAMPAIGN,
    Permission.ADD_STOP,
    Permission.EDIT_INDICATORS,
}

ROLE_PERMISSIONS: dict[Role, frozenset[Permission]] = {
    Role.ADMINISTRATOR: frozenset(Permission),
    Role.CAMPAIGN_MANAGER: frozenset(_RUNS_CAMPAIGN),
    Role.STOP_MANAGER: frozenset(_RUNS_STOP),
    Role.ORGANIZER: frozenset(_ORGANIZES),
    Role.FACILITATOR: frozenset(_FACILITATES),
    Role.YOUTH_COORDINATOR: frozenset(
        _COORDINATES_YOUTH
        | {Permission.SEE_PLANS, Permission.EXPORT_SCHEDULE, Permission.INVITE_PEOPLE}
    ),
    Role.ORGANISATION_COORDINATOR: frozenset(_OF_ORGANISATION),
    Role.GATE_CREW: frozenset({Permission.SEE_PLANS, Permission.CHECK_IN}),
    Role.VIEWER: frozenset(_SEES),
}

ROLE_SCOPES: dict[Role, frozenset[str]] = {
    Role.ADMINISTRATOR: frozenset({"all"}),
    Role.CAMPAIGN_MANAGER: frozenset({"campaign"}),
    Role.STOP_MANAGER: frozenset({"stop"}),
    Role.ORGANIZER: frozenset({"stop", "event"}),
    Role.FACILITATOR: frozenset({"stop"}),
    Role.YOUTH_COORDINATOR: frozenset({"stop"}),
    Role.ORGANISATION_COORDINATOR: frozenset({"organisation"}),
    Role.GATE_CREW: frozenset({"event"}),
    Role.VIEWER: frozenset({"campaign", "stop"}),
}

# Whoever holds one of these sees personal data of others, so a second factor comes first.
ROLES_WITH_SECOND_FACTOR = frozenset(Role) - {Role.VIEWER}

_STOP_ROLES = {
    Role.ORGANIZER,
    Role.FACILITATOR,
    Role.YOUTH_COORDINATOR,
    Role.ORGANISATION_COORDINATOR,
    Role.GATE_CREW,
    Role.VIEWER,
}

# Whom each role may invite, always within its own scope.
MAY_INVITE: dict[Role, frozenset[Role]] = {
    Role.ADMINISTRATOR: frozenset(Role),
    Role.CAMPAIGN_MANAGER: frozenset(_STOP_ROLES | {Role.STOP_MANAGER}),
    Role.STOP_MANAGER: frozenset(_STOP_ROLES),
    Role.ORGANIZER: frozenset(),
    Role.FACILITATOR: frozenset(),
    Role.YOUTH_COORDINATOR: frozenset({Role.ORGANISATION_COORDINATOR, Role.GATE_CREW}),
    Role.ORGANISATION_COORDINATOR: frozenset(),
    Role.GATE_CREW: frozenset(),
    Role.VIEWER: frozenset(),
}


@dataclass(frozen=True)
class Scope:
    """A place in the campaign that a grant or an audit row can name. ``id`` is 0 for all."""

    kind: str  # all, campaign, stop, event or organisation
    id: int = 0


ALL = Scope("all")


class Scoped(Protocol):
    """A row that lies in scopes."""

    @property
    def scopes(self) -> tuple[Scope, ...]:
        """The scopes that cover the row, narrowest first, always ending in ``ALL``."""


@dataclass(frozen=True)
class Held:
    """A grant in force: a role on a scope."""

    role: Role
    scope: Scope
    until: datetime | None = None


class Holder(Protocol):
    """A signed-in person."""

    id: int

    @property
    def held(self) -> tuple[Held, ...]:
        """The grants in force now."""


class Person(Holder, Protocol):
    """Who is signed in, as pages and logs name them."""

    name: str | None
    email: str
    language: str  # id or en


def may(holder: Holder, permission: Permission, scopes: Iterable[Scope]) -> bool:
    """Whether one of the person's grants on one of ``scopes`` carries the permission."""
    covering = set(scopes)
    return any(
        held.scope in covering and permission in ROLE_PERMISSIONS[held.role] for held in holder.held
    )


def may_anywhere(holder: Holder, permission: Permission) -> bool:
    """Whether any grant of the person carries the permission, wherever."""
    return any(permission in ROLE_PERMISSIONS[held.role] for held in holder.held)


def held_anywhere(holder: Holder) -> frozenset[Permission]:
    """The permissions that the person holds on anything at all."""
    return _join_permissions(frozenset(held.role for held in holder.held))


@lru_cache(maxsize=64)
def _join_permissions(roles: frozenset[Role]) -> frozenset[Permission]:
    return frozenset().union(*(ROLE_PERMISSIONS[role] for role in roles))


def scopes_with(holder: Holder, permission: Permission) -> frozenset[Scope]:
    """The scopes on which the person holds the permission; with ``ALL`` in it, everywhere."""
    return frozenset(
        held.scope for held in holder.held if permission in ROLE_PERMISSIONS[held.role]
    )


def require(holder: Holder, permission: Permission, row: Scoped) -> None:
    """Check a permission on a row, as services do again whoever calls.

    Raises:
        NotAllowed: no grant of the person on the row carries the permission.
    """
    if not may(holder, permission, row.scopes):
        from flask_babel import gettext as _  # Not at start-up: only a refusal needs it.

        raise NotAllowed(_("Your role does not allow this."))


def public(view: View) -> View:
    """Mark a view that anyone may open."""
    view.access = "public"  # type: ignore[attr-defined]
    return view


def signed_in(view: View) -> View:
    """Mark a view for any signed-in person, about the person's own rows only."""

    @wraps(view)
    def guarded(**values: Any) -> Any:
        if (answer := current_app.extensions["door"].ask_to_sign_in()) is not None:
            return answer
        return view(**values)

    guarded.access = "signed_in"  # type: ignore[attr-defined]
    return guarded  # type: ignore[return-value]


def requires(permission: Permission) -> Callable[[View], View]:
    """Mark a view that needs a permission, on the row in its address or, without one, anywhere.

    A row that the person may not even see is the same 404 as no row.
    """

    def mark(view: View) -> View:
        @wraps(view)
        def guarded(**values: Any) -> Any:
            door = current_app.extensions["door"]
            if (answer := door.ask_to_sign_in()) is not None:
                return answer
            if (answer := door.ask_for_second_factor()) is not None:
                return answer
            _check(permission, values)
            return view(**values)

        guarded.access = permission  # type: ignore[attr-defined]
        return guarded  # type: ignore[return-value]

    return mark


def _check(permission: Permission, values: dict[str, Any]) -> None:
    holder: Holder = g.signed_in_user
    rows = [value for value in values.values() if hasattr(value, "scopes")]
    if not rows:
        if not may_anywhere(holder, permission):
            abort(403)
        return
    refused = [row for row in rows if not may(holder, permission, row.scopes)]
    if refused:  # One that may not even be seen decides: nothing tells that it is there.
        seen = all(may(holder, Permission.SEE_PLANS, row.scopes) for row in refused)
        abort(403 if seen else 404)


def refuse_unmarked_views(app: Flask) -> None:
    """Stop the start when a view carries no mark.

    Raises:
        RuntimeError: names the views that anyone could open by oversight.
    """
    unmarked = sorted(
        name
        for name, view in app.view_functions.items()
        if name not in UNGUARDED and not hasattr(view, "access")
    )
    if unmarked:
        raise RuntimeError(f"views without @requires, @signed_in or @public: {', '.join(unmarked)}")
