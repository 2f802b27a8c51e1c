"""What registrations add to the records of businesses: who sees them, what moves with a merge."""

from collections.abc import Collection
from typing import Any

from sqlalchemy import select, update

from gernas.businesses.models import Business
from gernas.businesses.registries import (
    register_eraser,
    register_merge,
    register_panel,
    register_personal_data,
    register_use,
    register_visible_businesses,
)
from gernas.core.database import db
from gernas.registrations.codes import code_words
from gernas.registrations.models import Registration
from gernas.registrations.panels import make_business_panel
from gernas.registrations.queries import (
    list_businesses_in_use,
    select_registrations,
    select_visible_businesses,
)
from gernas.registrations.services.forgetting import forget_business


def register_with_businesses() -> None:
    register_visible_businesses(select_visible_businesses)
    register_merge("registration", move=move_registrations, move_back=move_back)
    register_use(list_businesses_in_use)
    register_personal_data("registrations", tell_registrations)
    register_eraser(forget_business)
    register_panel(make_business_panel)


def move_registrations(gone: Business, kept: Business) -> list[int]:
    """Let all registrations of one record be those of another; returns their ids."""
    mine = select(Registration.id).where(Registration.business_id == gone.id)
    ids = list(db.session.scalars(mine))
    move_back(ids, kept)
    return ids


def move_back(ids: Collection[int], business: Business) -> None:
    """Let these registrations be a business's."""
    statement = update(Registration).where(Registration.id.in_(ids))
    db.session.execute(statement.values(business_id=business.id))


def tell_registrations(business: Business) -> list[dict[str, object]]:
    """What is kept of a business's registrations, for itself to take along."""
    rows = select_registrations().where(Registration.business_id == business.id)
    found = db.session.scalars(rows.order_by(Registration.id)).unique()
    return [tell_registration(registration) for registration in found]


def tell_registration(registration: Registration) -> dict[str, Any]:
    sent = registration.submitted_at
    labels = {each["key"]: each["label"] for each in registration.form_version.questions}
    return {
        "code": code_words(registration.code),
        "call": registration.call.title,
        "state": str(registration.state_now),
        "sent_at": sent.isoformat() if sent else None,
        "applicant": registration.applicant_name,
        "email": registration.email,
        "phone": registration.phone,
        "answers": {labels.get(k, k): value for k, value in registration.answers.items()},
        "files": [upload.label for upload in registration.uploads],
        "timeline": [
            {"at": event.at.isoformat(), "what": event.what, "reason": event.reason}
            for event in registration.history
        ],
    }
