"""Add and edit indicators, their dated targets and observations."""

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select

from gernas.campaigns.errors import ChangedMeanwhile, ForeignStop, KeyTaken
from gernas.campaigns.models import (
    KEY_LENGTH,
    Campaign,
    Indicator,
    Observation,
    ObservationKind,
    Stop,
    Unit,
)
from gernas.campaigns.services.editing import (
    check_may,
    check_version,
    note_change,
    read_values,
    write_values,
)
from gernas.core.clock import now
from gernas.core.database import db, lock
from gernas.core.marks import list_changed
from gernas.core.permissions import Permission, Scope
from gernas.core.text import free_slug

if TYPE_CHECKING:
    from gernas.core.permissions import Holder


def add_indicator(
    campaign: Campaign,
    *,
    name: str,
    unit: Unit,
    by: "Holder | None",
    key: str | None = None,
    **values: Any,
) -> Indicator:
    """Add something to be counted, at the end of the list; a key is made from its name.

    Raises:
        KeyTaken: the campaign has an indicator with this key.
    """
    campaign = lock(campaign)
    check_may(by, Permission.EDIT_INDICATORS, campaign)
    taken = set(db.session.scalars(select(Indicator.key).filter_by(campaign_id=campaign.id)))
    if key in taken:
        raise KeyTaken(key)
    key = key or free_slug(name, lambda slug: _as_key(slug) in taken, max_length=KEY_LENGTH)
    last = db.session.scalar(
        select(func.max(Indicator.position)).where(Indicator.campaign_id == campaign.id)
    )
    moment = now()
    indicator = Indicator(
        campaign=campaign,
        key=_as_key(key),
        name=name,
        unit=unit,
        created_at=moment,
        updated_at=moment,
        **{"position": (last or 0) + 1, **values},
    )
    db.session.add(indicator)
    db.session.flush()
    note_change("indicator.added", indicator, {}, by=by, raising=(campaign.scope,))
    return indicator


def edit_indicator(
    indicator: Indicator, values: dict[str, Any], *, version: int | None, by: "Holder | None"
) -> Indicator:
    """Change name, definition, owner, unit, order or visibility of an indicator.

    Raises:
        ChangedMeanwhile: someone else saved other values since ``version``.
    """
    indicator = lock(indicator)
    check_may(by, Permission.EDIT_INDICATORS, indicator)
    check_version(indicator, version, values)
    before = write_values(indicator, values)
    if before:
        note_change("indicator.edited", indicator, before, by=by, raising=_scopes(indicator, None))
    return indicator


def remove_indicator(indicator: Indicator, *, by: "Holder | None") -> None:
    """Delete an indicator with its observations; the audit log keeps what they were."""
    indicator = lock(indicator)
    check_may(by, Permission.EDIT_INDICATORS, indicator)
    for observation in list(indicator.observations):
        remove_observation(observation, by=by)
    db.session.expire(indicator, ["observations"])  # else the cascade deletes them once more
    note_change(
        "indicator.removed",
        indicator,
        read_values(indicator),
        by=by,
        raising=_scopes(indicator, None),
    )
    db.session.delete(indicator)
    db.session.flush()


def add_observation(
    indicator: Indicator,
    *,
    kind: ObservationKind,
    value: Decimal | int,
    by: "Holder | None",
    stop: Stop | None = None,
    **values: Any,
) -> Observation:
    """Add a dated value: a baseline, what was counted, or a target due by its date.

    Raises:
        ForeignStop: the stop belongs to another campaign.
    """
    check_may(by, Permission.EDIT_INDICATORS, indicator)
    if stop is not None and stop.campaign_id != indicator.campaign_id:
        raise ForeignStop
    observation = Observation(
        indicator=indicator, kind=kind, value=Decimal(value), stop=stop, created_at=now(), **values
    )
    db.session.add(observation)
    db.session.flush()
    _note(f"{kind}.added", observation, {}, by=by)
    return observation


def edit_observation(
    observation: Observation,
    values: dict[str, Any],
    *,
    by: "Holder | None",
    base: str | None = None,
) -> Observation:
    """Correct a value, its date, source, doubt or whether a later target replaced it.

    ``base`` marks the values that the person saw (core/marks.py); None: whatever they are now.

    Raises:
        ChangedMeanwhile: someone else saved other values since.
    """
    observation = lock(observation)
    check_may(by, Permission.EDIT_INDICATORS, observation.indicator)
    _check_seen(observation, values, base)
    before = {
        name: getattr(observation, name)
        for name, value in values.items()
        if getattr(observation, name) != value
    }
    for name in before:
        setattr(observation, name, values[name])
    db.session.flush()
    if before:
        _note(f"{observation.kind}.edited", observation, before, by=by)
    return observation


def _check_seen(observation: Observation, values: dict[str, Any], base: str | None) -> None:
    if base is None or not list_changed(
        {name: getattr(observation, name) for name in values}, base
    ):
        return
    theirs = {
        name: getattr(observation, name)
        for name, value in values.items()
        if getattr(observation, name) != value
    }
    if theirs:
        raise ChangedMeanwhile(observation, theirs)


def remove_observation(observation: Observation, *, by: "Holder | None") -> None:
    """Delete a value; the audit log keeps what it was."""
    check_may(by, Permission.EDIT_INDICATORS, observation.indicator)
    _note(f"{observation.kind}.removed", observation, read_values(observation), by=by)
    db.session.delete(observation)
    db.session.flush()


def _as_key(slug: str) -> str:
    return slug.replace("-", "_")


def _note(
    action: str, observation: Observation, before: dict[str, Any], *, by: "Holder | None"
) -> None:
    note_change(
        action,
        observation,
        before,
        by=by,
        raising=_scopes(observation.indicator, observation.stop_id),
        label=observation.indicator.name,
    )


def _scopes(indicator: Indicator, stop_id: int | None) -> tuple[Scope, ...]:
    campaign = Scope("campaign", indicator.campaign_id)
    return (campaign,) if stop_id is None else (Scope("stop", stop_id), campaign)
