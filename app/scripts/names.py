"""The names that the lines of a script may use: those known everywhere, and the script's own."""

from __future__ import annotations

from collections.abc import Mapping

from app.scripts.expressions import (
    ANYTHING,
    DATE,
    MONEY,
    NUMBER,
    TEXT,
    YES_NO,
    ExpressionError,
    Kind,
    Names,
    Type,
    record_of,
    type_of_value,
)
from app.scripts.model import Script
from app.scripts.schema import Schema

# What a CRM or the phone can be asked for by `Do:`; the result (queued, placed, ok, failed) is read as done.action.
ACTIONS = ("place_order", "start_cancellation", "line_test", "engineer_visit", "guide_by_text")

_ASK_TYPES = {
    "text": TEXT,
    "digits": TEXT,
    "choice": TEXT,
    "number": NUMBER,
    "money": MONEY,
    "date": DATE,
    "yes/no": YES_NO,
}

# Known in every script. The walk fills in the same names; what is not known yet is missing.
_EVERYWHERE: Mapping[str, Type] = {
    "caller": record_of({"verified": YES_NO, "role": TEXT, "method": TEXT}),
    "agent": record_of({"first_name": TEXT, "company": TEXT}),
    "call": record_of(
        {
            "queue": TEXT,
            "dnis": TEXT,
            "intent": TEXT,
            "direction": TEXT,
            "language": TEXT,
            "today": DATE,
            "offline": YES_NO,
            # Another script of this call came before, so that the greeting has been said.
            "greeted": YES_NO,
        }
    ),
    "offer": record_of(
        {"id": TEXT, "name": TEXT, "kind": TEXT, "price": MONEY, "saving": MONEY, "concession": MONEY, "months": NUMBER}
    ),
    "option": record_of({"id": TEXT, "label": TEXT, "price": MONEY, "size": NUMBER, "months": NUMBER}),
    "outcome": TEXT,
    "done": record_of(dict.fromkeys(ACTIONS, TEXT)),
}


def library_names(schema: Schema, conditions: Mapping[str, str]) -> Names:
    """The names known in every script: for named conditions and for an offer's `eligible` and `why`."""
    return Names({**_EVERYWHERE, "account": schema.account_type}, conditions)


def script_names(script: Script, schema: Schema, conditions: Mapping[str, str]) -> Names:
    """The names known in one script: those of the library, its form fields, its values and its list items."""
    return names_within(script, library_names(schema, conditions))


def names_within(script: Script, everywhere: Names) -> Names:
    """The same, from `library_names` made once for many scripts."""
    types = dict(everywhere.types)
    asks: dict[str, Type] = {}
    for step in script.steps.values():
        for ask in step.asks:
            asks[ask.name] = _ASK_TYPES.get(ask.type, ANYTHING)
        for answer in step.answers:
            if answer.key == "*":
                listed = everywhere.type_of(tuple(answer.each.split(".")))
                known = listed is not None and listed.kind is Kind.LIST and listed.item is not None
                types[answer.name] = listed.item if known and listed and listed.item else ANYTHING
    types["ask"] = record_of(asks)
    names = Names(types, everywhere.conditions, frozenset(script.steps))
    lets = [let for step in script.steps.values() for let in step.lets]
    # A value may use another that stands further down in the file; its type is then only known during the call.
    types.update((let.name, ANYTHING) for let in lets)
    for let in lets:
        try:
            types[let.name] = type_of_value(let.expression, names)
        except ExpressionError:
            continue
    return names
