"""Whether mail leaves, for ``gernas doctor``."""

from collections.abc import Iterator
from datetime import timedelta

from gernas.core.clock import now
from gernas.core.doctor import Finding
from gernas.messages.queries import get_outbox_health

LATE = timedelta(minutes=10)


def examine_outbox() -> Iterator[Finding]:
    health = get_outbox_health()
    if health.oldest_due_at is not None and now() - health.oldest_due_at > LATE:
        yield Finding(f"{health.waiting} mails wait, the oldest for over 10 minutes.", serious=True)
    if health.failed:
        yield Finding(f"{health.failed} mails failed: see /kelola/surat.", serious=False)
