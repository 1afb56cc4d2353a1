"""The keys: one typed table of what the agent can do, and by which keys inside and outside a text field."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from PySide6.QtCore import QKeyCombination, Qt
from PySide6.QtGui import QKeySequence

from ui.words.catalogue import say


class Command(StrEnum):
    """What a key means. Digits belong to whatever list is marked; the desk decides."""

    HELP = "help"
    OTHER_PHRASING = "other_phrasing"
    FIND = "find"
    NOTES = "notes"
    EXTEND = "extend"
    ACCEPT = "accept"
    DECLINE = "decline"
    CANCEL_SERVICE = "cancel_service"
    LATER = "later"
    NOT_THE_MOMENT = "not_the_moment"
    TAKE_BACK = "take_back"
    ANSWER = "answer"
    HANG_UP = "hang_up"
    HOLD = "hold"
    TRANSFER = "transfer"
    SEND_DIGITS = "send_digits"
    HANDED = "handed"
    FINISH = "finish"
    ATTEST = "attest"
    BACK = "back"
    FORWARD = "forward"
    ENTER = "enter"
    ESCAPE = "escape"
    LANGUAGE = "language"
    PAGE_ON = "page_on"
    PAGE_BACK = "page_back"
    NEXT_TAB = "next_tab"
    ROOMS = "rooms"
    STRIP = "strip"
    BREAK = "break"
    LOCK = "lock"
    SEARCH = "search"
    CALLER = "caller"
    CALL_BACK = "call_back"
    ASK_LEAD = "ask_lead"
    SEEN = "seen"
    PRACTICE = "practice"
    SETTINGS = "settings"
    SYNC = "sync"
    PIN = "pin"
    KEY_WORDS = "key_words"
    WHY = "why"
    TEMPLATES = "templates"
    DIGIT_0 = "0"
    DIGIT_1 = "1"
    DIGIT_2 = "2"
    DIGIT_3 = "3"
    DIGIT_4 = "4"
    DIGIT_5 = "5"
    DIGIT_6 = "6"
    DIGIT_7 = "7"
    DIGIT_8 = "8"
    DIGIT_9 = "9"

    @property
    def is_digit(self) -> bool:
        """Whether this is one of 0-9."""
        return self.value.isdigit()


class Place(StrEnum):
    """Where the keyboard is: in no text field, in one of a single line, in one of several lines."""

    OUTSIDE = "outside"
    LINE = "line"
    TEXT = "text"


@dataclass(frozen=True, slots=True)
class Binding:
    """The keys of a command, in Qt's portable spelling, the one to show first.

    `anywhere` works everywhere, `outside` in no text field, `line` in a field of one line. `words` say what it does.
    """

    command: Command
    anywhere: tuple[str, ...]
    outside: tuple[str, ...] = ()
    words: str = ""
    line: tuple[str, ...] = ()

    def keys(self, place: Place) -> tuple[str, ...]:
        """The keys that work in this place, the one to show first."""
        special = {Place.OUTSIDE: self.outside, Place.LINE: self.line}.get(place, ())
        return special + tuple(key for key in self.anywhere if key not in special)


class KeyRefused(ValueError):
    """A command cannot have this key; the sentence says why and is fit for the window."""


class KeyClash(KeyRefused):
    """Two commands want the same key; the sentence names both."""


TAKEN = frozenset(
    {
        *("Ctrl+A", "Ctrl+C", "Ctrl+V", "Ctrl+X", "Ctrl+Y", "Ctrl+Z", "Ctrl+Shift+Z", "Ctrl+Left", "Ctrl+Right"),
        *("Ctrl+Home", "Ctrl+End", "Ctrl+Backspace", "Ctrl+Del", "Ctrl+Ins", "Ctrl+Up", "Ctrl+Down", "Ctrl+Space"),
        *("Alt+F4", "Alt+Tab", "Alt+Space", "Alt+Esc", "Ctrl+Esc", "Alt+Shift+Tab", "Ctrl+F4"),
    }
)
"""Editing keys of text fields, and keys that desktops keep for themselves. Screen readers use Insert, Caps Lock and
Ctrl+Alt, which are refused as a whole."""


_DIGITS = tuple(
    Binding(command, (f"Alt+{command.value}",), (command.value,)) for command in Command if command.is_digit
)

BINDINGS: tuple[Binding, ...] = (
    Binding(Command.HELP, ("F1",), (), "All keys and help"),
    Binding(Command.OTHER_PHRASING, ("F2",), (), "Another way to say it"),
    Binding(Command.FIND, ("F3", "Ctrl+K"), ("F3", "/"), "Find what the caller said"),
    Binding(Command.NOTES, ("F4",), (), "To the notes, and back"),
    Binding(Command.EXTEND, ("F5",), ("E",), "Offer: I said it"),
    Binding(Command.ACCEPT, ("F6",), ("A",), "Offer: accepted"),
    Binding(Command.DECLINE, ("F7",), ("D",), "Offer: declined"),
    Binding(Command.CANCEL_SERVICE, ("F8",), (), "Cancel the service, no more offers"),
    Binding(Command.LATER, ("F9",), ("L",), "Offer: later"),
    Binding(Command.NOT_THE_MOMENT, ("Shift+F9",), (), "Offer: not the moment"),
    Binding(Command.TAKE_BACK, ("Shift+F6",), (), "Take the last offer record back"),
    Binding(Command.ANSWER, ("F10",), (), "Answer the call"),
    Binding(Command.HANG_UP, ("Ctrl+F10",), (), "Hang up, or decline the call"),
    Binding(Command.HOLD, ("F11",), (), "Hold the caller, or take back"),
    Binding(Command.TRANSFER, ("F12",), (), "Hand the caller over to a number"),
    Binding(Command.SEND_DIGITS, ("Alt+D",), (), "Send digits into the call"),
    Binding(Command.HANDED, ("Alt+T",), (), "Go on with a call that was handed over"),
    Binding(Command.FINISH, ("Alt+W",), (), "Go to wrap-up before the caller hangs up"),
    Binding(Command.ATTEST, ("Alt+V",), ("V",), "I have verified the caller myself"),
    Binding(Command.BACK, ("Alt+Left",), ("Backspace",), "One step back"),
    Binding(Command.FORWARD, ("Alt+Right",), (), "One step forward again"),
    Binding(Command.ENTER, ("Ctrl+Return", "Ctrl+Enter"), ("Return", "Enter"), "Go on, confirm", ("Return", "Enter")),
    Binding(Command.ESCAPE, ("Esc",), (), "Leave the list, find or the field"),
    Binding(Command.LANGUAGE, ("Alt+L",), (), "Go on in the next language"),
    Binding(Command.PAGE_ON, ("Alt+Down",), (), "Next part of a long sentence"),
    Binding(Command.PAGE_BACK, ("Alt+Up",), (), "Part before"),
    Binding(Command.NEXT_TAB, ("Ctrl+Tab",), (), "Next tab, in a narrow window"),
    Binding(Command.ROOMS, ("Ctrl+M",), (), "Menu: rooms, appearance, messages, sign out"),
    Binding(Command.STRIP, ("Ctrl+J",), (), "Small strip on top, or the full window"),
    Binding(Command.SEARCH, ("Ctrl+F",), (), "Find the caller's account"),
    Binding(Command.CALLER, ("Alt+C",), (), "Who is calling: holder, executor, somebody else"),
    Binding(Command.CALL_BACK, ("Alt+R",), (), "Promise to call back"),
    Binding(Command.ASK_LEAD, ("Shift+F12",), (), "Ask your lead"),
    Binding(Command.SEEN, ("Alt+M",), (), "Message or answer from the lead: seen"),
    Binding(Command.BREAK, ("Ctrl+B",), (), "Take a break, or be ready again"),
    Binding(Command.LOCK, ("Ctrl+L",), (), "Lock the screen"),
    Binding(Command.PRACTICE, ("Ctrl+P",), (), "Practise a call, or end practice"),
    Binding(Command.SETTINGS, ("Ctrl+,",), (), "Settings"),
    Binding(Command.SYNC, ("Alt+S",), (), "What is not yet sent, and why"),
    Binding(Command.PIN, ("Shift+F2",), (), "Pin this way to say it"),
    Binding(Command.KEY_WORDS, ("Alt+K",), (), "Key words, or whole sentences"),
    Binding(Command.WHY, ("Shift+F1",), (), "Why does it say this?"),
    Binding(Command.TEMPLATES, ("Shift+F4",), (), "Note templates"),
    *_DIGITS,
)


def changed(changes: Mapping[str, str], bindings: Iterable[Binding] = BINDINGS) -> tuple[Binding, ...]:
    """The bindings with other keys for some commands, each by the command's name and in Qt's portable spelling.

    A command with a key of one's own has no other. Raises KeyRefused for a key that belongs to typing or the system.
    """
    for command, key in changes.items():
        refuse(Command(command), key)
    return tuple(
        replace(binding, anywhere=(changes[binding.command],), outside=(), line=())
        if binding.command in changes
        else binding
        for binding in bindings
    )


def refuse(command: Command, key: str) -> None:
    """Raises KeyRefused where a command may not have this key; the sentence says why."""
    sequence = QKeySequence.fromString(key, QKeySequence.SequenceFormat.PortableText)
    if sequence.count() != 1 or command.is_digit:
        raise KeyRefused(say("{} is no key that can be chosen.").format(key))
    held = key.split("+")[:-1]
    last = key.removesuffix("+").split("+")[-1]
    function = last[:1] == "F" and last[1:].isdigit()
    if not function and not {"Ctrl", "Alt"} & set(held):
        raise KeyRefused(say("{} is for typing; take an F key, or one with Ctrl or Alt.").format(cap_text(key)))
    if key in TAKEN or "Meta" in held or {"Ctrl", "Alt"} <= set(held):
        raise KeyRefused(say("{} belongs to text fields, the system or a screen reader.").format(cap_text(key)))


class KeyMap:
    """Looks keys up, both ways. Raises KeyClash when two commands share a key in the same place."""

    def __init__(self, bindings: Iterable[Binding] = BINDINGS) -> None:
        self.bindings = tuple(bindings)
        self._tables: dict[Place, dict[tuple[int, int], Command]] = {place: {} for place in Place}
        self._caps: dict[tuple[Command, Place], str] = {}
        for binding in self.bindings:
            for place in Place:
                keys = binding.keys(place)
                self._caps[binding.command, place] = cap_text(keys[0])
                for key in keys:
                    _claim(self._tables[place], key, binding.command)

    def command(self, key: int, modifiers: Qt.KeyboardModifier, place: Place) -> Command | None:
        """What this key means now; the keypad's keys are like the others."""
        plain = modifiers & ~Qt.KeyboardModifier.KeypadModifier
        return self._tables[place].get((key, plain.value))

    def cap(self, command: Command, place: Place) -> str:
        """What to write on the key cap: the key that works right now."""
        return self._caps[command, place]

    def caps(self, command: Command) -> tuple[str, ...]:
        """Everything that may stand on this command's cap."""
        return tuple(self._caps[command, place] for place in Place)


def cap_text(key: str) -> str:
    """A key as people read it: "Alt 9", "Shift F9", "Enter"."""
    names = {"Return": "Enter", "Backspace": "⌫", "Esc": "Esc", "Left": "←", "Right": "→", "Up": "↑", "Down": "↓"}
    parts = key.split("+")
    return " ".join((*parts[:-1], names.get(parts[-1], parts[-1])))


def _claim(table: dict[tuple[int, int], Command], key: str, command: Command) -> None:
    combination: QKeyCombination = QKeySequence.fromString(key, QKeySequence.SequenceFormat.PortableText)[0]  # type: ignore[index]  # its stubs lack it
    place = (combination.key().value, combination.keyboardModifiers().value)
    other = table.setdefault(place, command)
    if other is not command:
        text = say("{} is wanted for {} and for {}; choose another key for one of them.")
        raise KeyClash(text.format(cap_text(key), command.value, other.value))
