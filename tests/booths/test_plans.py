"""Begin, edit, publish and withdraw a plan; add, edit, move and remove its halls."""

from datetime import time

import pytest

from gernas.booths.errors import AlreadyPublished, NotPublished, NotReady, PlanChanged, PlanThere
from gernas.booths.models import Booth, Hall, Plan
from gernas.booths.queries import find_plan, list_halls
from gernas.booths.services.halls import add_hall, edit_hall, move_hall, remove_hall
from gernas.booths.services.plans import add_plan, edit_plan, publish_plan, withdraw_plan
from gernas.booths.values import HallValues, PlanValues
from gernas.core.database import db, transaction
from gernas.core.errors import BadValues, NotAllowed
from gernas.core.permissions import Role
from gernas.core.revisions import get_revision
from gernas.events.models import Event
from tests.booths.making import make_booth, make_hall, make_plan
from tests.factories import make_event, make_user

pytestmark = pytest.mark.usefixtures("english")


def _get(plan: Plan) -> Plan:
    return db.session.get_one(Plan, plan.id)


def test_an_event_has_one_plan() -> None:
    event = make_event()

    with transaction():
        plan = add_plan(db.session.get_one(Event, event.id), by=None)

    assert find_plan(event) == plan
    with pytest.raises(PlanThere), transaction():
        add_plan(db.session.get_one(Event, event.id), by=None)


def test_only_those_who_may_draw_begin_a_plan() -> None:
    event = make_event()
    assert event.stop is not None
    viewer = make_user(Role.VIEWER, event.stop.scope)

    with pytest.raises(NotAllowed), transaction():
        add_plan(db.session.get_one(Event, event.id), by=viewer)


def test_what_was_saved_meanwhile_is_not_overwritten() -> None:
    plan = make_plan()
    with transaction():
        edit_plan(_get(plan), PlanValues(grid_cm=25), version=1, by=None)

    with pytest.raises(PlanChanged, match=r"^Someone changed this plan while"), transaction():
        edit_plan(_get(plan), PlanValues(grid_cm=10), version=1, by=None)


def test_both_hours_or_none() -> None:
    with pytest.raises(BadValues) as half:
        PlanValues(opens_daily=time(9)).checked()
    with pytest.raises(BadValues) as turned:
        PlanValues(opens_daily=time(21), closes_daily=time(9)).checked()

    assert half.value.problems == {"closes_daily": "Give both hours, or none."}
    assert turned.value.problems == {"closes_daily": "It closes before it opens."}


def test_a_plan_without_booths_is_not_published() -> None:
    plan = make_plan()
    with pytest.raises(NotReady, match=r"^Add a hall or tent first\.$"), transaction():
        publish_plan(_get(plan), by=None)

    hall = make_hall(plan)
    with pytest.raises(NotReady, match=r"^Draw at least one booth first\.$"), transaction():
        publish_plan(_get(plan), by=None)

    make_booth(hall)
    with transaction():
        publish_plan(_get(plan), by=None)
    assert _get(plan).is_published
    with pytest.raises(AlreadyPublished), transaction():
        publish_plan(_get(plan), by=None)


def test_publishing_and_withdrawing_reach_the_page_of_the_event() -> None:
    plan = make_plan()
    make_booth(make_hall(plan))
    scope = plan.event.scope
    before = get_revision(scope), get_revision(plan.scope)

    with transaction():
        publish_plan(_get(plan), by=None)
    with transaction():
        withdraw_plan(_get(plan), by=None)

    assert get_revision(scope) == before[0] + 2
    assert get_revision(plan.scope) > before[1]
    with pytest.raises(NotPublished), transaction():
        withdraw_plan(_get(plan), by=None)


def test_halls_are_added_edited_moved_and_removed() -> None:
    plan = make_plan()
    values = HallValues(name="Tenda utama", width_cm=4_600, depth_cm=1_900)
    with transaction():
        first = add_hall(_get(plan), values, by=None)
    with transaction():
        second = add_hall(_get(plan), HallValues(name="Aula", width_cm=900, depth_cm=900), by=None)
    with transaction():
        move_hall(db.session.get_one(Hall, second.id), up=True, by=None)
    with transaction():
        edit_hall(
            db.session.get_one(Hall, first.id),
            HallValues(name="Tenda besar", width_cm=5_000, depth_cm=1_900),
            by=None,
        )
    booth = make_booth(first)

    assert [hall.name for hall in list_halls(plan)] == ["Aula", "Tenda besar"]

    with transaction():
        remove_hall(db.session.get_one(Hall, first.id), by=None)
    removed = db.session.get_one(Booth, booth.id, populate_existing=True)
    assert (removed.removed_at is not None, removed.hall_id) == (True, None)


def test_a_hall_without_name_or_room_is_refused() -> None:
    with pytest.raises(BadValues) as refused:
        HallValues(name=" ", width_cm=20, depth_cm=10**9).checked()

    assert refused.value.problems == {
        "name": "Give the hall a name, such as Main tent.",
        "width_cm": "The width must be between 1 and 1,000\N{NO-BREAK SPACE}m.",
        "depth_cm": "The depth must be between 1 and 1,000\N{NO-BREAK SPACE}m.",
    }
