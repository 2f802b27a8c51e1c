"""Pages of floor plans and booths: the organizer's, the exhibitor's, everyone's."""

from gernas.booths.views import choosing, live
from gernas.booths.views.blueprint import bp

__all__ = ["bp", "choosing", "live"]
