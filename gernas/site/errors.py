"""Why a public address shows nothing, or an act of a reader cannot be done."""

from flask_babel import gettext as _

from gernas.core.errors import GernasError


class EventGone(GernasError):
    """The event was taken off the schedule by its organizers."""

    status = 410

    def __init__(self) -> None:
        super().__init__(_("The organizers have taken this event off the schedule."))


class StopGone(GernasError):
    """The stop was taken out of the roadshow by its organizers."""

    status = 410

    def __init__(self) -> None:
        super().__init__(_("The organizers have taken this province out of the roadshow."))


class LinkDead(GernasError):
    """A link of ours that nobody asked for, that was used up, or that is too old."""

    status = 410

    def __init__(self) -> None:
        super().__init__(
            _("This link no longer works. Follow again from the page of the event if you like.")
        )
