"""Flipped bits, a truncated and an empty file of the encrypted store."""

from __future__ import annotations

from pathlib import Path
from random import Random

from app.cache.errors import StoreError
from app.cache.opening import NOTICE, open_store
from app.cache.store import LocalStore
from app.desk.ports import Draft
from app.domain.event import Event
from tests.fakes.accounts import an_event
from tests.reliability.nursery import KEY, now
from tests.reliability.outcome import Outcome, Work

_DEVICE = "desk-1"
_ENDINGS = ("", "-wal", "-shm")


def run(work: Work) -> Outcome:
    """Spoils a store again and again; each time the next start must find it and save what was not sent."""
    outcome = Outcome()
    flips = work.of(20, 300)
    stores = [_a_store(work.place("closed"), work.chance, is_killed=False)]
    stores.append(_a_store(work.place("killed"), work.chance, is_killed=True))
    told = harmless = lost = quarantined = 0
    wrong: list[str] = []
    for number in range(flips):
        files, unsent = work.chance.choice(stores)
        ending = work.chance.choice([ending for ending in files if ending != "-shm"])
        spoiled = dict(files)
        spoiled[ending] = _flipped(files[ending], work.chance)
        found = _opened(work.folder / f"flip-{number}", spoiled)
        if found is None:
            wrong.append(f"flip {number}: the program could not go on")
            continue
        events, notice, aside = found
        by_id = {event.id: event for event in events}
        altered = [event for event in unsent if event.id in by_id and by_id[event.id] != event]
        missing = [event for event in unsent if event.id not in by_id]
        lost += len(missing)
        told += bool(notice)
        harmless += not notice
        quarantined += aside
        if altered:
            wrong.append(f"flip {number}: {len(altered)} events were silently altered")
        if missing and not notice:
            wrong.append(f"flip {number}: {len(missing)} events are gone without a word")
        if bool(notice) != bool(aside):
            wrong.append(f"flip {number}: told without a copy kept, or the other way round")
    outcome.say(
        f"{flips} flipped bits: {told} found and told, {quarantined} files kept aside, {harmless} in what no longer "
        f"counted (nothing changed), {lost} unsent events not to be saved, {len(wrong)} wrong"
    )
    outcome.expect(lost == 0, f"{lost} unsent events could not be saved after single flipped bits")
    outcome.expect(told > flips // 2, "most flips were not noticed")
    outcome.wrong += wrong[:5]
    _cut_and_empty(work, outcome, stores[0])
    return outcome


def _cut_and_empty(work: Work, outcome: Outcome, store: tuple[dict[str, bytes], list[Event]]) -> None:
    files, unsent = store
    whole = files[""]
    for name, body in (("truncated to half", whole[: len(whole) // 2]), ("empty", b""), ("zeroed", bytes(len(whole)))):
        found = _opened(work.folder / name.replace(" ", "-"), {"": body})
        if found is None:
            outcome.wrong.append(f"{name}: the program could not go on")
            continue
        events, notice, aside = found
        saved = len({event.id for event in events} & {event.id for event in unsent})
        outcome.say(f"file {name}: told, kept aside, {saved} of {len(unsent)} unsent events saved")
        outcome.expect(bool(notice) and bool(aside), f"{name}: not told, or not kept aside")


def _a_store(folder: Path, chance: Random, *, is_killed: bool) -> tuple[dict[str, bytes], list[Event]]:
    path = folder / "s.db"
    store = LocalStore.open(path, KEY, _DEVICE, now)
    for number in range(200):
        events = [an_event(time=now(), text="x" * chance.randint(10, 600)) for _ in range(2)]
        store.record(events, Draft("call-1", str(number).encode()))
    store.acknowledge([event.id for event in store.unsent(100)])
    unsent = store.unsent(10_000)
    if not is_killed:
        store.close()
    beside = {ending: path.with_name(path.name + ending) for ending in _ENDINGS}
    files = {ending: file.read_bytes() for ending, file in beside.items() if file.exists()}
    store.close()
    return files, unsent


def _opened(folder: Path, files: dict[str, bytes]) -> tuple[list[Event], str, int] | None:
    """What a start finds: the unsent events, what it tells, how many files it kept aside; None where it cannot."""
    folder.mkdir()
    path = folder / "s.db"
    for ending, body in files.items():
        path.with_name(path.name + ending).write_bytes(body)
    try:
        store = open_store(path, KEY, _DEVICE, now)
    except StoreError:
        return None
    events, notice = store.unsent(10_000), store.fact(NOTICE, str) or ""
    store.record([an_event(time=now())])
    store.close()
    aside = [file for file in folder.glob("s.db.damaged-*") if not file.name.endswith("-wal")]
    return events, notice, len(aside)


def _flipped(body: bytes, chance: Random) -> bytes:
    bit = chance.randrange(len(body) * 8)
    changed = bytearray(body)
    changed[bit >> 3] ^= 1 << (bit & 7)
    return bytes(changed)
