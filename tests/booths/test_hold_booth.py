"""An applicant holds a booth, confirms it or lets it go."""

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask

from gernas.booths.errors import (
    AllocationLocked,
    AllocationOver,
    BoothGone,
    BoothNotForYou,
    BoothTaken,
    CallWithoutBooths,
    ChoosingNotYet,
    ChoosingOver,
    HasBooths,
    HoldOver,
    NoPlaceForBooth,
    OthersChoose,
    PlanNotOut,
    SponsorFull,
)
from gernas.booths.models import Booth, BoothAllocation, BoothMode, How
from gernas.booths.services.allocating import (
    come_back,
    confirm_hold,
    leave_hold,
    let_go,
    lock_allocation,
)
from gernas.core.clock import now
from gernas.core.database import db, transaction
from tests.booths.exhibiting import (
    assign,
    hold,
    live,
    make_booth_call,
    make_choice,
    make_exhibitor,
    soon,
)
from tests.booths.making import make_booth, make_hall, make_plan, make_sponsor, make_zone
from tests.registrations.making import first_come, send


def confirm(allocation: BoothAllocation) -> BoothAllocation:
    with transaction():
        return confirm_hold(db.session.get_one(BoothAllocation, allocation.id))


def leave(allocation: BoothAllocation) -> BoothAllocation:
    with transaction():
        return leave_hold(db.session.get_one(BoothAllocation, allocation.id))


def come(allocation: BoothAllocation) -> BoothAllocation:
    with transaction():
        return come_back(db.session.get_one(BoothAllocation, allocation.id))


def give_back(allocation: BoothAllocation) -> BoothAllocation:
    with transaction():
        return let_go(db.session.get_one(BoothAllocation, allocation.id))


def test_a_held_booth_is_kept_for_minutes_and_confirmed_for_good(english: Flask) -> None:
    [booth, _], [mine, _] = make_choice(hold_minutes=5)

    held = hold(booth, mine)

    assert held.how == How.CHOSEN
    assert held.is_hold
    assert held.is_live
    assert held.held_until is not None
    assert soon(4) < held.held_until <= soon(5)
    confirmed = confirm(held)
    assert (confirmed.held_until, confirmed.is_live) == (None, True)
    assert confirm(held).confirmed_at == confirmed.confirmed_at
    assert live(booth.plan_id) == [("A01", mine.id)]


def test_a_hold_that_was_left_ends_soon_unless_it_is_confirmed(english: Flask, later: Any) -> None:
    [booth, other], [mine, second] = make_choice(hold_minutes=5)
    held, kept = hold(booth, mine), confirm(hold(other, second))

    left, stays = leave(held), leave(kept)
    again = leave(held)

    assert left.held_until is not None
    assert left.held_until <= soon(0.5)
    assert again.held_until == left.held_until
    assert (stays.held_until, stays.is_live) == (None, True)
    assert come(held).held_until == held.allocated_at + timedelta(minutes=5)
    assert come(kept).held_until is None
    assert confirm(held).is_live
    [third, _], [one, two] = make_choice(hold_minutes=5)
    over = leave(hold(third, one))
    later(minutes=1)
    hold(third, two)
    with pytest.raises(HoldOver):
        confirm(over)
    ended = over.held_until
    assert leave(over).held_until == come(over).held_until == ended


def test_of_two_who_want_a_booth_the_second_is_told(english: Flask) -> None:
    [booth, _], [first, second] = make_choice()
    hold(booth, first)

    with pytest.raises(BoothTaken, match=r"^Booth A01 is taken already\.$"):
        hold(booth, second)

    assert live(booth.plan_id) == [("A01", first.id)]


def test_holding_again_changes_nothing_and_another_booth_frees_the_first(english: Flask) -> None:
    [first, second], [mine, _] = make_choice()
    held = hold(first, mine)

    assert hold(first, mine).held_until == held.held_until
    hold(second, mine)

    assert live(first.plan_id) == [("A02", mine.id)]


def test_a_hold_is_over_when_its_time_is_with_the_worker_dead(english: Flask, later: Any) -> None:
    [booth, _], [first, second] = make_choice(hold_minutes=5)
    held = hold(booth, first)
    later(minutes=5)

    with pytest.raises(HoldOver, match=r"^Your time is over, and booth A01 is open again\."):
        confirm(held)
    hold(booth, second)

    assert live(booth.plan_id) == [("A01", second.id)]
    with pytest.raises(HoldOver):
        confirm(held)


def test_a_booth_of_a_lapsed_offer_is_free_with_the_worker_dead(english: Flask, later: Any) -> None:
    [booth, _], [first, second] = make_choice()
    lapsing = make_exhibitor(make_booth_call(booth.plan, call=first_come(places=9, confirm_days=1)))
    confirm(hold(booth, lapsing))
    later(days=3)

    hold(booth, second)

    assert live(booth.plan_id) == [("A01", second.id)]
    with pytest.raises(NoPlaceForBooth):
        hold(booth, lapsing)
    del first


def test_a_booth_for_good_is_given_back_while_others_may_choose(english: Flask) -> None:
    [booth, other], [mine, _] = make_choice()
    mine_now = confirm(hold(booth, mine))
    with pytest.raises(HasBooths, match=r"^This application has booth A01 already\.$"):
        hold(other, mine)

    give_back(mine_now)
    give_back(mine_now)

    assert live(booth.plan_id) == []
    hold(other, mine)


def test_what_was_let_go_cannot_be_confirmed(english: Flask) -> None:
    [booth, _], [mine, _] = make_choice()
    held = hold(booth, mine)
    give_back(held)

    with pytest.raises((HoldOver, AllocationOver)):
        confirm(held)


def test_a_locked_booth_is_not_given_back(english: Flask) -> None:
    [booth, _], [mine, _] = make_choice()
    confirmed = confirm(hold(booth, mine))
    with transaction():
        lock_allocation(db.session.get_one(BoothAllocation, confirmed.id), by=None)

    with pytest.raises(AllocationLocked):
        give_back(confirmed)


def test_more_booths_where_the_call_allows_it(english: Flask) -> None:
    [first, second, third], [mine] = make_choice(3, 1, booths_each=2)
    confirm(hold(first, mine))
    confirm(hold(second, mine))

    with pytest.raises(HasBooths, match=r"has booths A01, A02 already, and may have 2\."):
        hold(third, mine)


def test_nobody_chooses_out_of_time_or_where_others_do(english: Flask) -> None:
    [booth], [early] = make_choice(1, 1, opens_at=soon(5))
    with pytest.raises(ChoosingNotYet, match=r"^You can choose your booth from "):
        hold(booth, early)
    [booth], [late] = make_choice(1, 1, closes_at=now())
    with pytest.raises(ChoosingOver):
        hold(booth, late)
    [booth], [given] = make_choice(1, 1, mode=BoothMode.ASSIGN)
    with pytest.raises(OthersChoose):
        hold(booth, given)
    booth = make_booth(make_hall(make_plan()))
    with pytest.raises(PlanNotOut):
        hold(booth, make_exhibitor(make_booth_call(booth.plan)))
    with pytest.raises(CallWithoutBooths):
        hold(booth, early)


def test_without_a_place_there_is_no_booth(english: Flask) -> None:
    [booth], _ = make_choice(1, 0)
    call = first_come(places=1)
    make_booth_call(booth.plan, call=call)
    send(call)

    with pytest.raises(NoPlaceForBooth):
        hold(booth, send(call))


@pytest.mark.parametrize(
    ("booth_has", "need", "sentence"),
    [
        ({"locked": True}, {}, "Booth X1 is given by the organizers only."),
        (
            {"width_cm": 200},
            {"width_cm": 300, "depth_cm": 300},
            "Booth X1 is smaller than what you need.",
        ),
        ({}, {"amps": 6}, "Booth X1 has 2 ampere, less than what you need."),
        ({}, {"water": True}, "Booth X1 has no water."),
        ({}, {"accessible": True}, "Booth X1 cannot be reached without steps."),
    ],
)
def test_what_stands_against_a_booth_is_said(
    english: Flask, booth_has: dict[str, Any], need: dict[str, Any], sentence: str
) -> None:
    [other], _ = make_choice(1, 0)
    booth = make_booth(other.hall, "X1", **booth_has)
    mine = make_exhibitor(make_booth_call(booth.plan), need=need)

    with pytest.raises(BoothNotForYou) as refused:
        hold(booth, mine)

    assert refused.value.message == sentence
    assign(booth, mine)  # an organizer may


def test_a_zone_is_for_its_sectors_or_for_who_has_a_place_in_it(english: Flask) -> None:
    [other], _ = make_choice(1, 0)
    food = make_zone(other.plan, code="A", name="Makanan", sectors=["food"])
    craft = make_zone(other.plan, code="C", name="Kriya", sectors=["craft"])
    in_food, in_craft = (
        make_booth(other.hall, zone_id=food.id),
        make_booth(other.hall, zone_id=craft.id),
    )
    terms = make_booth_call(other.plan)
    sells_food, sells_craft = make_exhibitor(terms), make_exhibitor(terms, sector="craft")

    hold(in_food, sells_food)
    with pytest.raises(BoothNotForYou, match=r"zone Kriya, which is for other products"):
        hold(in_craft, sells_food)
    with transaction():
        db.session.merge(sells_craft).zone = "A"
    with pytest.raises(BoothNotForYou, match=r"in another zone than yours"):
        hold(in_craft, sells_craft)
    with pytest.raises(BoothTaken):
        hold(in_food, sells_craft)


def test_a_sponsors_block_is_for_its_exhibitors_as_many_as_agreed(english: Flask) -> None:
    [free], [other] = make_choice(1, 1)
    bank = make_sponsor(free.plan, name="Bank Lampung", quota=1)
    block = [make_booth(free.hall, f"B{number}", sponsor_id=bank.id) for number in (1, 2)]
    terms = make_booth_call(free.plan, sponsor_id=bank.id)
    first, second = make_exhibitor(terms), make_exhibitor(terms)

    with pytest.raises(BoothNotForYou, match=r"kept for exhibitors of Bank Lampung"):
        hold(block[0], other)
    with pytest.raises(BoothNotForYou):
        assign(block[0], other)
    hold(block[0], first)
    with pytest.raises(SponsorFull, match=r"^All 1 booths for the exhibitors of Bank Lampung"):
        hold(free, second)
    hold(block[1], first)  # instead of the other

    assert live(free.plan_id) == [("B2", first.id)]


def test_a_removed_booth_is_gone(english: Flask) -> None:
    [booth], [mine] = make_choice(1, 1)
    with transaction():
        db.session.get_one(Booth, booth.id).removed_at = now()

    with pytest.raises(BoothGone):
        hold(booth, mine)
