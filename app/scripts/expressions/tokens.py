"""From the text of an expression to its tokens."""

from __future__ import annotations

import re
from typing import NamedTuple

from app.scripts.expressions.errors import ExpressionError

LONGEST = 2_000

# One alternative per sort of token; what fits none of them is refused.
_TOKEN = re.compile(
    r"""\s*(?:
    (?P<number>(?:\d+\.\d+|\d+)(?![\w.]))
  | (?P<string>"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')
  | (?P<word>[A-Za-z_]\w*)
  | (?P<sign>&&|\|\||==|!=|<=|>=|[!<>+\-*/%?:()\[\],.])
  | (?P<end>$)
  )""",
    re.VERBOSE,
)
_ESCAPES = {"\\": "\\", '"': '"', "'": "'", "n": "\n", "t": "\t"}
_MOST_DIGITS = 18
_HINTS = {
    "=": 'One = gives a value; to compare write "==".',
    "&": 'To join conditions write "&&".',
    "|": 'For "or" write "||".',
    "“": 'Use straight quotes: "text".',
    "”": 'Use straight quotes: "text".',
    "£": "Write the amount without the currency sign.",
    "$": "Write the amount without the currency sign.",
    "€": "Write the amount without the currency sign.",
}


class Token(NamedTuple):
    """`kind` is number, string, word, sign or end; `text` as written; `value` of numbers and strings."""

    kind: str
    text: str
    column: int
    value: int | float | str = ""


def tokens_of(source: str) -> list[Token]:
    """The tokens, with "end" last; raises ExpressionError."""
    if len(source) > LONGEST:
        raise ExpressionError(f"The condition is over {LONGEST:,} signs long. Give parts of it names.", 1)
    found: list[Token] = []
    position = 0
    source = source.rstrip()
    while True:
        match = _TOKEN.match(source, position)
        if match is None or match.lastgroup is None:
            raise _unreadable(source, position)
        kind = match.lastgroup
        text = match.group(kind)
        column = match.start(kind) + 1
        if kind == "number":
            found.append(Token(kind, text, column, _number(text, column)))
        elif kind == "string":
            found.append(Token(kind, text, column, _string(text, column)))
        else:
            found.append(Token(kind, text, column))
        if kind == "end":
            return found
        position = match.end()


def _number(text: str, column: int) -> int | float:
    if len(text) > _MOST_DIGITS:
        raise ExpressionError(f"A number has at most {_MOST_DIGITS} digits.", column)
    return float(text) if "." in text else int(text)


def _string(text: str, column: int) -> str:
    inside = text[1:-1]
    if "\\" not in inside:
        return inside
    pieces, index = [], 0
    while index < len(inside):
        sign = inside[index]
        if sign == "\\":
            index += 1
            if inside[index] not in _ESCAPES:
                raise ExpressionError(
                    f'"\\{inside[index]}" is not known in quotes; write \\\\ for a backslash.', column + index
                )
            sign = _ESCAPES[inside[index]]
        pieces.append(sign)
        index += 1
    return "".join(pieces)


def _unreadable(source: str, position: int) -> ExpressionError:
    rest = source[position:]
    column = position + len(rest) - len(rest.lstrip()) + 1
    sign = rest.lstrip()[:1]
    if sign in "\"'":
        return ExpressionError("The quotes are not closed.", column)
    if sign.isdigit():
        return ExpressionError("Write a number like 5 or 5.50, without letters.", column)
    return ExpressionError(_HINTS.get(sign, f'"{sign}" has no meaning in a condition.'), column)
