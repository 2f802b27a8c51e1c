"""The solver fills places within the rules, better than first come, first served, and says why."""

import subprocess
import sys
from collections import Counter
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import combinations, pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gernas.core.solver import SolverFailed
from gernas.youth.assigning.fitting import Fitting, cost_of_minutes, list_cliques
from gernas.youth.assigning.placing import (
    fill_scarce_first,
    fill_what_is_left,
    serve_first_come,
    value_of,
)
from gernas.youth.assigning.reasons import Because, list_gaps, list_reasons
from gernas.youth.assigning.solver import ask_solver
from gernas.youth.assigning.solving import solve
from gernas.youth.assigning.tasks import Answer, Found, Opening, Person, Task
from gernas.youth.shifts.rules import Work, Worker
from scripts.bench.youth_suggest import make_task
from tests.youth.suggesting import list_broken

NINE = datetime(2022, 7, 22, 2, tzinfo=UTC)  # 09.00 WIB


def make_work(number: int, *, hours: float = 0, lasts: float = 4, **values: Any) -> Work:
    begins = NINE + timedelta(hours=hours)
    defaults: dict[str, Any] = {
        "zone": "Asia/Jakarta",
        "city": "Metro",
        "province_code": "ID-LA",
        "rest_minutes": 480,
        "travel_minutes": 180,
        "role_id": 1,
    }
    ends = begins + timedelta(hours=lasts)
    return Work(id=number, starts_at=begins, ends_at=ends, **{**defaults, **values})


def make_opening(number: int, *, free: int = 1, **values: Any) -> Opening:
    return Opening(number, make_work(number, **values), free)


def make_person(number: int, *, age: int = 20, **values: Any) -> Person:
    of_worker = ("has_guardian", "skills", "approved", "city")
    worker = {name: values.pop(name) for name in of_worker if name in values}
    return Person(
        id=number,
        worker=Worker(
            **{
                "birth_date": date(2022 - age, 1, 1),
                "city": "Metro",
                "province_code": "ID-LA",
                **worker,
            }
        ),
        **values,
    )


def solved(openings: list[Opening], people: list[Person]) -> Answer:
    task = Task(tuple(openings), tuple(people), seconds=5)
    answer = solve(task)
    assert list_broken(task, answer.placed) == []
    return answer


def test_who_alone_can_do_a_work_is_kept_for_it() -> None:
    plain, filming = make_opening(1), make_opening(2, skills=frozenset({"video"}))
    able = make_person(1, skills=frozenset({"video"}), roles=frozenset({1}))
    other = make_person(2)

    answer = solved([plain, filming], [able, other])

    assert answer.placed == ((1, 2), (2, 1))
    assert answer.found == Found.BEST


def test_hours_are_shared_also_with_those_before() -> None:
    openings = [make_opening(number, hours=24 * number) for number in range(1, 5)]
    busy = make_person(1, minutes=960)
    people = [busy, make_person(2), make_person(3)]

    placed = solved(openings, people).placed

    assert Counter(person for _opening, person in placed) == {2: 2, 3: 2}


def test_wishes_for_roles_and_days_come_true_where_it_costs_no_place() -> None:
    first, second = make_opening(1), make_opening(2, hours=24, role_id=2)
    one = make_person(1, roles=frozenset({2}))
    other = make_person(2, days=frozenset({date(2022, 7, 22)}))

    assert solved([first, second], [one, other]).placed == ((1, 2), (2, 1))


def test_nobody_gets_more_hours_than_wished() -> None:
    openings = [make_opening(number, hours=24 * number) for number in range(1, 4)]

    placed = solved(openings, [make_person(1, most_minutes=480)]).placed

    assert len(placed) == 2


def test_a_group_works_together() -> None:
    openings = [make_opening(1, free=2), make_opening(2, free=2, hours=24)]
    people = [
        make_person(1, group="Unila"),
        make_person(2),
        make_person(3),
        make_person(4, group="Unila"),
    ]

    placed = solved(openings, people).placed

    shifts = {person: opening for opening, person in placed}
    assert shifts[1] == shifts[4]
    assert len(placed) == 4


def test_a_minor_works_no_night_no_build_up_and_four_hours_a_day() -> None:
    openings = [
        make_opening(1, hours=6),  # 15.00 to 19.00: in the night of the settings
        make_opening(2, builds=True),
        make_opening(3, hours=-2, lasts=3),
        make_opening(4, hours=2, lasts=2),
        make_opening(5, hours=24),
    ]
    young = make_person(1, age=17, has_guardian=True)

    placed = solved(openings, [young]).placed

    assert [opening for opening, _person in placed] in ([3, 5], [4, 5])


def test_a_minor_without_a_guardian_is_suggested_for_nothing() -> None:
    answer = solved([make_opening(1)], [make_person(1, age=17)])

    assert (answer.found, answer.placed, answer.least_open) == (Found.NOTHING, (), 1)


def test_what_a_person_has_at_other_stops_counts() -> None:
    far = make_work(90, hours=5, city="Makassar", province_code="ID-SN")

    answer = solved([make_opening(1)], [make_person(1, taken=(far,))])

    assert answer.placed == ()


def test_a_shift_that_was_given_up_is_not_suggested_again() -> None:
    answer = solved([make_opening(1)], [make_person(1, barred=frozenset({1}))])

    assert answer.placed == ()


def test_nobody_gets_two_roles_of_one_shift() -> None:
    work = make_work(1)
    openings = [Opening(1, work, 1), Opening(2, replace(work, role_id=2), 1)]

    assert len(solved(openings, [make_person(1)]).placed) == 1


# --- Against every way, and with chance -----------------------------------------------------

small_tasks = st.builds(
    make_task, st.integers(1, 6), st.integers(1, 4), seed=st.integers(0, 10_000), seconds=st.just(2)
)


@settings(max_examples=60)
@given(small_tasks)
def test_no_way_is_better_and_no_rule_is_broken(task: Task) -> None:
    answer = solve(task)

    assert list_broken(task, answer.placed) == []
    assert answer.found in (Found.BEST, Found.NOTHING)
    fitting = Fitting(task)
    assert value_of(fitting, _pairs(fitting, answer)) >= _best_of_many(fitting)


def _pairs(fitting: Fitting, answer: Answer) -> list[tuple[int, int]]:
    numbers = {one.id: number for number, one in enumerate(fitting.openings)}
    rows = {one.id: row for row, one in enumerate(fitting.people)}
    return [(numbers[opening], rows[person]) for opening, person in answer.placed]


def _best_of_many(fitting: Fitting) -> int:
    """The most that removing up to two pairs from the rules of thumb and filling up gives."""
    begun = [fill_scarce_first(fitting).pairs(), serve_first_come(fitting).pairs()]
    best = max(value_of(fitting, pairs) for pairs in begun)
    for pairs in begun:
        for gone in (*combinations(pairs[:8], 1), *combinations(pairs[:8], 2)):
            rest = fill_what_is_left(fitting, [pair for pair in pairs if pair not in gone])
            best = max(best, value_of(fitting, rest))
    return best


@settings(max_examples=30)
@given(st.integers(0, 10_000))
def test_rules_of_thumb_break_no_rule(seed: int) -> None:
    task = make_task(25, 25, seed=seed)
    fitting = Fitting(task)

    for placing in (serve_first_come(fitting), fill_scarce_first(fitting)):
        placed = [
            (fitting.openings[number].id, fitting.people[row].id) for number, row in placing.pairs()
        ]
        assert list_broken(task, placed) == []


def test_a_large_task_is_solved_in_parts_within_the_rules_and_better_than_first_come() -> None:
    task = make_task(150, 90, seed=7, seconds=4)

    answer = ask_solver(task)

    assert list_broken(task, answer.placed) == []
    fitting = Fitting(task)
    first_come = serve_first_come(fitting)
    assert len(answer.placed) >= first_come.filled
    pairs = _pairs(fitting, answer)
    assert value_of(fitting, pairs) > value_of(fitting, first_come.pairs())


def test_the_same_task_gets_the_same_answer_also_from_its_json() -> None:
    task = make_task(40, 30, seconds=3)

    answers = [ask_solver(one).placed for one in (task, Task.of(task.to_json()))]

    assert answers[0] == answers[1]
    assert Task.of(task.to_json()) == task


@given(st.lists(st.sets(st.integers(0, 7), max_size=5), min_size=8, max_size=8))
def test_cliques_hold_every_clash_and_nothing_else(sets: list[set[int]]) -> None:
    clashes = [
        {other for other in range(8) if other != one and (other in sets[one] or one in sets[other])}
        for one in range(8)
    ]

    cliques = list_cliques(clashes)

    edges = {pair for clique in cliques for pair in combinations(clique, 2)}
    assert edges == {(one, other) for one in range(8) for other in clashes[one] if one < other}


def test_each_block_of_hours_costs_more_than_the_last() -> None:
    costs = [cost_of_minutes(minutes) for minutes in range(0, 4_000, 60)]
    steps = [after - before for before, after in pairwise(costs)]

    assert steps == sorted(steps)


# --- Why ------------------------------------------------------------------------------------


def test_reasons_say_what_speaks_for_a_person() -> None:
    person = make_person(1, skills=frozenset({"video"}), roles=frozenset({3}))
    task = Task((make_opening(1, skills=frozenset({"video"}), role_id=3),), (person,))

    [reason] = list_reasons(Fitting(task), [(1, 1)])

    assert reason.because == (Because.ONLY, Because.ROLE, Because.SKILLS)


def test_gaps_say_what_stops_everyone() -> None:
    opening = make_opening(1, free=3, skills=frozenset({"video"}))
    people = [
        make_person(1),
        make_person(2, age=15),
        make_person(3, skills=frozenset({"video"}), most_minutes=60),
        make_person(4, skills=frozenset({"video"})),
    ]
    task = Task((opening,), tuple(people))

    [gap] = list_gaps(task, [(1, 4)])

    assert (gap.open, gap.counts) == (2, {"skills": 1, "too_young": 1, "enough": 1})


# --- The process ----------------------------------------------------------------------------


def test_who_does_not_want_an_answer_any_more_stops_the_solver() -> None:
    with pytest.raises(SolverFailed):
        ask_solver(make_task(200, 150, seconds=30), tell=lambda _seconds: False)


def test_the_web_never_loads_the_solver() -> None:
    code = (
        "import sys, gernas.app, gernas.youth.services.suggesting;"
        "sys.exit('ortools' in sys.modules or 'numpy' in sys.modules)"
    )

    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
