from __future__ import annotations

import threading
from collections.abc import Sequence
from datetime import timedelta

import pytest

from app.cache.errors import StoreFull
from app.domain.event import Event
from app.sync.crm import CrmBusy, CrmRefused, CrmUnreachable, Receipt, Rejection
from tests.fakes.accounts import NOON, an_account, an_event
from tests.fakes.sync_bench import Bench


def test_what_was_recorded_is_sent_in_order_and_acknowledged(bench: Bench) -> None:
    session = bench.sign_in()
    recorded = bench.store.record([an_event(session=session) for _ in range(5)])

    bench.engine.step()

    assert list(bench.crm.stored.values()) == recorded
    assert bench.states[0].unsent == 5
    assert (bench.states[-1].unsent, bench.states[-1].online, bench.states[-1].problem) == (0, True, "")
    assert bench.states[-1].last_synced == NOON


def test_an_answer_lost_after_the_commit_counts_nothing_twice(bench: Bench) -> None:
    session = bench.sign_in()
    bench.store.record([an_event(session=session)])

    post, answers = bench.crm.post_events, ["lost"]

    def lose_one(events: Sequence[Event], token: str | None = None) -> Receipt:
        receipt = post(events, token)
        if answers and answers.pop() == "lost":
            raise CrmUnreachable("The answer was lost; trying again.")
        return receipt

    bench.crm.post_events = lose_one  # type: ignore[method-assign]

    bench.run(lambda: bench.unsent == 0)

    assert len(bench.crm.stored) == 1


def test_while_the_hub_is_away_all_stays_queued_and_the_window_is_told(bench: Bench) -> None:
    session = bench.sign_in()
    bench.store.record([an_event(session=session)])
    bench.crm.failing = [CrmUnreachable("The hub cannot be reached; trying again.")]

    wait = bench.engine.step()

    assert (bench.states[-1].unsent, bench.states[-1].online) == (1, False)
    assert bench.states[-1].problem == "The hub cannot be reached; trying again."
    assert wait == pytest.approx(1.0)  # half of the first limit of 2 s
    bench.run(lambda: bench.unsent == 0)
    assert bench.states[-1].problem == ""


def test_recording_more_while_the_hub_is_away_changes_the_count_but_does_not_hammer_it(bench: Bench) -> None:
    session = bench.sign_in()
    bench.store.record([an_event(session=session)])
    bench.crm.failing = [CrmUnreachable("away")]
    bench.engine.step()

    bench.store.record([an_event(session=session)])
    bench.engine.wake()
    bench.engine.step()

    assert bench.states[-1].unsent == 2
    assert bench.crm.stored == {}


def test_waits_grow_to_five_minutes_at_most(bench: Bench) -> None:
    session = bench.sign_in()
    bench.jitter = 0.999
    bench.store.record([an_event(session=session)])
    bench.crm.failing = [CrmUnreachable("away") for _ in range(60)]
    waits = []

    for _ in range(20):
        waits.append(bench.engine.step())
        bench.seconds += waits[-1]

    assert max(waits) <= 300


def test_a_busy_hub_is_left_alone_for_as_long_as_it_asked(bench: Bench) -> None:
    session = bench.sign_in()
    bench.store.record([an_event(session=session)])
    bench.crm.failing = [CrmBusy("The hub is busy; trying again.", retry_after=40)]
    bench.jitter = 0.0
    bench.engine.step()

    bench.seconds = 39.9
    bench.engine.step()
    assert bench.unsent == 1
    bench.seconds = 40.0
    bench.engine.step()

    assert bench.unsent == 0


def test_hurrying_does_not_wait(bench: Bench) -> None:
    session = bench.sign_in()
    bench.store.record([an_event(session=session)])
    bench.crm.failing = [CrmBusy("busy", retry_after=200)]
    bench.engine.step()

    bench.engine.hurry()
    bench.engine.step()

    assert bench.unsent == 0


def test_an_event_that_is_refused_is_set_aside_and_the_rest_flows(bench: Bench) -> None:
    session = bench.sign_in()
    good, foreign = an_event(session=session), an_event(session="never issued")
    bench.store.record([good, foreign])

    bench.run(lambda: bench.unsent == 0)

    (refused,) = bench.store.refused()
    assert (refused.event.id, refused.status) == (foreign.id, 403)
    assert [event.id for event in bench.crm.stored.values()] == [good.id]
    assert bench.states[-1].set_aside == 1


@pytest.mark.parametrize("status", [400, 413])
def test_a_batch_that_is_refused_whole_is_divided_until_the_cause_stands_alone(bench: Bench, status: int) -> None:
    session = bench.sign_in()
    events = [an_event(session=session) for _ in range(9)]
    poison = events[6].id
    bench.store.record(events)
    post = bench.crm.post_events

    def refuse_poison(events: Sequence[Event], token: str | None = None) -> Receipt:
        if any(event.id == poison for event in events):
            raise CrmRefused("The body cannot be read.", status)
        return post(events, token)

    bench.crm.post_events = refuse_poison  # type: ignore[method-assign]

    bench.run(lambda: bench.unsent == 0)

    assert [refused.event.id for refused in bench.store.refused()] == [poison]
    assert len(bench.crm.stored) == 8


def test_ids_that_were_never_sent_are_not_believed(bench: Bench) -> None:
    session = bench.sign_in()
    sent = an_event(session=session)
    bench.store.record([sent])
    later = an_event(session=session)

    def answer_nonsense(events: Sequence[Event], token: str | None = None) -> Receipt:
        bench.store.record([later])
        return Receipt((later.id, "nonsense"), (), (Rejection("other", 422, "no"),), NOON)

    bench.crm.post_events = answer_nonsense  # type: ignore[method-assign]

    bench.engine.step()

    assert [event.id for event in bench.store.unsent(10)] == [sent.id, later.id]
    assert bench.states[-1].problem


def test_an_earlier_agents_events_go_out_with_that_agents_device_token(bench: Bench) -> None:
    his = bench.sign_in("ben")
    bench.store.record([an_event(session=his)])
    hers = bench.sign_in("ana")
    bench.store.record([an_event(session=hers)])

    bench.run(lambda: bench.unsent == 0)

    assert bench.crm.tokens_used == [f"device-{his}", f"device-{hers}"]
    assert [event.agent_session for event in bench.crm.stored.values()] == [his, hers]


def test_a_device_token_that_is_over_is_replaced_by_that_of_the_sign_in_in_use(bench: Bench) -> None:
    his = bench.sign_in("ben")
    bench.store.record([an_event(session=his)])
    bench.crm._tokens.clear()
    bench.sign_in("ana")

    bench.run(lambda: bench.unsent == 0)

    assert [event.agent_session for event in bench.crm.stored.values()] == [his]


def test_without_a_sign_in_nothing_is_set_aside(bench: Bench) -> None:
    bench.store.record([an_event()])

    bench.engine.step()

    assert (bench.unsent, bench.store.backlog().set_aside) == (1, 0)
    assert bench.states[-1].problem == "Sign in first."


def test_accounts_are_fetched_page_by_page_and_then_only_what_changed(bench: Bench) -> None:
    bench.sign_in()
    bench.crm.page = 2
    for n in range(2, 7):
        bench.crm.put(an_account(f"acc-{n}", revision=n, phones=(f"+44207946000{n}",)))

    bench.run(lambda: bench.store.cursor("accounts") == "6")

    (account,) = bench.store.by_phone("+442079460004")
    assert account.name == "A•• L•••••••"
    bench.crm.put(an_account("acc-4", revision=9, phones=("+442079460999",)))
    bench.run(lambda: bench.store.cursor("accounts") == "9")
    assert bench.store.by_phone("+442079460004") == ()


def test_a_cursor_that_is_gone_begins_again_from_the_beginning(bench: Bench) -> None:
    bench.sign_in()
    bench.run(lambda: bench.store.cursor("accounts") == "1")
    bench.crm.failing = [CrmRefused("The cursor is too old.", 410)]
    bench.seconds += 61

    bench.engine.step()
    assert bench.store.cursor("accounts") is None
    bench.run(lambda: bench.store.cursor("accounts") == "1")


def test_events_go_before_pages_of_accounts(bench: Bench) -> None:
    session = bench.sign_in()
    bench.crm.page = 1
    bench.crm.put(an_account("acc-2", revision=2))
    bench.engine.step()
    bench.store.record([an_event(session=session)])

    bench.engine.step()

    assert bench.unsent == 0


def test_only_one_process_sends(bench: Bench) -> None:
    session = bench.sign_in()
    bench.store.record([an_event(session=session)])
    bench.lease.taken_elsewhere = True

    assert bench.engine.step() > 0

    assert bench.crm.stored == {}
    assert "Another Cuecard" in bench.states[-1].problem


def test_a_full_disk_while_acknowledging_stops_nothing_for_good(bench: Bench) -> None:
    session = bench.sign_in()
    bench.store.record([an_event(session=session)])
    acknowledge = bench.store.acknowledge

    def refuse_once(ids: Sequence[str]) -> int:
        bench.store.acknowledge = acknowledge  # type: ignore[method-assign]
        raise StoreFull("The disk is full.")

    bench.store.acknowledge = refuse_once  # type: ignore[method-assign,assignment]

    bench.engine.step()
    assert bench.states[-1].problem == "The disk is full."
    bench.run(lambda: bench.unsent == 0)

    assert len(bench.crm.stored) == 1


def test_what_was_acknowledged_is_kept_for_seven_days(bench: Bench) -> None:
    session = bench.sign_in()
    bench.store.record([an_event(session=session)])
    bench.engine.step()
    bench.seconds = timedelta(days=7).total_seconds() - 1
    bench.engine.step()
    assert bench.store.recorded_since(NOON, "ana")

    bench.seconds += 61
    bench.engine.step()

    assert not bench.store.recorded_since(NOON, "ana")


def test_the_offset_of_the_clocks_is_measured(bench: Bench) -> None:
    session = bench.sign_in()
    bench.store.record([an_event(session=session)])
    post = bench.crm.post_events

    def an_hour_ahead(events: Sequence[Event], token: str | None = None) -> Receipt:
        receipt = post(events, token)
        bench.seconds += 2
        return Receipt(receipt.accepted, (), (), NOON + timedelta(hours=1, seconds=1))

    bench.crm.post_events = an_hour_ahead  # type: ignore[method-assign]

    bench.engine.step()

    assert bench.engine.clock_offset == timedelta(hours=1)


def test_in_its_own_thread_it_sends_what_is_recorded_and_stops_when_told(bench: Bench) -> None:
    session = bench.sign_in()
    before = threading.active_count()
    bench.engine.start()
    bench.store.record([an_event(session=session)])
    bench.engine.wake()

    assert bench.engine.wait_until_sent(10)
    assert bench.engine.stop(10)

    assert len(bench.crm.stored) == 1
    assert threading.active_count() == before


def test_an_unexpected_fault_neither_ends_the_thread_nor_shows_what_it_was_about(
    bench: Bench, caplog: pytest.LogCaptureFixture
) -> None:
    session = bench.sign_in()
    bench.store.record([an_event(session=session)])
    post, faults = bench.crm.post_events, [ZeroDivisionError("Ada Lovelace, +442079460123")]

    def fault_once(events: Sequence[Event], token: str | None = None) -> Receipt:
        if faults:
            raise faults.pop()
        return post(events, token)

    bench.crm.post_events = fault_once  # type: ignore[method-assign]
    bench.jitter = 0.0
    bench.engine.start()

    assert bench.engine.wait_until_sent(10)
    assert bench.engine.stop(10)

    assert "ZeroDivisionError" in caplog.text
    assert "Lovelace" not in caplog.text
