"""The back office's main menu: each domain registers its part, people see what they may open."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from flask import Flask, g, request

from gernas.core.i18n import get_language
from gernas.core.permissions import Permission, held_anywhere
from gernas.core.routing import fixed_url


@dataclass(frozen=True)
class Part:
    """One entry of the menu. ``word`` is what a template sets as ``section``."""

    word: str
    text: Any  # lazy, translated when shown
    endpoint: str
    permission: Permission


def register_part(app: Flask, part: Part) -> None:
    """Add a part to the menu, in the order of registration."""
    app.extensions.setdefault("office_parts", []).append(part)


def init_office(app: Flask) -> None:
    app.extensions.setdefault("office_parts", [])

    @app.context_processor
    def offer() -> dict[str, Any]:
        user = g.get("signed_in_user")
        if user is None or not request.path.startswith("/kelola"):
            return {}
        return frame(held_anywhere(user), get_language())

    @lru_cache(maxsize=64)  # A few roles, two languages; the parts are those of this application.
    def frame(held: frozenset[Permission], _language: str) -> dict[str, Any]:
        parts = [p for p in app.extensions["office_parts"] if p.permission in held]
        return {
            "office_nav": tuple((p.word, str(p.text), fixed_url(p.endpoint)) for p in parts),
            "office_may": frozenset(permission.value for permission in held),
        }
