"""The proxy does to requests what it says."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest

from tests.fakes.fault_proxy import Fault, FaultProxy
from tests.fakes.fault_server import FaultServer, Reply, fault_server

BODY = b'{"accepted": []}'


@pytest.fixture
def hub() -> Iterator[FaultServer]:
    with fault_server() as server:
        headers = {"Content-Type": "application/json", "Content-Length": str(len(BODY))}
        server.reply = lambda _request: Reply(200, headers, [BODY])
        yield server


@pytest.fixture
def proxy(hub: FaultServer) -> Iterator[FaultProxy]:
    with FaultProxy(hub.address) as proxy:
        yield proxy


def post(proxy: FaultProxy) -> httpx.Response:
    return httpx.post(f"{proxy.url}/v1/events", content=b"[]", timeout=10, trust_env=False)


def test_a_request_and_its_answer_pass(hub: FaultServer, proxy: FaultProxy) -> None:
    assert post(proxy).content == BODY
    assert [request.body for request in hub.requests] == [b"[]"]


@pytest.mark.parametrize(("fault", "heard"), [(Fault.CUT_BEFORE, 0), (Fault.CUT_AFTER, 1), (Fault.TRUNCATED, 1)])
def test_a_cut_comes_before_or_after_the_hub_has_heard(
    hub: FaultServer, proxy: FaultProxy, fault: Fault, heard: int
) -> None:
    proxy.choose = lambda _passing: fault

    with pytest.raises(httpx.TransportError):
        post(proxy)

    assert len(hub.requests) == heard
    assert proxy.faults[fault] == 1


def test_twice_is_one_answer_to_two_deliveries(hub: FaultServer, proxy: FaultProxy) -> None:
    proxy.choose = lambda _passing: Fault.TWICE

    assert post(proxy).content == BODY

    assert len(hub.requests) == 2


@pytest.mark.parametrize(("fault", "status"), [(Fault.TOO_MANY, 429), (Fault.BUSY, 503), (Fault.PORTAL, 200)])
def test_what_others_say_in_the_hubs_place_never_reaches_it(
    hub: FaultServer, proxy: FaultProxy, fault: Fault, status: int
) -> None:
    proxy.choose = lambda _passing: fault

    assert post(proxy).status_code == status

    assert hub.requests == []


def test_nothing_passes_while_the_two_are_parted(hub: FaultServer, proxy: FaultProxy) -> None:
    proxy.parted = True
    with pytest.raises(httpx.TransportError):
        post(proxy)
    proxy.parted = False

    assert post(proxy).content == BODY
    assert len(hub.requests) == 1
