"""Transfers, consult calls, conference and hold at a switch, seen from both agents.

The transcripts are written from Asterisk's documentation, not recorded; the help says so.
"""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from app.domain.call import CallEvent, CallState, Direction, EndReason
from app.telephony.ami_calls import AmiCalls
from app.telephony.ami_protocol import Block
from app.telephony.calls import Call, CallBook, Decision, Ended, Ignored, NewCall, Reoffered
from tests.fakes.ami import blocks, transcript

NINE = datetime(2030, 5, 6, 9, 0, tzinfo=UTC)
ADA = "+442079460123"
ALICE, BEN = "SIP/1001", "SIP/1002"
SCENES = ("attended", "blind", "consult", "conference", "hold")


def told(happened: list[Block], agent: str) -> list[CallEvent]:
    calls = AmiCalls("ami", "GB", lambda: NINE, agent)
    return [event for block in happened for event in calls.take(block)]


def decisions(events: list[CallEvent]) -> list[Decision]:
    book = CallBook()
    return [decision for event in events if not isinstance(decision := book.fold(event), Ignored)]


def pops(events: list[CallEvent]) -> list[Call]:
    return [decision.call for decision in decisions(events) if isinstance(decision, NewCall | Reoffered)]


def last(events: list[CallEvent]) -> Decision:
    return decisions(events)[-1]


def test_after_an_attended_transfer_the_customer_pops_at_the_second_agent_as_a_call_that_is_on() -> None:
    scene = blocks(transcript("attended"))
    ben = told(scene, BEN)

    (pop,) = pops(ben)
    assert (pop.ani_e164, pop.linked_id, pop.state) == (ADA, "10.1", CallState.ANSWERED)
    assert (pop.queue, pop.attached, pop.dnis) == ("support", {"account": "4221"}, "+448001234567")
    before = [event for event in ben if event.linked_id == "20.1"]
    assert before and {event.direction for event in before} == {Direction.INTERNAL}
    assert isinstance(over := last(ben), Ended) and over.call.end_reason is EndReason.CALLER


def test_the_agent_who_hands_over_holds_and_ends_by_a_transfer_and_his_consult_call_never_pops() -> None:
    alice = told(blocks(transcript("attended")), ALICE)

    (pop,) = pops(alice)
    assert pop.ani_e164 == ADA
    states = [event.state for event in alice if event.leg_id == "10.2"]
    assert states[-4:] == [CallState.ANSWERED, CallState.HELD, CallState.TRANSFERRED, CallState.ENDED]
    assert isinstance(over := last(alice), Ended) and over.call.end_reason is EndReason.TRANSFERRED


def test_after_a_blind_transfer_the_customer_pops_while_it_rings_at_the_second_agent() -> None:
    scene = blocks(transcript("blind"))
    alice, ben = told(scene, ALICE), told(scene, BEN)

    (pop,) = pops(ben)
    assert (pop.ani_e164, pop.linked_id, pop.state) == (ADA, "10.1", CallState.OFFERED)
    assert pop.dnis == "+448001234567"
    assert isinstance(over := last(alice), Ended) and over.call.end_reason is EndReason.TRANSFERRED
    assert isinstance(over := last(ben), Ended) and over.call.end_reason is EndReason.CALLER


def test_a_question_to_a_colleague_pops_nowhere_and_the_call_goes_on() -> None:
    scene = blocks(transcript("consult"))

    assert pops(told(scene, BEN)) == []
    alice = told(scene, ALICE)
    assert len(pops(alice)) == 1
    states = [event.state for event in alice if event.leg_id == "10.2"]
    assert states[-3:] == [CallState.HELD, CallState.ANSWERED, CallState.ENDED]
    assert isinstance(over := last(alice), Ended) and over.call.end_reason is EndReason.CALLER


def test_in_a_conference_both_agents_have_the_customer_and_each_has_one_call() -> None:
    scene = blocks(transcript("conference"))
    alice, ben = told(scene, ALICE), told(scene, BEN)

    assert [pop.key for pop in pops(alice)] == ["10.1"] and [pop.ani_e164 for pop in pops(ben)] == [ADA]
    assert isinstance(over := last(alice), Ended) and over.call.end_reason is EndReason.AGENT
    assert isinstance(over := last(ben), Ended) and over.call.end_reason is EndReason.CALLER


def test_hold_and_resume_are_told_and_the_agent_hung_up() -> None:
    events = told(blocks(transcript("hold")), ALICE)

    assert [event.state for event in events][-4:] == [
        CallState.ANSWERED,
        CallState.HELD,
        CallState.ANSWERED,
        CallState.ENDED,
    ]
    assert events[-1].end_reason is EndReason.AGENT


@pytest.mark.parametrize("agent", [ALICE, BEN])
@pytest.mark.parametrize("name", SCENES)
def test_doubled_events_tell_nothing_twice(name: str, agent: str) -> None:
    once = blocks(transcript(name))

    assert told([block for block in once for _ in range(2)], agent) == told(once, agent)


@pytest.mark.parametrize("agent", [ALICE, BEN])
@pytest.mark.parametrize("name", SCENES)
def test_whichever_single_event_is_lost_the_same_customers_pop_and_nothing_stays_on(name: str, agent: str) -> None:
    whole = blocks(transcript(name))
    expected = {pop.key for pop in pops(told(whole, agent))}
    for lost in range(len(whole)):
        events = told(whole[:lost] + whole[lost + 1 :], agent)
        book = CallBook()
        for event in events:
            book.fold(event)
        what = f"without {whole[lost].event} (event {lost})"

        assert {pop.key for pop in pops(events)} == expected, what
        assert book.live == (), what
        for pop in pops(events):
            assert pop.ani_e164 == ADA or whole[lost].event == "UserEvent", what
