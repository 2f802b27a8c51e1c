"""Pages of youth programmes: the coordinator's, the member's, everyone's."""

from gernas.youth.views import (
    desk,
    guardian,
    hours,
    members,
    mine,
    overview,
    programme,
    public,
    report,
    results,
    shifts,
    shifts_mine,
    signing_up,
)
from gernas.youth.views.blueprint import bp, mine_bp, public_bp

__all__ = [
    "bp",
    "desk",
    "guardian",
    "hours",
    "members",
    "mine",
    "mine_bp",
    "overview",
    "programme",
    "public",
    "public_bp",
    "report",
    "results",
    "shifts",
    "shifts_mine",
    "signing_up",
]
