"""The write-ahead log as it lies on the disk (SQLite's file format, section 4): sound, torn, or damaged?

SQLite reads a log up to the first frame whose checksum is wrong and takes all behind it for never committed. After a
kill that is right. After a flipped bit it would drop, without a word, what was committed since.
"""

from __future__ import annotations

import struct
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from app.cache.pages import PAGE, Seal, one_bit_off

HEADER, FRAME_HEADER = 32, 24
FRAME = FRAME_HEADER + PAGE
_INDEX_HEADER = 100
_MAGIC, _VERSION = 0x377F0682, 3007000
_Sums = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Frame:
    """A frame: a page and its `number`; `commit`: the database's size in pages where a commit ends here, else 0."""

    number: int
    commit: int
    salts: bytes
    sums: _Sums
    page: bytes

    @property
    def summed(self) -> bytes:
        """What its checksum is about."""
        return struct.pack(">II", self.number, self.commit) + self.page


def frames(log: bytes) -> Iterator[Frame]:
    """The whole frames of a log, those of earlier rounds at its end included."""
    for at in range(HEADER, len(log) - FRAME + 1, FRAME):
        number, commit = struct.unpack_from(">II", log, at)
        sums = struct.unpack_from(">II", log, at + 16)
        yield Frame(number, commit, log[at + 8 : at + 16], (sums[0], sums[1]), log[at + FRAME_HEADER : at + FRAME])


def is_sound(log: bytes, index: bytes, seal: Seal) -> bool:
    """Whether SQLite reads everything in the log that was ever committed; `index` is the file beside it (`-shm`)."""
    if _is_cut(log, index):
        return False
    if len(log) < HEADER + FRAME:
        return True
    sums = _header_sums(log)
    if sums is None:
        return False
    salts, order = log[16:24], _order(log)
    every = list(frames(log))
    for place, frame in enumerate(every):
        if not _is_of(frame, salts):
            return True
        after = _sums(frame.summed, sums, order)
        if frame.salts != salts or after != frame.sums:
            # Of a transaction that was killed frames may lie behind what was written since, but never one that commits:
            # where that was written, all before it was, too.
            goes_on = any(later.salts == salts and later.commit for later in every[place + 1 :])
            # The last one is what a kill leaves half written, unless a single bit makes it right.
            return not goes_on and _mended(frame, salts, sums, seal, order)[1] is False
        sums = after
    return True


def mended(log: bytes, seal: Seal) -> bytes:
    """The log as SQLite reads all of it: frames with a bit put right, those beyond help left out, sums made anew."""
    every = list(frames(log))
    if not every:
        return b""
    sums = _header_sums(log)
    salts = log[16:24] if sums is not None else Counter(frame.salts for frame in every).most_common(1)[0][0]
    order = _order(log) if sums is not None else "<"
    kept: list[Frame] = []
    was_cut = False
    for frame in every:
        if not _is_of(frame, salts):
            break
        right, is_exact = _mended(frame, salts, sums, seal, order)
        sums = frame.sums if right is None else _sums(right.summed, sums, order) if is_exact and sums else frame.sums
        if right is None or not seal.fits(right.page, right.number):
            was_cut = True
        else:
            kept.append(right)
            was_cut = was_cut and not right.commit
    if kept and was_cut:
        # The frame that ended the last transaction is gone: let it end here, rather than lose all of it.
        size = max(max(frame.number, frame.commit) for frame in kept)
        last = kept[-1]
        kept[-1] = Frame(last.number, size, last.salts, last.sums, last.page)
    return _written(kept, salts)


def _is_cut(log: bytes, index: bytes) -> bool:
    """Whether the log's index, which a killed program leaves behind, tells of more frames than there are."""
    if len(index) < _INDEX_HEADER or not index[12]:
        return False
    most, moved = struct.unpack_from("=I", index, 16)[0], struct.unpack_from("=I", index, 96)[0]
    if len(log) < HEADER:
        return bool(most > moved)
    return index[32:40] == log[16:24] and most > (len(log) - HEADER) // FRAME


def _mended(frame: Frame, salts: bytes, before: _Sums | None, seal: Seal, order: str) -> tuple[Frame | None, bool]:
    """The frame as it was, and whether its checksum says so (else only its page's seal does); None: beyond help."""

    def is_right(tried: Frame) -> bool:
        return before is not None and _sums(tried.summed, before, order) == tried.sums

    if is_right(frame):
        return Frame(frame.number, frame.commit, salts, frame.sums, frame.page), True
    if seal.fits(frame.page, frame.number):
        for head in one_bit_off(struct.pack(">I", frame.commit)):
            tried = Frame(frame.number, struct.unpack(">I", head)[0], salts, frame.sums, frame.page)
            if is_right(tried):
                return tried, True
        is_sum = before is not None and _one_bit_apart(_sums(frame.summed, before, order), frame.sums)
        return Frame(frame.number, frame.commit, salts, frame.sums, frame.page), is_sum
    for head in one_bit_off(struct.pack(">I", frame.number)):
        number = struct.unpack(">I", head)[0]
        if number and seal.fits(frame.page, number):
            tried = Frame(number, frame.commit, salts, frame.sums, frame.page)
            return tried, is_right(tried)
    page = seal.mended(frame.page, frame.number) if frame.number else None
    if page is None:
        return None, False
    tried = Frame(frame.number, frame.commit, salts, frame.sums, page)
    return tried, is_right(tried)


def _written(kept: list[Frame], salts: bytes) -> bytes:
    head = struct.pack(">IIII", _MAGIC, _VERSION, PAGE, 0) + salts
    sums = _sums(head, (0, 0), "<")
    parts = [head, struct.pack(">II", *sums)]
    for frame in kept:
        sums = _sums(frame.summed, sums, "<")
        parts += [struct.pack(">II", frame.number, frame.commit), salts, struct.pack(">II", *sums), frame.page]
    return b"".join(parts)


def _header_sums(log: bytes) -> _Sums | None:
    """The checksum of a sound header, else None."""
    magic, version, page_size = struct.unpack_from(">III", log)
    stored = struct.unpack_from(">II", log, 24)
    if magic | 1 != _MAGIC | 1 or version != _VERSION or page_size != PAGE:
        return None
    sums = _sums(log[:24], (0, 0), _order(log))
    return sums if sums == stored else None


def _order(log: bytes) -> str:
    return ">" if log[3] & 1 else "<"


def _is_of(frame: Frame, salts: bytes) -> bool:
    """Whether a frame is of this round: an earlier one's salts differ in many bits, damaged ones in one."""
    return (int.from_bytes(frame.salts, "big") ^ int.from_bytes(salts, "big")).bit_count() <= 1


def _one_bit_apart(one: _Sums, other: _Sums) -> bool:
    return (one[0] ^ other[0]).bit_count() + (one[1] ^ other[1]).bit_count() == 1


def _sums(body: bytes, before: _Sums | None, order: str) -> _Sums:
    first, second = before or (0, 0)
    words = struct.unpack(f"{order}{len(body) // 4}I", body)
    for even, odd in zip(words[::2], words[1::2], strict=True):
        first = (first + even + second) & 0xFFFFFFFF
        second = (second + odd + first) & 0xFFFFFFFF
    return first, second
