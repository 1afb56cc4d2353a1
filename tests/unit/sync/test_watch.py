"""What looks for something new looks at once, when told, and again after a fault; and it ends when it should."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Iterator

import pytest

from app.sync.crm import CrmBusy, CrmUnreachable
from app.sync.watch import Watch

NEVER = 3600.0


class Looking:
    """Counts looks; each is answered by the next of `faults`, which is raised."""

    def __init__(self, *faults: Exception) -> None:
        self.faults = list(faults)
        self.looked: queue.Queue[int] = queue.Queue()
        self.count = 0

    def __call__(self) -> None:
        self.count += 1
        self.looked.put(self.count)
        if self.faults:
            raise self.faults.pop(0)

    def wait_for(self, count: int) -> None:
        while self.looked.get(timeout=10) < count:
            pass


@pytest.fixture
def start() -> Iterator[Callable[..., Watch]]:
    started: list[Watch] = []

    def make(look: Callable[[], None], *, every: float = NEVER, spread: float = 0.0) -> Watch:
        watch = Watch("watched", look, every=every, spread=spread, random=lambda: 0.001)
        started.append(watch)
        watch.start()
        return watch

    yield make
    for watch in started:
        watch.stop()


def test_it_looks_at_once_and_then_when_it_is_told(start: Callable[..., Watch]) -> None:
    look = Looking()
    watch = start(look)
    look.wait_for(1)
    watch.poke()
    look.wait_for(2)


def test_it_looks_every_so_often_without_being_told(start: Callable[..., Watch]) -> None:
    look = Looking()
    start(look, every=0.001)
    look.wait_for(5)


def test_what_fails_is_tried_again(start: Callable[..., Watch]) -> None:
    look = Looking(CrmUnreachable("away"), CrmBusy("busy", 0.001), CrmUnreachable("away"))
    start(look)
    look.wait_for(4)


def test_a_fault_of_our_own_does_not_end_it(start: Callable[..., Watch]) -> None:
    look = Looking(RuntimeError("broken"))
    watch = start(look)
    look.wait_for(1)
    watch.poke()
    look.wait_for(2)


def test_what_was_told_while_it_looked_is_looked_at_again(start: Callable[..., Watch]) -> None:
    begun, go_on, looks = threading.Event(), threading.Event(), Looking()

    def slow() -> None:
        looks()
        begun.set()
        assert go_on.wait(10)

    watch = start(slow)
    assert begun.wait(10)
    watch.poke()
    go_on.set()
    looks.wait_for(2)


def test_it_ends_at_once_also_while_it_waits_for_its_turn(start: Callable[..., Watch]) -> None:
    look = Looking()
    watch = start(look, spread=10**6)
    look.wait_for(1)
    watch.poke()
    watch.stop()
    assert not [thread for thread in threading.enumerate() if thread.name == "watched"]
