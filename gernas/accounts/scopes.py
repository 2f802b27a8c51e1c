"""What a role can be given on. The domains above register their kinds when the app starts."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass

from flask_babel import gettext as _
from sqlalchemy import Select

from gernas.accounts.models import User
from gernas.core.permissions import ALL, Scope

Choices = Callable[[User], list[tuple[int, str]]]
Reach = Callable[[User], Select[int]]


@dataclass(frozen=True)
class ScopeKind:
    """One kind of place: which of its rows a person may choose, their names, what covers them."""

    choices: Choices
    label: Callable[[int], str]
    scopes: Callable[[int], tuple[Scope, ...]]
    labels: Callable[[Collection[int]], Mapping[int, str]] | None = None
    reach: Reach | None = None


_kinds: dict[str, ScopeKind] = {}


def register_scope_kind(
    kind: str,
    *,
    choices: Choices,
    label: Callable[[int], str],
    scopes: Callable[[int], tuple[Scope, ...]],
    labels: Callable[[Collection[int]], Mapping[int, str]] | None = None,
    reach: Reach | None = None,
) -> None:
    """Let roles be given on rows of a kind, e.g. campaign, stop or event.

    ``choices`` are the rows (id and name) on which the person may invite others, and ``reach``
    selects the ids of all of those, also where the choices leave some out; ``label`` names one
    row and ``labels`` many with one question; ``scopes`` are the scopes that cover a row,
    narrowest first and ``ALL`` last, () if there is no such row.
    """
    _kinds[kind] = ScopeKind(choices, label, scopes, labels, reach)


def list_choices(kind: str, user: User) -> list[tuple[int, str]]:
    """The rows of a kind on which the person may invite others, by name."""
    if kind == "all":
        return [(0, _("All of Gernas"))] if any(held.scope == ALL for held in user.held) else []
    return _kinds[kind].choices(user) if kind in _kinds else []


def list_kinds() -> list[str]:
    """All kinds, widest first."""
    return [
        "all",
        *(kind for kind in ("campaign", "stop", "event", "organisation") if kind in _kinds),
    ]


def select_reach(kind: str, user: User) -> Select[int] | list[int]:
    """The ids of rows on which the person may invite others, for a condition of a query."""
    known = _kinds.get(kind)
    if known is None:
        return []
    return known.reach(user) if known.reach else [number for number, _name in known.choices(user)]


def covering_scopes(scope: Scope) -> tuple[Scope, ...]:
    """The scopes that cover a scope, itself included; () if there is no such row."""
    if scope == ALL:
        return (ALL,)
    return _kinds[scope.kind].scopes(scope.id) if scope.kind in _kinds else ()


def scope_labels(scopes: Collection[Scope]) -> dict[Scope, str]:
    """What scopes are called; at most one question for each kind that offers ``labels``."""
    found: dict[Scope, str] = {}
    for kind in {scope.kind for scope in scopes}:
        ids = {scope.id for scope in scopes if scope.kind == kind}
        if kind == "all":
            found[ALL] = _("All of Gernas")
        elif kind in _kinds:
            known = _kinds[kind]
            names = known.labels(ids) if known.labels else {one: known.label(one) for one in ids}
            found.update({Scope(kind, one): name for one, name in names.items()})
    return {scope: found.get(scope, "–") for scope in scopes}


def scope_label(scope: Scope) -> str:
    return scope_labels([scope])[scope]
