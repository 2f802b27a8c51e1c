"""Pages of floor plans and booths: the organizer's, the exhibitor's, everyone's."""

from gernas.booths.views import (
    allocating,
    choosing,
    drawing,
    finding,
    groups,
    importing,
    live,
    loading,
    papers,
    plans,
    proposals,
    sheet,
    table,
    terms,
    zones,
)
from gernas.booths.views.blueprint import bp

__all__ = [
    "allocating",
    "bp",
    "choosing",
    "drawing",
    "finding",
    "groups",
    "importing",
    "live",
    "loading",
    "papers",
    "plans",
    "proposals",
    "sheet",
    "table",
    "terms",
    "zones",
]
