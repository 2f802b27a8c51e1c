"""What a member may name in the log of content: businesses, products and events of the stop."""

from dataclasses import replace

from sqlalchemy import select

from gernas.businesses.models import Business, Product
from gernas.core.database import db
from gernas.core.i18n import in_language
from gernas.events.models import Event
from gernas.youth.helping.forms import ContentForm
from gernas.youth.models import Assistance, AssistanceMember, Member, YouthProgramme
from gernas.youth.services.contents import ContentReport

MOST_OFFERED = 300
NOTHING = "–"


def offer_rows(form: ContentForm, programme: YouthProgramme, member: Member) -> None:
    """Put into the form what can be chosen."""
    businesses = list_businesses(programme, member)
    form.business_id.offer([(one.id, one.name) for one in businesses], none=NOTHING)
    products = list_products(businesses)
    names = {one.id: one.name for one in businesses}
    form.product_id.offer(
        [(one.id, f"{one.name} ({names[one.business_id]})") for one in products], none=NOTHING
    )
    events = [(one.id, in_language(one.title, one.title_en)[0]) for one in list_events(programme)]
    form.event_id.offer(events, none=NOTHING)


def choose_rows(form: ContentForm, programme: YouthProgramme, member: Member) -> ContentReport:
    """What was typed, with the rows that were chosen; one that was not offered is left out."""
    businesses = list_businesses(programme, member)
    products = list_products(businesses)
    product = next((one for one in products if one.id == form.product_id.data), None)
    wanted = form.business_id.data
    if wanted is None and product is not None:
        wanted = product.business_id
    return replace(
        form.read(),
        business=next((one for one in businesses if one.id == wanted), None),
        product=product if product is not None and product.business_id == wanted else None,
        event=next((one for one in list_events(programme) if one.id == form.event_id.data), None),
    )


def list_businesses(programme: YouthProgramme, member: Member) -> list[Business]:
    """Those of the stop's province that the catalogue shows, and those that the member helps."""
    mine = (
        select(Assistance.business_id)
        .join(AssistanceMember, AssistanceMember.assistance_id == Assistance.id)
        .where(AssistanceMember.member_id == member.id)
    )
    shown = (Business.province_code == programme.stop.province_code) & (
        Business.shown_in_catalogue.is_(True)
    )
    rows = select(Business).where(
        shown | Business.id.in_(mine),
        Business.archived_at.is_(None),
        Business.merged_into_id.is_(None),
        Business.erased_at.is_(None),
    )
    return list(
        db.session.scalars(rows.order_by(Business.name_key, Business.id).limit(MOST_OFFERED))
    )


def list_products(businesses: list[Business]) -> list[Product]:
    rows = select(Product).where(
        Product.business_id.in_([one.id for one in businesses]), Product.archived_at.is_(None)
    )
    return list(db.session.scalars(rows.order_by(Product.name, Product.id).limit(MOST_OFFERED)))


def list_events(programme: YouthProgramme) -> list[Event]:
    """The stop's own events that are not put away, the earliest first."""
    rows = select(Event).where(Event.stop_id == programme.stop_id, Event.archived_at.is_(None))
    return list(db.session.scalars(rows.order_by(Event.starts_on, Event.id).limit(MOST_OFFERED)))
