"""All that can be done to events, agendas and venues, each with all its rules."""

from gernas.events.services.agenda import (
    add_agenda_item,
    edit_agenda_item,
    move_agenda_item,
    remove_agenda_item,
    restore_agenda_item,
)
from gernas.events.services.copies import (
    copy_event,
)
from gernas.events.services.covers import (
    remove_cover,
    set_cover,
)
from gernas.events.services.events import (
    add_event,
    archive_event,
    edit_event,
    restore_event,
)
from gernas.events.services.publishing import (
    renew_calendar_of,
)
from gernas.events.services.states import (
    cancel_event,
    confirm_event,
    postpone_event,
    revive_event,
)
from gernas.events.services.venues import (
    add_venue,
    archive_venue,
    edit_venue,
    merge_venues,
    restore_venue,
)

__all__ = [
    "add_agenda_item",
    "add_event",
    "add_venue",
    "archive_event",
    "archive_venue",
    "cancel_event",
    "confirm_event",
    "copy_event",
    "edit_agenda_item",
    "edit_event",
    "edit_venue",
    "merge_venues",
    "move_agenda_item",
    "postpone_event",
    "remove_agenda_item",
    "remove_cover",
    "renew_calendar_of",
    "restore_agenda_item",
    "restore_event",
    "restore_venue",
    "revive_event",
    "set_cover",
]
