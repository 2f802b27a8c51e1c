"""What members and guardians are told by mail about taking part."""

from flask_babel import force_locale

from gernas.core.clock import now
from gernas.core.i18n import get_language
from gernas.messages.services import put_message
from gernas.youth.codes import code_words, get_guardian_token, get_member_token, link_to
from gernas.youth.models import GuardianConsent, Member, YouthProgramme
from gernas.youth.words import programme_title


def member_url(member: Member, *, language: str | None = None) -> str:
    """The whole address of a member's own page."""
    path = f"/pemuda/saya/{get_member_token(member)}"
    return link_to(path, language=language or member.language)


def guardian_url(consent: GuardianConsent, *, language: str = "id") -> str:
    """The whole address on which a guardian answers."""
    return link_to(f"/wali/{get_guardian_token(consent)}", language=language)


def tell_joined(member: Member, programme: YouthProgramme) -> None:
    """Send the link to the member's page, once for each programme."""
    _tell(member, programme, "youth_joined", f"youth-joined:{programme.id}:{member.id}")


def tell_link_again(member: Member, programme: YouthProgramme) -> None:
    """Send the link again to who signed up a second time; at most once in an hour."""
    hour = now().strftime("%Y%m%d%H")
    _tell(member, programme, "youth_link", f"youth-link:{programme.id}:{member.id}:{hour}")


def tell_guardian(consent: GuardianConsent, programme: YouthProgramme) -> None:
    """Ask a guardian by mail, if an address was given."""
    if consent.email is None:
        return
    language = get_language()
    with force_locale(language):
        values = {
            "title": programme_title(programme),
            "guardian": consent.guardian_name,
            "name": consent.member.name,
            "url": guardian_url(consent, language=language),
        }
    put_message(
        "youth_guardian",
        to=consent.email,
        language=language,
        values=values,
        key=guardian_key(consent),
    )


def guardian_key(consent: GuardianConsent) -> str:
    """What stands for the question to a guardian in the outbox."""
    return f"youth-guardian:{consent.id}"


def tell_guardian_answer(consent: GuardianConsent, programme: YouthProgramme) -> None:
    """Tell the member what the guardian answered."""
    moment = consent.answered_at or now()
    answer = consent.answer or "none"
    key = f"youth-guardian-{answer}:{consent.id}:{moment:%Y%m%d%H%M%S}"
    _tell(consent.member, programme, f"youth_guardian_{answer}", key)


def tell_removed(member: Member, programme: YouthProgramme, reason: str) -> None:
    """Tell a member that the coordinator took them out, and why."""
    moment = f"{now():%Y%m%d%H%M%S}"
    key = f"youth-removed:{programme.id}:{member.id}:{moment}"
    _tell(member, programme, "youth_removed", key, reason=reason)


def _tell(member: Member, programme: YouthProgramme, template: str, key: str, **more: str) -> None:
    if member.email is None:
        return
    with force_locale(member.language):
        values = {
            "title": programme_title(programme),
            "name": member.name,
            "code": code_words(member.code),
            "url": member_url(member),
        }
    if template != "youth_joined":
        del values["code"]
    put_message(template, to=member.email, language=member.language, values=values | more, key=key)
