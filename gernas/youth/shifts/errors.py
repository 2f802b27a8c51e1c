"""Every way a rule about shifts can fail, with the sentence people read."""

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from flask_babel import gettext as _

from gernas.core.errors import Conflict, GernasError
from gernas.core.wording import moment_words, number_words

if TYPE_CHECKING:
    from gernas.youth.models import Shift
    from gernas.youth.shifts.working import Hindrance


# --- For coordinators -----------------------------------------------------------------------


class ShiftChanged(Conflict):
    def __init__(self, name: str | None = None) -> None:
        super().__init__(
            _(
                "%(name)s changed this shift while you were editing. "
                "Look at the present state and save again.",
                name=name or _("Someone"),
            )
        )


class ShiftCancelled(Conflict):
    def __init__(self) -> None:
        super().__init__(_("This shift was cancelled."))


class ShiftHasPeople(Conflict):
    """A shift with people, or with a history of people, is cancelled and never deleted."""

    def __init__(self) -> None:
        super().__init__(
            _(
                "People are or were on this shift. "
                "Cancel it with a reason: they are told, and hours stay."
            )
        )


class NeedsReason(GernasError):
    def __init__(self) -> None:
        super().__init__(_("Give the reason. The members read it."))


class HasHours(Conflict):
    def __init__(self, name: str) -> None:
        super().__init__(
            _(
                "%(name)s was checked in at this shift, so the place stays with its hours. "
                "Correct the hours instead.",
                name=name,
            )
        )


# --- Taking and leaving ---------------------------------------------------------------------


class ShiftNotOpen(Conflict):
    def __init__(self) -> None:
        super().__init__(_("This shift is not open."))


class ShiftBegun(Conflict):
    def __init__(self) -> None:
        super().__init__(_("This shift has begun already."))


class ShiftJustChanged(Conflict):
    def __init__(self) -> None:
        super().__init__(_("This shift was changed at this moment. Look at it once more."))


class NotForYou(Conflict):
    """Something stands between the member and the shift; ``hindrances`` are of ``working``."""

    def __init__(self, hindrances: Sequence["Hindrance"]) -> None:
        from gernas.youth.shifts.words import hindrance_words

        super().__init__(" ".join(hindrance_words(one) for one in hindrances))
        self.hindrances = list(hindrances)


class InAnotherRole(Conflict):
    def __init__(self, role: str) -> None:
        super().__init__(_("Already in this shift as %(role)s. Leave that place first.", role=role))


class ShiftFull(Conflict):
    """All places are taken, for who wants a place and no number on the waiting list."""

    def __init__(self, wanted: int) -> None:
        super().__init__(_("All %(count)s places are taken.", count=number_words(wanted)))


class TooLateToLeave(Conflict):
    def __init__(self, until: datetime, zone: str, contact: str | None) -> None:
        words = [
            _(
                "You could leave this shift until %(moment)s.",
                moment=moment_words(until, zone),
            ),
            _("Tell the coordinator if you cannot come: %(contact)s.", contact=contact)
            if contact
            else _("Tell the coordinator if you cannot come."),
        ]
        super().__init__(" ".join(words))


class PlaceOver(Conflict):
    def __init__(self) -> None:
        super().__init__(_("This place in the shift was left or taken back already."))


# --- Swaps ----------------------------------------------------------------------------------


class SwapOver(Conflict):
    def __init__(self) -> None:
        super().__init__(_("This wish was answered or taken back already."))


class SwapThere(Conflict):
    def __init__(self) -> None:
        super().__init__(_("You have already asked somebody for this shift. Take that back first."))


class SwapWithSelf(Conflict):
    def __init__(self) -> None:
        super().__init__(_("This link is for somebody else: it is you who wants to hand over."))


class SwapNotForYou(Conflict):
    def __init__(self) -> None:
        super().__init__(_("This wish is meant for another member."))


class SwapNoLonger(Conflict):
    """The rules forbid the exchange to the other one; the reasons are personal and not told."""

    def __init__(self, shift: "Shift") -> None:
        from gernas.youth.shifts.words import shift_title

        super().__init__(
            _(
                "The other member can no longer take “%(shift)s”, so nothing was swapped.",
                shift=shift_title(shift),
            )
        )
