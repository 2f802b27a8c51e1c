"""Back-office pages of campaigns, their stops and indicators."""

from gernas.campaigns.views import campaigns, indicators, stops
from gernas.campaigns.views.blueprint import bp

__all__ = ["bp", "campaigns", "indicators", "stops"]
