"""Tells how one script changed."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping

from app.scripts.check.graph import graph_of
from app.scripts.difference.renamed import renamed_steps
from app.scripts.difference.step import tell_step
from app.scripts.difference.told import Difference, Told, quoted, worded
from app.scripts.difference.ways import Renamed
from app.scripts.model import Script

# Comments are for trainers; no call is other by them.
_TOLD = ("comments", "id", "title", "kind", "start", "language", "cancel", "header", "steps")
_HEADER_TOLD = frozenset(("script", "title", "kind", "start", "language", "cancel"))


def script_differences(
    old: Script, new: Script, renamed_scripts: Mapping[str, str] | None = None
) -> tuple[Difference, ...]:
    """What changed in a script. `renamed_scripts` are other scripts that have a new id, old to new."""
    language = "" if new.language == "en" else f" ({new.language})"
    told = Told(f"script {new.id}{language}", old.file, new.file)
    steps = renamed_steps(old, new)
    renamed = Renamed(steps, renamed_scripts or {})
    _tell_head(old, new, renamed, told)
    _tell_rungs(old, new, told)
    back = {after: before for before, after in steps.items()}
    for id, step in old.steps.items():
        if id not in new.steps and id not in steps:
            told.lost("step-removed", f"step {id} removed{_titled(step.title)}", step.place)
    for id, step in new.steps.items():
        before = back.get(id, id)
        if before not in old.steps:
            told.add("step-added", f"step {id} added{_titled(step.title)}", step.place)
            continue
        if before != id:
            told.add("step-renamed", f"step {before} renamed to {id}", step.place)
        tell_step(old.steps[before], step, renamed, told.of(f"step {id}"))
    return tuple(told.found)


def rungs(script: Script) -> tuple[str, ...]:
    """The offers of a script in the order in which a call can come to them, each once."""
    graph = graph_of(script)
    found: dict[str, None] = {}
    seen = {script.start}
    waiting = deque([script.start] if script.start in script.steps else [])
    while waiting:
        id = waiting.popleft()
        offer = script.steps[id].offer
        if offer is not None:
            found.setdefault(offer.offer)
        for edge in graph.edges[id]:
            if edge.step and edge.step not in seen:
                seen.add(edge.step)
                waiting.append(edge.step)
    return tuple(found)


def _tell_head(old: Script, new: Script, renamed: Renamed, told: Told) -> None:
    for name in ("id", "title", "kind", "language"):
        before, after = getattr(old, name), getattr(new, name)
        if before != after:
            told.add(f"script-{name}-changed", f"{name} of the script {quoted(before)} -> {quoted(after)}")
    if renamed.steps.get(old.start, old.start) != new.start:
        told.add("start-changed", f"starts with {worded(old.start)} -> {worded(new.start)}")
    if renamed.scripts.get(old.cancel, old.cancel) != new.cancel:
        told.add("cancel-changed", f"the Cancel key leads to {worded(old.cancel)} -> {worded(new.cancel)}")
    for key in dict.fromkeys((*old.header, *new.header)):
        before, after = old.header.get(key, ""), new.header.get(key, "")
        if key not in _HEADER_TOLD and before != after:
            told.add(f"{key}-changed", f"{key} of the script changed", None, before, after)
    told.others(old, new, _TOLD)


def _tell_rungs(old: Script, new: Script, told: Told) -> None:
    before, after = rungs(old), rungs(new)
    common = [offer for offer in before if offer in after]
    if common != [offer for offer in after if offer in before]:
        told.add("rungs-reordered", f"order of rungs changed: {', '.join(before)} -> {', '.join(after)}")


def _titled(title: str) -> str:
    return f" ({quoted(title)})" if title else ""
