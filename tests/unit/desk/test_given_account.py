"""What the IVR asked goes before the caller's number, and the card says so in a sentence."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.desk import intents
from app.desk.view import Card, Match
from app.domain.call import CallState, Presentation
from app.domain.event import EventType
from tests.fakes.desk import ADA, SHARED, UNKNOWN, DeskRig, whoever_has
from tests.unit.desk.test_phone_calls import _with_phone

ANONYMOUS = "anonymous"


@pytest.fixture
def ada(rig: DeskRig) -> str:
    """Ada's account number."""
    (account,) = whoever_has(rig, ADA)
    return account.number


def ring(rig: DeskRig, number: str, **attached: str) -> Card:
    rig.phone.ring(number, "", "retention", attached)
    assert rig.view.card is not None
    return rig.view.card


def matched(rig: DeskRig) -> list[tuple[object, object]]:
    events = [event for event in rig.events() if event.type is EventType.ACCOUNT_MATCHED]
    return [(event.data["by"], event.data["candidates"]) for event in events]


def test_a_given_account_on_the_same_number_is_one_and_says_both(rig: DeskRig, ada: str) -> None:
    card = ring(rig, ADA, account=ada)

    assert card.match is Match.ONE and card.title.startswith("A")
    assert card.why == (
        "The account number was given before the call, and the telephone number is this account's, too. Not identity."
    )
    assert matched(rig) == [("ivr", 1)]


def test_a_given_account_chooses_among_those_who_share_a_number(rig: DeskRig) -> None:
    one, *others = whoever_has(rig, SHARED)
    assert others

    card = ring(rig, SHARED, account=one.number)

    assert card.match is Match.ONE and card.subtitle.startswith("Account ••" + one.number[-2:])
    assert "on this account and on others" in card.why


def test_where_the_number_is_another_account_s_the_given_one_counts_and_it_is_said(rig: DeskRig, ada: str) -> None:
    other = whoever_has(rig, SHARED)[0]

    card = ring(rig, ADA, account=other.number)

    assert card.match is Match.ONE and card.subtitle.startswith("Account ••" + other.number[-2:])
    assert "the telephone number belongs to another account" in card.why
    assert ada != other.number and matched(rig) == [("ivr", 1)]


@pytest.mark.parametrize(
    ("number", "words"),
    [(UNKNOWN, "is on no account"), (ANONYMOUS, "is withheld"), ("", "no telephone number came")],
)
def test_a_given_account_counts_without_a_number_that_helps(rig: DeskRig, ada: str, number: str, words: str) -> None:
    card = ring(rig, number, account=ada)

    assert card.match is Match.ONE and words in card.why


def test_a_given_account_that_the_crm_does_not_have_leaves_it_to_the_number(rig: DeskRig) -> None:
    card = ring(rig, ADA, account="999999999")

    assert card.match is Match.ONE
    assert card.why.startswith("The account number given before the call is not in the CRM. The only account with this")
    assert matched(rig) == [("ani", 1)]


def test_several_on_a_number_stay_several_where_the_given_account_is_not_known(rig: DeskRig) -> None:
    card = ring(rig, SHARED, account="999999999")

    assert card.match is Match.SEVERAL and "not in the CRM" in card.why


@pytest.mark.parametrize("macro", ["%ACCOUNT%", "${ACCT}", "$acct$", "{account}", "; DROP TABLE", "1" * 60])
def test_what_can_be_no_account_number_is_none(rig: DeskRig, macro: str) -> None:
    card = ring(rig, ADA, account=macro)

    assert card.why.startswith("The only account with this number")


@pytest.mark.parametrize("leaked", ["+266696687", "anonymous", "Restricted", "sip:anonymous@anonymous.invalid"])
def test_a_withheld_number_is_not_looked_up(rig: DeskRig, leaked: str) -> None:
    assert ring(rig, leaked).match is Match.WITHHELD
    assert matched(rig) == []


def test_a_number_that_the_switch_leaks_though_it_is_withheld_is_not_looked_up(tmp_path: Path) -> None:
    rig, phone = _with_phone(tmp_path)

    phone.tell(CallState.RINGING, ani_raw=ADA, ani_e164=None, ani_presentation=Presentation.RESTRICTED)

    assert rig.view.card is not None and rig.view.card.match is Match.WITHHELD
    assert rig.view.call is not None and "7946" not in rig.view.call.number
    assert matched(rig) == []


def test_what_the_ivr_asked_may_come_after_the_ringing_began(tmp_path: Path) -> None:
    rig, phone = _with_phone(tmp_path)
    named = whoever_has(rig, SHARED)[0]
    phone.tell(CallState.RINGING)
    assert matched(rig) == [("ani", 1)]

    phone.tell(CallState.RINGING, attached={"account": named.number})

    card = rig.view.card
    assert card is not None and card.subtitle.startswith("Account ••" + named.number[-2:])
    assert matched(rig) == [("ani", 1), ("ivr", 1)]


def test_what_the_agent_chose_is_not_undone_by_what_comes_later(tmp_path: Path) -> None:
    rig, phone = _with_phone(tmp_path)
    first, second, *_ = whoever_has(rig, SHARED)
    phone.tell(CallState.RINGING, ani_raw=SHARED, ani_e164=SHARED)
    phone.tell(CallState.ANSWERED, ani_raw=SHARED, ani_e164=SHARED)
    rig.say(intents.Digit("1"))

    phone.tell(CallState.ANSWERED, ani_raw=SHARED, ani_e164=SHARED, attached={"account": second.number})

    card = rig.view.card
    assert card is not None and card.subtitle.startswith("Account ••" + first.number[-2:])


def test_an_account_in_the_user_to_user_data_counts_too(tmp_path: Path) -> None:
    rig, phone = _with_phone(tmp_path)
    named = whoever_has(rig, SHARED)[0]

    phone.tell(CallState.RINGING, uui=f"ACCOUNT={named.number}")

    assert rig.view.card is not None and "given before the call" in rig.view.card.why


def test_an_extension_rings_without_a_pop(rig: DeskRig) -> None:
    rig.phone.ring("1001")

    assert rig.view.call is None


def test_the_sentence_outlives_a_restart(rig: DeskRig, ada: str) -> None:
    before = ring(rig, SHARED, account=ada)

    after = rig.killed_and_restarted().view.card

    assert after is not None and after.why == before.why
