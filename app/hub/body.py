"""Request bodies, counted while they come in and while they are unpacked, so that none can fill the memory."""

from __future__ import annotations

import io
import zlib
from collections.abc import AsyncIterator, Mapping

import zstandard

from app.hub.errors import Problem
from app.hub.patience import Room

MAX_BYTES = 4 * 1024 * 1024
ENCODINGS = ("zstd", "gzip")

# What the compressor may ask us to remember; zstd's own default for level 19 and below.
_WINDOW = 8 * 1024 * 1024
_GZIP = 16 + zlib.MAX_WBITS


async def read_body(
    stream: AsyncIterator[bytes], headers: Mapping[str, str], room: Room, limit: int = MAX_BYTES
) -> bytes:
    """The unpacked body.

    Raises Problem 413 once more than `limit` bytes came or would be unpacked, 415 for an unknown encoding, 400 for a
    body that cannot be unpacked.
    """
    return unpack(await collect(stream, headers, room, limit), headers.get("content-encoding", "identity"), limit)


async def collect(
    stream: AsyncIterator[bytes], headers: Mapping[str, str], room: Room, limit: int = MAX_BYTES
) -> bytes:
    """The body as it came; raises Problem 413 once it is more than `limit` bytes, 503 where `room` has none left."""
    declared = headers.get("content-length", "")
    if declared.isdecimal() and len(declared) < 20 and int(declared) > limit:
        raise _too_large(limit)
    packed = bytearray()
    held = 0
    try:
        async for chunk in stream:
            room.take(len(chunk))
            held += len(chunk)
            packed += chunk
            if len(packed) > limit:
                raise _too_large(limit)
        return bytes(packed)
    finally:
        room.give_back(held)


def unpack(packed: bytes, encoding: str, limit: int = MAX_BYTES) -> bytes:
    """Undoes the content encoding; raises Problem as `read_body` does."""
    match encoding.strip().lower():
        case "" | "identity":
            body = packed
        case "gzip":
            body = _gunzip(packed, limit)
        case "zstd":
            body = _unzstd(packed, limit)
        case _:
            raise Problem(415, "The content encoding is not known here. Send zstd, gzip or identity.")
    if len(body) > limit:
        raise _too_large(limit)
    return body


def _gunzip(packed: bytes, limit: int) -> bytes:
    unpacker = zlib.decompressobj(_GZIP)
    try:
        body = unpacker.decompress(packed, limit + 1)
    except zlib.error as error:
        raise Problem(400, "The body is not gzip, although it says so.") from error
    if len(body) <= limit and (not unpacker.eof or unpacker.unused_data):
        raise Problem(400, "The gzip body ends too early or has something after its end.")
    return body


def _unzstd(packed: bytes, limit: int) -> bytes:
    # A new one each time: a decompressor must not be shared between threads.
    unpacker = zstandard.ZstdDecompressor(max_window_size=_WINDOW)
    try:
        with unpacker.stream_reader(io.BytesIO(packed), read_across_frames=True) as reader:
            return reader.read(limit + 1)
    except zstandard.ZstdError as error:
        raise Problem(400, "The body is not zstd, or asks for too much memory to unpack.") from error


def _too_large(limit: int) -> Problem:
    return Problem(413, f"The body is larger than {limit} bytes. Send less at once.")
