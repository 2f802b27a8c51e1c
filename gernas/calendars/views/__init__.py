"""The feeds, and the page on which people look after their private ones."""

from gernas.calendars.views import feeds, own

__all__ = ["feeds", "own"]
