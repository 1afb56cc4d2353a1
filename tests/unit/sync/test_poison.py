"""Events on which the hub fails: set aside where the hub takes others, never where it is away."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from datetime import timedelta

import pytest

from app.domain.event import Event
from app.sync.crm import CrmFailed, CrmRefused, CrmUnreachable, Receipt
from tests.fakes.accounts import an_event
from tests.fakes.sync_bench import Bench


class Failing:
    """Makes the bench's CRM fail at every batch with one of these events in it; counts how often each was alone."""

    def __init__(self, bench: Bench, poison: Collection[str]) -> None:
        self.poison, self.post = set(poison), bench.crm.post_events
        self.alone: Counter[str] = Counter()
        self.batches: list[int] = []
        self.is_away = False
        bench.crm.post_events = self  # type: ignore[method-assign]

    def __call__(self, events: Sequence[Event], token: str | None = None) -> Receipt:
        self.batches.append(len(events))
        if len(events) == 1:
            self.alone[events[0].id] += 1
        if self.is_away or any(event.id in self.poison for event in events):
            raise CrmFailed("The hub has a fault (status 500); trying again.")
        return self.post(events, token)


@pytest.mark.parametrize("place", [0, 7, 599, 600, 999])
def test_the_rest_flows_at_once_and_the_culprit_is_set_aside_after_five_tries(bench: Bench, place: int) -> None:
    session = bench.sign_in()
    events = bench.store.record([an_event(session=session) for _ in range(1000)])
    hub = Failing(bench, {events[place].id})

    bench.run(lambda: bench.unsent == 1, steps=8)
    assert bench.seconds < 5
    bench.run(lambda: bench.unsent == 0)

    (refused,) = bench.store.refused()
    assert (refused.event, refused.status, refused.tries) == (events[place], 500, 5)
    assert "set aside" in refused.problem
    # Besides the five that count it may have been the first or the last of a batch, tried as the proof.
    assert hub.alone[events[place].id] <= 6
    assert len(bench.crm.stored) == 999
    assert bench.states[-1].set_aside == 1


def test_several_culprits_are_all_found(bench: Bench) -> None:
    session = bench.sign_in()
    events = bench.store.record([an_event(session=session) for _ in range(200)])
    poison = [events[n].id for n in (3, 50, 51, 199)]
    Failing(bench, poison)

    bench.run(lambda: bench.unsent == 0, steps=100)

    assert [refused.event.id for refused in bench.store.refused()] == poison
    assert len(bench.crm.stored) == 196


@pytest.mark.parametrize("count", [1, 2, 300])
def test_a_hub_that_fails_at_everything_sets_nothing_aside_however_long(bench: Bench, count: int) -> None:
    session = bench.sign_in()
    bench.store.record([an_event(session=session) for _ in range(count)])
    hub = Failing(bench, ())
    hub.is_away = True

    for _ in range(180):
        bench.seconds += bench.engine.step()

    assert bench.seconds > 1800
    assert (bench.unsent, bench.store.backlog().set_aside, bench.store.suspects(10)) == (count, 0, [])
    hub.is_away = False
    bench.run(lambda: bench.unsent == 0)
    assert len(bench.crm.stored) == count


def test_a_hub_that_goes_away_in_the_middle_of_the_search_sets_nothing_aside(bench: Bench) -> None:
    session = bench.sign_in()
    events = bench.store.record([an_event(session=session) for _ in range(64)])
    hub = Failing(bench, {events[20].id})
    post = hub.post

    def take_one_then_go(batch: Sequence[Event], token: str | None = None) -> Receipt:
        hub.is_away = True
        return post(batch, token)

    hub.post = take_one_then_go  # type: ignore[assignment]
    for _ in range(40):
        bench.seconds += bench.engine.step()

    assert bench.store.backlog().set_aside == 0
    assert bench.unsent == 63
    hub.is_away, hub.post, hub.poison = False, post, set()
    bench.run(lambda: bench.unsent == 0)
    assert len(bench.crm.stored) == 64


def test_an_event_alone_is_only_set_aside_by_a_hub_that_takes_something_else(bench: Bench) -> None:
    session = bench.sign_in()
    bench.store.record([an_event(session=session)])
    bench.engine.step()
    (lone,) = bench.store.record([an_event(session=session)])
    Failing(bench, {lone.id})

    bench.run(lambda: bench.unsent == 0)

    assert [refused.event for refused in bench.store.refused()] == [lone]


def test_a_suspect_that_the_hub_takes_after_all_is_sent(bench: Bench) -> None:
    session = bench.sign_in()
    events = bench.store.record([an_event(session=session) for _ in range(3)])
    hub = Failing(bench, {events[0].id})
    bench.run(lambda: bench.unsent == 1)
    (waiting,) = bench.store.waiting_kinds()
    assert (waiting.count, waiting.failed) == (1, 1)

    hub.poison.clear()
    bench.run(lambda: bench.unsent == 0)

    assert len(bench.crm.stored) == 3
    assert bench.store.refused() == []


def test_what_was_set_aside_can_be_tried_again(bench: Bench) -> None:
    session = bench.sign_in()
    events = bench.store.record([an_event(session=session) for _ in range(2)])
    hub = Failing(bench, {events[0].id})
    bench.run(lambda: bench.unsent == 0)
    hub.poison.clear()

    assert bench.store.try_again([events[0].id, "not set aside"]) == 1
    bench.run(lambda: bench.unsent == 0)

    assert len(bench.crm.stored) == 2
    assert bench.store.refused() == []


def test_batches_grow_by_steps_and_are_halved_by_what_does_not_get_through(bench: Bench) -> None:
    session = bench.sign_in()
    bench.store.record([an_event(session=session) for _ in range(12_000)])
    hub = Failing(bench, ())

    for _ in range(8):
        bench.engine.step()
    assert hub.batches == [500, 750, 1000, 1250, 1500, 1750, 2000, 2000]

    bench.crm.failing = [CrmRefused("The body is too large.", 413)]
    hub.batches.clear()
    bench.engine.step()
    bench.store.record([an_event(session=session) for _ in range(3_000)])
    bench.engine.step()
    assert hub.batches[0] == 1250
    assert hub.batches[-1] == 875


def test_a_slow_line_gets_smaller_batches_until_they_go_through(bench: Bench) -> None:
    session = bench.sign_in()
    bench.store.record([an_event(session=session) for _ in range(500)])
    post, sizes = bench.crm.post_events, []

    def slow(events: Sequence[Event], token: str | None = None) -> Receipt:
        sizes.append(len(events))
        if len(events) > 40:
            raise CrmFailed("The hub does not answer in time; trying again.")
        return post(events, token)

    bench.crm.post_events = slow  # type: ignore[method-assign]

    bench.run(lambda: bench.unsent == 0, steps=60)

    assert len(bench.crm.stored) == 500
    assert bench.store.refused() == []
    assert bench.seconds < timedelta(minutes=2).total_seconds()


def test_a_line_that_is_down_is_tried_by_one_request_at_a_time(bench: Bench) -> None:
    session = bench.sign_in()
    bench.store.record([an_event(session=session) for _ in range(10)])
    calls: list[int] = []

    def down(events: Sequence[Event], token: str | None = None) -> Receipt:
        calls.append(len(events))
        raise CrmUnreachable("The hub cannot be reached; trying again.")

    bench.crm.post_events = down  # type: ignore[method-assign]

    bench.engine.step()

    assert calls == [10]


def test_a_hub_that_can_only_tell_duplicates_does_not_cost_the_events_that_wait(bench: Bench) -> None:
    session = bench.sign_in()
    bench.store.record([an_event(session=session)])
    bench.engine.step()
    waiting = bench.store.record([an_event(session=session) for _ in range(3)])
    Failing(bench, {event.id for event in waiting})

    for _ in range(60):
        bench.seconds += bench.engine.step()

    assert (bench.unsent, bench.store.backlog().set_aside) == (3, 0)
