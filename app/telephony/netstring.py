"""Netstrings (`5:hello,`), read piece by piece with hard limits."""

from __future__ import annotations

from app.telephony.errors import WrongProtocol

LONGEST = 262_144
_LONGEST_LENGTH = len(str(LONGEST))


class NetstringReader:
    """Collects pieces as they come and gives whole payloads back. After WrongProtocol it is of no further use."""

    def __init__(self) -> None:
        """Starts at the beginning of a stream."""
        self._buffer = bytearray()

    def feed(self, piece: bytes) -> list[bytes]:
        """The payloads that this piece completes; raises WrongProtocol for anything but netstrings up to `LONGEST`.

        The length is judged as soon as it is read, so memory stays under the limit and one piece.
        """
        self._buffer += piece
        payloads = []
        start = 0
        while True:
            colon = self._buffer.find(b":", start, start + _LONGEST_LENGTH + 1)
            digits = bytes(
                self._buffer[start : start + _LONGEST_LENGTH + 1] if colon < 0 else self._buffer[start:colon]
            )
            if digits and not digits.isdigit():
                raise WrongProtocol("what came is no netstring: a length was expected")
            if colon < 0:
                if len(digits) > _LONGEST_LENGTH:
                    raise WrongProtocol("what came is no netstring: its length is too long")
                break
            if not digits or int(digits) > LONGEST:
                raise WrongProtocol("what came is no netstring, or one over the limit")
            end = colon + 1 + int(digits)
            if len(self._buffer) <= end:
                break
            if self._buffer[end] != ord(","):
                raise WrongProtocol("what came is no netstring: its end is missing")
            payloads.append(bytes(self._buffer[colon + 1 : end]))
            start = end + 1
        del self._buffer[:start]
        return payloads


def netstring(payload: bytes) -> bytes:
    """One payload, framed."""
    return b"%d:%s," % (len(payload), payload)
