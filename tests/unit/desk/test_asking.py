"""Asking the lead at the desk: what is recorded, what a restart brings back, what happens when the call is over."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path

import pytest

from app.desk import intents
from app.desk.conversations import Answer, AskStep, Kept, LeadMessage, Question
from app.domain.event import EventType, Json
from app.reports.own import OwnWeeks
from app.sync.crm import CrmUnreachable
from tests.fakes.desk import START, DeskRig

ANSWER = Answer("person-sam", "Sam O.", "approve_10", "for a year", START)


@dataclass
class HandLine:
    """A line to the leads that a test moves by hand; like the hub's it keeps what was asked, seen and withdrawn."""

    leads: tuple[str, ...] = ("Sam O.",)
    letters: tuple[LeadMessage, ...] = ()
    asked: list[Question] = field(default_factory=list)
    answers: dict[str, Answer] = field(default_factory=dict)
    withdrawn: list[str] = field(default_factory=list)
    hear: Callable[[Mapping[str, Json]], None] = lambda body: None

    def kept(self) -> Kept:
        """Nothing was read before."""
        return Kept()

    def messages(self) -> tuple[LeadMessage, ...]:
        """What the test says."""
        return self.letters

    def seen(self, message: str, at: datetime) -> None:
        """Notes it."""
        self.letters = tuple(replace(one, seen_at=at) if one.id == message else one for one in self.letters)

    def weeks(self) -> OwnWeeks:
        """None yet."""
        return OwnWeeks(START, ())

    def ask(self, question: Question) -> tuple[str, ...]:
        """Notes it; nobody to reach is no hub."""
        if not self.leads:
            raise CrmUnreachable("The hub cannot be reached.")
        self.asked.append(question)
        return self.leads

    def answer(self, question: str) -> Answer:
        """The answer that the test gave."""
        return self.answers.get(question, Answer())

    def withdraw(self, question: str) -> Answer:
        """Notes it; what was answered stays answered."""
        self.withdrawn.append(question)
        return self.answers.get(question, Answer(closed=True))

    def listen(
        self, kind: str, on_push: Callable[[Mapping[str, Json]], None], on_state: Callable[[bool], None] | None = None
    ) -> Callable[[], None]:
        """As pushes do."""
        if kind == "message":
            self.hear = on_push
        return lambda: None


@pytest.fixture
def line() -> HandLine:
    return HandLine()


@pytest.fixture
def rig(tmp_path: Path, line: HandLine) -> DeskRig:
    """Ana is on a call that began with "cancel" in the menu."""
    rig = with_line(DeskRig(tmp_path), line).sign_in()
    rig.ring()
    rig.say(intents.AnswerCall())
    return rig


def with_line(rig: DeskRig, line: HandLine) -> DeskRig:
    """The same rig, whose shifts have this line."""
    begin = rig.desk._talk.begin
    rig.desk._talk.begin = lambda shift: begin(replace(shift, conversations=line, pushes=line))  # type: ignore[method-assign]
    return rig


def data_of(rig: DeskRig, type_: EventType) -> list[Mapping[str, Json]]:
    """What the events of a type say."""
    return [event.data for event in rig.events() if event.type is type_]


def test_asking_tells_the_lead_where_and_why_and_moves_nothing(rig: DeskRig, line: HandLine) -> None:
    before = rig.view.script
    rig.say(intents.AskLead())
    assert rig.view.asking and rig.view.choosing is not None
    rig.keys("2")
    (asked,) = line.asked
    assert before is not None
    assert (asked.reason, asked.queue, asked.step) == ("supervisor", "retention", before.step_title)
    assert asked.account == "acc-4221"
    assert rig.view.asked is not None and rig.view.asked.step is AskStep.WAITING
    assert rig.view.script == before
    (event,) = data_of(rig, EventType.LEAD_ASKED)
    assert (event["question"], event["reason"], event["listening"]) == (asked.id, "supervisor", 1)


def test_a_card_number_in_a_question_goes_nowhere(rig: DeskRig, line: HandLine) -> None:
    rig.say(intents.AskLeadInWords("may he pay with 4111 1111 1111 1111 today?"))
    assert "4111" not in line.asked[0].text + repr(data_of(rig, EventType.LEAD_ASKED))


def test_the_answer_is_shown_and_recorded_once(rig: DeskRig, line: HandLine) -> None:
    rig.say(intents.AskLead())
    rig.keys("1")
    line.answers[line.asked[0].id] = ANSWER
    for _ in range(2):
        line.hear({"what": "questions"})
    assert rig.view.asked is not None
    assert (rig.view.asked.step, rig.view.asked.answered_by) == (AskStep.ANSWERED, "Sam O.")
    (event,) = data_of(rig, EventType.LEAD_ANSWERED)
    assert (event["by"], event["choice"], event["text"]) == ("person-sam", "approve_10", "for a year")
    assert rig.say(intents.PutAsideAnswer()).asked is None


def test_after_a_restart_the_answer_still_comes(rig: DeskRig, line: HandLine) -> None:
    rig.say(intents.AskLead())
    rig.keys("1")
    assert rig.gate.store is not None
    rig.gate.store.close()
    line.answers[line.asked[0].id] = ANSWER

    again = DeskRig(rig.folder, rig.library, rig.clock, rig.crm)
    shift = again.desk._state.shift
    assert shift is not None
    again.desk._talk.begin(replace(shift, conversations=line))
    again.desk.tick()
    assert again.view.asked is not None and again.view.asked.step is AskStep.ANSWERED
    assert len(data_of(again, EventType.LEAD_ANSWERED)) == 1


def test_when_the_call_is_over_nobody_waits_any_more(rig: DeskRig, line: HandLine) -> None:
    rig.say(intents.AskLead())
    rig.keys("1")
    rig.say(intents.HangUp(), intents.FinishCall(), intents.Enter())
    rig.desk.tick()
    assert line.withdrawn == [line.asked[0].id]
    assert not data_of(rig, EventType.LEAD_ANSWERED)


def test_a_hub_that_is_away_is_told_at_once_and_nothing_is_recorded(rig: DeskRig, line: HandLine) -> None:
    line.leads = ()
    rig.say(intents.AskLead())
    rig.keys("1")
    assert rig.view.asked is not None
    assert (rig.view.asked.step, rig.view.asked.sentence) == (AskStep.FAILED, "The hub cannot be reached.")
    assert not data_of(rig, EventType.LEAD_ASKED)


def test_without_leads_at_the_crm_the_key_says_so(tmp_path: Path) -> None:
    rig = DeskRig(tmp_path).sign_in()
    rig.ring()
    rig.say(intents.AnswerCall(), intents.AskLead())
    assert not rig.view.asking
    assert any("tells no lead" in message.text for message in rig.view.messages)


def test_a_message_that_was_seen_does_not_come_back(rig: DeskRig, line: HandLine) -> None:
    line.letters = (LeadMessage("m-1", START, "Sam O.", "Well done."),)
    line.hear({"what": "messages"})
    assert [one.id for one in rig.view.letters] == ["m-1"]
    rig.say(intents.ReadLetter("m-1"))
    line.hear({"what": "messages"})
    assert rig.view.letters == ()
    assert line.letters[0].seen_at is not None
