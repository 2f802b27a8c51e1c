"""What else ends when a member leaves, is taken out, or a guardian says no; others add to it.

All of it runs in the transaction that makes the change, with the member's row locked.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from flask_babel import gettext as _

from gernas.core.permissions import Holder
from gernas.youth.models import Member


class Reason(StrEnum):
    LEFT = "left"  # the member left the programme
    REMOVED = "removed"  # a coordinator took the member out
    CONSENT = "consent"  # the member withdrew the consent to take part
    GUARDIAN = "guardian"  # the guardian refused or withdrew: only days on which they are a minor
    ERASED = "erased"


@dataclass(frozen=True)
class Ending:
    """What ends: places in shifts to come, help for businesses; what was done stays."""

    member: Member
    programme_id: int | None  # None: all programmes
    reason: Reason
    by: Holder | None  # None: the member, the guardian or the program

    @property
    def words(self) -> str:
        """The reason as it stands at a place that ended, in the reader's language."""
        return str(
            {
                Reason.LEFT: _("Left the programme"),
                Reason.REMOVED: _("Taken out of the programme"),
                Reason.CONSENT: _("Withdrew the consent to take part"),
                Reason.GUARDIAN: _("The parent or guardian does not agree"),
                Reason.ERASED: _("Data erased"),
            }[self.reason]
        )


_endings: list[Callable[[Ending], None]] = []
_forgettings: list[Callable[[Member], None]] = []


def register_ending(end: Callable[[Ending], None]) -> None:
    """End something of a member's: places in shifts (with the waiting list), companionships."""
    if end not in _endings:
        _endings.append(end)


def end_all(ending: Ending) -> None:
    for end in _endings:
        end(ending)


def register_forgetting(forget: Callable[[Member], None]) -> None:
    """Erase what is personal in other rows of a member (notes, photos); counted things stay."""
    if forget not in _forgettings:
        _forgettings.append(forget)


def forget_all(member: Member) -> None:
    for forget in _forgettings:
        forget(member)
