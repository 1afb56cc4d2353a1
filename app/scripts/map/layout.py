"""Puts a plan on paper: where each box stands and which way each line takes. All measures in pixels."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from app.scripts.map.measure import width_of
from app.scripts.map.order import crossings, ordered
from app.scripts.map.plan import Box, Look, Plan, Way
from app.scripts.map.positions import x_positions

STEP_WIDTH, STEP_HEIGHT = 184.0, 58.0
SMALL_HEIGHT = 26.0
LABEL_HEIGHT, LABEL_SIZE = 16.0, 11.0
TITLE_SIZE, CAPTION_SIZE, SMALL_SIZE = 13.0, 11.0, 11.5
MARGIN = 28.0
HEAD = 76.0
_GAP = 22.0
_BEND_WIDTH = 10.0
_ROW_GAP, _MORE_ROW_GAP = 58.0, 70.0
_LARGEST_SMALL = 190.0
_ARRIVAL = 12.0

Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Placed:
    """A box with its left upper corner and its size."""

    box: Box
    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Line:
    """A line from the lower edge of a box over its bends to the upper edge of another.

    Between the points of a pair (0 and 1, 2 and 3, ..) it is straight, from pair to pair it curves.
    """

    way: Way
    points: tuple[Point, ...]
    label_width: float


@dataclass(frozen=True, slots=True)
class Layout:
    """The whole map. `crossed` is how many pairs of lines cross, `naive` how many did in the order of the file."""

    plan: Plan
    boxes: Mapping[str, Placed]
    lines: tuple[Line, ...]
    width: float
    height: float
    crossed: int
    naive: int


def lay_out(plan: Plan) -> Layout:
    """Works out the map of a plan. The same plan gives the same map."""
    net = _net_of(plan)
    rows = ordered(net.rows, net.below, net.above)
    leaving: dict[str, list[Way]] = {}
    for way in plan.ways:
        leaving.setdefault(way.source, []).append(way)
    sizes = {id: _size(box, leaving.get(id, [])) for id, box in plan.boxes.items()}
    widths = {id: sizes[id][0] if id in sizes else _BEND_WIDTH for row in rows for id in row}
    x = x_positions(rows, widths, (net.above, net.below), net.main, net.bends, _GAP)
    left = min((x[id] - widths[id] / 2 for row in rows for id in row), default=0.0) - MARGIN
    x = {id: middle - left for id, middle in x.items()}
    tops, bottoms = _row_edges(rows, sizes, net, x)
    boxes = {
        id: Placed(box, x[id] - sizes[id][0] / 2, tops[plan.layers[id]], *sizes[id]) for id, box in plan.boxes.items()
    }
    lines = _lines(plan, net, boxes, x, tops, bottoms)
    width = max((x[id] + widths[id] / 2 for row in rows for id in row), default=0.0) + MARGIN
    crossed, naive = crossings(rows, net.below), crossings(net.rows, net.below)
    return Layout(plan, boxes, lines, width, bottoms[-1] + MARGIN, crossed, naive)


@dataclass(frozen=True, slots=True)
class _Net:
    """The plan with a bend in each row that a long line passes. `chains` are the ids of each way, ends included."""

    rows: list[list[str]]
    above: dict[str, list[str]]
    below: dict[str, list[str]]
    chains: list[list[str]]
    main: frozenset[str]
    bends: frozenset[str]


def _net_of(plan: Plan) -> _Net:
    rows: list[list[str]] = [[] for _ in range(max(plan.layers.values(), default=0) + 1)]
    for id in plan.boxes:
        rows[plan.layers[id]].append(id)
    above: dict[str, list[str]] = {}
    below: dict[str, list[str]] = {}
    chains: list[list[str]] = []
    main = set(plan.main)
    bends: set[str] = set()
    for index, way in enumerate(plan.ways):
        chain = [way.source]
        for layer in range(plan.layers[way.source] + 1, plan.layers[way.target]):
            bend = f"bend {index} {layer}"
            rows[layer].append(bend)
            bends.add(bend)
            chain.append(bend)
            if way.main:
                main.add(bend)
        chain.append(way.target)
        for upper, lower in pairwise(chain):
            below.setdefault(upper, []).append(lower)
            above.setdefault(lower, []).append(upper)
        chains.append(chain)
    return _Net(rows, above, below, chains, frozenset(main), frozenset(bends))


def _size(box: Box, out: Sequence[Way]) -> tuple[float, float]:
    if box.look in (Look.HAND_OVER, Look.REFERENCE):
        text = max(width_of(box.title, SMALL_SIZE) + 16, width_of(box.caption, CAPTION_SIZE))
        height = SMALL_HEIGHT + (14 if box.caption else 0)
        return min(text + 18, _LARGEST_SMALL), height
    return max(STEP_WIDTH, _room_for_labels(out)), STEP_HEIGHT


def _room_for_labels(out: Sequence[Way]) -> float:
    """The width that the labels below a box need side by side, with the main way in the middle."""
    return (2 * len(out) + 1) * _slot(out) if any(way.main for way in out) else (len(out) + 1) * _slot(out)


def _slot(out: Sequence[Way]) -> float:
    return max((_label_width(way) for way in out), default=0.0) + 6


def _label_width(way: Way) -> float:
    return width_of(way.label, LABEL_SIZE) + 10 if way.label else 0.0


def _row_edges(
    rows: Sequence[Sequence[str]], sizes: Mapping[str, tuple[float, float]], net: _Net, x: Mapping[str, float]
) -> tuple[list[float], list[float]]:
    """Where each row begins and ends. Below a row with lines that go far aside there is more room."""
    tops, bottoms, top = [], [], HEAD
    for row in rows:
        height = max((sizes[id][1] for id in row if id in sizes), default=0.0)
        aside = max((abs(x[id] - x[other]) for id in row for other in net.below.get(id, ())), default=0.0)
        tops.append(top)
        bottoms.append(top + height)
        top += height + _ROW_GAP + min(aside * 0.1, _MORE_ROW_GAP)
    return tops, bottoms


def _lines(
    plan: Plan,
    net: _Net,
    boxes: Mapping[str, Placed],
    x: Mapping[str, float],
    tops: Sequence[float],
    bottoms: Sequence[float],
) -> tuple[Line, ...]:
    leaving = _ports(plan, net, boxes, x, leaving=True)
    arriving = _ports(plan, net, boxes, x, leaving=False)
    lines = []
    for index, (way, chain) in enumerate(zip(plan.ways, net.chains, strict=True)):
        source = boxes[way.source]
        layer = plan.layers[way.source]
        points: list[Point] = [
            (leaving[index], source.y + source.height),
            (leaving[index], bottoms[layer] + (LABEL_HEIGHT + 6 if way.label else 2)),
        ]
        for step, bend in enumerate(chain[1:-1], start=1):
            points += [(x[bend], tops[layer + step]), (x[bend], bottoms[layer + step])]
        end = tops[plan.layers[way.target]]
        points += [(arriving[index], end - _ARRIVAL), (arriving[index], end)]
        lines.append(Line(way, tuple(points), _label_width(way)))
    return tuple(lines)


def _ports(
    plan: Plan, net: _Net, boxes: Mapping[str, Placed], x: Mapping[str, float], leaving: bool
) -> dict[int, float]:
    """Where on the edge of its box each line begins (or ends): in the order of their other ends, the main one at x."""
    at_box: dict[str, list[int]] = {}
    for index, way in enumerate(plan.ways):
        at_box.setdefault(way.source if leaving else way.target, []).append(index)
    ports: dict[int, float] = {}
    for id, lines in at_box.items():
        lines.sort(key=lambda index: x[net.chains[index][1 if leaving else -2]])
        ways = [plan.ways[index] for index in lines]
        slot = _slot(ways) if leaving else min(14.0, boxes[id].width / (len(lines) + 1))
        middle = next((place for place, way in enumerate(ways) if way.main), (len(lines) - 1) / 2)
        # A box of the main path that the main way does not leave still has its lines side by side around the middle.
        ports.update({index: x[id] + (place - middle) * slot for place, index in enumerate(lines)})
    return ports
