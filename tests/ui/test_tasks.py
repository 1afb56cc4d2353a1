"""Work runs in its lane in order, and every result or error comes back on the UI thread."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from functools import partial

import pytest
from pytestqt.qtbot import QtBot

from ui.tasks import LaneTasks


@pytest.fixture
def tasks(qtbot: QtBot) -> Iterator[LaneTasks]:
    """A pool that is shut down afterwards."""
    pool = LaneTasks()
    yield pool
    pool.shutdown()


def never(error: Exception) -> None:
    """No error is expected."""
    raise error


def test_a_lane_works_in_the_order_submitted_one_at_a_time(tasks: LaneTasks, qtbot: QtBot) -> None:
    done: list[int] = []
    at_work: list[int] = []
    most = [0]

    def work(number: int) -> int:
        at_work.append(number)
        most[0] = max(most[0], len(at_work))
        at_work.remove(number)
        return number

    for number in range(200):
        tasks.submit("store", partial(work, number), done.append, never)
    qtbot.waitUntil(lambda: len(done) == 200)

    assert done == list(range(200))
    assert most == [1]


def test_lanes_run_side_by_side(tasks: LaneTasks, qtbot: QtBot) -> None:
    met = threading.Barrier(2)
    done: list[str] = []

    def meet(lane: str) -> str:
        met.wait(10)
        return lane

    for lane in ("store", "network"):
        tasks.submit(lane, partial(meet, lane), done.append, never)
    qtbot.waitUntil(lambda: len(done) == 2)

    assert sorted(done) == ["network", "store"]


def test_results_and_errors_arrive_on_the_ui_thread(tasks: LaneTasks, qtbot: QtBot) -> None:
    threads: list[threading.Thread] = []
    errors: list[Exception] = []
    words: list[str] = []

    def fail() -> str:
        raise ValueError("the disk is full")

    def failed(error: Exception) -> None:
        errors.append(error)
        threads.append(threading.current_thread())

    tasks.submit("store", threading.current_thread, lambda _: threads.append(threading.current_thread()), never)
    tasks.submit("store", fail, words.append, failed)
    qtbot.waitUntil(lambda: len(threads) == 2)

    assert words == []
    assert set(threads) == {threading.main_thread()}
    assert [str(error) for error in errors] == ["the disk is full"]


def test_a_lane_goes_on_after_an_error(tasks: LaneTasks, qtbot: QtBot) -> None:
    done: list[int] = []
    failures: list[Exception] = []
    tasks.submit("store", lambda: 1 // 0, done.append, failures.append)
    tasks.submit("store", lambda: 7, done.append, never)

    qtbot.waitUntil(lambda: bool(done))

    assert done == [7]
    assert len(failures) == 1


def test_calls_may_be_posted_from_any_thread(tasks: LaneTasks, qtbot: QtBot) -> None:
    where: list[threading.Thread] = []

    threading.Thread(target=lambda: tasks.post(lambda: where.append(threading.current_thread()))).start()
    qtbot.waitUntil(lambda: bool(where))

    assert where == [threading.main_thread()]


def test_nothing_is_delivered_after_shutdown(qtbot: QtBot) -> None:
    pool = LaneTasks()
    done: list[int] = []
    pool.submit("store", lambda: 1, done.append, never)

    pool.shutdown()
    pool.submit("store", lambda: 2, done.append, never)
    qtbot.wait(20)

    assert done == []
