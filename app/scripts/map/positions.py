"""Where the boxes of a row stand from left to right: near what they are connected with, and never over each other.

Per row this is a least-squares problem with fixed order and smallest distances; it is solved exactly by pooling
neighbours that would overlap (isotonic regression). The main path stays at x = 0.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

_SWEEPS = 8
# Bends in the middle of a long line disturb more than a box somewhat off.
_WEIGHT_OF_BEND = 4.0


def x_positions(
    rows: Sequence[Sequence[str]],
    widths: Mapping[str, float],
    neighbours: tuple[Mapping[str, Sequence[str]], Mapping[str, Sequence[str]]],
    main: frozenset[str],
    bends: frozenset[str],
    gap: float,
) -> dict[str, float]:
    """The middle of each box. `neighbours` are those in the row above and those in the row below."""
    above, below = neighbours
    x: dict[str, float] = {}
    for row in rows:
        x.update(_packed(row, widths, main, gap))
    for sweep in range(_SWEEPS):
        downwards = sweep % 2 == 0
        for row in rows if downwards else reversed(rows):
            wanted = {id: _wanted(id, x, above if downwards else below) for id in row}
            x.update(_placed(row, wanted, widths, main, bends, gap))
    for row in rows:
        wanted = {id: _between(id, x, above, below) for id in row}
        x.update(_placed(row, wanted, widths, main, bends, gap))
    return x


def _wanted(id: str, x: Mapping[str, float], neighbours: Mapping[str, Sequence[str]]) -> float:
    """Where a box would stand if it were alone: over or under the middle of its neighbours."""
    near = sorted(x[other] for other in neighbours.get(id, ()))
    if not near:
        return x[id]
    half = len(near) // 2
    return near[half] if len(near) % 2 else (near[half - 1] + near[half]) / 2


def _between(
    id: str, x: Mapping[str, float], above: Mapping[str, Sequence[str]], below: Mapping[str, Sequence[str]]
) -> float:
    """Between the neighbours above and those below."""
    sides = [_wanted(id, x, side) for side in (above, below) if side.get(id)]
    return sum(sides) / len(sides) if sides else x[id]


def _packed(row: Sequence[str], widths: Mapping[str, float], main: frozenset[str], gap: float) -> dict[str, float]:
    """Side by side, the one of the main path at 0, or else the middle of the row."""
    places, edge = [], 0.0
    for id in row:
        places.append(edge + widths[id] / 2)
        edge += widths[id] + gap
    fixed = next((place for id, place in zip(row, places, strict=True) if id in main), (edge - gap) / 2)
    return {id: place - fixed for id, place in zip(row, places, strict=True)}


def _placed(
    row: Sequence[str],
    wanted: Mapping[str, float],
    widths: Mapping[str, float],
    main: frozenset[str],
    bends: frozenset[str],
    gap: float,
) -> dict[str, float]:
    """As near as can be to where each wants to stand."""
    at = next((index for index, id in enumerate(row) if id in main), None)
    if at is None:
        return dict(zip(row, _pooled(row, wanted, widths, bends, gap), strict=True))
    left, middle, right = row[:at], row[at], row[at + 1 :]
    placed = {middle: 0.0}
    edge = widths[middle] / 2 + gap
    # Clamping keeps the solution exact where one side is bounded.
    lower = _offsets(right, widths, gap)
    for id, x, offset in zip(right, _pooled(right, wanted, widths, bends, gap), lower, strict=True):
        placed[id] = max(x, edge + widths[right[0]] / 2 + offset)
    mirrored = {id: -wanted[id] for id in left}
    outwards = left[::-1]
    for id, x, offset in zip(
        outwards, _pooled(outwards, mirrored, widths, bends, gap), _offsets(outwards, widths, gap), strict=True
    ):
        placed[id] = -max(x, edge + widths[outwards[0]] / 2 + offset)
    return placed


def _offsets(row: Sequence[str], widths: Mapping[str, float], gap: float) -> list[float]:
    """How far each is from the first at least."""
    offsets: list[float] = []
    for index, id in enumerate(row):
        before = row[index - 1]
        offsets.append(offsets[-1] + (widths[before] + widths[id]) / 2 + gap if index else 0.0)
    return offsets


def _pooled(
    row: Sequence[str],
    wanted: Mapping[str, float],
    widths: Mapping[str, float],
    bends: frozenset[str],
    gap: float,
) -> list[float]:
    """The exact least-squares solution by pooling adjacent violators."""
    offsets = _offsets(row, widths, gap)
    blocks: list[tuple[float, float, int]] = []  # mean, weight, how many
    for id, offset in zip(row, offsets, strict=True):
        mean, weight, count = wanted[id] - offset, _WEIGHT_OF_BEND if id in bends else 1.0, 1
        while blocks and blocks[-1][0] > mean:
            other, other_weight, other_count = blocks.pop()
            mean = (mean * weight + other * other_weight) / (weight + other_weight)
            weight, count = weight + other_weight, count + other_count
        blocks.append((mean, weight, count))
    means = [mean for mean, _, count in blocks for _ in range(count)]
    return [mean + offset for mean, offset in zip(means, offsets, strict=True)]
