"""Codes that desks scan and people read aloud, and the secrets of the links in mails.

The code of a member is no secret: it names the member at the desk, it opens nothing. The secret of
a link is an HMAC of the row, so that every later mail and every QR on a screen can carry it, while
the table keeps its SHA-256 only. A higher number ends all links before it.
"""

import hashlib
import hmac
from base64 import urlsafe_b64encode

from flask import current_app

from gernas.core.database import is_writing
from gernas.registrations.codes import code_words, new_code, read_code
from gernas.youth.models import GuardianConsent, Member

__all__ = ["code_words", "new_code", "read_code"]

MEMBER, GUARDIAN = "member", "guardian"


def make_token(kind: str, name: str | int, number: int = 1) -> tuple[str, str]:
    """The secret of a link to one row, and the hash that is kept of it.

    ``kind`` keeps links of different kinds apart, ``name`` names the row among them for ever.
    """
    token = _derive(kind, str(name), number, _keys()[0])
    return token, hash_token(token)


def recall_token(kind: str, name: str | int, number: int, token_hash: str) -> str | None:
    """The secret whose hash is kept; None once the key it was made with is gone."""
    for key in _keys():
        token = _derive(kind, str(name), number, key)
        if hmac.compare_digest(hash_token(token), token_hash):
            return token
    return None


def hash_token(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()


def get_member_token(member: Member) -> str:
    """The secret of a member's links; once its key is gone another, which a transaction keeps."""
    token = recall_token(MEMBER, member.code, member.token_number, member.token_hash)
    if token is None:
        token, token_hash = make_token(MEMBER, member.code, member.token_number)
        if is_writing():
            member.token_hash = token_hash
    return token


def get_guardian_token(consent: GuardianConsent) -> str:
    """The secret of the link by which a guardian answers, likewise."""
    name = f"{consent.member.code}:{consent.asked_at.isoformat()}"
    token = recall_token(GUARDIAN, name, 1, consent.token_hash)
    if token is None:
        token, token_hash = make_token(GUARDIAN, name)
        if is_writing():
            consent.token_hash = token_hash
    return token


def link_to(path: str, *, language: str) -> str:
    """The whole address of a public page, such as ``/wali/…``, in a language."""
    prefix = "/en" if language == "en" else ""
    return f"{current_app.config['GERNAS'].url}{prefix}{path}"


def _derive(kind: str, name: str, number: int, key: str) -> str:
    """192 bits that only the holder of a key can make."""
    secret = hashlib.sha256(b"gernas youth:" + key.encode()).digest()
    digest = hmac.new(secret, f"{kind}\n{name}\n{number}".encode(), hashlib.sha256).digest()
    return urlsafe_b64encode(digest[:24]).decode()


def _keys() -> list[str]:
    settings = current_app.config["GERNAS"]
    return [settings.secret_key, *settings.secret_key_fallbacks]
