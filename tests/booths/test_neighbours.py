"""Which booths are side by side, which places are good, and whose luck was bad."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gernas.booths.assigning.fairness import Luck, Past, measure_luck
from gernas.booths.assigning.neighbours import Place, is_beside, list_beside, rate_places
from gernas.booths.assigning.tasks import MOST_UNLUCK

ONE = Place(1, 1_000, 1_000, 300, 300)


@pytest.mark.parametrize(
    ("x", "y", "width", "turn", "beside"),
    [
        (1_300, 1_000, 300, 0, True),  # wall to wall
        (1_400, 1_000, 300, 0, True),  # a metre apart, on one row
        (1_401, 1_000, 300, 0, False),  # across an aisle
        (1_000, 1_300, 300, 0, True),  # back to back
        (1_300, 1_300, 300, 0, False),  # they meet in a corner
        (1_300, 1_280, 300, 0, True),  # they share 20 cm of wall
        (1_350, 1_200, 300, 0, False),  # near, but not on one row
        (1_000, 1_600, 300, 0, False),  # an aisle of three metres
        (1_100, 1_100, 300, 0, True),  # they overlap
        (1_300, 1_000, 300, 90, True),  # turned, and square
        (1_350, 950, 200, 90, True),  # a narrow one turned: it reaches from 1300 to 1600
        (1_720, 1_150, 300, 45, False),
    ],
)
def test_booths_are_side_by_side(x: int, y: int, width: int, turn: int, *, beside: bool) -> None:
    other = Place(2, x, y, width, 300, turn)

    assert is_beside(ONE, other) == is_beside(other, ONE) == beside


@given(
    st.lists(
        st.builds(
            Place,
            id=st.integers(1, 99),
            x=st.integers(0, 2_000),
            y=st.integers(0, 1_000),
            width=st.sampled_from((200, 300)),
            depth=st.sampled_from((200, 300)),
            turn=st.sampled_from((0, 0, 90, 30)),
        ),
        max_size=12,
        unique_by=lambda place: place.id,
    )
)
def test_the_list_of_neighbours_is_what_each_pair_says(places: list[Place]) -> None:
    found = list_beside(places)

    assert found == {
        one.id: tuple(sorted(two.id for two in places if two.id != one.id and is_beside(one, two)))
        for one in places
    }


def test_rows_turned_by_any_angle_are_rows() -> None:
    one = Place(1, 0, 0, 300, 200, 30)
    along = Place(2, 260, 150, 300, 200, 30)  # 300 cm further along the turned row

    assert is_beside(one, along)


def test_a_good_place_is_a_corner_near_the_gate_or_the_stage() -> None:
    places = [Place(number, number * 300, 0, 300, 300, corner=number == 0) for number in range(3)]
    gate, stage = Place(9, 0, 600, 300, 50), Place(8, 600, 600, 300, 50)

    assert rate_places(places, gates=[gate], stages=[stage])[0] == 30 + 40 + 0
    assert rate_places(places, gates=[], stages=[])[1] == 0
    good = rate_places(places, gates=[gate], stages=[stage])
    assert good[2] == 30
    assert all(0 <= points <= 100 for points in good.values())


def test_bad_luck_adds_up_over_the_stops_and_names_them() -> None:
    rows = [
        Past(1, "ID-JA", has_booth=False),
        Past(1, "ID-LA", has_booth=True, has_wishes=True, rank=None),
        Past(2, "ID-JA", has_booth=True, has_wishes=True, rank=3),
        Past(3, "ID-JA", has_booth=True, standing=0.1),
        Past(3, "ID-LA", has_booth=True, has_wishes=True, rank=1),
        Past(4, "ID-JA", has_booth=True, standing=0.9),
    ]

    assert measure_luck(rows) == {
        1: Luck(5, ("ID-JA", "ID-LA")),
        2: Luck(1, ("ID-JA",)),
        3: Luck(),
        4: Luck(),
    }


@given(
    st.lists(
        st.builds(
            Past,
            business=st.integers(1, 3),
            province=st.sampled_from(("", "ID-JA", "ID-LA")),
            has_booth=st.booleans(),
            has_wishes=st.booleans(),
            rank=st.sampled_from((None, 1, 2, 3)),
            standing=st.floats(0, 1),
        )
    )
)
def test_luck_stays_within_its_bounds(rows: list[Past]) -> None:
    found = measure_luck(rows)

    assert set(found) == {row.business for row in rows}
    assert all(0 <= luck.points <= MOST_UNLUCK for luck in found.values())


def test_luck_forgets_good_luck_before_bad() -> None:
    lucky = Past(1, "ID-JA", has_booth=True, has_wishes=True, rank=1)
    unlucky = Past(1, "ID-LA", has_booth=False)

    assert measure_luck([lucky, lucky, unlucky])[1] == Luck(3, ("ID-LA",))
