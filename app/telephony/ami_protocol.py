"""Asterisk's manager interface (AMI) on the wire: blocks of `Name: value` lines, cut out of whatever pieces arrive.

Seen on Asterisk 16 (`Asterisk Call Manager/5.0.0`): one greeting line, then blocks that end with an empty line, lines
with CR LF. What a caller can influence (names, headers) stands in the values, in any encoding.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from app.telephony.errors import WrongProtocol

LONGEST_BLOCK = 256 * 1024
"""Bytes. The largest block seen has 2 kB; a peer that sends more than this without an empty line is no Asterisk."""
_LONGEST_GREETING = 200
_GREETING = b"Asterisk Call Manager"
_END = b"\r\n\r\n"
_VARIABLES = frozenset({"ChanVariable", "DestChanVariable"})


@dataclass(frozen=True, slots=True)
class Block:
    """One event or response.

    `fields` by name as sent; of a name that comes twice the last one. `variables` are the channel variables that the
    manager's setting `channelvars` adds, `other_variables` those of the channel that `Dest..` fields are about. Values
    are untrusted text.
    """

    fields: Mapping[str, str]
    variables: Mapping[str, str] = field(default_factory=dict)
    other_variables: Mapping[str, str] = field(default_factory=dict)

    @property
    def event(self) -> str:
        """The event's name, "" for a response."""
        return self.fields.get("Event", "")

    def get(self, name: str) -> str:
        """A field's value, "" where it is not there."""
        return self.fields.get(name, "")


class BlockReader:
    """Cuts blocks out of what a connection brings, in any pieces. Keeps at most one block's beginning."""

    def __init__(self, wanted: frozenset[str] | None = None) -> None:
        """Events that are not `wanted` are passed over unread; None wants all."""
        self._wanted = None if wanted is None else frozenset(name.encode() for name in wanted)
        self._rest = bytearray()
        self._greeted = False

    @property
    def greeted(self) -> bool:
        """Whether the peer has said that it is an Asterisk manager."""
        return self._greeted

    def feed(self, piece: bytes) -> list[Block]:
        """The blocks that are whole now; raises WrongProtocol for what no Asterisk sends."""
        searched = max(0, len(self._rest) - len(_END) + 1)
        self._rest += piece
        if not self._greeted:
            if not self._take_greeting():
                return []
            searched = 0
        blocks: list[Block] = []
        start = 0
        end = self._rest.find(_END, searched)
        while end >= 0:
            if end - start > LONGEST_BLOCK:
                raise WrongProtocol("a block is longer than any that Asterisk sends")
            if self._is_wanted(start, end):
                blocks.append(read_block(bytes(self._rest[start:end])))
            start = end + len(_END)
            end = self._rest.find(_END, start)
        del self._rest[:start]
        if len(self._rest) > LONGEST_BLOCK:
            raise WrongProtocol("a line without an end, longer than any that Asterisk sends")
        return blocks

    def _take_greeting(self) -> bool:
        head = bytes(self._rest[: len(_GREETING)])
        if not _GREETING.startswith(head) or (b"\n" not in self._rest and len(self._rest) > _LONGEST_GREETING):
            raise WrongProtocol("the greeting is not that of an Asterisk manager")
        line, newline, _ = self._rest.partition(b"\n")
        if not newline:
            return False
        del self._rest[: len(line) + 1]
        self._greeted = True
        return True

    def _is_wanted(self, start: int, end: int) -> bool:
        if self._wanted is None or not self._rest.startswith(b"Event: ", start):
            return True
        line_end = self._rest.find(b"\r\n", start, end)
        name = bytes(self._rest[start + 7 : line_end if line_end >= 0 else end])
        return name in self._wanted


def read_block(raw: bytes) -> Block:
    """One block without its empty line. Bytes that are no UTF-8 are replaced; a line without a colon is passed over."""
    fields: dict[str, str] = {}
    own: dict[str, str] = {}
    other: dict[str, str] = {}
    for line in raw.decode("utf-8", "replace").split("\r\n"):
        name, colon, value = line.partition(":")
        if not colon:
            continue
        if name in _VARIABLES:
            variable, _, content = value.strip().partition("=")
            (own if name == "ChanVariable" else other)[variable] = content
        else:
            fields[name] = value.strip()
    return Block(fields, own, other)


def action(name: str, number: int, **fields: str) -> bytes:
    """A command on the wire; raises ValueError for a value with a line break, which would begin another field."""
    lines = [f"Action: {name}", f"ActionID: cuecard-{number}"]
    for field_name, value in fields.items():
        if any(sign in value for sign in "\r\n\0"):
            raise ValueError(f"{field_name} holds a line break")
        lines.append(f"{field_name}: {value}")
    return ("\r\n".join(lines) + "\r\n\r\n").encode()
