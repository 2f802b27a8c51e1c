"""Every way a rule about calls and registrations can fail, with the sentence people read."""

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from flask_babel import gettext as _

from gernas.core.errors import BadValues, Conflict, EditedMeanwhile, GernasError, NotThere
from gernas.core.wording import moment_words, number_words

if TYPE_CHECKING:
    from gernas.registrations.models import Call, RegistrationState


# --- Calls and forms ------------------------------------------------------------------------


class CallChanged(EditedMeanwhile):
    """Someone saved the call after this person had opened it; ``call`` is as it is now."""

    def __init__(self, call: "Call", *, changed_by: str | None, changed_at: datetime) -> None:
        super().__init__(
            _(
                "%(name)s changed this call while you were editing.",
                name=changed_by or _("Someone"),
            )
        )
        self.call = call
        self.changed_by = changed_by
        self.changed_at = changed_at


class CallArchived(Conflict):
    def __init__(self) -> None:
        super().__init__(_("This call is in the archive. Restore it first."))


class WrongPlace(GernasError):
    def __init__(self) -> None:
        super().__init__(_("This event belongs to another stop or campaign."))


class NotReady(GernasError):
    """A call that lacks something cannot be published; ``missing`` says what, in sentences."""

    def __init__(self, missing: Sequence[str]) -> None:
        super().__init__(" ".join(missing))
        self.missing = list(missing)


class NothingToClose(Conflict):
    def __init__(self) -> None:
        super().__init__(_("This call is closed already."))


class NothingToReopen(Conflict):
    def __init__(self) -> None:
        super().__init__(_("This call was not closed by hand. Move its closing time instead."))


class NoSuchQuestion(NotThere):
    def __init__(self) -> None:
        super().__init__(_("This question is no longer in the form."))


class StillNeeded(Conflict):
    """Another question is shown only by an answer to this one."""

    def __init__(self, label: str) -> None:
        super().__init__(_("“%(label)s” depends on this question. Change that first.", label=label))


# --- Applying -------------------------------------------------------------------------------


class CallNotOpenYet(Conflict):
    def __init__(self, call: "Call") -> None:
        super().__init__(
            _(
                "This call opens on %(when)s. What you typed is kept.",
                when=moment_words(call.opens_at, call.zone),
            )
        )


class CallClosed(Conflict):
    def __init__(self, call: "Call") -> None:
        super().__init__(
            _(
                "This call closed on %(when)s. What you typed is kept, but it can no longer be"
                " sent.",
                when=moment_words(call.ends_at, call.zone),
            )
        )


class CallNotPublic(NotThere):
    def __init__(self) -> None:
        super().__init__(_("This call is not open to the public."))


class FormChanged(Conflict):
    """The form has other questions than when the draft began; ``added`` are the new ones."""

    def __init__(self, added: Sequence[str]) -> None:
        super().__init__(
            _(
                "The form has changed since you began. Your answers are kept; look through them"
                " once more and send again."
            )
        )
        self.added = list(added)


class TermsNotAgreed(GernasError):
    def __init__(self) -> None:
        super().__init__(_("Read the terms and agree to them first. Your answers are kept."))


class AnswersMissing(BadValues):
    """Answers are missing or cannot be kept: a sentence for each question, by its key."""


class AlreadySent(Conflict):
    def __init__(self) -> None:
        super().__init__(_("This application was sent already."))


class NeedsBehalfConsent(GernasError):
    def __init__(self) -> None:
        super().__init__(
            _("Note how the owner agreed that you apply for them: on paper or spoken.")
        )


class NotHandedOver(GernasError):
    def __init__(self) -> None:
        super().__init__(_("Write the email address of the owner, to whom it is handed over."))


class LinkOver(NotThere):
    status = 410

    def __init__(self) -> None:
        super().__init__(_("This link no longer works. Ask for a new one by email."))


class WrongCode(GernasError):
    """A code from a mail does not fit; ``tries_left`` more may be made."""

    def __init__(self, tries_left: int) -> None:
        sentence = _("This code does not fit.") if tries_left else _("Ask for a new code.")
        super().__init__(sentence)
        self.tries_left = tries_left


# --- Files ----------------------------------------------------------------------------------


class BadUpload(GernasError):
    """The upload cannot be taken."""


class WrongOffset(Conflict):
    """A piece does not continue what arrived; ``received`` is how many bytes are here."""

    def __init__(self, received: int) -> None:
        super().__init__(
            _("This piece does not continue the file. %(count)s bytes are here.", count=received)
        )
        self.received = received


class TooManyUploads(GernasError):
    def __init__(self, most: int) -> None:
        super().__init__(
            _("At most %(most)s files belong here. Remove one first.", most=number_words(most))
        )


# --- Deciding -------------------------------------------------------------------------------


class NotPossible(Conflict):
    """No transition of this name leads out of the state the registration is in now."""

    def __init__(self, state: "RegistrationState") -> None:
        from gernas.registrations.words import STATE_WORDS

        super().__init__(
            _("This application is: %(state)s. That is not possible now.", state=STATE_WORDS[state])
        )
        self.state = state


class RegistrationChanged(Conflict):
    def __init__(self) -> None:
        super().__init__(
            _("This application changed while you were reading it. Look at it once more.")
        )


class NoPlaceLeft(Conflict):
    """The call, or a quota of it, has no place left; ``quota`` names which, "" for the call."""

    def __init__(self, quota: str = "") -> None:
        sentence = (
            _("The quota %(quota)s is full.", quota=quota)
            if quota
            else _("All places of this call are taken.")
        )
        super().__init__(sentence)
        self.quota = quota


class OfferOver(Conflict):
    def __init__(self) -> None:
        super().__init__(_("The time to confirm is over, and the place went to the next in line."))


class NeedsReason(BadValues):
    def __init__(self) -> None:
        super().__init__({"reason": _("Say why. The applicant reads this.")})


class NothingRequested(BadValues):
    def __init__(self) -> None:
        super().__init__({"fields": _("Choose at least one question to be corrected.")})


class NothingToUndo(Conflict):
    def __init__(self) -> None:
        super().__init__(_("There is no decision of the last ten minutes to take back."))


class BelowUsed(BadValues):
    """Fewer places than are held already."""

    def __init__(self, field: str, used: int) -> None:
        super().__init__({field: _("%(used)s places are taken already.", used=number_words(used))})


class NotNextInLine(Conflict):
    """The waiting list moves in order; ``code`` is that of the next."""

    def __init__(self, code: str) -> None:
        super().__init__(_("The waiting list moves in order. The next one is %(code)s.", code=code))
        self.code = code
