"""Give an event a cover picture, or take it away."""

from flask_babel import gettext as _

from gernas.campaigns.models import TITLE_LENGTH
from gernas.core.database import lock
from gernas.core.errors import BadValues
from gernas.core.images import Picture
from gernas.core.text import clean_text
from gernas.events.files import store_picture
from gernas.events.models import Event
from gernas.events.services.changing import By, check_open, finish, log_change, read_event, touch


def set_cover(event: Event, picture: Picture, *, alt: str, by: By) -> Event:
    """Show a picture above the event, with words for those who do not see it.

    Raises:
        NotAllowed, EventArchived
        BadValues: the words are missing or too long.
        CannotStore: the disk is full or not writable.
    """
    alt = clean_text(alt)
    if not alt:
        raise BadValues({"cover_alt": _("Say in a few words what the picture shows.")})
    if len(alt) > TITLE_LENGTH:
        raise BadValues({"cover_alt": _("At most %(limit)s characters.", limit=TITLE_LENGTH)})
    event = lock(event)
    check_open(event, by=by, version=None)
    before = read_event(event)
    event.cover, event.cover_alt = store_picture(picture), alt
    event.cover_width, event.cover_height = picture.width, picture.height
    return _finish(event, before, by=by)


def remove_cover(event: Event, *, by: By) -> Event:
    """Show no picture; the file stays, since copies of the event may use it."""
    event = lock(event)
    check_open(event, by=by, version=None)
    before = read_event(event)
    event.cover = event.cover_alt = event.cover_width = event.cover_height = None
    return _finish(event, before, by=by)


def _finish(event: Event, before: dict[str, object], *, by: By) -> Event:
    if read_event(event) == before:
        return event
    touch(event)
    log_change("event.edited", event, before, by=by)
    finish([event])
    return event
