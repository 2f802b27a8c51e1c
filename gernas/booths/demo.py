"""The floor plan of the running example: the hall of Lagawi Fest with 70 booths, made up."""

from datetime import time

from sqlalchemy import select

from gernas.booths.demo_exhibitors import load_choices
from gernas.booths.demo_loading import load_times
from gernas.booths.layouts import Layout, Measure
from gernas.booths.models import BoothMode, Hall, Plan
from gernas.booths.queries import find_plan, list_booths
from gernas.booths.services.allocating import assign_booth
from gernas.booths.services.calls import set_terms
from gernas.booths.services.halls import add_hall
from gernas.booths.services.layouts import draw_layout
from gernas.booths.services.plans import add_plan, publish_plan
from gernas.booths.services.wishes import set_needs
from gernas.booths.terms import NeedValues, TermsValues
from gernas.booths.values import HallValues, PlanValues
from gernas.campaigns.models import Stop
from gernas.core.database import db
from gernas.events.models import Event, EventKind
from gernas.registrations.demo import SLUGS
from gernas.registrations.models import Call, Registration

PARTNERS_FROM = 6  # the first booth of the partners' row that is given
VALUES = PlanValues(
    opens_daily=time(9),
    closes_daily=time(21),
    contact_name="Contoh, pengelola tenda",
    rules=(
        "- Kompor gas dan rokok tidak boleh masuk tenda.\n"
        "- Barang masuk sehari sebelumnya, sesuai jam bongkar muat Anda.\n"
        "- Anak di bawah 18 tahun tidak boleh ada di tenda saat pasang dan bongkar.\n"
        "- Paling banyak tiga kartu pengenal untuk satu stan."
    ),
)
TENT = HallValues(name="Tenda utama", name_en="Main tent", width_cm=7_200, depth_cm=2_100)


def load_plan(stop: Stop) -> int:
    """Draw and publish the plan of the stop's harvesting, unless it is there; returns the booths.

    Inside a transaction, after the made-up applications. Partners with a confirmed place get
    booths; the cohort chooses its own.
    """
    event = db.session.scalars(
        select(Event).where(Event.stop_id == stop.id, Event.kind == EventKind.HARVESTING)
    ).first()
    if event is None or find_plan(event) is not None:
        return 0
    plan = add_plan(event, VALUES, by=None, is_demo=True)
    hall = add_hall(plan, TENT, by=None)
    draw_layout(hall, Layout.LAGAWI, Measure(hall.width_cm, hall.depth_cm), by=None)
    _give_booths(plan, hall)
    load_choices(plan)
    publish_plan(plan, by=None)
    load_times(plan)
    return len(list_booths(plan))


def _give_booths(plan: Plan, hall: Hall) -> None:
    """The cohort may choose, partners get booths of the last row one after the other."""
    cohort, partners = (db.session.scalar(select(Call).where(Call.slug == slug)) for slug in SLUGS)
    if cohort is not None:
        set_terms(cohort, plan, TermsValues(mode=BoothMode.CHOOSE, hold_minutes=15), by=None)
    if partners is None:
        return
    set_terms(partners, plan, TermsValues(mode=BoothMode.ASSIGN), by=None)
    row = [one for one in list_booths(plan, hall) if one.zone and one.zone.code == "D"]
    confirmed = select(Registration).where(
        Registration.call_id == partners.id, Registration.state == "confirmed"
    )
    rows = db.session.scalars(confirmed.order_by(Registration.id)).all()
    for booth, registration in zip(row[PARTNERS_FROM:], rows, strict=False):
        assign_booth(booth, registration, by=None)
    for registration in rows[1:2]:  # an office that shows what its region grows
        set_needs(registration, NeedValues(product="Kopi robusta"), by=None)
