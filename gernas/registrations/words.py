"""Words for what calls and registrations name by code."""

from collections.abc import Mapping
from typing import Any

from flask_babel import lazy_gettext as _l

from gernas.businesses.words import SECTOR_WORDS
from gernas.core.provinces import find_province
from gernas.registrations.models import (
    CallKind,
    CallQuota,
    DecidesBy,
    QuotaDimension,
    RegistrationState,
)

KIND_WORDS: Mapping[CallKind, Any] = {
    CallKind.UMKM_BOOTH: _l("Booth for UMKM"),
    CallKind.EXHIBITOR_BOOTH: _l("Booth for exhibitors"),
    CallKind.MENTORING: _l("Mentoring"),
    CallKind.VISITORS: _l("Visitors"),
}

DECIDES_WORDS: Mapping[DecidesBy, Any] = {
    DecidesBy.REVIEW: _l("Organizers decide"),
    DecidesBy.FIRST_COME: _l("First come, first served"),
}

STATE_WORDS: Mapping[RegistrationState, Any] = {
    RegistrationState.DRAFT: _l("Draft"),
    RegistrationState.SUBMITTED: _l("Sent"),
    RegistrationState.IN_REVIEW: _l("In review"),
    RegistrationState.CHANGES_REQUESTED: _l("Correction requested"),
    RegistrationState.ACCEPTED: _l("Accepted"),
    RegistrationState.WAITLISTED: _l("On the waiting list"),
    RegistrationState.REJECTED: _l("Not accepted"),
    RegistrationState.CONFIRMED: _l("Place confirmed"),
    RegistrationState.DECLINED: _l("Declined"),
    RegistrationState.EXPIRED: _l("Not confirmed in time"),
    RegistrationState.WITHDRAWN: _l("Withdrawn"),
}

DIMENSION_WORDS: Mapping[QuotaDimension, Any] = {
    QuotaDimension.ZONE: _l("Zone"),
    QuotaDimension.SECTOR: _l("Sector"),
    QuotaDimension.PROVINCE: _l("Province"),
}

# A line of the timeline, by Move (``transitions``).
MOVE_WORDS: Mapping[str, Any] = {
    "start": _l("Began the form"),
    "submit": _l("Sent the application"),
    "start_review": _l("Took it into review"),
    "request_changes": _l("Asked for corrections"),
    "resubmit": _l("Sent the corrections"),
    "accept": _l("Accepted"),
    "reject": _l("Did not accept"),
    "waitlist": _l("Put on the waiting list"),
    "offer": _l("Offered a place from the waiting list"),
    "confirm": _l("Confirmed the place"),
    "decline": _l("Declined the place"),
    "expire": _l("The time to confirm ran out"),
    "withdraw": _l("Withdrew the application"),
    "edit": _l("Changed the answers"),
    "hand_over": _l("Handed over to the owner"),
}


def quota_words(quota: CallQuota) -> str:
    """``Sector: Food``, ``Zone: A``, in the reader's language."""
    return f"{DIMENSION_WORDS[QuotaDimension(quota.dimension)]}: {quota_value_words(quota)}"


def quota_value_words(quota: CallQuota) -> str:
    """What a quota counts: a sector or province by its name, a zone as it is called."""
    return value_words(QuotaDimension(quota.dimension), quota.value)


def value_words(dimension: QuotaDimension, value: str) -> str:
    """A sector or province by its name, a zone as it is called."""
    if dimension == QuotaDimension.SECTOR:
        return str({str(code): text for code, text in SECTOR_WORDS.items()}.get(value, value))
    if dimension == QuotaDimension.PROVINCE:
        province = find_province(value)
        return province.name() if province is not None else value
    return value
