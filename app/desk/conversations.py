"""What agents and their leads tell each other, and how the desk reaches it.

The words of reasons and quick answers are the same on both sides: codes go over the line, and each window says them in
its own language.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from app.reports.own import OwnWeeks

ASK_REASONS = (
    ("discount", "Customer wants a discount that I may not give"),
    ("supervisor", "Customer wants to speak to a supervisor"),
    ("unsure", "I am not sure what to say"),
    ("exception", "An exception from the rules"),
    ("technical", "The script or the system does not fit"),
    ("threat", "Customer is abusive or threatens"),
)
"""Why an agent asks, by the code that is recorded."""

QUICK_ANSWERS = (
    ("coming", "I'm coming"),
    ("approve_10", "Approve up to 10 %"),
    ("approve", "Approved"),
    ("decline", "No, stay with the offer"),
    ("transfer", "Hand over to me"),
    ("call_back", "Promise a call back"),
)
"""What a lead answers with one click, by the code that is recorded."""

OWN_WORDS = "own_words"
"""The reason of a question that the agent wrote himself."""

ASK_TITLE = "Ask your lead: why?"
TEXTS = (ASK_TITLE, *(words for _, words in (*ASK_REASONS, *QUICK_ANSWERS)))
"""What is said of this, so that every language has it."""

LONGEST = 500
"""So many characters of a message, a question or an answer."""


class AskStep(StrEnum):
    """Where a question to the lead stands."""

    CHOOSING = "choosing"
    SENDING = "sending"
    WAITING = "waiting"
    NOBODY = "nobody"
    FAILED = "failed"
    ANSWERED = "answered"


@dataclass(frozen=True, slots=True)
class AskedLead:
    """A question of this call, as it is kept with the call.

    `leads`: the names of those who listened when it was asked. `sentence`: why it could not be asked. The answer is
    `choice` (a code) and `answer` (words), by `answered_by`; times are aware UTC.
    """

    id: str
    step: AskStep
    reason: str
    text: str
    asked_at: datetime
    leads: tuple[str, ...] = ()
    sentence: str = ""
    answered_by: str = ""
    choice: str = ""
    answer: str = ""
    answered_at: datetime | None = None

    @property
    def is_open(self) -> bool:
        """Whether an answer may still come."""
        return self.step in (AskStep.WAITING, AskStep.NOBODY)


@dataclass(frozen=True, slots=True)
class Question:
    """What goes to the leads: the account by its id, never a name; where the agent is, in words; why."""

    id: str
    subject: str
    account: str
    queue: str
    script: str
    step: str
    reason: str
    text: str


@dataclass(frozen=True, slots=True)
class Answer:
    """What became of a question; `by` is a person's id, `closed`: nobody waits for it any more."""

    by: str = ""
    by_name: str = ""
    choice: str = ""
    text: str = ""
    at: datetime | None = None
    closed: bool = False


@dataclass(frozen=True, slots=True)
class LeadMessage:
    """What a lead told this agent; `seen_at` is None until the agent said that he has seen it."""

    id: str
    at: datetime
    author: str
    text: str
    seen_at: datetime | None = None


def unseen(letters: Sequence[LeadMessage]) -> tuple[LeadMessage, ...]:
    """What the agent has not yet seen, oldest first."""
    return tuple(letter for letter in letters if letter.seen_at is None)


@dataclass(frozen=True, slots=True)
class Kept:
    """What was read last, for the time without a network: messages, and the own weeks where they were read once."""

    messages: tuple[LeadMessage, ...] = ()
    weeks: OwnWeeks | None = None


class AgentLine(Protocol):
    """The agent's line to the leads. All calls block; what reads or writes what is kept may raise StoreError."""

    def kept(self) -> Kept:
        """What was read last; from the local store alone. Raises StoreError."""

    def messages(self) -> tuple[LeadMessage, ...]:
        """This week's messages, oldest first, read anew and kept; receipts that wait go out first. Raises CrmError."""

    def seen(self, message: str, at: datetime) -> None:
        """Notes durably that a message was seen; the lead is told with the next reading."""

    def weeks(self) -> OwnWeeks:
        """The agent's own figures of the last weeks, read anew and kept. Raises CrmError."""

    def ask(self, question: Question) -> tuple[str, ...]:
        """Asks; the names of the leads who listen. The same id twice is one question. Raises CrmError."""

    def answer(self, question: str) -> Answer:
        """What became of a question. Raises CrmError."""

    def withdraw(self, question: str) -> Answer:
        """Nobody waits for it any more; what became of it until then. Raises CrmError."""
