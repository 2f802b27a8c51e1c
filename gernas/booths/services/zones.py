"""Add, edit and remove zones and sponsors."""

from flask_babel import gettext as _
from sqlalchemy import func, select

from gernas.booths.errors import StillUsed
from gernas.booths.models import Plan, Sponsor, Zone
from gernas.booths.queries import (
    count_booths_by_sponsor,
    count_booths_by_zone,
    list_sponsors,
    list_zones,
)
from gernas.booths.services.changing import By, hold_plan, log_row, shows
from gernas.booths.values import SponsorValues, ZoneValues
from gernas.core.database import db
from gernas.core.errors import BadValues, NotThere

MOST_ZONES = 60
MOST_SPONSORS = 60


def add_zone(plan: Plan, values: ZoneValues, *, by: By) -> Zone:
    """Add a zone after the others.

    Raises:
        NotAllowed
        BadValues: a sentence for each field that cannot be kept.
    """
    values = values.checked()
    plan = hold_plan(plan, by=by)
    zones = list_zones(plan)
    if len(zones) >= MOST_ZONES:
        raise BadValues({"code": _("A plan has at most %(most)s zones.", most=MOST_ZONES)})
    _check_code(zones, values.code)
    last = db.session.scalar(select(func.max(Zone.position)).where(Zone.plan_id == plan.id))
    zone = Zone(plan_id=plan.id, position=(last or 0) + 1, **_columns(values))
    db.session.add(zone)
    db.session.flush()
    log_row("zone.added", plan, zone, {}, _logged(values), by=by)
    shows(plan)
    return zone


def edit_zone(zone: Zone, values: ZoneValues, *, by: By) -> Zone:
    """Change a zone; its booths follow.

    Raises:
        NotAllowed, NotThere
        BadValues: a sentence for each field that cannot be kept.
    """
    values = values.checked()
    zone = _hold_zone(zone, by=by)
    _check_code([one for one in list_zones(zone.plan) if one.id != zone.id], values.code)
    before = _logged(ZoneValues.of(zone))
    for name, value in _columns(values).items():
        setattr(zone, name, value)
    db.session.flush()
    if before != _logged(values):
        log_row("zone.edited", zone.plan, zone, before, _logged(values), by=by)
        shows(zone.plan)
    return zone


def remove_zone(zone: Zone, *, by: By) -> None:
    """Remove a zone without booths.

    Raises:
        NotAllowed, NotThere, StillUsed
    """
    zone = _hold_zone(zone, by=by)
    plan = zone.plan
    if count := count_booths_by_zone(plan).get(zone.id):
        raise StillUsed(zone.name, count)
    log_row("zone.removed", plan, zone, _logged(ZoneValues.of(zone)), {}, by=by)
    db.session.delete(zone)
    db.session.flush()
    shows(plan)


def add_sponsor(plan: Plan, values: SponsorValues, *, by: By) -> Sponsor:
    """Add a sponsor, to whom booths can then be given in the plan.

    Raises:
        NotAllowed
        BadValues: a sentence for each field that cannot be kept.
    """
    values = values.checked()
    plan = hold_plan(plan, by=by)
    sponsors = list_sponsors(plan)
    if len(sponsors) >= MOST_SPONSORS:
        raise BadValues({"name": _("A plan has at most %(most)s sponsors.", most=MOST_SPONSORS)})
    _check_name(sponsors, values.name)
    sponsor = Sponsor(plan_id=plan.id, **vars(values))
    db.session.add(sponsor)
    db.session.flush()
    log_row("sponsor.added", plan, sponsor, {}, vars(values), by=by)
    shows(plan)
    return sponsor


def edit_sponsor(sponsor: Sponsor, values: SponsorValues, *, by: By) -> Sponsor:
    """Change a sponsor's name or quota; booths that were given stay given.

    Raises:
        NotAllowed, NotThere
        BadValues: a sentence for each field that cannot be kept.
    """
    values = values.checked()
    sponsor = _hold_sponsor(sponsor, by=by)
    others = [one for one in list_sponsors(sponsor.plan) if one.id != sponsor.id]
    _check_name(others, values.name)
    before = vars(SponsorValues.of(sponsor))
    sponsor.name, sponsor.quota = values.name, values.quota
    db.session.flush()
    if before != vars(values):
        log_row("sponsor.edited", sponsor.plan, sponsor, before, vars(values), by=by)
        shows(sponsor.plan)
    return sponsor


def remove_sponsor(sponsor: Sponsor, *, by: By) -> None:
    """Remove a sponsor without booths.

    Raises:
        NotAllowed, NotThere, StillUsed
    """
    sponsor = _hold_sponsor(sponsor, by=by)
    plan = sponsor.plan
    if count := count_booths_by_sponsor(plan).get(sponsor.id):
        raise StillUsed(sponsor.name, count)
    log_row("sponsor.removed", plan, sponsor, vars(SponsorValues.of(sponsor)), {}, by=by)
    db.session.delete(sponsor)
    db.session.flush()
    shows(plan)


def _hold_zone(zone: Zone, *, by: By) -> Zone:
    plan = hold_plan(db.session.get_one(Plan, zone.plan_id), by=by)
    found = db.session.get(Zone, zone.id, populate_existing=True)
    if found is None or found.plan_id != plan.id:
        raise NotThere(_("This zone is no longer there."))
    return found


def _hold_sponsor(sponsor: Sponsor, *, by: By) -> Sponsor:
    plan = hold_plan(db.session.get_one(Plan, sponsor.plan_id), by=by)
    found = db.session.get(Sponsor, sponsor.id, populate_existing=True)
    if found is None or found.plan_id != plan.id:
        raise NotThere(_("This sponsor is no longer there."))
    return found


def _check_code(zones: list[Zone], code: str) -> None:
    if any(zone.code.casefold() == code.casefold() for zone in zones):
        raise BadValues({"code": _("Another zone has the code %(code)s.", code=code)})


def _check_name(sponsors: list[Sponsor], name: str) -> None:
    if any(sponsor.name.casefold() == name.casefold() for sponsor in sponsors):
        raise BadValues({"name": _("There is a sponsor of that name already.")})


def _columns(values: ZoneValues) -> dict[str, object]:
    return {**vars(values), "sectors": list(values.sectors)}


def _logged(values: ZoneValues) -> dict[str, object]:
    return {**vars(values), "sectors": ", ".join(values.sectors)}
