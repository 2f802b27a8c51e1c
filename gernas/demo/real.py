"""Load the documented roadshow of 2022: ten stops, their activities, national events, numbers."""

from datetime import date, time
from typing import Any

from sqlalchemy import select

from gernas.campaigns.models import Campaign, Indicator, ObservationKind, Stop, Unit
from gernas.campaigns.services import (
    add_campaign,
    add_indicator,
    add_observation,
    add_stop,
    archive_campaign,
    publish_campaign,
)
from gernas.core.clock import to_utc
from gernas.core.database import db
from gernas.demo.texts import (
    in_english,
    in_indonesian,
    list_indicator_texts,
    read_roadshow,
)
from gernas.events.models import Event, EventKind, EventStatus, Venue
from gernas.events.services import add_agenda_item, add_event, add_venue, edit_event
from gernas.events.values import AgendaValues, EventValues, VenueValues

SLUG = "gernas-bbi-2022"
OUTCOMES = (
    "registrants",
    "curated",
    "mentored",
    "winners_count",
    "sales_idr",
    "umkm_involved",
    "exhibitors",
    "top_brands",
)
# The provinces of cities outside the host province; all others lie in their stop's.
PROVINCE_OF_CITY = {"Jakarta": "ID-JK", "Kabupaten Badung": "ID-BA"}
ONLINE_PLACES = {"Virtual": None, "esmartikm.id (online)": "https://esmartikm.id"}
RESCHEDULED = {
    "Acara puncak": "Puncak Gernas BBI Bangka Belitung",
    "Opening kampanye": "Peluncuran awal Gernas BBI #SemangatSulbar",
}
# The data date these targets by the day they were told, which is not the day they are due.
DUE = {
    "cohort_mentored": None,
    "cohort_winners": None,
    "host_provinces": date(2022, 12, 31),
    "umkm_onboarded_per_year": date(2021, 12, 31),
    "umkm_transactions_per_host_province": None,
}
# Targets and results of other editions, by indicator.
OTHER_EDITIONS = frozenset({"umkm_transactions", "umkm_transactions_per_host_province"})


def load_roadshow() -> Campaign:
    """Load the 2022 campaign with everything known about it; inside a transaction."""
    data = read_roadshow()
    campaign = add_campaign(
        title="Gernas BBI 2022",
        slug=SLUG,
        starts_on=date(2022, 1, 1),
        ends_on=date(2022, 12, 31),
        headline="Bangga buatan Indonesia, dari Jambi sampai Papua",
        headline_en="Proud of Indonesian-made, from Jambi to Papua",
        description=(
            "Sepanjang 2022, gerakan ini singgah di dua belas provinsi. UMKM dikurasi, didampingi "
            "sekitar tiga bulan, lalu tampil di acara puncak."
        ),
        description_en=(
            "In 2022 the movement called at twelve provinces. Small businesses were curated, "
            "mentored for about three months, and shown at a peak event."
        ),
        host_provinces=data["reported_host_provinces"],
        by=None,
    )
    # Public from the start, so that what moved later has a history.
    publish_campaign(campaign, by=None)
    indicators = _load_indicators(campaign)
    for row in data["stops"]:
        _load_stop(campaign, row, indicators)
    for activity in data["national_events"]:
        load_event(campaign, None, activity)
    for target in data["targets"]:
        if target["indicator"] not in OTHER_EDITIONS:
            load_target(indicators[target["indicator"]], target)
    return archive_campaign(campaign, by=None)


def _load_indicators(campaign: Campaign) -> dict[str, Indicator]:
    return {
        text["key"]: load_indicator(campaign, text["key"])
        for text in list_indicator_texts()
        if text["key"] not in OTHER_EDITIONS
    }


def load_indicator(campaign: Campaign, key: str) -> Indicator:
    """Add one of the known indicators to a campaign."""
    (text,) = (one for one in list_indicator_texts() if one["key"] == key)
    values = {name: text[name] for name in ("name_en", "owner", "definition", "definition_en")}
    return add_indicator(
        campaign, key=key, name=text["name"], unit=Unit(text["unit"]), by=None, **values
    )


def load_target(indicator: Indicator, row: dict[str, Any], stop: Stop | None = None) -> None:
    """Add a dated value with its source, doubt and note."""
    add_observation(
        indicator,
        kind=ObservationKind(row["kind"]),
        value=row["value"],
        stop=stop,
        on_date=DUE.get(indicator.key, date.fromisoformat(row["date"])),
        coverage=in_indonesian(row["scope"]),
        coverage_en=row["scope"],
        source=in_indonesian(row["source"]),
        source_url=row["source_url"],
        uncertain=row["uncertain"],
        note=in_indonesian(row["note"]),
        note_en=row["note"],
        superseded=row["note"] == "Deadline used until early 2022.",
        by=None,
    )


def _load_stop(campaign: Campaign, row: dict[str, Any], indicators: dict[str, Indicator]) -> Stop:
    days = [day for one in row["activities"] for day in (one["starts"], one["ends"]) if day]
    outcomes = row["outcomes"]
    stop = add_stop(
        campaign,
        province_code=row["iso_code"],
        number=row["sequence"],
        theme=row["theme"],
        manager=row["movement_manager"],
        manager_term=row["movement_manager_term"],
        manager_uncertain=row["movement_manager_uncertain"],
        partners=row["local_partners"],
        opens_on=date.fromisoformat(min(days)),
        closes_on=date.fromisoformat(max(days)),
        cohort_size=outcomes["mentored"] or 30,
        champion_names=outcomes["winners"] or [],
        note=in_indonesian(outcomes["notes"]),
        note_en=outcomes["notes"],
        sources=row["sources"],
        by=None,
    )
    for activity in row["activities"]:
        load_event(campaign, stop, activity)
    for change in row["reschedules"]:
        _load_reschedule(stop, change)
    for key in OUTCOMES:
        if outcomes[key] is not None:
            scope = outcomes["sales_scope"] if key == "sales_idr" else None
            add_observation(
                indicators[key],
                kind=ObservationKind.ACTUAL,
                value=outcomes[key],
                stop=stop,
                coverage=in_indonesian(scope),
                coverage_en=scope,
                by=None,
            )
    return stop


def load_event(campaign: Campaign, stop: Stop | None, row: dict[str, Any]) -> Event:
    """Add an activity as the sources have it; without a date it is still to be announced."""
    own_province = stop.province_code if stop else None
    province = PROVINCE_OF_CITY.get(row["city"] or "", own_province)
    venue = _find_or_add_venue(row["venue"], row["city"], province)
    values = EventValues(
        title=row["title"],
        title_en=in_english(row["title"]),
        kind=EventKind(row["kind"]),
        status=EventStatus.TENTATIVE if row["uncertain"] else EventStatus.CONFIRMED,
        zone=row["timezone"],
        venue_id=venue.id if venue else None,
        city=row["city"],
        province_code=province,
        online_url=ONLINE_PLACES.get(row["venue"] or ""),
        starts_on=_day(row["starts"]),
        ends_on=_day(row["ends"]) if row["ends"] != row["starts"] else None,
        uncertain=row["uncertain"],
        note=in_indonesian(row["note"]),
        note_en=row["note"],
        source_url=row["source_url"],
    )
    event = add_event(campaign, values, stop=stop, by=None)
    if row["title"] == "Harvesting Gernas BBI Kalimantan Selatan":
        # The one clock time that the sources print.
        speech = AgendaValues(
            title="Sambutan Menteri Kelautan dan Perikanan",
            title_en="Address by the Minister of Marine Affairs and Fisheries",
            starts_at=to_utc(date(2022, 7, 22), time(15), row["timezone"]),
        )
        add_agenda_item(event, speech, by=None)
    return event


def _find_or_add_venue(name: str | None, city: str | None, province: str | None) -> Venue | None:
    if name is None:
        return None
    if name in ONLINE_PLACES:
        name, city, province = name.replace("(online)", "(daring)"), None, None
        name = "Daring" if name == "Virtual" else name
    known = db.session.scalar(select(Venue).where(Venue.name == name, Venue.city == city))
    if known is not None:
        return known
    return add_venue(VenueValues(name=name, city=city, province_code=province), by=None)


def _load_reschedule(stop: Stop, row: dict[str, Any]) -> None:
    """Let an event that moved pass through its first date, so that its history tells of it."""
    found = select(Event).where(Event.stop_id == stop.id, Event.title == RESCHEDULED[row["what"]])
    event = db.session.scalars(found).one()
    actual = EventValues.of(event)
    first, _, last = row["planned"].partition("/")
    planned = EventValues(
        **{**vars(actual), "starts_on": _day(first), "ends_on": _day(last) if last else None}
    )
    edit_event(event, planned, version=None, by=None, quietly=True)
    edit_event(event, actual, version=None, by=None, source_url=row["source_url"])


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
