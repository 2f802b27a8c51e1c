"""What a browser does at the door: wish for a code or a reset link, show a code, show the factor.

Wishes are stored the same way whether or not there is such a person; the worker looks, hashes and
mails (``gernas/accounts/jobs.py``), so the time of an answer tells nothing.
"""

import hmac
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import delete, select

from gernas.accounts.models import DoorStep, MailLink, RecoveryCode, StepKind, User
from gernas.accounts.passwords import is_right_secret
from gernas.accounts.queries import find_user
from gernas.accounts.secrets import hash_code, hash_secret, new_secret, read_recovery_code
from gernas.accounts.services.invitations import add_user
from gernas.accounts.totp import get_totp
from gernas.core.clock import now
from gernas.core.database import db, lock
from gernas.core.jobs import enqueue
from gernas.core.limits import note_attempt
from gernas.core.text import clean_text

CODE_LIVES = timedelta(minutes=10)
FACTOR_LIVES = timedelta(minutes=10)
MOST_TRIES = 5
KEPT_FOR = timedelta(days=1)

JOIN = "join"  # the means of a code that may also make an account

MAIL_CODE = "accounts_mail_code"
MAIL_RESET = "accounts_mail_reset"


@dataclass(frozen=True)
class Verdict:
    """Whether what was shown is right, for whom, and how often it may be tried again."""

    user: User | None = None
    means: str = ""
    tries_left: int = 0


def ask_for_code(email: str, *, language: str, joins: bool = False) -> str:
    """Note that a browser wants a code by mail; returns the secret for that browser's cookie.

    With ``joins`` an address without an account gets one when the code is shown.
    """
    step, secret = _add_step(StepKind.CODE, email=email, language=language, lives=CODE_LIVES)
    step.means = JOIN if joins else ""
    enqueue(MAIL_CODE, step_id=step.id)
    return secret


def ask_for_reset(email: str, *, language: str) -> None:
    """Note that someone wants a link by mail to set a new password."""
    step, _secret = _add_step(StepKind.RESET, email=email, language=language, lives=CODE_LIVES)
    enqueue(MAIL_RESET, step_id=step.id)


def ask_for_factor(user: User, *, means: str, language: str) -> str:
    """Note that a person showed the first factor; returns the secret for the browser's cookie."""
    step, secret = _add_step(
        StepKind.FACTOR, email=user.email, language=language, lives=FACTOR_LIVES
    )
    step.user_id, step.means = user.id, means
    db.session.flush()
    return secret


def find_step(kind: StepKind, secret: str | None) -> DoorStep | None:
    """The living step of a browser, to show its page; None when it is over."""
    if not secret:
        return None
    step = db.session.scalar(
        select(DoorStep).where(DoorStep.browser_hash == hash_secret(secret), DoorStep.kind == kind)
    )
    return step if step is not None and step.is_alive else None


def show_code(secret: str, typed: str, *, wrong_key: str) -> Verdict:
    """Use up a mailed code. After five wrong ones, or ten minutes, it is dead.

    ``wrong_key`` counts wrong codes of the account; each is noted there.
    """
    step = _lock_step(StepKind.CODE, secret)
    if step is None:
        return Verdict()
    shown = hash_code(typed, step_id=step.id)
    right = hmac.compare_digest(shown, step.code_hash or "0" * len(shown))
    user = _person_of(step) if right else None
    if user is None:
        step.tries += 1
        note_attempt(wrong_key)
        return Verdict(tries_left=step.most_tries - step.tries)
    step.used_at = now()
    return Verdict(user, "code")


def show_factor(secret: str, typed: str) -> Verdict:
    """Use up a code of the authenticator app, each once, by the counter in the person's row."""
    step = _lock_step(StepKind.FACTOR, secret)
    user = _active_user(step.user_id) if step is not None else None
    if step is None or user is None:
        return Verdict()
    if not get_totp().check(lock(user), typed):
        step.tries += 1
        return Verdict(tries_left=step.most_tries - step.tries)
    step.used_at = now()
    return Verdict(user, step.means)


def is_recovery_code(user_id: int, typed: str) -> int | None:
    """Compare a recovery code, which is slow, before the transaction; the row's id if right."""
    read = read_recovery_code(clean_text(typed[:60]))
    number, rest = read if read is not None else (-1, "")
    row = db.session.scalar(
        select(RecoveryCode).where(RecoveryCode.user_id == user_id, RecoveryCode.number == number)
    )
    right = is_right_secret(row.code_hash if row is not None else None, rest)
    return row.id if row is not None and right else None


def show_recovery_code(secret: str, code_id: int | None) -> Verdict:
    """Use up a recovery code that ``is_recovery_code`` found right."""
    step = _lock_step(StepKind.FACTOR, secret)
    user = _active_user(step.user_id) if step is not None else None
    if step is None or user is None:
        return Verdict()
    row = db.session.get(RecoveryCode, code_id, with_for_update=True) if code_id else None
    if row is None or row.user_id != user.id or row.used_at is not None:
        step.tries += 1
        return Verdict(tries_left=step.most_tries - step.tries)
    row.used_at = step.used_at = now()
    return Verdict(user, step.means)


def drop_old_steps() -> None:
    """Tidy up; inside a transaction."""
    db.session.execute(delete(DoorStep).where(DoorStep.created_at < now() - KEPT_FOR))
    db.session.execute(delete(MailLink).where(MailLink.expires_at < now() - KEPT_FOR))


def _add_step(
    kind: StepKind, *, email: str, language: str, lives: timedelta
) -> tuple[DoorStep, str]:
    secret, moment = new_secret(), now()
    step = DoorStep(
        kind=kind,
        browser_hash=hash_secret(secret),
        email=email,
        language=language,
        most_tries=MOST_TRIES,
        tries=0,
        created_at=moment,
        expires_at=moment + lives,
    )
    db.session.add(step)
    db.session.flush()
    return step, secret


def _lock_step(kind: StepKind, secret: str) -> DoorStep | None:
    step = db.session.scalar(
        select(DoorStep)
        .where(DoorStep.browser_hash == hash_secret(secret), DoorStep.kind == kind)
        .with_for_update()
    )
    return step if step is not None and step.is_alive else None


def _person_of(step: DoorStep) -> User | None:
    """Whose code was shown; who joins gets an account in this moment."""
    if step.means != JOIN:
        return _active_user(step.user_id)
    user = find_user(step.email) or add_user(step.email, language=step.language)
    return user if user.active else None


def _active_user(user_id: int | None) -> User | None:
    user = db.session.get(User, user_id) if user_id is not None else None
    return user if user is not None and user.active else None
