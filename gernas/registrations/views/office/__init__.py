"""Back-office pages of calls and of the registrations that answer them."""

from gernas.registrations.views.office import (
    behalf,
    builder,
    bulk,
    calls,
    editing,
    exports,
    files,
    lists,
    messages,
    registration,
    waiting,
)
from gernas.registrations.views.office.blueprint import bp

__all__ = [
    "behalf",
    "bp",
    "builder",
    "bulk",
    "calls",
    "editing",
    "exports",
    "files",
    "lists",
    "messages",
    "registration",
    "waiting",
]
