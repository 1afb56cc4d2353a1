from __future__ import annotations

import threading
from datetime import timedelta

import pytest

from app.cache.errors import StoreError
from app.cache.store import LocalStore
from app.desk.ports import Draft
from app.domain.event import EventType
from app.sync.crm import Rejection
from tests.fakes.accounts import NOON, a_sign_in, an_event


def test_events_get_the_next_numbers_and_come_back_as_they_were(store: LocalStore) -> None:
    first, second = an_event(offer="data-pack", rung=1), an_event(EventType.NOTE_SAVED, text="Zoë: “ok”")

    recorded = store.record([first, second])

    assert [event.sequence for event in recorded] == [1, 2]
    assert {event.source for event in recorded} == {"/devices/device-1"}
    assert store.unsent(10) == recorded
    assert recorded[1].data == {"text": "Zoë: “ok”"}
    assert recorded[0].time == NOON


def test_an_event_recorded_twice_is_there_once_and_keeps_its_number(store: LocalStore) -> None:
    event, other = an_event(), an_event()
    store.record([event])

    again = store.record([event, other, other])

    assert [e.sequence for e in again] == [1, 2, 2]
    assert [e.sequence for e in store.unsent(10)] == [1, 2]


def test_a_refused_transaction_leaves_no_hole_in_the_numbers(store: LocalStore) -> None:
    class NotJson:
        pass

    with pytest.raises(StoreError):
        store.record([an_event(), an_event(wrong=NotJson())], Draft("call", b"state"))  # type: ignore[arg-type]
    recorded = store.record([an_event()])

    assert recorded[0].sequence == 1
    assert store.drafts() == []


def test_numbers_go_on_after_everything_was_sent_and_purged(store: LocalStore) -> None:
    (event,) = store.record([an_event()])
    store.acknowledge([event.id])
    assert store.purge_acknowledged(NOON + timedelta(seconds=1)) == 1

    assert store.record([an_event()])[0].sequence == 2


def test_an_acknowledged_event_is_kept_until_its_time_is_over(store: LocalStore) -> None:
    (event,) = store.record([an_event()])
    store.acknowledge([event.id])

    assert store.purge_acknowledged(NOON) == 0


def test_half_a_surrogate_pair_becomes_a_replacement_character(store: LocalStore) -> None:
    store.record([an_event(EventType.NOTE_SAVED, text="broken \ud83d emoji")])

    assert store.unsent(1)[0].data == {"text": "broken � emoji"}


def test_a_draft_is_replaced_in_its_place_and_dropped_with_the_last_event(store: LocalStore) -> None:
    store.record([an_event()], Draft("first", b"1"))
    store.record([an_event()], Draft("second", b"2"))
    store.record([], Draft("first", b"later"))
    assert store.drafts() == [Draft("first", b"later"), Draft("second", b"2")]

    store.record([an_event()], drop_draft="first")

    assert store.drafts() == [Draft("second", b"2")]


def test_my_day_is_one_persons_events_of_all_his_sessions_since_then(store: LocalStore) -> None:
    for session, person in (("s1", "ana"), ("s2", "ben"), ("s3", "ana")):
        store.save_sign_in(a_sign_in(session, person))
    early = an_event(session="s1", time=NOON - timedelta(hours=20))
    mine, his, also_mine = an_event(session="s1"), an_event(session="s2"), an_event(session="s3")
    store.record([early, mine, his, also_mine])

    found = store.recorded_since(NOON - timedelta(hours=12), "ana")

    assert [event.id for event in found] == [mine.id, also_mine.id]


def test_acknowledging_ignores_ids_that_are_unknown_or_settled(store: LocalStore) -> None:
    first, second = store.record([an_event(), an_event()])

    assert store.acknowledge([first.id, "never seen"]) == 1
    assert store.acknowledge([first.id]) == 0
    assert store.unsent(10) == [second]


def test_an_event_set_aside_leaves_the_queue_with_its_reason_and_is_never_purged(store: LocalStore) -> None:
    first, second = store.record([an_event(), an_event()])

    store.set_aside([Rejection(first.id, 409, "Another event has this id.")])
    store.purge_acknowledged(NOON + timedelta(days=30))

    assert store.unsent(10) == [second]
    (refused,) = store.refused()
    assert (refused.event, refused.status, refused.problem) == (first, 409, "Another event has this id.")
    assert store.backlog().set_aside == 1


def test_the_backlog_tells_how_many_wait_and_since_when(store: LocalStore) -> None:
    assert (store.backlog().unsent, store.backlog().oldest) == (0, None)
    store.record([an_event(time=NOON), an_event(time=NOON + timedelta(minutes=5))])

    assert (store.backlog().unsent, store.backlog().oldest) == (2, NOON)


def test_many_threads_recording_at_once_share_one_sequence_without_gaps(store: LocalStore) -> None:
    def record() -> None:
        for _ in range(25):
            store.record([an_event(), an_event()])

    threads = [threading.Thread(target=record) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert [event.sequence for event in store.unsent(1000)] == list(range(1, 401))
