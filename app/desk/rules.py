"""What a site decides about an agent's shift."""

from __future__ import annotations

from dataclasses import dataclass

# Break reasons by the code that is recorded; a site may have others.
BREAKS = (
    ("short", "Short break"),
    ("lunch", "Lunch"),
    ("meeting", "Meeting"),
    ("coaching", "Coaching or training"),
    ("paperwork", "Paperwork"),
    ("technical", "Technical trouble"),
    ("other", "Something else"),
)


@dataclass(frozen=True, slots=True)
class DeskRules:
    """How the desk behaves at this site. Times are in seconds; 0 switches the thing off.

    `ready_after_s`: how long wrap-up waits, once the call is over, before it is confirmed by itself.
    `lock_after_s`: how long nobody may touch keyboard or mouse before the window is masked. `breaks`: code and
    words of each break reason, at most nine.
    """

    ready_after_s: int = 0
    lock_after_s: int = 300
    breaks: tuple[tuple[str, str], ...] = BREAKS
