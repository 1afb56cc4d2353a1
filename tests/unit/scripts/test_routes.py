from __future__ import annotations

import pytest

from app.scripts.routes import Routes, first_script, read_routes
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
    assert first_script(sample(), queue, intent) == script


def test_a_library_without_routes_begins_with_some_script_of_its_own() -> None:
    assert first_script(library_with(main="## a: A\nEnd: solved\n"), "support", "") == "main"


def test_a_route_that_fits_every_call_is_refused() -> None:
    routes, found = read_routes(b"default: a\nroutes:\n  - {script: b}\n")

    assert [(one.line, "needs intent" in one.message) for one in found] == [(3, True)]
    assert routes.default == "a"


def test_routes_without_a_default_are_refused() -> None:
    assert "lacks 'default'" in read_routes(b"routes: []\n")[1][0].message
    assert Routes().script("any", "any") == ""
