"""Mails about help and recognition: to owners who have to confirm, to holders of certificates."""

from flask_babel import force_locale
from sqlalchemy import select

from gernas.accounts.models import User
from gernas.businesses.models import Business, BusinessPerson
from gernas.core.clock import now, today_in
from gernas.core.database import db
from gernas.core.i18n import DEFAULT_LANGUAGE
from gernas.messages.services import put_message, queue_message
from gernas.registrations.quiet_hours import after_quiet_hours
from gernas.youth.helping.owner_links import owner_link
from gernas.youth.members.telling import member_url
from gernas.youth.models import Assistance, YouthCertificate
from gernas.youth.words import programme_title


def tell_owner(assistance: Assistance) -> None:
    """Queue one mail a day that something waits, if the business has an address.

    The first report of a day causes it; what comes later that day stands on the same page.
    """
    address, language = find_owner_address(assistance.business)
    if address is None:
        return
    zone = assistance.programme.zone
    queue_message(
        "assistance_report",
        to=address,
        language=language,
        values={
            "business": assistance.business.name,
            "url": owner_link(assistance, language=language),
        },
        key=f"assistance:{assistance.id}:{today_in(zone).isoformat()}",
        not_before=after_quiet_hours(now(), zone),
    )


def find_owner_address(business: Business) -> tuple[str | None, str]:
    """The address to write to, and the language: of the business, else of who manages it."""
    if business.email:
        return business.email, DEFAULT_LANGUAGE
    row = db.session.execute(
        select(User.email, User.language)
        .join(BusinessPerson, BusinessPerson.user_id == User.id)
        .where(BusinessPerson.business_id == business.id)
        .order_by(BusinessPerson.id)
        .limit(1)
    ).first()
    return (row.email, row.language) if row is not None else (None, DEFAULT_LANGUAGE)


def tell_certificate(certificate: YouthCertificate) -> None:
    """Tell a member who has an address, once, that a certificate is there."""
    member = certificate.member
    if member.email is None or certificate.revoked_at is not None or member.erased_at is not None:
        return
    with force_locale(member.language):
        title = programme_title(certificate.programme)
    put_message(
        "youth_certificate",
        to=member.email,
        language=member.language,
        values={"title": title, "name": member.name, "url": member_url(member)},
        key=f"youth-certificate:{certificate.id}",
    )
