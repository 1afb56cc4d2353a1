"""What a map shows: boxes for steps, small ones for hand-overs and for far steps, and the ways between them.

Ways that lead back or far down would cross the whole map. They end in a small box with the name of the step instead
(a reference), so that what is drawn as a line is near and leads downwards.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import pairwise

from app.scripts.check.graph import Edge, graph_of
from app.scripts.model import Script, Step, Target

# A way over more layers than this becomes a reference.
FARTHEST = 3


class Look(StrEnum):
    """What sort of box it is; each has its own colour."""

    ORDINARY = "ordinary"
    IDENTITY = "identity"
    OFFER = "offer"
    DISCLOSURE = "disclosure"
    RETURN = "return"
    END = "end"
    HAND_OVER = "hand-over"
    REFERENCE = "reference"


@dataclass(frozen=True, slots=True)
class Box:
    """A box of the map. `caption` is the small line below the title, `tip` what is shown when pointed at.

    `step` is the step that it stands for ("" for another script); `reached` is false for steps that no call gets to.
    """

    id: str
    look: Look
    title: str
    caption: str = ""
    tip: str = ""
    step: str = ""
    reached: bool = True


@dataclass(frozen=True, slots=True)
class Way:
    """A line from one box to another. `label` has the keys of the answers, `tip` their words."""

    source: str
    target: str
    label: str
    tip: str = ""
    main: bool = False
    dashed: bool = False


@dataclass(frozen=True, slots=True)
class Plan:
    """Boxes by id, ways, the layer of each box (0 is the top), and the main path from the start on."""

    title: str
    boxes: Mapping[str, Box]
    ways: tuple[Way, ...]
    layers: Mapping[str, int]
    main: tuple[str, ...]


@dataclass(slots=True)
class _Ways:
    """All edges from one step to one target: they are drawn as one line."""

    source: str
    target: Target
    edges: list[Edge] = field(default_factory=list)

    @property
    def step(self) -> str:
        return self.target.step or self.target.then

    @property
    def label(self) -> str:
        return " ".join(dict.fromkeys(_SIGNS.get(edge.how, edge.key) for edge in self.edges))

    def rank(self) -> tuple[bool, bool, bool]:
        """What comes first on a walk by the likely ways: the smallest."""
        return self.dashed, bool(self.target.script), all(edge.how == "if" for edge in self.edges)

    @property
    def dashed(self) -> bool:
        return all(edge.how == "objection" for edge in self.edges)


_SIGNS = {"if": "if", "else": "else", "objection": "“…”"}


def plan_of(script: Script) -> Plan:
    """The plan of a script's map. Ways to steps that there are not are left out; one without steps is empty."""
    if not script.steps:
        return Plan(script.title, {}, (), {}, ())
    ways = _ways(script)
    tree_order, back = _walk_deep(script, ways)
    main = _main_path(script, ways)
    layers = _layers(script, ways, back)
    reached = graph_of(script).reachable()
    boxes = {id: _step_box(script.steps[id], id in reached) for id in tree_order}
    drawn = _Drawn(script, boxes, dict(layers), set(pairwise(main)), back)
    for of_step in tree_order:
        for one in ways[of_step]:
            drawn.add(one)
    return Plan(script.title, drawn.boxes, tuple(drawn.ways), drawn.layers, main)


def _ways(script: Script) -> dict[str, list[_Ways]]:
    """The ways out of each step, those to the same place together: in the order of how likely they are.

    Answers come first, then Else (the rule), then If (the exceptions), other scripts, objections.
    """
    graph = graph_of(script)
    found: dict[str, list[_Ways]] = {}
    for id, edges in graph.edges.items():
        together: dict[tuple[str, str, str], _Ways] = {}
        for edge in edges:
            target = edge.target
            key = (target.step, target.script, target.then)
            together.setdefault(key, _Ways(id, target)).edges.append(edge)
        found[id] = sorted(together.values(), key=_Ways.rank)
    return found


def _walk_deep(script: Script, ways: Mapping[str, list[_Ways]]) -> tuple[list[str], set[tuple[str, str]]]:
    """The steps in the order of a walk that always goes on first, and the ways that lead back on it."""
    order: list[str] = []
    open_steps: set[str] = set()
    seen: set[str] = set()
    back: set[tuple[str, str]] = set()
    for root in (script.start, *script.steps):
        if root in seen:
            continue
        stack: list[tuple[str, Iterator[_Ways]]] = [(root, iter(ways[root]))]
        seen.add(root)
        open_steps.add(root)
        order.append(root)
        while stack:
            id, left = stack[-1]
            step = next((one.step for one in left if one.step), "")
            if not step:
                stack.pop()
                open_steps.discard(id)
            elif step in open_steps:
                back.add((id, step))
            elif step not in seen:
                seen.add(step)
                open_steps.add(step)
                order.append(step)
                stack.append((step, iter(ways[step])))
    return order, back


def _main_path(script: Script, ways: Mapping[str, list[_Ways]]) -> tuple[str, ...]:
    """From the start on by the first way that leads to a step not yet on the path."""
    path = [script.start]
    seen = {script.start}
    while True:
        following = (one.step for one in ways[path[-1]] if one.target.step and not one.dashed)
        step = next((step for step in following if step not in seen), "")
        if not step:
            return tuple(path)
        path.append(step)
        seen.add(step)


def _layers(script: Script, ways: Mapping[str, list[_Ways]], back: set[tuple[str, str]]) -> dict[str, int]:
    """The longest way from the top to each step; a hand-over that comes back takes a layer of its own."""
    lengths = {
        id: [(one.step, 2 if one.target.script else 1) for one in of_step if one.step and (id, one.step) not in back]
        for id, of_step in ways.items()
    }
    above = dict.fromkeys(script.steps, 0)
    for following in lengths.values():
        for step, _ in following:
            above[step] += 1
    layers = dict.fromkeys(script.steps, 0)
    waiting = deque(id for id, count in above.items() if count == 0)
    while waiting:
        id = waiting.popleft()
        for step, length in lengths[id]:
            layers[step] = max(layers[step], layers[id] + length)
            above[step] -= 1
            if above[step] == 0:
                waiting.append(step)
    return layers


@dataclass(slots=True)
class _Drawn:
    """Turns ways between steps into lines, hand-overs and references."""

    script: Script
    boxes: dict[str, Box]
    layers: dict[str, int]
    main: set[tuple[str, str]]
    back: set[tuple[str, str]]
    ways: list[Way] = field(default_factory=list)

    def add(self, one: _Ways) -> None:
        label, tip, dashed = one.label, _tip(one, self.script), one.dashed
        layer = self.layers[one.source]
        if one.target.script:
            id = f"{one.source}=>{one.target.script}|{one.target.then}"
            caption = f"then {one.target.then}" if one.target.then else ""
            self.boxes[id] = Box(id, Look.HAND_OVER, one.target.script, caption, f"Another script: {tip}")
            self.layers[id] = layer + 1
            self.ways.append(Way(one.source, id, label, tip, dashed=dashed))
            then = one.target.then
            if then and (one.source, then) not in self.back and self._span(id, then) <= FARTHEST:
                self.ways.append(Way(id, then, "", "comes back"))
        elif self._near(one):
            main = (one.source, one.step) in self.main
            self.ways.append(Way(one.source, one.step, label, tip, main, dashed))
        else:
            id = f"{one.source}->{one.step}"
            sign = "↻" if one.step == one.source else "↑" if self._span(one.source, one.step) <= 0 else "↓"
            self.boxes[id] = Box(id, Look.REFERENCE, f"{sign} {one.step}", "", tip, one.step)
            self.layers[id] = layer + 1
            self.ways.append(Way(one.source, id, label, tip, dashed=dashed))

    def _near(self, one: _Ways) -> bool:
        if (one.source, one.step) in self.main:
            return True
        return (one.source, one.step) not in self.back and self._span(one.source, one.step) <= FARTHEST

    def _span(self, source: str, target: str) -> int:
        return self.layers[target] - self.layers[source]


def _step_box(step: Step, reached: bool) -> Box:
    said = step.phrasings[0].lines if step.phrasings else step.points
    tip = " ".join(line.text for line in said)
    look, caption = Look.ORDINARY, ""
    if step.end is not None:
        look, caption = Look.END, f"End: {step.end.outcome}"
    elif step.offer is not None:
        look, caption = Look.OFFER, f"Offer: {step.offer.offer}"
    elif step.read is not None or step.consent is not None:
        look = Look.DISCLOSURE
        caption = f"Read: {step.read.disclosure}" if step.read else f"Consent: {step.consent and step.consent.consent}"
    elif step.verify is not None or "identity" in step.tags:
        look, caption = Look.IDENTITY, f"Verify: {' | '.join(step.verify.methods)}" if step.verify else ""
    elif "return" in step.tags:
        look, caption = Look.RETURN, "and back"
    return Box(step.id, look, step.title or step.id, caption or step.id, tip, step.id, reached)


def _tip(one: _Ways, script: Script) -> str:
    """The words of the answers and conditions behind a line."""
    step = script.steps[one.source]
    words = {answer.place: f"[{answer.key}] {answer.text}" for answer in step.answers}
    words |= {objection.place: " | ".join(objection.phrases) for objection in step.objections}
    parts = []
    for edge in one.edges:
        if edge.how in ("if", "else"):
            parts.append(f"If: {edge.condition}" if edge.condition else "Else")
        else:
            parts.append(words.get(edge.place, edge.key))
    return "; ".join(parts)
