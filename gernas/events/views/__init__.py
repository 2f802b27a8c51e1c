"""Back-office pages of events, agendas and venues; and the pictures of events."""

from gernas.events.views import agenda, editing, event, files, lists, roadshow, start, venues
from gernas.events.views.blueprint import bp

__all__ = ["agenda", "bp", "editing", "event", "files", "lists", "roadshow", "start", "venues"]
