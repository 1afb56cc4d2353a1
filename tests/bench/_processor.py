"""Time of the processor, program by program: on a machine that others use too, it says more than the clock does."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import psycopg

_TICK = 1_000_000 // os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, slots=True)
class Programs:
    """What takes part in a measurement: the hub's processes, the database's (None for SQLite), and this one."""

    hub: int
    database: int | None

    @contextmanager
    def spent(self) -> Iterator[Spent]:
        """What each spends until the block ends; complete only then."""
        spent = Spent()
        before = self._now()
        yield spent
        spent.micros |= {name: after - before[name] for name, after in self._now().items()}

    def _now(self) -> dict[str, int]:
        own = os.times()
        now = {"hub": of_tree(self.hub)} if self.hub else {}
        if self.database is not None:
            now["database"] = of_tree(self.database)
        return now | {"client": int((own.user + own.system) * 1_000_000)}


@dataclass(slots=True)
class Spent:
    """Microseconds of processor time by program, user and system together."""

    micros: dict[str, int] = field(default_factory=dict)

    def each(self, count: int) -> str:
        """What one of so many things took: "hub 5.1 + database 7.0 + client 1.2 = 13.3 us"."""
        parts = " + ".join(f"{name} {micros / count:.1f}" for name, micros in self.micros.items())
        return f"{parts} = {self.all / count:.1f} us"

    @property
    def all(self) -> int:
        """Of all programs together."""
        return sum(self.micros.values())


def database_process(url: str) -> int | None:
    """The process above all of a PostgreSQL's; None for SQLite, which works within the hub's."""
    if not url.startswith("postgresql"):
        return None
    with psycopg.connect(url) as connection:
        return _parent(connection.info.backend_pid)


def of_tree(root: int) -> int:
    """Microseconds that a process and all below it have spent, those that have ended among them."""
    parents = {int(entry.name): entry for entry in Path("/proc").iterdir() if entry.name.isdecimal()}
    below = {root}
    ours = {process: _parent(process) for process in parents}
    while more := {process for process, parent in ours.items() if parent in below} - below:
        below |= more
    return sum(_ticks(process) for process in below) * _TICK


def _ticks(process: int) -> int:
    """Of the process itself, and of those children of its that have ended."""
    return sum(map(int, _fields(process)[11:15]))


def _parent(process: int) -> int:
    return int((_fields(process) or ("", "0"))[1])


def _fields(process: int) -> list[str]:
    """The fields of /proc/PID/stat behind the name; none where it has ended."""
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    except (FileNotFoundError, ProcessLookupError):
        return []
