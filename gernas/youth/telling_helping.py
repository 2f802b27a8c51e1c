"""What an owner is told by mail: something waits to be confirmed."""

from sqlalchemy import select

from gernas.accounts.models import User
from gernas.businesses.models import Business, BusinessPerson
from gernas.core.clock import now, today_in
from gernas.core.database import db
from gernas.core.i18n import DEFAULT_LANGUAGE
from gernas.messages.services import queue_message
from gernas.registrations.quiet_hours import after_quiet_hours
from gernas.youth.models import Assistance
from gernas.youth.owner_links import owner_link


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
