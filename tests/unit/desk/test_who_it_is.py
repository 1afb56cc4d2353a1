"""Callers whom the number does not tell: searched for, helped as guests, tied to an account later; and who they are."""

from __future__ import annotations

from app.desk import intents
from app.desk.view import DigitsTo, Match
from app.domain.event import EventType
from app.sync.crm import CrmUnreachable
from tests.fakes.desk import UNKNOWN, DeskRig


def step(rig: DeskRig) -> str:
    """The step on the screen."""
    return rig.view.script.step if rig.view.script is not None else ""


def guest(rig: DeskRig) -> DeskRig:
    """A caller without an account, some steps into the troubleshooting."""
    rig.ring("anonymous", menu="internet", queue="support")
    rig.say(intents.AnswerCall())
    assert rig.view.card is not None and rig.view.card.match is Match.WITHHELD
    return rig


def test_an_account_is_found_by_name_and_chosen_by_its_key(rig: DeskRig) -> None:
    rig.ring(UNKNOWN, menu="")
    rig.say(intents.AnswerCall(), intents.SearchAccounts(""))
    assert rig.digits_to() is DigitsTo.SEARCH

    rig.say(intents.SearchAccounts("love"))
    search = rig.view.search
    assert search is not None
    assert [(row.key, row.name) for row in search.rows] == [("1", "A•• L•••••••"), ("0", "Guest, no account")]
    rig.keys("1")

    assert rig.view.search is None
    assert rig.view.card is not None and rig.view.card.title == "A•• L•••••••"
    matched = [event for event in rig.events() if event.type is EventType.ACCOUNT_MATCHED]
    assert [event.data["by"] for event in matched] == ["agent"]
    rig.verify()
    assert rig.view.card.title == "Ada Lovelace"


def test_what_is_typed_to_search_is_recorded_nowhere(rig: DeskRig) -> None:
    rig.ring(UNKNOWN, menu="")
    rig.say(intents.AnswerCall(), intents.SearchAccounts("lovelace"))
    assert rig.gate.store is not None
    kept = b"".join(draft.body for draft in rig.gate.store.drafts()) + str(rig.events()).encode()
    assert b"lovelace" not in kept.lower()


def test_without_network_an_account_number_is_found_on_this_device(rig: DeskRig) -> None:
    rig.ring()
    rig.say(intents.AnswerCall())
    account = rig.desk._state.current.matching.account if rig.desk._state.current is not None else None
    assert account is not None and rig.crm is not None
    rig.say(intents.HangUp(), intents.SetDisposition("kept"), intents.Enter())
    rig.ring("anonymous", menu="")
    rig.say(intents.AnswerCall())
    rig.crm.failing.append(CrmUnreachable("The hub does not answer."))

    rig.say(intents.SearchAccounts(account.number))

    assert rig.view.search is not None
    assert [row.name for row in rig.view.search.rows][:-1] == ["A•• L•••••••"]
    assert "cannot be reached" in rig.view.search.notice


def test_too_little_to_search_for_says_so_and_nobody_is_said_to_be_nobody(rig: DeskRig) -> None:
    guest(rig)
    rig.say(intents.SearchAccounts("lo"))
    assert rig.view.search is not None and "at least 3" in rig.view.search.notice
    rig.say(intents.SearchAccounts("zzyzx"))
    assert rig.view.search is not None and rig.view.search.notice == "Nobody was found."


def test_a_guest_is_helped_and_tied_to_an_account_later_without_losing_the_step(rig: DeskRig) -> None:
    guest(rig)
    rig.keys("1")
    before = step(rig)
    path = rig.view.script.path if rig.view.script is not None else ()
    assert path

    rig.say(intents.SearchAccounts("lovelace"))
    rig.keys("1")

    assert step(rig) == before
    assert rig.view.script is not None and rig.view.script.path == path
    assert rig.view.card is not None and rig.view.card.match is Match.ONE
    subject = {event.subject for event in rig.events() if event.type is EventType.ACCOUNT_MATCHED}
    assert subject == {event.subject for event in rig.events() if event.type is EventType.CALL_ANSWERED}


def test_who_was_verified_for_one_account_is_not_verified_for_another(rig: DeskRig) -> None:
    rig.ring()
    rig.say(intents.AnswerCall())
    rig.verify()
    rig.say(intents.SearchAccounts("a"), intents.SearchAccounts("grace"))
    search = rig.view.search
    assert search is not None
    names = [row.name for row in search.rows]
    if names == ["Guest, no account"]:
        rig.keys("0")
        assert rig.view.card is not None and rig.view.card.match is Match.NONE
    else:
        rig.keys("1")
    assert rig.view.card is not None and rig.view.card.verified == ""


def test_escape_ends_the_search_and_changes_nobody(rig: DeskRig) -> None:
    rig.ring()
    rig.say(intents.AnswerCall(), intents.SearchAccounts("love"), intents.Escape())
    assert rig.view.search is None
    assert rig.digits_to() is DigitsTo.ANSWERS
    assert len([event for event in rig.events() if event.type is EventType.ACCOUNT_MATCHED]) == 1


# -- who is calling


def said(rig: DeskRig, key: str) -> DeskRig:
    """Answered, and the caller said who he is."""
    rig.ring()
    rig.say(intents.AnswerCall(), intents.WhoIsCalling())
    rig.keys(key)
    return rig


def test_the_holder_is_asked_for_by_a_list_and_the_role_is_recorded_with_the_verification(rig: DeskRig) -> None:
    said(rig, "2")
    assert rig.view.card is not None and rig.view.card.subtitle.endswith("authorised person")
    rig.verify()
    verified = next(event for event in rig.events() if event.type is EventType.CALLER_VERIFIED)
    assert verified.data["role"] == "authorised"
    rig.keys("11 ")
    assert rig.view.script is not None and rig.view.script.offer is not None
    assert not rig.view.script.offer.blocked


def test_an_executor_is_verified_and_is_made_no_offer(rig: DeskRig) -> None:
    said(rig, "3")
    rig.verify()
    assert rig.view.card is not None and "executor" in rig.view.card.subtitle and rig.view.card.title == "Ada Lovelace"
    rig.keys("11 E")
    assert EventType.OFFER_EXTENDED not in rig.types()
    withheld = [event.data["reason"] for event in rig.events() if event.type is EventType.OFFER_SUPPRESSED]
    assert "not_holder" in withheld


def test_a_third_party_opens_nothing_even_with_the_right_pin(rig: DeskRig) -> None:
    said(rig, "4")
    rig.verify()
    assert rig.view.card is not None and rig.view.card.title == "A•• L•••••••"
    assert "42.00" not in str(rig.view.card)
    rig.keys("1")
    assert step(rig) == "identify"


def test_a_verified_caller_who_turns_out_to_be_somebody_else_sees_the_account_close(rig: DeskRig) -> None:
    rig.ring()
    rig.say(intents.AnswerCall())
    rig.verify()
    rig.say(intents.WhoIsCalling())
    rig.keys("4")
    assert rig.view.card is not None and rig.view.card.title == "A•• L•••••••"


def test_who_is_calling_survives_a_restart(rig: DeskRig) -> None:
    said(rig, "3")
    again = rig.killed_and_restarted()
    assert again.view.card is not None and again.view.card.subtitle.endswith("executor")
