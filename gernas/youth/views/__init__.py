"""Pages of youth programmes: the coordinator's, the member's, everyone's."""

from gernas.youth.views import mine, overview, report, results
from gernas.youth.views.blueprint import bp, mine_bp, public_bp

__all__ = [
    "bp",
    "mine",
    "mine_bp",
    "overview",
    "public_bp",
    "report",
    "results",
]
