"""What the window's panel about sync shows, and what can be done from it."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Protocol, TypeVar

import msgspec

from app.desk.ports import SetAsideEvent, SyncDetails, WaitingKind
from app.domain.event import Event
from app.reports.render import sheet_text
from app.sync import cloudevents

T = TypeVar("T")

CLOCK_OFFSET = "clock_offset_us"
"""The fact under which the store keeps the hub's clock minus ours, in microseconds."""

_COLUMNS = ("sequence", "id", "type", "time", "subject", "status", "problem", "data")
_FAILS = "The hub fails on some events while it takes others. They are tried alone, and set aside after five tries."
_GOES_OUT = "What is recorded goes out in a moment."
SAID = (_FAILS, _GOES_OUT)
"""What people are told here, so that every language has it."""


class Refused(Protocol):
    """An event that was set aside."""

    @property
    def event(self) -> Event:
        """The event."""

    @property
    def status(self) -> int:
        """The status with which it was refused (RFC 9457); 500: the hub failed on it."""

    @property
    def problem(self) -> str:
        """Why."""


class Shelf(Protocol):
    """What the panel needs of the local store; `app.cache.store.LocalStore` has it."""

    def waiting_kinds(self) -> list[WaitingKind]:
        """What waits, by type."""

    def refused(self) -> Sequence[Refused]:
        """What was set aside, in order."""

    def try_again(self, ids: Sequence[str]) -> int:
        """Puts events that were set aside back into the queue; how many."""

    def fact(self, name: str, shape: type[T]) -> T | None:
        """What is known of the hub under a name."""


class Panel:
    """Implements `app.desk.ports.SyncPanel`. `why` gives what the last try came to; `hurry` makes one at once."""

    def __init__(self, shelf: Shelf, why: Callable[[], str], hurry: Callable[[], None]) -> None:
        self._shelf = shelf
        self._why = why
        self._hurry = hurry

    def details(self) -> SyncDetails:
        """What waits and what was set aside."""
        waiting = tuple(self._shelf.waiting_kinds())
        why = ""
        if waiting:
            why = self._why() or (_FAILS if any(kind.failed for kind in waiting) else _GOES_OUT)
        set_aside = tuple(
            SetAsideEvent(
                each.event.id,
                each.event.sequence,
                each.event.type.value,
                each.event.time,
                each.event.subject,
                each.status,
                each.problem,
            )
            for each in self._shelf.refused()
        )
        offset = self._shelf.fact(CLOCK_OFFSET, int)
        return SyncDetails(why, waiting, set_aside, None if offset is None else timedelta(microseconds=offset))

    def export_set_aside(self, file: Path) -> int:
        """Writes what was set aside into a file; how many events."""
        refused = list(self._shelf.refused())
        body = as_table(refused) if file.suffix.lower() == ".csv" else as_lines(refused)
        file.write_bytes(body)
        return len(refused)

    def try_again(self, ids: Sequence[str]) -> int:
        """Puts events that were set aside back into the queue, and tries them at once."""
        moved = self._shelf.try_again(ids)
        if moved:
            self._hurry()
        return moved


def as_lines(refused: Sequence[Refused]) -> bytes:
    """One JSON object a line: the event as it would be sent, with `problem` beside it."""
    encode = msgspec.json.encode
    return b"".join(
        encode({"event": cloudevents.envelope(each.event), "problem": {"status": each.status, "detail": each.problem}})
        + b"\n"
        for each in refused
    )


def as_table(refused: Sequence[Refused]) -> bytes:
    """CSV in UTF-8 with a byte order mark, so that spreadsheets read it right; no cell is a formula."""
    text = io.StringIO(newline="")
    table = csv.writer(text)
    table.writerow(_COLUMNS)
    for each in refused:
        event = each.event
        cells = (event.id, event.type.value, cloudevents.utc_text(event.time), event.subject)
        ends = (each.problem, msgspec.json.encode(event.data).decode())
        table.writerow(
            (event.sequence, *(sheet_text(cell) for cell in cells), each.status, *(sheet_text(cell) for cell in ends))
        )
    return ("\ufeff" + text.getvalue()).encode()
