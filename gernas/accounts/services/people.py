"""What organizers and administrators do about other people's accounts."""

from datetime import timedelta

from sqlalchemy import delete

from gernas.accounts.errors import (
    AccountErased,
    AskedByTheSame,
    MayNotGive,
    NobodyAsked,
    NotOneself,
)
from gernas.accounts.models import FactorRelease, User
from gernas.accounts.queries import find_release, list_held_scopes
from gernas.accounts.services.grants import keep_an_administrator
from gernas.accounts.services.invitations import may_give
from gernas.accounts.services.own_account import remove_factor
from gernas.accounts.services.sessions import end_session, end_sessions
from gernas.audit.services import record
from gernas.core.clock import now
from gernas.core.database import db, lock
from gernas.core.permissions import ALL, Permission, Role, may

RELEASE_LIVES = timedelta(days=1)


def deactivate_user(person: User, *, by: User | None) -> None:
    """Close an account and end its sessions; grants stay, so that it can be opened again.

    Raises:
        MayNotGive: only administrators may (or the command line, ``by=None``).
        NotOneself: nobody locks himself out.
        LastAdministrator: nobody else would be left.
    """
    _require_administrator(by)
    if by is not None and by.id == person.id:
        raise NotOneself
    if any(role == Role.ADMINISTRATOR for role, _scope in list_held_scopes(person)):
        keep_an_administrator(but=person)
    lock(person)
    person.active, person.deactivated_at = False, now()
    end_sessions(person)
    record("user.deactivated", person, by=by, before={}, after={}, scopes=())


def activate_user(person: User, *, by: User | None) -> None:
    """Open a closed account again.

    Raises:
        MayNotGive: only administrators may.
        AccountErased: nobody is left to open it for.
    """
    _require_administrator(by)
    lock(person)
    if person.is_erased:
        raise AccountErased
    person.active, person.deactivated_at = True, None
    record("user.activated", person, by=by, before={}, after={}, scopes=())


def end_sessions_of(person: User, *, by: User, session_id: int | None = None) -> None:
    """Sign a person out, in one browser or in all.

    Raises:
        MayNotGive: only administrators may.
    """
    _require_administrator(by)
    if session_id is None:
        end_sessions(person)
    else:
        end_session(person, session_id)
    record("user.sessions_ended", person, by=by, before={}, after={}, scopes=())


def may_release(holder: User, person: User) -> bool:
    """Whether the holder may help the person out of a lost second factor.

    Only who could give the person each of the roles held; administrators for those without any.
    """
    held = list_held_scopes(person)
    if holder.id == person.id or not person.has_second_factor:
        return False
    if not held:
        return may(holder, Permission.MANAGE_USERS, [ALL])
    return all(may_give(holder.held, role, scope) for role, scope in held)


def ask_for_release(person: User, *, by: User) -> None:
    """Ask a second organizer to take away a lost second factor (ASVS 6.4.4).

    Raises:
        MayNotGive: the asker could not give the person's roles.
    """
    if not may_release(by, person):
        raise MayNotGive
    moment = now()
    db.session.execute(delete(FactorRelease).where(FactorRelease.user_id == person.id))
    db.session.add(
        FactorRelease(
            user_id=person.id,
            asked_by_id=by.id,
            asked_at=moment,
            expires_at=moment + RELEASE_LIVES,
        )
    )
    db.session.flush()
    record("user.release_asked", person, by=by, before={}, after={}, scopes=())


def agree_to_release(person: User, *, by: User) -> None:
    """Take the second factor away, as the second of two organizers.

    Raises:
        MayNotGive: this one could not give the person's roles.
        NobodyAsked: no wish is open.
        AskedByTheSame: one person cannot do both.
    """
    if not may_release(by, person):
        raise MayNotGive
    lock(person)
    release = find_release(person)
    if release is None:
        raise NobodyAsked
    if release.asked_by_id == by.id:
        raise AskedByTheSame
    remove_factor(person, by=by)


def _require_administrator(by: User | None) -> None:
    if by is not None and not may(by, Permission.MANAGE_USERS, [ALL]):
        raise MayNotGive
