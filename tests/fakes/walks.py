"""Walks for tests: a library that stays as it is, small scripts of one's own, and an agent who presses keys."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from app.domain.account import Account
from app.domain.event import EventType, Happening
from app.scripts.actions import (
    Accept,
    Action,
    Back,
    Choose,
    ConfirmRead,
    Continue,
    Decline,
    Defer,
    Extend,
    Forward,
    PressCancel,
    TakeBack,
    Verified,
)
from app.scripts.context import WalkContext
from app.scripts.library import Library, Loaded, load_library
from app.scripts.screen import StepScreen
from app.scripts.walk import ActionRefused, Walk
from tests.fakes.customers import ADA

SHIPPED = Path(__file__).parents[2] / "scripts_library"
SAMPLE = Path(__file__).parent / "walk_library"

_KEYS: dict[str, Action] = {
    "E": Extend(),
    "D": Decline("price"),
    "L": Defer("2026-11-25"),
    "Enter": Continue(),
    "Back": Back(),
    "Forward": Forward(),
    "Cancel": PressCancel(),
    "TakeBack": TakeBack(),
    "Read": ConfirmRead(12.0),
    "V": Verified("pin", "attested"),
}


@cache
def shipped_files() -> dict[str, bytes]:
    """The files of the shipped library."""
    return {
        path.relative_to(SHIPPED).as_posix(): path.read_bytes() for path in sorted(SHIPPED.rglob("*")) if path.is_file()
    }


@cache
def shipped() -> Library:
    """The shipped library."""
    return _library(load_library(shipped_files(), number=12))


@cache
def sample_files() -> dict[str, bytes]:
    """The files of a library that was shipped once: five scripts that stay as they are while the shipped ones grow."""
    return {
        path.relative_to(SAMPLE).as_posix(): path.read_bytes() for path in sorted(SAMPLE.rglob("*")) if path.is_file()
    }


@cache
def sample() -> Library:
    """The library that the tests of walks know by heart."""
    return _library(load_library(sample_files(), number=12))


@cache
def sample_everywhere() -> Library:
    """The same with terms that hold in every jurisdiction."""
    files = {name: content.replace(b"jurisdictions: uk\n", b"") for name, content in sample_files().items()}
    return _library(load_library(files))


def library_with(catalogue: bytes = b"", more: Mapping[str, bytes] | None = None, /, **scripts: str) -> Library:
    """The sample's offers, terms and policies with scripts of one's own: name (with _ for -) to steps.

    `catalogue` is one more catalogue file, `more` any other files. Each script is of kind care; a first line
    `cancel: ..` of its text goes into the header.
    """
    left_out = ("scripts/", "routes")
    files = {name: content for name, content in sample_files().items() if not name.startswith(left_out)}
    files.update(more or {})
    if catalogue:
        files["catalog/more.yaml"] = catalogue
    for name, text in scripts.items():
        identity = name.replace("_", "-")
        cancel, text = ("", text) if not text.startswith("cancel:") else text.split("\n", 1)
        header = f"---\nscript: {identity}\ntitle: {identity.capitalize()}\nkind: care\n{cancel}\n---\n"
        files[f"scripts/care/{identity}.call.md"] = (header + text).encode()
    return _library(load_library(files))


def context(account: Account | None = ADA, **changes: Any) -> WalkContext:
    """A British site on 21 November 2026, with this account matched and not verified."""
    plain = WalkContext("Ana", "Northline", account, date(2026, 11, 21), "uk", "GB", "GBP")
    return replace(plain, **changes)


class Agent:
    """Walks by keys and keeps what happened.

    Attributes: `walk`, `happened` (everything that was to be recorded), `library`.
    """

    def __init__(self, library: Library, script: str, where: WalkContext) -> None:
        self.library = library
        self.walk, happened = Walk.start(library, script, where)
        self.happened: list[Happening] = list(happened)

    def press(self, *keys: str) -> Agent:
        """Presses keys: digits, E, A (or A:option), D, L, Enter, Back, Forward, Cancel, TakeBack, Read, V."""
        for key in keys:
            if key.startswith("A"):
                self.do(Accept(key.partition(":")[2] or None))
            else:
                self.do(_KEYS.get(key) or Choose(key))
        return self

    def do(self, action: Action) -> list[Happening]:
        """Does anything else; what happened."""
        happened = list(self.walk.apply(action))
        self.happened += happened
        return happened

    def refusal(self, action: Action) -> str:
        """The sentence with which an action is refused; fails when it is not."""
        before = self.walk.log
        try:
            self.walk.apply(action)
        except ActionRefused as refused:
            assert self.walk.log == before
            return str(refused)
        raise AssertionError(f"{action} was not refused")

    @property
    def screen(self) -> StepScreen:
        """What is shown."""
        return self.walk.screen()

    @property
    def where(self) -> tuple[str, str]:
        """Script and step."""
        return self.screen.script, self.screen.step

    def told(self, *types: EventType) -> list[str]:
        """The types of what happened, in order, only these where some are given."""
        return [one.type.value for one in self.happened if not types or one.type in types]

    def facts(self, kind: EventType) -> list[dict[str, Any]]:
        """The data of every happening of a type."""
        return [dict(one.data) for one in self.happened if one.type is kind]


def _library(loaded: Loaded) -> Library:
    assert loaded.library is not None, [f"{one.file}:{one.place.line} {one.message}" for one in loaded.problems]
    return loaded.library
