"""Add, edit and archive the stops of a campaign."""

from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select

from gernas.campaigns.errors import (
    BadSlug,
    NegativeNumber,
    ReversedDates,
    SlugTaken,
    UnknownProvince,
)
from gernas.campaigns.models import Campaign, Stop
from gernas.campaigns.services.editing import (
    check_may,
    check_version,
    note_change,
    tell_visibility,
    write_values,
)
from gernas.core.addresses import keep_former_slug
from gernas.core.clock import now
from gernas.core.database import db, lock
from gernas.core.permissions import Permission
from gernas.core.provinces import PROVINCES, get_province
from gernas.core.text import free_slug, is_slug

if TYPE_CHECKING:
    from gernas.core.permissions import Holder

NUMBERS = ("cohort_size", "champions", "mentoring_weeks")


def add_stop(
    campaign: Campaign,
    *,
    province_code: str,
    by: "Holder | None",
    slug: str | None = None,
    **values: Any,
) -> Stop:
    """Add a stop at the end of the roadshow, or with ``number`` at that place.

    Its address is the province's name; a second stop in the province gets a number behind it.

    Raises:
        UnknownProvince, ReversedDates, NegativeNumber, BadSlug, SlugTaken
    """
    campaign = lock(campaign)
    check_may(by, Permission.ADD_STOP, campaign)
    _check_rules({"province_code": province_code, **values}, None)

    def is_taken(candidate: str) -> bool:
        return _is_taken(campaign.id, candidate)

    last = db.session.scalar(select(func.max(Stop.number)).where(Stop.campaign_id == campaign.id))
    moment = now()
    stop = Stop(
        campaign=campaign,
        province_code=province_code,
        slug=_check_slug(campaign.id, slug)
        if slug
        else free_slug(get_province(province_code).name_id, is_taken),
        created_at=moment,
        updated_at=moment,
        **{"number": (last or 0) + 1, **values},
    )
    db.session.add(stop)
    db.session.flush()
    note_change("stop.added", stop, {}, by=by, raising=(stop.scope, campaign.scope))
    return stop


def edit_stop(
    stop: Stop, values: dict[str, Any], *, version: int | None, by: "Holder | None"
) -> Stop:
    """Change columns of a stop; an old address goes on leading to it.

    Raises:
        ChangedMeanwhile: someone else saved other values since ``version``.
        UnknownProvince, ReversedDates, NegativeNumber, BadSlug, SlugTaken
    """
    stop = lock(stop)
    check_may(by, Permission.EDIT_STOP, stop)
    check_version(stop, version, values)
    _check_rules(values, stop)
    slug = values.get("slug", stop.slug)
    if slug != stop.slug:
        _check_slug(stop.campaign_id, slug)
        keep_former_slug("stop", stop.slug, stop.id, parent_id=stop.campaign_id)
    before = write_values(stop, values)
    if before:
        note_change("stop.edited", stop, before, by=by, raising=(stop.scope, stop.campaign.scope))
    return stop


def archive_stop(stop: Stop, *, by: "Holder | None") -> Stop:
    """Take a stop off the roadshow; its events stay as they are, hidden with it."""
    return _stamp(stop, on=True, action="stop.archived", by=by)


def restore_stop(stop: Stop, *, by: "Holder | None") -> Stop:
    """Put an archived stop back."""
    return _stamp(stop, on=False, action="stop.restored", by=by)


def _stamp(stop: Stop, *, on: bool, action: str, by: "Holder | None") -> Stop:
    stop = lock(stop)
    check_may(by, Permission.ADD_STOP, stop)
    if (stop.archived_at is not None) == on:
        return stop
    before = write_values(stop, {"archived_at": now() if on else None})
    tell_visibility(stop)
    note_change(action, stop, before, by=by, raising=(stop.scope, stop.campaign.scope))
    return stop


def _check_rules(values: dict[str, Any], stop: Stop | None) -> None:
    known = {province.iso_code for province in PROVINCES}
    if "province_code" in values and values["province_code"] not in known:
        raise UnknownProvince
    opens = values.get("opens_on", stop.opens_on if stop else None)
    closes = values.get("closes_on", stop.closes_on if stop else None)
    if opens and closes and closes < opens:
        raise ReversedDates
    if any(values.get(name, 0) < 0 for name in NUMBERS):
        raise NegativeNumber


def _check_slug(campaign_id: int, slug: str) -> str:
    if not is_slug(slug):
        raise BadSlug
    if _is_taken(campaign_id, slug):
        raise SlugTaken(slug)
    return slug


def _is_taken(campaign_id: int, slug: str) -> bool:
    found = select(Stop.id).where(Stop.campaign_id == campaign_id, Stop.slug == slug)
    return db.session.scalar(found) is not None
