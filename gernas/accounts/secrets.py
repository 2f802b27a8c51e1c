"""Random secrets for people and browsers, and the hashes that are kept of them."""

import hmac
import secrets
from hashlib import sha256

from flask import current_app

CODE_DIGITS = 6
SECRET_BYTES = 16  # 128 random bits (ASVS 7.2.3)
RECOVERY_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"  # Crockford's base 32: no i, l, o, u
RECOVERY_SIGNS = 12  # 60 random bits


def new_secret() -> str:
    """22 signs for a cookie or a link."""
    return secrets.token_urlsafe(SECRET_BYTES)


def hash_secret(secret: str) -> str:
    """What is kept of a secret with 128 random bits, and found again by an index."""
    return sha256(secret.encode("utf-8", "replace")).hexdigest()


def new_code() -> str:
    """Six digits for a mail."""
    return f"{secrets.randbelow(10**CODE_DIGITS):0{CODE_DIGITS}}"


def hash_code(code: str, *, step_id: int) -> str:
    """What is kept of a mailed code: useless without the key of the settings."""
    return keyed_hash("code", f"{step_id}:{code}")


def hash_address(email: str) -> str:
    """A name for an address in the counters, from which nobody reads the address."""
    return keyed_hash("address", email)[:40]


def keyed_hash(purpose: str, value: str) -> str:
    key = sha256(f"accounts:{purpose}:{current_app.config['SECRET_KEY']}".encode()).digest()
    return hmac.new(key, value.encode("utf-8", "replace"), sha256).hexdigest()


def new_recovery_code(number: int) -> str:
    """``3-k7f2-9qxm-w0ha``: the first sign says which of the ten it is."""
    signs = "".join(secrets.choice(RECOVERY_ALPHABET) for _ in range(RECOVERY_SIGNS))
    return f"{number}-{signs[:4]}-{signs[4:8]}-{signs[8:]}"


def read_recovery_code(typed: str) -> tuple[int, str] | None:
    """The number and the rest of a recovery code, however it was typed; None if it is none."""
    signs = typed.lower().translate(str.maketrans("ilo", "110", " -")).strip()
    if len(signs) != RECOVERY_SIGNS + 1 or set(signs) - set(RECOVERY_ALPHABET):
        return None
    if signs[0] not in "0123456789":
        return None
    return int(signs[0]), signs[1:]
