"""The type check of an expression: every name declared, every operator between values that it can be put between."""

from __future__ import annotations

from app.scripts.expressions.errors import ExpressionError
from app.scripts.expressions.tree import Binary, Call, Choice, ListOf, Literal, Named, Node, Path, Unary
from app.scripts.expressions.types import ANYTHING, MONEY, NUMBER, TEXT, YES_NO, Kind, Names, Type, list_of
from app.scripts.suggest import closest, did_you_mean

_ORDERED = frozenset((Kind.NUMBER, Kind.MONEY, Kind.DATE, Kind.TEXT))


def type_of(node: Node, names: Names) -> Type:
    """The type of what the expression gives; raises ExpressionError."""
    match node:
        case Literal(value=value):
            return YES_NO if isinstance(value, bool) else TEXT if isinstance(value, str) else NUMBER
        case Path():
            return _path(node, names)
        case Named():
            return YES_NO
        case ListOf(items=items):
            return _list(items, names)
        case Unary(operator=operator, operand=operand):
            return _unary(node, operator, type_of(operand, names))
        case Binary(operator=operator, left=left, right=right):
            return _binary(node, operator, type_of(left, names), type_of(right, names))
        case Choice(condition=condition, then=then, otherwise=otherwise):
            _want(type_of(condition, names), Kind.YES_NO, "Before ? stands a condition", condition.column)
            return _same(
                type_of(then, names), type_of(otherwise, names), node.column, "Both sides of : are of one type"
            )
        case Call(function=function, arguments=arguments):
            return _call(function, arguments[0], names)


def _path(node: Path, names: Names) -> Type:
    found = names.type_of(node.parts)
    if found is None:
        fix = closest(node.text, names.paths())
        raise ExpressionError(
            f'"{node.text[:60]}" is not known here.' + did_you_mean(fix),
            node.column,
            fix,
            "unknown-variable",
            node.column + len(node.text),
        )
    return found


def _list(items: tuple[Node, ...], names: Names) -> Type:
    inner = ANYTHING
    for item in items:
        inner = _same(inner, type_of(item, names), item.column, "The values of a list are of one type")
    return list_of(inner)


def _unary(node: Unary, operator: str, operand: Type) -> Type:
    if operator == "!":
        _want(operand, Kind.YES_NO, "Behind ! stands a condition", node.column)
        return YES_NO
    if operand.kind not in (Kind.NUMBER, Kind.MONEY, Kind.ANYTHING):
        raise _mismatch(f"- goes before a number or money, not before {operand}.", node.column)
    return operand


def _binary(node: Binary, operator: str, left: Type, right: Type) -> Type:
    if operator in ("&&", "||"):
        _want(left, Kind.YES_NO, f"On both sides of {operator} stand conditions", node.left.column)
        _want(right, Kind.YES_NO, f"On both sides of {operator} stand conditions", node.right.column)
        return YES_NO
    if operator == "in":
        if right.kind not in (Kind.LIST, Kind.ANYTHING):
            raise _mismatch(f"Behind in stands a list, not {right}.", node.right.column)
        _comparable(left, right.item or ANYTHING, node)
        return YES_NO
    if operator in ("==", "!="):
        _comparable(left, right, node)
        return YES_NO
    if operator in ("<", "<=", ">", ">="):
        for side, operand in ((left, node.left), (right, node.right)):
            if side.kind is not Kind.ANYTHING and side.kind not in _ORDERED:
                raise _mismatch(f"{side} has no order; {operator} does not go with it.", operand.column)
        _comparable(left, right, node)
        return YES_NO
    return _arithmetic(node, operator, left, right)


def _arithmetic(node: Binary, operator: str, left: Type, right: Type) -> Type:
    kinds = {left.kind, right.kind}
    if Kind.ANYTHING in kinds:
        return ANYTHING
    if kinds == {Kind.NUMBER}:
        return NUMBER
    if operator == "+" and kinds == {Kind.TEXT}:
        return TEXT
    if kinds <= {Kind.NUMBER, Kind.MONEY}:
        if operator in "+-":
            return MONEY
        if operator == "*" and Kind.NUMBER in kinds:
            return MONEY
        if operator == "/" and left.kind is Kind.MONEY:
            return NUMBER if right.kind is Kind.MONEY else MONEY
    raise _mismatch(f"{left} {operator} {right} cannot be worked out.", node.column)


def _call(function: str, argument: Node, names: Names) -> Type:
    if function == "visits":
        return _visits(argument, names)
    found = type_of(argument, names)
    if function == "has":
        if not isinstance(argument, Path):
            raise _mismatch("has() asks for one field: has(account.contract_end)", argument.column)
        return YES_NO
    if function == "size":
        if found.kind not in (Kind.LIST, Kind.TEXT, Kind.ANYTHING):
            raise _mismatch(f"size() counts a list, not {found}.", argument.column)
        return NUMBER
    _want(found, Kind.DATE, "days_until() takes a date", argument.column)
    return NUMBER


def _visits(argument: Node, names: Names) -> Type:
    step = step_named(argument)
    if not step:
        raise _mismatch("visits() takes a step: visits(listen)", argument.column)
    if names.steps is not None and step not in names.steps:
        fix = closest(step, names.steps)
        raise ExpressionError(
            f'There is no step "{step[:60]}".' + did_you_mean(fix), argument.column, fix, "unknown-step"
        )
    return NUMBER


def step_named(argument: Node) -> str:
    """The step that visits() asks for, "" when it is none."""
    if isinstance(argument, Path) and len(argument.parts) == 1:
        return argument.parts[0]
    if isinstance(argument, Literal) and isinstance(argument.value, str):
        return argument.value
    return ""


def _comparable(left: Type, right: Type, node: Binary) -> None:
    kinds = {left.kind, right.kind}
    if len(kinds) == 1 or Kind.ANYTHING in kinds or kinds == {Kind.NUMBER, Kind.MONEY}:
        return
    raise _mismatch(f"{left} and {right} cannot be compared.", node.column)


def _same(left: Type, right: Type, column: int, what: str) -> Type:
    if left.kind is Kind.ANYTHING:
        return right
    if right.kind in (left.kind, Kind.ANYTHING):
        return left
    if {left.kind, right.kind} == {Kind.MONEY, Kind.NUMBER}:
        return MONEY
    raise _mismatch(f"{what}; {left} and {right} are not.", column)


def _want(found: Type, kind: Kind, what: str, column: int) -> None:
    if found.kind not in (kind, Kind.ANYTHING):
        raise _mismatch(f"{what}, not {found}.", column)


def _mismatch(message: str, column: int) -> ExpressionError:
    return ExpressionError(message, column, "", "type-error")
