"""Find on the desk: what was typed, answered at once by words, and in better order when the sentence model is there."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from app.desk.live_call import LiveCall
from app.desk.state import DeskState
from app.desk.view import FoundRow
from app.scripts.actions import Action, Choose, OpenObjection, OpenScript, PressInterrupt
from app.scripts.finding.finder import Finder
from app.scripts.finding.index import Hit
from app.scripts.library import Library
from app.scripts.screen import Found
from app.scripts.walk import Walk

_ROWS = 6
_LANE = "find"


@dataclass(frozen=True, slots=True)
class _Asked:
    """What was typed, and where: an answer to anything else comes too late."""

    call: str
    script: str
    text: str


class FindDesk:
    """Finds for the call on the desk. `opening` makes what a row's key does out of the walk's action."""

    def __init__(self, state: DeskState, opening: Callable[[LiveCall, Action], Callable[[], None]]) -> None:
        self._state = state
        self._opening = opening
        self._finders: dict[str, Finder] = {}
        self._preparing: set[str] = set()
        self._asked: _Asked | None = None

    def prepare(self, library: Library, then: Callable[[], None] = lambda: None) -> None:
        """Makes the index of a library in a worker, unless it is there or being made; the model is loaded after it."""
        content = library.release.content_hash
        if content in self._finders or content in self._preparing:
            return
        self._preparing.add(content)
        world = self._state.world

        def made(finder: Finder) -> None:
            self._preparing.discard(content)
            self._finders[content] = finder
            world.tasks.submit(_LANE, lambda: world.rerank_with(finder), lambda _: None, lambda _: None)
            then()

        def failed(error: Exception) -> None:
            self._preparing.discard(content)

        world.tasks.submit(_LANE, lambda: Finder(library), made, failed)

    def find(self, call: LiveCall, walk: Walk, text: str) -> None:
        """Shows what fits the text: by words at once, by the model as soon as it has answered."""
        asked = _Asked(call.id, walk.screen().script, text)
        self._asked = asked
        finder = self._finders.get(walk.library.release.content_hash)
        if finder is None:
            self.prepare(walk.library, lambda: self._again(call))
            if walk.library.release.content_hash not in self._finders:
                self._show(call, walk, ())
            return
        self._show(call, walk, finder.search(text, asked.script))
        if finder.has_model:
            self._rerank(call, walk, finder, asked)

    def close(self) -> None:
        """Ends find."""
        self._asked = None
        self._state.found = ()
        self._state.open_found = {}

    def _again(self, call: LiveCall) -> None:
        """The index is there now: what was typed meanwhile is answered."""
        asked = self._asked
        if asked is not None and call is self._state.current and call.walk is not None and asked.call == call.id:
            self.find(call, call.walk, asked.text)
            self._state.changed()

    def _rerank(self, call: LiveCall, walk: Walk, finder: Finder, asked: _Asked) -> None:
        def work() -> tuple[Hit, ...] | None:
            # Whoever types quickly has gone on by now.
            return finder.rerank(asked.text, asked.script) if self._asked == asked else None

        def done(hits: tuple[Hit, ...] | None) -> None:
            if hits is not None and self._asked == asked and call is self._state.current:
                self._show(call, walk, hits)
                self._state.changed()

        self._state.world.tasks.submit(_LANE, work, done, lambda _: None)

    def _show(self, call: LiveCall, walk: Walk, hits: tuple[Hit, ...]) -> None:
        rows = _openable(hits, walk, self._asked.text if self._asked is not None else "")[:_ROWS]
        self._state.found = tuple(
            FoundRow(str(number), each.kind, each.title, ", ".join(each.phrases[:3]))
            for number, each in enumerate(rows, start=1)
        )
        self._state.open_found = {
            str(number): self._opening(call, _action(each)) for number, each in enumerate(rows, start=1)
        }


def _openable(hits: tuple[Hit, ...], walk: Walk, text: str) -> list[Found]:
    """What of it can be opened now: items of a list, objections of this script, interrupts, other scripts, each once.

    A script that an interrupt leads to is opened as the interrupt, so that what it suppresses is suppressed. Steps and
    objections of other scripts are reached by their script, which was found by them, too.
    """
    here = walk.screen().script
    interrupts = {one.script: one.id for one in walk.library.interrupts.values()}
    openable = {
        (one.kind, one.phrases[0].casefold() if one.kind == "objection" else one.id): one for one in walk.findable()
    }
    words = text.casefold().split()
    rows: dict[str, Found] = {
        f"answer {key}": one
        for (kind, key), one in openable.items()
        if kind == "answer" and all(word in one.title.casefold() for word in words)
    }
    for hit in hits:
        entry = hit.entry
        kind, key = entry.kind, ""
        if kind == "script":
            kind, key = ("interrupt", interrupts[entry.script]) if entry.script in interrupts else (kind, entry.script)
        elif kind == "objection" and entry.script == here:
            key = entry.phrases[0].casefold()
        found = openable.get((kind, key))
        if found is not None:
            rows.setdefault(f"{kind} {key}", found)
    return list(rows.values())


def _action(found: Found) -> Action:
    match found.kind:
        case "script":
            return OpenScript(found.id)
        case "interrupt":
            return PressInterrupt(found.id)
        case "answer":
            return Choose(found.id)
        case _:
            return OpenObjection(found.phrases[0] if found.phrases else found.id)
