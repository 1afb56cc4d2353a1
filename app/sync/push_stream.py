"""Server-sent events (WHATWG HTML, section 9.2) out of bytes as they come, within bounds.

Ours, because the bytes come through our own transport and no line or event may grow without end, whoever sends it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

LARGEST_EVENT = 256 * 1024
"""Bytes of a line, and of an event's text."""

_LINE_END = re.compile(rb"\r\n|\n|\r")
_BOM = b"\xef\xbb\xbf"
_LONGEST_RETRY_MS = 60_000


class StreamDamaged(Exception):
    """What comes is no stream of events, or one that would fill the memory. The text is a sentence."""


@dataclass(frozen=True, slots=True)
class ServerEvent:
    """One event. `id` is the last that the stream has named up to here, "" for none."""

    id: str
    kind: str
    text: str


class EventReader:
    """Puts events together out of pieces that are cut anywhere.

    Attribute `retry_seconds`: so long the other side wants us to wait before we come back; None where it has not said.
    """

    def __init__(self) -> None:
        self.retry_seconds: float | None = None
        self._rest = b""
        self._begun = False
        self._last_id = ""
        self._kind = ""
        self._lines: list[str] = []
        self._size = 0

    def feed(self, piece: bytes) -> list[ServerEvent]:
        """The events that are whole now; raises StreamDamaged."""
        content = self._rest + piece
        if not self._begun:
            if len(content) < len(_BOM) and _BOM.startswith(content):
                self._rest = content
                return []
            content, self._begun = content.removeprefix(_BOM), True
        # A return at the very end may be the first half of a line's end.
        held = b"\r" if content.endswith(b"\r") else b""
        *lines, rest = _LINE_END.split(content[: len(content) - len(held)])
        self._rest = rest + held
        if len(self._rest) > LARGEST_EVENT:
            raise StreamDamaged("A line of what the hub pushes is far too long.")
        events = []
        for line in lines:
            event = self._take(line)
            if event is not None:
                events.append(event)
        return events

    def _take(self, line: bytes) -> ServerEvent | None:
        if not line:
            return self._dispatch()
        name, _, value = line.decode("utf-8", "replace").partition(":")
        value = value.removeprefix(" ")
        match name:
            case "data":
                self._size += len(line)
                if self._size > LARGEST_EVENT:
                    raise StreamDamaged("Something that the hub pushes is far too large.")
                self._lines.append(value)
            case "event":
                self._kind = value
            case "id" if "\0" not in value:
                self._last_id = value
            case "retry" if value.isascii() and value.isdecimal() and len(value) < 10:
                self.retry_seconds = min(int(value), _LONGEST_RETRY_MS) / 1000
        return None

    def _dispatch(self) -> ServerEvent | None:
        lines, kind = self._lines, self._kind or "message"
        self._lines, self._kind, self._size = [], "", 0
        return ServerEvent(self._last_id, kind, "\n".join(lines)) if lines else None
