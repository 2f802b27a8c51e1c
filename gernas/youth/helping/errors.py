"""Every way a rule about help for businesses and about certificates can fail, in words."""

from flask_babel import gettext as _
from flask_babel import ngettext

from gernas.core.errors import BadValues, Conflict, GernasError, NotThere
from gernas.core.wording import number_words


class BadReport(BadValues):
    """What was reported cannot be kept: a sentence for each field; none of it was written."""


# --- Assistances ----------------------------------------------------------------------------


class NotOfThisStop(GernasError):
    def __init__(self) -> None:
        super().__init__(
            _("This business neither registered with this stop nor is it in its province.")
        )


class BusinessClosed(Conflict):
    def __init__(self) -> None:
        super().__init__(_("This business is archived, so nobody can help it now."))


class MayNotHelp(Conflict):
    """Something about the member stands against it; ``reason`` is a sentence."""

    def __init__(self, name: str, reason: str) -> None:
        super().__init__(_("%(name)s cannot help now. %(reason)s", name=name, reason=reason))


class NotAlone(Conflict):
    def __init__(self) -> None:
        super().__init__(
            _(
                "Who is under 18 helps a business together with an adult member, "
                "whom the coordinator names."
            )
        )


class EnoughCompanions(Conflict):
    def __init__(self, most: int) -> None:
        super().__init__(
            ngettext(
                "Another member was faster: at most %(num)s helps a business.",
                "Others were faster: at most %(num)s members help a business.",
                most,
            )
        )


class TooManyBusinesses(Conflict):
    def __init__(self, name: str, most: int) -> None:
        super().__init__(
            _(
                "%(name)s helps %(most)s businesses already. Finish one of them first.",
                name=name,
                most=number_words(most),
            )
        )


class AssistanceOver(Conflict):
    def __init__(self) -> None:
        super().__init__(_("This assistance has ended."))


class AssistanceLive(Conflict):
    def __init__(self) -> None:
        super().__init__(_("A new assistance of this business has begun since."))


class NotCompanion(Conflict):
    def __init__(self) -> None:
        super().__init__(_("Only who helps this business now can do that."))


# --- Reports --------------------------------------------------------------------------------


class AlreadyAnswered(Conflict):
    def __init__(self) -> None:
        super().__init__(_("This has been confirmed and can no longer be taken back."))


class IsWithdrawn(Conflict):
    def __init__(self) -> None:
        super().__init__(_("Whoever reported this has taken it back."))


class NoAnswer(GernasError):
    def __init__(self) -> None:
        super().__init__(_("Choose one of the answers."))


class ReportGone(NotThere):
    def __init__(self) -> None:
        super().__init__(_("This report is no longer here."))


class NoteNeeded(GernasError):
    def __init__(self) -> None:
        super().__init__(_("Say in a few words why. The member reads it."))


class TooManyReports(Conflict):
    def __init__(self) -> None:
        super().__init__(_("That is very much for one day. Ask your coordinator."))


class LinkTaken(Conflict):
    def __init__(self) -> None:
        super().__init__(_("This link is in the list already."))


class OwnerLinkOver(NotThere):
    def __init__(self) -> None:
        super().__init__(
            _("This link is no longer valid. Ask the youth coordinator for a new one.")
        )


# --- Certificates ---------------------------------------------------------------------------


class NothingToCertify(Conflict):
    def __init__(self, name: str) -> None:
        super().__init__(
            _("%(name)s has no confirmed hours and no confirmed results yet.", name=name)
        )


class HasCertificate(Conflict):
    def __init__(self, name: str) -> None:
        super().__init__(_("%(name)s has a valid certificate of this programme.", name=name))


class IsRevoked(Conflict):
    def __init__(self) -> None:
        super().__init__(_("This certificate has been revoked already."))


class NotRevoked(Conflict):
    def __init__(self) -> None:
        super().__init__(_("This certificate is valid."))
