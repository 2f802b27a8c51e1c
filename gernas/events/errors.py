"""Every way a rule about events and venues can fail, with the sentence people read."""

from datetime import datetime
from typing import TYPE_CHECKING

from flask_babel import gettext as _

from gernas.core.errors import Conflict, EditedMeanwhile, GernasError, NotAllowed

if TYPE_CHECKING:
    from gernas.events.models import Event, Venue


class EventChanged(EditedMeanwhile):
    """Someone saved the event after this person had opened it; ``event`` is as it is now."""

    def __init__(self, event: "Event", *, changed_by: str | None, changed_at: datetime) -> None:
        super().__init__(
            _(
                "%(name)s changed this event while you were editing.",
                name=changed_by or _("Someone"),
            )
        )
        self.event = event
        self.changed_by = changed_by
        self.changed_at = changed_at


class VenueChanged(EditedMeanwhile):
    """Someone saved the venue after this person had opened it; ``venue`` is as it is now."""

    def __init__(self, venue: "Venue", *, changed_by: str | None, changed_at: datetime) -> None:
        super().__init__(
            _(
                "%(name)s changed this venue while you were editing.",
                name=changed_by or _("Someone"),
            )
        )
        self.venue = venue
        self.changed_by = changed_by
        self.changed_at = changed_at


class EventCancelled(Conflict):
    def __init__(self) -> None:
        super().__init__(_("This event is cancelled. Revive it first."))


class AlreadyCancelled(Conflict):
    def __init__(self) -> None:
        super().__init__(_("This event is cancelled already."))


class NothingToRevive(Conflict):
    def __init__(self) -> None:
        super().__init__(_("This event is neither cancelled nor postponed."))


class NothingToConfirm(Conflict):
    def __init__(self) -> None:
        super().__init__(_("This event cannot be confirmed: its date is not known, or it is off."))


class EventArchived(Conflict):
    def __init__(self) -> None:
        super().__init__(_("This event is in the archive. Restore it first."))


class StopArchived(Conflict):
    def __init__(self) -> None:
        super().__init__(_("This stop is in the archive. Restore it first."))


class VenueArchived(Conflict):
    def __init__(self) -> None:
        super().__init__(_("This venue is in the archive. Restore it first."))


class VenueOfOthers(NotAllowed):
    """What stands at a venue is read on the pages and in the calendars of all its events."""

    def __init__(self) -> None:
        super().__init__(
            _(
                "Events that you do not plan are at this venue. "
                "Ask an administrator, or add a venue of your own."
            )
        )


class WrongStop(GernasError):
    def __init__(self) -> None:
        super().__init__(_("This stop belongs to another campaign."))
