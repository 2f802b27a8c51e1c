"""How often something may be tried: per account, and per address as networks share them."""

from datetime import datetime, timedelta
from ipaddress import IPv6Address, ip_address

from flask import Flask, request
from flask_babel import gettext as _
from flask_limiter import Limiter
from sqlalchemy import Index, String, delete, select
from sqlalchemy.orm import Mapped, mapped_column

from gernas.core.clock import now
from gernas.core.database import Model, UtcDateTime, db
from gernas.core.errors import TooMany


def get_address() -> str:
    """The reader's network address; IPv6 cut to its /64, since one person owns all of it."""
    address = request.remote_addr or "0.0.0.0"  # noqa: S104 - a name for "unknown", not a bind
    try:
        parsed = ip_address(address)
    except ValueError:
        return "unknown"
    if isinstance(parsed, IPv6Address):
        if parsed.ipv4_mapped is not None:
            return str(parsed.ipv4_mapped)
        return str(IPv6Address(int(parsed) >> 64 << 64))
    return str(parsed)


limiter = Limiter(key_func=get_address, default_limits=[])


def init_limits(app: Flask, redis_url: str | None) -> None:
    app.config.update(
        RATELIMIT_STORAGE_URI=redis_url or "memory://",
        RATELIMIT_STRATEGY="moving-window",
        RATELIMIT_IN_MEMORY_FALLBACK_ENABLED=bool(redis_url),
        RATELIMIT_HEADERS_ENABLED=False,
    )
    limiter.init_app(app)
    # Views that have a limit ask it themselves. This would ask before every other view as well, for
    # limits of the whole application or a blueprint, of which there are none.
    app.before_request_funcs[None].remove(limiter._check_request_limit)  # noqa: SLF001


class Attempt(Model):
    """One try at something that is counted across all processes: sign-in, codes, resets."""

    __tablename__ = "attempt"
    __table_args__ = (Index("ix_attempt_key_at", "key", "at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(120))  # e.g. sign-in:account:<hash>
    at: Mapped[datetime] = mapped_column(UtcDateTime)


def check_limit(key: str, *, most: int, within: timedelta) -> None:
    """Refuse when ``key`` was tried ``most`` times within the time; counts nothing itself.

    Raises:
        TooMany: with the seconds until the oldest try is forgotten.
    """
    since = now() - within
    tries = db.session.scalars(
        select(Attempt.at).where(Attempt.key == key, Attempt.at > since).order_by(Attempt.at)
    ).all()
    if len(tries) >= most:
        wait = tries[0] + within - now()
        raise TooMany(
            _("You tried this often in a short time. Wait a few minutes and try again."),
            retry_seconds=max(1, int(wait.total_seconds())),
        )


def note_attempt(key: str) -> None:
    """Count a try; inside a transaction."""
    db.session.add(Attempt(key=key, at=now()))


def forget_attempts(key: str) -> None:
    """Forget the tries of a key, after success; inside a transaction."""
    db.session.execute(delete(Attempt).where(Attempt.key == key))


def drop_old_attempts(older_than: timedelta = timedelta(days=1)) -> None:
    """Tidy up; inside a transaction."""
    db.session.execute(delete(Attempt).where(Attempt.at < now() - older_than))
