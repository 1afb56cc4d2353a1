"""What happens in the world during a call: alerts that come, accounts that change or go, calls that end in a form."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from app.desk import intents
from app.desk.shift import Shift
from app.desk.view import Phase
from app.domain.account import Account
from app.domain.event import EventType, Json
from tests.fakes.desk import ADA, PREPAID, SHARED, UNKNOWN, DeskRig, whoever_has


@dataclass
class HandPushes:
    """Pushes that a test sends by hand."""

    listeners: list[tuple[str, Callable[[Mapping[str, Json]], None]]] = field(default_factory=list)

    def listen(
        self,
        kind: str,
        on_push: Callable[[Mapping[str, Json]], None],
        on_state: Callable[[bool], None] | None = None,
    ) -> Callable[[], None]:
        """Listens until the returned function is called."""
        entry = (kind, on_push)
        self.listeners.append(entry)
        return lambda: self.listeners.remove(entry)

    def send(self, kind: str, body: Mapping[str, Json]) -> None:
        """The CRM pushes."""
        for wanted, on_push in tuple(self.listeners):
            if wanted == kind:
                on_push(body)


@pytest.fixture
def pushes(monkeypatch: pytest.MonkeyPatch) -> HandPushes:
    """The pushes of every shift that begins."""
    hand = HandPushes()
    from tests.fakes import desk

    monkeypatch.setattr(desk, "Shift", lambda *given, **named: replace(Shift(*given, **named), pushes=hand))
    return hand


def the_one(rig: DeskRig, number: str = ADA) -> Account:
    """The CRM's account with this number."""
    return whoever_has(rig, number)[0]


def put(rig: DeskRig, account: Account) -> None:
    """The CRM's account changes."""
    assert rig.crm is not None
    rig.crm.put(replace(account, revision=account.revision + 1))


def at_the_data_pack(tmp_path: Path) -> DeskRig:
    """A prepaid customer, verified, who calls about something else than his data."""
    rig = DeskRig(tmp_path).sign_in()
    rig.ring(PREPAID, menu="data", queue="")
    rig.say(intents.AnswerCall())
    rig.verify("2058")
    return rig


def test_an_alert_of_this_account_appears_inline_and_moves_nothing(tmp_path: Path, pushes: HandPushes) -> None:
    rig = at_the_data_pack(tmp_path)
    before = rig.view.script
    account = the_one(rig, PREPAID)

    pushes.send("alert", {"account": account.id, "kind": "outage", "text": "Outage in M1 is solved"})

    assert rig.view.card is not None
    assert rig.view.card.fresh == ("Outage in M1 is solved",)
    assert any("Outage in M1 is solved" in line for line in rig.view.card.worth_knowing)
    assert rig.view.messages[-1].text == "Just now: Outage in M1 is solved."
    assert rig.view.script is not None and before is not None
    assert (rig.view.script.step, rig.view.script.spoken) == (before.step, before.spoken)


def test_a_push_fetches_the_account_as_it_is_now_and_ranks_the_offers_anew(tmp_path: Path, pushes: HandPushes) -> None:
    rig = at_the_data_pack(tmp_path)
    rig.keys("12")
    assert rig.view.script is not None and rig.view.script.offer is not None
    closed = [option.label for option in rig.view.script.offer.options if option.closed]
    assert closed == ["1 GB"]
    step = rig.view.script.step
    account = the_one(rig, PREPAID)
    assert account.balance is not None
    put(rig, replace(account, balance=replace(account.balance, minor=5000)))

    pushes.send("alert", {"account": account.id, "kind": "topped-up", "text": "Topped up just now"})

    assert rig.view.script is not None and rig.view.script.offer is not None
    assert [option.label for option in rig.view.script.offer.options if option.closed] == []
    assert rig.view.script.step == step


def test_another_account_s_alert_concerns_nobody_here(tmp_path: Path, pushes: HandPushes) -> None:
    rig = at_the_data_pack(tmp_path)
    before = rig.view
    pushes.send("alert", {"account": "acc-nobody", "kind": "outage", "text": "Elsewhere"})
    assert (rig.view.card, rig.view.messages) == (before.card, before.messages)


def test_an_alert_that_is_over_goes_and_says_so(tmp_path: Path, pushes: HandPushes) -> None:
    rig = at_the_data_pack(tmp_path)
    account = the_one(rig, PREPAID)
    pushes.send("alert", {"account": account.id, "kind": "outage", "text": "Outage in M1"})
    put(rig, account)
    pushes.send("alert", {"account": account.id, "kind": "outage", "text": "", "over": True})
    assert rig.view.card is not None and rig.view.card.fresh == ()
    assert rig.view.messages[-1].text == "No longer: Outage in M1."


def test_after_an_interrupt_no_alert_is_shown(tmp_path: Path, pushes: HandPushes) -> None:
    rig = at_the_data_pack(tmp_path)
    rig.say(intents.Find("died"))
    row = next(each for each in rig.view.found if each.kind == "interrupt")
    rig.say(intents.OpenFound(row.key))
    account = the_one(rig, PREPAID)
    pushes.send("alert", {"account": account.id, "kind": "outage", "text": "Outage in M1"})
    assert "Outage" not in str(rig.view.messages) + str(rig.view.card)


@pytest.mark.parametrize("body", [{}, {"account": None}, {"account": ["x"], "text": 7}, {"kind": "x"}])
def test_a_push_that_makes_no_sense_changes_nothing(tmp_path: Path, pushes: HandPushes, body: dict[str, Json]) -> None:
    rig = at_the_data_pack(tmp_path)
    before = rig.view.card
    pushes.send("alert", body)
    assert rig.view.card == before


def test_who_signed_out_hears_no_pushes(tmp_path: Path, pushes: HandPushes) -> None:
    rig = DeskRig(tmp_path).sign_in()
    assert [kind for kind, _ in pushes.listeners] == ["alert", "message"]
    rig.say(intents.SignOut())
    assert pushes.listeners == []


# -- bad input of a shift


def test_a_call_that_ends_in_a_half_filled_form_keeps_what_was_typed_and_can_be_wrapped_up(rig: DeskRig) -> None:
    leg = rig.ring()
    rig.say(intents.AnswerCall())
    rig.verify()
    rig.keys("11")
    assert rig.view.script is not None and rig.view.script.form
    name = rig.view.script.form[0].name
    rig.say(intents.FillField(name, "2"))

    rig.phone.caller_hangs_up(leg)

    assert rig.phase() is Phase.WRAP_UP
    again = rig.killed_and_restarted()
    assert again.phase() is Phase.WRAP_UP
    assert again.view.script is not None and again.view.script.form[0].value == "2"
    again.keys(" ")
    assert again.phase() is Phase.READY
    again.keys("11")
    again.verify()
    assert again.view.script is not None and again.view.script.form[0].value == "2"


def test_of_two_calls_at_once_each_keeps_its_own_walk_and_note(rig: DeskRig) -> None:
    first = rig.ring()
    rig.say(intents.AnswerCall(), intents.WriteNote("about Ada"))
    second = rig.ring(SHARED, menu="internet")
    rig.phone.answer(second)
    assert rig.view.notes.text == ""
    assert rig.view.call is not None and rig.view.call.waiting == ("020 7946 0123",)
    rig.say(intents.WriteNote("about somebody else"))

    rig.phone.caller_hangs_up(second)
    rig.keys(" ")

    assert rig.view.notes.text == "about Ada"
    rig.phone.caller_hangs_up(first)
    rig.keys(" ")
    notes = [event.data["text"] for event in rig.events() if event.type is EventType.NOTE_SAVED]
    assert notes == ["about somebody else", "about Ada"]


def test_an_account_that_is_deleted_during_the_call_is_said_to_be_gone(tmp_path: Path, pushes: HandPushes) -> None:
    rig = at_the_data_pack(tmp_path)
    account = the_one(rig, PREPAID)
    assert rig.crm is not None
    del rig.crm._accounts[account.id]

    pushes.send("alert", {"account": account.id, "kind": "closed", "text": "Account closed"})

    assert "no longer in the CRM" in rig.view.messages[-1].text
    assert rig.phase() is Phase.ON_CALL
    assert rig.view.card is not None and rig.view.card.as_of


def test_a_name_of_4000_letters_is_shown_and_recorded_nowhere(rig: DeskRig) -> None:
    name = "Ada " * 1000
    put(rig, replace(the_one(rig), name=name))
    rig.ring(name=name)
    rig.say(intents.AnswerCall())
    rig.verify()
    assert rig.view.card is not None and rig.view.card.title == name
    assert "Ada" not in str([event.data for event in rig.events()])


def test_after_the_computer_slept_through_a_call_s_end_it_can_be_wrapped_up_by_key(rig: DeskRig) -> None:
    rig.ring(UNKNOWN, menu="internet")
    rig.say(intents.AnswerCall())
    rig.clock.move(8 * 3600)
    rig.desk.tick()
    again = rig.killed_and_restarted()
    assert again.phase() is Phase.ON_CALL

    again.say(intents.HangUp(), intents.Enter())

    assert again.phase() is Phase.READY
