"""In which order the boxes of a layer stand, so that few lines cross.

This is the barycentre method (Sugiyama, Tagawa and Toda, 1981), with a round of swaps after each sweep.
A row is a list of ids from left to right. All lines lead from a row to the next.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise

Rows = list[list[str]]
Neighbours = Mapping[str, Sequence[str]]

# Each sweep costs time by the number of lines; for the largest maps there are fewer.
_MOST_SWEEPS = 24
_LINES_IN_ALL = 60_000
_WITHOUT_GAIN = 4


def ordered(rows: Rows, below: Neighbours, above: Neighbours) -> Rows:
    """The rows, each in an order with few crossings. The same input gives the same order."""
    best = [list(row) for row in rows]
    fewest = crossings(best, below)
    lines = sum(len(targets) for targets in below.values())
    sweeps = max(2, min(_MOST_SWEEPS, _LINES_IN_ALL // max(lines, 1)))
    current, idle = [list(row) for row in best], 0
    for sweep in range(sweeps):
        if fewest == 0 or idle >= _WITHOUT_GAIN:
            break
        if sweep % 2 == 0:
            for upper, lower in pairwise(current):
                _sort_by_neighbours(lower, upper, above)
        else:
            for lower, upper in pairwise(reversed(current)):
                _sort_by_neighbours(upper, lower, below)
        _swap_neighbours(current, below, above)
        crossed = crossings(current, below)
        idle += 1
        if crossed < fewest:
            best, fewest, idle = [list(row) for row in current], crossed, 0
    return best


def crossings(rows: Rows, below: Neighbours) -> int:
    """How many pairs of lines cross."""
    return sum(_crossings_between(upper, lower, below) for upper, lower in pairwise(rows))


def _crossings_between(upper: Sequence[str], lower: Sequence[str], below: Neighbours) -> int:
    """Counts inversions by a tree of sums (Barth, Jünger and Mutzel, 2002)."""
    place = {id: index for index, id in enumerate(lower)}
    ends = [place[target] for id in upper for target in sorted(below.get(id, ()), key=place.__getitem__)]
    tree = [0] * (len(lower) + 1)
    crossed = 0
    for seen, end in enumerate(ends):
        index, not_right = end + 1, 0
        while index:
            not_right += tree[index]
            index -= index & -index
        crossed += seen - not_right
        index = end + 1
        while index <= len(lower):
            tree[index] += 1
            index += index & -index
    return crossed


def _sort_by_neighbours(row: list[str], fixed: Sequence[str], neighbours: Neighbours) -> None:
    """Puts each id at the mean place of its neighbours in the fixed row; ids without any keep theirs."""
    place = {id: index for index, id in enumerate(fixed)}
    own = {id: index * len(fixed) / max(len(row), 1) for index, id in enumerate(row)}

    def middle(id: str) -> float:
        near = [place[other] for other in neighbours.get(id, ())]
        return sum(near) / len(near) if near else own[id]

    row.sort(key=middle)


def _swap_neighbours(rows: Rows, below: Neighbours, above: Neighbours) -> None:
    """Swaps two that stand side by side wherever fewer lines cross then; one round."""
    for index, row in enumerate(rows):
        over = {id: place for place, id in enumerate(rows[index - 1])} if index else {}
        under = {id: place for place, id in enumerate(rows[index + 1])} if index + 1 < len(rows) else {}
        for left in range(len(row) - 1):
            one, other = row[left], row[left + 1]
            now = _inversions(one, other, above, over) + _inversions(one, other, below, under)
            swapped = _inversions(other, one, above, over) + _inversions(other, one, below, under)
            if swapped < now:
                row[left], row[left + 1] = other, one


def _inversions(left: str, right: str, neighbours: Neighbours, place: Mapping[str, int]) -> int:
    """How many lines of two that stand side by side cross each other."""
    first: Iterable[int] = [place[id] for id in neighbours.get(left, ())]
    second = [place[id] for id in neighbours.get(right, ())]
    return sum(one > other for one in first for other in second)
