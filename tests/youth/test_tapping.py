"""A tap whose rules were looked at before the turn: what changed in between counts."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, timedelta

import pytest
from flask import Flask

from gernas.accounts.models import User
from gernas.core.database import db, transaction
from gernas.core.permissions import Role
from gernas.events.models import Event
from gernas.events.services.states import cancel_event
from gernas.youth.members.values import MemberValues, ProgrammeValues, RoleValues
from gernas.youth.models import Assignment, Enrolment, Member, Shift, ShiftNeed, YouthRole
from gernas.youth.models import YouthConsentPurpose as Purpose
from gernas.youth.services import taking, tapping
from gernas.youth.services.consents import withdraw_consent
from gernas.youth.services.guardians import undo_call
from gernas.youth.services.leaving import leave_programme
from gernas.youth.services.members import edit_member
from gernas.youth.services.programme import edit_programme
from gernas.youth.services.roles import answer_approval, edit_role
from gernas.youth.services.shifts import cancel_shift, move_shifts
from gernas.youth.services.tapping import Tap, look_at_tap, take_tapped
from gernas.youth.shifts.errors import InAnotherRole, NotForYou, ShiftBegun, ShiftNotOpen
from tests.conftest import count_queries
from tests.factories import make_user, save
from tests.youth.making import make_guardian, make_member, make_programme, make_role, make_shift
from tests.youth.shifting import fresh, holders, leave, make_rush, need_of, take, waiting

pytestmark = pytest.mark.usefixtures("english")


@dataclass
class Scene:
    """A shift whose role needs a word, and a girl of seventeen who may take it."""

    shift: Shift
    member: Member
    role: YouthRole
    boss: User


@pytest.fixture
def scene(context: Flask) -> Scene:
    programme = make_programme()
    boss = make_user(Role.ADMINISTRATOR)
    role = make_role(programme, needs_approval=True)
    shift = make_shift(programme, role)
    member = make_member(programme, birth_date=date(shift.starts_at.year - 17, 1, 1))
    make_guardian(member)
    with transaction():
        answer_approval(fresh(role), fresh(member), good=True, by=fresh(boss))
    return Scene(shift, member, role, boss)


def look(shift: Shift, member: Member, *, key: str | None = None) -> Tap:
    shift = fresh(shift)
    tap = look_at_tap(need_of(shift).id, fresh(member), [shift.programme_id], key=key)
    assert tap is not None
    return tap


def finish(tap: Tap) -> Assignment:
    with transaction():
        return take_tapped(tap)


def lose_consent(scene: Scene) -> None:
    withdraw_consent(fresh(scene.member), Purpose.TAKE_PART, by=None)


def lose_guardian(scene: Scene) -> None:
    undo_call(fresh(scene.member), by=fresh(scene.boss))


def lose_approval(scene: Scene) -> None:
    answer_approval(fresh(scene.role), fresh(scene.member), good=False, by=fresh(scene.boss))


def lose_part(scene: Scene) -> None:
    [enrolment] = fresh(scene.member).enrolments
    leave_programme(db.session.get_one(Enrolment, enrolment.id))


def be_younger(scene: Scene) -> None:
    member = fresh(scene.member)
    born = date(scene.shift.starts_at.year - 15, 12, 31)
    values = replace(MemberValues.of(member), birth_date=born)
    edit_member(member, values, organisation=None, by=fresh(scene.boss))


def ask_for_more(scene: Scene) -> None:
    role = fresh(scene.role)
    values = replace(RoleValues.of(role), minimum_age=21)
    edit_role(role, values, by=fresh(scene.boss))


def lose_shift(scene: Scene) -> None:
    cancel_shift(fresh(scene.shift), reason="Hujan", by=fresh(scene.boss))


def lose_event(scene: Scene) -> None:
    event = db.session.get_one(Event, scene.shift.event_id)
    cancel_event(event, reason="Banjir", by=fresh(scene.boss))


@pytest.mark.parametrize(
    ("change", "error"),
    [
        (lose_consent, NotForYou),
        (lose_guardian, NotForYou),
        (lose_approval, NotForYou),
        (lose_part, NotForYou),
        (be_younger, NotForYou),
        (ask_for_more, NotForYou),
        (lose_shift, ShiftNotOpen),
        (lose_event, ShiftNotOpen),
    ],
)
def test_what_changed_since_it_was_looked_at_counts(
    scene: Scene, change: Callable[[Scene], None], error: type[Exception]
) -> None:
    tap = look(scene.shift, scene.member)
    with transaction():
        change(scene)

    with pytest.raises(error):
        finish(tap)

    assert holders(scene.shift) == []
    assert need_of(scene.shift).used == 0


def test_a_shift_that_began_while_one_waited_for_the_turn_is_over(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    tap = look(scene.shift, scene.member)
    begun = scene.shift.starts_at + timedelta(seconds=1)
    for module in (tapping, taking):
        monkeypatch.setattr(module, "now", lambda: begun)

    with pytest.raises(ShiftBegun):
        finish(tap)


def test_another_shift_of_ones_own_that_was_moved_meanwhile_stands_against_it() -> None:
    shift, [member] = make_rush(2, 1)
    other = make_shift(shift.programme, starts_at=shift.starts_at - timedelta(days=1))
    take(other, member)
    tap = look(shift, member)
    with transaction():
        move_shifts(fresh(shift.programme), db.session.get_one(Event, other.event_id), 1, by=None)

    with pytest.raises(NotForYou):
        finish(tap)

    assert holders(shift) == []


def test_rest_that_became_longer_meanwhile_stands_against_it() -> None:
    shift, [member] = make_rush(2, 1)
    take(make_shift(shift.programme, starts_at=shift.starts_at - timedelta(hours=13)), member)
    tap = look(shift, member)
    with transaction():
        programme = fresh(shift.programme)
        values = replace(ProgrammeValues.of(programme), rest_minutes=12 * 60)
        edit_programme(programme, values, version=None, by=None)

    with pytest.raises(NotForYou):
        finish(tap)


def test_a_place_on_the_waiting_list_that_became_one_stands_against_it() -> None:
    shift, [member, first] = make_rush(2, 2)
    other = make_shift(shift.programme, wanted=1, starts_at=shift.starts_at + timedelta(hours=1))
    before = take(other, first)
    take(other, member)
    tap = look(shift, member)
    leave(before)

    with pytest.raises(NotForYou):
        finish(tap)


def test_a_place_taken_meanwhile_at_the_same_time_of_day_stands_against_it() -> None:
    shift, [member] = make_rush(2, 1)
    other = make_shift(shift.programme, starts_at=shift.starts_at + timedelta(hours=1))
    tap = look(shift, member)
    take(other, member)

    with pytest.raises(NotForYou):
        finish(tap)

    assert holders(shift) == []


def test_a_role_of_the_same_shift_taken_meanwhile_stands_against_it() -> None:
    shift, [member] = make_rush(2, 1)
    other = save(ShiftNeed(shift_id=shift.id, role_id=make_role(shift.programme).id, wanted=1))
    tap = look_at_tap(other.id, fresh(member), [shift.programme_id], key=None)
    assert tap is not None
    take(shift, member)

    with pytest.raises(InAnotherRole):
        finish(tap)


def test_a_place_that_was_left_meanwhile_may_be_taken_again() -> None:
    shift, [member] = make_rush(2, 1)
    leave(take(shift, member))
    tap = look(shift, member)
    leave(take(shift, member))

    assert finish(tap).holds_place
    assert (holders(shift), need_of(shift).used) == ([member.id], 1)


def test_who_looked_while_a_place_was_free_waits_once_it_is_gone() -> None:
    shift, [one, two] = make_rush(1, 2)
    tap = look(shift, two)
    take(shift, one)

    assert finish(tap).waiting_number is not None
    assert (holders(shift), waiting(shift)) == ([one.id], [two.id])


def test_the_same_tap_twice_is_one_place() -> None:
    shift, [member] = make_rush(2, 1)
    first, again = look(shift, member, key="1:a:1"), look(shift, member, key="1:a:1")

    assert finish(first).id == finish(again).id == finish(look(shift, member, key="1:a:1")).id
    assert need_of(shift).used == 1


def test_the_same_tap_again_after_its_place_was_left_gives_back_what_it_did() -> None:
    shift, [member] = make_rush(2, 1)
    first, again = look(shift, member, key="1:a:1"), look(shift, member, key="1:a:1")
    place = finish(first)
    leave(place)

    assert finish(again).id == place.id
    assert (holders(shift), need_of(shift).used) == ([], 0)


def test_members_of_other_programmes_see_no_such_shift() -> None:
    shift, [member] = make_rush(2, 1)
    draft = make_shift(shift.programme, published_at=None)
    strange = make_programme().id

    assert look_at_tap(need_of(shift).id, fresh(member), [strange], key=None) is None
    assert look_at_tap(need_of(draft).id, fresh(member), [shift.programme_id], key=None) is None
    assert look_at_tap(0, fresh(member), [shift.programme_id], key=None) is None


def test_nothing_is_looked_at_twice_where_nothing_changed(context: Flask) -> None:
    """The turn is short: the ground again, the count, the shift's version, the place."""
    shift, [member] = make_rush(2, 1)
    tap = look(shift, member)

    with count_queries(context) as counted, transaction():
        take_tapped(tap)

    assert len(counted) <= 5  # one more locks the member on PostgreSQL
