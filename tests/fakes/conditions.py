"""Made-up conditions and accounts: well-typed sources of our language, and the same in plain CEL for the oracle."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from hypothesis import strategies as st

from app.scripts.expressions import NUMBER, TEXT, YES_NO, Names, list_of, record_of

NAMES = Names(
    {
        "account": record_of(
            {
                "usage_gb": NUMBER,
                "overage_count": NUMBER,
                "segment": TEXT,
                "status": TEXT,
                "past_due": YES_NO,
                "vulnerable": YES_NO,
                "consents": list_of(TEXT),
                "plan": record_of({"data_gb": NUMBER, "kind": TEXT}),
            }
        ),
        "outcome": TEXT,
    },
    {"low data user": "account.usage_gb < account.plan.data_gb * 0.25"},
    frozenset(("listen",)),
)
NUMBERS = ("account.usage_gb", "account.overage_count", "account.plan.data_gb")
TEXTS = ("account.segment", "account.status", "account.plan.kind", "outcome")
YES_NOS = ("account.past_due", "account.vulnerable")
LISTS = ("account.consents",)
WORDS = ("household", "business", "", "ä", "Z")


@dataclass(frozen=True, slots=True)
class Written:
    """One condition, as ours and as CEL: there numbers are doubles, and what is missing on the left decides."""

    ours: str
    cel: str


def _same(source: str) -> Written:
    return Written(source, source)


def _with(pattern: str, cel: str | None = None) -> Callable[..., Written]:
    """Puts written parts into the places of both patterns."""

    def put(*parts: Written) -> Written:
        return Written(
            pattern.format(*(part.ours for part in parts)), (cel or pattern).format(*(part.cel for part in parts))
        )

    return put


def _literal(number: int | float) -> Written:
    text = str(number)
    return Written(text, text if "." in text else f"{text}.0")


_NUMBER_LITERALS = st.one_of(st.integers(0, 50), st.sampled_from((0.1, 0.25, 2.5, 99.99))).map(_literal)
_TEXT_LITERALS = st.sampled_from(WORDS).map(lambda word: _same(f'"{word}"'))


def numbers(depth: int) -> st.SearchStrategy[Written]:
    """Expressions that give a number."""
    leaves = st.one_of(
        _NUMBER_LITERALS,
        st.sampled_from(NUMBERS).map(_same),
        st.sampled_from(LISTS).map(lambda path: Written(f"size({path})", f"double(size({path}))")),
    )
    if depth == 0:
        return leaves
    inner = numbers(depth - 1)
    return st.one_of(
        leaves,
        st.builds(_with("({0} + {1})"), inner, inner),
        st.builds(_with("({0} - {1})"), inner, inner),
        st.builds(_with("({0} * {1})"), inner, inner),
        st.builds(_with("({0} / {1})"), inner, st.sampled_from((2, 4, 0.5, 7)).map(_literal)),
        st.builds(_with("(-{0})"), inner),
        st.builds(_with("({0} ? {1} : {2})"), conditions(depth - 1), inner, inner),
    )


def texts(depth: int) -> st.SearchStrategy[Written]:
    """Expressions that give a text."""
    leaves = st.one_of(_TEXT_LITERALS, st.sampled_from(TEXTS).map(_same))
    if depth == 0:
        return leaves
    inner = texts(depth - 1)
    return st.one_of(
        leaves,
        st.builds(_with("({0} + {1})"), inner, inner),
        st.builds(_with("({0} ? {1} : {2})"), conditions(depth - 1), inner, inner),
    )


def conditions(depth: int) -> st.SearchStrategy[Written]:
    """Expressions that give yes or no."""
    leaves = st.one_of(
        st.sampled_from(("true", "false")).map(_same),
        st.sampled_from(YES_NOS).map(_same),
        st.sampled_from((*NUMBERS, *YES_NOS, "account.segment", "account.consents")).map(
            lambda path: _same(f"has({path})")
        ),
    )
    if depth == 0:
        return leaves
    number, text, inner = numbers(depth - 1), texts(depth - 1), conditions(depth - 1)
    compared = [
        st.builds(_with(f"({{0}} {operator} {{1}})"), side, side)
        for operator in ("==", "!=", "<", "<=", ">", ">=")
        for side in (number, text)
    ]
    return st.one_of(
        leaves,
        *compared,
        st.builds(_with("({0} == {1})"), inner, inner),
        st.builds(_with("({0} in [{1}, {2}])"), number, number, number),
        st.builds(_with("({0} in [{1}, {2}])"), text, text, text),
        st.builds(_with("({0} in account.consents)"), text),
        st.builds(_with("(!{0})"), inner),
        # CEL takes whichever side of && and || decides; with us the left one is always looked at first.
        st.builds(_with("({0} && {1})", "({0} ? {1} : false)"), inner, inner),
        st.builds(_with("({0} || {1})", "({0} ? true : {1})"), inner, inner),
        st.builds(_with("({0} ? {1} : {2})"), inner, inner, inner),
    )


def accounts() -> st.SearchStrategy[dict[str, object]]:
    """Scopes in which anything may be missing."""
    number = st.none() | st.integers(-5, 60) | st.sampled_from((0.1, 0.25, 12.5))
    word = st.none() | st.sampled_from(WORDS)
    yes_no = st.none() | st.booleans()
    plan = st.fixed_dictionaries({"data_gb": number, "kind": word})
    account = st.fixed_dictionaries(
        {
            "usage_gb": number,
            "overage_count": number,
            "segment": word,
            "status": word,
            "past_due": yes_no,
            "vulnerable": yes_no,
            "consents": st.none() | st.lists(st.sampled_from(WORDS), max_size=3, unique=True),
            "plan": plan,
        }
    )
    return st.fixed_dictionaries({"account": account, "outcome": word})
