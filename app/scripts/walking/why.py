"""Why the step on the screen says what it says: each condition that decided, with the values of this account."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from app.scripts.expressions import MISSING
from app.scripts.expressions.tree import Named, Path, nodes_in
from app.scripts.model import Branch, Line, Step
from app.scripts.screen import Reason, ReasonKind, ValueSeen
from app.scripts.text import compile_text
from app.scripts.walking.book import Book
from app.scripts.walking.scope import Moment
from app.scripts.walking.state import State
from app.scripts.walking.table import moment_of, offer_visit, table_at
from app.scripts.walking.turn import Turn

_DEEPEST_NAMES = 4
_LONGEST = 200


def reasons_of(book: Book, state: State) -> tuple[Reason, ...]:
    """The reasons, from the way to this step to the offer. Nothing sensitive before the caller is verified."""
    turn = Turn(book, state)
    seen = _Seen(book, state, turn.moment())
    said = turn.spoken
    shown = min(state.phrasings.get(state.here, 1), max(len(said.phrasings), 1))
    spoken = said.phrasings[shown - 1].lines if said.phrasings else ()
    found = [
        *_way_here(book, state),
        *_conditions(seen, ReasonKind.SENTENCE, (*spoken, *said.points, *said.notes)),
        *_answers(seen, turn.step),
        *_used(seen, (*spoken, *said.points)),
        *_offer(book, state),
    ]
    return tuple(found)


class _Seen:
    """Looks values up as the walk sees them at one moment."""

    def __init__(self, book: Book, state: State, moment: Moment, script: str | None = None) -> None:
        self._book, self._state, self.moment = book, state, moment
        self._script = state.visit.script if script is None else script

    def holds(self, condition: str) -> bool:
        return self.moment.holds(condition, self._script)

    def values(self, condition: str) -> tuple[ValueSeen, ...]:
        """What the condition looks at, each once."""
        tree = self._book.condition(self._script, condition).tree
        return self.at(path.text for path in _paths(self._book, self._script, condition, tree, 0))

    def at(self, paths: Iterable[str]) -> tuple[ValueSeen, ...]:
        """What stands at these paths, each once."""
        return tuple(self._value(path) for path in dict.fromkeys(paths))

    def _value(self, path: str) -> ValueSeen:
        field = self._book.library.schema.fields.get(path)
        if field is not None and field.sensitive and not self._state.verified:
            return ValueSeen(path, "", masked=True)
        value = self.moment.look_up(path)
        text = "" if value is MISSING or value is None else self.moment.plain(value)
        return ValueSeen(path, text[:_LONGEST])


def _paths(book: Book, script: str, source: str, tree: object, depth: int) -> Iterator[Path]:
    """The paths of a condition, and of the named conditions in it."""
    for node in nodes_in(tree):  # type: ignore[arg-type]  # a condition's tree
        if isinstance(node, Path):
            yield node
        elif isinstance(node, Named) and depth < _DEEPEST_NAMES and node.name in book.library.conditions:
            inner = book.library.conditions[node.name]
            yield from _paths(book, script, inner, book.condition(script, inner).tree, depth + 1)


def _way_here(book: Book, state: State) -> Iterator[Reason]:
    """What was answered at the step before, or the condition by which it led here."""
    if state.at < 1:
        return
    before, here = state.history[state.at - 1], state.visit
    step = book.step(before.script, before.step)
    answer = state.answers.get((before.script, before.step), "")
    if answer and step.answers:
        yield Reason(ReasonKind.ANSWERED, f"{step.title}: {moment_of(book, state, before).text(answer)}")
        return
    moment = moment_of(book, state, before)
    taken = next((one for one in step.branches if moment.holds(one.condition)), None)
    if taken is not None and taken.condition and _leads_to(taken, here.script, here.step):
        seen = _Seen(book, state, moment, before.script)
        yield Reason(ReasonKind.BRANCH, step.title, taken.condition, True, seen.values(taken.condition))


def _leads_to(branch: Branch, script: str, step: str) -> bool:
    return branch.target.step == step or branch.target.script == script


def _conditions(seen: _Seen, kind: ReasonKind, lines: Iterable[Line]) -> Iterator[Reason]:
    for line in lines:
        if line.condition:
            text = seen.moment.text(line.text)
            yield Reason(kind, text, line.condition, seen.holds(line.condition), seen.values(line.condition))


def _answers(seen: _Seen, step: Step) -> Iterator[Reason]:
    for answer in step.answers:
        if answer.condition:
            text = seen.moment.text(answer.text)
            holds = seen.holds(answer.condition)
            yield Reason(ReasonKind.ANSWER, text, answer.condition, holds, seen.values(answer.condition))


def _used(seen: _Seen, lines: Iterable[Line]) -> Iterator[Reason]:
    """The values that stand in what is said."""
    paths = [one.path for line in lines for one in compile_text(line.text).placeholders]
    if paths:
        yield Reason(ReasonKind.VALUES, "", values=seen.at(paths))


def _offer(book: Book, state: State) -> Iterator[Reason]:
    at = offer_visit(book, state)
    table = table_at(book, state, at) if at is not None else None
    if table is None:
        return
    if table.blocked is not None:
        yield Reason(ReasonKind.BLOCKED, f"{table.offer.name}: {table.blocked.sentence}", holds=False)
    if table.offer.eligible:
        seen = _Seen(book, state, moment_of(book, state, table.visit), "")
        values = seen.values(table.offer.eligible)
        # Unverified, nothing is known of the account, so nothing can be said to hold or not.
        holds = seen.holds(table.offer.eligible) if state.verified else None
        yield Reason(ReasonKind.OFFER, table.offer.name, table.offer.eligible, holds, values)
