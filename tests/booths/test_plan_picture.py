"""A hall as SVG: what can be chosen is a link, and nothing typed becomes markup."""

from flask import Flask, render_template_string

from gernas.booths.queries import list_booths, list_fixtures
from tests.booths.making import make_booth, make_fixture, make_hall, make_plan, make_zone

PAGE = (
    '{% from "booths/_plan.html" import hall_plan %}'
    "{{ hall_plan(hall, booths, fixtures, states, link) }}"
)


def _draw(hall: object, **more: object) -> str:
    plan = hall.plan  # type: ignore[attr-defined]
    values = {
        "hall": hall,
        "booths": list_booths(plan, hall),  # type: ignore[arg-type]
        "fixtures": list_fixtures(hall),  # type: ignore[arg-type]
        "states": {},
        "link": None,
    }
    return render_template_string(PAGE, **{**values, **more})


def test_only_what_can_be_chosen_is_a_link(english: Flask) -> None:
    plan = make_plan()
    hall = make_hall(plan)
    zone = make_zone(plan, colour="blue")
    free = make_booth(hall, "A01", zone_id=zone.id)
    taken = make_booth(hall, "A02")

    with english.test_request_context():
        picture = _draw(
            hall,
            states={taken.id: "taken"},
            link=lambda booth: "?stan=A01" if booth.id == free.id else None,
        )

    assert '<a class="is-free z-blue" href="?stan=A01" aria-label="Choose A01">' in picture
    assert '<g class="is-taken" aria-hidden="true">' in picture
    assert picture.count("<a ") == 1


def test_a_turned_booth_turns_about_its_middle_and_its_words_stay_upright(english: Flask) -> None:
    hall = make_hall()
    make_booth(hall, "A01", x_cm=100, y_cm=200, width_cm=300, depth_cm=200, turn=90)

    with english.test_request_context():
        picture = _draw(hall)

    assert 'x="10" y="20" width="30" height="20" transform="rotate(90 25 30)"' in picture
    assert '<text x="25" y="33.5"' in picture


def test_names_of_fixtures_are_text(english: Flask) -> None:
    hall = make_hall(name='Tenda "<b>"')
    make_fixture(hall, label="<script>")

    with english.test_request_context():
        picture = _draw(hall)

    assert "<script>" not in picture
    assert 'aria-label="Plan of Tenda &#34;&lt;b&gt;&#34;, 0 booths"' in picture
