"""The back office's main menu: each domain registers its part, people see what they may open."""

from dataclasses import dataclass
from typing import Any

from flask import Flask, g, request, url_for

from gernas.core.permissions import Permission, may_anywhere


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
        parts = [p for p in app.extensions["office_parts"] if may_anywhere(user, p.permission)]
        return {
            "office_nav": [(p.word, p.text, url_for(p.endpoint)) for p in parts],
            "office_may": [p.value for p in Permission if may_anywhere(user, p)],
        }
