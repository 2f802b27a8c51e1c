"""Every way a rule about the desk, attendance and hours can fail, with the sentence people read."""

from flask_babel import gettext as _

from gernas.core.errors import Conflict, GernasError


class HasArrived(Conflict):
    """Who was seen at the desk cannot be a no-show; undo the scan first."""

    def __init__(self, name: str) -> None:
        super().__init__(
            _("%(name)s was checked in already. Undo that first if it was a mistake.", name=name)
        )


class NotBegun(Conflict):
    def __init__(self) -> None:
        super().__init__(_("This shift has not begun, so nobody is missing yet."))


class NoPlaceToNote(Conflict):
    """Who waits, or was taken off the shift, is not checked in on it."""

    def __init__(self, name: str) -> None:
        super().__init__(_("%(name)s has no place in this shift any more.", name=name))


class TimeOutOfShift(GernasError):
    def __init__(self) -> None:
        super().__init__(
            _("That time is too far from the shift. Type when the person really came or left.")
        )


class TimeToCome(GernasError):
    def __init__(self) -> None:
        super().__init__(_("That time is still to come."))


class LeftBeforeArrived(GernasError):
    def __init__(self) -> None:
        super().__init__(_("Someone cannot leave before coming. Note the arrival first."))


class NotMissing(Conflict):
    """Only the place of who was counted as missing goes to somebody else."""

    def __init__(self, name: str) -> None:
        super().__init__(
            _("%(name)s is not counted as missing now, so the place is not free.", name=name)
        )


class TooEarlyToStandIn(Conflict):
    def __init__(self) -> None:
        super().__init__(
            _("The desk fills places from four hours before a shift. Use the list of shifts.")
        )


class BadTime(GernasError):
    def __init__(self) -> None:
        super().__init__(_("Write the time as the clock shows it, such as 08.30."))


class NobodyChosen(GernasError):
    def __init__(self) -> None:
        super().__init__(_("Choose the shift and the person."))


class BadScans(GernasError):
    """What a desk sent cannot be read; nothing of it was kept."""

    def __init__(self) -> None:
        super().__init__(_("These scans cannot be read. Reload the page and send them again."))


class ScanUndone(Conflict):
    def __init__(self) -> None:
        super().__init__(_("This was undone already."))


class KeyElsewhere(Conflict):
    """The same key came from another event: not a second sending, but a fault."""

    def __init__(self) -> None:
        super().__init__(_("This scan belongs to another event. Reload the page and scan again."))


class NotOver(Conflict):
    def __init__(self) -> None:
        super().__init__(_("This shift has not begun, so there are no hours to correct."))


class BadMinutes(GernasError):
    def __init__(self) -> None:
        super().__init__(_("Type hours and minutes between 0 and 24 hours, such as 4:30."))


class ReasonMissing(GernasError):
    def __init__(self) -> None:
        super().__init__(_("Say why the hours are corrected; the member reads it."))


class ReasonTooLong(GernasError):
    def __init__(self, most: int) -> None:
        super().__init__(_("The reason is too long: at most %(most)s characters.", most=most))


class NothingCorrected(Conflict):
    def __init__(self) -> None:
        super().__init__(_("These hours are as they were measured."))


class SuggestionUnderWay(Conflict):
    def __init__(self) -> None:
        super().__init__(_("A suggestion is being worked out. Wait for it, or stop it."))


class SuggestionDecided(Conflict):
    def __init__(self) -> None:
        super().__init__(_("This suggestion was decided already. Look at the present state."))


class NothingToSuggest(Conflict):
    def __init__(self, *, no_people: bool) -> None:
        if no_people:
            words = _("There are open places, but nobody in the programme could work.")
        else:
            words = _("No open shift has a free place.")
        super().__init__(words)
