"""No network, a full disk, a phone that tells nothing: the desk says what is so and loses nothing."""

from __future__ import annotations

from collections.abc import Sequence

from app.cache.errors import StoreFull
from app.desk import intents
from app.desk.ports import Draft, SyncState
from app.desk.view import Phase, Saving
from app.domain.event import Event, EventType, NewEvent
from app.sync.crm import CrmBusy, CrmUnreachable
from tests.fakes.desk import DeskRig

OFFLINE = SyncState(3, None, 0, online=False, problem="The hub does not answer.")


def test_without_network_the_agent_attests_and_the_record_says_so(rig: DeskRig) -> None:
    rig.ring()
    rig.say(intents.AnswerCall())
    rig.gate.sync.say(OFFLINE)
    rig.say(intents.Attest("pin"))
    verified = next(event for event in rig.events() if event.type is EventType.CALLER_VERIFIED)
    assert (verified.data["how"], verified.data["offline"]) == ("attested", True)
    assert rig.view.card is not None and "Attested by you" in rig.view.card.verified


def test_with_network_what_the_crm_can_check_cannot_be_attested(rig: DeskRig) -> None:
    rig.ring()
    rig.say(intents.AnswerCall(), intents.Attest("pin"))
    assert EventType.CALLER_VERIFIED not in rig.types()
    assert "type" in rig.view.messages[-1].text


def test_a_wrong_pin_stays_at_the_step_and_opens_nothing(rig: DeskRig) -> None:
    rig.ring()
    rig.say(intents.AnswerCall())
    rig.verify("0000")
    assert rig.view.card is not None and rig.view.card.verified == ""
    assert rig.view.script is not None and rig.view.script.step == "identify"
    assert rig.view.script.verify is not None and rig.view.script.verify.last_answer == "no"
    rig.keys("1")
    assert rig.view.script.step == "identify"


def test_a_crm_that_does_not_answer_the_check_leaves_the_way_to_attest(rig: DeskRig) -> None:
    rig.ring()
    rig.say(intents.AnswerCall())
    assert rig.crm is not None
    rig.crm.failing.append(CrmUnreachable("The hub does not answer."))
    rig.verify()
    assert "press V" in rig.view.messages[-1].text
    assert EventType.CALLER_VERIFIED not in rig.types()


class FullDisk:
    """The store with a disk that is full for a while."""

    def __init__(self, rig: DeskRig) -> None:
        assert rig.gate.store is not None
        self.store = rig.gate.store
        self.full = True

    def record(
        self, events: Sequence[NewEvent], draft: Draft | None = None, drop_draft: str | None = None
    ) -> list[Event]:
        """Refuses while the disk is full."""
        if self.full:
            raise StoreFull("The disk is full: nothing more can be recorded. Free some space.")
        return self.store.record(events, draft, drop_draft)


def test_on_a_full_disk_nothing_is_shown_as_recorded_and_all_of_it_is_kept_for_later(rig: DeskRig) -> None:
    rig.ring()
    disk = FullDisk(rig)
    rig.desk._state.recording._recorder = disk  # type: ignore[union-attr]
    rig.say(intents.AnswerCall())
    rig.verify()
    rig.keys("11 E")
    assert rig.saving() is Saving.FAILED
    assert "disk is full" in rig.view.recorded.sentence
    assert EventType.OFFER_EXTENDED not in rig.types()
    assert rig.view.today.extended == 0

    disk.full = False
    rig.desk.tick()

    assert rig.saving() is Saving.RECORDED
    assert rig.types().count(EventType.OFFER_EXTENDED) == 1
    assert rig.view.today.extended == 1


def test_a_card_number_in_a_note_is_never_kept_and_an_order_number_can_be_put_back(rig: DeskRig) -> None:
    leg = rig.ring()
    rig.say(intents.AnswerCall(), intents.WriteNote("order 4111 1111 1111 1111 please"))
    assert rig.view.notes.text == "order [card number removed] please"
    assert rig.view.notes.can_undo
    assert rig.gate.store is not None
    assert b"4111" not in b"".join(draft.body for draft in rig.gate.store.drafts())

    rig.say(intents.UndoRedaction())
    assert rig.view.notes.text == "order 4111 1111 1111 1111 please"
    rig.say(intents.WriteNote("order 4111 1111 1111 1111 please, urgent"))
    assert rig.view.notes.text.endswith("1111 please, urgent")
    rig.phone.caller_hangs_up(leg)


def test_a_session_that_cannot_be_opened_says_why_at_the_sign_in_form(rig: DeskRig) -> None:
    rig.say(intents.SignOut())
    assert rig.phase() is Phase.SIGNED_OUT
    rig.say(intents.SignIn("ana", "wrong"))
    assert rig.phase() is Phase.SIGNED_OUT
    assert "wrong" in rig.view.sign_in_problem


def test_signing_out_waits_for_the_end_of_the_call(rig: DeskRig) -> None:
    rig.ring()
    rig.say(intents.SignOut())
    assert rig.phase() is Phase.RINGING
    assert "Finish this call first" in rig.view.messages[-1].text


def test_an_order_asked_for_without_network_is_placed_once_when_it_is_back(rig: DeskRig) -> None:
    leg = rig.ring()
    rig.say(intents.AnswerCall())
    rig.verify()
    rig.keys("11 EA ")
    rig.gate.sync.say(OFFLINE)
    assert rig.crm is not None
    rig.crm.failing.append(CrmUnreachable("The hub does not answer."))
    rig.keys("1")
    assert rig.view.script is not None
    assert [request.result for request in rig.view.script.requests] == ["queued"]
    rig.phone.caller_hangs_up(leg)
    rig.keys(" ")
    assert rig.crm.orders == {}

    rig.gate.sync.say(SyncState(0, None, 0, online=True))
    rig.gate.sync.say(OFFLINE)
    rig.gate.sync.say(SyncState(0, None, 0, online=True))

    assert len(rig.crm.orders) == 1
    assert rig.types().count(EventType.ORDER_PLACED) == 1


def test_an_order_for_which_the_crm_was_too_busy_is_placed_once_a_minute_later(rig: DeskRig) -> None:
    rig.desk.tick()
    rig.ring()
    rig.say(intents.AnswerCall())
    rig.verify()
    rig.keys("11 EA ")
    assert rig.crm is not None
    rig.crm.failing.append(CrmBusy("The hub is busy.", 1.0))
    rig.keys("1")
    assert rig.crm.orders == {}

    rig.clock.move(61)
    rig.desk.tick()
    rig.clock.move(61)
    rig.desk.tick()

    assert len(rig.crm.orders) == 1
    assert rig.types().count(EventType.ORDER_PLACED) == 1
    assert rig.view.script is not None
    assert [request.result for request in rig.view.script.requests] == ["placed"]


def test_card_data_typed_into_a_form_is_not_kept(rig: DeskRig) -> None:
    rig.ring()
    rig.say(intents.AnswerCall())
    rig.verify()
    rig.keys("11")
    rig.say(intents.FillField("target", "4111 1111 1111 1111"))
    assert rig.gate.store is not None
    assert b"4111" not in b"".join(draft.body for draft in rig.gate.store.drafts())
    assert "not kept" in rig.view.messages[-1].text
