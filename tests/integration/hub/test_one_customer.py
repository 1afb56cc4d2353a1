"""One customer's data: given out whole, and erased so that what was counted stays and nothing comes back."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import msgspec
import pytest
from sqlalchemy import Connection, insert, select

from app.hub import schema
from app.hub.administration.customer_export import export_customer
from app.hub.administration.erasure import erase_customer
from app.hub.administration.messages import CustomerErase, CustomerNamed, Erased
from app.hub.administration.office import MACHINE, Office
from app.hub.administration.tables import erased_account
from app.hub.audit import verify
from app.hub.briefs import read_brief
from app.hub.errors import Problem
from app.hub.handover.tables import handover, handover_name
from app.hub.projector import rebuild
from tests.fakes.hub import Desk, RunningHub

ACCOUNT, OTHER = "acc-4221", "acc-4222"
OFFER = {"account": ACCOUNT, "offer": "loyalty-credit", "kind": "save", "script": "save", "step": "offer"}
NOTE = {"text": "Her sister Maud died, call after the funeral"}


def office(hub: RunningHub) -> Office:
    return Office(hub.store, hub.hub.passwords, hub.clock(), MACHINE)


def erase(hub: RunningHub, confirmed: bool = True) -> Erased:
    hub.hub.projector.settle(20)
    return erase_customer(office(hub), CustomerErase(ACCOUNT, confirmed))


def call(desk: Desk, subject: str = "call-1") -> list[dict[str, Any]]:
    """A call with this customer in which something personal was written down."""
    return [
        desk.event("call.answered", subject, {"by": "agent"}),
        desk.event("account.matched", subject, {"account": ACCOUNT, "by": "ani", "candidates": 1}),
        desk.event("consent.given", subject, {"consent": "offers", "wording": "May I, Mrs Lindqvist?"}),
        desk.event("form.captured", subject, {"script": "save", "step": "ask", "values": {"why": "Maud"}}),
        desk.event("offer.extended", subject, OFFER),
        desk.event("offer.accepted", subject, OFFER | {"option": "5-off", "points": 4}),
        desk.event("note.saved", subject, NOTE),
        desk.event("call.ended", subject, {"by": "phone", "talk_s": 240}),
        desk.event("call.wrapped", subject, {"disposition": "saved", "summary": "Maud", "talk_s": 240}),
    ]


def another_call(desk: Desk) -> list[dict[str, Any]]:
    return [
        desk.event("call.answered", "call-9", {"by": "agent"}),
        desk.event("account.matched", "call-9", {"account": OTHER, "by": "ani", "candidates": 1}),
        desk.event("note.saved", "call-9", {"text": "Wants a quote"}),
    ]


def bodies(hub: RunningHub) -> str:
    return "\n".join(row["body"] for row in hub.recorded())


def sums(hub: RunningHub) -> dict[str, list[Any]]:
    """Everything that the projections hold; in which order does not count."""
    tables = (schema.call_tally, schema.offer_tally, schema.step_tally, schema.account_history)
    with hub.store.read() as connection:
        found: dict[str, list[Any]] = {
            table.name: sorted((tuple(row) for row in connection.execute(select(table))), key=repr) for table in tables
        }
        briefs = connection.execute(select(schema.call_brief.c.brief).order_by(schema.call_brief.c.subject)).scalars()
        return found | {"call_brief": [sorted(read_brief(brief)) for brief in briefs]}


def place_order(desk: Desk, reason: str = "Maud") -> Any:
    order = {"id": "order-1", "account": ACCOUNT, "action": "place_order", "details": {"note": reason}}
    return desk.client.post("/v1/orders", json=order)


def test_without_a_yes_it_is_only_told_what_would_go(hub: RunningHub) -> None:
    ana = hub.sign_in("ana")
    ana.send(*call(ana), *another_call(ana))
    place_order(ana)
    before = hub.recorded()
    told = erase(hub, confirmed=False)
    assert (told.done, told.accounts, told.events, told.orders) == (False, 1, 9, 1)
    assert hub.recorded() == before
    assert ana.client.get(f"/v1/accounts/{ACCOUNT}").status_code == 200


def test_erasing_takes_the_words_and_leaves_the_counts(hub: RunningHub) -> None:
    ana = hub.sign_in("ana")
    ana.send(*call(ana), *another_call(ana))
    place_order(ana)
    hub.hub.projector.settle(20)
    before = sums(hub)
    cursor = ana.client.get("/v1/accounts/changes").json()["cursor"]

    erased = erase(hub)

    assert (erased.done, erased.accounts, erased.events, erased.orders) == (True, 1, 9, 1)
    left = bodies(hub)
    assert not [word for word in ("Maud", "Lindqvist", ACCOUNT) if word in left]
    assert "Wants a quote" in left and OTHER in left
    assert ana.client.get(f"/v1/accounts/{ACCOUNT}").status_code == 404
    assert ACCOUNT in ana.client.get("/v1/accounts/changes", params={"cursor": cursor}).json()["gone"]
    with hub.store.read() as connection:
        order = connection.execute(select(schema.placed_order)).one()
        assert connection.execute(select(schema.factor).where(schema.factor.c.account == ACCOUNT)).first() is None
        phones = select(schema.account_phone).where(schema.account_phone.c.account == ACCOUNT)
        assert connection.execute(phones).first() is None
    assert order.account == erased.marker and "Maud" not in order.details

    after = sums(hub)
    assert {name: rows for name, rows in after.items() if name != "account_history"} == {
        name: rows for name, rows in before.items() if name != "account_history"
    }
    rebuild(hub.store)
    assert sums(hub) == after


def test_the_same_events_sent_again_are_known_and_bring_nothing_back(hub: RunningHub) -> None:
    ana = hub.sign_in("ana")
    events = call(ana)
    ana.send(*events)
    place_order(ana)
    erase(hub)
    left = bodies(hub)

    again = ana.send(*events)

    assert (sorted(again["duplicates"]), again["rejected"]) == (sorted(event["id"] for event in events), [])
    assert bodies(hub) == left
    changed = ana.send(events[6] | {"data": {"text": "something else"}})
    assert [one["problem"]["status"] for one in changed["rejected"]] == [409]
    assert place_order(ana).status_code in (200, 201)
    assert place_order(ana, "another").status_code == 409


def test_what_comes_late_of_an_erased_customer_counts_and_is_blanked(hub: RunningHub) -> None:
    ana = hub.sign_in("ana")
    events = call(ana)
    ana.send(*events[:6])
    erased = erase(hub)
    later = call(ana, "call-2")

    ana.send(*events[6:], *later)

    hub.hub.projector.settle(20)
    left = bodies(hub)
    assert not [word for word in ("Maud", "Lindqvist", ACCOUNT) if word in left]
    assert left.count(f'"account":"{erased.marker}"') == 6
    report = hub.sign_in("sam").client.get(
        "/v1/reports/agents", params={"from": "2026-03-02T00:00:00Z", "to": "2026-03-03T00:00:00Z"}
    )
    assert (report.json()["total"]["calls"], report.json()["total"]["accepted"]) == (2, 2)
    assert sorted(ana.send(*events, *later)["duplicates"]) == sorted(event["id"] for event in (*events, *later))
    after = sums(hub)
    rebuild(hub.store)
    assert sums(hub) == after


def test_erasing_again_changes_nothing_and_the_trail_tells_of_it_once_by_the_marker(hub: RunningHub) -> None:
    ana = hub.sign_in("ana")
    ana.send(*call(ana))
    place_order(ana)
    first = erase(hub)
    left = bodies(hub)

    second = erase(hub)

    assert (second.accounts, second.events, second.orders, second.marker) == (0, 0, 0, first.marker)
    assert bodies(hub) == left
    told = [row for row in hub.audited() if row["kind"] == "customer-erased"]
    assert [(row["about"], row["detail"]) for row in told] == [(first.marker, "1 accounts, 9 events, 1 orders")]
    assert ACCOUNT not in str(hub.audited())
    with hub.store.read() as connection:
        assert verify(connection, hub.store.key).broken is None


def test_what_went_along_with_a_transferred_call_of_an_erased_customer_is_gone(hub: RunningHub) -> None:
    ana = hub.sign_in("ana")
    for identity, account in (("h-1", ACCOUNT), ("h-2", OTHER)):
        context = {"account": account, "note": NOTE["text"]}
        given = {"id": identity, "names": [f"leg-{identity}"], "number": "", "context": context}
        assert ana.client.post("/v1/handovers", json=given).status_code in (200, 201, 204)

    erase(hub)

    with hub.store.read() as connection:
        assert connection.execute(select(handover.c.id)).scalars().all() == ["h-2"]
        assert connection.execute(select(handover_name.c.name)).scalars().all() == ["leg-h-2"]


def test_a_call_with_two_customers_keeps_the_other_s_id(hub: RunningHub) -> None:
    ana = hub.sign_in("ana")
    ana.send(*call(ana), ana.event("account.matched", "call-1", {"account": OTHER, "by": "agent", "candidates": 2}))
    erase(hub)
    other = erase_customer(office(hub), CustomerErase(OTHER, confirmed=True))
    assert other.events == 1
    assert OTHER not in bodies(hub)


def test_a_customer_of_whom_nothing_is_known_is_not_erased(hub: RunningHub) -> None:
    with pytest.raises(Problem, match="Nothing is known"):
        erase_customer(office(hub), CustomerErase("acc-none", confirmed=True))
    with hub.store.read() as connection:
        assert connection.execute(select(erased_account)).all() == []


def test_an_export_holds_what_is_known_of_one_customer_and_nothing_of_another(hub: RunningHub) -> None:
    ana = hub.sign_in("ana")
    formula = ana.event("note.saved", "call-1", {"text": "=HYPERLINK(1)"})
    mixed = ana.event("account.matched", "call-1", {"account": OTHER, "by": "agent", "candidates": 2})
    ana.send(*call(ana), formula, mixed, *another_call(ana))
    place_order(ana)
    number = ana.client.get(f"/v1/accounts/{ACCOUNT}").json()["number"]

    given = export_customer(office(hub), CustomerNamed(number))

    assert given.account == ACCOUNT
    assert json.loads(given.files["account.json"])["id"] == ACCOUNT
    events = [json.loads(line) for line in given.files["events.jsonl"].splitlines()]
    assert len(events) == 11 and {event["call"] for event in events} == {"call-1"}
    assert OTHER not in str(given.files) and "Wants a quote" not in str(given.files)
    assert [json.loads(line)["details"] for line in given.files["orders.jsonl"].splitlines()] == [{"note": "Maud"}]
    rows = list(csv.reader(io.StringIO(given.files["events.csv"])))
    assert len(rows) == 12 and not [cell for row in rows for cell in row if cell.startswith("=")]
    evidence = list(csv.reader(io.StringIO(given.files["evidence.csv"])))
    assert [row[2] for row in evidence[1:]] == ["consent.given"] and "May I" in evidence[1][4]
    assert [row["kind"] for row in hub.audited()][-1] == "customer-exported" and ACCOUNT not in str(hub.audited())
    assert msgspec.json.decode(given.files["account.json"])["phones"]


def test_what_arrives_while_the_hub_looks_for_a_customer_is_erased_too(hub: RunningHub) -> None:
    desk = hub.sign_in("ana")

    class Busy(Office):
        """An office in which another call with this customer arrives just before anything is written down."""

        @contextmanager
        def change(self, *, of_people: bool = True) -> Iterator[Connection]:
            arrive(hub, desk)
            with Office.change(self, of_people=of_people) as connection:
                yield connection

    arrive(hub, desk)
    busy = Busy(hub.store, hub.hub.passwords, hub.clock(), MACHINE)
    erase_customer(busy, CustomerErase(ACCOUNT, confirmed=True))

    with hub.store.read() as connection:
        bodies = connection.execute(select(schema.event.c.body)).scalars().all()
    assert len(bodies) == 3 * len(call(desk))
    assert not [body for body in bodies if "Maud" in body or f'"{ACCOUNT}"' in body]


def arrive(hub: RunningHub, desk: Desk) -> None:
    """One more call with this customer is recorded and counted."""
    desk.send(*call(desk, f"call-{desk.sequence}"))
    hub.hub.projector.settle(20)


def test_any_number_of_erased_customers_is_no_burden_to_the_reports(hub: RunningHub) -> None:
    many = [{"account": f"acc-x{n}", "marker": f"erased-{n}", "erased_at": n} for n in range(1200)]
    with hub.store.write() as connection:
        connection.execute(insert(erased_account), many)
    desk = hub.sign_in("ana")
    desk.send(*call(desk))
    hub.hub.projector.settle(5)
    with hub.store.read() as connection:
        assert connection.execute(select(schema.call_brief.c.subject)).scalars().all() == ["call-1"]
