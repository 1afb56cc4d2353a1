"""Walking scripts by the thousand: what is found, and that it is found again."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from random import Random

import pytest

from app.domain.account import Account, Billing
from app.scripts.coverage import TODAY, Ended, ScriptReport, cover
from app.scripts.coverage.customers import Customers
from app.scripts.schema import account_scope
from tests.fakes.walks import library_with, sample

ROOT = Path(__file__).parents[3]
# Who somebody is decides nothing, and so need not vary.
WHO = {"number", "name", "first_name", "phones", "area", "street", "email"}


def walked(calls: int = 200, /, **scripts: str) -> ScriptReport:
    return cover(library_with(**scripts), ["main"], calls, 7).scripts[0]


def pool(count: int = 1_000) -> tuple[Account, ...]:
    return Customers(sample(), TODAY).pool(Random(7), count)


def test_every_step_and_answer_of_the_sample_is_reached() -> None:
    report = cover(sample(), sorted(sample().scripts), 1_500, 7)

    assert [(one.script, one.unreached, one.troubles) for one in report.scripts if not one.clean] == []
    for one in report.scripts:
        assert sum(one.outcomes.values()) + sum(one.handed_over.values()) == one.calls
        assert 1 <= one.longest_call <= one.calls


def test_an_answer_that_nobody_can_give_and_the_steps_behind_it_are_named_with_their_lines() -> None:
    report = walked(
        main="## ask: Ask\n- [1] Yes -> done\n- [2] Again {if visits(gold) > 0} -> gold\n"
        "## gold: Gold\nEnd: kept\n## done: Done\nEnd: kept\n"
    )

    assert [(one.kind, one.step, one.line) for one in report.unreached] == [("answer", "ask", 9), ("step", "gold", 10)]
    assert (report.steps_reached, report.steps, report.answers_reached, report.answers) == (2, 3, 1, 2)


def test_an_objection_that_is_never_reached_is_named() -> None:
    report = walked(
        200,
        main='## ask: Ask\nObjection: "too dear" -> soft\n- [1] On -> done\n## soft: Soft #return\n> I see.\n'
        "## done: Done\nEnd: kept\n",
    )
    assert report.unreached == ()

    closed = walked(
        main="## ask: Ask\nIf: true -> done\n- [1] On -> done\n## done: Done\nEnd: kept\n",
    )
    assert [(one.kind, one.step) for one in closed.unreached] == [("step", "ask"), ("answer", "ask")]


def test_a_call_that_is_stuck_is_told_with_the_sentence_that_the_agent_saw() -> None:
    report = walked(50, main="## go: Go\n- [1] Cancel -> now\n## now: Now\nDo: start_cancellation\nEnd: cancelled\n")

    (trouble,) = report.troubles
    assert (trouble.ended, trouble.step) == (Ended.STUCK, "go")
    assert "verify" in trouble.sentence.lower() or "holder" in trouble.sentence
    assert 0 < trouble.calls < 50
    assert sum(report.outcomes.values()) + trouble.calls + sum(report.handed_over.values()) == 50


def test_a_call_that_never_ends_is_told() -> None:
    steps = "## go: Go\n- [1] Round -> go\n- [2] Out {if visits(done) > 0} -> done\n## done: D\nEnd: kept\n"
    library = library_with(main=steps)

    report = cover(library, ["main"], 40, 7).scripts[0]

    assert [(one.ended, one.step) for one in report.troubles] == [(Ended.ENDLESS, "go")]


def test_items_of_a_list_with_and_without_a_key_are_one_answer() -> None:
    report = walked(
        main="## which: Which\n- [*] account.equipment as device -> done\n- [9] None -> done\n## done: D\nEnd: kept\n"
    )

    assert report.unreached == ()
    assert report.answers == 2


def test_the_boundary_of_a_condition_is_found_wherever_it_lies() -> None:
    report = walked(
        800,
        main="## ask: Ask\n- [1] Exactly {if account.tenure_months == 137} -> done\n"
        '- [2] Named {if account.plan.name == "Copper 6" && account.contacts_30_days == 7} -> done\n'
        "- [3] Typed -> form\n## form: Form\nAsk: size (number) Size\nIf: ask.size == 4711 -> exact\nElse: -> done\n"
        "## exact: Exact\nEnd: kept\n## done: Done\nEnd: kept\n",
    )

    assert report.unreached == ()


@pytest.mark.parametrize("name", sorted({path.split(".")[1] for path in sample().schema.fields} - WHO))
def test_every_field_of_the_schema_varies(name: str) -> None:
    seen = {repr(account_scope(one, sample().schema, TODAY).get(name)) for one in pool()}

    assert len(seen) >= 2, name


@pytest.mark.parametrize(
    "wanted",
    [
        lambda one: one.balance is not None and one.balance.minor == 399,
        lambda one: one.balance is not None and one.balance.minor == 400,
        lambda one: one.balance is not None and one.balance.minor == 401,
        lambda one: one.billing is Billing.PREPAID and one.pay_later_credit.minor in (399, 400, 401) and one.past_due,
        lambda one: one.billing is Billing.PREPAID and one.pay_later_credit.minor > 0 and one.vulnerable,
        lambda one: len(one.equipment) > 9,
        lambda one: one.equipment == (),
        lambda one: one.contract_end is None,
        lambda one: one.contract_end == TODAY,
        lambda one: bool(one.offer_history) and bool(one.interrupts),
        lambda one: one.jurisdiction == "us-ca" and not one.consents,
    ],
)
def test_customers_stand_on_both_sides_of_what_decides(wanted: Callable[[Account], bool]) -> None:
    assert any(wanted(one) for one in pool(3_000))


def test_nobody_varied_is_beyond_what_an_account_can_be() -> None:
    for one in pool():
        assert (one.balance is None) is (one.billing is Billing.POSTPAID)
        assert one.usage_gb >= 0 and one.overage_count >= 0 and one.bill.minor >= 0
        assert one.since <= TODAY
        assert replace(one) == one


def test_the_report_is_the_same_whatever_the_order_of_sets_in_python() -> None:
    program = (
        "from tests.fakes.walks import sample\nfrom app.scripts.coverage import cover\n"
        "print(cover(sample(), sorted(sample().scripts), 60, 7))"
    )
    said = [
        subprocess.run(
            [sys.executable, "-c", program],
            env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": str(ROOT)},
            cwd=ROOT,
            capture_output=True,
            check=True,
            timeout=100,
        ).stdout
        for seed in ("1", "2")
    ]

    assert said[0] == said[1] != b""


def test_a_script_s_report_does_not_depend_on_which_others_are_walked() -> None:
    alone = cover(sample(), ["welcome"], 80, 7).scripts[0]
    among = next(one for one in cover(sample(), sorted(sample().scripts), 80, 7).scripts if one.script == "welcome")

    assert alone == among
