"""The part of back-office addresses that loads an event."""

from gernas.campaigns.converters import SLUG
from gernas.core.routing import RowConverter
from gernas.events.models import Event
from gernas.events.queries import find_event, find_former_event


class EventConverter(RowConverter):
    """``kick-off-lampung`` is an event, also under a former slug."""

    regex = SLUG

    def find(self, value: str) -> Event | None:
        # A form that was opened before someone else changed the slug still arrives.
        return find_event(value) or find_former_event(value)
