"""The solver finds the best placing, keeps every rule, and says which rules clash."""

import subprocess
import sys
from dataclasses import replace
from itertools import permutations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gernas.booths.assigning.first_come import count_wishes, serve_first_come
from gernas.booths.assigning.fitting import LUCK_SHARE, ORDER_POINTS, PLACE_POINTS, WISH_POINTS
from gernas.booths.assigning.matching import NEVER, Matching, match
from gernas.booths.assigning.solver import ask_solver
from gernas.booths.assigning.solving import solve
from gernas.booths.assigning.tasks import (
    MOST_UNLUCK,
    Answer,
    Clash,
    Clashing,
    Exhibitor,
    Found,
    Rule,
    Settled,
    Sponsor,
    Spot,
    Task,
)
from gernas.core.solver import SolverFailed
from scripts.bench.booths_assign import make_task
from tests.booths.tasking import find_best, list_broken, people, row_of, tasks

costs = st.integers(1, 4).flatmap(
    lambda rows: st.integers(rows, 5).flatmap(
        lambda columns: st.lists(
            st.lists(st.one_of(st.none(), st.integers(-9, 9)), min_size=columns, max_size=columns),
            min_size=rows,
            max_size=rows,
        )
    )
)


@given(costs)
def test_matching_is_the_cheapest_of_all_and_its_prices_are_bounds(
    table: list[list[int | None]],
) -> None:
    numbers = np.array([[NEVER if one is None else one for one in row] for row in table], np.int64)
    ways = permutations(range(numbers.shape[1]), numbers.shape[0])
    totals = [[table[row][column] for row, column in enumerate(way)] for way in ways]
    possible = [sum(way) for way in totals if None not in way]  # type: ignore[arg-type]

    found = match(numbers)

    if not possible:
        assert not isinstance(found, Matching)
        assert len(found.columns) < len(found.rows)
        outside = np.delete(numbers, list(found.columns), axis=1)
        assert (outside[list(found.rows)] >= NEVER).all()
        return
    assert isinstance(found, Matching)
    assert found.total == min(possible)
    assert (found.reduced >= 0).all()
    assert (found.slack >= 0).all()


@settings(max_examples=120)
@given(tasks())
def test_no_placing_is_better_than_the_one_found(task: Task) -> None:
    best = find_best(task)

    answer = solve(task)

    if best is None:
        assert answer.found == Found.CLASH
        assert answer.clashes
        return
    assert answer.found == Found.BEST
    assert list_broken(task, answer.placed) == []
    base = 0 if task.has(Rule.EVERYONE) else PLACE_POINTS * len(answer.placed)
    assert (answer.value + base, answer.gap) == (best, 0)


@settings(max_examples=10)
@given(seed=st.integers(0, 10_000), full=st.booleans(), everyone=st.booleans())
def test_a_whole_hall_keeps_every_rule_and_is_the_same_each_time(
    seed: int, full: bool, everyone: bool
) -> None:
    task = make_task(60, 60 if full else 45, seed=seed, seconds=4)
    if not everyone:
        task = replace(task, rules=tuple(rule for rule in Rule if rule != Rule.EVERYONE))

    answer = solve(task)

    if answer.found == Found.CLASH:
        assert everyone
        assert answer.clashes
        return
    assert answer.found in (Found.BEST, Found.GOOD)
    assert list_broken(task, answer.placed) == []
    again = solve(Task.of(task.to_json()))
    assert (again.placed, again.value) == (answer.placed, answer.value)


def test_a_wish_more_is_worth_more_than_a_better_rank_or_luck() -> None:
    luckless = max(WISH_POINTS) * (LUCK_SHARE + MOST_UNLUCK) // LUCK_SHARE + ORDER_POINTS

    assert luckless < 2 * min(WISH_POINTS)


def test_who_was_unlucky_gets_the_booth_that_two_wish_for() -> None:
    first, second = people("Kopi Sari", "Batik Ayu", wishes=(2,))
    unlucky = replace(second, unluck=3, unlucky_in=("ID-JA",))
    task = Task(row_of(3), (first, unlucky))

    assert solve(task).placed[second.id] == 2
    unfair = replace(task, rules=tuple(rule for rule in Rule if rule != Rule.FAIR))
    assert solve(unfair).placed[first.id] == 2


def test_good_places_go_to_who_was_unlucky_where_nobody_wishes_for_them() -> None:
    spots = tuple(replace(spot, goodness=90 * (spot.id == 3)) for spot in row_of(3))
    lucky, unlucky = people("Kopi Sari", "Batik Ayu")
    task = Task(spots, (lucky, replace(unlucky, unluck=2)))

    assert solve(task).placed[unlucky.id] == 3


def test_the_same_product_is_not_side_by_side_and_not_beside_who_is_there_already() -> None:
    spots = tuple(replace(spot, free=spot.id != 1) for spot in row_of(5))
    task = Task(
        spots,
        people("Kopi Sari", "Kopi Ayu", product="kopi"),
        settled=(Settled(9, "Kopi Lama", 1, product="kopi"),),
    )

    assert sorted(solve(task).placed.values()) in ([3, 5], [4, 2])


def test_a_group_stands_in_one_piece_with_those_of_it_who_are_there() -> None:
    spots = tuple(replace(spot, free=spot.id != 4) for spot in row_of(7))
    there = Settled(9, "Tenun Lama", 4, group=7)
    task = Task(
        spots,
        people("Tenun Sari", "Tenun Ayu", group=7, wishes=(1,), product="tenun"),
        settled=(there,),
        groups=((7, "Sentra Tenun"),),
    )

    assert {4, *solve(task).placed.values()} in ({2, 3, 4}, {3, 4, 5}, {4, 5, 6})


def test_without_the_rule_that_all_get_one_the_unluckiest_do() -> None:
    first, second, third = people("Satu", "Dua", "Tiga")
    rules = tuple(rule for rule in Rule if rule != Rule.EVERYONE)
    task = Task(row_of(2), (first, second, replace(third, unluck=3)), rules=rules)

    assert set(solve(task).placed) == {first.id, third.id}


def test_nothing_to_do_is_an_answer_too() -> None:
    assert solve(Task(row_of(2), ())) == Answer(Found.BEST)


def _clash(task: Task) -> Clash:
    answer = solve(task)
    assert (answer.found, answer.placed) == (Found.CLASH, {})
    assert len(answer.clashes) == 1
    assert Answer.of(answer.to_json()) == answer
    return answer.clashes[0]


def test_a_clash_names_who_finds_no_booth_and_the_rule_that_helps() -> None:
    strong = replace(people("Es Kopi")[0], amps=16)
    task = Task(row_of(2), (strong, Exhibitor(1, "Batik")))

    assert _clash(task) == Clash(
        Clashing.NO_BOOTH, exhibitors=(strong.id,), rules=(Rule.POWER,), helps=(Rule.POWER,)
    )


def test_a_clash_names_who_shares_too_few_booths() -> None:
    spots = tuple(replace(spot, water=spot.id == 2) for spot in row_of(4))
    first, second, third = people("Bakso", "Soto", "Batik")
    wet = (replace(first, water=True), replace(second, water=True), third)
    found = _clash(Task(spots, wet))

    assert (found.kind, set(found.exhibitors), found.spots) == (
        Clashing.TOO_FEW,
        {first.id, second.id},
        (2,),
    )
    assert found.helps == (Rule.WATER,)


def test_a_clash_says_that_there_are_fewer_booths_than_exhibitors() -> None:
    found = _clash(Task(row_of(1), people("Satu", "Dua")))

    assert (found.kind, len(found.exhibitors), found.rules) == (Clashing.TOO_FEW, 2, ())


def test_a_clash_names_the_sponsor_whose_quota_is_too_small() -> None:
    task = Task(row_of(3), people("A", "B", sponsor=1), sponsors=(Sponsor(1, "Bank", 1),))

    assert _clash(task).sponsors == (1,)
    assert _clash(task).kind == Clashing.QUOTA


def test_a_clash_names_the_products_that_cannot_stand_apart_and_no_others() -> None:
    coffee = people("Kopi 1", "Kopi 2", "Kopi 3", product="kopi")
    batik = Exhibitor(1, "Batik", product="batik")
    found = _clash(Task(row_of(4), (*coffee, batik)))

    assert found.kind == Clashing.RULES
    assert (found.products, found.rules, found.helps) == (("kopi",), (Rule.APART,), (Rule.APART,))


def test_a_clash_names_the_group_that_cannot_stand_together() -> None:
    spots = tuple(replace(spot, free=spot.id != 2) for spot in row_of(3))
    found = _clash(Task(spots, people("A", "B", group=7), groups=((7, "Sentra"),)))

    assert (found.groups, found.helps) == ((7,), (Rule.TOGETHER,))


def test_first_come_keeps_the_rules_too_and_fulfils_fewer_wishes() -> None:
    task = make_task(60, 60, seed=3, seconds=4)
    served = serve_first_come(task)
    rules = {Rule.EVERYONE, Rule.TOGETHER}
    without = replace(task, rules=tuple(rule for rule in Rule if rule not in rules))

    assert list_broken(without, served) == []
    answer = solve(task)
    assert sum(count_wishes(task, answer.placed)) >= sum(count_wishes(task, served))


def test_the_process_of_the_solver_answers_as_the_solver_does() -> None:
    task = make_task(30, 20, seed=2, seconds=3)

    answer = ask_solver(task)

    assert answer.placed == solve(task).placed


def test_a_stopped_solver_is_said_and_leaves_no_process() -> None:
    task = make_task(400, 400, seconds=20)

    with pytest.raises(SolverFailed):
        ask_solver(task, tell=lambda _seconds: False)


def test_neither_web_nor_worker_loads_the_solver() -> None:
    """It would take 80 MiB in each process; only its own has it."""
    program = (
        "import sys, gernas.app, gernas.domains, gernas.core.worker\n"
        "import gernas.booths.views, gernas.booths.jobs, gernas.booths.assigning.solver\n"
        "print([name for name in ('ortools', 'numpy', 'pandas') if name in sys.modules])"
    )

    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )

    assert done.stdout == "[]\n"


def test_spots_and_exhibitors_survive_the_way_to_the_process() -> None:
    task = make_task(40, 40)

    assert Task.of(task.to_json()) == task
    assert hash(task.spots[0]) == hash(Spot(**vars(task.spots[0])))
