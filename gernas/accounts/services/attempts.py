"""Counted tries, across all processes; the numbers stand in ``docs/security/sign-in.md``."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256

from sqlalchemy import delete, func, select

from gernas.accounts.secrets import hash_address
from gernas.core.clock import now
from gernas.core.database import db, is_sqlite, transaction
from gernas.core.limits import Attempt, check_limit, get_address

QUARTER = timedelta(minutes=15)
DAY = timedelta(hours=24)


@dataclass(frozen=True)
class Limit:
    """How many tries of a kind within a time."""

    name: str
    most: int
    within: timedelta


DOOR = Limit("door", 100, QUARTER)  # of a network address; thousands of phones may share one
WISHES = Limit("wish", 300, QUARTER)  # of a network address: for code and reset mails
PASSWORDS = Limit("password", 5, QUARTER)  # of an account; then a mailed code
CODES = Limit("code", 3, QUARTER)  # mails for an account, asked from one network address
CODES_IN_ALL = Limit("code-all", 9, QUARTER)  # mails for an account, from wherever
RESETS = Limit("reset", 3, QUARTER)
RESETS_IN_ALL = Limit("reset-all", 9, QUARTER)
FACTORS = Limit("factor", 5, QUARTER)  # of an account whose first factor was shown
FACTORS_A_DAY = Limit("factor-day", 20, DAY)
WRONG_CODES = Limit("wrong-code", 15, DAY)  # then each mailed code may be tried once
INVITATIONS = Limit("invite", 60, timedelta(hours=1))  # of an inviter
MAIL_CHANGES = Limit("mail-change", 5, timedelta(hours=1))  # of an account

Claim = tuple[Limit, str]


def by_address(limit: Limit) -> Claim:
    """A limit of the network address the request came from."""
    return limit, f"{limit.name}:{get_address()}"


def by_account(limit: Limit, email: str) -> Claim:
    return limit, f"{limit.name}:{hash_address(email)}"


def by_account_and_address(limit: Limit, email: str) -> Claim:
    return limit, f"{limit.name}:{hash_address(email)}:{get_address()}"


def by_user(limit: Limit, user_id: int) -> Claim:
    return limit, f"{limit.name}:{user_id}"


def claim_tries(*claims: Claim) -> list[int]:
    """Count a try at each limit before it is made, or refuse; own transaction.

    Counting first leaves no gap for many tries at once. Give back what did not fail.

    Raises:
        TooMany: one limit is used up; nothing is counted then.
    """
    with transaction():
        _one_after_another([key for _, key in claims])
        for limit, key in claims:
            check_limit(key, most=limit.most, within=limit.within)
        rows = [Attempt(key=key, at=now()) for _, key in claims]
        db.session.add_all(rows)
        db.session.flush()
        return [row.id for row in rows]


def give_back(tries: Sequence[int]) -> None:
    """Forget tries that were no failures; inside a transaction."""
    db.session.execute(delete(Attempt).where(Attempt.id.in_(tries)))


def count_tries(claim: Claim) -> int:
    limit, key = claim
    since = now() - limit.within
    statement = select(func.count()).where(Attempt.key == key, Attempt.at > since)
    return db.session.scalar(statement) or 0


def _one_after_another(keys: Sequence[str]) -> None:
    """Let tries at the same key wait for each other. SQLite has one writer anyway."""
    if is_sqlite():
        return
    numbers = sorted(int.from_bytes(sha256(key.encode()).digest()[:7], "big") for key in keys)
    for number in numbers:
        db.session.execute(select(func.pg_advisory_xact_lock(number)))
