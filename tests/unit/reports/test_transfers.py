"""A transferred call: who extended and who closed are both shown, and it is paid once."""

from __future__ import annotations

from datetime import timedelta

from app.domain.event import EventType
from app.reports.brief import OFFER_COUNTS, TEAM, sums_of_call
from app.reports.render import as_csv
from app.reports.team import AgentRow, TeamReport, report_of_sums, team_report
from app.reports.wire import from_plain, to_plain
from tests.fakes.calls import START, Telling

NAMES = {"a": "Ana R.", "b": "Ben S."}
PERIOD = {"team": "blue", "team_name": "Blue", "since": START, "until": START + timedelta(days=1), "as_of": START}


class Transferred:
    """One call that rings at Ana's, and then at Ben's."""

    def __init__(self) -> None:
        self.ana, self.ben = Telling(), Telling("/devices/desk-2")
        self.ana.answered()
        self.ben.answered()

    def report(self) -> TeamReport:
        pairs = [(who, event) for who, desk in (("a", self.ana), ("b", self.ben)) for event in desk.events]
        counted = team_report(agents=NAMES, events=pairs, **PERIOD)  # type: ignore[arg-type]
        sums = sums_of_call(pairs).calls
        assert report_of_sums(agents=NAMES, sums=sums, **PERIOD) == counted  # type: ignore[arg-type]
        for row in (*counted.rows, counted.total):
            assert row.accepted <= row.extended <= row.calls
        return counted


def shown(row: AgentRow) -> tuple[int, ...]:
    return row.extended, row.accepted, row.successes, row.points, row.handed_on, row.closed_for_others


def test_extended_by_one_and_closed_by_another_both_are_shown_and_it_is_paid_once() -> None:
    call = Transferred()
    call.ana.extended()
    call.ben.accepted(points=3)
    ana, ben = call.report().rows
    assert shown(ana) == (1, 1, 0, 0, 1, 0)
    assert shown(ben) == (0, 0, 1, 3, 0, 1)
    assert shown(call.report().total) == (1, 1, 1, 3, 1, 1)


def test_who_said_it_again_himself_closes_his_own() -> None:
    call = Transferred()
    call.ana.extended()
    call.ben.extended()
    call.ben.accepted(points=3)
    ana, ben = call.report().rows
    assert shown(ana) == (1, 0, 0, 0, 0, 0)
    assert shown(ben) == (1, 1, 1, 3, 0, 0)


def test_an_accept_of_another_offer_than_the_one_extended_before_is_the_closer_s_own() -> None:
    call = Transferred()
    call.ana.add(EventType.OFFER_EXTENDED, offer="router", kind="upsell")
    call.ben.accepted(points=3)
    ana, ben = call.report().rows
    assert (shown(ana), shown(ben)) == ((1, 0, 0, 0, 0, 0), (1, 1, 1, 3, 0, 0))


def test_who_closes_one_for_another_and_one_of_his_own_has_one_call_accepted() -> None:
    call = Transferred()
    call.ana.extended()
    call.ben.accepted(points=3)
    call.ben.add(EventType.OFFER_ACCEPTED, offer="router", kind="upsell", points=2)
    ana, ben = call.report().rows
    assert (shown(ana), shown(ben)) == ((1, 1, 0, 0, 1, 0), (1, 1, 1, 5, 0, 1))
    assert shown(call.report().total) == (1, 1, 1, 5, 1, 1)


def test_an_extend_that_was_taken_back_gives_nobody_the_accept_of_another() -> None:
    call = Transferred()
    spoken = call.ana.extended()
    call.ana.add(EventType.EVENT_CORRECTED, corrects=spoken.id)
    call.ben.accepted(points=3)
    ana, ben = call.report().rows
    assert (shown(ana), shown(ben)) == ((0, 0, 0, 0, 0, 0), (1, 1, 1, 3, 0, 0))


def test_of_two_who_extended_it_the_last_before_the_accept_is_shown() -> None:
    call, eva = Transferred(), Telling("/devices/desk-3")
    call.ana.extended()
    eva.answered()
    eva.add(EventType.STEP_ENTERED)
    eva.extended()
    call.ben.add(EventType.STEP_ENTERED)
    call.ben.add(EventType.STEP_ENTERED)
    call.ben.add(EventType.STEP_ENTERED)
    call.ben.accepted()
    pairs = [(who, e) for who, desk in (("a", call.ana), ("b", call.ben), ("e", eva)) for e in desk.events]
    calls = sums_of_call(pairs).calls
    assert [calls[who][-2:] for who in ("a", "b", "e", TEAM)] == [(0, 0), (0, 1), (1, 0), (1, 1)]


def test_a_clock_that_is_ahead_does_not_take_the_extend_from_who_said_it() -> None:
    call = Transferred()
    for _ in range(5):
        call.ana.add(EventType.STEP_ENTERED)
    call.ana.extended()
    call.ben.accepted()
    assert [shown(row)[-2:] for row in call.report().rows] == [(1, 0), (0, 1)]


def test_a_reversal_takes_the_points_of_who_closed() -> None:
    call = Transferred()
    call.ana.extended()
    call.ben.accepted(points=3)
    call.ana.add(EventType.OFFER_REVERSED, offer="data-pack", by="customer")
    assert [shown(row)[3] for row in (*call.report().rows, call.report().total)] == [0, 0, 0]


def test_by_offer_too_the_accept_is_the_extender_s_and_the_points_are_the_closer_s() -> None:
    call = Transferred()
    call.ana.extended()
    call.ben.accepted(points=3)
    pairs = [(who, event) for who, desk in (("a", call.ana), ("b", call.ben)) for event in desk.events]
    offers = sums_of_call(pairs).offers
    wanted = [OFFER_COUNTS.index(name) for name in ("extended", "accepted", "points")]
    found = {who: tuple(offers[who, "data-pack"][place] for place in wanted) for who in ("a", "b", TEAM)}
    assert found == {"a": (1, 1, 0), "b": (0, 0, 3), TEAM: (1, 1, 3)}


def test_the_counts_come_over_the_wire_and_into_the_sheet_and_an_older_hub_tells_none() -> None:
    call = Transferred()
    call.ana.extended()
    call.ben.accepted()
    report = call.report()
    assert from_plain(to_plain(report)) == report
    assert "points,handed_on,closed_for_others," in as_csv(report)
    plain = to_plain(report)
    for row in (*plain["rows"], plain["total"]):
        del row["handed_on"], row["closed_for_others"]
    assert from_plain(plain).total.handed_on == 0


def test_a_call_under_two_names_is_one_when_the_closer_s_desktop_says_so() -> None:
    ana, ben = Telling(), Telling("/devices/desk-2")
    ana.answered("call-1")
    ana.extended("call-1")
    ben.answered("call-2")
    ben.accepted("call-2", points=3)

    def counted() -> TeamReport:
        pairs = [(who, event) for who, desk in (("a", ana), ("b", ben)) for event in desk.events]
        return team_report(agents=NAMES, events=pairs, **PERIOD)  # type: ignore[arg-type]

    assert counted().total.calls == 2
    ben.add(EventType.CALL_TRANSFERRED, "call-2", way="in", linked="call-1", handover="handed-1")
    assert counted().total.calls == 1
    assert [shown(row) for row in counted().rows] == [(1, 1, 0, 0, 1, 0), (0, 0, 1, 3, 0, 1)]
