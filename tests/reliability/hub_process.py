"""The hub as a process that is killed and started again at the same address, on SQLite or PostgreSQL."""

from __future__ import annotations

import os
import random
import socket
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from types import TracebackType

import msgspec
from sqlalchemy import select, text

from app.hub import schema
from app.hub.demo_sign_ins import SIGN_INS_FILE, DemoSignIns, read_sign_ins
from app.hub.engine import open_engine
from app.hub.process import DATABASE, instance_at
from tests.reliability.outcome import TooLate, processor_seconds, until

ROOT = Path(__file__).resolve().parents[2]
START_SECONDS = 90.0
"""How long a start may take on a machine that is busy with other things; how long it took is told apart."""


@dataclass(frozen=True, slots=True)
class Row:
    """An event as the hub has it; `time` as the desktop wrote it."""

    source: str
    sequence: int
    id: str
    type: str
    time: datetime


class _Envelope(msgspec.Struct):
    time: datetime


class Hub:
    """A hub with made-up customers. Attributes: `url`, `folder`, `database` (its URL), `start_cost`.

    `start_cost` is how many seconds of a processor the last start took.
    """

    def __init__(self, folder: Path, database: str = "", before: Sequence[str] = ()) -> None:
        """Starts it; `before` stands in front of its command line (`strace ..`)."""
        self.folder = folder
        self.database = database or f"sqlite:///{folder / DATABASE}"
        self._before = list(before)
        self._port = free_port()
        self.url = f"http://127.0.0.1:{self._port}"
        self._process: subprocess.Popen[bytes] | None = None
        self.start_cost = 0.0
        self.start()

    def start(self, before: Sequence[str] | None = None) -> float:
        """Starts it on the database that it had; seconds until it answered."""
        command = [*(self._before if before is None else before), sys.executable, "-m", "app.cli", "hub"]
        command += ["--db", self.database, "--port", str(self._port), "--demo", "--accounts", "20"]
        command += ["--with-parent", str(os.getpid()), "--wait-for-lock", "20", "--data-dir", str(self.folder)]
        command += ["--key-file", str(self.folder / "hub.key")]
        environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1"}
        begun = time.monotonic()
        with (self.folder / "hub.log").open("ab") as log:
            self._process = subprocess.Popen(
                command, cwd=ROOT, env=environment, stdin=subprocess.DEVNULL, stdout=log, stderr=log
            )
        process = self._process
        until("the hub answers", lambda: process.poll() is not None or self.answers, START_SECONDS)
        if process.poll() is not None:
            raise TooLate(f"the hub ended at once: {self.last_words}")
        self.start_cost = processor_seconds(process.pid)
        return time.monotonic() - begun

    @property
    def answers(self) -> bool:
        """Whether it is there."""
        return instance_at(self.url) is not None

    @property
    def last_words(self) -> str:
        """The end of its log."""
        return (self.folder / "hub.log").read_text(encoding="utf-8", errors="replace")[-1500:]

    def kill(self) -> None:
        """`kill -9`."""
        if self._process is not None:
            self._process.kill()
            self._process.wait(30)
            self._process = None

    def stop(self) -> None:
        """Ends it in order."""
        if self._process is not None:
            self._process.terminate()
            try:
                self._process.wait(30)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait(30)
            self._process = None

    @property
    def sign_ins(self) -> DemoSignIns:
        """Who can sign in."""
        found = read_sign_ins(self.folder / SIGN_INS_FILE)
        assert found is not None, "the hub has kept no sign-ins"
        return found

    def rows(self) -> list[Row]:
        """Every event that it has, by device and sequence."""
        event = schema.event
        wanted = select(event.c.source, event.c.sequence, event.c.id, event.c.type, event.c.body)
        engine = open_engine(self.database, 1)
        try:
            with engine.connect() as connection:
                found = connection.execute(wanted.order_by(event.c.source, event.c.sequence)).all()
        finally:
            engine.dispose()
        decode = msgspec.json.Decoder(_Envelope).decode
        return [Row(source, sequence, id, kind, decode(body).time) for source, sequence, id, kind, body in found]

    def count(self) -> int:
        """How many events it has."""
        engine = open_engine(self.database, 1)
        try:
            with engine.connect() as connection:
                return int(connection.execute(text("SELECT count(*) FROM event")).scalar_one())
        finally:
            engine.dispose()

    def is_sound(self) -> bool:
        """SQLite's own look at the whole file."""
        engine = open_engine(self.database, 1)
        try:
            with engine.connect() as connection:
                return bool(connection.execute(text("PRAGMA integrity_check")).scalar_one() == "ok")
        finally:
            engine.dispose()

    def __enter__(self) -> Hub:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()


def free_port() -> int:
    """A port below those that systems hand out, so that nobody gets it while the hub is down."""
    chance = random.SystemRandom()
    while True:
        port = chance.randrange(20_000, 32_000)
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
