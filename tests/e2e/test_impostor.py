"""Something else answers at the hub's address for a while: nothing is believed, followed or lost (rows 16 and 17)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest

from app.desk.view import Phase
from tests.e2e.driver import AgentWindow, HubProcess, once_each_without_gaps
from tests.fakes.fault_server import FaultServer, Reply, Request, fault_server

ADA = "+442079460123"
_NOT_PASSED_ON = ("host", "connection", "content-length", "transfer-encoding")


@pytest.fixture
def between(hub: HubProcess) -> Iterator[FaultServer]:
    """Stands between window and hub, and passes everything on until told otherwise."""
    with httpx.Client(base_url=hub.url, timeout=20, trust_env=False) as client, fault_server() as server:
        server.reply = passed_on(client)
        yield server


@pytest.mark.parametrize("status", [200, 302])
def test_what_was_recorded_meanwhile_waits_visibly_and_arrives_once(
    hub: HubProcess, between: FaultServer, desk_folder: Path, status: int
) -> None:
    with fault_server() as elsewhere, AgentWindow(desk_folder, between.address) as agent:
        agent.start_shift("ana", hub.sign_ins.of("ana").password)
        agent.until_sent()
        honest, before = between.reply, hub.events()
        between.reply = lambda _: a_page(status, elsewhere)

        leg = agent.simulated_phone.ring(ADA, "", "retention", {"menu": "cancel"})
        agent.until("the account pops", lambda: bool(agent.view.card and agent.view.card.facts))
        agent.simulated_phone.caller_hangs_up(leg)
        agent.until_phase(Phase.READY)
        agent.until_recorded()
        agent.until("the window says what is wrong", lambda: bool(agent.view.sync.problem))
        waiting = len(agent.local_events()) - len(before)
        agent.until("it says how much waits", lambda: agent.view.sync.unsent == waiting > 0)
        assert not agent.view.sync.online
        assert hub.events() == before
        between.reply = honest
        agent.until_sent()

        assert [event.id for event in hub.events()] == [event.id for event in agent.local_events()]
        assert once_each_without_gaps(hub.events())
        assert elsewhere.requests == []


def test_signing_in_to_something_else_is_refused_with_a_sentence(desk_folder: Path) -> None:
    with fault_server() as impostor, fault_server() as elsewhere:
        impostor.reply = lambda _: a_page(200, elsewhere)
        with AgentWindow(desk_folder, impostor.address) as agent:
            agent.enter_sign_in("ana", "open sesame")
            agent.until("it says why not", lambda: bool(agent.view.sign_in_problem))

            assert agent.view.phase is Phase.SIGNED_OUT
            assert "no Cuecard hub" in agent.view.sign_in_problem
            assert elsewhere.requests == []


def passed_on(client: httpx.Client) -> Callable[[Request], Reply]:
    def reply(request: Request) -> Reply:
        headers = {name: value for name, value in request.headers.items() if name not in _NOT_PASSED_ON}
        headers["accept-encoding"] = "identity"
        answer = client.request(request.method, request.path, content=request.body, headers=headers)
        kept = {name: value for name, value in answer.headers.items() if name not in _NOT_PASSED_ON}
        return Reply(answer.status_code, {**kept, "Content-Length": str(len(answer.content))}, [answer.content])

    return reply


def a_page(status: int, elsewhere: FaultServer) -> Reply:
    page = b"<h1>Welcome to the hotel</h1>"
    headers = {"Content-Type": "text/html", "Location": elsewhere.address, "Content-Length": str(len(page))}
    return Reply(status, headers, [page])
