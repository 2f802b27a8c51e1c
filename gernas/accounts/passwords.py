"""Passwords: hashed with argon2id, compared in the same time whether or not there is a person.

A new one has 12 to 128 characters of any kind and may not be made of what is guessed first: the
shipped list (``data/common_passwords.txt``), keyboard runs, the words of this place, the person's
own name and address. ASVS 6.1.2, 6.2.1, 6.2.4, 6.2.5, 6.2.9.
"""

import re
from functools import cache, lru_cache
from importlib.resources import files

from flask import current_app
from flask_babel import gettext as _
from flask_security import utils

from gernas.accounts.errors import WeakPassword
from gernas.accounts.models import User
from gernas.core.provinces import PROVINCES

SHORTEST, LONGEST = 12, 128
LEAST_REST = 6  # signs that have to be left when everything easy is taken out

# Hash of nothing anyone can type, at the same cost as all others (see setup.SETTINGS).
NOBODY = (
    "$argon2id$v=19$m=19456,t=2,p=1$MsYY47z3Xss5RyglpBSCkA"
    "$9kPZEDhtaa6zf2eBEW/G2AfeBcevyxMHsAC344qqoBo"
)
PLACE_WORDS = ("gernas", "bbi", "umkm", "bangga", "buatan", "indonesia", "kelola", "stan", "acara")

_LEET = str.maketrans("013457@$!", "oleastasi")
_RUNS = (
    "abcdefghijklmnopqrstuvwxyz",
    "qwertyuiop",
    "asdfghjkl",
    "zxcvbnm",
    "1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik",
    "q1w2e3r4t5y6u7i8o9p0",
    "0123456789012345678901234567890",
)
_REPEATED = re.compile(r"(.{1,6}?)\1{2,}")
_SEPARATORS = re.compile(r"[\s!-/:-@\[-`{-~]+")  # blanks and the signs of ASCII
_YEAR = re.compile(r"(?:19|20)[0-9]{2}")


def hash_password(password: str) -> str:
    """What is kept of a password: argon2id, about 25 ms."""
    return str(utils.hash_password(_normal(password)))


def is_right_password(user: User | None, typed: str) -> bool:
    """Compare what was typed; as slow for nobody, and for someone without a password."""
    kept = user.password if user is not None else None
    right = bool(utils.verify_password(_normal(typed[:LONGEST]), kept or NOBODY))
    return right and kept is not None and len(typed) <= LONGEST


def hash_secret_slowly(secret: str) -> str:
    """What is kept of a recovery code: argon2id as well, since it has 60 random bits only."""
    return str(utils.hash_password(secret))


def is_right_secret(kept: str | None, shown: str) -> bool:
    """Compare a recovery code; as slow when there is none."""
    return bool(utils.verify_password(shown, kept or NOBODY)) and kept is not None


def check_password(password: str, *, email: str = "", name: str = "") -> None:
    """Refuse a new password that would be guessed.

    Raises:
        WeakPassword: with what to change.
    """
    if len(password) < SHORTEST:
        raise WeakPassword(
            _("Use at least %(count)s characters; a few words are easiest.", count=SHORTEST)
        )
    if len(password) > LONGEST:
        raise WeakPassword(_("Use at most %(count)s characters.", count=LONGEST))
    plain = _normal(password).lower()
    if plain in _common() or _SEPARATORS.sub("", plain) in _common():
        raise WeakPassword(_("This password is on the lists that thieves try first."))
    if len(_without_the_easy(plain, _own_words(email, name))) < LEAST_REST:
        raise WeakPassword(
            _(
                "This is made of words, names or runs that are guessed first. "
                "Add a few words of your own."
            )
        )


def _normal(password: str) -> str:
    """One spelling for the same typed signs (NFKD); nothing is trimmed."""
    return str(current_app.extensions["security"].password_util.normalize(password))


def _without_the_easy(plain: str, own_words: tuple[str, ...]) -> str:
    """The signs that remain of a password when weak words, runs and repeats are taken out."""
    rest = _YEAR.sub("", plain)
    for word in (*own_words, *_weak_words()):
        rest = _without_word(rest, word)
    rest = _REPEATED.sub(r"\1", _SEPARATORS.sub("", rest))
    for run in _RUNS:
        rest = _without_run(_without_run(rest, run), run[::-1])
    return rest if len(set(rest)) > 3 else ""


def _without_word(text: str, word: str) -> str:
    """Take out a word, also where digits and signs stand for its letters (``p4ssw0rd``)."""
    letters = text.translate(_LEET)
    while (start := letters.find(word)) >= 0:
        end = start + len(word)
        text, letters = f"{text[:start]} {text[end:]}", f"{letters[:start]} {letters[end:]}"
    return text


def _without_run(text: str, run: str) -> str:
    """Shrink each stretch of four or more signs that follow each other in ``run`` to one."""
    kept: list[str] = []
    start = 0
    while start < len(text):
        end = start + 1
        while end < len(text) and text[start : end + 1] in run:
            end += 1
        kept.append(text[start] if end - start >= 4 else text[start:end])
        start = end
    return "".join(kept)


def _own_words(email: str, name: str) -> tuple[str, ...]:
    parts = re.split(r"[\W_]+", f"{email} {name}".lower())
    return tuple(sorted({part for part in parts if len(part) > 3}, key=len, reverse=True))


@lru_cache(maxsize=1)
def _weak_words() -> tuple[str, ...]:
    """Words that add nothing: of this place, of provinces, and of common passwords; long first."""
    provinces = {part for p in PROVINCES for part in p.name_id.lower().split() if len(part) > 3}
    words = {*PLACE_WORDS, *provinces, *_read("weak_words.txt")}
    return tuple(sorted(words, key=len, reverse=True))


@cache
def _common() -> frozenset[str]:
    return frozenset(_read("common_passwords.txt"))


def _read(name: str) -> list[str]:
    text = (files("gernas.accounts") / "data" / name).read_text("utf-8")
    return [line for line in text.splitlines() if line and not line.startswith("#")]
