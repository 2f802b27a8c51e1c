"""Erase an account with all that hangs on it, as its person wishes (UU 27/2022, 8 and 43).

Between the wish and the act lie three days: whoever stole a session cannot destroy anything before
the person has read the mail, and a wish can be taken back.
"""

from datetime import datetime, timedelta
from secrets import token_hex

from flask_babel import gettext as _
from sqlalchemy import delete, or_, select

from gernas.accounts.addresses import office_address
from gernas.accounts.erasures import erase_elsewhere
from gernas.accounts.errors import ErasureBegan, HoldsRoles
from gernas.accounts.models import (
    ERASED_DOMAIN,
    DoorStep,
    FactorRelease,
    Invitation,
    MailLink,
    RecoveryCode,
    User,
)
from gernas.accounts.queries import ERASE_ACCOUNT, find_erasure, list_held_scopes
from gernas.accounts.services.sessions import end_sessions
from gernas.audit.services import erase_personal_values, record
from gernas.calendars.models import PersonalFeed
from gernas.core.clock import now
from gernas.core.database import db, lock
from gernas.core.i18n import DEFAULT_LANGUAGE
from gernas.core.jobs import JobState, enqueue
from gernas.core.wording import moment_words
from gernas.messages.services import erase_messages_to, queue_message

ERASED_AFTER = timedelta(days=3)  # 3 x 24 hours, UU 27/2022, 8 with 40 and 41


def ask_for_account_erasure(user: User, *, zone: str) -> datetime:
    """Note that a person wants to be forgotten; returns when that happens. Asked twice, once.

    Raises:
        HoldsRoles: someone else has to take them over first.
    """
    lock(user)
    check_holds_no_roles(user)
    known = find_erasure(user)
    if known is not None:
        return known.run_after
    moment = now() + ERASED_AFTER
    job = enqueue(ERASE_ACCOUNT, by=user.id, run_after=moment, user_id=user.id)
    record("user.erasure_asked", user, by=user, before={}, after={}, scopes=())
    queue_message(
        "account_erasing",
        to=user.email,
        language=user.language,
        values={"moment": moment_words(moment, zone), "url": office_address("account.erase")},
        key=f"account-erasing:{job.id}",
    )
    return moment


def take_back_account_erasure(user: User) -> None:
    """Keep the account after all. Nothing happens when nobody asked.

    Raises:
        ErasureBegan: it is being erased at this moment.
    """
    lock(user)
    known = find_erasure(user)
    if known is None:
        return
    if known.state != JobState.QUEUED:
        raise ErasureBegan
    db.session.delete(known)
    record("user.erasure_taken_back", user, by=user, before={}, after={}, scopes=())


def erase_account(user: User) -> None:
    """Forget a person for good; the row stays without name and address, for the log's sake.

    Done already, nothing happens.

    Raises:
        HoldsRoles: they were given in the meantime.
    """
    user = lock(user)
    if user.is_erased:
        return
    check_holds_no_roles(user)
    address = user.email
    erase_elsewhere(user)
    _close_doors(user, address)
    erase_messages_to(address)
    _empty(user)
    erase_personal_values("user", [user.id])
    erase_personal_values("grant", [grant.id for grant in user.grants])
    record("user.erased", user, by=None, before={}, after={}, scopes=())


def check_holds_no_roles(user: User) -> None:
    if list_held_scopes(user):
        raise HoldsRoles


def _close_doors(user: User, address: str) -> None:
    """Delete all ways in, and invitations to the address with what the log says of them."""
    end_sessions(user)
    db.session.execute(delete(PersonalFeed).where(PersonalFeed.user_id == user.id))
    for table in (MailLink, RecoveryCode, FactorRelease):
        db.session.execute(delete(table).where(table.user_id == user.id))
    mine = or_(DoorStep.user_id == user.id, DoorStep.email == address)
    db.session.execute(delete(DoorStep).where(mine))
    invitations = list(db.session.scalars(select(Invitation.id).where(Invitation.email == address)))
    erase_personal_values("invitation", invitations)
    db.session.execute(delete(Invitation).where(Invitation.id.in_(invitations)))


def _empty(user: User) -> None:
    user.email = f"{user.id}@{ERASED_DOMAIN}"
    user.name = str(_("Erased account"))
    user.language = DEFAULT_LANGUAGE
    user.password = user.totp_secret = user.totp_counter = user.totp_since_at = None
    user.password_changed_at = user.signed_in_at = None
    user.fs_uniquifier = token_hex(32)
    user.active, user.deactivated_at = False, now()
    db.session.flush()
