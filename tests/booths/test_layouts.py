"""Ready-made layouts fit their hall and have nothing wrong with them."""

import pytest
from flask import Flask

from gernas.booths.geometry import find_problems
from gernas.booths.layouts import Layout, Measure, label_row, make_layout
from gernas.booths.models import Hall, Zone
from gernas.booths.queries import list_booths, list_fixtures
from gernas.booths.services.drawing import check_hall, check_things
from gernas.booths.services.layouts import draw_layout
from gernas.core.database import db, transaction
from tests.booths.making import make_booth, make_hall

MEASURES = [
    Measure(3_000, 2_000),
    Measure(6_000, 4_000, aisle=250),
    Measure(2_000, 1_500, 200, 200, 200),
    Measure(4_000, 3_000, 300, 200, 300),
    Measure(1_000, 600),
]


@pytest.mark.parametrize("measure", MEASURES)
@pytest.mark.parametrize("layout", list(Layout))
def test_a_layout_fits_and_nothing_is_wrong_with_it(layout: Layout, measure: Measure) -> None:
    made = make_layout(layout, measure)
    width, depth = made.size or (measure.width, measure.depth)
    hall = Hall(width_cm=width, depth_cm=depth)

    booths = [(one.label, one.checked()) for one in made.booths]
    fixtures = [(f"{one.kind}-{n}", one.checked()) for n, one in enumerate(made.fixtures)]
    assert check_things(hall, 200, booths, fixtures) == []
    assert len({label for label, _one in booths}) == len(booths)


def test_where_no_booth_fits_nothing_is_drawn() -> None:
    made = make_layout(Layout.BACK_TO_BACK, Measure(500, 400))

    assert (made.booths, made.fixtures) == ([], [])


def test_labels_of_a_layout_pass_by_what_is_there() -> None:
    made = make_layout(Layout.BAZAAR, Measure(2_000, 800), taken={"A01", "C07"})

    assert {one.label[0] for one in made.booths} == {"B"}


def test_labels_count_on() -> None:
    assert label_row("A08", 3) == ["A08", "A09", "A10"]
    assert label_row("B", 2) == ["B01", "B02"]
    assert label_row("99", 2) == ["99", "100"]


def test_the_hall_of_lagawi_fest_is_drawn_with_its_70_booths(english: Flask) -> None:
    hall = make_hall()

    with transaction():
        draw_layout(db.session.get_one(Hall, hall.id), Layout.LAGAWI, Measure(1, 1), by=None)

    hall = db.session.get_one(Hall, hall.id)
    booths = list_booths(hall.plan, hall)
    assert (len(booths), hall.width_cm, hall.depth_cm) == (70, 7_200, 2_100)
    assert {booth.zone.code for booth in booths if booth.zone} == {"A", "B", "C", "D"}
    assert len(list_fixtures(hall)) == 7
    assert check_hall(hall, 200) == []


def test_a_layout_drawn_twice_gets_other_letters(english: Flask) -> None:
    hall = make_hall(width_cm=7_200, depth_cm=2_100)
    make_booth(hall, "A01")

    with transaction():
        draw_layout(db.session.get_one(Hall, hall.id), Layout.LAGAWI, Measure(1, 1), by=None)

    codes = {zone.code for zone in db.session.query(Zone).filter_by(plan_id=hall.plan_id)}
    assert codes == {"B", "C", "D", "E"}


def test_find_problems_takes_an_empty_hall() -> None:
    assert find_problems([], width=100, depth=100, aisle=200) == []
