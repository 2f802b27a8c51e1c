"""Calls: prepared, published, changed, closed, copied; their quotas."""

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from gernas.accounts.models import User
from gernas.audit.models import AuditEntry
from gernas.campaigns.models import Campaign, Stop
from gernas.core.clock import now
from gernas.core.database import db, transaction
from gernas.core.errors import BadValues, NotAllowed
from gernas.core.permissions import Role
from gernas.core.revisions import get_revision
from gernas.registrations.errors import (
    BelowUsed,
    CallArchived,
    CallChanged,
    NothingToClose,
    NothingToReopen,
    NotReady,
    WrongPlace,
)
from gernas.registrations.models import Call, DecidesBy, QuotaDimension
from gernas.registrations.queries import (
    find_call,
    find_former_call,
    get_form,
    list_public_calls,
)
from gernas.registrations.services.calls import (
    add_call,
    archive_call,
    close_call,
    copy_call,
    edit_call,
    list_missing,
    publish_call,
    reopen_call,
    restore_call,
    set_quotas,
)
from gernas.registrations.values import CallValues, QuotaValues
from tests.factories import make_campaign, make_event, make_stop, make_user
from tests.registrations.making import (
    call_values,
    first_come,
    make_call,
    quota_used,
    send,
    states,
    used,
)


def do(service: Any, call: Call, *values: Any, **more: Any) -> Any:
    with transaction():
        return service(db.session.get_one(Call, call.id), *values, **{"by": None, **more})


def fresh(call: Call) -> Call:
    db.session.rollback()
    return db.session.get_one(Call, call.id, populate_existing=True)


def changed(call: Call, **more: Any) -> CallValues:
    return CallValues(**{**vars(CallValues.of(fresh(call))), **more})


def food(size: int) -> QuotaValues:
    return QuotaValues(dimension=QuotaDimension.SECTOR, value="food", size=size)


def test_a_new_call_has_the_form_of_its_kind_and_is_seen_by_planners_only(english: Flask) -> None:
    stop = make_stop(slug="lampung")
    with transaction():
        stop = db.session.get_one(Stop, stop.id)
        campaign = db.session.get_one(Campaign, stop.campaign_id)
        call = add_call(campaign, call_values(title="Stan UMKM"), by=None, stop=stop)

    assert call.slug == "stan-umkm-lampung-2022"
    assert len(get_form(call).questions) > 10
    assert (call.is_public, list_public_calls()) == (False, [])


def test_a_published_call_is_open_in_its_window_only(english: Flask, later: Any) -> None:
    call = make_call(opens_at=now() + timedelta(hours=1), closes_at=now() + timedelta(days=1))

    assert (call.is_public, call.is_open) == (True, False)
    assert [one.id for one in list_public_calls()] == [call.id]
    later(hours=2)
    assert fresh(call).is_open
    later(days=1)
    assert not fresh(call).is_open
    assert list_public_calls() == []


def test_what_a_call_lacks_is_said_before_it_is_published(english: Flask) -> None:
    hidden = make_stop(make_campaign(published_at=None))
    call = make_call(hidden, published=False)
    zone = QuotaValues(dimension=QuotaDimension.ZONE, value="A", size=2)
    do(set_quotas, call, [zone])

    with pytest.raises(NotReady) as refused:
        do(publish_call, call)

    assert (
        refused.value.missing
        == list_missing(fresh(call))
        == [
            "The campaign is not shown to the public yet.",
            "There are quotas for zones, but no question asks for the zone.",
        ]
    )


def test_a_call_is_closed_by_hand_and_opened_again(english: Flask) -> None:
    call = make_call()

    do(close_call, call)
    assert not fresh(call).is_open
    with pytest.raises(NothingToClose):
        do(close_call, call)
    do(reopen_call, call)

    assert fresh(call).is_open
    with pytest.raises(NothingToReopen):
        do(reopen_call, call)


def test_an_archived_call_is_gone_until_it_is_restored(english: Flask) -> None:
    call = make_call()

    do(archive_call, call)
    with pytest.raises(CallArchived):
        do(close_call, call)
    assert not fresh(call).is_public
    do(restore_call, call)

    assert fresh(call).is_open


def test_of_two_who_edit_the_second_hears_of_the_first(english: Flask) -> None:
    call = make_call()
    seen, values = call.version, changed(call, places=7)
    do(edit_call, call, changed(call, title="Stan lain"), version=seen)

    with pytest.raises(CallChanged):
        do(edit_call, call, values, version=seen)

    assert (fresh(call).title, fresh(call).places) == ("Stan lain", 3)


def test_an_old_address_goes_on_leading_to_the_call(english: Flask) -> None:
    call = make_call()
    former = call.slug

    do(edit_call, call, changed(call), version=None, slug="stan-baru")

    assert find_call(former) is None
    found = find_former_call(former)
    assert found is not None
    assert (found.id, found.slug) == (call.id, "stan-baru")
    with pytest.raises(BadValues, match="had it once"):
        do(edit_call, make_call(), call_values(), version=None, slug=former)


def test_other_terms_are_another_version_once_people_could_agree(english: Flask) -> None:
    call = make_call(published=False, terms="Satu.")
    do(edit_call, call, changed(call, terms="Dua."), version=None)
    assert fresh(call).terms_version == 1
    do(publish_call, call)

    do(edit_call, call, changed(call, terms="Tiga."), version=None)
    do(edit_call, call, changed(call, title="Judul lain"), version=None)

    assert fresh(call).terms_version == 2


def test_there_are_never_fewer_places_than_are_taken(english: Flask) -> None:
    call = first_come(places=3, quotas={"food": 3})
    send(call), send(call)

    with pytest.raises(BelowUsed, match="2 places are taken already"):
        do(edit_call, call, changed(call, places=1), version=None)
    with pytest.raises(BelowUsed):
        do(set_quotas, call, [food(1)])

    assert (fresh(call).places, quota_used(call)) == (3, {"food": 2})


def test_more_places_go_to_those_who_wait(english: Flask) -> None:
    call = first_come(places=1)
    for _ in range(4):
        send(call)

    do(edit_call, call, changed(call, places=3), version=None)

    assert states(call) == ["accepted", "accepted", "accepted", "waitlisted"]
    assert used(call) == 3


def test_a_new_quota_counts_what_is_taken_already(english: Flask) -> None:
    call = first_come(places=5)
    send(call, sector="food"), send(call, sector="craft")

    do(set_quotas, call, [food(1)])
    send(call, sector="food")

    assert quota_used(call) == {"food": 1}
    assert states(call) == ["accepted", "accepted", "waitlisted"]


def test_a_larger_quota_goes_to_those_who_wait(english: Flask) -> None:
    call = first_come(places=5, quotas={"food": 1})
    send(call), send(call)
    assert states(call) == ["accepted", "waitlisted"]

    do(set_quotas, call, [food(2)])

    assert states(call) == ["accepted", "accepted"]


def test_how_a_call_decides_is_fixed_by_the_first_application(english: Flask) -> None:
    call = make_call()
    do(edit_call, call, changed(call, decides_by=DecidesBy.FIRST_COME), version=None)
    send(call)

    with pytest.raises(BadValues) as refused:
        do(edit_call, call, changed(call, decides_by=DecidesBy.REVIEW), version=None)

    assert list(refused.value.problems) == ["decides_by"]


def test_a_call_is_copied_with_form_and_quotas_but_without_applications(english: Flask) -> None:
    call = make_call(quotas={"food": 2})
    send(call)
    target = make_stop()

    with transaction():
        stop = db.session.get_one(Stop, target.id)
        copy = copy_call(
            db.session.get_one(Call, call.id),
            to_campaign=db.session.get_one(Campaign, stop.campaign_id),
            to_stop=stop,
            shift_days=30,
            by=None,
        )

    assert copy.opens_at - call.opens_at == timedelta(days=30)
    assert get_form(copy).questions == get_form(fresh(call)).questions
    assert (quota_used(copy), states(copy), copy.published_at) == ({"food": 0}, [], None)
    assert copy.slug != call.slug


def test_an_event_of_another_stop_has_no_place_in_a_call(english: Flask) -> None:
    event, stop = make_event(), make_stop()

    with pytest.raises(WrongPlace), transaction():
        add_call(
            db.session.get_one(Campaign, stop.campaign_id),
            call_values(),
            by=None,
            stop=db.session.get_one(Stop, stop.id),
            event=event,
        )


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("title", " "),
        ("title", "x" * 201),
        ("kind", "party"),
        ("places", 0),
        ("places", 10**9),
        ("confirm_days", -1),
        ("keep_months", 0),
        ("contact_phone", "12"),
        ("contact_email", "siti"),
        ("audience_kinds", ("party",)),
        ("audience_provinces", ("ID-XX",)),
        ("terms", "x" * 10_001),
    ],
)
def test_what_cannot_be_kept_is_told_by_field(english: Flask, field: str, value: Any) -> None:
    with pytest.raises(BadValues) as refused:
        call_values(**{field: value}).checked()

    assert list(refused.value.problems) == [field]


def test_a_window_has_its_end_behind_its_begin(english: Flask) -> None:
    moment = now()

    for closes_at in (moment, moment + timedelta(days=400)):
        with pytest.raises(BadValues) as refused:
            call_values(opens_at=moment, closes_at=closes_at).checked()
        assert list(refused.value.problems) == ["closes_at"]


def test_two_quotas_for_the_same_and_unknown_ones_are_refused(english: Flask) -> None:
    call = make_call()
    unknown = QuotaValues(dimension=QuotaDimension.SECTOR, value="stones", size=2)

    for quotas in ([food(1), food(2)], [unknown]):
        with pytest.raises(BadValues):
            do(set_quotas, call, quotas)


def test_organizers_of_other_stops_change_nothing(english: Flask) -> None:
    call = make_call()
    other = make_user(Role.ORGANIZER, make_stop().scope)

    for service in (publish_call, close_call, archive_call):
        with pytest.raises(NotAllowed):
            do(service, call, by=db.session.get_one(User, other.id))


def test_each_change_is_logged_and_makes_the_pages_stale(english: Flask) -> None:
    call = make_call(published=False)
    before = get_revision(call.scope)
    db.session.rollback()

    do(publish_call, call)
    do(close_call, call)

    actions = select(AuditEntry.action).where(AuditEntry.subject_kind == "call")
    logged = list(db.session.scalars(actions.order_by(AuditEntry.id)))
    assert logged == ["call.added", "call.form_changed", "call.published", "call.closed"]
    assert get_revision(call.scope) == before + 2


def test_pages_become_stale_when_a_call_fills_and_when_it_has_room_again(english: Flask) -> None:
    call = first_come(places=2)
    revision = get_revision(call.scope)

    send(call)
    assert get_revision(call.scope) == revision
    db.session.rollback()
    send(call)
    assert get_revision(call.scope) == revision + 1
    db.session.rollback()
    send(call)
    assert get_revision(call.scope) == revision + 1
