"""Codes of certificates: twelve signs that people type from paper, 60 random bits."""

import secrets

# Crockford's base 32: no I, L, O, U, which are taken for 1, 1, 0 and V.
_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_READ_AS = str.maketrans("ILO", "110", " -.–")
SIGNS = 12


def new_certificate_code() -> str:
    return "".join(secrets.choice(_ALPHABET) for _ in range(SIGNS))


def read_certificate_code(typed: str) -> str | None:
    """A code as it is kept, however it was typed: ``7k2m-9qxa 01cd``; None if it is none."""
    code = typed[:60].strip().upper().translate(_READ_AS)
    return code if len(code) == SIGNS and not set(code) - set(_ALPHABET) else None


def certificate_code_words(code: str) -> str:
    """A code as it is shown: ``7K2M-9QXA-01CD``."""
    return "-".join(code[start : start + 4] for start in range(0, SIGNS, 4))
