"""Builds a Python function out of a checked tree: syntax nodes made by us, compiled, wrapped as a function.

What the schema says of the types makes the common case short: two numbers are compared by Python's own `<` once both
are seen to be plain numbers. Whatever else a value turns out to be goes through `evaluate`, so that the meaning is
written down in one place. Names of a script only ever become string constants.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping
from types import CodeType, FunctionType
from typing import Any, Final

from app.domain.money import Money, exponent
from app.scripts.expressions import evaluate
from app.scripts.expressions.evaluate import MISSING, NO_RESULT, Missing, find_value
from app.scripts.expressions.tree import Binary, Call, Choice, ListOf, Literal, Named, Node, Path, Unary
from app.scripts.expressions.typed import step_named, type_of
from app.scripts.expressions.types import Kind, Names

# A key that is not there is a missing value as well.
NOTHING_THERE: Final[tuple[type[Exception], ...]] = (*NO_RESULT, KeyError)

_COMPARISONS: Mapping[str, type[ast.cmpop]] = {
    "==": ast.Eq,
    "!=": ast.NotEq,
    "<": ast.Lt,
    "<=": ast.LtE,
    ">": ast.Gt,
    ">=": ast.GtE,
}
_ARITHMETIC: Mapping[str, type[ast.operator]] = {"+": ast.Add, "-": ast.Sub, "*": ast.Mult, "/": ast.Div}
_MIRRORED = {"<": ">", "<=": ">=", ">": "<", ">=": "<=", "==": "==", "!=": "!="}
# The class of value behind each kind for which there is a short way.
_PLAIN = {Kind.NUMBER: "numbers", Kind.TEXT: "texts"}


class _InMinorUnits(dict[str, Any]):
    """A bare number as an amount in the minor units of a currency, worked out once for each currency."""

    def __init__(self, number: int | float) -> None:
        super().__init__()
        self._number = evaluate.exact(number)

    def __missing__(self, currency: str) -> Any:
        scaled = self._number.scaleb(exponent(currency))
        self[currency] = int(scaled) if scaled == scaled.to_integral_value() else scaled
        return self[currency]


def _there(value: Any) -> Any:
    if value is None:
        raise Missing("value")
    return value


def _look_up(scope: Mapping[str, Any], parts: tuple[str, ...]) -> Any:
    found = find_value(scope, parts)
    if found is MISSING:
        raise Missing(".".join(parts))
    return found


def _has(scope: Mapping[str, Any], parts: tuple[str, ...]) -> bool:
    return find_value(scope, parts) is not MISSING


_KNOWN: Final[Mapping[str, Any]] = {
    "__builtins__": {},
    "type": type,
    "Money": Money,
    "numbers": frozenset((int, float)),
    "texts": frozenset((str,)),
    "lists": frozenset((list, tuple)),
    "there": _there,
    "look_up": _look_up,
    "has": _has,
    "truth": evaluate.truth,
    "negative": evaluate.negative,
    "size": evaluate.size,
    "day_of": evaluate.day_of,
    "NOTHING_THERE": NOTHING_THERE,
    **{f"do{index}": operation for index, operation in enumerate(evaluate.OPERATIONS.values())},
}
_OPERATION_NAMES = {operator: f"do{index}" for index, operator in enumerate(evaluate.OPERATIONS)}


class Builder:
    """Builds one function.

    `run_named` gives the function of a named condition. A `telling` function knows the path of what is missing, and
    takes no short ways.
    """

    def __init__(self, names: Names, run_named: Callable[[Named], Callable[..., Any]], telling: bool = False) -> None:
        self._names = names
        self._run_named = run_named
        self._telling = telling
        self._globals = dict(_KNOWN)
        self._count = 0

    def function(self, tree: Node) -> Callable[..., Any]:
        """The function of (scope, functions) that gives the value; raises one of NOTHING_THERE."""
        return self._made([ast.Return(self._value(tree))])

    def condition(self, tree: Node) -> Callable[..., bool]:
        """The function of (scope, functions) that is True where the condition holds; never raises."""
        holds = self._yes_no(tree)
        if not self._surely_yes_no(tree):
            holds = ast.Compare(holds, [ast.Is()], [ast.Constant(True)])
        otherwise = ast.ExceptHandler(_name("NOTHING_THERE"), None, [ast.Return(ast.Constant(False))])
        return self._made([ast.Try([ast.Return(holds)], [otherwise], [], [])])

    def _made(self, body: list[ast.stmt]) -> Callable[..., Any]:
        parameters = ast.arguments(
            posonlyargs=[], args=[ast.arg("scope"), ast.arg("functions")], kwonlyargs=[], kw_defaults=[], defaults=[]
        )
        written = ast.FunctionDef("condition", parameters, body, [])
        module = compile(ast.fix_missing_locations(ast.Module([written], [])), "<condition>", "exec")
        code = next(constant for constant in module.co_consts if isinstance(constant, CodeType))
        return FunctionType(code, self._globals)

    # Values

    def _value(self, node: Node) -> ast.expr:
        match node:
            case Literal(value=value):
                return ast.Constant(value)
            case Path(parts=parts):
                return self._path(parts) if self._telling else _call("there", self._path(parts))
            case Named():
                return self._named(node)
            case ListOf(items=items):
                return ast.List([self._value(item) for item in items], ast.Load())
            case Unary(operator=operator, operand=operand):
                if operator == "!":
                    return ast.UnaryOp(ast.Not(), self._yes_no(operand))
                return _call("negative", self._value(operand))
            case Binary(operator=operator, left=left, right=right):
                return self._binary(node, operator, left, right)
            case Choice(condition=condition, then=then, otherwise=otherwise):
                return ast.IfExp(self._yes_no(condition), self._value(then), self._value(otherwise))
            case Call(function=function, arguments=arguments):
                return self._call(function, arguments[0])

    def _path(self, parts: tuple[str, ...]) -> ast.expr:
        """What stands at the path; None where nothing does."""
        if self._telling:
            return _call("look_up", _name("scope"), _literal(parts))
        found: ast.expr = _name("scope")
        for part in parts:
            found = ast.Subscript(found, ast.Constant(part), ast.Load())
        return found

    def _named(self, node: Named) -> ast.expr:
        return ast.Call(self._constant(self._run_named(node)), [_name("scope"), _name("functions")], [])

    def _constant(self, value: Any) -> ast.Name:
        """A value of ours under a name that nothing else has."""
        self._count += 1
        name = f"constant{self._count}"
        self._globals[name] = value
        return _name(name)

    def _kept(self, value: ast.expr) -> tuple[ast.expr, ast.Name]:
        """A value that is kept under a name: the node that works it out, and the one that reads it again."""
        if isinstance(value, ast.Name):
            return value, value
        self._count += 1
        name = f"kept{self._count}"
        return ast.NamedExpr(ast.Name(name, ast.Store()), value), _name(name)

    def _call(self, function: str, argument: Node) -> ast.expr:
        if function == "visits":
            visits = ast.Attribute(_name("functions"), "visits", ast.Load())
            return ast.Call(visits, [ast.Constant(step_named(argument))], [])
        if function == "has":
            parts = argument.parts if isinstance(argument, Path) else ()
            return _call("has", _name("scope"), _literal(parts))
        value = self._value(argument)
        if function == "size":
            return _call("size", value)
        return ast.Call(ast.Attribute(_name("functions"), "days_until", ast.Load()), [_call("day_of", value)], [])

    # Yes or no

    def _yes_no(self, node: Node) -> ast.expr:
        """The node as True or False; anything else counts as missing."""
        if self._surely_yes_no(node):
            return self._value(node)
        if not isinstance(node, Path) or self._telling:
            return _call("truth", self._value(node))
        first, again = self._kept(self._path(node.parts))
        is_one = ast.BoolOp(
            ast.Or(),
            [
                ast.Compare(first, [ast.Is()], [ast.Constant(True)]),
                ast.Compare(again, [ast.Is()], [ast.Constant(False)]),
            ],
        )
        return ast.IfExp(is_one, again, _call("truth", again))

    def _surely_yes_no(self, node: Node) -> bool:
        match node:
            case Literal(value=value):
                return isinstance(value, bool)
            case Unary(operator=operator):
                return operator == "!"
            case Binary(operator=operator):
                return operator in ("&&", "||", "in") or operator in _COMPARISONS
            case Call(function=function):
                return function == "has"
            case _:
                return False

    # Operators

    def _binary(self, node: Binary, operator: str, left: Node, right: Node) -> ast.expr:
        if operator in ("&&", "||"):
            return ast.BoolOp(ast.And() if operator == "&&" else ast.Or(), [self._yes_no(left), self._yes_no(right)])
        if not self._telling:
            short = self._short(operator, left, right)
            if short is not None:
                return short
        return _call(_OPERATION_NAMES[operator], self._value(left), self._value(right))

    def _short(self, operator: str, left: Node, right: Node) -> ast.expr | None:
        """The short way for values that are what the schema says; None where there is none."""
        if operator == "in":
            return self._short_in(left, right)
        kinds = (type_of(left, self._names).kind, type_of(right, self._names).kind)
        if operator in _ARITHMETIC:
            return self._guarded(operator, left, right, "numbers") if kinds == (Kind.NUMBER, Kind.NUMBER) else None
        if operator not in _COMPARISONS:
            return None
        if kinds[0] == kinds[1] and kinds[0] in _PLAIN:
            return self._guarded(operator, left, right, _PLAIN[kinds[0]])
        if kinds == (Kind.MONEY, Kind.NUMBER) and isinstance(right, Literal):
            return self._money(operator, left, right)
        if kinds == (Kind.NUMBER, Kind.MONEY) and isinstance(left, Literal):
            return self._money(_MIRRORED[operator], right, left)
        return None

    def _raw(self, node: Node) -> ast.expr:
        """The value, which may be None where a path has nothing."""
        return self._path(node.parts) if isinstance(node, Path) else self._value(node)

    def _guarded(self, operator: str, left: Node, right: Node, classes: str) -> ast.expr | None:
        """Python's own operator where both are seen to be of these classes, else the long way."""
        tests: list[ast.expr] = []
        reads: list[ast.expr] = []
        longs: list[ast.expr] = []
        for side in (left, right):
            if isinstance(side, Literal):
                if not _is_of(side.value, classes):
                    return None
                reads.append(ast.Constant(side.value))
                longs.append(ast.Constant(side.value))
                continue
            first, again = self._kept(self._raw(side))
            tests.append(ast.Compare(_call("type", first), [ast.In()], [_name(classes)]))
            reads.append(again)
            longs.append(_call("there", again) if isinstance(side, Path) else again)
        if not tests:
            return None
        # Both sides are worked out before either is judged: the long way needs them.
        test = tests[0] if len(tests) == 1 else ast.BinOp(tests[0], ast.BitAnd(), tests[1])
        if operator in _COMPARISONS:
            short: ast.expr = ast.Compare(reads[0], [_COMPARISONS[operator]()], [reads[1]])
        else:
            short = ast.BinOp(reads[0], _ARITHMETIC[operator](), reads[1])
        return ast.IfExp(test, short, _call(_OPERATION_NAMES[operator], *longs))

    def _money(self, operator: str, amount: Node, number: Literal) -> ast.expr | None:
        """An amount against a bare number, in minor units of the amount's own currency."""
        if isinstance(number.value, (bool, str)):
            return None
        first, again = self._kept(self._raw(amount))
        test = ast.Compare(_call("type", first), [ast.Is()], [_name("Money")])
        minor = ast.Attribute(again, "minor", ast.Load())
        currency = ast.Attribute(again, "currency", ast.Load())
        scaled = ast.Subscript(self._constant(_InMinorUnits(number.value)), currency, ast.Load())
        short = ast.Compare(minor, [_COMPARISONS[operator]()], [scaled])
        return ast.IfExp(
            test, short, _call(_OPERATION_NAMES[operator], _call("there", again), ast.Constant(number.value))
        )

    def _short_in(self, left: Node, right: Node) -> ast.expr | None:
        """A text in a list of the account, or a field among texts."""
        if isinstance(left, Literal) and isinstance(left.value, str) and isinstance(right, Path):
            first, again = self._kept(self._raw(right))
            test = ast.Compare(_call("type", first), [ast.In()], [_name("lists")])
            short = ast.Compare(ast.Constant(left.value), [ast.In()], [again])
            return ast.IfExp(
                test, short, _call(_OPERATION_NAMES["in"], ast.Constant(left.value), _call("there", again))
            )
        if isinstance(left, Path) and isinstance(right, ListOf):
            texts = [item.value for item in right.items if isinstance(item, Literal) and isinstance(item.value, str)]
            if len(texts) != len(right.items):
                return None
            first, again = self._kept(self._raw(left))
            test = ast.Compare(_call("type", first), [ast.In()], [_name("texts")])
            short = ast.Compare(again, [ast.In()], [_literal(tuple(texts))])
            return ast.IfExp(test, short, _call(_OPERATION_NAMES["in"], _call("there", again), _literal(tuple(texts))))
        return None


def _name(name: str) -> ast.Name:
    return ast.Name(name, ast.Load())


def _literal(value: Any) -> ast.Constant:
    """A constant of any sort, tuples among them."""
    return ast.Constant(value)


def _call(function: str, *arguments: ast.expr) -> ast.Call:
    return ast.Call(_name(function), list(arguments), [])


def _is_of(value: object, classes: str) -> bool:
    allowed = (int, float) if classes == "numbers" else (str,)
    return type(value) in allowed
