"""The cheat sheet: every command once, in groups, in the order in which a call needs them."""

from __future__ import annotations

from ui.keys import Command

KEY_GROUPS: tuple[tuple[str, tuple[Command, ...]], ...] = (
    (
        "What to say",
        (
            Command.ENTER,
            Command.DIGIT_1,
            Command.OTHER_PHRASING,
            Command.PIN,
            Command.KEY_WORDS,
            Command.LANGUAGE,
            Command.PAGE_ON,
            Command.PAGE_BACK,
            Command.FIND,
            Command.WHY,
            Command.BACK,
            Command.FORWARD,
        ),
    ),
    (
        "Offer",
        (
            Command.EXTEND,
            Command.ACCEPT,
            Command.DECLINE,
            Command.LATER,
            Command.NOT_THE_MOMENT,
            Command.TAKE_BACK,
            Command.CANCEL_SERVICE,
        ),
    ),
    (
        "Phone",
        (
            Command.ANSWER,
            Command.HANG_UP,
            Command.HOLD,
            Command.TRANSFER,
            Command.SEND_DIGITS,
            Command.HANDED,
            Command.FINISH,
        ),
    ),
    ("Caller", (Command.SEARCH, Command.CALLER, Command.ATTEST, Command.CALL_BACK)),
    ("Notes and your lead", (Command.NOTES, Command.TEMPLATES, Command.ASK_LEAD, Command.SEEN)),
    ("Between calls", (Command.BREAK, Command.LOCK, Command.PRACTICE)),
    (
        "Window",
        (
            Command.HELP,
            Command.ESCAPE,
            Command.ROOMS,
            Command.SETTINGS,
            Command.SYNC,
            Command.STRIP,
            Command.NEXT_TAB,
        ),
    ),
)
"""Heading and commands; the digits stand together as 1."""
