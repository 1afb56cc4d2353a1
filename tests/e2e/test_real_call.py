"""A real call: sipp calls baresip, the window pops, the script is walked by keys, and the lead counts one of one."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt

from app.desk.view import Match, Phase
from app.scripts.screen import OptionRow
from tests.e2e.driver import AgentWindow, Arrived, HubProcess, once_each_without_gaps, short
from tests.phones.real import AgentPhone, Behaviour, Caller

pytestmark = pytest.mark.phone

ADA, ADA_PIN = "+442079460123", "4711"
PREPAID, PREPAID_PIN = "+447700900123", "2058"
_CONTROL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def phone() -> Iterator[AgentPhone]:
    with AgentPhone() as running:
        yield running


@pytest.fixture
def agent(hub: HubProcess, desk_folder: Path, phone: AgentPhone) -> Iterator[AgentWindow]:
    with AgentWindow(desk_folder, hub.url, (f"baresip://127.0.0.1:{phone.control_port}",)) as window:
        window.start_shift("ana", hub.sign_ins.of("ana").password)
        yield window


def test_a_real_call_goes_from_the_ring_to_the_leads_figures(
    agent: AgentWindow, phone: AgentPhone, hub: HubProcess
) -> None:
    with phone.called_by(Caller(ADA)) as call:
        answer(agent)
        agent.digit("3")
        agent.until_step("identify")
        agent.verify(ADA_PIN)
        agent.digit("1")
        agent.until_step("why")
        agent.digit("1")
        agent.until_step("listen")
        agent.write("25")
        agent.press(Qt.Key.Key_Return)
        agent.until_step("smaller_plan")
        agent.press(Qt.Key.Key_F5)
        agent.until_recorded()
        agent.press(Qt.Key.Key_F6)
        agent.until_step("plan_terms")
        agree_to_the_terms(agent)
        agent.until_step("ordered")
        agent.until("the order is placed", lambda: order_result(agent) == "placed")
        agent.press(Qt.Key.Key_F10, _CONTROL)
        agent.until_phase(Phase.WRAP_UP)
        call.wait(30)
    agent.wrap_up()
    agent.until_phase(Phase.READY)
    agent.until_sent()

    arrived = hub.events()
    assert told(arrived) == [
        ("agent.signed_in", ""),
        ("call.offered", "known"),
        ("account.matched", "acc-4221"),
        ("call.answered", "phone"),
        ("script.started", "welcome"),
        ("step.entered", "greet"),
        ("answer.given", "3"),
        ("script.handed_over", "save-too-expensive"),
        ("script.started", "save-too-expensive"),
        ("step.entered", "identify"),
        ("caller.verified", "crm"),
        ("record.viewed", "acc-4221"),
        ("answer.given", "1"),
        ("step.entered", "why"),
        ("answer.given", "1"),
        ("step.entered", "listen"),
        ("form.captured", "listen"),
        ("step.entered", "smaller_plan"),
        ("offer.eligible", "plan-down-one"),
        ("offer.displayed", "plan-down-one"),
        ("offer.extended", "plan-down-one"),
        ("answer.given", "A"),
        ("step.entered", "plan_terms"),
        ("disclosure.read", "plan-change-terms"),
        ("answer.given", "1"),
        ("consent.given", "plan-change"),
        ("offer.accepted", "plan-down-one"),
        ("step.entered", "ordered"),
        ("order.requested", "place_order"),
        ("script.ended", "saved"),
        ("order.placed", ""),
        ("call.ended", "agent"),
        ("call.wrapped", "saved"),
    ]
    assert once_each_without_gaps(arrived)
    assert len({event.source for event in arrived}) == 1
    assert [event.id for event in arrived] == [event.id for event in agent.local_events()]
    assert len({event.subject for event in arrived[1:]}) == 1
    assert hub.refusals() == 0
    assert not [event for event in arrived if ADA_PIN in str(event.data) or "Lovelace" in str(event.data)]
    total = hub.report().total
    assert (total.extend_rate.numerator, total.extend_rate.denominator) == (1, 1)
    assert (total.accept_rate.numerator, total.accept_rate.denominator) == (1, 1)
    assert (total.success_rate.numerator, total.success_rate.denominator) == (1, 1)
    assert (agent.view.today.calls, agent.view.today.extended, agent.view.today.accepted) == (1, 1, 1)


def test_a_caller_who_hangs_up_first_brings_wrap_up_by_itself(
    agent: AgentWindow, phone: AgentPhone, hub: HubProcess
) -> None:
    with phone.called_by(Caller(ADA, behaviour=Behaviour.HANGS_UP, milliseconds=800)) as call:
        answer(agent)
        agent.until_phase(Phase.WRAP_UP)
        call.wait(30)
    assert agent.view.call is not None
    assert agent.view.call.ended
    agent.wrap_up()
    agent.until_phase(Phase.READY)
    agent.until_sent()

    arrived = hub.events()
    assert told(arrived)[-2:] == [("call.ended", "caller"), ("call.wrapped", "dropped")]
    assert once_each_without_gaps(arrived)
    assert (hub.report().total.calls, hub.report().total.extended) == (1, 0)


def test_a_caller_who_gives_up_is_no_call(agent: AgentWindow, phone: AgentPhone, hub: HubProcess) -> None:
    with phone.called_by(Caller(ADA, behaviour=Behaviour.GIVES_UP, milliseconds=1500)) as call:
        agent.until("it is told that nobody answered", lambda: "Not answered: 020 7946 0123." in said(agent))
        call.wait(30)
    agent.until_phase(Phase.READY)
    agent.until_sent()

    kinds = [short(event.type) for event in hub.events()]
    assert kinds == ["agent.signed_in", "call.offered", "account.matched", "call.ended"]
    assert hub.report().total.calls == 0
    assert agent.view.today.calls == 0


def test_a_caller_who_withholds_the_number_is_nobody_and_is_not_looked_up(
    agent: AgentWindow, phone: AgentPhone, hub: HubProcess
) -> None:
    with phone.called_by(Caller(None)) as call:
        agent.until("it rings", lambda: agent.view.phase is Phase.RINGING)
        card, head = agent.view.card, agent.view.call
        assert card is not None and head is not None
        assert (card.match, card.facts, card.candidates) == (Match.WITHHELD, (), ())
        assert head.number == "Number withheld"
        agent.press(Qt.Key.Key_F10)
        agent.until_phase(Phase.ON_CALL)
        agent.press(Qt.Key.Key_F10, _CONTROL)
        agent.until_phase(Phase.WRAP_UP)
        call.wait(30)
    agent.wrap_up()
    agent.until_phase(Phase.READY)
    agent.until_sent()

    arrived = hub.events()
    assert ("call.offered", "withheld") in told(arrived)
    assert "account.matched" not in [short(event.type) for event in arrived]


def test_a_prepaid_customer_is_offered_the_best_size_he_can_pay_then_all_of_them(
    agent: AgentWindow, phone: AgentPhone, hub: HubProcess
) -> None:
    with phone.called_by(Caller(PREPAID, "")) as call:
        answer(agent)
        agent.digit("2")
        agent.until_step("identify")
        agent.verify(PREPAID_PIN)
        agent.digit("1")
        agent.until_step("best_pack")
        assert "500 MB more" in spoken(agent) or "500 MB for" in spoken(agent)
        assert [option.id for option in options(agent) if option.proposed] == ["mb-500"]

        agent.digit("2")
        agent.until_step("all_packs")
        assert [(option.id, bool(option.closed)) for option in options(agent)] == [
            ("mb-100", False),
            ("mb-200", False),
            ("mb-500", False),
            ("mb-1000", True),
        ]
        agent.press(Qt.Key.Key_F6)
        agent.until("the sizes are under the digits", lambda: agent.view.choosing is not None)
        agent.digit("4")
        agent.until("it says why not", lambda: any(text.startswith("1 GB: ") for text in said(agent)))
        assert agent.step == "all_packs"
        agent.digit("2")
        agent.until_step("pack_terms")
        agree_to_the_terms(agent)
        agent.until_step("ordered")
        agent.until("the order is placed", lambda: order_result(agent) == "placed")
        agent.press(Qt.Key.Key_F10, _CONTROL)
        agent.until_phase(Phase.WRAP_UP)
        call.wait(30)
    agent.wrap_up()
    agent.until_phase(Phase.READY)
    agent.until_sent()

    arrived = hub.events()
    accepted = [event.data for event in arrived if short(event.type) == "offer.accepted"]
    assert [(each["offer"], each["option"]) for each in accepted] == [("data-pack", "mb-200")]
    extended = [event.data["implied"] for event in arrived if short(event.type) == "offer.extended"]
    assert extended == [True]
    read_before_accepted = [
        short(event.type)
        for event in arrived
        if short(event.type) in ("disclosure.read", "consent.given", "offer.accepted", "order.requested")
    ]
    assert read_before_accepted == ["disclosure.read", "consent.given", "offer.accepted", "order.requested"]
    assert once_each_without_gaps(arrived)
    total = hub.report().total
    assert (total.calls, total.extended, total.accepted) == (1, 1, 1)


def answer(agent: AgentWindow) -> None:
    """The account pops, and the call is answered from our window."""
    agent.until("the account pops", lambda: bool(agent.view.card and agent.view.card.match is Match.ONE))
    assert agent.view.phase is Phase.RINGING
    agent.press(Qt.Key.Key_F10)
    agent.until_phase(Phase.ON_CALL)


def agree_to_the_terms(agent: AgentWindow) -> None:
    """What must be read was read, and the caller says yes."""
    agent.press(Qt.Key.Key_Return)
    agent.until("the question may be put", lambda: consent_is_open(agent))
    agent.digit("1")


def consent_is_open(agent: AgentWindow) -> bool:
    script = agent.view.script
    return script is not None and script.consent is not None and script.consent.open


def order_result(agent: AgentWindow) -> str:
    requests = agent.view.script.requests if agent.view.script is not None else ()
    return requests[-1].result if requests else ""


def options(agent: AgentWindow) -> tuple[OptionRow, ...]:
    offer = agent.view.script.offer if agent.view.script is not None else None
    return offer.options if offer is not None else ()


def spoken(agent: AgentWindow) -> str:
    return agent.view.script.spoken if agent.view.script is not None else ""


def said(agent: AgentWindow) -> list[str]:
    return [message.text for message in agent.view.messages]


def told(events: list[Arrived]) -> list[tuple[str, str]]:
    """Each event's kind with the one word of its data that tells it from others of the kind."""
    naming = {
        "call.offered": "number",
        "account.matched": "account",
        "call.answered": "by",
        "call.ended": "reason",
        "call.wrapped": "disposition",
        "script.started": "script",
        "script.handed_over": "to",
        "script.ended": "outcome",
        "step.entered": "step",
        "answer.given": "key",
        "form.captured": "step",
        "caller.verified": "how",
        "record.viewed": "account",
        "disclosure.read": "disclosure",
        "consent.given": "consent",
        "order.requested": "action",
    }
    kinds = [short(event.type) for event in events]
    names = [naming.get(kind, "offer" if kind.startswith("offer.") else "") for kind in kinds]
    return [
        (kind, str(event.data[name]) if name else "") for kind, name, event in zip(kinds, names, events, strict=True)
    ]
