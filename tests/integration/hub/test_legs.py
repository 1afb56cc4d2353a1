"""Row 24 over several batches: an accept after the wrap-up of the agent's own leg, however the batches come in."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest
from sqlalchemy import text

from app.hub.batch import read_batch
from app.hub.months import month_of
from app.hub.recorder import Origin, Run
from app.hub.strict_json import canonical
from app.hub.writing_postgres import PostgresWriting
from tests.fakes.hub import Desk, RunningHub
from tests.fakes.postgres import PostgresServer

OFFER = {"offer": "data-pack"}


@pytest.fixture
def ana(hub: RunningHub) -> Desk:
    return hub.sign_in("ana")


def refused(answer: dict[str, list[dict[str, dict[str, int]]]]) -> list[tuple[object, int]]:
    return [(one["id"], one["problem"]["status"]) for one in answer["rejected"]]


def test_the_next_batch_may_come_before_the_projections_have_moved(hub: RunningHub, ana: Desk) -> None:
    hub.hub.projector.close()
    ana.send(ana.event("call.answered", "call-1"), ana.event("call.wrapped", "call-1"))
    late, note = ana.event("offer.accepted", "call-1", OFFER), ana.event("note.saved", "call-1", {"text": "x"})
    answer = ana.send(late, note)
    assert (answer["accepted"], refused(answer)) == ([note["id"]], [(late["id"], 422)])
    assert [(row["kind"], row["about"]) for row in hub.audited()][-1:] == [("event-422", late["id"])]


def test_another_agent_s_wrap_up_of_the_same_call_ends_nothing(hub: RunningHub, ana: Desk) -> None:
    ira = hub.sign_in("ira", "desk-1")
    ira.sequence = 100
    ana.send(ana.event("call.answered", "call-1"), ana.event("call.wrapped", "call-1"))
    accept = ira.event("offer.accepted", "call-1", OFFER)
    assert ira.send(accept)["accepted"] == [accept["id"]]


def test_an_accept_from_before_the_wrap_up_that_is_sent_again_is_a_duplicate(hub: RunningHub, ana: Desk) -> None:
    accept = ana.event("offer.accepted", "call-1", OFFER)
    ana.send(ana.event("call.answered", "call-1"), accept, ana.event("call.wrapped", "call-1"))
    assert ana.send(accept)["duplicates"] == [accept["id"]]


def test_a_callback_that_was_answered_in_an_earlier_batch_is_a_leg_of_its_own(hub: RunningHub, ana: Desk) -> None:
    ana.send(ana.event("call.answered", "call-1"), ana.event("call.wrapped", "call-1"))
    ana.send(ana.event("call.answered", "call-1"))
    accept = ana.event("offer.accepted", "call-1", OFFER)
    assert ana.send(accept)["accepted"] == [accept["id"]]


def test_an_accept_waits_for_the_wrap_up_that_another_connection_is_about_to_commit(
    tmp_path: Path, postgres: PostgresServer
) -> None:
    hub = RunningHub(tmp_path, database=postgres.new_database())
    try:
        ana = hub.sign_in("ana")
        ana.send(ana.event("call.answered", "call-1"))
        wrapped, late = ana.event("call.wrapped", "call-1"), ana.event("offer.accepted", "call-1", OFFER)
        answers: list[dict[str, list[dict[str, dict[str, int]]]]] = []
        sending = threading.Thread(target=lambda: answers.append(ana.send(late)))
        with hub.store.write() as connection:
            # As another hub process does: it holds the device, has written the wrap-up, and has not committed.
            writing = PostgresWriting(hub.store)
            writing.hold(connection, ["/devices/desk-1"])
            writing.insert(connection, [_run(wrapped)])
            sending.start()
            _wait_until_somebody_waits(hub)
            assert not answers
        sending.join(20)
        assert refused(answers[0]) == [(late["id"], 422)]
        assert late["id"] not in {row["id"] for row in hub.recorded()}
    finally:
        hub.stop()


def _run(event: dict[str, str]) -> Run:
    (read,) = read_batch(canonical([event])).events
    origin = Origin("blue", month_of(read.id), read.source, 0, read.session, "person-ana", "blue", 1)
    return Run(origin, 0, [read])


def _wait_until_somebody_waits(hub: RunningHub) -> None:
    waiting = text("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted")
    for _ in range(2000):
        with hub.store.read() as connection:
            if connection.execute(waiting).scalar_one():
                return
            connection.execute(text("SELECT pg_sleep(0.005)"))
    raise AssertionError("nobody waited for the device")
