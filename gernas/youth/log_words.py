"""How the log of changes calls what happens to programmes, roles, members and organisations."""

from collections.abc import Collection, Mapping
from typing import Any

from flask import url_for
from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from gernas.audit.words import register_action, register_field, register_subject
from gernas.campaigns.models import Campaign, Stop
from gernas.core.database import db
from gernas.youth.members.words import (
    ANSWER_WORDS,
    JOINED_WORDS,
    MEANS_WORDS,
    PURPOSE_WORDS,
    RELATION_WORDS,
    SEX_WORDS,
)
from gernas.youth.models import YouthProgramme

MEMBERS = {
    "programme.added": _l("Began the youth programme"),
    "programme.edited": _l("Edited the youth programme"),
    "programme.published": _l("Published the youth programme"),
    "programme.withdrawn": _l("Took the youth programme off the public pages"),
    "role.added": _l("Added a role for young people"),
    "role.edited": _l("Edited a role for young people"),
    "role.archived": _l("Put a role for young people away"),
    "role.restored": _l("Took a role for young people into use again"),
    "member.joined": _l("Signed up"),
    "member.edited": _l("Corrected what is known of a member"),
    "member.noted": _l("Noted something about a member"),
    "member.left": _l("Left the programme"),
    "member.removed": _l("Took a member out of the programme"),
    "member.taken_back": _l("Took a member in again"),
    "member.link_renewed": _l("Ended a member’s old links"),
    "member.approved": _l("Allowed a member a role"),
    "member.not_approved": _l("Did not allow a member a role"),
    "member.consent_given": _l("Agreed to something"),
    "member.consent_withdrawn": _l("Took an agreement back"),
    "member.guardian_asked": _l("Named the parent or guardian"),
    "member.guardian_answered": _l("The parent or guardian answered"),
    "member.guardian_called": _l("Called the parent or guardian, who agreed"),
    "member.guardian_call_undone": _l("Took back that the parent or guardian was called"),
    "member.erased": _l("Erased a member’s data"),
    "organisation.added": _l("Added a youth organisation"),
    "organisation.edited": _l("Edited a youth organisation"),
    "organisation.archived": _l("Put a youth organisation away"),
    "organisation.restored": _l("Took a youth organisation into use again"),
    "organisation.link_renewed": _l("Made a new sign-up link for an organisation"),
}
MEMBERS_FIELDS = {
    "youth_programme": {
        "about": _l("What it is about"),
        "about_en": _l("What it is about, in English"),
        "terms": _l("Rules of the programme"),
        "terms_en": _l("The rules in English"),
        "contact_name": _l("Coordinator"),
        "contact_phone": _l("Number of the coordinator"),
        "slug": _l("Address"),
        "asks_shirt": _l("Asks for the size of a shirt"),
        "sign_up_from": _l("Signing up opens"),
        "sign_up_until": _l("Signing up closes"),
        "rest_minutes": _l("Minutes of rest between two days"),
        "travel_minutes": _l("Minutes to travel from city to city"),
        "leave_hours": _l("Hours before a shift until which it may be given back"),
        "certificate_minutes": _l("Minutes for a certificate, at least"),
        "issues_certificates": _l("Gives certificates by rule"),
        "published_at": _l("Published"),
    },
    "youth_role": {
        "name": _l("Name"),
        "name_en": _l("Name in English"),
        "description": _l("What one does in it"),
        "description_en": _l("What one does in it, in English"),
        "skills": _l("Skills that are needed"),
        "needs_approval": _l("Only with the coordinator’s word"),
        "minimum_age": _l("Minimum age"),
        "archived_at": _l("Put away"),
    },
    "youth_member": {
        "name": _l("Name"),
        "birth_date": _l("Birth date"),
        "city": _l("City or regency"),
        "province_code": _l("Province"),
        "phone": _l("Phone"),
        "email": _l("Email"),
        "student_number": _l("Student number"),
        "skills": _l("Skills"),
        "languages": _l("Languages"),
        "shirt_size": _l("Size of shirt"),
        "emergency_name": _l("Whom we call in an emergency"),
        "emergency_phone": _l("Their number"),
        "organisation": _l("Organisation"),
        "code": _l("Code"),
        "note": _l("Note"),
        "reason": _l("Reason"),
        "ended_at": _l("No longer in it since"),
        "role": _l("Role"),
        "guardian_name": _l("Parent or guardian"),
        "checked_at": _l("Called on"),
        "check_note": _l("Note of the call"),
    },
    "youth_organisation": {
        "name": _l("Name"),
        "kind": _l("Kind"),
        "city": _l("City or regency"),
        "province_code": _l("Province"),
        "about": _l("About the organisation"),
        "archived_at": _l("Put away"),
    },
}


def register_members() -> None:
    """Name what happens to programmes, roles, members and organisations."""
    for action, text in MEMBERS.items():
        register_action(action, text)
    for subject, names in MEMBERS_FIELDS.items():
        for name, text in names.items():
            register_field(subject, name, text)
    tables: dict[str, tuple[Any, Mapping[Any, Any]]] = {
        "sex": (_l("Sex"), SEX_WORDS),
        "how": (_l("How they joined"), JOINED_WORDS),
        "consent": (_l("What for"), PURPOSE_WORDS),
        "relation": (_l("Relation"), RELATION_WORDS),
        "answer": (_l("Answer"), ANSWER_WORDS),
        "means": (_l("How"), MEANS_WORDS),
    }
    for name, (text, words) in tables.items():
        values = {str(code): word for code, word in words.items()}
        register_field("youth_member", name, text, values=values)
    register_subject("youth_programme", name=_l("Youth programme"), urls=_programme_urls)
    register_subject("youth_role", name=_l("Role for young people"))
    register_subject("youth_member", name=_l("Youth member"))
    register_subject("youth_organisation", name=_l("Youth organisation"))


def _programme_urls(ids: Collection[int]) -> Mapping[int, str]:
    rows = db.session.execute(
        select(YouthProgramme.id, Campaign.slug, Stop.slug)
        .join(YouthProgramme.stop)
        .join(Stop.campaign)
        .where(YouthProgramme.id.in_(ids))
    )
    return {
        number: url_for("youth.overview", stop=f"{campaign}/{stop}")
        for number, campaign, stop in rows
    }


def register_log_words() -> None:
    """Name the actions, fields and subjects of youth; each part adds its own line."""
    register_members()
