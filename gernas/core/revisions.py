"""A counter per site, campaign, stop and plan that rises with what their public pages show."""

from collections.abc import Callable, Iterable
from functools import cache
from typing import cast

from flask import current_app
from sqlalchemy import Insert, Integer, String, Table, select
from sqlalchemy.orm import Mapped, mapped_column

from gernas.core.database import Model, after_commit, db, is_sqlite
from gernas.core.permissions import Scope

SITE = Scope("site")

ListDependents = Callable[[frozenset[Scope]], Iterable[Scope]]
_dependents: dict[str, ListDependents] = {}


class Revision(Model):
    """How often what a scope shows to the public has changed."""

    __tablename__ = "revision"

    kind: Mapped[str] = mapped_column(String(16), primary_key=True)  # site, campaign, stop, plan
    scope_id: Mapped[int] = mapped_column(Integer, primary_key=True)
    number: Mapped[int] = mapped_column(Integer, default=1)


def register_dependents(name: str, list_dependents: ListDependents) -> None:
    """Say which further scopes show something of what given scopes show; again replaces."""
    _dependents[name] = list_dependents


def raise_revisions(*scopes: Scope, site: bool = True) -> None:
    """Make the kept pages of the scopes, and of the site, stale when the transaction commits.

    Put it last in a transaction: every writer of public things meets in the row of the site. What
    changes from second to second and shows on pages of its own scope alone leaves the ``site`` out.
    """
    db.session.flush()
    connection, statement = db.session.connection(), _insert_or_raise(sqlite=is_sqlite())
    everywhere = {SITE} if site else set()
    given = frozenset(scopes)
    further = {scope for list_more in _dependents.values() for scope in list_more(given)}
    for scope in sorted(
        {*given, *further, *everywhere}, key=lambda s: (s.kind == "site", s.kind, s.id)
    ):
        connection.execute(statement, {"kind": scope.kind, "scope_id": scope.id, "number": 1})
    after_commit(_forget_recent)


@cache
def _insert_or_raise(*, sqlite: bool) -> Insert:
    """A statement that raises a number, put together once: whatever public is written runs it."""
    from sqlalchemy.dialects import postgresql
    from sqlalchemy.dialects import sqlite as sqlite_dialect  # The loaded one only.

    insert = sqlite_dialect.insert if sqlite else postgresql.insert
    table = cast(Table, Revision.__table__)
    return insert(table).on_conflict_do_update(
        index_elements=["kind", "scope_id"], set_={"number": table.c.number + 1}
    )


def _forget_recent() -> None:
    if "kept" in current_app.extensions:
        current_app.extensions["kept"].store.forget_recent()


def get_revision(scope: Scope) -> int:
    """The scope's revision as this session sees it; 0 when nothing public was written yet."""
    number = db.session.scalar(
        select(Revision.number).where(Revision.kind == scope.kind, Revision.scope_id == scope.id)
    )
    return number or 0
