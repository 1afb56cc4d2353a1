"""The lines between agents and leads over our hub: implements the desk's AgentLine and LeadLine."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Annotated, Any, Protocol, TypeVar

import msgspec

from app.desk.conversations import Answer, Kept, LeadMessage, Question
from app.desk.lead_talk import AskedQuestion, Room, SentLetter, TeamPeople
from app.domain.event import Json
from app.reports.own import OwnWeeks, from_plain, to_plain
from app.reports.wire import ReportUnreadable
from app.sync.crm import CrmUnreachable
from app.sync.transport import Answer as HttpAnswer

T = TypeVar("T")
WEEKS = 8

_MESSAGES, _SEEN, _WEEKS = "lead_messages", "lead_messages_seen", "own_weeks"
_KEPT = timedelta(days=7)
_Time = Annotated[datetime, msgspec.Meta(tz=True)]


class Asks(Protocol):
    """Requests as the signed-in person; `app.sync.hub_crm.HubCrm` has it."""

    def request(
        self, method: str, path: str, *, headers: Mapping[str, str] | None = None, body: bytes | None = None
    ) -> HttpAnswer:
        """The hub's answer where it is a yes; raises CrmError."""


class Facts(Protocol):
    """Where what was read is kept; `app.cache.store.LocalStore` has it. Raises StoreError."""

    def fact(self, name: str, shape: type[T]) -> T | None:
        """What is kept under a name."""

    def keep_fact(self, name: str, value: Json) -> None:
        """Keeps it."""


class _Message(msgspec.Struct):
    id: str
    at: _Time
    author: str
    text: str
    seen_at: _Time | None = None


class _Messages(msgspec.Struct):
    messages: list[_Message]


class _Listening(msgspec.Struct):
    listening: list[str]


class _State(msgspec.Struct):
    answered_by: str = ""
    answered_by_name: str = ""
    answered_at: _Time | None = None
    closed_at: _Time | None = None
    choice: str = ""
    answer: str = ""


class _Member(msgspec.Struct):
    id: str
    name: str


class _Team(msgspec.Struct):
    id: str
    name: str
    people: list[_Member]


class _Receipt(msgspec.Struct):
    name: str
    seen_at: _Time | None = None


class _Sent(msgspec.Struct):
    id: str
    at: _Time
    team: str
    person: str
    author: str
    text: str
    receipts: list[_Receipt]


class _Asked(msgspec.Struct):
    id: str
    at: _Time
    team: str
    agent: str
    account: str
    queue: str
    script: str
    step: str
    reason: str
    text: str
    closed_at: _Time | None = None
    answered_at: _Time | None = None
    answered_by: str = ""
    choice: str = ""
    answer: str = ""


class _Room(msgspec.Struct):
    teams: list[_Team]
    messages: list[_Sent]
    questions: list[_Asked]


class HubAgentLine:
    """An agent's line. What was read is kept in the agent's own store, and so is a receipt until the hub has it."""

    def __init__(self, hub: Asks, facts: Facts) -> None:
        self._hub = hub
        self._facts = facts
        # Receipts are read, changed and written from more than one thread.
        self._guard = threading.Lock()

    def kept(self) -> Kept:
        """What was read last, with what was seen since; nothing that cannot be read any more."""
        rows = self._facts.fact(_MESSAGES, list[_Message]) or []
        weeks = self._facts.fact(_WEEKS, dict[str, Any])
        try:
            read = None if weeks is None else from_plain(weeks)
        except ReportUnreadable:
            read = None
        return Kept(self._as_seen(rows), read)

    def messages(self) -> tuple[LeadMessage, ...]:
        """This week's messages; receipts that wait go out first."""
        self._send_receipts()
        rows = _read(self._hub.request("GET", "/v1/messages"), _Messages).messages
        self._facts.keep_fact(_MESSAGES, msgspec.to_builtins(rows))
        return self._as_seen(rows)

    def seen(self, message: str, at: datetime) -> None:
        """Keeps the receipt, which goes out with the next reading."""
        with self._guard:
            waiting = self._facts.fact(_SEEN, dict[str, _Time]) or {}
            waiting.setdefault(message, at)
            self._keep_waiting(waiting)

    def weeks(self) -> OwnWeeks:
        """The last weeks, this one under way."""
        plain = _read(self._hub.request("GET", f"/v1/reports/me?weeks={WEEKS}"), dict[str, Any])
        try:
            weeks = from_plain(plain)
        except ReportUnreadable as error:
            raise CrmUnreachable(str(error)) from error
        self._facts.keep_fact(_WEEKS, to_plain(weeks))
        return weeks

    def ask(self, question: Question) -> tuple[str, ...]:
        """Asks those who lead the agent's team; who of them listens."""
        return tuple(_read(_post(self._hub, "/v1/questions", msgspec.to_builtins(question)), _Listening).listening)

    def answer(self, question: str) -> Answer:
        """What became of a question."""
        return _answer(_read(self._hub.request("GET", f"/v1/questions/{question}"), _State))

    def withdraw(self, question: str) -> Answer:
        """Nobody waits for it any more."""
        return _answer(_read(_post(self._hub, f"/v1/questions/{question}/withdraw", {}), _State))

    def _as_seen(self, rows: list[_Message]) -> tuple[LeadMessage, ...]:
        with self._guard:
            waiting = self._facts.fact(_SEEN, dict[str, _Time]) or {}
        return tuple(
            LeadMessage(row.id, row.at, row.author, row.text, row.seen_at or waiting.get(row.id)) for row in rows
        )

    def _send_receipts(self) -> None:
        with self._guard:
            waiting = self._facts.fact(_SEEN, dict[str, _Time]) or {}
        if not waiting:
            return
        seen = [{"message": message, "at": at.isoformat()} for message, at in waiting.items()]
        _post(self._hub, "/v1/messages/seen", {"seen": seen})
        with self._guard:
            left = self._facts.fact(_SEEN, dict[str, _Time]) or {}
            self._keep_waiting({message: at for message, at in left.items() if message not in waiting})

    def _keep_waiting(self, waiting: dict[str, datetime]) -> None:
        newest = max(waiting.values(), default=None)
        # The hub forgets a message after a week; so does whoever waits that long with its receipt.
        kept = {message: at.isoformat() for message, at in waiting.items() if newest and at > newest - _KEPT}
        self._facts.keep_fact(_SEEN, dict[str, Json](kept))


class HubLeadLine:
    """A lead's line."""

    def __init__(self, hub: Asks) -> None:
        self._hub = hub

    def room(self) -> Room:
        """Everything, read anew."""
        room = _read(self._hub.request("GET", "/v1/leads/room"), _Room)
        return Room(
            tuple(
                TeamPeople(one.id, one.name, tuple((each.id, each.name) for each in one.people)) for one in room.teams
            ),
            tuple(_letter(one) for one in room.messages),
            tuple(_question(one) for one in room.questions),
        )

    def send(self, message: str, team: str, person: str, text: str) -> None:
        """Sends a message."""
        _post(self._hub, "/v1/messages", {"id": message, "team": team, "person": person, "text": text})

    def give(self, question: str, choice: str, text: str) -> None:
        """Answers a question."""
        _post(self._hub, f"/v1/questions/{question}/answer", {"choice": choice, "text": text})


def _letter(sent: _Sent) -> SentLetter:
    receipts = tuple((one.name, one.seen_at) for one in sent.receipts)
    return SentLetter(sent.id, sent.at, sent.team, sent.person, sent.author, sent.text, receipts)


def _question(asked: _Asked) -> AskedQuestion:
    return AskedQuestion(
        id=asked.id,
        at=asked.at,
        team=asked.team,
        agent=asked.agent,
        account=asked.account,
        queue=asked.queue,
        script=asked.script,
        step=asked.step,
        reason=asked.reason,
        text=asked.text,
        closed=asked.closed_at is not None,
        answered_at=asked.answered_at,
        answered_by=asked.answered_by,
        choice=asked.choice,
        answer=asked.answer,
    )


def _answer(state: _State) -> Answer:
    closed = state.closed_at is not None
    return Answer(state.answered_by, state.answered_by_name, state.choice, state.answer, state.answered_at, closed)


def _post(hub: Asks, path: str, content: Any) -> HttpAnswer:
    headers = {"Content-Type": "application/json"}
    return hub.request("POST", path, headers=headers, body=msgspec.json.encode(content))


def _read(answer: HttpAnswer, shape: type[T]) -> T:
    try:
        return msgspec.json.decode(answer.body, type=shape)
    except (msgspec.DecodeError, UnicodeDecodeError):
        raise CrmUnreachable("The hub's answer cannot be understood; is it a newer version? Trying again.") from None
