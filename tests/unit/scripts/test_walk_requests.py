"""What a script asks of the CRM and the phone, and for whom."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from app.domain.account import Equipment
from app.domain.event import EventType
from app.scripts.actions import CallerIs, Choose, ContextChanged, Finished, Verified
from tests.fakes.customers import ADA
from tests.fakes.walks import Agent, context, library_with

END = "\n## done: Done\nEnd: kept\n"
IDENTITY = "## who: Who #identity\nVerify: pin | callback\n- [1] Verified -> go\n- [2] Not the holder -> done\n"


def walking(script: str, **changes: Any) -> Agent:
    return Agent(library_with(main=script + END), "main", context(**changes))


@pytest.mark.parametrize(
    ("line", "action", "label"),
    [
        ("Do: line_test", "line_test", "Line test"),
        ("Do: engineer_visit", "engineer_visit", "Engineer visit"),
        ("Do: guide_by_text", "guide_by_text", "Guide by text"),
        ("Task: line-ticket", "task:line-ticket", "Task: line ticket"),
        ("Send: router-guide", "send:router-guide", "Send: router guide"),
        ("Transfer: retention", "transfer:retention", "Transfer to: retention"),
    ],
)
@pytest.mark.parametrize("offline", [False, True])
def test_every_request_is_passed_on_queued_and_its_result_shown(
    line: str, action: str, label: str, offline: bool
) -> None:
    agent = walking(f"## go: Go\n{line}\n- [1] On -> done\n", offline=offline)

    (request,) = agent.facts(EventType.ORDER_REQUESTED)
    assert (request["action"], request["account"]) == (action, "acc-4221")
    assert (agent.screen.requests[0].label, agent.screen.requests[0].result) == (label, "queued")
    agent.do(Finished(action, "ok"))
    assert agent.screen.requests[0].result == "ok"


def test_the_result_leads_the_script_on() -> None:
    agent = walking(
        "## go: Go\nDo: line_test\n> One moment.\nElse: -> then\n"
        '## then: Then\nIf: done.line_test == "ok" -> done\n- [1] Not yet -> done\n'
    )

    agent.do(Finished("line_test", "ok"))
    agent.press("Enter")

    assert agent.screen.step == "done"


def test_what_failed_is_asked_for_again_and_nothing_else_is() -> None:
    agent = walking("## go: Go\nDo: line_test\nTask: ticket\n- [1] Again -> go\n- [2] On -> done\n")
    agent.do(Finished("line_test", "failed"))
    agent.do(Finished("task:ticket", "ok"))

    agent.press("1")

    asked = [one["action"] for one in agent.facts(EventType.ORDER_REQUESTED)]
    assert asked == ["line_test", "task:ticket", "line_test"]


def test_what_needs_an_account_waits_for_it_and_says_so() -> None:
    agent = walking("## go: Go\nDo: line_test\nTransfer: faults\n- [1] On -> done\n", account=None)
    assert agent.screen.requests[0].label == "Line test: choose the account first"
    assert [one["action"] for one in agent.facts(EventType.ORDER_REQUESTED)] == ["transfer:faults"]

    agent.do(ContextChanged(context(ADA)))

    assert [one["action"] for one in agent.facts(EventType.ORDER_REQUESTED)][1:] == ["line_test"]
    assert agent.screen.requests[0].label == "Line test"


@pytest.mark.parametrize(
    ("role", "allowed"), [("holder", True), ("authorised", True), ("executor", True), ("third_party", False)]
)
def test_who_may_cancel_the_service(role: str, allowed: bool) -> None:
    agent = walking(
        IDENTITY + "## go: Go\n- [1] Cancel it -> now\n## now: Now\nDo: start_cancellation\nEnd: cancelled\n"
    )
    agent.do(Verified("pin", "crm", role=role))

    if allowed:
        agent.press("1", "1")
        assert agent.told(EventType.ORDER_REQUESTED) == ["order.requested"]
    else:
        assert "may not use the account" in agent.refusal(Choose("1"))


def test_nobody_cancels_an_account_unverified() -> None:
    agent = walking("## go: Go\n- [1] Cancel it -> now\n## now: Now\nDo: start_cancellation\nEnd: cancelled\n")

    assert agent.refusal(Choose("1")).startswith("Verify the caller first")
    agent.do(CallerIs("third_party"))
    assert "needs the holder" in agent.refusal(Choose("1"))


def test_who_is_calling_can_be_said_before_and_counts_when_they_are_verified() -> None:
    agent = walking(
        IDENTITY + '## go: Go\n> My condolences. {if caller.role == "executor"}\n- [1] On -> done\n',
    )

    agent.do(CallerIs("executor"))
    agent.do(Verified("pin", "crm"))
    agent.press("1")

    assert agent.facts(EventType.CALLER_VERIFIED)[0]["role"] == "executor"
    assert agent.screen.spoken == "My condolences."
    assert "Say who is calling" in agent.refusal(CallerIs("neighbour"))


def test_a_third_party_is_told_nothing_of_the_account() -> None:
    agent = walking(IDENTITY + "## go: Go\n> You pay {account.bill|money}.\n- [1] On -> done\n").press("V", "1")
    assert agent.screen.spoken == "You pay £42.00."

    agent.do(CallerIs("third_party"))

    assert agent.screen.spoken == "You pay ⟨bill⟩."
    assert not agent.walk.verified


def test_the_policy_says_how_a_caller_may_be_verified() -> None:
    script = IDENTITY.replace("pin", "branch-id") + "## go: Go\n- [1] On -> done\n"
    agent = walking(script, policy="us-ca")

    assert agent.screen.verify is not None
    assert [one.id for one in agent.screen.verify.methods] == ["callback"]
    assert agent.refusal(Verified("branch-id", "attested")) == "California allows to verify by pin, callback only."
    agent.do(Verified("voice", "ivr"))
    assert agent.walk.verified


def many_devices(count: int) -> tuple[Equipment, ...]:
    return tuple(Equipment(f"eq-{one}", "router", f"HG-{one}", date(2024, 1, 1)) for one in range(1, count + 1))


def test_more_than_nine_items_are_found_by_what_they_are_called() -> None:
    agent = walking(
        "## which: Which\n- [*] account.equipment as device -> restart\n- [9] None -> done\n"
        "## restart: Restart\n> Restart the {device.model}.\nElse: -> done\n",
        account=replace(ADA, equipment=many_devices(12)),
    )
    assert [row.key for row in agent.screen.answers] == ["1", "2", "3", "4", "5", "6", "7", "8", "", "", "", "", "9"]
    found = [one for one in agent.walk.findable() if one.kind == "answer"]
    assert [(one.id, one.title) for one in found][-1] == ("device#12", "router HG-12")
    assert agent.screen.answers[11].pick == "device#12"

    agent.do(Choose(found[-1].id))

    assert agent.screen.spoken == "Restart the HG-12."
    assert agent.facts(EventType.ANSWER_GIVEN)[0]["answer"] == "router HG-12"


@pytest.mark.parametrize("key", ["", "device#0", "device#13", "device#1", "#", "device#"])
def test_an_item_that_is_not_there_cannot_be_chosen(key: str) -> None:
    agent = walking(
        "## which: Which\n- [*] account.equipment as device -> done\n",
        account=replace(ADA, equipment=many_devices(12)),
    )

    assert "There is no answer" in agent.refusal(Choose(key))
