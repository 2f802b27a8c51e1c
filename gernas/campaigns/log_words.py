"""How the log of changes calls what happens to campaigns, stops and indicators."""

from collections.abc import Collection, Mapping

from flask import url_for
from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from gernas.audit.words import register_action, register_field, register_subject
from gernas.campaigns.models import Campaign, Indicator, Observation, Stop
from gernas.campaigns.words import OBSERVATION_KINDS, UNITS
from gernas.core.database import db

ACTIONS = {
    "campaign.added": _l("Added the campaign"),
    "campaign.edited": _l("Edited the campaign"),
    "campaign.published": _l("Published the campaign"),
    "campaign.withdrawn": _l("Hid the campaign from the public"),
    "campaign.archived": _l("Archived the campaign"),
    "campaign.restored": _l("Took the campaign out of the archive"),
    "stop.added": _l("Added the stop"),
    "stop.edited": _l("Edited the stop"),
    "stop.archived": _l("Archived the stop"),
    "stop.restored": _l("Put the stop back on the roadshow"),
    "indicator.added": _l("Added the indicator"),
    "indicator.edited": _l("Edited the indicator"),
    "indicator.removed": _l("Deleted the indicator"),
    "baseline.added": _l("Added a baseline"),
    "baseline.edited": _l("Edited a baseline"),
    "baseline.removed": _l("Deleted a baseline"),
    "actual.added": _l("Added what was counted"),
    "actual.edited": _l("Edited what was counted"),
    "actual.removed": _l("Deleted what was counted"),
    "target.added": _l("Added a target"),
    "target.edited": _l("Edited a target"),
    "target.removed": _l("Deleted a target"),
}
FIELDS = {
    "title": _l("Name"),
    "title_en": _l("Name in English"),
    "slug": _l("Web address"),
    "headline": _l("Headline"),
    "headline_en": _l("Headline in English"),
    "description": _l("Description"),
    "description_en": _l("Description in English"),
    "starts_on": _l("First day"),
    "ends_on": _l("Last day"),
    "host_provinces": _l("Host provinces planned"),
    "published_at": _l("Published"),
    "archived_at": _l("Archived"),
    "number": _l("Place in the roadshow"),
    "province_code": _l("Province"),
    "theme": _l("Theme"),
    "theme_en": _l("Theme in English"),
    "manager": _l("Movement manager"),
    "manager_uncertain": _l("The manager is not certain yet"),
    "partners": _l("Partners"),
    "opens_on": _l("Window from"),
    "closes_on": _l("Window until"),
    "cohort_size": _l("Businesses mentored"),
    "champions": _l("Best businesses honoured"),
    "mentoring_weeks": _l("Weeks of mentoring"),
    "champion_names": _l("Names of the best"),
    "note": _l("Note"),
    "note_en": _l("Note in English"),
    "sources": _l("Sources"),
    "name": _l("Name"),
    "name_en": _l("Name in English"),
    "unit": _l("Unit"),
    "definition": _l("Definition"),
    "definition_en": _l("Definition in English"),
    "owner": _l("Who answers for it"),
    "is_public": _l("Shown to the public"),
    "kind": _l("What it is"),
    "value": _l("Value"),
    "on_date": _l("Date"),
    "coverage": _l("What exactly was counted"),
    "coverage_en": _l("The same in English"),
    "source": _l("Source"),
    "source_url": _l("Address of the source"),
    "uncertain": _l("Uncertain"),
    "superseded": _l("Replaced by a later target"),
}


def register_log_words() -> None:
    for action, words in ACTIONS.items():
        register_action(action, words)
    for kind in ("campaign", "stop", "indicator", "observation"):
        for name, words in FIELDS.items():
            register_field(kind, name, words)
    units = {unit.value: words for unit, words in UNITS.items()}
    kinds = {kind.value: words for kind, words in OBSERVATION_KINDS.items()}
    register_field("indicator", "unit", FIELDS["unit"], values=units)
    register_field("observation", "kind", FIELDS["kind"], values=kinds)
    register_subject("campaign", name=_l("Campaign"), urls=list_campaign_urls)
    register_subject("stop", name=_l("Stop"), urls=list_stop_urls)
    register_subject("indicator", name=_l("Indicator"), urls=list_indicator_urls)
    register_subject("observation", name=_l("Number"), urls=list_observation_urls)


def list_campaign_urls(ids: Collection[int]) -> Mapping[int, str]:
    rows = db.session.scalars(select(Campaign).where(Campaign.id.in_(ids)))
    return {row.id: url_for("campaigns.show", campaign=row) for row in rows}


def list_stop_urls(ids: Collection[int]) -> Mapping[int, str]:
    rows = select(Stop).where(Stop.id.in_(ids)).options(joinedload(Stop.campaign))
    return {row.id: url_for("campaigns.show_stop", stop=row) for row in db.session.scalars(rows)}


def list_indicator_urls(ids: Collection[int]) -> Mapping[int, str]:
    rows = select(Indicator.id, Campaign.slug).join(Indicator.campaign)
    return {
        number: url_for("campaigns.show_indicator", campaign=slug, indicator_id=number)
        for number, slug in db.session.execute(rows.where(Indicator.id.in_(ids)))
    }


def list_observation_urls(ids: Collection[int]) -> Mapping[int, str]:
    """A number of a stop on the stop's page, which its manager may open; else its indicator's."""
    rows = (
        select(Observation.id, Indicator.id, Campaign.slug, Stop.slug)
        .join(Observation.indicator)
        .join(Indicator.campaign)
        .outerjoin(Observation.stop)
        .where(Observation.id.in_(ids))
    )
    return {
        number: url_for("campaigns.show_stop", stop=f"{campaign}/{stop}")
        if stop
        else url_for("campaigns.show_indicator", campaign=campaign, indicator_id=indicator_id)
        for number, indicator_id, campaign, stop in db.session.execute(rows)
    }
