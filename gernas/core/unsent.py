"""What was typed into a form that could not be taken: too old, or sent after signing out.

It is given back to be read, copied and sent again, but only to whoever sent it from one of our own
pages: else another site could fill in a form for a person and have her press our button.
Passwords, codes and identity numbers are never written back.
"""

import re
from dataclasses import dataclass
from urllib.parse import urlsplit

from flask import current_app, request

_SECRETS = frozenset(  # as words of a name
    {"password", "sandi", "present", "recovery", "token", "secret", "totp", "nik"}
)
_CODES = frozenset({"code", "kode"})  # as whole names: province_code is none
_CHOSEN = re.compile(r"[a-z0-9_:.-]*")  # a choice, a number, a key: nothing anyone would miss
MOST_FIELDS = 300


@dataclass(frozen=True)
class Unsent:
    """The fields of a form, without secrets."""

    fields: list[tuple[str, str]]
    has_secrets: bool  # then it cannot be sent again as it is
    has_files: bool

    @property
    def texts(self) -> list[str]:
        """What someone wrote, in the order of the form."""
        return [value for _name, value in self.fields if not _CHOSEN.fullmatch(value)]


def read_unsent() -> Unsent | None:
    """What this request would have brought; None if that is nothing, or it came from elsewhere."""
    if not _is_from_our_page():
        return None
    sent = list(request.form.items(multi=True))[:MOST_FIELDS]
    secret = [value for name, value in sent if _is_secret(name) and name != "csrf_token"]
    fields = [(name, value) for name, value in sent if not _is_secret(name)]
    unsent = Unsent(fields, any(secret), any(file.filename for file in request.files.values()))
    return unsent if unsent.texts else None


def _is_secret(name: str) -> bool:
    name = name.lower()
    return name in _CODES or not _SECRETS.isdisjoint(re.split(r"[^a-z]", name))


def _is_from_our_page() -> bool:
    """Whether the browser says so. One that says nothing is not believed."""
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site == "same-origin"
    origin, ours = request.headers.get("Origin"), urlsplit(current_app.config["GERNAS"].url)
    return origin == f"{ours.scheme}://{ours.netloc}"
