"""How figures are said in words: shares, denominators, definitions, periods."""

from __future__ import annotations

from datetime import date, timedelta

from app.desk.lead import Rate
from ui.theme.colours import Tint
from ui.widgets.interval import Interval
from ui.widgets.shapes import Shape

DEFINITIONS = (
    ("Call", "An inbound call that this agent answered. One that two agents answered counts once for the team."),
    ("Extend rate", "Calls with at least one offer said aloud, of all calls."),
    ("Accept rate", "Calls with an accept, of the calls with an extend."),
    ("Success rate", "Calls with a save (kept for now) or an upsell, of all calls."),
    ("The line", "95 % interval after Wilson: the true rate lies in it. The hairline is the team's rate."),
    ("Above, below", "The interval lies wholly above or below the team. Else the same."),
)

WORDS = {
    "above": (Tint.GOOD, Shape.NONE),
    "below": (Tint.ATTENTION, Shape.NONE),
    "same": (Tint.PLAIN, Shape.NONE),
}


def per_cent(rate: Rate) -> str:
    """A rate in whole per cent, "–" where there is nothing to divide by."""
    if not rate.denominator:
        return "–"
    return f"{100 * rate.numerator / rate.denominator:.0f} %"


def interval_of(rate: Rate, beside: Rate | None = None) -> Interval | None:
    """The interval to draw, or None where there is nothing to divide by."""
    if not rate.denominator or rate.low is None or rate.high is None:
        return None
    other = beside.numerator / beside.denominator if beside is not None and beside.denominator else None
    return Interval(rate.numerator / rate.denominator, rate.low, rate.high, other)


def spoken(rate: Rate) -> str:
    """A rate for a screen reader."""
    if not rate.denominator or rate.low is None or rate.high is None:
        return f"{rate.numerator} of {rate.denominator}"
    return f"{per_cent(rate)}, {rate.numerator} of {rate.denominator}, between {rate.low:.0%} and {rate.high:.0%}"


def working_days_back(last: date, count: int) -> date:
    """The first of the last `count` working days (Monday to Friday) that end with `last`."""
    day, left = last, count
    while True:
        if day.weekday() < 5:
            left -= 1
            if left == 0:
                return day
        day -= timedelta(days=1)


def period_of(name: str, today: date) -> tuple[date, date]:
    """First and last day of "today", "days5" (last five working days) or "month" (this month so far)."""
    firsts = {"today": today, "days5": working_days_back(today, 5), "month": today.replace(day=1)}
    return firsts[name], today
