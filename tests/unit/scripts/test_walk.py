"""How a walk goes from step to step."""

from __future__ import annotations

from dataclasses import replace

import pytest

from app.domain.event import EventType
from app.scripts.actions import (
    Choose,
    ContextChanged,
    Continue,
    Fill,
    Finished,
    Forward,
    NextPhrasing,
    OpenObjection,
    OpenScript,
    PressCancel,
    Verified,
    VerifyFailed,
)
from app.scripts.walk import ActionRefused, Walk
from tests.fakes.customers import ADA, BEN
from tests.fakes.walks import Agent, context, library_with

END = "\n## done: Done\nEnd: solved\n"


def walking(script: str, /, verified: bool = False, **others: str) -> Agent:
    return Agent(library_with(main=script, **others), "main", context(verified=verified))


def test_an_answer_leads_to_its_step_and_is_told() -> None:
    agent = walking("## ask: Ask\n> Slow or gone?\n- [1] Slow -> done\n- [2] Gone -> done\n" + END)

    happened = agent.do(Choose("1"))

    assert agent.where == ("main", "done")
    assert [one.type for one in happened] == [
        EventType.ANSWER_GIVEN,
        EventType.STEP_ENTERED,
        EventType.SCRIPT_ENDED,
    ]
    assert happened[0].data == {"script": "main", "step": "ask", "key": "1", "answer": "Slow"}


def test_a_key_without_an_answer_is_refused_and_says_which_there_are() -> None:
    agent = walking("## ask: Ask\n- [1] Slow -> done\n- [2] Gone -> done\n" + END)

    assert agent.refusal(Choose("7")) == "There is no answer 7 here; there are 1, 2."


def test_answers_points_and_lines_with_a_condition_show_only_when_it_holds() -> None:
    agent = walking(
        '## ask: Ask\n> Hello. {if caller.role == "holder"}\n* An outage {if [known outage]}\n* A router\n'
        "- [1] Holder {if caller.verified} -> done\n- [2] Other -> done\n" + END
    )

    assert (agent.screen.spoken, agent.screen.points) == ("", ("A router",))
    assert [row.key for row in agent.screen.answers] == ["2"]
    agent.press("V")
    assert agent.screen.spoken == "Hello."
    assert [row.key for row in agent.screen.answers] == ["1", "2"]


def test_a_missing_value_is_a_visible_gap_and_never_none() -> None:
    agent = walking(
        "## ask: Ask\n> You have {account.plan.speed_mbps|number} and {ask.size}.\nAsk: size (number, optional) Size\n"
        "Else: -> done\n" + END
    )

    assert agent.screen.spoken == "You have 500 and ⟨size⟩."


def test_the_first_condition_that_holds_decides_when_enter_is_pressed() -> None:
    agent = walking(
        "## form: Form\nAsk: amount (money) What they want\nLet: gap = 42 - ask.amount\n"
        "If: gap > 20 -> large\nIf: gap > 10 -> middle\nElse: -> done\n"
        "## large: Large\nElse: -> done\n## middle: Middle\n> It is {gap|money}.\nElse: -> done\n" + END
    )

    assert agent.refusal(Continue()) == "Fill in “What they want” first."
    agent.do(Fill("amount", "27.50"))
    agent.press("Enter")

    assert agent.where == ("main", "middle")
    assert agent.screen.spoken == "It is £14.50."
    assert agent.facts(EventType.FORM_CAPTURED) == [
        {"script": "main", "step": "form", "values": {"amount": "27.50 GBP"}}
    ]


@pytest.mark.parametrize(
    ("type_", "typed", "good"),
    [
        ("money", "£25", True),
        ("money", "1,250.50", True),
        ("money", "25,5", False),
        ("money", "lots", False),
        ("money", "1.005", False),
        ("number", "12", True),
        ("number", "nan", False),
        ("digits", "12 34-56", True),
        ("digits", "12a", False),
        ("date", "3/12/2026", True),
        ("date", "2026-12-03", True),
        ("date", "31/2/2026", False),
        ("yes/no", "Yes", True),
        ("yes/no", "perhaps", False),
        ("choice(red, green)", "Green", True),
        ("choice(red, green)", "blue", False),
    ],
)
def test_a_form_field_says_what_is_wrong_and_keeps_what_was_typed(type_: str, typed: str, good: bool) -> None:
    agent = walking(f"## form: Form\nAsk: field ({type_}, optional) Field\nElse: -> done\n" + END)

    agent.do(Fill("field", typed))

    (field,) = agent.screen.form
    assert (field.value, field.problem == "") == (typed, good)
    if good:
        agent.press("Enter")
        assert agent.screen.step == "done"
    else:
        assert field.problem in agent.refusal(Continue())


def test_a_field_shows_its_default_and_uses_it() -> None:
    agent = walking(
        "## who: Who #identity\nVerify: pin\n- [1] Yes -> form\n- [9] No -> done\n"
        "## form: Form\nAsk: amount (money, default account.bill) Amount\nElse: -> said\n"
        "## said: Said\n> {ask.amount|money}\nElse: -> done\n" + END
    ).press("V", "1")

    assert agent.screen.form[0].value == "£42.00"
    agent.press("Enter")
    assert agent.screen.spoken == "£42.00"


def test_a_secret_lives_in_memory_only() -> None:
    agent = walking("## form: Form\nAsk: code (digits, secret) Code\nElse: -> done\n" + END)

    agent.do(Fill("code", "90210"))

    assert agent.screen.form[0].value == "90210"
    restored = Walk.restore(agent.library, agent.walk.log)
    assert restored.screen().form[0].value == ""
    agent.press("Enter")
    assert "90210" not in repr(agent.walk.log) + repr(agent.happened) + repr(agent.walk._state)


def test_back_and_forward_keep_answers_and_forms() -> None:
    agent = walking(
        "## one: One\nAsk: name (text) Name\nElse: -> two\n## two: Two\n- [1] Yes -> done\n- [2] No -> three\n"
        "## three: Three\n- [1] Go on -> done\n" + END
    )
    agent.do(Fill("name", "Bo"))
    agent.press("Enter", "2", "Back", "Back")

    assert agent.screen.form[0].value == "Bo"
    assert (agent.screen.can_back, agent.screen.can_forward) == (False, True)
    agent.press("Forward")
    assert [(item.step, item.answer) for item in agent.screen.path] == [("one", "Bo")]
    agent.press("Forward")
    assert agent.where == ("main", "three")
    assert agent.refusal(Forward()) == "There is no step to go forward to."
    agent.press("Back", "1")
    assert agent.screen.can_forward is False


def test_a_verified_caller_passes_the_identity_step_without_seeing_it() -> None:
    library = library_with(
        main="## start: Start\n- [1] Go -> who\n## who: Who #identity\nIf: caller.verified -> inside\nVerify: pin\n"
        "- [1] Yes -> inside\n- [9] No -> done\n## inside: Inside\n> {account.first_name}\nElse: -> done\n" + END
    )
    agent = Agent(library, "main", context(verified=True, role="holder")).press("1")

    assert agent.where == ("main", "inside")
    assert agent.screen.spoken == "Ada"
    assert agent.told(EventType.STEP_ENTERED) == ["step.entered", "step.entered"]
    agent.press("Back")
    assert agent.where == ("main", "start")


def test_answer_one_of_an_identity_step_opens_with_a_yes_only() -> None:
    agent = walking("## who: Who #identity\nVerify: pin | callback\n- [1] Yes -> done\n- [9] No -> done\n" + END)

    assert "verify the caller first" in agent.refusal(Choose("1"))
    agent.do(VerifyFailed("pin", "no"))
    assert agent.screen.verify is not None
    assert (agent.screen.verify.last_method, agent.screen.verify.last_answer) == ("pin", "no")
    assert [method.prompt for method in agent.screen.verify.methods] == [
        "account PIN",
        "call back on the number on file",
    ]
    assert "verify the caller first" in agent.refusal(Choose("1"))
    agent.do(Verified("pin", "crm"))
    agent.press("1")
    assert agent.facts(EventType.CALLER_VERIFIED) == [
        {"account": "acc-4221", "method": "pin", "how": "crm", "role": "holder", "offline": False}
    ]


def test_sensitive_fields_are_gaps_until_verified_and_again_for_another_account() -> None:
    agent = walking(
        "## who: Who #identity\nVerify: pin\n- [1] Yes -> inside\n- [9] No -> done\n"
        "## inside: Inside\n> {account.first_name} pays {account.bill|money}.\nElse: -> done\n" + END
    ).press("V", "1")
    assert agent.screen.spoken == "Ada pays £42.00."

    agent.do(ContextChanged(context(BEN)))

    assert agent.screen.spoken == "⟨first name⟩ pays ⟨bill⟩."


def test_verifying_needs_an_account() -> None:
    library = library_with(main="## who: Who #identity\nVerify: pin\n- [1] Yes -> done\n- [9] No -> done\n" + END)

    agent = Agent(library, "main", context(None))

    assert agent.refusal(Verified("pin", "crm")).startswith("Choose the account first")


def test_a_script_that_was_opened_with_then_comes_back_with_its_outcome() -> None:
    agent = walking(
        '## start: Start\n- [1] Broken => fix then after\n## after: After\n> Fixed. {if outcome == "solved"}\n'
        "- [1] Stay -> done\n" + END,
        fix="## mend: Mend\n> Mended.\nEnd: solved, reason router\n",
    )
    agent.press("1")

    assert agent.where == ("fix", "mend")
    assert (agent.screen.ending, agent.screen.returns_to, agent.screen.enter) == (None, "Main", "back to Main")
    agent.press("Enter")
    assert agent.where == ("main", "after")
    assert agent.screen.spoken == "Fixed."
    agent.press("1")
    assert agent.screen.ending is not None
    assert agent.facts(EventType.SCRIPT_HANDED_OVER) == [{"from": "main", "to": "fix", "then": "after"}]
    assert [one["script"] for one in agent.facts(EventType.SCRIPT_STARTED)] == ["main", "fix"]


def test_an_end_prefills_the_disposition_and_goes_no_further() -> None:
    agent = walking("## bye: Bye\nEnd: solved, reason router\n> Goodbye.\n")

    assert agent.screen.ending is not None
    assert (agent.screen.ending.outcome, agent.screen.ending.reason) == ("solved", "router")
    assert "Wrap up" in agent.refusal(Continue())


def test_an_objection_opens_its_answer_and_comes_back() -> None:
    agent = walking(
        '## ask: Ask\nObjection: "too dear" | "no money" -> soften\n- [1] Yes -> other\n'
        '## other: Other\nObjection: "too dear" -> soften\n- [1] Yes -> done\n'
        "## soften: Soften #return\n> I see.\n" + END
    )

    agent.do(OpenObjection("No Money"))

    assert agent.where == ("main", "soften")
    assert agent.screen.enter == "back to Ask"
    agent.press("Enter")
    assert agent.where == ("main", "ask")
    assert agent.facts(EventType.OBJECTION_USED) == [{"script": "main", "step": "ask", "objection": "too dear"}]
    assert [one.id for one in agent.walk.findable() if one.kind == "objection"] == ["too dear"]
    assert "Try other words" in agent.refusal(OpenObjection("the weather"))


def test_another_script_is_opened_by_what_the_caller_wants_and_nothing_comes_back() -> None:
    agent = walking(
        "## start: Start\n- [1] Broken => fix then after\n## after: After\n- [1] Stay -> done\n" + END,
        fix="## mend: Mend\n- [1] Mended -> done\n" + END,
        bill="## look: Look\n> It's the bill. {if call.greeted}\n- [1] Fine -> done\n" + END,
    ).press("1")

    agent.do(OpenScript("bill"))

    assert agent.where == ("bill", "look")
    assert (agent.screen.returns_to, agent.screen.spoken) == ("", "It's the bill.")
    assert agent.facts(EventType.INTENT_STATED) == [{"intent": "bill"}]
    assert "not in this release" in agent.refusal(OpenScript("nowhere"))


def test_the_cancel_key_leads_to_the_cancellation_from_anywhere_and_for_good() -> None:
    agent = walking(
        "cancel: leave\n## start: Start\n- [1] Broken => fix then after\n## after: After\n- [1] Stay -> done\n" + END,
        fix="## mend: Mend\n- [1] Mended -> done\n" + END,
        leave="## go: Go\n- [1] Yes -> done\n" + END,
    ).press("1")
    assert agent.screen.can_cancel

    agent.press("Cancel")

    assert agent.where == ("leave", "go")
    assert (agent.screen.returns_to, agent.screen.can_cancel) == ("", False)
    assert agent.walk.cancel_requested
    assert agent.facts(EventType.CANCEL_REQUESTED) == [
        {"account": "acc-4221", "script": "fix", "step": "mend", "offers_before": 0}
    ]
    assert agent.refusal(PressCancel())


def test_an_answer_that_leads_to_the_cancellation_counts_as_the_cancel_key() -> None:
    agent = walking(
        "cancel: leave\n## start: Start\n- [9] Just cancel => leave\n- [1] Stay -> done\n" + END,
        leave="## go: Go\n- [1] Yes -> done\n" + END,
    ).press("9")

    assert agent.told(EventType.CANCEL_REQUESTED) == ["cancel.requested"]


def test_a_script_without_a_cancel_key_says_so() -> None:
    assert "no Cancel key" in walking("## start: Start\n- [1] Stay -> done\n" + END).refusal(PressCancel())


def test_another_way_to_say_it_goes_round_and_stays() -> None:
    agent = walking(
        "## say: Say\n> One.\nor\n> Two.\n- [1] On -> next\n## next: Next\n> Only.\n- [1] On -> done\n" + END
    )

    agent.do(NextPhrasing())
    assert (agent.screen.spoken, agent.screen.phrasing, agent.screen.phrasings) == ("Two.", 2, 2)
    agent.press("1", "Back")
    assert agent.screen.spoken == "Two."
    agent.do(NextPhrasing())
    assert agent.screen.spoken == "One."
    agent.press("Forward")
    assert "only one way" in agent.refusal(NextPhrasing())
    assert [one["phrasing"] for one in agent.facts(EventType.PHRASING_SHOWN)] == [2, 1]


def test_a_list_gives_one_answer_per_item_on_the_free_keys() -> None:
    agent = walking(
        "## which: Which\n- [*] account.equipment as device -> restart\n- [1] None of them -> done\n"
        "## restart: Restart\n> Restart the {device.model}.\nElse: -> done\n" + END
    )

    rows = [(row.key, row.text) for row in agent.screen.answers]
    assert sorted(rows) == [("1", "None of them"), ("2", "router HG-2")]
    agent.press("2")
    assert agent.screen.spoken == "Restart the HG-2."


def test_a_wait_is_shown_and_visits_are_counted() -> None:
    agent = walking(
        "## wait: Wait\nWait: 4m The router restarts\nIf: visits(wait) > 2 -> done\n- [1] Again -> wait\n"
        "- [2] Works -> done\n" + END
    )
    assert agent.screen.wait is not None
    assert (agent.screen.wait.seconds, agent.screen.wait.text) == (240, "The router restarts")

    agent.press("1")
    assert agent.screen.step == "wait"
    agent.press("1")
    assert agent.screen.step == "done"


def test_a_request_is_made_once_and_its_result_is_known_to_the_script() -> None:
    agent = walking(
        '## go: Go\nDo: start_cancellation\n> It is done. {if done.start_cancellation == "placed"}\n'
        "- [1] On -> done\n" + END,
        verified=True,
    )
    (request,) = agent.facts(EventType.ORDER_REQUESTED)
    assert request == {
        "account": "acc-4221",
        "order": "",
        "action": "start_cancellation",
        "offer": "",
        "option": "",
    }
    assert (agent.screen.requests[0].label, agent.screen.requests[0].result) == ("Cancellation", "queued")
    assert agent.screen.spoken == ""

    agent.do(Finished("start_cancellation", "placed"))

    assert (agent.screen.requests[0].result, agent.screen.spoken) == ("placed", "It is done.")
    agent.press("1", "Back", "1")
    assert len(agent.facts(EventType.ORDER_REQUESTED)) == 1


def test_a_circle_of_conditions_stops_where_the_agent_sees_it() -> None:
    agent = walking(
        "## start: Start\n- [1] Go -> one\n## one: One\nIf: true -> two\n- [1] Out -> done\n"
        "## two: Two\nIf: true -> one\n- [1] Out -> done\n" + END
    ).press("1")

    assert agent.screen.step in ("one", "two")
    agent.press("1")
    assert agent.screen.step == "done"


def test_an_unknown_script_is_refused_with_a_sentence() -> None:
    with pytest.raises(ActionRefused, match="not in this release"):
        Walk.start(library_with(main="## a: A\nEnd: solved\n"), "nowhere", context())


def test_the_american_site_reads_dates_its_own_way() -> None:
    library = library_with(
        main="## form: Form\nAsk: day (date) Day\nElse: -> said\n## said: Said\n> {ask.day|date}\nElse: -> done\n" + END
    )
    agent = Agent(library, "main", replace(context(ADA), region="US"))

    agent.do(Fill("day", "12/3/2026"))
    agent.press("Enter")

    assert agent.screen.spoken == "December 3, 2026"


def test_an_answer_is_recorded_as_written_without_the_customers_data() -> None:
    agent = walking(
        "## who: Who #identity\nVerify: pin\n- [1] Yes -> inside\n- [9] No -> done\n"
        "## inside: Inside\n- [1] Yes, {account.first_name} it is -> next\n## next: Next\n- [1] On -> done\n" + END
    ).press("V", "1", "1")

    assert agent.facts(EventType.ANSWER_GIVEN)[-1]["answer"] == "Yes, {account.first_name} it is"
    assert agent.screen.path[-1].answer == "Yes, Ada it is"
