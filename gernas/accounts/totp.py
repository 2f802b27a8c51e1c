"""Codes of authenticator apps (RFC 6238), each used once."""

from collections.abc import Sequence
from functools import lru_cache
from hashlib import sha256
from typing import Any, cast

from flask import current_app
from flask_security.totp import Totp
from passlib.totp import TOTP, AppWallet

from gernas.accounts.models import User
from gernas.core.clock import now

ISSUER = "Gernas BBI"
WINDOW_SECONDS = 30  # one step before and after: three codes are right at once, not nine


class OnceTotp(Totp):
    """Flask-Security's TOTP, where a code that was used is never right again.

    The last counter stands in the person's row, so verify only while that row is locked.
    """

    def __init__(self, keys: Sequence[str]) -> None:
        # Not the parent's: its keys have no order and its clock cannot be set.
        tagged = {_tag(key): sha256(f"totp:{key}".encode()).hexdigest() for key in keys}
        self._totp: Any = TOTP.using(
            issuer=ISSUER,
            wallet=AppWallet(tagged, default_tag=_tag(keys[0])),
            now=lambda: now().timestamp(),
        )

    def check(self, user: User, token: str) -> bool:
        """Use up a code of the person's app; False when it is wrong or was used."""
        if user.totp_secret is None:
            return False
        if not self.verify_totp(token, user.totp_secret, cast(Any, user), window=WINDOW_SECONDS):
            return False
        kept = self._totp.from_source(user.totp_secret)
        if kept.changed:  # The key of the settings was exchanged.
            user.totp_secret = kept.to_json(encrypt=True)
        return True

    def get_last_counter(self, user: Any) -> int | None:
        counter: int | None = user.totp_counter
        return counter

    def set_last_counter(self, user: Any, tmatch: Any) -> None:
        user.totp_counter = tmatch.counter


def _tag(key: str) -> str:
    """Which key encrypted a secret, written beside it."""
    return sha256(f"totp-tag:{key}".encode()).hexdigest()[:8]


def get_totp() -> OnceTotp:
    """The codes of this application, under its present key and the former ones."""
    config = current_app.config
    return _build((config["SECRET_KEY"], *config["SECRET_KEY_FALLBACKS"]))


@lru_cache(maxsize=4)
def _build(keys: tuple[str, ...]) -> OnceTotp:
    return OnceTotp(keys)
