"""The settings in force: what the user chose, over what the hub says, over what the program has."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from app.settings.kept import KeptValues
from app.settings.schema import SETTINGS, Setting, SettingRefused, Value, Who, read_values, setting

CHOSEN_FILE = "window.json"
MANAGED_FILE = "managed.json"

OnChange = Callable[[str, Value], None]


class Source(StrEnum):
    """Where a value comes from."""

    BUILT_IN = "built_in"
    HUB = "hub"
    CHOSEN = "chosen"


@dataclass(frozen=True, slots=True)
class Described:
    """A setting as it stands. `default`: what it would be without the user's choice."""

    setting: Setting
    value: Value
    default: Value
    source: Source
    may_change: bool


class SettingsBook:
    """Reads and keeps settings. Thread-safe; everything answers at once.

    `folder` is the user's: what he chose is kept in one file there, what the hub said last in another, so that it
    counts without a network, too. Attribute `problems`: sentences about what was not understood in either.
    """

    def __init__(self, folder: Path) -> None:
        self._guard = threading.RLock()
        self._chosen = KeptValues(folder / CHOSEN_FILE)
        self._managed = KeptValues(folder / MANAGED_FILE)
        self._managed_problems: tuple[str, ...] = self._managed.problems
        self._listeners: list[OnChange] = []

    @property
    def problems(self) -> tuple[str, ...]:
        """A sentence for each thing that was not understood and therefore does not count."""
        with self._guard:
            return self._chosen.problems + self._managed_problems

    def value(self, name: str) -> Value:
        """The value in force; raises SettingRefused for a name that is none."""
        return self._described(setting(name)).value

    def set(self, name: str, value: object) -> None:
        """The user's choice, from now on; raises SettingRefused for a bad value and for one that is managed."""
        self.set_all({name: value})

    def reset(self, name: str) -> None:
        """Takes the user's choice back."""
        self._change(lambda chosen: chosen.pop(_own(name).name, None))

    def set_all(self, values: Mapping[str, object]) -> None:
        """Several choices in one step, all or none; raises SettingRefused.

        What equals the value in force without a choice is no choice: it goes on following the hub.
        """
        checked = {name: _own(name).checked(value) for name, value in values.items()}

        def change(chosen: dict[str, Value]) -> None:
            for name, value in checked.items():
                if name in chosen or value != self._described(SETTINGS[name]).default:
                    chosen[name] = value

        self._change(change)

    def take_managed(self, values: object) -> None:
        """What the hub says instead of the built-in defaults, from now on; names and values that are none are left out.

        The sentences about those are in `problems`.
        """
        sound, problems = read_values(values)
        with self._guard:
            before = self._values()
            self._managed_problems = tuple(f"From the hub: {problem}" for problem in problems)
            if sound != self._managed.values:
                self._managed.keep(sound)
            changed = self._changed_since(before)
        self._tell(changed)

    def listen(self, on_change: OnChange) -> Callable[[], None]:
        """Tells name and new value of each change of a value in force, in the thread that made it.

        The returned function ends it.
        """
        with self._guard:
            self._listeners.append(on_change)

        def end() -> None:
            with self._guard:
                if on_change in self._listeners:
                    self._listeners.remove(on_change)

        return end

    def describe(self) -> tuple[Described, ...]:
        """Every setting as it stands, in the order in which to show them."""
        return tuple(self._described(each) for each in SETTINGS.values())

    def _described(self, of: Setting) -> Described:
        with self._guard:
            by_hub = of.name in self._managed.values
            default = self._managed.values[of.name] if by_hub else of.default
            source = Source.HUB if by_hub else Source.BUILT_IN
            may_change = of.who is Who.AGENT
            if may_change and of.name in self._chosen.values:
                return Described(of, self._chosen.values[of.name], default, Source.CHOSEN, may_change)
            return Described(of, default, default, source, may_change)

    def _change(self, change: Callable[[dict[str, Value]], object]) -> None:
        with self._guard:
            before, chosen = self._values(), dict(self._chosen.values)
            change(chosen)
            if chosen != self._chosen.values:
                self._chosen.keep(chosen)
            changed = self._changed_since(before)
        self._tell(changed)

    def _values(self) -> dict[str, Value]:
        return {name: self._described(each).value for name, each in SETTINGS.items()}

    def _changed_since(self, before: Mapping[str, Value]) -> dict[str, Value]:
        return {name: value for name, value in self._values().items() if value != before[name]}

    def _tell(self, changed: Mapping[str, Value]) -> None:
        with self._guard:
            listeners = list(self._listeners)
        for name, value in changed.items():
            for listener in listeners:
                listener(name, value)


def _own(name: str) -> Setting:
    found = setting(name)
    if found.who is Who.MANAGED:
        raise SettingRefused(f"{found.title} is set by your administrator for everybody.")
    return found
