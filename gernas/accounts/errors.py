"""How sign-in, invitations and grants can fail."""

from flask_babel import gettext as _

from gernas.core.errors import Conflict, GernasError, NotAllowed, NotThere


class NoSuchPerson(NotThere):
    def __init__(self) -> None:
        super().__init__(_("There is no such person among those you work with."))


class NoSuchGrant(NotThere):
    def __init__(self) -> None:
        super().__init__(_("There is no such role among those you may change."))


class NoSuchInvitation(NotThere):
    def __init__(self) -> None:
        super().__init__(_("There is no such invitation among those you may change."))


class LinkIsOver(GernasError):
    """A link from a mail that was used, withdrawn, expired or never sent."""

    status = 410

    def __init__(self) -> None:
        super().__init__(_("The link has been used or has expired."))


class WeakPassword(GernasError):
    """The sentence says what to change."""


class WrongPassword(GernasError):
    def __init__(self) -> None:
        super().__init__(_("This is not your present password."))


class WrongFactorCode(GernasError):
    def __init__(self) -> None:
        super().__init__(
            _("This code is not right. Wait for the next one, and check the clock of your phone.")
        )


class MayNotGive(NotAllowed):
    def __init__(self) -> None:
        super().__init__(_("You cannot give this role there."))


class AlreadyInvited(Conflict):
    def __init__(self, email: str) -> None:
        super().__init__(
            _("%(email)s is already invited to this role. Send that invitation again.", email=email)
        )


class AlreadyHolds(Conflict):
    def __init__(self, email: str) -> None:
        super().__init__(_("%(email)s holds this role already.", email=email))


class InvitationIsClosed(Conflict):
    def __init__(self) -> None:
        super().__init__(_("This invitation was taken or withdrawn in the meantime."))


class GrantIsOver(Conflict):
    def __init__(self) -> None:
        super().__init__(_("This role has ended already."))


class LastAdministrator(Conflict):
    def __init__(self) -> None:
        super().__init__(_("Someone has to stay administrator. Give the role to another first."))


class NotOneself(NotAllowed):
    def __init__(self) -> None:
        super().__init__(_("This has to be done by someone else than the person concerned."))


class AskedByTheSame(NotAllowed):
    def __init__(self) -> None:
        super().__init__(_("A second person has to agree, not the one who asked."))


class NobodyAsked(Conflict):
    def __init__(self) -> None:
        super().__init__(_("Nobody asked for this, or it was more than a day ago."))


class HoldsRoles(Conflict):
    def __init__(self) -> None:
        super().__init__(_("You hold roles in Gernas. Ask an organizer to end them first."))


class ErasureBegan(Conflict):
    def __init__(self) -> None:
        super().__init__(_("Your account is being erased at this moment."))


class AccountErased(Conflict):
    def __init__(self) -> None:
        super().__init__(_("This account was erased; its person can open a new one."))
