"""Every way a rule about youth programmes can fail, with the sentence people read."""

from collections.abc import Sequence

from flask_babel import gettext as _

from gernas.core.errors import Conflict, GernasError, NotThere

# --- Programme, roles, members, guardians, organisations ----------------------------------------


class LinkOver(NotThere):
    status = 410

    def __init__(self) -> None:
        super().__init__(_("This link no longer works. Ask the coordinator for a new one."))


class ProgrammeChanged(Conflict):
    def __init__(self) -> None:
        super().__init__(
            _("Someone changed this just now. Look at the present state and save again.")
        )


class ProgrammeThere(Conflict):
    def __init__(self) -> None:
        super().__init__(_("This stop has a youth programme already."))


class StopPutAway(Conflict):
    def __init__(self) -> None:
        super().__init__(_("This stop is in the archive. Restore it first."))


class AlreadyPublished(Conflict):
    def __init__(self) -> None:
        super().__init__(_("The programme is published already."))


class NotPublished(Conflict):
    def __init__(self) -> None:
        super().__init__(_("The programme is not published."))


class NotReady(GernasError):
    """A programme that lacks something cannot be published; ``missing`` says what."""

    def __init__(self, missing: Sequence[str]) -> None:
        super().__init__(" ".join(missing))
        self.missing = list(missing)


class RoleNeeded(Conflict):
    def __init__(self) -> None:
        super().__init__(_("Shifts to come still want this role. Change those first."))


class MemberGone(NotThere):
    def __init__(self) -> None:
        super().__init__(_("These data were erased."))


class SignUpNotOpen(Conflict):
    def __init__(self, when: str) -> None:
        super().__init__(_("Signing up opens on %(when)s.", when=when))


class SignUpOver(Conflict):
    def __init__(self, when: str) -> None:
        super().__init__(_("Signing up closed on %(when)s.", when=when))


class NoConsent(GernasError):
    def __init__(self) -> None:
        super().__init__(_("Without your agreement we may not keep your data. Tick it first."))


class NotInProgramme(Conflict):
    def __init__(self) -> None:
        super().__init__(_("This member is not, or no longer, in the programme."))


class NobodyAsked(Conflict):
    def __init__(self) -> None:
        super().__init__(_("No parent or guardian is named yet."))


class NotAgreedYet(Conflict):
    def __init__(self) -> None:
        super().__init__(_("The parent or guardian has not agreed. Note the call afterwards."))


class AnsweredAlready(Conflict):
    def __init__(self) -> None:
        super().__init__(_("This was answered already. Look at the present state."))


class OrganisationThere(Conflict):
    def __init__(self) -> None:
        super().__init__(_("An organisation of this name is there already."))


class TwinThere(Conflict):
    """Someone with this phone number and birth date is a member already."""

    def __init__(self, name: str) -> None:
        super().__init__(
            _("%(name)s has this phone number and birth date already.", name=name or _("Someone"))
        )


# --- Shifts, taking them, swaps -----------------------------------------------------------------


# --- Suggestion, desk, hours --------------------------------------------------------------------


# --- Help for businesses, content, certificates -------------------------------------------------
