"""What the conversations' part of the API takes and answers; the OpenAPI text is made from them."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import msgspec

_Id = Annotated[str, msgspec.Meta(pattern="^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$")]
_Code = Annotated[str, msgspec.Meta(pattern="^[a-z0-9_]{0,40}$")]
# PostgreSQL keeps no NUL in a text.
_ANY = "^[^\\x00]*$"
_Name = Annotated[str, msgspec.Meta(max_length=200, pattern=_ANY)]
_Words = Annotated[str, msgspec.Meta(max_length=500, pattern=_ANY)]
_Someone = Annotated[str, msgspec.Meta(max_length=64, pattern=_ANY)]


class NewMessage(msgspec.Struct, frozen=True):
    """What a lead tells a team, or (`person`) one agent in it; `id` (UUIDv7) makes it safe to send again."""

    id: _Id
    team: _Someone
    text: Annotated[str, msgspec.Meta(min_length=1, max_length=500, pattern=_ANY)]
    person: _Someone = ""


class Seen(msgspec.Struct, frozen=True):
    """Which message was seen, and when (by the desktop's clock; held between its sending and now)."""

    message: _Id
    at: Annotated[datetime, msgspec.Meta(tz=True)]


class SeenRequest(msgspec.Struct, frozen=True):
    """Messages that the signed-in person has seen."""

    seen: Annotated[list[Seen], msgspec.Meta(max_length=200)]


class MessageForMe(msgspec.Struct, frozen=True):
    """A message as its receiver reads it."""

    id: str
    at: datetime
    author: str
    text: str
    seen_at: datetime | None


class MessagesAnswer(msgspec.Struct, frozen=True):
    """The signed-in person's messages of the last seven days, oldest first."""

    messages: list[MessageForMe]


class NewQuestion(msgspec.Struct, frozen=True):
    """What an agent asks his leads in a call; `id` (UUIDv7) makes it safe to send again. `account` is an id."""

    id: _Id
    subject: Annotated[str, msgspec.Meta(min_length=1, max_length=128, pattern=_ANY)]
    account: _Someone = ""
    queue: _Name = ""
    script: _Name = ""
    step: _Name = ""
    reason: _Code = ""
    text: _Words = ""


class AskedAnswer(msgspec.Struct, frozen=True):
    """The names of the leads who listen just now, and of all whom the question is for."""

    listening: list[str]
    leads: list[str]


class QuestionState(msgspec.Struct, frozen=True):
    """What became of the agent's own question: `choice` and `answer` are "" while it has none."""

    id: str
    answered_by: str = ""
    answered_by_name: str = ""
    answered_at: datetime | None = None
    closed_at: datetime | None = None
    choice: str = ""
    answer: str = ""


class AnswerRequest(msgspec.Struct, frozen=True):
    """A lead's answer: a quick choice by its code, words, or both."""

    choice: _Code = ""
    text: _Words = ""


class Member(msgspec.Struct, frozen=True):
    """Somebody to whom a lead can write."""

    id: str
    name: str


class TeamShown(msgspec.Struct, frozen=True):
    """A team that the lead leads, with its agents."""

    id: str
    name: str
    people: list[Member]


class Receipt(msgspec.Struct, frozen=True):
    """Whether somebody has seen a message."""

    name: str
    seen_at: datetime | None


class SentMessage(msgspec.Struct, frozen=True):
    """A message as the leads of its team see it; `person` is a name, "" for the whole team."""

    id: str
    at: datetime
    team: str
    person: str
    author: str
    text: str
    receipts: list[Receipt]


class QuestionShown(msgspec.Struct, frozen=True):
    """A question as the leads of its team see it. `account` is the account's number, "" where there is none."""

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
    closed_at: datetime | None
    answered_at: datetime | None
    answered_by: str
    choice: str
    answer: str


class LeadRoomAnswer(msgspec.Struct, frozen=True):
    """All of a lead's room: teams, messages of the last seven days (newest first), questions of the last day."""

    server_time: datetime
    teams: list[TeamShown]
    messages: list[SentMessage]
    questions: list[QuestionShown]
