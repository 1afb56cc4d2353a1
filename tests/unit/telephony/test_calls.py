"""Who to pop, when to pop again, and what changes nothing."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from app.domain.call import CallEvent, CallState, Direction, EndReason, Presentation
from app.telephony.calls import CallBook, Changed, Ended, Ignored, NewCall, Reoffered

NINE = datetime(2030, 5, 6, 9, 0, tzinfo=UTC)
ADA = "+442079460123"


def event(state: CallState = CallState.RINGING, leg: str = "leg-1", after: float = 0.0, **more: Any) -> CallEvent:
    made = CallEvent(
        source="test",
        seq=1,
        received_at=NINE + timedelta(seconds=after),
        leg_id=leg,
        state=state,
        ani_e164=ADA,
        ani_presentation=Presentation.ALLOWED,
        dnis="0800",
    )
    return replace(made, **more)


def ended(leg: str = "leg-1", after: float = 5.0, **more: Any) -> CallEvent:
    return event(CallState.ENDED, leg, after, **more)


def test_a_call_goes_from_ringing_to_answered_to_ended() -> None:
    book = CallBook()

    rings = book.fold(event())
    answered = book.fold(event(CallState.ANSWERED, after=4))
    over = book.fold(ended(after=64, end_reason=EndReason.CALLER))

    assert isinstance(rings, NewCall) and rings.call.key == "leg-1" and not rings.call.waiting
    assert isinstance(answered, Changed) and answered.call.answered_at == NINE + timedelta(seconds=4)
    assert isinstance(over, Ended) and over.call.end_reason is EndReason.CALLER
    assert book.live == ()


def test_the_same_event_twice_changes_nothing() -> None:
    book = CallBook()
    for first in (event(), event(CallState.ANSWERED, after=1), ended()):
        assert not isinstance(book.fold(first), Ignored)
        assert isinstance(book.fold(first), Ignored)


def test_a_late_ringing_does_not_take_an_answer_back() -> None:
    book = CallBook()
    book.fold(event())
    book.fold(event(CallState.ANSWERED, after=1))

    assert isinstance(book.fold(event(CallState.RINGING, after=2)), Ignored)
    assert book.live[0].state is CallState.ANSWERED


def test_hold_and_resume_keep_the_time_of_answering() -> None:
    book = CallBook()
    book.fold(event())
    book.fold(event(CallState.ANSWERED, after=1))

    book.fold(event(CallState.HELD, after=9))
    resumed = book.fold(event(CallState.ANSWERED, after=20))

    assert isinstance(resumed, Changed) and resumed.before.state is CallState.HELD
    assert resumed.call.answered_at == NINE + timedelta(seconds=1)


def test_a_second_call_while_one_is_on_is_waiting() -> None:
    book = CallBook()
    book.fold(event())
    book.fold(event(CallState.ANSWERED, after=1))

    second = book.fold(event(leg="leg-2", after=30, ani_e164="+442079460999"))

    assert isinstance(second, NewCall) and second.call.waiting
    assert [call.key for call in book.live] == ["leg-1", "leg-2"]


def test_the_same_caller_within_ten_seconds_is_offered_again_not_anew() -> None:
    book = CallBook()
    book.fold(event())
    book.fold(ended(after=5))

    again = book.fold(event(leg="leg-2", after=14))

    assert isinstance(again, Reoffered)
    assert again.call.key == "leg-1" and again.call.leg_id == "leg-2" and again.call.legs == ("leg-1", "leg-2")
    assert again.call.ended_at is None and again.call.offered_at == NINE


def test_after_ten_seconds_or_an_answer_or_to_another_number_it_is_a_new_call() -> None:
    late, answered, elsewhere = CallBook(), CallBook(), CallBook()
    for book in (late, answered, elsewhere):
        book.fold(event())
    answered.fold(event(CallState.ANSWERED, after=1))
    for book in (late, answered, elsewhere):
        book.fold(ended(after=5))

    assert isinstance(late.fold(event(leg="leg-2", after=15.1)), NewCall)
    assert isinstance(answered.fold(event(leg="leg-2", after=6)), NewCall)
    assert isinstance(elsewhere.fold(event(leg="leg-2", after=6, dnis="0801")), NewCall)


def test_two_withheld_callers_are_never_taken_for_one() -> None:
    book = CallBook()
    hidden: dict[str, Any] = {"ani_e164": None, "ani_presentation": Presentation.RESTRICTED}
    book.fold(event(**hidden))
    book.fold(ended(**hidden))

    assert isinstance(book.fold(event(leg="leg-2", after=6, **hidden)), NewCall)


def test_a_linked_id_joins_legs_however_late_and_without_a_number() -> None:
    book = CallBook()
    linked: dict[str, Any] = {"linked_id": "link-7", "ani_e164": None}
    first = book.fold(event(**linked))
    book.fold(ended(**linked))

    again = book.fold(event(leg="leg-2", after=95, **linked))

    assert isinstance(first, NewCall) and first.call.key == "link-7"
    assert isinstance(again, Reoffered) and again.call.key == "link-7"


def test_a_linked_id_that_becomes_known_later_joins_too() -> None:
    book = CallBook()
    book.fold(event(ani_e164=None))
    book.fold(event(CallState.ANSWERED, after=1, ani_e164=None, linked_id="link-7"))

    again = book.fold(event(leg="leg-2", after=60, ani_e164=None, linked_id="link-7"))

    assert isinstance(again, Reoffered) and again.call.key == "leg-1"


def test_the_end_of_an_earlier_leg_does_not_end_the_call() -> None:
    book = CallBook()
    book.fold(event(linked_id="link-7"))
    book.fold(event(leg="leg-2", after=1, linked_id="link-7"))

    assert isinstance(book.fold(ended("leg-1", after=2, linked_id="link-7")), Ignored)
    assert book.live[0].leg_id == "leg-2"


def test_internal_and_outbound_legs_never_pop() -> None:
    book = CallBook()

    assert isinstance(book.fold(event(direction=Direction.INTERNAL)), Ignored)
    assert isinstance(book.fold(event(leg="leg-2", direction=Direction.OUTBOUND)), Ignored)
    assert book.live == ()


def test_a_consult_leg_that_becomes_the_customers_call_pops_then() -> None:
    book = CallBook()
    book.fold(event(CallState.ANSWERED, direction=Direction.INTERNAL, ani_e164=None))

    given_over = book.fold(event(CallState.ANSWERED, after=30, linked_id="link-7"))

    assert isinstance(given_over, NewCall)
    assert given_over.call.ani_e164 == ADA and given_over.call.answered_at is not None


def test_another_agents_call_is_not_shown() -> None:
    book = CallBook(agent="1001")

    assert isinstance(book.fold(event(agent="1002")), Ignored)
    assert isinstance(book.fold(event(agent="1001")), NewCall)


def test_a_later_event_adds_what_it_knows_and_takes_nothing_away() -> None:
    book = CallBook()
    book.fold(event(attached={"choice": "cancel"}, queue="Retention", display_name="Ada"))

    more = book.fold(event(after=1, dnis="", display_name="", ani_e164=None, attached={"plan": "fibre"}))

    assert isinstance(more, Changed)
    assert more.call.attached == {"choice": "cancel", "plan": "fibre"}
    assert (more.call.ani_e164, more.call.dnis, more.call.display_name) == (ADA, "0800", "Ada")


def test_the_end_of_a_call_never_seen_is_nothing() -> None:
    assert isinstance(CallBook().fold(ended()), Ignored)


def test_on_a_phone_that_does_not_tell_the_agent_answers_and_ends_by_key() -> None:
    book = CallBook()
    book.fold(event())

    answered = book.answer_by_key("leg-1", NINE + timedelta(seconds=3))
    over = book.end_by_key("leg-1", NINE + timedelta(seconds=90))

    assert isinstance(answered, Changed) and answered.call.state is CallState.ANSWERED
    assert isinstance(over, Ended) and over.call.times_by_agent
    assert isinstance(book.answer_by_key("leg-1", NINE), Ignored)
    assert isinstance(book.end_by_key("leg-1", NINE), Ignored)
    assert isinstance(book.fold(event(after=91)), Ignored)


def test_a_call_put_back_after_a_restart_goes_on_as_the_same_call() -> None:
    before = CallBook()
    before.fold(event())
    before.fold(event(CallState.ANSWERED, after=1))

    book = CallBook()
    book.restore(before.live[0])

    assert isinstance(book.fold(event(CallState.ANSWERED, after=60)), Ignored)
    assert isinstance(book.fold(ended(after=70)), Ended)


def test_ended_calls_are_forgotten_after_a_while() -> None:
    book = CallBook()
    book.fold(event())
    book.fold(ended())

    assert isinstance(book.fold(event(after=700)), NewCall)


def test_a_call_with_two_legs_goes_on_when_one_of_them_ends() -> None:
    book = CallBook()
    book.fold(event(CallState.ANSWERED, linked_id="link-7"))
    book.fold(event(CallState.ANSWERED, "leg-2", after=1, linked_id="link-7"))

    one = book.fold(ended("leg-2", after=2, linked_id="link-7"))
    both = book.fold(ended("leg-1", after=3, linked_id="link-7"))

    assert isinstance(one, Changed) and one.call.leg_id == "leg-1" and not one.call.over
    assert isinstance(both, Ended)


def test_an_event_that_comes_after_a_newer_one_changes_nothing() -> None:
    book = CallBook()
    book.fold(event(seq=1))
    book.fold(event(CallState.ANSWERED, seq=4))

    assert isinstance(book.fold(event(CallState.HELD, seq=3)), Ignored)
    assert book.live[0].state is CallState.ANSWERED


def test_a_leg_whose_end_came_before_its_beginning_never_pops() -> None:
    book = CallBook()
    book.fold(ended(seq=3))

    assert isinstance(book.fold(event(seq=1)), Ignored)


def test_a_transferred_call_stays_so_until_it_ends() -> None:
    book = CallBook()
    book.fold(event(CallState.ANSWERED))
    book.fold(event(CallState.TRANSFERRED, after=5))

    assert isinstance(book.fold(event(CallState.HELD, after=6)), Ignored)
    over = book.fold(ended(after=7, end_reason=EndReason.TRANSFERRED))
    assert isinstance(over, Ended) and over.call.end_reason is EndReason.TRANSFERRED


def test_a_customer_who_rings_again_soon_after_the_call_dropped_joins_it() -> None:
    book = CallBook()
    book.fold(event(CallState.ANSWERED))
    book.fold(ended(after=60, end_reason=EndReason.CALLER))

    soon = book.fold(event(leg="leg-2", after=100))
    book.fold(ended("leg-2", after=110, end_reason=EndReason.ABANDONED))
    late = book.fold(event(leg="leg-3", after=300))

    assert isinstance(soon, NewCall) and soon.call.joins == "leg-1" and soon.call.answered_at is None
    assert isinstance(late, NewCall) and late.call.joins is None


def test_after_the_agent_hung_up_nobody_joins() -> None:
    book = CallBook()
    book.fold(event(CallState.ANSWERED))
    book.fold(ended(after=60, end_reason=EndReason.AGENT))

    again = book.fold(event(leg="leg-2", after=70))

    assert isinstance(again, NewCall) and again.call.joins is None


def test_calling_back_a_dropped_caller_pops_once_he_answers() -> None:
    book = CallBook()
    book.fold(event(CallState.ANSWERED))
    book.fold(ended(after=60, end_reason=EndReason.CALLER))
    back: dict[str, Any] = {"leg": "leg-2", "direction": Direction.OUTBOUND}

    assert isinstance(book.fold(event(after=200, **back)), Ignored)
    joined = book.fold(event(CallState.ANSWERED, after=210, **back))
    over = book.fold(ended(after=300, **back))

    assert isinstance(joined, NewCall) and joined.call.joins == "leg-1"
    assert joined.call.direction is Direction.OUTBOUND
    assert isinstance(over, Ended)


def test_calling_somebody_else_pops_nothing() -> None:
    book = CallBook()
    book.fold(event(CallState.ANSWERED))
    book.fold(ended(after=60, end_reason=EndReason.CALLER))

    other = event(CallState.ANSWERED, "leg-2", 70, direction=Direction.OUTBOUND, ani_e164="+442079460999")

    assert isinstance(book.fold(other), Ignored)


LIFE = [
    event(CallState.OFFERED, after=0, seq=1),
    event(CallState.RINGING, after=1, seq=2),
    event(CallState.ANSWERED, after=2, seq=3),
    event(CallState.HELD, after=3, seq=4),
    event(CallState.ANSWERED, after=4, seq=5),
    ended(after=5, seq=6, end_reason=EndReason.CALLER),
]


@given(st.lists(st.sampled_from(LIFE), max_size=24))
def test_events_lost_doubled_and_out_of_order_make_one_call_at_most_which_ends_once(happened: list[CallEvent]) -> None:
    book = CallBook()

    decisions = [book.fold(each) for each in happened]

    assert sum(isinstance(each, NewCall) for each in decisions) <= 1
    assert sum(isinstance(each, Ended) for each in decisions) <= 1
    assert not any(isinstance(each, Reoffered) for each in decisions)
    if LIFE[-1] in happened:
        assert book.live == ()


@given(st.lists(st.booleans(), min_size=6, max_size=6), st.lists(st.integers(1, 3), min_size=6, max_size=6))
def test_in_order_but_lost_or_doubled_the_last_word_counts(kept: list[bool], times: list[int]) -> None:
    happened = [each for each, keep, count in zip(LIFE, kept, times, strict=True) if keep for _ in range(count)]
    book = CallBook()

    for each in happened:
        book.fold(each)

    begun = [each for each in happened if each.state is not CallState.ENDED]
    expected = () if not begun or LIFE[-1] in happened else (begun[-1].state,)
    assert tuple(call.state for call in book.live) == expected
