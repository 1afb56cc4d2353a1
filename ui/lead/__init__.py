"""The team lead's room: the team's figures, each rate with numerator, denominator and interval.

May import PySide6, `ui.widgets`, `ui.theme` and the values of `app.desk.lead`. Computes no figure; shows what the
report says. Does not know `ui.agent`.
"""
