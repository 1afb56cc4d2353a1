"""Walks scripts call by call and counts what was reached."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from random import Random

from app.domain.account import Account
from app.scripts.actions import Action, ActionRefused
from app.scripts.coverage.customers import Customers
from app.scripts.coverage.moves import Players, result_of
from app.scripts.coverage.paths import Edge, Wanted
from app.scripts.coverage.report import Ended, Report, ScriptReport, Trouble, Unreached
from app.scripts.library import Library
from app.scripts.model import Script, Step
from app.scripts.walking import events as walk
from app.scripts.walking.book import Book
from app.scripts.walking.decide import decide, open_call
from app.scripts.walking.state import State
from app.scripts.walking.turn import Turn

# The day of all these calls, so that the same seed gives the same calls on any day.
TODAY = date(2026, 11, 21)
# A call that has not ended after so many moves goes round in a circle.
MOST_MOVES = 400
_POOL = 1_000
# So many customers are kept in mind who lately came to something new.
_PROMISING = 8


def cover(library: Library, scripts: Sequence[str], calls: int, seed: int, today: date = TODAY) -> Report:
    """Walks each of the scripts (ids) `calls` times, and tells what was reached. Same arguments, same report."""
    customers = Customers(library, today)
    pool = customers.pool(Random(f"{seed}/customers"), _POOL)
    book = Book(library)
    reports = []
    for script in sorted(scripts):
        players = Players(customers, pool, Wanted(book.script(script)))
        explorer = _Explorer(book, script, customers, players)
        for number in range(1, calls + 1):
            dice = Random(f"{seed}/{script}/{number}")
            players.searching = number % 2 == 1
            account = explorer.customer(dice, pool[number % len(pool)])
            explorer.call(number, dice, State(customers.context(dice, account)))
        reports.append(explorer.report(calls))
    return Report(seed, calls, tuple(reports))


@dataclass(slots=True)
class _Place:
    """Calls that came to no end in one step."""

    calls: int
    first_call: int
    sentence: str


@dataclass(slots=True)
class _Explorer:
    """Walks one script and keeps what was reached."""

    book: Book
    script: str
    customers: Customers
    players: Players
    steps: set[str] = field(default_factory=set)
    passed: set[Edge] = field(default_factory=set)
    outcomes: Counter[str] = field(default_factory=Counter)
    handed_over: Counter[str] = field(default_factory=Counter)
    troubles: dict[tuple[Ended, str], _Place] = field(default_factory=dict)
    longest: int = 0
    longest_call: int = 0
    moves: int = 0
    promising: deque[Account] = field(default_factory=lambda: deque(maxlen=_PROMISING))

    def customer(self, dice: Random, turn: Account) -> Account | None:
        """Who calls: whose turn it is, at times nobody known, and in a search often one who came to something new."""
        if self.players.searching and self.promising and dice.random() < 0.5:
            return self.promising[int(dice.random() * len(self.promising))]
        return turn if dice.random() < 0.95 else None

    def call(self, number: int, dice: Random, state: State) -> None:
        """One call from the script's first step to its end."""
        known = len(self.passed)
        self._call(number, dice, state)
        account = state.context.account
        if account is not None and len(self.passed) > known and account not in self.promising:
            self.promising.append(account)

    def _call(self, number: int, dice: Random, state: State) -> None:
        turn = Turn(self.book, state)
        try:
            open_call(turn, self.script)
        except ActionRefused as refusal:
            self._trouble(Ended.STUCK, self.book.script(self.script).start, number, str(refusal))
            return
        self._note(turn)
        refused: set[Action] = set()
        ended, sentence = Ended.ENDLESS, ""
        for _ in range(MOST_MOVES):
            if self._over(turn.state, number):
                return
            fresh = Turn(self.book, turn.state)
            move = self.players.next_move(fresh, dice, refused)
            if move is None:
                ended = Ended.STUCK
                break
            self.moves += 1
            if move.edge is not None:
                self.players.taken[move.edge] += 1
            try:
                decide(fresh, move.action)
            except ActionRefused as refusal:
                refused.add(move.action)
                sentence = str(refusal)
                continue
            refused.clear()
            turn, sentence = fresh, ""
            self._note(turn)
            turn = self._answered(turn, dice)
        self._trouble(ended, self._where(turn.state), number, sentence if ended is Ended.STUCK else "")

    def _answered(self, turn: Turn, dice: Random) -> Turn:
        """The turn after CRM and phone have answered what was asked of them in it."""
        for event in turn.events:
            if isinstance(event, walk.Requested) and (action := result_of(event.action, dice)) is not None:
                turn = Turn(self.book, turn.state)
                decide(turn, action)
        return turn

    def _note(self, turn: Turn) -> None:
        for event in turn.events:
            match event:
                case walk.Entered(script, step) if script == self.script:
                    self.steps.add(step)
                case walk.Answered(script, step, key, _, name) if script == self.script:
                    self._pass((script, step, f"* {name}" if name else key))
                case walk.ObjectionUsed(script, step, objection) if script == self.script:
                    self._pass((script, step, objection))

    def _pass(self, edge: Edge) -> None:
        if edge not in self.passed:
            self.passed.add(edge)
            self.players.wanted.taken(edge)

    def _over(self, state: State, number: int) -> bool:
        visit = state.visit
        if visit.script != self.script and all(back.script != self.script for back in visit.returns):
            self.handed_over[visit.script] += 1
        elif (end := self.book.step(visit.script, visit.step).end) is not None and not visit.returns:
            self.outcomes[end.outcome] += 1
        else:
            return False
        if state.at + 1 > self.longest:
            self.longest, self.longest_call = state.at + 1, number
        return True

    def _where(self, state: State) -> str:
        visit = state.visit
        return visit.step if visit.script == self.script else f"{visit.script}: {visit.step}"

    def _trouble(self, ended: Ended, step: str, number: int, sentence: str) -> None:
        place = self.troubles.setdefault((ended, step), _Place(0, number, sentence))
        place.calls += 1

    def report(self, calls: int) -> ScriptReport:
        """What came of all calls."""
        script = self.book.script(self.script)
        unreached, answers = _unreached(script, self.steps, self.passed)
        return ScriptReport(
            script=script.id,
            file=script.file,
            calls=calls,
            steps=len(script.steps),
            steps_reached=len(self.steps),
            answers=answers,
            answers_reached=answers - sum(one.kind == "answer" for one in unreached),
            unreached=unreached,
            outcomes=dict(sorted(self.outcomes.items())),
            handed_over=dict(sorted(self.handed_over.items())),
            troubles=tuple(
                Trouble(ended, step, place.calls, place.first_call, place.sentence)
                for (ended, step), place in sorted(self.troubles.items())
            ),
            longest=self.longest,
            longest_call=self.longest_call,
            moves=self.moves,
        )


def _unreached(script: Script, steps: set[str], passed: set[Edge]) -> tuple[tuple[Unreached, ...], int]:
    """What no call came to, in the order of the file, and how many answers there are."""
    found: list[Unreached] = []
    answers = 0
    for step in script.steps.values():
        answers += len(step.answers)
        if step.id not in steps:
            found.append(Unreached("step", step.id, step.first_line, step.title))
        found += _unreached_ways(script.id, step, passed)
    return tuple(found), answers


def _unreached_ways(script: str, step: Step, passed: set[Edge]) -> list[Unreached]:
    found = []
    for answer in step.answers:
        key = f"* {answer.name}" if answer.key == "*" else answer.key
        if (script, step.id, key) not in passed:
            found.append(
                Unreached("answer", step.id, answer.place.line, f"[{answer.key}] {answer.text or answer.each}")
            )
    for objection in step.objections:
        if (script, step.id, objection.phrases[0]) not in passed:
            found.append(Unreached("objection", step.id, objection.place.line, objection.phrases[0]))
    return found
