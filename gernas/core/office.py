"""The back office's main menu: each domain registers its part, people see what they may open."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from flask import Flask, g, request, url_for

from gernas.core.permissions import Permission, held_anywhere


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
        held = held_anywhere(user)
        parts = [p for p in app.extensions["office_parts"] if p.permission in held]
        return {
            "office_nav": tuple((p.word, str(p.text), _address(p.endpoint)) for p in parts),
            "office_may": [permission.value for permission in held],
        }


@lru_cache(maxsize=64)  # They hold nothing but the endpoint's own path.
def _address(endpoint: str) -> str:
    return url_for(endpoint)
