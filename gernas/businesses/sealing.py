"""NIKs, encrypted where they lie and found again without being read (ASVS 11.2, 11.3).

Each kept value names the key that sealed it. Keys come from the settings by HKDF: the present one
seals and all of them open, so a key is exchanged by moving it to GERNAS_SECRET_KEY_FALLBACKS.
"""

import hmac
import secrets
from functools import lru_cache
from hashlib import sha256

from flask import current_app

NONCE_BYTES = 12  # NIST SP 800-38D, 8.2
TAG_BYTES = 4  # names the key, in front of the nonce


class CannotOpen(Exception):
    """A sealed value that no key of the settings opens, or that belongs to another row."""


def seal_nik(nik: str, *, business_id: int) -> bytes:
    """Encrypt a NIK for one row: AES-256-GCM, with the row as associated data."""
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    tag, key = _keys()[0]
    nonce = secrets.token_bytes(NONCE_BYTES)
    return tag + nonce + AESGCM(key).encrypt(nonce, nik.encode(), _row(business_id))


def open_nik(sealed: bytes, *, business_id: int) -> str:
    """Decrypt the NIK of a row.

    Raises:
        CannotOpen: its key is gone from the settings, or it was changed or moved.
    """
    from cryptography.exceptions import InvalidTag
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    tag, rest = sealed[:TAG_BYTES], sealed[TAG_BYTES:]
    nonce, text = rest[:NONCE_BYTES], rest[NONCE_BYTES:]
    for known, key in _keys():
        if not hmac.compare_digest(known, tag):
            continue
        try:
            return AESGCM(key).decrypt(nonce, text, _row(business_id)).decode()
        except (InvalidTag, ValueError) as error:
            raise CannotOpen from error
    raise CannotOpen


def hash_nik(nik: str) -> str:
    """What a NIK is found by: HMAC-SHA-256 under the present key."""
    return hash_nik_by_all_keys(nik)[0]


def hash_nik_by_all_keys(nik: str) -> list[str]:
    """The hashes of a NIK under the present and the former keys, for a search."""
    return [hmac.new(key, nik.encode(), sha256).hexdigest() for key in _search_keys()]


def _row(business_id: int) -> bytes:
    return f"business:{business_id}:nik".encode()


def _keys() -> tuple[tuple[bytes, bytes], ...]:
    return _derive(_settings())


def _search_keys() -> tuple[bytes, ...]:
    return tuple(_hkdf(key, b"gernas nik search") for key in _settings())


def _settings() -> tuple[str, ...]:
    config = current_app.config
    return (config["SECRET_KEY"], *config["SECRET_KEY_FALLBACKS"])


@lru_cache(maxsize=4)
def _derive(keys: tuple[str, ...]) -> tuple[tuple[bytes, bytes], ...]:
    return tuple(
        (_hkdf(key, b"gernas nik tag")[:TAG_BYTES], _hkdf(key, b"gernas nik seal")) for key in keys
    )


@lru_cache(maxsize=16)
def _hkdf(key: str, purpose: bytes) -> bytes:
    """32 bytes for one purpose (RFC 5869)."""
    from cryptography.hazmat.primitives.hashes import SHA256
    from cryptography.hazmat.primitives.kdf.hkdf import HKDF

    return HKDF(algorithm=SHA256(), length=32, salt=None, info=purpose).derive(key.encode())
