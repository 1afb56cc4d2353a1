"""What Asterisk's events mean for the agent's legs: each transcript whole, with each event lost, and doubled."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from app.domain.call import CallEvent, CallState, EndReason, Presentation
from app.telephony.ami_calls import AmiCalls
from app.telephony.ami_protocol import Block
from app.telephony.calls import Call, CallBook, Changed, Ended, NewCall, Reoffered
from tests.fakes.ami import blocks, transcript

NINE = datetime(2030, 5, 6, 9, 0, tzinfo=UTC)
ADA = "+442079460123"
ALICE = "SIP/1001"
RECORDED = ("answered", "abandon", "anon", "reoffer", "ringall")


def told(happened: list[Block], agent: str = ALICE, *, trust: bool = False) -> list[CallEvent]:
    calls = AmiCalls("ami", "GB", lambda: NINE, agent, trust_numbers=trust)
    return [event for block in happened for event in calls.take(block)]


def states(events: list[CallEvent]) -> list[CallState]:
    """The states in order, each once: more becoming known of a call is told as the same state again."""
    seen: list[tuple[str, CallState]] = []
    for event in events:
        if not seen or seen[-1] != (event.leg_id, event.state):
            seen.append((event.leg_id, event.state))
    return [state for _, state in seen]


def folded(events: list[CallEvent]) -> tuple[list[type], Call]:
    """What the call book makes of it, without mere enrichments, and the call as it is in the end."""
    book = CallBook()
    made: list[type] = []
    call: Call | None = None
    for event in events:
        decision = book.fold(event)
        match decision:
            case Changed(after, before):
                call = after
                if after.state is not before.state:
                    made.append(Changed)
            case NewCall(after) | Reoffered(after) | Ended(after):
                call = after
                made.append(type(decision))
    assert call is not None
    return made, call


def test_an_answered_call_is_told_with_all_that_the_switch_knows() -> None:
    events = told(blocks(transcript("answered")))

    assert states(events) == [CallState.OFFERED, CallState.RINGING, CallState.ANSWERED, CallState.ENDED]
    first, last = events[0], events[-1]
    assert (first.ani_e164, first.ani_presentation, first.display_name) == (ADA, Presentation.ALLOWED, "Ada Lovelace")
    assert (first.dnis, first.queue, first.uui) == ("+448001234567", "support", "ACCOUNT=4221")
    assert first.attached == {"account": "4221"}
    assert (first.leg_id, first.call_id, first.linked_id) == ("1795290289.35", "1795290288.34", "1795290288.34")
    assert first.agent == ALICE
    assert last.end_reason is EndReason.CALLER
    assert [event.seq for event in events] == list(range(1, len(events) + 1))


def test_a_caller_who_gives_up_is_told_once_though_the_cancel_comes_twice() -> None:
    events = told(blocks(transcript("abandon")))

    assert states(events) == [CallState.OFFERED, CallState.RINGING, CallState.ENDED]
    assert events[-1].end_reason is EndReason.ABANDONED


def test_of_a_withheld_caller_nothing_is_told_though_the_switch_shows_the_number() -> None:
    events = told(blocks(transcript("anon")), trust=True)

    assert {event.ani_presentation for event in events} == {Presentation.RESTRICTED}
    assert ADA not in repr(events) and "Ada" not in repr(events) and "2079460123" not in repr(events)


def test_a_call_offered_again_has_a_new_leg_and_the_same_interaction() -> None:
    events = told(blocks(transcript("reoffer")))

    # The recording stops while they talk.
    assert states(events)[-4:] == [CallState.ENDED, CallState.OFFERED, CallState.RINGING, CallState.ANSWERED]
    assert [event.end_reason for event in events if event.state is CallState.ENDED] == [EndReason.NO_ANSWER]
    assert len({event.leg_id for event in events}) == 2 and len({event.linked_id for event in events}) == 1
    made, call = folded(events)
    assert made.count(NewCall) == 1 and made.count(Reoffered) == 1
    assert call.answered_at is not None


def test_when_another_agent_wins_the_call_was_answered_elsewhere() -> None:
    raw = blocks(transcript("ringall"))
    loser, winner = told(raw), told(raw, "SIP/1002")

    assert states(loser) == [CallState.OFFERED, CallState.RINGING, CallState.ENDED]
    assert loser[-1].end_reason is EndReason.ELSEWHERE
    assert CallState.ANSWERED in states(winner) and winner[-1].end_reason is EndReason.CALLER


def test_without_an_agent_everybodys_legs_are_told_each_with_its_agent() -> None:
    events = told(blocks(transcript("ringall")), "")

    assert {event.agent for event in events} == {"SIP/1001", "SIP/1002"}


@pytest.mark.parametrize("name", RECORDED)
def test_every_event_doubled_tells_nothing_twice(name: str) -> None:
    once = blocks(transcript(name))
    twice = [block for block in once for _ in range(2)]

    assert told(twice) == told(once)


@pytest.mark.parametrize("name", RECORDED)
def test_the_whole_transcript_again_tells_nothing(name: str) -> None:
    once = blocks(transcript(name))

    assert told(once + once) == told(once)


@pytest.mark.parametrize("name", RECORDED)
def test_whichever_single_event_is_lost_the_call_comes_out_the_same(name: str) -> None:
    whole = blocks(transcript(name))
    made, call = folded(told(whole))
    for lost in range(len(whole)):
        events = told(whole[:lost] + whole[lost + 1 :])
        what = f"without {whole[lost].event} (event {lost})"

        made_now, call_now = folded(events)
        assert made_now.count(NewCall) == 1, what
        assert (Reoffered in made_now) is (Reoffered in made), what
        assert call_now.over is call.over, what
        assert (call_now.answered_at is None) is (call.answered_at is None), what
        assert call_now.end_reason is call.end_reason, what
        if name == "anon":
            assert call_now.ani_e164 is None and ADA not in repr(events) and "Ada" not in repr(events), what
        elif whole[lost].get("UserEvent") != "InboundCall":
            # Where the event is lost that says whether the number may be shown, it is not shown.
            assert call_now.ani_e164 == ADA, what
        else:
            assert call_now.ani_e164 is None and ADA not in repr(events), what
        assert (call_now.linked_id, call_now.dnis, call_now.queue) == (call.linked_id, call.dnis, call.queue), what


def test_a_number_of_which_nobody_says_whether_it_is_withheld_shows_only_where_the_carrier_is_trusted() -> None:
    silent = [block for block in blocks(transcript("answered")) if block.event != "UserEvent"]

    assert {event.ani_e164 for event in told(silent)} == {None}
    assert ADA not in repr(told(silent))
    assert {event.ani_e164 for event in told(silent, trust=True)} == {ADA}


def test_a_channel_variable_says_as_well_whether_the_number_is_withheld() -> None:
    def with_presentation(block: Block, value: str) -> Block:
        if block.get("Uniqueid") != block.get("Linkedid"):
            return block
        return Block(block.fields, {**block.variables, "CALLERID(num-pres)": value}, block.other_variables)

    silent = [block for block in blocks(transcript("answered")) if block.event != "UserEvent"]
    allowed = told([with_presentation(block, "allowed_passed_screen") for block in silent])
    withheld = told([with_presentation(block, "prohib_passed_screen") for block in silent], trust=True)

    assert {event.ani_e164 for event in allowed} == {ADA}
    assert {event.ani_presentation for event in withheld} == {Presentation.RESTRICTED}
