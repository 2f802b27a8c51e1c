"""The blueprint of businesses in the back office, and what its pages share."""

from typing import Any

from flask import Blueprint, abort, render_template
from flask.blueprints import BlueprintSetupState

from gernas.businesses.access import may_do
from gernas.businesses.export import nib_state
from gernas.businesses.models import Business
from gernas.businesses.queries import find_visible
from gernas.businesses.values import SOCIAL, mask_nik, phone_words, social_url
from gernas.businesses.wordings import purpose_words
from gernas.businesses.words import (
    CERTIFICATE_WORDS,
    CHANNEL_WORDS,
    KIND_WORDS,
    MEANS_WORDS,
    PERSON_ROLE_WORDS,
    REASON_WORDS,
    SECTOR_WORDS,
    SIZE_WORDS,
)
from gernas.core.clock import ZONES, today_in
from gernas.core.permissions import Permission
from gernas.core.web import signed_in_user
from gernas.events.files import small_name

bp = Blueprint("businesses", __name__)
ZONE = ZONES[0]

_WORDS: dict[str, Any] = {
    "kind": KIND_WORDS,
    "size": SIZE_WORDS,
    "sector": SECTOR_WORDS,
    "certificate": CERTIFICATE_WORDS,
    "channel": CHANNEL_WORDS,
    "person_role": PERSON_ROLE_WORDS,
    "means": MEANS_WORDS,
    "reason": REASON_WORDS,
}


@bp.record_once
def offer(state: BlueprintSetupState) -> None:
    """Give templates the words for businesses; as globals, since imported macros see only those."""
    state.app.jinja_env.globals.update(
        business_word=word_of,
        phone_words=phone_words,
        mask_nik=mask_nik,
        nib_state=nib_state,
        purpose_words=purpose_words,
        social_accounts=list_accounts,
        day_of=lambda moment: today_in(ZONE, at=moment),
        small_photo=small_name,
        business_zone=ZONE,
    )


def word_of(what: str, code: Any) -> str:
    """The words for a code: ``word_of("sector", "food")``; "" for none."""
    return str(_WORDS[what].get(code, code)) if code else ""


def list_accounts(business: Business) -> list[tuple[str, str, str]]:
    """The social accounts of a business: platform, name, address."""
    return [
        (SOCIAL[platform][0], name, social_url(platform, name))
        for platform, name in business.social.items()
        if platform in SOCIAL
    ]


def get_business(business_id: int, permission: Permission = Permission.SEE_BUSINESSES) -> Business:
    """The business of an address on which the person holds the permission.

    404 where there is none for the person; 403 where it may be seen and no more.
    """
    found = find_visible(signed_in_user(), permission, business_id)
    if found is not None:
        return found
    is_seen = permission != Permission.SEE_BUSINESSES and find_visible(
        signed_in_user(), Permission.SEE_BUSINESSES, business_id
    )
    return abort(403 if is_seen else 404)


def may_edit(business: Business) -> bool:
    """Whether the person may edit the business, and therefore sees what is personal."""
    return may_do(signed_in_user(), Permission.EDIT_BUSINESSES, business)


def page(template: str, **values: Any) -> str:
    return render_template(f"businesses/{template}", **values)


def status_of(form: Any) -> int:
    return 422 if form.is_submitted() else 200
