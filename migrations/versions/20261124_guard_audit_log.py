"""Guard the audit log: rows are only added, whoever asks."""

from collections.abc import Sequence

from alembic import op

revision: str = "0002"
down_revision: str | None = "0001"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

FROZEN = (
    "id, at, actor_id, action, subject_kind, subject_id, subject_label,"
    " campaign_id, stop_id, event_id, request_id, digests"
)

# Name, table, what happened, when it is refused. A batch operation on these tables makes them
# anew on SQLite, without their triggers: put them up again after it.
GUARDS = (
    ("audit_entry_keep", "audit_entry", "DELETE", None),
    ("audit_entry_freeze", "audit_entry", f"UPDATE OF {FROZEN}", None),
    (
        "audit_entry_chain_once",
        "audit_entry",
        "UPDATE OF chain_number, chain_hash",
        "OLD.chain_number IS NOT NULL",
    ),
    ("audit_value_freeze", "audit_value", "UPDATE", None),
    ("audit_value_keep", "audit_value", "DELETE", "NOT OLD.personal"),
)

FUNCTION = """CREATE OR REPLACE FUNCTION audit_refuse() RETURNS trigger AS $$
BEGIN
  RAISE EXCEPTION 'the audit log is only added to';
END
$$ LANGUAGE plpgsql"""


def upgrade() -> None:
    if _is_postgresql():
        op.execute(FUNCTION)
    for name, table, what, refused_when in GUARDS:
        condition = f" WHEN ({refused_when})" if refused_when else ""
        head = f"CREATE TRIGGER {name} BEFORE {what} ON {table} FOR EACH ROW{condition}"
        if _is_postgresql():
            op.execute(f"{head} EXECUTE FUNCTION audit_refuse()")
        else:
            op.execute(f"{head} BEGIN SELECT RAISE(ABORT, 'the audit log is only added to'); END")


def downgrade() -> None:
    for name, table, _what, _refused_when in GUARDS:
        on_table = f" ON {table}" if _is_postgresql() else ""
        op.execute(f"DROP TRIGGER {name}{on_table}")
    if _is_postgresql():
        op.execute("DROP FUNCTION audit_refuse()")


def _is_postgresql() -> bool:
    return op.get_context().dialect.name == "postgresql"
