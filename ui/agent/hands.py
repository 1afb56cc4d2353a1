"""What every part of the agent's room is handed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from app.desk.intents import Intent
from app.desk.ports import Clock
from ui.keyboard import Keyboard

if TYPE_CHECKING:
    from ui.pictures import Pictures


@dataclass(frozen=True, slots=True)
class Hands:
    """The way to the desk, the keys, the time, and the pictures of the library."""

    send: Callable[[Intent], None]
    keyboard: Keyboard
    clock: Clock
    pictures: Pictures | None = None


def clock_time(moment: datetime) -> str:
    """A moment as the agent's clock shows it: "14:02"."""
    return moment.astimezone().strftime("%H:%M")


def elapsed(since: datetime, now: datetime) -> str:
    """How long ago, as a timer: "0:03", "12:14", "1:02:14"."""
    seconds = max(0, int((now - since).total_seconds()))
    minutes, rest = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"
