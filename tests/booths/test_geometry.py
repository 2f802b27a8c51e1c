"""Overlaps, distances and aisles of rectangles that may be turned."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gernas.booths.geometry import (
    Box,
    Fault,
    Problem,
    Thing,
    distance,
    find_problems,
    is_outside,
    overlap,
)


def thing(key: str, x: float, y: float, *, turn: int = 0, **more: bool) -> Thing:
    return Thing(key, Box(x, y, 300, 300, turn), **{"is_booth": True, **more})


def check(*things: Thing, aisle: float = 200) -> list[Problem]:
    return find_problems(things, width=3_000, depth=2_000, aisle=aisle)


def test_booths_side_by_side_touch_and_do_not_overlap() -> None:
    assert not overlap(Box(0, 0, 300, 300), Box(300, 0, 300, 300))
    assert overlap(Box(0, 0, 300, 300), Box(290, 0, 300, 300))
    assert distance(Box(0, 0, 300, 300), Box(300, 0, 300, 300)) == 0


def test_a_turned_booth_reaches_as_far_as_its_corners() -> None:
    square, turned = Box(0, 0, 300, 300), Box(310, 0, 300, 300, 45)

    assert overlap(square, turned)
    assert not overlap(square, Box(310, 0, 300, 300, 90))
    assert is_outside(Box(0, 0, 300, 300, 45), 3_000, 2_000)
    assert not is_outside(Box(0, 0, 300, 300, 90), 3_000, 2_000)


def test_a_turned_oblong_covers_what_it_covers_after_turning() -> None:
    assert Box(0, 0, 400, 200, 90).bounds == pytest.approx((100, -100, 300, 300))


def test_distance_is_taken_between_the_nearest_points() -> None:
    assert distance(Box(0, 0, 300, 300), Box(600, 0, 300, 300)) == 300
    assert distance(Box(0, 0, 300, 300), Box(600, 700, 300, 300)) == 500


def test_an_aisle_narrower_than_wanted_is_told_with_its_width() -> None:
    assert check(thing("A1", 0, 0), thing("B1", 0, 450)) == [Problem(Fault.AISLE, "A1", "B1", 150)]
    assert check(thing("A1", 0, 0), thing("B1", 0, 500)) == []


def test_what_has_a_booth_in_between_is_no_aisle() -> None:
    row = [thing(f"A{n}", n * 300, 0) for n in range(3)]

    assert check(*row, aisle=400) == []


def test_a_gap_of_a_partition_is_no_aisle() -> None:
    assert check(thing("A1", 0, 0), thing("A2", 310, 0)) == []


def test_facing_rows_tell_their_narrow_aisle() -> None:
    upper = [thing(f"A{n}", n * 300, 0) for n in range(3)]
    lower = [thing(f"B{n}", n * 300, 400) for n in range(3)]
    found = check(*upper, *lower)

    pairs = {(one.key, one.other) for one in found}
    assert {("A0", "B0"), ("A1", "B1"), ("A2", "B2")} <= pairs
    assert {one.cm for one in found} == {100}


def test_overlaps_come_before_aisles_and_outside_before_both() -> None:
    found = check(thing("A1", -100, 0), thing("A2", 100, 0), thing("B1", 100, 400))

    assert [one.fault for one in found] == [
        Fault.OUTSIDE,
        Fault.OVERLAP,
        Fault.AISLE,
        Fault.AISLE,
    ]


def test_a_booth_before_a_gate_is_in_the_way() -> None:
    gate = Thing("gate", Box(1_000, 1_950, 400, 50), is_booth=False, is_gate=True)

    assert check(thing("A1", 1_050, 1_600), gate) == [Problem(Fault.GATE, "A1", "gate", 50)]
    assert check(thing("A1", 1_050, 1_000), gate) == []
    assert check(thing("A1", 700, 1_700), gate) == []  # beside it


def test_a_stage_under_a_booth_overlaps_and_two_fixtures_do_not_matter() -> None:
    stage = Thing("stage", Box(0, 0, 600, 300), is_booth=False)
    toilet = Thing("toilet", Box(100, 0, 600, 300), is_booth=False)

    assert check(stage, toilet) == []
    assert check(stage, thing("A1", 0, 0)) == [Problem(Fault.OVERLAP, "stage", "A1")]


boxes = st.builds(
    Box,
    x=st.integers(-1_000, 1_000),
    y=st.integers(-1_000, 1_000),
    width=st.integers(50, 1_000),
    depth=st.integers(50, 1_000),
    turn=st.integers(0, 359),
)


@given(boxes, boxes)
def test_it_does_not_matter_who_is_asked_first(one: Box, other: Box) -> None:
    assert overlap(one, other) == overlap(other, one)
    assert distance(one, other) == pytest.approx(distance(other, one), abs=0.01)


@given(boxes, boxes, st.integers(-500, 500), st.integers(-500, 500))
def test_moving_both_changes_nothing(one: Box, other: Box, dx: int, dy: int) -> None:
    moved = [Box(b.x + dx, b.y + dy, b.width, b.depth, b.turn) for b in (one, other)]

    assert distance(*moved) == pytest.approx(distance(one, other), abs=0.01)
