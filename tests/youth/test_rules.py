"""Who may work which shift: ages, minors, nights, rest and ways, over all stops."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gernas.youth.shifts.rules import (
    Limits,
    Nearness,
    Obstacle,
    Why,
    Work,
    Worker,
    age_on,
    city_key,
    find_clash,
    find_obstacles,
    list_minutes_by_day,
    nearness,
    touches_night,
)

JAKARTA, JAYAPURA = "Asia/Jakarta", "Asia/Jayapura"
LIMITS = Limits()
DAY = date(2022, 7, 22)


def at(hour: float, day: date = DAY, zone: str = JAKARTA) -> datetime:
    midnight = datetime.combine(day, time(), ZoneInfo(zone))
    return (midnight + timedelta(hours=hour)).astimezone(UTC)


def work(starts: float = 8, ends: float = 12, *, day: date = DAY, **values: Any) -> Work:
    zone = values.get("zone", JAKARTA)
    defaults: dict[str, Any] = {
        "id": 1,
        "starts_at": at(starts, day, zone),
        "ends_at": at(ends, day, zone),
        "zone": JAKARTA,
        "city": "Bandar Lampung",
        "province_code": "ID-LA",
        "rest_minutes": 480,
        "travel_minutes": 180,
    }
    return Work(**{**defaults, **values})


def person(age: int = 20, **values: Any) -> Worker:
    return Worker(birth_date=date(DAY.year - age, 1, 1), **values)


def whys(who: Worker, shift: Work, taken: Sequence[Work] = ()) -> list[Why]:
    return [one.why for one in find_obstacles(who, shift, taken, LIMITS)]


def test_an_adult_may_work_by_day_and_by_night() -> None:
    assert whys(person(), work()) == []
    assert whys(person(), work(20, 26, builds=True)) == []


@pytest.mark.parametrize(
    ("born", "expected"),
    [
        (date(2006, 7, 22), []),  # sixteen on the very day
        (date(2006, 7, 23), [Why.TOO_YOUNG]),
        (date(1991, 7, 23), []),  # thirty for one more day
        (date(1991, 7, 22), [Why.TOO_OLD]),
    ],
)
def test_the_age_counts_on_the_day_of_the_shift(born: date, expected: list[Why]) -> None:
    assert whys(Worker(birth_date=born, has_guardian=True), work()) == expected


def test_the_day_is_that_of_the_place_and_not_that_of_the_server() -> None:
    turns_sixteen = Worker(birth_date=date(2006, 7, 23), has_guardian=True)
    early_in_jayapura = work(6, 9, day=date(2022, 7, 23), zone=JAYAPURA, province_code="ID-PA")

    assert early_in_jayapura.starts_at.date() == date(2022, 7, 22)  # in UTC
    assert whys(turns_sixteen, early_in_jayapura) == []


def test_a_role_may_ask_for_more_years() -> None:
    [found] = find_obstacles(person(17, has_guardian=True), work(minimum_age=18), [], LIMITS)

    assert found == Obstacle(why=Why.TOO_YOUNG, number=18)


def test_who_was_born_on_a_leap_day_is_older_from_the_first_of_march() -> None:
    assert age_on(date(2004, 2, 29), date(2022, 2, 28)) == 17
    assert age_on(date(2004, 2, 29), date(2022, 3, 1)) == 18


def test_a_minor_needs_a_guardian_an_adult_does_not() -> None:
    assert whys(person(17), work()) == [Why.GUARDIAN]
    assert whys(person(17, has_guardian=True), work()) == []
    assert whys(person(18), work()) == []


@pytest.mark.parametrize(
    ("starts", "ends", "expected"),
    [
        (14, 18, []),
        (14.5, 18 + 1 / 60, [Why.NIGHT]),  # one minute of it
        (6, 10, []),
        (5.98, 9, [Why.NIGHT]),
        (23, 25, [Why.NIGHT]),
    ],
)
def test_a_minor_works_no_minute_of_the_night(
    starts: float, ends: float, expected: list[Why]
) -> None:
    assert whys(person(17, has_guardian=True), work(starts, ends)) == expected


def test_a_minor_neither_builds_nor_tears_down() -> None:
    assert whys(person(16, has_guardian=True), work(builds=True)) == [Why.BUILDING]


def test_a_minor_works_at_most_four_hours_a_day_all_shifts_together() -> None:
    who = person(17, has_guardian=True)
    morning, noon = work(8, 10), work(10, 13, id=2)

    assert whys(who, work(8, 12.5)) == [Why.MINOR_HOURS]
    assert whys(who, noon, [morning]) == [Why.MINOR_HOURS]
    assert whys(who, work(10, 12, id=2), [morning]) == []
    assert whys(who, work(8, 11, id=2, day=DAY + timedelta(days=1)), [morning]) == []
    assert whys(person(18), noon, [morning]) == []


def test_skills_and_the_coordinators_word_are_asked_for() -> None:
    shift = work(role_id=7, skills=frozenset({"photo", "video"}), needs_approval=True)

    found = find_obstacles(person(skills=frozenset({"photo"})), shift, [], LIMITS)

    assert found == [
        Obstacle(why=Why.SKILLS, skills=("video",)),
        Obstacle(why=Why.APPROVAL),
    ]
    able = person(skills=frozenset({"photo", "video", "ads"}), approved=frozenset({7}))
    assert find_obstacles(able, shift, [], LIMITS) == []


def test_nobody_is_at_two_places_at_once() -> None:
    shift, taken = work(8, 12), work(11, 14, id=2)

    assert find_obstacles(person(), shift, [taken], LIMITS) == [
        Obstacle(why=Why.OVERLAP, other=taken)
    ]
    assert whys(person(), shift, [work(12, 14, id=2)]) == []  # one after the other


def test_a_shift_that_moved_does_not_stand_in_its_own_way() -> None:
    assert whys(person(), work(9, 13), [work(8, 12)]) == []


def test_another_city_takes_its_way_and_another_province_twice_that() -> None:
    first = work(8, 12)
    near: dict[str, Any] = {"id": 2, "city": "Metro"}
    far: dict[str, Any] = {"id": 2, "city": "Palembang", "province_code": "ID-SS"}

    assert whys(person(), work(14, 17, **near), [first]) == [Why.TRAVEL]
    assert whys(person(), work(15, 18, **near), [first]) == []
    assert whys(person(), work(15, 18, **far), [first]) == [Why.TRAVEL]
    assert whys(person(), work(18, 20, **far), [first]) == []
    assert whys(person(), work(12, 17, id=2, city=" Kota BANDAR  LAMPUNG "), [first]) == []
    assert whys(person(), work(12, 17, id=2, city=None), [first]) == []


def test_between_days_there_is_rest() -> None:
    late, next_day = work(17, 23), DAY + timedelta(days=1)

    assert whys(person(), work(6, 10, id=2, day=next_day), [late]) == [Why.REST]
    assert whys(person(), work(7, 10, id=2, day=next_day), [late]) == []
    assert whys(person(), work(10, 12, id=2), [work(7, 9)]) == []  # the same day


def test_the_hours_of_a_shift_over_midnight_are_divided() -> None:
    assert list_minutes_by_day(work(22, 25.5)) == [(DAY, 120), (DAY + timedelta(days=1), 90)]


@pytest.mark.parametrize(
    ("city", "province", "expected"),
    [
        ("kota bandar lampung", "ID-LA", Nearness.CITY),
        ("Metro", "ID-LA", Nearness.PROVINCE),
        ("Bandar Lampung", "ID-SS", Nearness.ELSEWHERE),
        (None, None, Nearness.ELSEWHERE),
    ],
)
def test_near_is_the_same_city_then_the_same_province(
    city: str | None, province: str | None, expected: Nearness
) -> None:
    who = person(city="Bandar Lampung", province_code="ID-LA")

    assert nearness(who, work(city=city, province_code=province)) == expected


def test_cities_are_compared_by_their_names_alone() -> None:
    assert city_key("Kab. Lampung-Selatan ") == city_key("kabupaten lampung selatan")
    assert city_key(None) == city_key("  ") == ""
    assert city_key("Kotabumi") == "kotabumi"


# --- What holds for all works ---------------------------------------------------------------

_WORKS = st.builds(
    lambda number, minute, length, zone, city, builds: Work(
        id=number,
        starts_at=at(0) + timedelta(minutes=minute),
        ends_at=at(0) + timedelta(minutes=minute + length),
        zone=zone,
        city=city,
        province_code="ID-LA",
        builds=builds,
        rest_minutes=480,
        travel_minutes=180,
    ),
    st.integers(2, 99),
    st.integers(0, 4 * 1440),
    st.integers(1, 1500),
    st.sampled_from([JAKARTA, "Asia/Makassar", JAYAPURA]),
    st.sampled_from(["Metro", "Bandar Lampung", None]),
    st.booleans(),
)


@given(_WORKS, _WORKS)
def test_two_works_clash_whichever_is_asked_about(one: Work, other: Work) -> None:
    there, back = find_clash(one, other), find_clash(other, one)

    assert (there and there.why) == (back and back.why)


@given(_WORKS, st.lists(_WORKS, max_size=4), st.integers(16, 30))
def test_taking_more_never_takes_an_obstacle_away(shift: Work, taken: list[Work], age: int) -> None:
    alone = whys(person(age), shift)

    assert set(alone) <= set(whys(person(age), shift, taken))


@given(_WORKS)
def test_every_minute_of_a_work_is_counted_on_one_day(shift: Work) -> None:
    days = list_minutes_by_day(shift)

    assert sum(minutes for _day, minutes in days) == shift.minutes
    assert days[0][0] == shift.day
    assert [day for day, _minutes in days] == sorted({day for day, _minutes in days})


@given(_WORKS)
def test_a_night_is_found_as_by_looking_at_every_minute(shift: Work) -> None:
    zone = ZoneInfo(shift.zone)
    moments = (shift.starts_at + timedelta(minutes=n) for n in range(shift.minutes))
    clocks = (moment.astimezone(zone).time() for moment in moments)

    assert touches_night(shift, LIMITS) == any(c >= time(18) or c < time(6) for c in clocks)


@given(_WORKS, st.integers(16, 17))
def test_no_minor_without_a_guardian_finds_any_shift(shift: Work, age: int) -> None:
    born = date(shift.day.year - age, shift.day.month, 1)

    assert Why.GUARDIAN in whys(Worker(birth_date=born), shift)
