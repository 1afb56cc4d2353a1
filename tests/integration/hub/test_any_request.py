"""Requests made up from the hub's own OpenAPI text, sound and unsound: whatever comes, the answer is no 5xx."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis.errors import Unsatisfiable

from app.hub.patience import Rate
from tests.fakes.hub import RunningHub

pytestmark = pytest.mark.slow

# It never ends by itself: what it answers is shown in test_push.py.
ENDLESS = "/v1/push"
# Its answer ends the session that the others are made with.
SIGNS_OUT = "/v1/sessions/current"


@pytest.fixture(scope="module", params=("sqlite", "postgresql"))
def running(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningHub]:
    database = "" if request.param == "sqlite" else request.getfixturevalue("postgres").new_database()
    hub = RunningHub(Path(tmp_path_factory.mktemp("hub")), database=database)
    hub.hub.rate = Rate(a_second=10**6, burst=10**6)
    yield hub
    hub.stop()


@pytest.mark.timeout(600)
@pytest.mark.parametrize("user", ["ana", "sam"])
def test_no_made_up_request_gets_a_5xx(running: RunningHub, user: str) -> None:
    import schemathesis
    from schemathesis.core.result import Ok

    desk = running.sign_in(user, f"{user}-pc")
    text = running.client().get("/openapi.json").json()
    schema = schemathesis.openapi.from_dict(text)
    tried: dict[str, int] = {}

    for result in schema.get_all_operations():
        assert isinstance(result, Ok), "the OpenAPI text describes an operation that cannot be"
        operation = result.ok()
        if operation.path in (ENDLESS, SIGNS_OUT) and operation.method.upper() in ("GET", "DELETE"):
            continue
        for mode in (schemathesis.GenerationMode.POSITIVE, schemathesis.GenerationMode.NEGATIVE):

            @settings(max_examples=25, deadline=None, database=None, suppress_health_check=list(HealthCheck))
            @given(case=operation.as_strategy(generation_mode=mode))
            def answers(case: Any) -> None:
                made = case.as_transport_kwargs(base_url=running.url)
                headers = {name: value for name, value in made["headers"].items() if name.lower() != "user-agent"}
                response = desk.client.request(
                    made["method"],
                    made["url"],
                    params=made.get("params"),
                    cookies=None,
                    headers=headers,
                    **({"json": made["json"]} if "json" in made else {"content": made.get("data") or b""}),
                )
                tried[made["url"]] = response.status_code
                assert response.status_code < 500
                if response.status_code >= 400:
                    assert response.headers["content-type"] == "application/problem+json"

            try:
                answers()
            except Unsatisfiable:
                # An operation that takes nothing has no unsound form.
                assert mode is schemathesis.GenerationMode.NEGATIVE
    assert len(tried) > 20
