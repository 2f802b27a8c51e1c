"""Editing stops: rules, versions, old addresses."""

from datetime import date
from typing import Any

import pytest
from flask import Flask

from gernas.campaigns.errors import (
    BadSlug,
    ChangedMeanwhile,
    NegativeNumber,
    ReversedDates,
    SlugTaken,
    UnknownProvince,
)
from gernas.campaigns.models import Campaign, Stop
from gernas.campaigns.queries import find_former_stop
from gernas.campaigns.services import add_stop, edit_stop
from gernas.core.database import db, transaction
from gernas.core.errors import NotAllowed
from gernas.core.permissions import Role, Scope
from gernas.core.revisions import get_revision
from tests.conftest import race
from tests.factories import make_campaign, make_stop, make_user


def edit(stop: Stop, version: int | None = None, **values: object) -> Stop:
    with transaction():
        return edit_stop(db.session.get_one(Stop, stop.id), values, version=version, by=None)


def test_the_address_of_a_stop_is_its_province(context: Flask) -> None:
    campaign = make_campaign()

    with transaction():
        row = db.session.get_one(Campaign, campaign.id)
        first = add_stop(row, province_code="ID-SN", by=None)
        second = add_stop(row, province_code="ID-SN", by=None)

    assert [first.slug, first.number] == ["sulawesi-selatan", 1]
    assert [second.slug, second.number] == ["sulawesi-selatan-2", 2]


@pytest.mark.parametrize(
    ("values", "error"),
    [
        ({"province_code": "ID-XX"}, UnknownProvince),
        ({"opens_on": date(2022, 5, 2), "closes_on": date(2022, 5, 1)}, ReversedDates),
        ({"cohort_size": -1}, NegativeNumber),
        ({"slug": "Bukan Alamat"}, BadSlug),
    ],
)
def test_what_breaks_a_rule_is_refused(
    context: Flask, values: dict[str, Any], error: type[Exception]
) -> None:
    stop = make_stop(theme="Before")

    with pytest.raises(error):
        edit(stop, **values)

    assert db.session.get_one(Stop, stop.id).version == 1


def test_an_address_is_used_once_in_a_campaign(context: Flask) -> None:
    stop = make_stop(slug="lampung")
    other = make_stop(stop.campaign, slug="jambi")

    with pytest.raises(SlugTaken, match="lampung"):
        edit(other, slug="lampung")


def test_an_old_address_leads_to_the_stop_for_ever(context: Flask) -> None:
    stop = make_stop(slug="lampung")

    edit(stop, slug="lagawi-fest")
    edit(stop, slug="lampung-2022")

    campaign = db.session.get_one(Campaign, stop.campaign_id)
    found = [find_former_stop(campaign, slug) for slug in ("lampung", "lagawi-fest", "never")]
    assert [row.id if row else None for row in found] == [stop.id, stop.id, None]


def test_a_stale_edit_is_refused_and_shows_what_the_other_saved(context: Flask) -> None:
    stop = make_stop(theme="Before")
    edit(stop, version=1, theme="Theirs", manager="Same")

    with pytest.raises(ChangedMeanwhile) as refusal:
        edit(stop, version=1, theme="Mine", manager="Same")

    assert (refusal.value.theirs, refusal.value.version) == ({"theme": "Theirs"}, 2)


def test_a_stale_edit_that_wants_what_is_there_is_no_conflict(context: Flask) -> None:
    stop = make_stop(theme="Before")
    edit(stop, version=1, theme="After")

    assert edit(stop, version=1, theme="After").version == 2


def test_of_two_editors_at_once_one_is_told(app: Flask) -> None:
    with app.app_context():
        stop = make_stop(theme="Before")

    def attempt(theme: str) -> str:
        edit(stop, version=1, theme=theme)
        return "saved"

    results = race(app, [lambda: attempt("One"), lambda: attempt("Two")])

    assert results == ["ChangedMeanwhile", "saved"]


def test_without_the_version_the_second_editor_overwrites_the_first(app: Flask) -> None:
    """The control: the race is there when the check is taken away."""
    with app.app_context():
        stop = make_stop(theme="Before")

    def attempt(theme: str) -> str:
        edit(stop, version=None, theme=theme)
        return "saved"

    assert race(app, [lambda: attempt("One"), lambda: attempt("Two")]) == ["saved", "saved"]


def test_the_pages_that_show_a_stop_become_stale_with_it(context: Flask) -> None:
    stop = make_stop()
    other = make_stop(stop.campaign)
    scopes = [stop.scope, Scope("campaign", stop.campaign_id), Scope("site"), other.scope]
    before = [get_revision(scope) for scope in scopes]

    edit(stop, theme="After")

    db.session.rollback()
    after = [get_revision(scope) for scope in scopes]
    assert [b - a for a, b in zip(before, after, strict=True)] == [1, 1, 1, 0]


def test_the_service_checks_who_asks(context: Flask) -> None:
    """ASVS 8.3.1."""
    stop = make_stop(theme="Before")
    elsewhere = make_user(Role.STOP_MANAGER, make_stop().scope)
    viewer = make_user(Role.VIEWER, stop.scope)

    for person in (elsewhere, viewer):
        with pytest.raises(NotAllowed), transaction():
            edit_stop(db.session.get_one(Stop, stop.id), {"theme": "Mine"}, version=None, by=person)

    assert db.session.get_one(Stop, stop.id).theme == "Before"
