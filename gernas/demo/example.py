"""The running example: a copy of the 2022 roadshow in which today lies within Lampung's stop.

Everything here is made up, and marked so.
"""

from dataclasses import replace
from datetime import date, time, timedelta

from sqlalchemy import select

from gernas.campaigns.models import Campaign, Indicator, Observation, Stop
from gernas.campaigns.services import edit_campaign, edit_observation, edit_stop, publish_campaign
from gernas.core.clock import to_utc, today_in
from gernas.core.database import db
from gernas.demo.real import SLUG as REAL
from gernas.events.models import Event, EventKind
from gernas.events.services import add_agenda_item, edit_event
from gernas.events.values import AgendaValues, EventValues
from gernas.planner.services import copy_campaign

SLUG = "contoh"
HOST = "ID-LA"
TEXTS = {
    "title_en": "Example",
    "description": (
        "Roadshow ini singgah di sepuluh provinsi. UMKM dikurasi, didampingi sekitar tiga bulan, "
        "lalu tampil di acara puncak."
    ),
    "description_en": (
        "This roadshow calls at ten provinces. Small businesses are curated, mentored for about "
        "three months, and shown at a peak event."
    ),
}
AFTER_KICKOFF = timedelta(days=49)  # of the fourteen weeks until its harvesting
AGENDA = (
    ("Pintu dibuka, pendaftaran ulang", "Doors open, registration", "Gerbang utama", 8, 9),
    ("Pembukaan dan sambutan", "Opening and addresses", "Panggung utama", 9, 10),
    ("Kunjungan stan UMKM", "Walk through the UMKM booths", "Area pameran", 10, 12),
    ("Kelas foto produk dengan ponsel", "Product photos with a phone", "Panggung kecil", 13, 15),
)  # Indonesian, English, stage, from, until (o'clock)


def load_example() -> Campaign:
    """Copy the roadshow, moved by whole weeks, and publish it; inside a transaction."""
    real = db.session.scalars(select(Campaign).where(Campaign.slug == REAL)).one()
    campaign = copy_campaign(
        real,
        title="Contoh",
        slug=SLUG,
        shift_days=_days_to_move(real),
        is_example=True,
        confirmed=True,
        by=None,
    )
    edit_campaign(campaign, TEXTS, version=None, by=None)
    for event in _list_events(campaign):
        _enrich(event)
    return publish_campaign(campaign, by=None)


def move_example(campaign: Campaign) -> int:
    """Move the example so that today lies in Lampung's stop again; returns the days moved."""
    days = _days_to_move(campaign)
    if not days:
        return 0
    by = timedelta(days=days)
    dates = {"starts_on": campaign.starts_on + by, "ends_on": campaign.ends_on + by}
    edit_campaign(campaign, dates, version=None, by=None)
    for stop in db.session.scalars(select(Stop).where(Stop.campaign_id == campaign.id)).all():
        window = {"opens_on": stop.opens_on, "closes_on": stop.closes_on}
        moved = {name: day + by for name, day in window.items() if day}
        edit_stop(stop, moved, version=None, by=None)
    for event in _list_events(campaign):
        values = EventValues.of(event)
        edit_event(
            event,
            values.with_dates(values.dates.shifted(days)),
            version=None,
            by=None,
            quietly=True,
        )
    targets = select(Observation).join(Indicator).where(Indicator.campaign_id == campaign.id)
    for target in db.session.scalars(targets).all():
        if target.on_date:
            edit_observation(target, {"on_date": target.on_date + by}, by=None)
    return days


def _days_to_move(campaign: Campaign) -> int:
    """Whole weeks, in days, after which Lampung's kick-off was some seven weeks ago."""
    kickoff = db.session.scalars(
        select(Event.starts_on)
        .join(Stop, Event.stop_id == Stop.id)
        .where(
            Event.campaign_id == campaign.id,
            Stop.province_code == HOST,
            Event.kind == EventKind.KICKOFF,
        )
    ).first()
    wanted: date = today_in("Asia/Jakarta") - AFTER_KICKOFF
    return round((wanted - kickoff).days / 7) * 7 if kickoff else 0


def _list_events(campaign: Campaign) -> list[Event]:
    rows = select(Event).where(Event.campaign_id == campaign.id).order_by(Event.id)
    return list(db.session.scalars(rows))


def _enrich(event: Event) -> None:
    """Give big events an agenda, a capacity and admission, all marked as the demo's."""
    event.is_demo = True
    db.session.flush()
    if event.kind not in (EventKind.KICKOFF, EventKind.HARVESTING) or event.starts_on is None:
        return
    values = EventValues.of(event)
    values = replace(values, capacity=1_500, admission="Gratis, tanpa tiket")
    edit_event(event, values, version=None, by=None, quietly=True)
    for item in event.agenda:
        item.is_demo = True
    db.session.flush()
    for title, title_en, stage, begins, ends in AGENDA:
        part = AgendaValues(
            title=title,
            title_en=title_en,
            stage=stage,
            starts_at=to_utc(event.starts_on, time(begins), event.zone),
            ends_at=to_utc(event.starts_on, time(ends), event.zone),
        )
        add_agenda_item(event, part, by=None, is_demo=True)
