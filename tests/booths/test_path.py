"""The way from the gate to a booth: along aisles, told in few words, the same each time."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gernas.booths.path import MOST_SQUARES, Box, Floor, Leg, Turn, find_way

GATE = Box("Gerbang utama", 1_000, 1_950, 400, 50)
ROW = tuple(Box(f"A{n + 1:02}", 300 + n * 300, 600, 300, 300) for n in range(8))
TENT = Floor(3_000, 2_000, ROW, gates=(GATE,))


def test_a_way_is_told_as_turns_with_the_booth_at_each_corner() -> None:
    way = find_way(TENT, ROW[6])

    assert way is not None
    assert (way.gate, way.booth, way.side) == ("Gerbang utama", "A07", Turn.LEFT)
    assert way.legs == (Leg(Turn.STRAIGHT, 9), Leg(Turn.RIGHT, 7, at="A04"))
    assert way.metres == 16


def test_a_booth_straight_ahead_needs_no_turn() -> None:
    booth = Box("A01", 1_050, 300, 300, 300)

    way = find_way(Floor(3_000, 2_000, (booth,), gates=(GATE,)), booth)

    assert way is not None
    assert [leg.turn for leg in way.legs] == [Turn.STRAIGHT]
    assert way.side == Turn.STRAIGHT


def test_the_nearest_of_two_gates_is_where_it_begins() -> None:
    side = Box("Pintu samping", 2_950, 500, 50, 300)
    tent = Floor(3_000, 2_000, ROW, gates=(GATE, side))

    ways = [find_way(tent, booth) for booth in (ROW[0], ROW[7])]

    assert [way.gate for way in ways if way] == ["Gerbang utama", "Pintu samping"]


def test_who_comes_in_through_another_wall_turns_as_seen_from_there() -> None:
    gates = (Box("Atas", 1_000, 0, 400, 50), Box("Kiri", 0, 1_500, 50, 400))
    booth = Box("B01", 2_400, 1_400, 300, 300)

    from_above = find_way(Floor(3_000, 2_000, (booth,), gates=gates[:1]), booth)
    from_left = find_way(Floor(3_000, 2_000, (booth,), gates=gates[1:]), booth)

    assert from_above is not None
    assert from_left is not None
    assert [leg.turn for leg in from_above.legs] == [Turn.STRAIGHT, Turn.LEFT]
    assert [leg.turn for leg in from_left.legs] == [Turn.STRAIGHT]


def test_a_wall_is_walked_around() -> None:
    booth = Box("A01", 1_050, 300, 300, 300)
    wall = Box("", 200, 1_000, 2_600, 20)

    way = find_way(Floor(3_000, 2_000, (booth,), closed=(wall,), gates=(GATE,)), booth)

    assert way is not None
    assert way.metres > 20
    assert not any(wall.distance_to(point) == 0 for point in way.points)


def test_without_a_gate_or_behind_walls_there_is_no_way() -> None:
    wall = Box("", 0, 1_000, 3_000, 60)

    assert find_way(Floor(3_000, 2_000, ROW), ROW[0]) is None
    assert find_way(Floor(3_000, 2_000, ROW, (wall,), (GATE,)), ROW[0]) is None


def test_a_booth_at_the_gate_is_there_at_once() -> None:
    booth = Box("A01", 1_050, 1_550, 300, 300)

    way = find_way(Floor(3_000, 2_000, (booth,), gates=(GATE,)), booth)

    assert way is not None
    assert way.legs == ()


def test_a_hall_of_400_booths_takes_a_fraction_of_a_second() -> None:
    booths = tuple(
        Box(f"{row}-{column}", 300 + column * 300, 300 + row // 2 * 1_000 + row % 2 * 300, 300, 300)
        for row in range(20)
        for column in range(20)
    )
    floor = Floor(7_000, 11_000, booths, gates=(Box("G", 3_400, 10_950, 400, 50),))

    begun = time.process_time()
    way = find_way(floor, booths[5])

    assert way is not None
    assert floor.width_cm * floor.depth_cm <= MOST_SQUARES * floor.square_cm**2
    assert time.process_time() - begun < 1


@pytest.mark.parametrize("turn", [0, 30, 90, 180, 305])
def test_a_turned_booth_is_reached_at_its_edge(turn: int) -> None:
    booth = Box("A01", 1_500, 800, 300, 200, turn)

    way = find_way(Floor(3_000, 2_000, (booth,), gates=(GATE,)), booth)

    assert way is not None
    assert booth.distance_to(way.points[-1]) < 1
    assert booth.distance_to(way.points[-2]) <= 150


boxes = st.builds(
    Box,
    name=st.from_regex(r"[A-D][0-9]{2}", fullmatch=True),
    x_cm=st.integers(0, 2_700),
    y_cm=st.integers(0, 1_500),
    width_cm=st.integers(50, 600),
    depth_cm=st.integers(50, 600),
    turn=st.integers(0, 359),
)


@settings(max_examples=60, deadline=None)
@given(st.lists(boxes, min_size=1, max_size=12).map(tuple))
def test_no_way_leads_through_anything(booths: tuple[Box, ...]) -> None:
    floor = Floor(3_000, 2_000, booths, gates=(GATE,))

    way = find_way(floor, booths[0])

    if way is None:
        return
    assert find_way.__wrapped__(floor, booths[0]) == way
    half = floor.square_cm / 2
    for one, other in zip(way.points[1:-1], way.points[2:-1], strict=False):
        steps = max(1, int(max(abs(other[0] - one[0]), abs(other[1] - one[1])) / half))
        for step in range(0, steps + 1, 2):
            point = tuple(a + (b - a) * step / steps for a, b in zip(one, other, strict=True))
            assert min(box.distance_to((point[0], point[1])) for box in booths) > 0
    assert booths[0].distance_to(way.points[-1]) < 1
