"""How the log of changes calls what happens to calls and registrations."""

from collections.abc import Collection, Mapping

from flask import current_app, url_for
from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from gernas.audit.words import register_action, register_field, register_subject
from gernas.core.database import db
from gernas.registrations.models import Call, Registration
from gernas.registrations.words import DECIDES_WORDS, KIND_WORDS, STATE_WORDS

ACTIONS = {
    "call.added": _l("Prepared the call"),
    "call.edited": _l("Edited the call"),
    "call.published": _l("Published the call"),
    "call.closed": _l("Closed the call"),
    "call.reopened": _l("Reopened the call"),
    "call.archived": _l("Archived the call"),
    "call.restored": _l("Restored the call"),
    "call.quotas_set": _l("Set the quotas"),
    "call.form_changed": _l("Changed the form"),
    "registration.entered": _l("Applied on someone’s behalf"),
    "registration.start_review": _l("Took the application into review"),
    "registration.request_changes": _l("Asked for corrections"),
    "registration.accept": _l("Accepted the application"),
    "registration.reject": _l("Did not accept the application"),
    "registration.waitlist": _l("Put the application on the waiting list"),
    "registration.withdraw": _l("Withdrew the application"),
    "registration.undone": _l("Took a decision back"),
    "registration.handed_over": _l("Handed the application over"),
    "registration.noted": _l("Wrote a note for the team"),
    "registration.note_removed": _l("Deleted a note for the team"),
}

CALL_FIELDS = {
    "title": _l("Title"),
    "title_en": _l("Title in English"),
    "slug": _l("Address"),
    "description": _l("Description"),
    "description_en": _l("Description in English"),
    "audience": _l("Who may apply"),
    "audience_en": _l("Who may apply, in English"),
    "audience_kinds": _l("Kinds of businesses"),
    "audience_provinces": _l("Provinces"),
    "documents": _l("Documents wanted"),
    "documents_en": _l("Documents wanted, in English"),
    "bring": _l("What to bring"),
    "bring_en": _l("What to bring, in English"),
    "terms": _l("Terms"),
    "terms_en": _l("Terms in English"),
    "terms_version": _l("Version of the terms"),
    "contact_name": _l("Contact person"),
    "contact_phone": _l("Contact's number"),
    "contact_email": _l("Contact's address"),
    "opens_at": _l("Opens"),
    "closes_at": _l("Closes"),
    "places": _l("Places"),
    "confirm_days": _l("Days to confirm"),
    "keep_months": _l("Months that answers are kept"),
    "published_at": _l("Published"),
    "closed_at": _l("Closed"),
    "archived_at": _l("Archived"),
    "quotas": _l("Quotas"),
    "questions": _l("Questions"),
    "form_number": _l("Version of the form"),
}

REGISTRATION_FIELDS = {
    "decision_reason": _l("Reason"),
    "request_note": _l("What is to be corrected"),
    "requested_fields": _l("Questions to be corrected"),
    "email": _l("Email address"),
    "behalf_means": _l("Consent of the owner"),
    "note": _l("Note for the team"),
}


def register_log_words() -> None:
    for action, text in ACTIONS.items():
        register_action(action, text)
    for name, text in CALL_FIELDS.items():
        register_field("call", name, text)
    register_field("call", "kind", _l("Kind"), values={str(k): w for k, w in KIND_WORDS.items()})
    decides = {str(key): words for key, words in DECIDES_WORDS.items()}
    register_field("call", "decides_by", _l("Decides by"), values=decides)
    for name, text in REGISTRATION_FIELDS.items():
        register_field("registration", name, text)
    states = {str(state): words for state, words in STATE_WORDS.items()}
    register_field("registration", "state", _l("State"), values=states)
    register_subject("call", name=_l("Call"), urls=_call_urls)
    register_subject("registration", name=_l("Application"), urls=_registration_urls)


def _call_urls(ids: Collection[int]) -> Mapping[int, str]:
    if "registrations.call" not in current_app.view_functions:
        return {}
    calls = db.session.scalars(select(Call).where(Call.id.in_(ids)))
    return {call.id: url_for("registrations.call", call=call) for call in calls}


def _registration_urls(ids: Collection[int]) -> Mapping[int, str]:
    if "registrations.registration" not in current_app.view_functions:
        return {}
    rows = db.session.scalars(select(Registration).where(Registration.id.in_(ids)))
    return {row.id: url_for("registrations.registration", registration=row) for row in rows}
