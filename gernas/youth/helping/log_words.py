"""How the log of changes calls help for businesses, content and certificates."""

from collections.abc import Collection, Mapping

from flask import url_for
from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from gernas.audit.words import register_action, register_field, register_subject
from gernas.campaigns.models import Stop
from gernas.core.database import db
from gernas.youth.helping.task_words import TASK_WORDS
from gernas.youth.helping.words import PLATFORM_WORDS, REPORT_WORDS
from gernas.youth.models import Assistance, YouthProgramme

ACTIONS = {
    "assistance.wished": _l("Asked for help by young people"),
    "assistance.wish_edited": _l("Changed what help is wanted"),
    "assistance.joined": _l("Let a member help the business"),
    "assistance.left": _l("A member helps the business no longer"),
    "assistance.done": _l("Finished the help for the business"),
    "assistance.ended": _l("Ended the help for the business"),
    "assistance.reopened": _l("Took the help up again"),
    "assistance.link_renewed": _l("Made the owner's link anew"),
    "assistance.reported": _l("Reported a result for the business"),
    "assistance.withdrawn": _l("Took a report back"),
    "assistance.answered": _l("Answered a report"),
    "outside_hours.reported": _l("Reported hours outside shifts"),
    "outside_hours.withdrawn": _l("Took reported hours back"),
    "outside_hours.answered": _l("Answered reported hours"),
    "content.added": _l("Added a link to the content"),
    "content.edited": _l("Changed what is said of a link"),
    "content.removed": _l("Took a link off the content"),
    "content.restored": _l("Brought a link of the content back"),
    "certificate.issued": _l("Issued a certificate"),
    "certificate.revoked": _l("Revoked a certificate"),
    "certificate.restored": _l("Took the revocation of a certificate back"),
    "programme.certificates_issued": _l("Issued certificates by the rule"),
    "programme.certificate_rule": _l("Said who gets a certificate"),
}
FIELDS = {
    "assistance": {
        "wish": _l("In the owner's words"),
        "languages": _l("Languages"),
        "companion": _l("Who helps"),
        "reason": _l("Reason"),
        "note": _l("Note"),
        "count": _l("How many"),
    },
    "outside_hours": {"minutes": _l("Minutes"), "note": _l("Note")},
    "content_piece": {"url": _l("Link"), "reach": _l("Reach"), "title": _l("Title")},
    "youth_certificate": {"minutes": _l("Minutes"), "reason": _l("Reason")},
    "youth_programme": {
        "certificates": _l("Certificates"),
        "certificate_minutes": _l("Minutes for a certificate"),
        "issues_certificates": _l("Certificates by themselves"),
    },
}


def register_helping_words() -> None:
    for action, text in ACTIONS.items():
        register_action(action, text)
    for subject, names in FIELDS.items():
        for name, text in names.items():
            register_field(subject, name, text)
    answers = {str(state): words for state, words in REPORT_WORDS.items()}
    tasks = {str(kind): words for kind, words in TASK_WORDS.items()} | {"hours": _l("Hours")}
    for subject in ("assistance", "outside_hours"):
        register_field(subject, "answer", _l("Answer"), values=answers)
    register_field("assistance", "task", _l("Result"), values=tasks)
    register_field("assistance", "wanted", _l("Wanted"), values=tasks)
    platforms = {str(one): words for one, words in PLATFORM_WORDS.items()}
    register_field("content_piece", "platform", _l("Platform"), values=platforms)
    register_subject("assistance", name=_l("Help for a business"), urls=_urls)
    register_subject("outside_hours", name=_l("Hours outside shifts"))
    register_subject("content_piece", name=_l("Content"))
    register_subject("youth_certificate", name=_l("Certificate"))


def _urls(ids: Collection[int]) -> Mapping[int, str]:
    rows = (
        select(Assistance)
        .where(Assistance.id.in_(ids))
        .options(
            joinedload(Assistance.programme)
            .joinedload(YouthProgramme.stop)
            .joinedload(Stop.campaign)
        )
    )
    return {
        one.id: url_for("youth.assistance", stop=one.programme.stop, assistance_id=one.id)
        for one in db.session.scalars(rows)
    }
