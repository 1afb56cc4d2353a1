"""What is wrong with an expression."""

from __future__ import annotations


class ExpressionError(Exception):
    """An expression cannot be used.

    `message` is a sentence for the trainer, `column` (from 1, within the expression) where, `end_column` behind it,
    `suggestion` what would be right where that is clear, `rule` the id of the check: syntax, unknown-variable,
    unknown-condition, unknown-step, type-error.
    """

    def __init__(
        self, message: str, column: int, suggestion: str = "", rule: str = "syntax", end_column: int = 0
    ) -> None:
        super().__init__(message)
        self.message = message
        self.column = column
        self.suggestion = suggestion
        self.rule = rule
        self.end_column = end_column or column + 1
