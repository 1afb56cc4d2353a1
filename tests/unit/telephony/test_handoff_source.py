"""Pops become calls: once each, and never a flood."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from app.desk.ports import SourceState
from app.domain.call import CallEvent, CallState, Capability, Direction
from app.telephony.errors import NotSupported
from app.telephony.handoff import endpoint
from app.telephony.handoff_server import claim
from app.telephony.handoff_source import HandoffSource
from app.telephony.pop_request import PopRequest
from tests.phones.real import wait_until


class Bench:
    """A handoff source whose seconds are counted by hand."""

    def __init__(self, folder: Path) -> None:
        server = claim(endpoint(folder))
        assert server is not None
        self.server = server
        self.seconds = 0.0
        self.events: list[CallEvent] = []
        self.states: list[SourceState] = []
        self.source = HandoffSource(server, "GB", lambda: datetime(2030, 5, 6, tzinfo=UTC), lambda: self.seconds)
        self.source.start(self.events.append, self.states.append)

    def pop(self, after: float = 0.0, **fields: str) -> None:
        self.seconds += after
        self.source.take(PopRequest(**fields))


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    made = Bench(tmp_path)
    yield made
    made.source.stop()
    made.server.start(lambda: None)
    made.server.stop()


def test_a_pop_is_a_ringing_call(bench: Bench) -> None:
    bench.pop(number="020 7946 0123", name="O'Brien <o@x>", dnis="0800", uui="4a6f", call_id="77")

    (event,) = bench.events
    assert (event.leg_id, event.state, event.ani_e164) == ("77", CallState.RINGING, "+442079460123")
    assert (event.display_name, event.dnis, event.uui) == ("O'Brien <o@x>", "0800", "4a6f")


def test_a_second_pop_with_the_same_call_id_changes_nothing(bench: Bench) -> None:
    bench.pop(number="020 7946 0123", call_id="77")
    bench.pop(after=1_800, number="020 7946 0999", call_id="77")

    assert len(bench.events) == 1


def test_a_call_id_used_again_half_a_day_later_is_another_call(bench: Bench) -> None:
    bench.pop(number="020 7946 0123", call_id="1")
    bench.pop(after=12 * 3_600, number="020 7946 0123", call_id="1")

    assert len({event.leg_id for event in bench.events}) == 2


def test_without_an_id_the_same_caller_at_once_is_the_same_call_and_later_another(bench: Bench) -> None:
    bench.pop(number="020 7946 0123")
    bench.pop(after=1.5, number="020 7946 0123")
    bench.pop(after=1.5, number="020 7946 0123")
    assert len(bench.events) == 1

    bench.pop(after=30, number="020 7946 0123")
    assert len({event.leg_id for event in bench.events}) == 2


def test_a_flood_is_thinned_and_its_last_call_is_still_shown(bench: Bench) -> None:
    for number in range(200):
        bench.pop(number=f"020 7946 {number:04}")
    assert len(bench.events) == 5

    bench.seconds += 10
    wait_until(lambda: len(bench.events) == 6, "the last call of the flood")
    assert bench.events[-1].ani_e164 == "+442079460199"


def test_unfilled_macros_are_a_call_without_number_and_name(bench: Bench) -> None:
    bench.pop(number="%CallerNumber%", name="%CallerDisplayName%")

    (event,) = bench.events
    assert (event.ani_raw, event.ani_e164, event.display_name) == ("", None, "")


def test_no_placeholder_of_any_field_is_taken_for_a_value(bench: Bench) -> None:
    bench.pop(number="{caller}", name="$caller_name$", dnis="%CalledNumber%", uui="$uui", account="%ACCOUNT%")

    (event,) = bench.events
    assert (event.ani_e164, event.display_name, event.dnis, event.uui, event.attached) == (None, "", "", "", {})


def test_an_account_number_that_is_handed_over_goes_before_the_one_in_the_data(bench: Bench) -> None:
    bench.pop(number="020 7946 0123", uui="ACCOUNT=4221", account="104230")

    assert bench.events[0].attached == {"account": "104230"}


def test_a_colleague_is_internal(bench: Bench) -> None:
    bench.pop(number="1001", name="Ben")

    assert bench.events[0].direction is Direction.INTERNAL


def test_it_says_what_it_cannot_do(bench: Bench) -> None:
    assert not bench.source.capabilities & {Capability.ANSWER, Capability.HANGUP, Capability.LIFECYCLE}
    with pytest.raises(NotSupported, match="answer key"):
        bench.source.answer("77")
    with pytest.raises(NotSupported, match="end the call here"):
        bench.source.hang_up("77")


def test_an_account_number_in_the_user_to_user_data_is_passed_on(bench: Bench) -> None:
    bench.pop(number="020 7946 0123", uui="4143434f554e543d34323231;encoding=hex")

    assert (bench.events[0].uui, bench.events[0].attached) == ("ACCOUNT=4221", {"account": "4221"})
