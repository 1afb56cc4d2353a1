from __future__ import annotations

import pytest

from app.scripts.routes import Asked, Routes, first_script, read_routes
from tests.fakes.walks import library_with, sample


@pytest.mark.parametrize(
    ("queue", "intent", "script"),
    [
        ("", "cancel", "save-too-expensive"),
        ("Retention", "", "save-too-expensive"),
        ("support", "data", "upsell-data-pack"),
        ("support", "", "slow-internet"),
        ("", "", "welcome"),
        ("nobody knows", "nor this", "welcome"),
    ],
)
def test_a_call_begins_with_the_script_of_the_first_rule_that_fits(queue: str, intent: str, script: str) -> None:
    assert first_script(sample(), Asked(queue, intent)) == script


def test_a_library_without_routes_begins_with_some_script_of_its_own() -> None:
    assert first_script(library_with(main="## a: A\nEnd: solved\n"), Asked("support")) == "main"


def test_a_route_that_fits_every_call_is_refused() -> None:
    routes, found = read_routes(b"default: a\nroutes:\n  - {script: b}\n")

    assert [(one.line, "needs intent" in one.message) for one in found] == [(3, True)]
    assert routes.default == "a"


def test_routes_without_a_default_are_refused() -> None:
    assert "lacks 'default'" in read_routes(b"routes: []\n")[1][0].message
    assert Routes().script(Asked("any", "any")) == ""


ROUTES = b"""default: welcome
alerts: [outage, data_out]
routes:
  - {alert: outage, intent: internet, script: outage}
  - {alert: data_out, script: data}
  - {dnis: "+44 800 123", script: sales}
transfers:
  - {queue: Specialists, number: "6002"}
"""


@pytest.mark.parametrize(
    ("asked", "script"),
    [
        (Asked(alerts=("update", "Outage"), intent="internet"), "outage"),
        (Asked(alerts=("outage",), intent="tv"), "welcome"),
        (Asked(alerts=("outage", "data_out"), intent="tv"), "data"),
        (Asked(dnis="+44800123"), "sales"),
        (Asked(dnis="800123"), "welcome"),
    ],
)
def test_an_alert_and_the_number_dialled_choose_the_script_too(asked: Asked, script: str) -> None:
    routes, found = read_routes(ROUTES)
    assert found == ()
    assert routes.script(asked) == script


def test_a_queue_has_the_number_that_the_library_says() -> None:
    routes, _ = read_routes(ROUTES)
    assert (routes.number_of("specialists"), routes.number_of("billing")) == ("6002", "")


def test_what_cannot_be_dialled_is_refused_and_so_is_a_queue_that_is_there_twice() -> None:
    bad = ROUTES + b"  - {queue: specialists, number: ring them}\n"
    _, found = read_routes(bad)
    assert [("twice" in one.message, "digits" in one.message) for one in found] == [(True, False), (False, True)]
