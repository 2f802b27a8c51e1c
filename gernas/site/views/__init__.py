"""The public pages, the pages of following, and what machines read."""

from gernas.site.views import calendars, campaigns, events, texts
from gernas.site.views.blueprint import bp
from gernas.site.views.follow import bp as follow_bp
from gernas.site.views.machines import bp as machines_bp

__all__ = ["bp", "calendars", "campaigns", "events", "follow_bp", "machines_bp", "texts"]
