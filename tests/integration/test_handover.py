"""A transferred call at two real desks with a real hub: the customer is not asked again, and nothing counts anew."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from app.bootstrap import shipped_library
from app.desk import intents
from app.desk.view import DigitsTo, Phase
from app.domain.call import CallState, Direction, EndReason
from app.domain.event import EventType
from app.scripts.library import Library
from app.telephony.errors import CallGone
from tests.fakes.hub import RunningHub
from tests.fakes.two_desks import HubDesk

ADA = "+442079460123"
NOTE = "Wants a smaller plan"


@pytest.fixture(scope="module")
def library() -> Library:
    return shipped_library()


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[RunningHub]:
    (tmp_path / "hub").mkdir()
    running = RunningHub(tmp_path / "hub")
    yield running
    running.stop()


@pytest.fixture
def ana(hub: RunningHub, tmp_path: Path, library: Library) -> Iterator[HubDesk]:
    desk = HubDesk(hub, tmp_path / "ana", "ana", library, hub.clock)
    yield desk
    desk.stop()


@pytest.fixture
def bo(hub: RunningHub, tmp_path: Path, library: Library) -> Iterator[HubDesk]:
    desk = HubDesk(hub, tmp_path / "bo", "bo", library, hub.clock)
    yield desk
    desk.stop()


def talk(desk: HubDesk, leg: str = "leg-a", linked: str | None = "10.1", queue: str = "retention") -> None:
    """Ada calls to leave, is verified, and says that it is too dear; the first save offer is declined."""
    desk.tell(leg, CallState.RINGING, ADA, linked=linked, queue=queue)
    desk.tell(leg, CallState.ANSWERED, ADA, linked=linked)
    desk.say(intents.CheckFactor("pin", "4711"))
    desk.say(intents.WriteNote(NOTE))


def extend_and_decline(desk: HubDesk) -> str:
    """To the first save offer, which is extended and declined; its id."""
    desk.keys("11 ")
    assert desk.view.script is not None and desk.view.script.offer is not None, desk.step
    desk.keys("ED1")
    return str(desk.events(EventType.OFFER_DECLINED)[-1].data["offer"])


def test_after_a_blind_transfer_the_next_agent_goes_on_at_the_step_with_the_caller_verified(
    ana: HubDesk, bo: HubDesk
) -> None:
    talk(ana)
    ana.keys("1")
    step = ana.step
    ana.say(intents.Transfer("1002"))
    assert ana.phone.transferred == [("leg-a", "1002")]
    bo.tell("leg-b", CallState.RINGING, ADA, linked="10.1")

    assert bo.view.choosing is not None and bo.view.choosing.title == "Transferred by Ana R."
    assert bo.view.digits_to is DigitsTo.LIST
    bo.keys("1")
    bo.tell("leg-b", CallState.ANSWERED, ADA, linked="10.1")

    assert bo.step == step
    assert bo.view.card is not None and bo.view.card.verified.startswith("Verified by PIN")
    (out,) = ana.events(EventType.CALL_TRANSFERRED)
    (came,) = bo.events(EventType.CALL_TRANSFERRED)
    assert (out.data["way"], out.data["by"]) == ("out", "agent")
    assert came.data == {
        "way": "in",
        "handover": out.data["handover"],
        "linked": out.subject,
        "went": "on",
        "verified": True,
    }
    assert came.subject == out.subject


def test_an_attended_transfer_brings_the_context_and_the_question_before_pops_nowhere(
    ana: HubDesk, bo: HubDesk
) -> None:
    talk(ana)
    ana.tell("leg-a", CallState.HELD, ADA, linked="10.1")
    bo.tell("leg-b", CallState.RINGING, "", linked="20.1", direction=Direction.INTERNAL)
    bo.tell("leg-b", CallState.ANSWERED, "", linked="20.1", direction=Direction.INTERNAL)
    assert bo.view.phase is Phase.READY, "a consult leg pops nowhere"

    ana.tell("leg-a", CallState.TRANSFERRED, ADA, linked="10.1")
    ana.tell("leg-a", CallState.ENDED, ADA, linked="10.1", end=EndReason.TRANSFERRED)
    bo.tell("leg-b", CallState.ANSWERED, ADA, linked="10.1")

    assert len(ana.events(EventType.CALL_TRANSFERRED)) == 1
    bo.until(lambda: bo.call.handed is not None)
    bo.say(intents.OpenHandover())
    bo.keys("1")
    assert bo.step == ana_step(ana)
    assert bo.call.subject == "10.1"


def ana_step(ana: HubDesk) -> tuple[str, str]:
    walk = ana.call.walk
    assert walk is not None
    return walk.screen().script, walk.screen().step


def test_a_context_that_comes_late_is_offered_and_moves_nothing(ana: HubDesk, bo: HubDesk) -> None:
    talk(ana)
    offer = extend_and_decline(ana)
    ana.hub_is_away(True)
    ana.tell("leg-a", CallState.ENDED, ADA, linked="10.1", end=EndReason.TRANSFERRED)
    bo.tell("leg-b", CallState.RINGING, ADA, linked="10.1")
    bo.tell("leg-b", CallState.ANSWERED, ADA, linked="10.1")
    before = bo.step
    assert bo.call.handed is None

    ana.hub_is_away(False)
    ana.desk.tick()
    bo.until(lambda: bo.call.handed is not None)
    assert bo.step == before and bo.view.choosing is None
    assert any(message.text == "Ana R.'s notes arrived." for message in bo.view.messages)
    assert (bo.call.before.extended, bo.call.before.answered) == (1, (offer,)), "it counts all the same"
    bo.say(intents.OpenHandover())
    bo.keys("1")
    assert bo.step == ana_step(ana) or bo.call.go_on > 0


def test_neither_an_absent_hub_nor_the_end_of_the_program_loses_it(ana: HubDesk, bo: HubDesk) -> None:
    talk(ana)
    ana.hub_is_away(True)
    ana.tell("leg-a", CallState.ENDED, ADA, linked="10.1", end=EndReason.TRANSFERRED)
    ana.restart()
    bo.tell("leg-b", CallState.RINGING, ADA, linked="10.1")

    bo.until(lambda: bo.call.handed is not None)
    assert bo.call.handed is not None and bo.call.handed.record["note"] == NOTE
    shift = ana.gate.shift
    assert shift is not None
    assert [draft.call for draft in shift.recorder.drafts() if draft.call.startswith("handover-")] == []


def test_a_hub_that_is_away_when_it_rings_is_asked_again(ana: HubDesk, bo: HubDesk) -> None:
    talk(ana)
    ana.say(intents.Transfer("1002"))
    bo.hub_is_away(True)
    bo.tell("leg-b", CallState.RINGING, ADA, linked="10.1")
    assert bo.view.choosing is None
    bo.hub_is_away(False)
    bo.desk.tick()
    rows = bo.say().choosing
    assert rows is not None and bo.call.handed is not None


def test_a_number_alone_is_shown_with_care_and_never_where_it_may_be_another_call(ana: HubDesk, bo: HubDesk) -> None:
    talk(ana, linked=None)
    offer = extend_and_decline(ana)
    ana.say(intents.Transfer("1002"))
    bo.tell("leg-b", CallState.RINGING, ADA)

    assert bo.view.choosing is not None and len(bo.view.choosing.rows) == 3
    assert bo.view.handed is not None and len(bo.view.handed.rows) == 1, "nor is anybody's note shown"
    assert bo.call.before.extended == 0, "nothing counts before the agent has said that it is the same"
    bo.keys("1")
    bo.tell("leg-b", CallState.ANSWERED, ADA)
    assert bo.call.verified is None and bo.call.go_on > 0, "a number is no proof: verified again"
    assert bo.call.walk is not None and bo.call.walk.saves_extended == 1
    assert offer in [fact.offer for fact in bo.call.offers]


def test_of_two_calls_with_the_same_number_none_is_taken_for_the_other(ana: HubDesk, bo: HubDesk) -> None:
    bo.tell("leg-x", CallState.RINGING, ADA)
    bo.tell("leg-x", CallState.ANSWERED, ADA)
    talk(ana, linked=None)
    ana.say(intents.Transfer("1002"))
    bo.tell("leg-b", CallState.RINGING, ADA)
    waiting = bo.desk._state.waiting
    assert [call.handed for call in waiting] == [None]


def test_another_call_of_that_number_is_put_aside_by_a_key(ana: HubDesk, bo: HubDesk) -> None:
    talk(ana, linked=None)
    ana.say(intents.Transfer("1002"))
    bo.tell("leg-b", CallState.RINGING, ADA)
    bo.keys("3")
    bo.tell("leg-b", CallState.ANSWERED, ADA)
    assert bo.call.handed is None and bo.view.choosing is None
    assert bo.events(EventType.CALL_TRANSFERRED) == []


def test_begun_anew_the_offers_of_the_agent_before_still_count(ana: HubDesk, bo: HubDesk) -> None:
    talk(ana)
    offer = extend_and_decline(ana)
    ana.say(intents.Transfer("1002"))
    bo.tell("leg-b", CallState.RINGING, ADA, linked="10.1", queue="retention")
    bo.keys("2")
    bo.tell("leg-b", CallState.ANSWERED, ADA, linked="10.1")
    bo.say(intents.CheckFactor("pin", "4711"))
    bo.keys("11 ")

    assert bo.call.walk is not None and bo.call.walk.saves_extended == 1
    assert bo.view.script is not None
    shown = bo.view.script.offer
    assert shown is None or shown.id != offer or "answered" in shown.blocked


def test_a_cancellation_asked_for_stays_asked_for(ana: HubDesk, bo: HubDesk) -> None:
    talk(ana)
    ana.keys("!")
    ana.say(intents.Transfer("1002"))
    bo.tell("leg-b", CallState.RINGING, ADA, linked="10.1", queue="retention")
    bo.keys("2")
    bo.tell("leg-b", CallState.ANSWERED, ADA, linked="10.1")
    assert bo.call.walk is not None and bo.call.walk.cancel_requested


def test_with_another_release_the_script_begins_anew_and_says_so(ana: HubDesk, bo: HubDesk) -> None:
    talk(ana)
    extend_and_decline(ana)
    ana.say(intents.Transfer("1002"))
    other = replace(bo.library, release=replace(bo.library.release, content_hash="f" * 64, number=9))
    bo.desk.use_library(other)
    bo.tell("leg-b", CallState.RINGING, ADA, linked="10.1")
    bo.keys("1")
    bo.tell("leg-b", CallState.ANSWERED, ADA, linked="10.1")

    assert bo.step[0] == ana_step(ana)[0] and bo.call.walk is not None
    assert bo.call.walk.saves_extended == 1
    assert any("scripts have changed" in message.text for message in bo.view.messages)
    bo.kept[ana.library.release.content_hash] = ana.library


def test_the_release_of_the_call_is_used_where_it_is_kept(ana: HubDesk, bo: HubDesk) -> None:
    talk(ana)
    ana.keys("1")
    ana.say(intents.Transfer("1002"))
    bo.kept[ana.library.release.content_hash] = ana.library
    bo.desk.use_library(replace(bo.library, release=replace(bo.library.release, content_hash="f" * 64)))
    bo.tell("leg-b", CallState.RINGING, ADA, linked="10.1")
    bo.keys("1")
    bo.tell("leg-b", CallState.ANSWERED, ADA, linked="10.1")
    assert bo.step == ana_step(ana)


def test_a_phone_that_refuses_hands_nothing_over(ana: HubDesk, bo: HubDesk) -> None:
    talk(ana)
    ana.phone.refuses.append(CallGone("This call has ended."))
    ana.say(intents.Transfer("1002"))
    bo.tell("leg-b", CallState.RINGING, ADA, linked="10.1")
    assert bo.call.handed is None and ana.events(EventType.CALL_TRANSFERRED) == []


def test_nothing_personal_goes_along(ana: HubDesk, bo: HubDesk) -> None:
    talk(ana)
    account = ana.call.matching.account
    assert account is not None
    ana.keys("1")
    ana.say(intents.Transfer("1002"))
    bo.tell("leg-b", CallState.RINGING, ADA, linked="10.1")
    assert bo.call.handed is not None
    shown = bo.view.handed
    assert shown is not None and dict(shown.rows)["Note"] == NOTE
    text = str(bo.call.handed.record)
    for secret in (account.name, account.name.split()[-1], ADA, ADA[3:], "4711"):
        assert secret not in text
