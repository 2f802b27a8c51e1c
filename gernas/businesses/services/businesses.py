"""Add, edit, verify, archive and restore businesses."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from gernas.accounts.addresses import office_address
from gernas.accounts.models import User
from gernas.businesses.access import By, check_may, check_may_change
from gernas.businesses.checking import BUSINESS, check_values
from gernas.businesses.errors import NoNib, NotArchivable
from gernas.businesses.models import Business, BusinessPerson, PersonRole
from gernas.businesses.queries import list_owner_addresses
from gernas.businesses.sealing import hash_nik, open_nik, seal_nik
from gernas.businesses.services.changing import (
    check_open,
    check_version,
    finish,
    log,
    note_twins,
    open_cases,
    touch,
    write_values,
)
from gernas.businesses.values import name_key, read_nik
from gernas.core.clock import now
from gernas.core.database import db, lock
from gernas.core.errors import BadValues, NotAllowed
from gernas.core.permissions import Permission, may_anywhere
from gernas.core.text import free_slug
from gernas.messages.services import queue_message

FROM_FORM = tuple(BUSINESS)


@dataclass(frozen=True)
class Verification:
    """What came of verifying a NIB: done, or another business has it verified already."""

    is_verified: bool
    other: Business | None = None


def add_business(
    values: Mapping[str, Any], *, by: By, owner: User | None = None, is_demo: bool = False
) -> Business:
    """Add a business; ``owner`` manages it under the own account from now on.

    A NIB is claimed freely. If it is verified for another business, that one's owners hear of
    it, and nobody else does.

    Raises:
        NotAllowed: neither an organizer nor the owner themselves.
        BadValues: a sentence for each value that cannot be kept.
    """
    if by is not None and (owner is None or owner.id != by.id):
        _check_may_add(by)
    checked = check_values(BUSINESS, {"name": "", "kind": "", **values})
    moment = now()
    business = Business(
        slug=free_slug(checked["name"], _is_taken, max_length=60),
        name_key=name_key(checked["name"]),
        created_by_id=by.id if by else None,
        is_demo=is_demo,
        created_at=moment,
        updated_at=moment,
        **checked,
    )
    db.session.add(business)
    db.session.flush()
    if owner is not None:
        name = checked.get("owner_name") or owner.label
        add_owner(business, owner, name=name)
    after = {name: value for name, value in checked.items() if value}
    log("business.added", business, {}, after, by=by)
    note_twins(business)
    tell_of_claim(business)
    return business


def add_owner(business: Business, user: User, *, name: str) -> BusinessPerson:
    """Let a person manage a business as its owner."""
    person = BusinessPerson(
        business_id=business.id,
        user_id=user.id,
        name=name,
        email=user.email,
        role=PersonRole.OWNER,
        created_at=now(),
    )
    db.session.add(person)
    db.session.flush()
    return person


def edit_business(
    business: Business, values: Mapping[str, Any], *, version: int | None, by: By
) -> Business:
    """Change a business that this person saw in ``version`` (None: whatever it is now).

    Another NIB is not verified any more.

    Raises:
        NotAllowed, BusinessArchived, BusinessMerged
        BusinessChanged: someone else saved other values since.
        BadValues: a sentence for each value that cannot be kept.
    """
    checked = check_values(BUSINESS, values)
    business = lock(business)
    check_may_change(by, business)
    check_open(business)
    check_version(business, version, checked)
    if checked.get("nib", business.nib) != business.nib:
        checked |= {"nib_verified_at": None, "nib_verified_by_id": None}
    if "name" in checked:
        checked["name_key"] = name_key(checked["name"])
    before = write_values(business, checked)
    if not before:
        return business
    shown = [name for name in before if name not in ("name_key", "nib_verified_by_id")]
    after = {name: getattr(business, name) for name in shown}
    log("business.edited", business, {name: before[name] for name in shown}, after, by=by)
    note_twins(business)
    if "nib" in before:
        tell_of_claim(business)
    finish(business)
    return business


def verify_nib(business: Business, *, by: By) -> Verification:
    """Note that an organizer has seen the NIB; from then on no other business can have it.

    If another one has it verified, nothing changes here: a merge case is opened, the owners of
    that other one get a mail, and the person who claimed it here is told nothing.

    Raises:
        NotAllowed, BusinessArchived, BusinessMerged, NoNib
    """
    business = lock(business)
    check_may(by, Permission.EDIT_BUSINESSES, business)
    check_open(business)
    if business.nib is None:
        raise NoNib
    if business.nib_verified_at is not None:
        return Verification(is_verified=True)
    other = find_verified(business.nib)
    if other is None:
        try:
            with db.session.begin_nested():
                business.nib_verified_at = now()
                business.nib_verified_by_id = by.id if by else None
                db.session.flush()
        except IntegrityError:  # Someone verified the same NIB elsewhere at this moment.
            db.session.refresh(business)
            other = find_verified(business.nib)
    if other is not None:
        note_clash(business, other)
        return Verification(is_verified=False, other=other)
    touch(business)
    log("business.verified", business, {}, {"nib": business.nib}, by=by)
    return Verification(is_verified=True)


def withdraw_verification(business: Business, *, by: By) -> Business:
    """Take back that the NIB was seen."""
    business = lock(business)
    check_may(by, Permission.EDIT_BUSINESSES, business)
    check_open(business)
    before = write_values(business, {"nib_verified_at": None, "nib_verified_by_id": None})
    if before:
        log("business.unverified", business, {"nib": business.nib}, {}, by=by)
    return business


def archive_business(business: Business, *, by: By) -> Business:
    """Put a business that is no more into the archive; it leaves lists and catalogue."""
    return _stamp(business, archived=True, by=by)


def restore_business(business: Business, *, by: By) -> Business:
    """Take a business out of the archive."""
    return _stamp(business, archived=False, by=by)


def set_nik(business: Business, nik: str | None, *, by: By) -> None:
    """Keep the NIK of the owner, encrypted, or forget it.

    Raises:
        NotAllowed, BusinessArchived, BusinessMerged
        BadValues: it is no NIK.
    """
    try:
        nik = read_nik(nik) if nik else None
    except ValueError as error:
        raise BadValues({"nik": str(error)}) from error
    business = lock(business)
    check_may_change(by, business)
    check_open(business)
    had = business.nik_sealed is not None
    keep_nik(business, nik)
    if had or nik:
        touch(business)
        log("business.nik_kept" if nik else "business.nik_removed", business, by=by)


def keep_nik(business: Business, nik: str | None) -> None:
    """Write a checked NIK into a row, sealed for that row."""
    business.nik_sealed = seal_nik(nik, business_id=business.id) if nik else None
    business.nik_hash = hash_nik(nik) if nik else None
    business.nik_last4 = nik[-4:] if nik else None
    db.session.flush()


def show_nik(business: Business, *, by: By) -> str | None:
    """The NIK of a business, for an organizer who needs it; that it was read is logged.

    Raises:
        NotAllowed
        CannotOpen: the key of the settings is gone.
    """
    check_may(by, Permission.EDIT_BUSINESSES, business)
    if business.nik_sealed is None:
        return None
    nik = open_nik(business.nik_sealed, business_id=business.id)
    log("business.nik_shown", business, by=by)
    return nik


def find_verified(nib: str) -> Business | None:
    """The business for which a NIB is verified."""
    return db.session.scalar(
        select(Business).where(
            Business.nib == nib,
            Business.nib_verified_at.is_not(None),
            Business.merged_into_id.is_(None),
        )
    )


def tell_of_claim(business: Business) -> None:
    """If its NIB is verified for another business, tell that one's owners and open a case."""
    if business.nib is None or business.nib_verified_at is not None:
        return
    other = find_verified(business.nib)
    if other is not None and other.id != business.id:
        note_clash(business, other)


def note_clash(business: Business, other: Business) -> None:
    """Open a merge case for two records with one NIB; mail the owners of the verified one, once."""
    open_cases({(min(business.id, other.id), max(business.id, other.id)): ["nib"]})
    for number, (email, language) in enumerate(list_owner_addresses(other)):
        queue_message(
            "nib_claimed",
            to=email,
            language=language,
            values={
                "business": other.name,
                "url": office_address("own_businesses.show", business_id=other.id),
            },
            key=f"nib-claimed:{other.id}:{business.id}:{number}",
        )


def _stamp(business: Business, *, archived: bool, by: By) -> Business:
    business = lock(business)
    check_may(by, Permission.EDIT_BUSINESSES, business)
    if business.is_merged or business.erased_at is not None:
        raise NotArchivable
    if (business.archived_at is not None) == archived:
        return business
    before = write_values(business, {"archived_at": now() if archived else None})
    action = "business.archived" if archived else "business.restored"
    log(action, business, before, {"archived_at": business.archived_at}, by=by)
    finish(business)
    return business


def _check_may_add(by: By) -> None:
    if by is not None and not may_anywhere(by, Permission.EDIT_BUSINESSES):
        from flask_babel import gettext as _

        raise NotAllowed(_("Your role does not allow this."))


def _is_taken(slug: str) -> bool:
    return db.session.scalar(select(Business.id).where(Business.slug == slug)) is not None
