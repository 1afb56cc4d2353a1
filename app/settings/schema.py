"""Every setting there is: name, type, default, what it does, who may change it, which values it may have.

A name is never used again for something else: it stands in people's files and in hubs' databases.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from enum import StrEnum
from types import MappingProxyType
from typing import Final, TypeAlias

Pairs: TypeAlias = tuple[tuple[str, str], ...]
Place: TypeAlias = tuple[int, int]
Value: TypeAlias = bool | int | str | Pairs | Place | None

MOST_PAIRS = 500
LONGEST_TEXT = 2_000
FARTHEST = 100_000
"""Screen pixels."""


class Who(StrEnum):
    """Who may change a setting. AGENT: a value of the hub's is only the default; MANAGED: it is what counts."""

    AGENT = "agent"
    MANAGED = "managed"


class Kind(StrEnum):
    """The type of a value, and how JSON has it.

    YES_NO true or false; NUMBER a whole one; CHOICE one of some texts; PAIRS a list of [text, text], each first text
    once; PLACE [x, y] in screen pixels, or null for none.
    """

    YES_NO = "yes_no"
    NUMBER = "number"
    CHOICE = "choice"
    PAIRS = "pairs"
    PLACE = "place"


class SettingRefused(Exception):
    """A name or a value that is none, or a change that is not the agent's to make. The text is a sentence."""


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting. `choices` count for CHOICE, `least` and `most` (both allowed) for NUMBER.

    `title` and `description` are for the window; `remembered` ones are kept without being shown as something to choose.
    """

    name: str
    kind: Kind
    default: Value
    who: Who
    title: str
    description: str
    choices: tuple[str, ...] = ()
    least: int = 0
    most: int = 0
    remembered: bool = False

    def checked(self, value: object) -> Value:
        """The value as this setting has it, out of JSON or out of the window; raises SettingRefused."""
        match self.kind:
            case Kind.YES_NO if isinstance(value, bool):
                return value
            case Kind.NUMBER if type(value) is int and self.least <= value <= self.most:
                return value
            case Kind.CHOICE if isinstance(value, str) and value in self.choices:
                return value
            case Kind.PAIRS:
                pairs = _pairs(value)
                if pairs is not None:
                    return pairs
            case Kind.PLACE:
                if value is None:
                    return None
                place = _place(value)
                if place is not None:
                    return place
        raise SettingRefused(f"{self.title} ({self.name}) must be {self.allowed}.")

    @property
    def allowed(self) -> str:
        """The values it may have, in words."""
        match self.kind:
            case Kind.YES_NO:
                return "true or false"
            case Kind.NUMBER:
                return f"a whole number from {self.least} to {self.most}"
            case Kind.CHOICE:
                return "one of " + ", ".join(self.choices)
            case Kind.PAIRS:
                return f"a list of at most {MOST_PAIRS} pairs of texts, each first one once"
            case Kind.PLACE:
                return "two whole numbers, or nothing"


_ALL: Final = (
    Setting(
        "language",
        Kind.CHOICE,
        "en",
        Who.AGENT,
        "Language",
        "The language of the window's own texts; during a call, from its end on. Scripts have their own.",
        choices=("en", "de", "es"),
    ),
    Setting(
        "text_scale",
        Kind.NUMBER,
        100,
        Who.AGENT,
        "Text size",
        "How large everything is, in per cent.",
        least=100,
        most=200,
    ),
    Setting(
        "scheme",
        Kind.CHOICE,
        "system",
        Who.AGENT,
        "Theme",
        "Light, dark or high contrast; system goes with the desktop's own setting.",
        choices=("system", "light", "dark", "contrast"),
    ),
    Setting(
        "strip",
        Kind.YES_NO,
        False,
        Who.AGENT,
        "Small strip",
        "Shows the small strip that stays on top instead of the full window.",
    ),
    Setting(
        "strip_place",
        Kind.PLACE,
        None,
        Who.AGENT,
        "Place of the strip",
        "Where the strip was put last.",
        remembered=True,
    ),
    Setting(
        "bell_on_accept",
        Kind.YES_NO,
        False,
        Who.AGENT,
        "Bell on an accept",
        "Rings a small bell on this PC when an offer is accepted. The room's bell is the wallboard's.",
    ),
    Setting("sound", Kind.YES_NO, False, Who.AGENT, "Sound on a call", "Plays a short sound when a call comes in."),
    Setting(
        "ready_after_seconds",
        Kind.NUMBER,
        0,
        Who.AGENT,
        "Ready after wrap-up",
        "Seconds after the end of a call after which wrap-up is confirmed by itself; 0 for never.",
        least=0,
        most=600,
    ),
    Setting(
        "key_words",
        Kind.YES_NO,
        False,
        Who.AGENT,
        "Key words only",
        "Shows key words instead of full sentences, for those who know the script. Disclosures are always shown whole.",
    ),
    Setting(
        "pinned_phrasings",
        Kind.PAIRS,
        (),
        Who.AGENT,
        "Pinned phrasings",
        "Which of several phrasings to show first: script and step, as script/step, with the words that were pinned.",
        remembered=True,
    ),
    Setting(
        "keys",
        Kind.PAIRS,
        (),
        Who.AGENT,
        "Keys",
        "Commands with keys of your own choice.",
    ),
    Setting(
        "lock_after_minutes",
        Kind.NUMBER,
        5,
        Who.MANAGED,
        "Lock after",
        "Minutes without a key or a click after which customers' data are masked; 0 for never.",
        least=0,
        most=240,
    ),
    Setting(
        "agent_figures",
        Kind.YES_NO,
        True,
        Who.MANAGED,
        "Figures of single agents",
        "Shows leads the figures of single agents. Off: of whole teams alone.",
    ),
)

SETTINGS: Mapping[str, Setting] = MappingProxyType({setting.name: setting for setting in _ALL})
"""All of them by name, in the order in which the window shows them."""


def setting(name: str) -> Setting:
    """The setting of this name; raises SettingRefused, with the name that was probably meant."""
    found = SETTINGS.get(name)
    if found is not None:
        return found
    near = get_close_matches(name, SETTINGS, 1)
    meant = f" Did you mean {near[0]}?" if near else ""
    raise SettingRefused(f"There is no setting {name[:60]!a}.{meant}")


def read_values(values: object) -> tuple[dict[str, Value], tuple[str, ...]]:
    """What of a JSON object are settings with sound values, and a sentence for each that is none."""
    if not isinstance(values, Mapping):
        return {}, ("These are no settings: an object of names and values is wanted.",)
    sound: dict[str, Value] = {}
    problems = []
    for name, value in values.items():
        try:
            sound[name] = setting(str(name)).checked(value)
        except SettingRefused as refused:
            problems.append(str(refused))
    return sound, tuple(problems)


def _pairs(value: object) -> Pairs | None:
    if not isinstance(value, list | tuple) or len(value) > MOST_PAIRS:
        return None
    pairs = []
    for pair in value:
        if not isinstance(pair, list | tuple) or len(pair) != 2:
            return None
        first, second = pair
        if not isinstance(first, str) or not isinstance(second, str) or max(len(first), len(second)) > LONGEST_TEXT:
            return None
        pairs.append((first, second))
    return tuple(pairs) if len(dict(pairs)) == len(pairs) else None


def _place(value: object) -> Place | None:
    if not isinstance(value, list | tuple) or len(value) != 2:
        return None
    x, y = value
    if type(x) is not int or type(y) is not int or max(abs(x), abs(y)) > FARTHEST:
        return None
    return (x, y)
