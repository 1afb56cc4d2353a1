"""A call on the desk from its ring to wrap-up, by the agent's intents."""

from __future__ import annotations

from app.desk import intents
from app.desk.view import DigitsTo, Match, Phase
from app.domain.event import EventType
from tests.fakes.desk import PREPAID, SHARED, UNKNOWN, DeskRig


def accepted(rig: DeskRig) -> None:
    """Ada takes the smaller plan: verified, price, no target, said, yes, terms read, consent."""
    rig.say(intents.AnswerCall())
    rig.verify()
    rig.keys("11 EA 1")


def test_the_only_account_with_the_number_is_shown_masked_until_the_caller_is_verified(rig: DeskRig) -> None:
    rig.ring()
    card = rig.view.card
    assert card is not None
    assert (rig.view.phase, card.match, card.title) == (Phase.RINGING, Match.ONE, "A•• L•••••••")
    assert [fact.label for fact in card.facts if fact.masked] == ["Pays"]
    assert "42.00" not in str(card)

    rig.say(intents.AnswerCall())
    rig.verify()

    card = rig.view.card
    assert card is not None
    assert (card.title, card.verified) == ("Ada Lovelace", "Verified by PIN, 14:00")
    assert "£42.00 a month" in [fact.value for fact in card.facts]


def test_an_accept_counts_once_it_was_consented_to_and_the_call_is_recorded_in_order(rig: DeskRig) -> None:
    leg = rig.ring()
    accepted(rig)
    rig.phone.caller_hangs_up(leg)
    rig.keys(" ")

    assert rig.phase() is Phase.READY
    assert (rig.view.today.calls, rig.view.today.extended, rig.view.today.accepted) == (1, 1, 1)
    types = rig.types()
    for once in (EventType.OFFER_EXTENDED, EventType.OFFER_ACCEPTED, EventType.CALL_ANSWERED, EventType.CALL_WRAPPED):
        assert types.count(once) == 1
    assert types.index(EventType.CONSENT_GIVEN) < types.index(EventType.OFFER_ACCEPTED)
    assert types[-2:] == [EventType.CALL_ENDED, EventType.CALL_WRAPPED]
    assert [event.sequence for event in rig.events()] == list(range(1, len(types) + 1))


def test_of_several_accounts_none_is_opened_until_the_agent_chooses(rig: DeskRig) -> None:
    rig.ring(SHARED, menu="internet", queue="support")
    rig.say(intents.AnswerCall())
    assert rig.view.card is not None
    assert (rig.view.card.match, rig.view.digits_to) == (Match.SEVERAL, DigitsTo.CANDIDATES)
    assert EventType.ACCOUNT_MATCHED not in rig.types()

    rig.keys("2")

    matched = [event for event in rig.events() if event.type is EventType.ACCOUNT_MATCHED]
    assert [event.data["by"] for event in matched] == ["agent"]
    assert rig.view.card.match is Match.ONE
    assert rig.digits_to() is DigitsTo.ANSWERS


def test_somebody_else_on_a_shared_number_is_nobody(rig: DeskRig) -> None:
    rig.ring(SHARED, menu="internet")
    rig.keys("0")
    assert rig.view.card is not None
    assert (rig.view.card.match, rig.view.card.title) == (Match.NONE, "Someone else")


def test_an_unknown_number_is_said_to_be_unknown(rig: DeskRig) -> None:
    rig.ring(UNKNOWN, menu="")
    assert rig.view.card is not None
    assert rig.view.card.match is Match.NONE


def test_a_withheld_number_is_neither_shown_nor_looked_up(rig: DeskRig) -> None:
    rig.ring("anonymous", menu="")
    assert rig.view.card is not None and rig.view.call is not None
    assert rig.view.card.match is Match.WITHHELD
    assert rig.view.call.number == "Number withheld"
    offered = next(event for event in rig.events() if event.type is EventType.CALL_OFFERED)
    assert offered.data["number"] == "withheld"


def test_events_hold_no_number_no_name_and_no_bill(rig: DeskRig) -> None:
    leg = rig.ring(name="Ada Lovelace")
    accepted(rig)
    rig.phone.caller_hangs_up(leg)
    rig.keys(" ")
    told = " ".join(str(event.data) for event in rig.events())
    for personal in ("7946", "Lovelace", "Ada", "42.00", "4200", "4711"):
        assert personal not in told


def test_a_decline_asks_for_the_reason_and_the_digits_belong_to_the_list_until_escape(rig: DeskRig) -> None:
    rig.ring()
    rig.say(intents.AnswerCall())
    rig.verify()
    rig.keys("11 D")
    assert rig.digits_to() is DigitsTo.LIST
    rig.say(intents.Escape())
    assert rig.digits_to() is DigitsTo.ANSWERS
    assert EventType.OFFER_DECLINED not in rig.types()

    rig.keys("D1")

    declined = next(event for event in rig.events() if event.type is EventType.OFFER_DECLINED)
    extended = next(event for event in rig.events() if event.type is EventType.OFFER_EXTENDED)
    assert declined.data["reason"] == "price"
    assert extended.data["implied"] is True
    assert rig.view.script is not None and rig.view.script.step == "loyalty_credit"


def test_with_all_sizes_on_the_table_the_customer_says_which(rig: DeskRig) -> None:
    rig.ring(PREPAID, menu="data", queue="")
    rig.say(intents.AnswerCall())
    rig.verify("2058")

    rig.keys("12A")

    assert rig.view.choosing is not None
    assert [(row.text, bool(row.closed)) for row in rig.view.choosing.rows] == [
        ("100 MB", False),
        ("200 MB", False),
        ("500 MB", False),
        ("1 GB", True),
    ]
    rig.keys("4")
    assert rig.view.choosing is not None
    rig.keys("2 1")
    assert [event.data["option"] for event in rig.events() if event.type is EventType.OFFER_ACCEPTED] == ["mb-200"]


def test_the_latest_record_can_be_taken_back_until_wrap_up_closes(rig: DeskRig) -> None:
    leg = rig.ring()
    accepted(rig)
    rig.phone.caller_hangs_up(leg)
    assert rig.view.today.accepted == 1

    rig.say(intents.TakeBackOffer())

    assert rig.view.today.accepted == 0
    corrected = next(event for event in rig.events() if event.type is EventType.EVENT_CORRECTED)
    accept = next(event for event in rig.events() if event.type is EventType.OFFER_ACCEPTED)
    assert corrected.data["corrects"] == accept.id
    assert rig.view.offer_records[0].taken_back


def test_the_cancel_key_ends_the_offers_from_any_step(rig: DeskRig) -> None:
    rig.ring()
    rig.say(intents.AnswerCall())
    rig.verify()
    rig.keys("11 E!")
    assert rig.view.script is not None and rig.view.script.script == "cancel-service"
    cancel = next(event for event in rig.events() if event.type is EventType.CANCEL_REQUESTED)
    assert cancel.data["offers_before"] == 1
    assert rig.view.script.offer is None


def test_a_second_call_waits_visibly_and_comes_up_after_wrap_up(rig: DeskRig) -> None:
    first = rig.ring()
    rig.say(intents.AnswerCall())
    rig.ring(UNKNOWN, menu="")
    assert rig.view.call is not None
    assert (rig.view.call.number, rig.view.call.waiting) == ("020 7946 0123", ("020 7946 0998",))

    rig.phone.caller_hangs_up(first)
    rig.keys(" ")

    assert rig.phase() is Phase.RINGING
    assert rig.view.call is not None and rig.view.call.number == "020 7946 0998"


def test_a_call_that_nobody_answered_leaves_the_desk_and_is_no_call(rig: DeskRig) -> None:
    leg = rig.ring()
    rig.phone.caller_hangs_up(leg)
    assert rig.phase() is Phase.READY
    assert rig.view.today.calls == 0
    assert "Not answered" in rig.view.messages[-1].text


def test_wrap_up_can_be_confirmed_before_the_customer_hangs_up(rig: DeskRig) -> None:
    leg = rig.ring()
    accepted(rig)
    rig.say(intents.Enter(), intents.Enter())
    assert rig.phase() is Phase.WRAP_UP
    assert EventType.CALL_WRAPPED not in rig.types()

    rig.phone.caller_hangs_up(leg)

    assert rig.phase() is Phase.READY
    assert rig.types()[-2:] == [EventType.CALL_ENDED, EventType.CALL_WRAPPED]


def test_the_disposition_is_prefilled_and_a_digit_changes_it(rig: DeskRig) -> None:
    leg = rig.ring()
    accepted(rig)
    rig.phone.caller_hangs_up(leg)
    assert rig.view.wrap_up is not None and rig.view.wrap_up.disposition == "saved"
    other = [name for name, _ in rig.view.wrap_up.dispositions].index("kept")
    assert other < 9
    rig.keys(f"{other + 1} ")
    wrapped = next(event for event in rig.events() if event.type is EventType.CALL_WRAPPED)
    assert wrapped.data["disposition"] == "kept"


def test_without_an_offer_on_the_table_its_keys_say_so(rig: DeskRig) -> None:
    rig.ring()
    rig.say(intents.AnswerCall(), intents.ExtendOffer())
    assert rig.view.messages[-1].text == "No offer is on the table at this step."
    assert EventType.OFFER_EXTENDED not in rig.types()


def test_find_opens_an_objection_and_comes_back(rig: DeskRig) -> None:
    rig.ring()
    rig.say(intents.AnswerCall())
    rig.verify()
    rig.keys("11 ")
    rig.say(intents.Find("work home"))
    row = next(each for each in rig.view.found if each.kind == "objection")
    rig.say(intents.OpenFound(row.key))
    assert rig.view.script is not None and rig.view.script.step == "speed"
    rig.keys(" ")
    assert rig.view.script.step == "smaller_plan"


def test_a_waiting_call_does_not_take_the_ringing_call_s_first_sentence_away(rig: DeskRig) -> None:
    rig.ring()
    first = rig.view.script
    rig.ring(UNKNOWN, menu="")
    assert rig.view.script == first
    assert rig.view.preview
