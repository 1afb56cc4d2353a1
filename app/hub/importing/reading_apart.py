"""A large file read by a process of its own, so that reading and writing each have an interpreter.

Threads would share one, and each wait for the other after every statement. The process is this program again, with
`cuecard import read`; it writes the chunks to its output: a length, then the JSON.
"""

from __future__ import annotations

import struct
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

import msgspec

from app.hub.importing.errors import FileUnreadable, ImportProblem
from app.hub.importing.reading import Chunk, Export, chunk_digest, chunks_of
from app.hub.importing.wire import packed, unpacked

_LENGTH = struct.Struct(">I")
_LARGE = 4 * 1024 * 1024


@contextmanager
def read_chunks(export: Export, map_path: Path, chunk_rows: int, first: int) -> Iterator[Iterator[Chunk]]:
    """The chunks as `chunks_of` gives them; a small file is read here, a large one by another process."""
    if export.path.stat().st_size < _LARGE:
        with chunks_of(export, chunk_rows, first) as chunks:
            yield chunks
        return
    command = [*_ourselves(), "import", "read", str(export.path), "--map", str(map_path)]
    command += ["--chunk-rows", str(chunk_rows), "--from-chunk", str(first)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stdin=subprocess.DEVNULL) as process:
        assert process.stdout is not None
        try:
            yield _received(process.stdout, export, chunk_rows, first)
        finally:
            process.terminate()


def send_chunks(export: Export, chunk_rows: int, first: int, out: IO[bytes]) -> None:
    """The other end: what the process does."""
    try:
        with chunks_of(export, chunk_rows, first) as chunks:
            for chunk in chunks:
                _send(out, packed(chunk.rows))
        _send(out, b"")
    except ImportProblem as problem:
        _send(out, msgspec.json.encode({"problem": str(problem)}))


def _send(out: IO[bytes], body: bytes) -> None:
    out.write(_LENGTH.pack(len(body)))
    out.write(body)
    out.flush()


def _received(pipe: IO[bytes], export: Export, chunk_rows: int, first: int) -> Iterator[Chunk]:
    number = first
    while True:
        head = pipe.read(_LENGTH.size)
        size = _LENGTH.unpack(head)[0] if len(head) == _LENGTH.size else -1
        body = pipe.read(size) if size > 0 else b""
        if size < 0 or len(body) < size:
            raise FileUnreadable("Reading the file ended in the middle. Start the same import again: it goes on.")
        if not body:
            return
        if body.startswith(b'{"problem"'):
            raise FileUnreadable(str(msgspec.json.decode(body)["problem"]))
        yield Chunk(number, chunk_digest(export, chunk_rows, number), unpacked(body))
        number += 1


def _ourselves() -> list[str]:
    return [sys.executable] if getattr(sys, "frozen", False) else [sys.executable, "-m", "app.cli"]
