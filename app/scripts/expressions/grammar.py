"""From tokens to the syntax tree, by precedence climbing.

From loose to tight: `?:`, `||`, `&&`, comparisons and `in` (not chained), `+ -`, `* / %`, `! -`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from app.scripts.expressions.errors import ExpressionError
from app.scripts.expressions.tokens import Token, tokens_of
from app.scripts.expressions.tree import Binary, Call, Choice, ListOf, Literal, Named, Node, Path, Unary
from app.scripts.suggest import closest, did_you_mean

DEEPEST = 40
FUNCTIONS = {"visits": "visits(step)", "size": "size(list)", "has": "has(path)", "days_until": "days_until(date)"}
_COMPARISONS = frozenset(("==", "!=", "<", "<=", ">", ">=", "in"))
# How tightly each operator binds.
_LEVELS = {"||": 0, "&&": 1, **dict.fromkeys(_COMPARISONS, 2), **dict.fromkeys("+-", 3), **dict.fromkeys("*/%", 4)}
_WORDS = re.compile(r"[A-Za-z]\w*(?:['’-]\w+)*(?:\s+\w+(?:['’-]\w+)*)+")
_WORD_OPERATORS = {"and": "&&", "or": "||", "not": "!", "is": "=="}


def read_expression(source: str, conditions: Mapping[str, str]) -> Node:
    """The tree of an expression, or of the one named condition that it is; raises ExpressionError."""
    name = source.strip()
    column = len(source) - len(source.lstrip()) + 1
    if name in conditions:
        return Named(name, column)
    if not name:
        raise ExpressionError("The condition is empty.", 1)
    if _WORDS.fullmatch(name) and (not _has_operator_words(name) or closest(name, conditions)):
        raise _unknown_condition(name, column, conditions)
    return _Reader(source, conditions).read()


def _has_operator_words(name: str) -> bool:
    return any(word in ("in", *_WORD_OPERATORS) for word in name.split())


def _unknown_condition(name: str, column: int, conditions: Mapping[str, str]) -> ExpressionError:
    fix = closest(name, conditions)
    return ExpressionError(
        f'There is no condition named "{name[:60]}".' + did_you_mean(fix),
        column,
        fix,
        "unknown-condition",
        column + len(name),
    )


class _Reader:
    """Reads one expression."""

    def __init__(self, source: str, conditions: Mapping[str, str]) -> None:
        self.source = source
        self.conditions = conditions
        # Where a named condition stands in square brackets: the column of the bracket, and its name.
        self.names_by_start: dict[int, str] = {}
        self.tokens = tokens_of(self._without_names())
        self.at = 0
        self.depth = 0

    def _without_names(self) -> str:
        """The source with each `[named condition]` blanked to a list of one word, so that its words are no tokens."""
        pieces, position, source = [], 0, self.source
        if "[" not in source:
            return source
        for match in re.finditer(r"\[([^\[\]\"',]*)\]", source):
            before = source[: match.start()].rstrip()
            name = match.group(1).strip()
            if re.search(r"\bin$", before) or not name:
                continue
            if name in self.conditions or _WORDS.fullmatch(name):
                self.names_by_start[match.start() + 1] = name
                pieces.append(source[position : match.start()] + "[" + "x" * (len(match.group()) - 2) + "]")
                position = match.end()
        return "".join(pieces) + source[position:]

    def read(self) -> Node:
        node = self._choice()
        token = self.tokens[self.at]
        if token.kind != "end":
            raise self._unexpected(token)
        return node

    def _unexpected(self, token: Token) -> ExpressionError:
        if token.kind == "end":
            return ExpressionError("The condition breaks off here.", token.column)
        operator = _WORD_OPERATORS.get(token.text, "")
        if operator:
            return ExpressionError(f'"{token.text}" is no operator here; write "{operator}".', token.column, operator)
        return ExpressionError(
            f'"{token.text[:40]}" does not belong here.', token.column, "", "syntax", token.column + len(token.text)
        )

    def _take(self, *signs: str) -> Token | None:
        token = self.tokens[self.at]
        if token.text in signs and token.kind in ("sign", "word"):
            self.at += 1
            return token
        return None

    def _want(self, sign: str, what: str) -> None:
        if self._take(sign) is None:
            token = self.tokens[self.at]
            raise ExpressionError(f"{what} is not closed; {sign} is missing.", token.column)

    def _deeper(self) -> None:
        self.depth += 1
        if self.depth > DEEPEST:
            raise ExpressionError(
                f"The condition is nested more than {DEEPEST} deep. Give parts of it names.",
                self.tokens[self.at].column,
            )

    def _choice(self) -> Node:
        self._deeper()
        condition = self._operators(0)
        token = self._take("?")
        if token is not None:
            then = self._choice()
            if self._take(":") is None:
                raise ExpressionError("A choice is written condition ? this : that", self.tokens[self.at].column)
            condition = Choice(condition, then, self._choice(), token.column)
        self.depth -= 1
        return condition

    def _operators(self, least: int) -> Node:
        """Operands joined by operators that bind at least so tightly; what binds less is left for who asked."""
        left = self._unary()
        count, last = 0, -1
        while True:
            token = self.tokens[self.at]
            level = _LEVELS.get(token.text, -1) if token.kind in ("sign", "word") else -1
            if level < least:
                return left
            self.at += 1
            # Within one row operators only ever bind less tightly than those before them.
            count, last = (count + 1, level) if level == last else (1, level)
            if count > 1 and level == _LEVELS["=="]:
                raise ExpressionError("Comparisons are not chained; write a < b && b < c", token.column)
            # A long row of operators makes a deep tree, since it leans to the left.
            if count > DEEPEST:
                raise ExpressionError("Too many operators in a row. Give parts of it names.", token.column)
            left = Binary(token.text, left, self._operators(level + 1), token.column)

    def _unary(self) -> Node:
        token = self._take("!", "-")
        if token is None:
            return self._primary()
        self._deeper()
        node = Unary(token.text, self._unary(), token.column)
        self.depth -= 1
        return node

    def _primary(self) -> Node:
        token = self.tokens[self.at]
        if token.kind in ("number", "string"):
            self.at += 1
            return Literal(token.value, token.column)
        if token.kind == "word" and token.text not in _WORD_OPERATORS and token.text != "in":
            self.at += 1
            return self._word(token)
        if self._take("("):
            node = self._choice()
            self._want(")", "The bracket")
            return node
        if self._take("["):
            return self._bracket(token)
        raise self._unexpected(token)

    def _bracket(self, token: Token) -> Node:
        name = self.names_by_start.get(token.column)
        if name is not None:
            self.at += 1
            self._want("]", "The square bracket")
            if name not in self.conditions:
                raise _unknown_condition(name, token.column + 1, self.conditions)
            return Named(name, token.column)
        if self._take("]"):
            return ListOf((), token.column)
        items = [self._choice()]
        while self._take(","):
            items.append(self._choice())
        self._want("]", "The list")
        return ListOf(tuple(items), token.column)

    def _word(self, token: Token) -> Node:
        if token.text in ("true", "false"):
            return Literal(token.text == "true", token.column)
        if self._take("("):
            return self._call(token)
        parts = [token.text]
        while self._take("."):
            part = self.tokens[self.at]
            if part.kind != "word":
                raise ExpressionError("Behind the dot the name of a field is missing.", part.column)
            self.at += 1
            parts.append(part.text)
        if self.tokens[self.at].text == "(":
            raise ExpressionError("Only visits, size, has and days_until are called with brackets.", token.column)
        return Path(tuple(parts), token.column)

    def _call(self, token: Token) -> Node:
        if token.text not in FUNCTIONS:
            fix = closest(token.text, FUNCTIONS)
            known = ", ".join(FUNCTIONS)
            raise ExpressionError(
                f'There is no function "{token.text[:40]}"; there are {known}.' + did_you_mean(fix), token.column, fix
            )
        argument = self.tokens[self.at]
        if argument.text == ")":
            raise ExpressionError(f"It is written {FUNCTIONS[token.text]}.", argument.column)
        node = self._choice()
        self._want(")", f"{token.text}(")
        return Call(token.text, (node,), token.column)
