"""Every way a rule about plans and booths can fail, with the sentence people read."""

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from flask_babel import gettext as _

from gernas.core.errors import BadValues, Conflict, EditedMeanwhile, GernasError
from gernas.core.wording import moment_words, number_words

if TYPE_CHECKING:
    from gernas.booths.models import Booth, Hall, LoadingSlot, Plan, Sponsor
    from gernas.booths.taps import Tap


# --- Plans and drawing ----------------------------------------------------------------------


class PlanThere(Conflict):
    def __init__(self) -> None:
        super().__init__(_("This event has a plan already."))


class PlanChanged(EditedMeanwhile):
    """Someone saved the plan after this person had opened it; ``plan`` is as it is now."""

    def __init__(self, plan: "Plan", *, changed_by: str | None, changed_at: datetime) -> None:
        super().__init__(
            _(
                "%(name)s changed this plan while you were editing.",
                name=changed_by or _("Someone"),
            )
        )
        self.plan = plan
        self.changed_by = changed_by
        self.changed_at = changed_at


class HallChanged(Conflict):
    """Someone drew in the hall after this person had opened it; ``hall`` is as it is now."""

    def __init__(self, hall: "Hall", *, changed_by: str | None, changed_at: datetime) -> None:
        super().__init__(
            _(
                "%(name)s changed this hall while you were drawing.",
                name=changed_by or _("Someone"),
            )
        )
        self.hall = hall
        self.changed_by = changed_by
        self.changed_at = changed_at


class NotReady(GernasError):
    """A plan that lacks something cannot be published; ``missing`` says what, in sentences."""

    def __init__(self, missing: Sequence[str]) -> None:
        super().__init__(" ".join(missing))
        self.missing = list(missing)


class AlreadyPublished(Conflict):
    def __init__(self) -> None:
        super().__init__(_("This plan is published already."))


class NotPublished(Conflict):
    def __init__(self) -> None:
        super().__init__(_("This plan is not published."))


class BoothsInUse(Conflict):
    """Booths that exhibitors hold cannot be taken away; ``held`` are pairs of label and name."""

    def __init__(self, held: Sequence[tuple[str, str]]) -> None:
        lines = [
            _("Booth %(label)s belongs to %(name)s.", label=label, name=name)
            for label, name in held[:5]
        ]
        if len(held) > 5:
            lines.append(_("And %(count)s more.", count=len(held) - 5))
        lines.append(_("Move or release them first, then remove the booths."))
        super().__init__(" ".join(lines))
        self.held = list(held)


class BoothChanged(Conflict):
    def __init__(self, booth: "Booth") -> None:
        super().__init__(
            _(
                "Someone changed booth %(label)s while you were editing. "
                "Save again to write over it, or reload to see what it is now.",
                label=booth.label,
            )
        )


class StillUsed(Conflict):
    """A zone or sponsor with booths cannot go: what the booths are would go with it."""

    def __init__(self, name: str, count: int) -> None:
        super().__init__(
            _(
                "%(name)s still has booths: %(count)s. Move them elsewhere first.",
                name=name,
                count=count,
            )
        )


class TooManyBooths(GernasError):
    def __init__(self, most: int) -> None:
        super().__init__(_("A plan has at most %(most)s booths.", most=most))


# --- Allocating -----------------------------------------------------------------------------


class BoothTaken(Conflict):
    """Someone else has the booth now."""

    def __init__(self, booth: "Booth | Tap") -> None:
        super().__init__(_("Booth %(booth)s is taken already.", booth=booth.label))


class BoothGone(Conflict):
    def __init__(self, booth: "Booth") -> None:
        super().__init__(_("Booth %(booth)s is no longer on the plan.", booth=booth.label))


class BoothNotForYou(Conflict):
    """Something stands against the booth; ``hindrances`` are ``rights.Hindrance``."""

    def __init__(self, booth: "Booth", hindrances: Sequence[str]) -> None:
        from gernas.booths.words import hindrance_words

        super().__init__(" ".join(hindrance_words(one, booth) for one in hindrances))
        self.booth = booth
        self.hindrances = list(hindrances)


class SponsorFull(Conflict):
    def __init__(self, sponsor: "Sponsor", quota: int) -> None:
        super().__init__(
            _(
                "All %(count)s booths for the exhibitors of %(sponsor)s are taken.",
                count=number_words(quota),
                sponsor=sponsor.name,
            )
        )


class NoPlaceForBooth(Conflict):
    """Only who holds a place in the call gets a booth."""

    def __init__(self) -> None:
        super().__init__(_("This application holds no place, so it gets no booth."))


class CallWithoutBooths(Conflict):
    def __init__(self) -> None:
        super().__init__(_("The call of this application gets no booths on this plan."))


class HasBooths(Conflict):
    """A registration has as many booths as its call allows; ``labels`` names them."""

    def __init__(self, labels: Sequence[str], most: int) -> None:
        values = {"booths": ", ".join(labels), "most": number_words(most)}
        super().__init__(
            _("This application has booth %(booths)s already.", **values)
            if most == 1
            else _(
                "This application has booths %(booths)s already, and may have %(most)s.", **values
            )
        )
        self.labels = list(labels)


class NotChoosing(Conflict):
    """Nobody chooses booths here, or not now."""


class ChoosingNotYet(NotChoosing):
    def __init__(self, opens_at: datetime, zone: str) -> None:
        super().__init__(
            _("You can choose your booth from %(when)s.", when=moment_words(opens_at, zone))
        )


class ChoosingOver(NotChoosing):
    def __init__(self, closes_at: datetime, zone: str) -> None:
        super().__init__(
            _(
                "Booths could be chosen until %(when)s. Ask the organizers if you need another.",
                when=moment_words(closes_at, zone),
            )
        )


class OthersChoose(NotChoosing):
    def __init__(self) -> None:
        super().__init__(_("The organizers give the booths of this call."))


class PlanNotOut(NotChoosing):
    def __init__(self) -> None:
        super().__init__(_("The plan is not published yet."))


class HoldOver(Conflict):
    """The time of a hold is over; ``booth`` is open again."""

    def __init__(self, booth: "Booth") -> None:
        super().__init__(
            _(
                "Your time is over, and booth %(booth)s is open again. Choose it once more, or"
                " another.",
                booth=booth.label,
            )
        )
        self.booth = booth


class AllocationOver(Conflict):
    def __init__(self, booth: "Booth") -> None:
        super().__init__(
            _("Booth %(booth)s was released or moved in the meantime.", booth=booth.label)
        )


class AllocationLocked(Conflict):
    def __init__(self, booth: "Booth") -> None:
        super().__init__(
            _("Booth %(booth)s is locked for its exhibitor. Unlock it first.", booth=booth.label)
        )


class SameBooth(Conflict):
    def __init__(self, booth: "Booth") -> None:
        super().__init__(_("It has booth %(booth)s already.", booth=booth.label))


class ReleaseNeedsReason(BadValues):
    def __init__(self) -> None:
        super().__init__({"reason": _("Say why. The exhibitor reads this.")})


class NothingToTakeBack(Conflict):
    def __init__(self) -> None:
        super().__init__(_("There is no step of the last ten minutes to take back."))


class CallHasBooths(Conflict):
    def __init__(self) -> None:
        super().__init__(_("Exhibitors of this call have booths. Release those first."))


class BadWishes(BadValues):
    """Wishes that cannot be kept, a sentence for each by ``wish_1`` to ``wish_3``."""


# --- Papers and loading ---------------------------------------------------------------------


class PaperFailed(GernasError):
    def __init__(self) -> None:
        super().__init__(_("The PDF could not be made. Try again, or take the spreadsheet."))


class SlotFull(Conflict):
    """All places of a slot are taken; ``slot`` is the one that was wanted."""

    def __init__(self, slot: "LoadingSlot", zone: str) -> None:
        when = moment_words(slot.starts_at, zone)
        super().__init__(
            _("The time %(when)s at %(gate)s is full. Choose another.", when=when, gate=slot.gate)
        )
        self.slot = slot


class SlotOver(Conflict):
    def __init__(self) -> None:
        super().__init__(_("This time has passed. Choose a later one."))


class SlotGone(Conflict):
    def __init__(self) -> None:
        super().__init__(_("This time is no longer offered. Choose another."))


class SlotNeedsBooth(Conflict):
    def __init__(self) -> None:
        super().__init__(_("Times for loading are for exhibitors who have a booth."))


class SlotInUse(Conflict):
    def __init__(self, count: int) -> None:
        super().__init__(
            _(
                "%(count)s exhibitors have chosen this time. Move them first, then remove it.",
                count=number_words(count),
            )
        )


class SlotThere(BadValues):
    def __init__(self) -> None:
        super().__init__({"starts": _("Some of these times are there already for this gate.")})


# --- Proposals and groups -------------------------------------------------------------------


class NothingToPropose(Conflict):
    """Nobody waits for a booth, or none is free."""

    def __init__(self, *, no_booth: bool) -> None:
        if no_booth:
            super().__init__(_("No booth is free. Draw more booths, or release some."))
        else:
            super().__init__(_("Every exhibitor has a booth already."))


class ProposalUnderWay(Conflict):
    def __init__(self) -> None:
        super().__init__(_("A proposal is being worked out already. Wait for it, or discard it."))


class ProposalDecided(Conflict):
    def __init__(self) -> None:
        super().__init__(_("This proposal is decided already, or is not ready yet."))


class GroupThere(BadValues):
    def __init__(self) -> None:
        super().__init__({"name": _("There is a group with this name already.")})
