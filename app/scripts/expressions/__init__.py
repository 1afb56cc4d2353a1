"""Conditions and values of scripts: a subset of CEL, typed against the schema, compiled once to Python closures.

Imports `app.domain` and `app.scripts.suggest` only. Never runs text as Python; what can be named is what was declared.
"""

from app.scripts.expressions.compiled import (
    Condition,
    Value,
    compile_condition,
    compile_value,
    read_condition,
    read_value,
    type_of_value,
)
from app.scripts.expressions.errors import ExpressionError
from app.scripts.expressions.evaluate import MISSING, CallState, Missing, find_value
from app.scripts.expressions.tree import Node, paths_in
from app.scripts.expressions.types import (
    ANYTHING,
    DATE,
    MONEY,
    NUMBER,
    TEXT,
    YES_NO,
    Kind,
    Names,
    Type,
    list_of,
    record_of,
)

__all__ = [
    "ANYTHING",
    "DATE",
    "MISSING",
    "MONEY",
    "NUMBER",
    "TEXT",
    "YES_NO",
    "CallState",
    "Condition",
    "ExpressionError",
    "Kind",
    "Missing",
    "Names",
    "Node",
    "Type",
    "Value",
    "compile_condition",
    "compile_value",
    "find_value",
    "list_of",
    "paths_in",
    "read_condition",
    "read_value",
    "record_of",
    "type_of_value",
]
