"""Why a step says what it says: the conditions as written, with this account's values and nothing that is masked."""

from __future__ import annotations

from dataclasses import replace

from app.scripts.actions import ContextChanged, Speak
from app.scripts.screen import ReasonKind
from tests.fakes.customers import ADA
from tests.fakes.walks import Agent, context, library_with

STEPS = """## who: Who is it
Verify: pin
- [1] That is settled -> hello

## hello: Hello
> Good day {account.first_name|or:"there"}.
> You are a long time with us. {if account.tenure_months > 12}
- [1] Go on -> next
- [2] Business {if account.segment == "business"} -> next

## next: Next
> Goodbye.
End: solved
"""


def agent() -> Agent:
    return Agent(library_with(main=STEPS), "main", context(ADA)).press("V", "1")


def by_kind(walked: Agent, kind: ReasonKind) -> list[tuple[str, bool | None, list[tuple[str, str, bool]]]]:
    return [
        (one.condition, one.holds, [(value.path, value.text, value.masked) for value in one.values])
        for one in walked.walk.why()
        if one.kind is kind
    ]


def test_a_sensitive_value_is_masked_where_the_caller_is_not_verified_for_the_account() -> None:
    walked = agent()
    ((_, _, verified),) = by_kind(walked, ReasonKind.VALUES)
    assert verified == [("account.first_name", ADA.first_name, False)]
    walked.do(ContextChanged(context(replace(ADA, id="another"))))
    ((_, _, another),) = by_kind(walked, ReasonKind.VALUES)
    assert another == [("account.first_name", "", True)]


def test_each_condition_is_shown_as_written_with_what_it_looks_at() -> None:
    walked = agent()
    ((sentence, holds, values),) = by_kind(walked, ReasonKind.SENTENCE)
    assert (sentence, holds) == ("account.tenure_months > 12", True)
    assert [path for path, _, _ in values] == ["account.tenure_months"]
    ((answer, fits, _),) = by_kind(walked, ReasonKind.ANSWER)
    assert (answer, fits) == ('account.segment == "business"', False)


def test_what_was_answered_before_is_a_reason() -> None:
    walked = agent().press("1")
    (reason,) = [one for one in walked.walk.why() if one.kind is ReasonKind.ANSWERED]
    assert reason.text == "Hello: Go on"


def test_asking_changes_nothing() -> None:
    walked = agent()
    log = walked.walk.log
    walked.walk.why()
    assert walked.walk.log == log
    assert walked.refusal(Speak("xx"))
