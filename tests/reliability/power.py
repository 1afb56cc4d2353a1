"""Power cuts: the hub's SQLite on a disk that forgets what was not synced; the encrypted store killed at system calls.

The disk is an SQLite VFS. It keeps what was written since the last sync apart; at the cut each of those writes, in
pieces of a sector, has reached the disk or not, at random. The hub's own statement and settings run on it.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
import sys
from collections import Counter
from contextlib import closing, suppress
from pathlib import Path
from random import Random

from uuid_utils import uuid7

from app.cache.errors import StoreError
from app.cache.opening import open_store
from app.hub.store import Store
from app.hub.writing_sqlite import _INSERTS
from tests.reliability.desktop import Desktop
from tests.reliability.forgetful_disk import ForgetfulDisk, PowerCut
from tests.reliability.nursery import KEY, now
from tests.reliability.outcome import NotRun, Outcome, Work

_EVENTS = 40
_STARTS_OF_ONE = 25
# Which calls, and how many of them one start makes, about.
_KILLED_AT = {"writes": ("pwrite64", 400), "syncs": ("fsync,fdatasync", 36)}


def run(work: Work) -> Outcome:
    """Both parts."""
    outcome = Outcome()
    _hub_part(work, outcome, work.of(60, 2000))
    if sys.platform != "linux" or shutil.which("strace") is None:
        outcome.not_run.append("kills of the encrypted store at system calls: strace is not there")
    else:
        _store_part(work, outcome, work.of(15, 2000))
    return outcome


def _hub_part(work: Work, outcome: Outcome, cuts: int) -> None:
    try:
        import apsw
    except ImportError as error:
        raise NotRun("the package apsw is not installed") from error
    made_by = _event_table(work.place("made") / "hub.sqlite")
    folder = work.place("disk")
    full = [_cut_once(apsw, work.chance, folder, made_by, "FULL") for _ in range(cuts)]
    lost, unsound = sum(cut[0] for cut in full), sum(not cut[2] for cut in full)
    commits = sum(cut[1] for cut in full)
    outcome.say(f"hub's SQLite: {cuts} power cuts, {commits} commits confirmed, {lost} lost, {unsound} files unsound")
    outcome.expect(lost == 0, f"{lost} confirmed commits were lost by power cuts")
    outcome.expect(unsound == 0, f"{unsound} databases were unsound after power cuts")
    outcome.expect(commits > cuts, "the cuts came before anything was confirmed: nothing was tested")
    # The same with the syncs left out must lose: else this disk forgets nothing, and the figures above say nothing.
    control = [_cut_once(apsw, work.chance, folder, made_by, "OFF") for _ in range(max(20, cuts // 20))]
    hurt = sum(cut[0] > 0 or not cut[2] for cut in control)
    outcome.say(f"the same without syncs, to see that the disk forgets: {hurt} of {len(control)} lost or unsound")
    outcome.expect(hurt > len(control) // 4, "the disk that should forget does not")


def _event_table(file: Path) -> list[str]:
    """The statements by which the hub's migrations have made its event table and the indexes."""
    Store(f"sqlite:///{file}").close()
    with closing(sqlite3.connect(file)) as connection:
        wanted = "SELECT sql FROM sqlite_master WHERE tbl_name = 'event' AND sql IS NOT NULL ORDER BY type DESC"
        return [sql for (sql,) in connection.execute(wanted)]


def _cut_once(apsw, chance: Random, folder: Path, made_by: list[str], synchronous: str) -> tuple[int, int, bool]:  # type: ignore[no-untyped-def]
    """One life of a database up to a cut: confirmed rows that are lost, confirmed rows, whether the file is sound."""
    disk = ForgetfulDisk(apsw, chance)
    confirmed: list[str] = []
    try:
        connection = apsw.Connection("hub.sqlite", vfs=disk.name)
        # The hub is alone on its file; the index of the log then needs no shared memory, which a VFS cannot give.
        for pragma in ("locking_mode=EXCLUSIVE", "journal_mode=WAL", f"synchronous={synchronous}", "temp_store=MEMORY"):
            connection.execute(f"PRAGMA {pragma}")
        connection.execute("PRAGMA wal_autocheckpoint=8")
        for statement in made_by:
            connection.execute(statement)
        # What was there at the hub's start has long been on the disk.
        disk.settle()
        disk.cut_after(chance.randrange(1, 160))
        sequence = 0
        while True:
            ids = [str(uuid7()) for _ in range(10)]
            values: list[object] = ["north", 1, "/devices/d", 0, "session", "ana", "north", 0]
            for id in ids:
                sequence += 1
                values += [id, sequence, "cuecard.note.saved.v1", 0, "call", "x" * chance.randrange(20, 600)]
            connection.execute("BEGIN IMMEDIATE")
            connection.execute(_INSERTS[10], values)
            connection.execute("COMMIT")
            confirmed += ids
    except (PowerCut, apsw.Error):
        if not disk.is_cut:
            raise
    finally:
        disk.is_over = True
        with suppress(PowerCut, apsw.Error):
            connection.close(True)
        disk.unregister()
    return _found_again(apsw, disk, folder, confirmed)


def _found_again(apsw, disk: ForgetfulDisk, folder: Path, confirmed: list[str]) -> tuple[int, int, bool]:  # type: ignore[no-untyped-def]
    for old in folder.iterdir():
        old.unlink()
    disk.put_what_is_left(folder)
    connection = apsw.Connection(str(folder / "hub.sqlite"))
    try:
        is_sound = connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        left = {id for (id,) in connection.execute("SELECT id FROM event")}
    except apsw.Error:
        return len(confirmed), len(confirmed), False
    finally:
        connection.close(True)
    return sum(id not in left for id in confirmed), len(confirmed), is_sound


def _store_part(work: Work, outcome: Outcome, cuts: int) -> None:
    """Each start is killed when it enters its n-th write or sync; the file is then opened by the next one.

    The count is strace's, one for every start: calls that go nowhere are made first, so that each dies elsewhere.
    """
    folder = work.place("store")
    counts: Counter[str] = Counter()
    for number in range(0, cuts, _STARTS_OF_ONE):
        for kind, starts in (("writes", _STARTS_OF_ONE - 5), ("syncs", 5)):
            desktop = Desktop(folder, f"desk-{number}-{kind}", before=_killing_at(kind))
            try:
                _start_and_die(desktop, kind, work.chance, min(starts, cuts), counts)
            finally:
                desktop.close()
            _look_into(desktop, counts)
    outcome.say(
        f"encrypted store: {counts['writes']} kills at writes and {counts['syncs']} at syncs in {counts['starts']} "
        f"starts, {counts['confirmed']} events confirmed, {counts['lost']} lost, {counts['twice']} twice, "
        f"{counts['unsound']} not to be opened, {counts['damage']} taken for damage"
    )
    killed = counts["writes"] + counts["syncs"]
    outcome.expect(counts["starts"] < 2 * killed, f"only {killed} of {counts['starts']} were killed")
    outcome.expect(counts["confirmed"] > 0, "nothing was confirmed: nothing was tested")
    bad = ("lost", "twice", "unsound", "damage")
    outcome.expect(not any(counts[name] for name in bad), "the encrypted store did not bear being killed")


def _killing_at(kind: str) -> tuple[str, ...]:
    calls, made = _KILLED_AT[kind]
    kill = f"inject={calls}:signal=SIGKILL:when={made}"
    return ("strace", "-f", "-qq", "-o", os.devnull, "-e", f"trace={calls}", "-e", kill)


def _start_and_die(desktop: Desktop, kind: str, chance: Random, starts: int, counts: Counter[str]) -> None:
    for _ in range(starts):
        wasted = chance.randrange(_KILLED_AT[kind][1])
        task = {"waste_writes" if kind == "writes" else "waste_syncs": wasted}
        desktop.begin(count=_EVENTS, batch=2, seed=chance.randrange(1 << 30), **task)
        desktop.ended(120)
        counts["starts"] += 1
        counts[kind] += not desktop.is_done
    counts["confirmed"] += len(desktop.confirmed)


def _look_into(desktop: Desktop, counts: Counter[str]) -> None:
    try:
        store = open_store(desktop.path, KEY, desktop.device, now)
    except StoreError:
        counts["unsound"] += 1
        return
    found = store.unsent(1_000_000)
    store.close()
    by_id = {event.id: event.sequence for event in found}
    counts["lost"] += sum(by_id.get(event.id) != event.sequence for event in desktop.confirmed)
    counts["twice"] += len(found) - len({event.sequence for event in found})
    aside = desktop.path.parent.glob(f"{desktop.path.name}.damaged-*")
    counts["damage"] += sum(not file.name.endswith("-wal") for file in aside)
