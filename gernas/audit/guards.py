"""Triggers that refuse to change the log, whoever asks: the program, a console, another program.

What stays possible: adding an entry's place in the chain once, and deleting a personal value.
"""

from typing import Any

from sqlalchemy import DDL, FromClause, event

_FROZEN = (
    "id, at, actor_id, action, subject_kind, subject_id, subject_label,"
    " campaign_id, stop_id, event_id, request_id, digests"
)

# Name, table, what happened, when it is refused.
_GUARDS = (
    ("audit_entry_keep", "audit_entry", "DELETE", None),
    ("audit_entry_freeze", "audit_entry", f"UPDATE OF {_FROZEN}", None),
    (
        "audit_entry_chain_once",
        "audit_entry",
        "UPDATE OF chain_number, chain_hash",
        "OLD.chain_number IS NOT NULL",
    ),
    ("audit_value_freeze", "audit_value", "UPDATE", None),
    ("audit_value_keep", "audit_value", "DELETE", "NOT OLD.personal"),
)

_POSTGRESQL_FUNCTION = """CREATE OR REPLACE FUNCTION audit_refuse() RETURNS trigger AS $$
BEGIN
  RAISE EXCEPTION 'the audit log is only added to';
END
$$ LANGUAGE plpgsql"""


def guard_statements(dialect: str) -> list[str]:
    """The statements that put up the guards on a database: ``sqlite`` or ``postgresql``."""
    statements = [] if dialect == "sqlite" else [_POSTGRESQL_FUNCTION]
    for name, table, what, refused_when in _GUARDS:
        condition = f" WHEN ({refused_when})" if refused_when else ""
        head = f"CREATE TRIGGER {name} BEFORE {what} ON {table} FOR EACH ROW{condition}"
        if dialect == "sqlite":
            refuse = "BEGIN SELECT RAISE(ABORT, 'the audit log is only added to'); END"
        else:
            refuse = "EXECUTE FUNCTION audit_refuse()"
        statements.append(f"{head} {refuse}")
    return statements


def add_guards(*tables: FromClause) -> None:
    """Put up the guards when the last of the tables is created from the models."""
    for dialect in ("sqlite", "postgresql"):
        for statement in guard_statements(dialect):
            ddl: Any = DDL(statement)  # type: ignore[no-untyped-call]
            event.listen(tables[-1], "after_create", ddl.execute_if(dialect=dialect))
