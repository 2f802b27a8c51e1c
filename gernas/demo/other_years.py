"""Load the other editions of the movement, as far as sources go."""

from datetime import date
from typing import Any

from gernas.campaigns.models import Campaign, Stop
from gernas.campaigns.services import (
    add_campaign,
    add_stop,
    archive_campaign,
    publish_campaign,
)
from gernas.demo.real import OTHER_EDITIONS, load_indicator, load_target
from gernas.demo.texts import in_indonesian, read_roadshow
from gernas.events.models import EventKind, EventStatus
from gernas.events.services import add_event
from gernas.events.values import EventValues

TITLES = {"kickoff": "Kick-off Gernas BBI {}", "harvesting": "Harvesting Gernas BBI {}"}
TITLES_EN = {"kickoff": "Kick-off of Gernas BBI {}", "harvesting": "Harvesting of Gernas BBI {}"}


def load_other_years() -> list[Campaign]:
    """Load 2021, 2023 and 2024 as archived campaigns; inside a transaction."""
    data = read_roadshow()
    campaigns = []
    for year, rows in data["other_years"].items():
        campaign = add_campaign(
            title=f"Gernas BBI {year}",
            slug=f"gernas-bbi-{year}",
            starts_on=date(int(year), 1, 1),
            ends_on=date(int(year), 12, 31),
            by=None,
        )
        stops = {row["province"]: _load_stop(campaign, row) for row in rows}
        _load_numbers(campaign, stops, data["targets"])
        publish_campaign(campaign, by=None)
        campaigns.append(archive_campaign(campaign, by=None))
    return campaigns


def _load_stop(campaign: Campaign, row: dict[str, Any]) -> Stop:
    stop = add_stop(
        campaign,
        province_code=row["iso_code"],
        theme=row["theme"],
        manager=row["manager"],
        manager_uncertain=row["uncertain"] and row["manager"] is not None,
        note=in_indonesian(row["note"]),
        note_en=row["note"],
        sources=[row["source_url"]],
        by=None,
    )
    for kind in TITLES:
        if row[kind] is not None:
            _load_event(campaign, stop, kind, row)
    return stop


def _load_event(campaign: Campaign, stop: Stop, kind: str, row: dict[str, Any]) -> None:
    values = EventValues(
        title=TITLES[kind].format(stop.province.name_id),
        title_en=TITLES_EN[kind].format(stop.province.name_en),
        kind=EventKind(kind),
        status=EventStatus.TENTATIVE if row["uncertain"] else EventStatus.CONFIRMED,
        zone=stop.zone,
        province_code=stop.province_code,
        starts_on=date.fromisoformat(row[kind]),
        uncertain=row["uncertain"],
        source_url=row["source_url"],
    )
    add_event(campaign, values, stop=stop, by=None)


def _load_numbers(
    campaign: Campaign, stops: dict[str, Stop], targets: list[dict[str, Any]]
) -> None:
    for row in targets:
        same_year = row["date"].startswith(str(campaign.starts_on.year))
        if row["indicator"] in OTHER_EDITIONS and same_year:
            host = next((stop for name, stop in stops.items() if name in row["scope"]), None)
            load_target(load_indicator(campaign, row["indicator"]), row, host)
