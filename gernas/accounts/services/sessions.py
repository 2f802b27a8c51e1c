"""Sessions: one row per browser, which logout, a change of password or someone else can end."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, select, update

from gernas.accounts.models import User, UserSession
from gernas.accounts.queries import OpenSession
from gernas.accounts.secrets import hash_secret, new_secret
from gernas.core.clock import now
from gernas.core.database import db, lock, transaction
from gernas.core.permissions import ROLES_WITH_SECOND_FACTOR

MOST_SESSIONS = 10
SEEN_EVERY = timedelta(minutes=1)
FRESH_FOR = timedelta(minutes=15)
FORM_GRACE = timedelta(minutes=5)  # to fill in a form that was opened in time


@dataclass(frozen=True)
class Lifetime:
    """How long a session lasts without use, and at the longest (ASVS 7.3.1, 7.3.2)."""

    idle: timedelta
    whole: timedelta


OF_ORGANIZERS = Lifetime(timedelta(minutes=60), timedelta(hours=12))
OF_OTHERS = Lifetime(timedelta(days=14), timedelta(days=30))


def needs_second_factor(user: User) -> bool:
    """Whether the person's grants show personal data of others."""
    return any(held.role in ROLES_WITH_SECOND_FACTOR for held in user.held)


def get_lifetime(user: User) -> Lifetime:
    return OF_ORGANIZERS if needs_second_factor(user) else OF_OTHERS


def is_over(session: OpenSession) -> bool:
    """Whether a session was idle or lasted too long; nobody needs to have ended it."""
    lifetime, moment = get_lifetime(session.user), now()
    return (
        moment - session.seen_at >= lifetime.idle or moment - session.created_at >= lifetime.whole
    )


def is_fresh(created_at: datetime, *, grace: bool = False) -> bool:
    """Whether the person proved who they are a short while ago."""
    return now() - created_at < (FRESH_FOR + FORM_GRACE if grace else FRESH_FOR)


def start_session(user: User, *, means: str, second_factor: bool, device: str = "") -> str:
    """Open a session and return the secret for its cookie; of more than ten the oldest ends."""
    lock(user)
    older = db.session.scalars(
        select(UserSession.id)
        .where(UserSession.user_id == user.id)
        .order_by(UserSession.created_at.desc(), UserSession.id.desc())
        .offset(MOST_SESSIONS - 1)
    ).all()
    if older:
        db.session.execute(delete(UserSession).where(UserSession.id.in_(older)))
    secret, moment = new_secret(), now()
    db.session.add(
        UserSession(
            user_id=user.id,
            token_hash=hash_secret(secret),
            means=means,
            second_factor=second_factor,
            device=device,
            created_at=moment,
            seen_at=moment,
        )
    )
    user.signed_in_at = moment
    db.session.flush()
    return secret


def end_session(user: User, session_id: int) -> bool:
    """End one session of the person; False when there is no such."""
    ended = db.session.execute(
        delete(UserSession)
        .where(UserSession.id == session_id, UserSession.user_id == user.id)
        .returning(UserSession.id)
    ).all()
    return bool(ended)


def end_session_by_secret(secret: str) -> None:
    """End the session of a cookie, if it is there."""
    db.session.execute(delete(UserSession).where(UserSession.token_hash == hash_secret(secret)))


def end_sessions(user: User, *, but: int | None = None) -> int:
    """End the person's sessions, all or all but one; returns how many."""
    statement = delete(UserSession).where(UserSession.user_id == user.id)
    if but is not None:
        statement = statement.where(UserSession.id != but)
    return len(db.session.execute(statement.returning(UserSession.id)).all())


def note_use(session_id: int) -> None:
    """Remember that the session was used just now; own transaction, apart from the request's."""
    with transaction(aside=True):
        db.session.execute(
            update(UserSession).where(UserSession.id == session_id).values(seen_at=now())
        )


def drop_old_sessions() -> None:
    """Tidy up what nobody can use any more; inside a transaction."""
    db.session.execute(delete(UserSession).where(UserSession.created_at < now() - OF_OTHERS.whole))
    db.session.execute(delete(UserSession).where(UserSession.seen_at < now() - OF_OTHERS.idle))
