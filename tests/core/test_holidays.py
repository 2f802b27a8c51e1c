"""Days off that organizers would rather avoid."""

import subprocess
import sys
from datetime import date

import holidays
import pytest

from gernas.core.holidays import DayOff, list_days_off


def days(text: str, year: int) -> set[date]:
    """``1-1 2-1`` as dates of ``year``: month and day."""
    return {date(year, *map(int, each.split("-"))) for each in text.split()}


@pytest.mark.parametrize(
    ("year", "public", "leave"),
    [
        (
            2022,
            "1-1 2-1 2-28 3-3 4-15 5-1 5-2 5-3 5-16 5-26 6-1 7-10 7-30 8-17 10-8 12-25",
            "4-29 5-4 5-5 5-6",
        ),
        (
            2026,
            "1-1 1-16 2-17 3-19 3-21 3-22 4-3 4-5 5-1 5-14 5-27 5-31 6-1 6-16 8-17 8-25 12-25",
            "2-16 3-18 3-20 3-23 3-24 5-15 5-28 12-24",
        ),
    ],
)
def test_days_off_are_those_of_the_joint_decrees(year: int, public: str, leave: str) -> None:
    found = list_days_off(date(year, 1, 1), date(year, 12, 31), locale="id")

    assert {day.on for day in found if day.kind == "public"} == days(public, year)
    assert {day.on for day in found if day.kind == "collective_leave"} == days(leave, year)
    assert not any(day.estimated for day in found)


def test_a_stretch_includes_both_its_ends_and_is_in_order() -> None:
    assert list_days_off(date(2022, 4, 29), date(2022, 5, 2), locale="id") == [
        DayOff(date(2022, 4, 29), "Cuti Bersama Hari Raya Idul Fitri", "collective_leave", False),
        DayOff(date(2022, 5, 1), "Hari Buruh Internasional", "public", False),
        DayOff(date(2022, 5, 2), "Hari Raya Idul Fitri", "public", False),
    ]


def test_a_stretch_over_the_turn_of_the_year() -> None:
    found = list_days_off(date(2022, 12, 24), date(2023, 1, 1), locale="en")

    assert [(day.on, day.name) for day in found] == [
        (date(2022, 12, 25), "Christmas Day"),
        (date(2023, 1, 1), "New Year's Day"),
    ]


def test_what_the_moon_has_not_decided_is_marked_in_both_languages() -> None:
    for locale, name in (("id", "Hari Raya Idul Fitri"), ("en", "Eid al-Fitr")):
        found = [
            day
            for day in list_days_off(date(2040, 1, 1), date(2040, 12, 31), locale=locale)
            if day.estimated and day.name == name
        ]

        assert len(found) == 1
        assert found[0].kind == "public"


def test_nothing_is_off_where_nothing_is_known() -> None:
    assert list_days_off(date(2022, 5, 3), date(2022, 5, 2), locale="id") == []
    assert list_days_off(date(1, 1, 1), date(1999, 12, 31), locale="id") == []
    assert list_days_off(date(2101, 1, 1), date(9999, 12, 31), locale="id") == []


def test_starting_up_does_not_wait_for_the_calendar_of_the_world() -> None:
    code = "import sys, gernas.core.holidays; sys.exit('holidays' in sys.modules)"

    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_the_calendar_is_the_packages_own_and_brings_no_other_country() -> None:
    code = (
        "import sys; from datetime import date; from gernas.core.holidays import list_days_off; "
        "days = list_days_off(date(2026, 1, 1), date(2026, 12, 31), locale='id'); "
        "public = [day.on for day in days if day.kind == 'public']; "
        "print('holidays.countries' in sys.modules, *public)"
    )

    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    known = holidays.country_holidays("ID", years=2026)
    assert done.stdout.split() == ["False", *map(str, sorted(known))]
