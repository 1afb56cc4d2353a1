"""The marked lists that digits belong to after A, D, L and "not the moment"."""

from __future__ import annotations

from datetime import date, timedelta

from app.desk.view import Choice
from app.domain.offer import DeclineReason, PassReason
from app.scripts.screen import OfferScreen

_DECLINED = {
    DeclineReason.PRICE: "Too dear",
    DeclineReason.NO_NEED: "Does not need it",
    DeclineReason.COMPETITOR: "Has a better offer elsewhere",
    DeclineReason.CONTRACT: "Does not want a contract",
    DeclineReason.TRUST: "Does not trust it",
    DeclineReason.TIMING: "Not now",
    DeclineReason.LEAVING: "Is leaving anyway",
    DeclineReason.NOT_ASKED: "Reason not asked",
}
_PASSED = {
    PassReason.UPSET: "Customer is upset",
    PassReason.HURRY: "Customer is in a hurry",
    PassReason.NOT_SOLVED: "The problem is not solved",
    PassReason.NOT_HOLDER: "Not the account holder",
    PassReason.DROPPED: "The call dropped",
    PassReason.UNSUITABLE: "Would not suit this customer",
}


_CALLERS = {
    "holder": "The account holder",
    "authorised": "A person whom the holder named",
    "executor": "An executor, after a death",
    "third_party": "Somebody else",
}
_DAYS = (
    ("Tomorrow", 1),
    ("In three days", 3),
    ("In a week", 7),
    ("In two weeks", 14),
    ("In a month", 30),
)
WHICH, WHY_NOT, WHEN = "Which one?", "Why not?", "When shall we call back?"
WHY_NOT_NOW, WHO = "Why is this not the moment?", "Who is calling?"
TEXTS = (
    *(WHICH, WHY_NOT, WHEN, WHY_NOT_NOW, WHO),
    *_DECLINED.values(),
    *_PASSED.values(),
    *_CALLERS.values(),
    *(text for text, _ in _DAYS),
)
"""What the lists say, so that every language has it."""


def options(offer: OfferScreen) -> tuple[Choice, ...]:
    """The offer's options under 1-9; those that the customer cannot afford are closed, with the reason."""
    return tuple(
        Choice(str(number), option.label, option.price, option.closed)
        for number, option in enumerate(offer.options[:9], start=1)
    )


def decline_reasons() -> tuple[tuple[Choice, DeclineReason], ...]:
    """Why the customer said no; 0 is "not asked"."""
    keys = [*"1234567", "0"]
    return tuple((Choice(key, text), reason) for key, (reason, text) in zip(keys, _DECLINED.items(), strict=True))


def pass_reasons() -> tuple[tuple[Choice, PassReason], ...]:
    """Why this is not the moment."""
    return tuple((Choice(str(number), text), reason) for number, (reason, text) in enumerate(_PASSED.items(), start=1))


def callers() -> tuple[tuple[Choice, str], ...]:
    """Who may be calling."""
    return tuple((Choice(str(number), text), role) for number, (role, text) in enumerate(_CALLERS.items(), start=1))


def days(today: date) -> tuple[tuple[Choice, date], ...]:
    """When to come back to it."""
    dates = ((text, today + timedelta(days=after)) for text, after in _DAYS)
    return tuple(
        (Choice(str(number), text, f"{day:%a} {day.day} {day:%b}"), day)
        for number, (text, day) in enumerate(dates, start=1)
    )


def reason_label(code: str) -> str:
    """A decline reason in words, for summaries."""
    return "did not agree" if code == DeclineReason.NO_CONSENT else _DECLINED[DeclineReason(code)].lower()
