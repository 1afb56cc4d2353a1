"""Leads tell their teams, agents ask their leads: who may, who hears it, what is kept, whose answer counts."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import select
from uuid_utils import uuid7

from app.domain.person import Person, Role
from app.hub.administration.erasure import forget_account
from app.hub.conversations.tables import lead_message, lead_question, message_receipt
from app.hub.people import add_person
from tests.fakes.hub import Desk, RunningHub
from tests.fakes.listening import listening
from tests.fakes.postgres import PostgresServer

ADA = "acc-4221"


def tell(lead: Desk, text: str = "Please use the new return wording.", **changed: str) -> httpx.Response:
    """A lead writes to the team Blue, or to whom `changed` says."""
    return lead.client.post("/v1/messages", json={"id": str(uuid7()), "team": "blue", "text": text} | changed)


def told(agent: Desk) -> list[tuple[str, str]]:
    """What an agent was told: author and text."""
    return [(one["author"], one["text"]) for one in agent.client.get("/v1/messages").json()["messages"]]


def ask(agent: Desk, **changed: str) -> tuple[str, httpx.Response]:
    """An agent asks the leads; the question's id and the answer."""
    question = {
        "id": str(uuid7()),
        "subject": "call-1",
        "account": ADA,
        "queue": "retention",
        "script": "It costs too much",
        "step": "Offer the better price",
        "reason": "discount",
    } | changed
    return question["id"], agent.client.post("/v1/questions", json=question)


def room(lead: Desk) -> dict[str, Any]:
    """All that a lead's room shows."""
    answer = lead.client.get("/v1/leads/room")
    assert answer.status_code == 200, answer.text
    shown: dict[str, Any] = answer.json()
    return shown


def until(condition: Callable[[], bool]) -> None:
    """Waits for what another thread does."""
    deadline = time.monotonic() + 10
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def second_lead(hub: RunningHub) -> Desk:
    """Lou leads Blue, too."""
    lou = Person("person-lou", "Lou F.", "Lou", "", (Role.LEAD,), ("blue",))
    with hub.store.write() as connection:
        add_person(connection, lou, "lou", hub.hub.passwords.hash("a good long word"))
    who = {"user": "lou", "password": "a good long word", "device_id": "desk-lou", "device_name": "PC"}
    plain = hub.client().post("/v1/sessions", json=who).json()
    return Desk(hub.client(plain["token"]), plain["session"], plain["token"], plain["device_token"], "desk-lou")


# -- messages


def test_a_message_reaches_every_agent_of_the_team_and_nobody_else(hub: RunningHub) -> None:
    sam, ana, noor = hub.sign_in("sam", "desk-9"), hub.sign_in("ana"), hub.sign_in("noor", "desk-2")
    with listening(ana) as blue, listening(noor) as green:
        assert tell(sam).status_code == 204
        assert blue.next() | {"id": ""} == {"id": "", "event": "message", "data": '{"what":"messages"}'}
        hub.hub.push("settings", {})
        assert green.next()["event"] == "settings"
    assert told(ana) == [("Sam O.", "Please use the new return wording.")]
    assert told(noor) == told(sam) == []


def test_a_message_to_one_agent_is_for_that_agent_alone(hub: RunningHub) -> None:
    sam, ana, ira = hub.sign_in("sam", "desk-9"), hub.sign_in("ana"), hub.sign_in("ira", "desk-2")
    assert tell(sam, person="person-ana").status_code == 204
    assert (len(told(ana)), told(ira)) == (1, [])
    assert [one["name"] for one in room(sam)["messages"][0]["receipts"]] == ["Ana R."]


def test_the_lead_sees_who_has_seen_it_and_when(hub: RunningHub) -> None:
    sam, ana = hub.sign_in("sam", "desk-9"), hub.sign_in("ana")
    tell(sam)
    message = ana.client.get("/v1/messages").json()["messages"][0]
    hub.clock.move(timedelta(minutes=3))
    with listening(sam) as lead:
        seen = {"seen": [{"message": message["id"], "at": "2026-03-02T14:04:00Z"}]}
        assert ana.client.post("/v1/messages/seen", json=seen).status_code == 204
        assert lead.next()["event"] == "message"
    receipts = {one["name"]: one["seen_at"] for one in room(sam)["messages"][0]["receipts"]}
    assert receipts == {"Ana R.": "2026-03-02T14:04:00Z", "Bo K.": None, "Cy D.": None, "Ira M.": None}
    assert ana.client.get("/v1/messages").json()["messages"][0]["seen_at"] == "2026-03-02T14:04:00Z"


@pytest.mark.parametrize(
    ("said", "kept"),
    [("1999-01-01T00:00:00Z", "2026-03-02T14:02:00Z"), ("2031-01-01T00:00:00Z", "2026-03-02T14:05:00Z")],
)
def test_a_receipt_lies_between_the_sending_and_now_whatever_the_pc_s_clock_says(
    hub: RunningHub, said: str, kept: str
) -> None:
    sam, ana = hub.sign_in("sam", "desk-9"), hub.sign_in("ana")
    tell(sam, person="person-ana")
    hub.clock.move(timedelta(minutes=3))
    message = ana.client.get("/v1/messages").json()["messages"][0]
    ana.client.post("/v1/messages/seen", json={"seen": [{"message": message["id"], "at": said}]})
    assert room(sam)["messages"][0]["receipts"][0]["seen_at"] == kept


def test_nobody_gives_a_receipt_for_another(hub: RunningHub) -> None:
    sam, noor = hub.sign_in("sam", "desk-9"), hub.sign_in("noor", "desk-2")
    tell(sam)
    message = room(sam)["messages"][0]["id"]
    noor.client.post("/v1/messages/seen", json={"seen": [{"message": message, "at": "2026-03-02T14:04:00Z"}]})
    assert not any(one["seen_at"] for one in room(sam)["messages"][0]["receipts"])


def test_a_message_sent_twice_is_one_message(hub: RunningHub) -> None:
    sam, ana = hub.sign_in("sam", "desk-9"), hub.sign_in("ana")
    same = str(uuid7())
    assert [tell(sam, id=same).status_code for _ in range(2)] == [204, 204]
    assert tell(sam, "Another text", id=same).status_code == 409
    assert len(told(ana)) == 1


def test_a_lead_tells_own_teams_only(hub: RunningHub) -> None:
    sam, ana = hub.sign_in("sam", "desk-9"), hub.sign_in("ana")
    assert tell(sam, team="green").status_code == 404
    assert tell(sam, person="person-noor").status_code == 404
    assert tell(ana).status_code == 403
    assert ana.client.get("/v1/leads/room").status_code == 403
    with hub.store.read() as connection:
        assert connection.execute(select(lead_message)).first() is None


def test_messages_are_kept_for_a_week(hub: RunningHub) -> None:
    sam, ana = hub.sign_in("sam", "desk-9"), hub.sign_in("ana")
    tell(sam, "old")
    hub.clock.move(timedelta(days=6, hours=23))
    ana = hub.sign_in("ana")
    assert [text for _, text in told(ana)] == ["old"]
    hub.clock.move(timedelta(hours=2))
    assert told(ana) == []
    sam = hub.sign_in("sam", "desk-9")
    tell(sam, "new", person="person-ana")
    with hub.store.read() as connection:
        assert connection.execute(select(lead_message.c.text)).scalars().all() == ["new"]
        assert len(connection.execute(select(message_receipt)).all()) == 1


# -- questions


def test_the_lead_sees_who_asks_and_why_with_the_account_s_number_and_no_name(hub: RunningHub) -> None:
    sam, ana = hub.sign_in("sam", "desk-9"), hub.sign_in("ana")
    question, answer = ask(ana, text="30 % or he leaves")
    assert answer.status_code == 201, answer.text
    (shown,) = room(sam)["questions"]
    assert shown | {"account": ""} == {
        "id": question,
        "at": "2026-03-02T14:02:00Z",
        "team": "blue",
        "agent": "Ana R.",
        "account": "",
        "queue": "retention",
        "script": "It costs too much",
        "step": "Offer the better price",
        "reason": "discount",
        "text": "30 % or he leaves",
        "closed_at": None,
        "answered_at": None,
        "answered_by": "",
        "choice": "",
        "answer": "",
    }
    account = ana.client.get(f"/v1/accounts/{ADA}").json()
    assert shown["account"] == account["number"]
    assert account["name"] not in str(room(sam))


def test_the_agent_learns_at_once_whether_a_lead_listens(hub: RunningHub) -> None:
    sam, ana = hub.sign_in("sam", "desk-9"), hub.sign_in("ana")
    assert ask(ana)[1].json() == {"listening": [], "leads": ["Sam O."]}
    with listening(sam) as lead:
        question, answer = ask(ana)
        assert answer.json() == {"listening": ["Sam O."], "leads": ["Sam O."]}
        assert lead.next()["data"] == '{"what":"questions"}'
    until(lambda: ask(ana)[1].json()["listening"] == [])
    assert question


def test_a_lead_whose_hub_was_killed_counts_as_there_for_less_than_a_minute(hub: RunningHub) -> None:
    sam, ana = hub.sign_in("sam", "desk-9"), hub.sign_in("ana")
    with listening(sam):
        until(lambda: ask(ana)[1].json()["listening"] == ["Sam O."])

        def is_forgotten() -> bool:
            # Hardly ever a heartbeat renews it just now; between two of them the hub might as well be gone.
            hub.clock.move(timedelta(seconds=45))
            return bool(ask(ana)[1].json()["listening"] == [])

        until(is_forgotten)


def test_the_answer_comes_back_to_the_agent_alone(hub: RunningHub) -> None:
    sam, ana, ira = hub.sign_in("sam", "desk-9"), hub.sign_in("ana"), hub.sign_in("ira", "desk-2")
    question, _ = ask(ana)
    assert ana.client.get(f"/v1/questions/{question}").json()["answered_at"] is None
    with listening(ana) as desk:
        given = {"choice": "approve_10", "text": "for 12 months"}
        assert sam.client.post(f"/v1/questions/{question}/answer", json=given).status_code == 204
        assert desk.next()["data"] == '{"what":"questions"}'
    assert ana.client.get(f"/v1/questions/{question}").json() == {
        "id": question,
        "answered_by": "person-sam",
        "answered_by_name": "Sam O.",
        "answered_at": "2026-03-02T14:02:00Z",
        "closed_at": None,
        "choice": "approve_10",
        "answer": "for 12 months",
    }
    assert ira.client.get(f"/v1/questions/{question}").status_code == 404


def test_of_two_leads_who_answer_at_once_one_is_the_first(hub: RunningHub) -> None:
    sam, ana = hub.sign_in("sam", "desk-9"), hub.sign_in("ana")
    lou = second_lead(hub)
    question, _ = ask(ana)
    both, got = threading.Barrier(2), {}

    def give(name: str, lead: Desk) -> None:
        both.wait()
        got[name] = lead.client.post(f"/v1/questions/{question}/answer", json={"choice": "coming"})

    threads = [threading.Thread(target=give, args=one) for one in (("Sam O.", sam), ("Lou F.", lou))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    first = ana.client.get(f"/v1/questions/{question}").json()["answered_by_name"]
    (second,) = got.keys() - {first}
    assert got[first].status_code == 204
    assert got[second].status_code == 409
    assert got[second].json()["detail"] == f"{first} has answered already."


def test_the_same_answer_sent_again_is_fine(hub: RunningHub) -> None:
    sam, ana = hub.sign_in("sam", "desk-9"), hub.sign_in("ana")
    question, _ = ask(ana)
    answers = [sam.client.post(f"/v1/questions/{question}/answer", json={"choice": "coming"}) for _ in range(2)]
    assert [one.status_code for one in answers] == [204, 204]


def test_a_lead_answers_own_teams_only_and_never_without_a_word(hub: RunningHub) -> None:
    mia, sam, ana = hub.sign_in("mia", "desk-8"), hub.sign_in("sam", "desk-9"), hub.sign_in("ana")
    question, _ = ask(ana)
    way = f"/v1/questions/{question}/answer"
    assert room(mia)["questions"] == []
    assert mia.client.post(way, json={"choice": "coming"}).status_code == 404
    assert sam.client.post(way, json={"text": "  "}).status_code == 400
    assert sam.client.post("/v1/questions/%00/answer", json={"choice": "coming"}).status_code == 404
    assert ana.client.post(way, json={"choice": "coming"}).status_code == 403


def test_who_no_longer_waits_is_not_answered(hub: RunningHub) -> None:
    sam, ana = hub.sign_in("sam", "desk-9"), hub.sign_in("ana")
    question, _ = ask(ana)
    assert ana.client.post(f"/v1/questions/{question}/withdraw").json()["closed_at"] is not None
    refused = sam.client.post(f"/v1/questions/{question}/answer", json={"choice": "coming"})
    assert (refused.status_code, refused.json()["detail"]) == (409, "The agent no longer waits for an answer.")


def test_an_answer_that_came_first_is_what_withdrawing_tells(hub: RunningHub) -> None:
    sam, ana = hub.sign_in("sam", "desk-9"), hub.sign_in("ana")
    question, _ = ask(ana)
    sam.client.post(f"/v1/questions/{question}/answer", json={"choice": "coming"})
    state = ana.client.post(f"/v1/questions/{question}/withdraw").json()
    assert (state["choice"], state["closed_at"]) == ("coming", None)


def test_who_asks_again_no_longer_waits_for_the_first_answer(hub: RunningHub) -> None:
    sam, ana = hub.sign_in("sam", "desk-9"), hub.sign_in("ana")
    first, _ = ask(ana)
    second, _ = ask(ana)
    closed = {one["id"]: one["closed_at"] is not None for one in room(sam)["questions"]}
    assert closed == {first: True, second: False}


def test_a_question_sent_twice_is_one_question(hub: RunningHub) -> None:
    sam, ana, ira = hub.sign_in("sam", "desk-9"), hub.sign_in("ana"), hub.sign_in("ira", "desk-2")
    question, _ = ask(ana)
    assert ask(ana, id=question)[1].status_code == 201
    assert ask(ira, id=question)[1].status_code == 409
    assert len(room(sam)["questions"]) == 1


def test_an_erased_customer_s_questions_go_too(hub: RunningHub) -> None:
    ana = hub.sign_in("ana")
    ask(ana)
    with hub.store.write() as connection:
        forget_account(connection, ADA, 0)
    with hub.store.read() as connection:
        assert connection.execute(select(lead_question)).first() is None


def test_leads_of_two_hubs_on_one_database_are_one_circle(postgres: PostgresServer, tmp_path: Path) -> None:
    (tmp_path / "one").mkdir()
    (tmp_path / "two").mkdir()
    database = postgres.new_database()
    one = RunningHub(tmp_path / "one", database=database)
    (tmp_path / "two" / "hub.sqlite.key").write_bytes((tmp_path / "one" / "hub.sqlite.key").read_bytes())
    (tmp_path / "two" / "demo-sign-ins.json").write_bytes((tmp_path / "one" / "demo-sign-ins.json").read_bytes())
    two = RunningHub(tmp_path / "two", database=database)
    try:
        sam, ana = one.sign_in("sam", "desk-9"), two.sign_in("ana")
        with listening(sam) as lead:
            assert ask(ana)[1].json()["listening"] == ["Sam O."]
            assert lead.next()["event"] == "message"
    finally:
        two.stop()
        one.stop()


# -- one's own weeks


def test_my_weeks_are_mine_alone_and_by_the_site_s_weeks(hub: RunningHub) -> None:
    ana, ira = hub.sign_in("ana"), hub.sign_in("ira", "desk-2")
    for desk, call in ((ana, "call-1"), (ana, "call-2"), (ira, "call-3")):
        desk.send(desk.event("call.offered", call, {"direction": "inbound"}), desk.event("call.answered", call, {}))
    ana.send(
        ana.event("offer.extended", "call-1", {"offer": "o"}),
        ana.event("offer.accepted", "call-1", {"offer": "o", "kind": "save", "points": 4}),
    )

    weeks = ana.client.get("/v1/reports/me", params={"weeks": 3}).json()["weeks"]
    assert [week["monday"] for week in weeks] == ["2026-02-16", "2026-02-23", "2026-03-02"]
    assert weeks[2] == {
        "monday": "2026-03-02",
        "calls": 2,
        "opportunities": 0,
        "opportunities_extended": 0,
        "extended": 1,
        "accepted": 1,
        "successes": 1,
        "points": 4,
    }
    assert [week["calls"] for week in weeks[:2]] == [0, 0]
    assert ira.client.get("/v1/reports/me").json()["weeks"][-1]["points"] == 0


@pytest.mark.parametrize("weeks", ["0", "27", "many"])
def test_as_many_weeks_as_there_are_not_cannot_be_had(hub: RunningHub, weeks: str) -> None:
    assert hub.sign_in("ana").client.get("/v1/reports/me", params={"weeks": weeks}).status_code == 400
