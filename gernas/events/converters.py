"""The part of back-office addresses that loads an event."""

from werkzeug.routing import BaseConverter, ValidationError

from gernas.campaigns.converters import SLUG
from gernas.events.models import Event
from gernas.events.queries import find_event, find_former_event


class EventConverter(BaseConverter):
    """``kick-off-lampung`` is an event, also under a former slug; what is none does not match."""

    regex = SLUG

    def to_python(self, value: str) -> Event:
        # A form that was opened before someone else changed the slug still arrives.
        event = find_event(value) or find_former_event(value)
        if event is None:
            raise ValidationError
        return event

    def to_url(self, value: Event | str) -> str:
        return value if isinstance(value, str) else value.slug
