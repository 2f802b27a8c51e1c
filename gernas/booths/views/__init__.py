"""Pages of floor plans and booths: the organizer's, the exhibitor's, everyone's."""

from gernas.booths.views import (
    choosing,
    drawing,
    finding,
    importing,
    live,
    loading,
    papers,
    plans,
    sheet,
    table,
    zones,
)
from gernas.booths.views.blueprint import bp

__all__ = [
    "bp",
    "choosing",
    "drawing",
    "finding",
    "importing",
    "live",
    "loading",
    "papers",
    "plans",
    "sheet",
    "table",
    "zones",
]
