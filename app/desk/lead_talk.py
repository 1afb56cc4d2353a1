"""What the lead's room shows of messages and questions, and asks."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Protocol

from app.desk.conversations import LONGEST
from app.desk.ports import NewId, Pushes, Tasks
from app.security.redaction import redact
from app.sync.crm import CrmError


@dataclass(frozen=True, slots=True)
class TeamPeople:
    """A team that the lead leads; `people` are (id, name)."""

    id: str
    name: str
    people: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class SentLetter:
    """A message with its receipts: names, and when each has seen it (None: not yet). `to` is a name, "" for all."""

    id: str
    at: datetime
    team: str
    to: str
    author: str
    text: str
    receipts: tuple[tuple[str, datetime | None], ...]

    @property
    def seen(self) -> int:
        """How many have seen it."""
        return sum(at is not None for _, at in self.receipts)


@dataclass(frozen=True, slots=True)
class AskedQuestion:
    """An agent's question. `account` is the account's number; `closed`: the agent no longer waits."""

    id: str
    at: datetime
    team: str
    agent: str
    account: str
    queue: str
    script: str
    step: str
    reason: str
    text: str
    closed: bool
    answered_at: datetime | None
    answered_by: str
    choice: str
    answer: str

    @property
    def is_open(self) -> bool:
        """Whether the agent waits for an answer."""
        return self.answered_at is None and not self.closed


@dataclass(frozen=True, slots=True)
class Room:
    """All that the hub tells a lead: letters newest first, questions oldest first."""

    teams: tuple[TeamPeople, ...] = ()
    letters: tuple[SentLetter, ...] = ()
    questions: tuple[AskedQuestion, ...] = ()


@dataclass(frozen=True, slots=True)
class TalkView:
    """The lead's room of messages and questions.

    `heard`: the hub can be heard, so that what is new appears by itself. `problem` is a sentence, "" where all is well.
    `sent` counts messages that the hub has taken, so that the window knows when to empty its field.
    """

    room: Room = Room()
    heard: bool = False
    loaded: bool = False
    busy: bool = False
    problem: str = ""
    sent: int = 0

    @property
    def waiting(self) -> int:
        """How many questions are open."""
        return sum(question.is_open for question in self.room.questions)


class LeadLine(Protocol):
    """The lead's line to the hub. All calls block and may raise CrmError."""

    def room(self) -> Room:
        """Everything, read anew."""

    def send(self, message: str, team: str, person: str, text: str) -> None:
        """Sends a message; the same id twice is one message."""

    def give(self, question: str, choice: str, text: str) -> None:
        """Answers a question; CrmRefused (409) where somebody was quicker."""


class LeadTalk(Protocol):
    """The lead's side: `view` now, `on_change` told of each new one."""

    view: TalkView

    def send(self, team: str, person: str, text: str) -> None:
        """Tells a team, or (`person`) one of its agents."""

    def answer(self, question: str, choice: str = "", text: str = "") -> None:
        """Answers a question by a quick choice, by words, or by both."""


class LeadTalkService:
    """Implements LeadTalk for one signed-in lead; `end` when he leaves."""

    def __init__(
        self,
        line: LeadLine,
        pushes: Pushes,
        tasks: Tasks,
        new_id: NewId,
        on_change: Callable[[TalkView], None] | None = None,
    ) -> None:
        self.on_change = on_change or (lambda view: None)
        self.view = TalkView()
        self._line = line
        self._tasks = tasks
        self._new_id = new_id
        self._sending = ("", "", "", "")
        self._ended = False
        self._end = pushes.listen(
            "message",
            lambda body: tasks.post(self._read),
            lambda heard: tasks.post(lambda: self._heard(heard)),
        )
        self._read()

    def end(self) -> None:
        """Listens no more, shows nothing more."""
        self._ended = True
        self._end()

    def send(self, team: str, person: str, text: str) -> None:
        """Tells a team, or one of its agents; card data is taken out before."""
        text = redact(text.strip()).text[:LONGEST]
        if not text:
            return
        if self._sending[1:] != (team, person, text):
            # Tried again after an error, it keeps its id: the hub may have had it after all.
            self._sending = (self._new_id(), team, person, text)
        wanted = self._sending

        def done(_: None) -> None:
            self._sending = ("", "", "", "")
            self._put(replace(self.view, busy=False, problem="", sent=self.view.sent + 1))
            self._read()

        self._put(replace(self.view, busy=True, problem=""))
        self._tasks.submit("lead", lambda: self._line.send(*wanted), done, self._failed)

    def answer(self, question: str, choice: str = "", text: str = "") -> None:
        """Answers a question by a quick choice, by words, or by both."""
        text = redact(text.strip()).text[:LONGEST]
        if not (choice or text):
            return

        def done(_: None) -> None:
            self._put(replace(self.view, busy=False, problem=""))
            self._read()

        def failed(error: Exception) -> None:
            self._failed(error)
            # Somebody was quicker, or the agent no longer waits: the room shows which.
            self._read()

        self._put(replace(self.view, busy=True, problem=""))
        self._tasks.submit("lead", lambda: self._line.give(question, choice, text), done, failed)

    def _heard(self, heard: bool) -> None:
        self._put(replace(self.view, heard=heard))
        if heard:
            self._read()

    def _read(self) -> None:
        def done(room: Room) -> None:
            self._put(replace(self.view, room=room, loaded=True))

        self._tasks.submit("lead", self._line.room, done, self._not_read)

    def _not_read(self, error: Exception) -> None:
        # What keeps the hub away is said by the room's own line as long as it cannot be heard.
        if not self.view.loaded:
            self._failed(error)

    def _failed(self, error: Exception) -> None:
        known = isinstance(error, CrmError)
        sentence = str(error) if known else "The hub's answer could not be read. Try again."
        self._put(replace(self.view, busy=False, problem=sentence))

    def _put(self, view: TalkView) -> None:
        if not self._ended:
            self.view = view
            self.on_change(view)
