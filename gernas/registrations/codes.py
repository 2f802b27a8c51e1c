"""Receipt codes that people read aloud, and the secrets of the links in mails.

A code is no secret: it names a registration, it opens nothing. The secret of a link is an HMAC of
the row, so that every later mail can carry it, while the table keeps its SHA-256 only. It opens
one registration and nothing else, and a higher ``token_number`` ends all links before it.
"""

import hashlib
import hmac
import secrets
from base64 import urlsafe_b64encode
from typing import TYPE_CHECKING

from flask import current_app

from gernas.core.database import is_writing

if TYPE_CHECKING:
    from gernas.registrations.models import Registration

LINK = "/pendaftaran/{token}"  # in English under /en, as all public pages

# Crockford's base 32: no I, L, O, U, which are taken for 1, 1, 0 and V.
_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_READ_AS = str.maketrans("ILO", "110", " -.")
_SIGNS = 8


def new_code() -> str:
    """Eight signs, 40 random bits: ``7K2M9QXA``."""
    return "".join(secrets.choice(_ALPHABET) for _ in range(_SIGNS))


def read_code(typed: str) -> str | None:
    """A code as it is kept, however it was typed: ``7k2m-9qxa``, o for 0; None if it is none."""
    code = typed.strip().upper().translate(_READ_AS)
    return code if len(code) == _SIGNS and not set(code) - set(_ALPHABET) else None


def code_words(code: str) -> str:
    """A code as it is shown: ``7K2M-9QXA``."""
    return f"{code[:4]}-{code[4:]}"


def make_token(code: str, number: int) -> tuple[str, str]:
    """The secret of a new registration's links, and the hash that is kept of it."""
    token = _derive(code, number, _keys()[0])
    return token, hash_token(token)


def get_token(registration: "Registration") -> str:
    """The secret of the row's links; once its key is gone another, which a transaction keeps."""
    for key in _keys():
        token = _derive(registration.code, registration.token_number, key)
        if hmac.compare_digest(hash_token(token), registration.token_hash):
            return token
    token, token_hash = make_token(registration.code, registration.token_number)
    if is_writing():
        registration.token_hash = token_hash
    return token


def hash_token(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()


def link_to(token: str, *, language: str) -> str:
    """The whole address of the page that shows a registration to its applicant."""
    prefix = "/en" if language == "en" else ""
    return f"{current_app.config['GERNAS'].url}{prefix}{LINK.format(token=token)}"


def _derive(code: str, number: int, key: str) -> str:
    """192 bits that only the holder of a key can make."""
    secret = hashlib.sha256(b"gernas registration:" + key.encode()).digest()
    digest = hmac.new(secret, f"{code}\n{number}".encode(), hashlib.sha256).digest()
    return urlsafe_b64encode(digest[:24]).decode()


def _keys() -> list[str]:
    settings = current_app.config["GERNAS"]
    return [settings.secret_key, *settings.secret_key_fallbacks]
