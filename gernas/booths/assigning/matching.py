"""The best assignment without the rules that concern neighbours: a bound, and what prices it.

Imports numpy, so the web never imports this module; the solver's process does.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.int64]
NEVER = np.iinfo(np.int64).max // 4  # the cost of what is not allowed


@dataclass(frozen=True)
class Matching:
    """The cheapest choice of one column for each row.

    ``reduced`` says by how much the total exceeds the least, at least, once a row takes a column;
    ``slack`` the same for a column that nobody takes. Both are >= 0, and 0 where chosen.
    """

    columns: Numbers
    total: int
    reduced: Numbers
    slack: Numbers


@dataclass(frozen=True)
class Shortage:
    """Rows that have fewer columns between them than they are."""

    rows: tuple[int, ...]
    columns: tuple[int, ...]


def match(costs: Numbers) -> Matching | Shortage:
    """Match the rows with columns, of which there are no fewer; NEVER forbids a pair.

    The Hungarian method with potentials, row after row; ties go to the lower column, so that the
    same costs give the same matching.
    """
    rows, columns = costs.shape
    row_prices = np.zeros(rows, np.int64)
    column_prices = np.zeros(columns, np.int64)
    owner = np.full(columns, -1)
    for row in range(rows):
        shortage = _add(costs, row, row_prices, column_prices, owner)
        if shortage is not None:
            return shortage
    taken = np.flatnonzero(owner >= 0)
    chosen = np.full(rows, -1)
    chosen[owner[taken]] = taken
    reduced = costs - row_prices[:, None] - column_prices[None, :]
    reduced[costs >= NEVER] = NEVER
    total = int(costs[np.arange(rows), chosen].sum())
    return Matching(chosen, total, reduced, -column_prices)


def _add(
    costs: Numbers, row: int, row_prices: Numbers, column_prices: Numbers, owner: Numbers
) -> Shortage | None:
    """Give one more row a column along the cheapest path of changes, and renew the prices."""
    columns = costs.shape[1]
    least = np.full(columns, NEVER)  # the cheapest way to each column
    before = np.full(columns, -1)  # the column from whose owner it comes; -1: from the new row
    done = np.zeros(columns, bool)
    path_rows, at, current, so_far = [row], -1, row, 0
    while True:
        way = np.where(
            costs[current] >= NEVER,
            NEVER,
            so_far + costs[current] - row_prices[current] - column_prices,
        )
        better = ~done & (way < least)
        least[better] = way[better]
        before[better] = at
        open_ways = np.where(done, NEVER, least)
        at = int(open_ways.argmin())
        if open_ways[at] >= NEVER:
            return Shortage(tuple(path_rows), tuple(int(one) for one in np.flatnonzero(done)))
        so_far = int(open_ways[at])
        done[at] = True
        if owner[at] < 0:
            break
        current = int(owner[at])
        path_rows.append(current)
    column_prices[done] += least[done] - so_far
    row_prices[row] += so_far
    held = done & (owner >= 0)
    row_prices[owner[held]] += so_far - least[held]
    while at >= 0:  # each owner on the path moves one column on
        previous = int(before[at])
        owner[at] = row if previous < 0 else owner[previous]
        at = previous
    return None
