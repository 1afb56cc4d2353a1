"""The bell and the sound on a call are silent unless they were switched on."""

from __future__ import annotations

from dataclasses import replace

import pytest

from app.desk.view import DeskView, OfferRecord
from tests.fakes.views import DESK_VIEWS, NOW, OFFER, READY
from ui.sounds import Sounds

RINGING = next(view for name, view in DESK_VIEWS.items() if name.startswith("ringing"))
ACCEPTED = replace(OFFER, offer_records=(OfferRecord("Accepted: Smaller plan", NOW, kind="offer.accepted"),))


def rung(before: DeskView, view: DeskView, *wanted: str) -> int:
    """How often it rings."""
    times: list[None] = []
    Sounds(lambda name: name in wanted, lambda: times.append(None)).changed(before, view)
    return len(times)


def test_both_are_silent_by_default() -> None:
    assert rung(READY, RINGING) == rung(OFFER, ACCEPTED) == 0


def test_a_call_that_comes_in_is_heard_once() -> None:
    assert rung(READY, RINGING, "sound") == 1
    assert rung(RINGING, replace(RINGING, today=READY.today), "sound") == 0


def test_an_accept_rings_once_and_not_when_it_is_there_already() -> None:
    assert rung(OFFER, ACCEPTED, "bell_on_accept") == 1
    assert rung(ACCEPTED, ACCEPTED, "bell_on_accept") == 0
    assert rung(READY, ACCEPTED, "bell_on_accept") == 0, "a restart shows it, and nobody accepted anything"


@pytest.mark.parametrize("kind", ["offer.declined", "offer.extended"])
def test_nothing_else_rings(kind: str) -> None:
    other = replace(ACCEPTED, offer_records=(replace(ACCEPTED.offer_records[0], kind=kind),))
    assert rung(OFFER, other, "bell_on_accept") == 0


def test_an_interrupt_keeps_the_bell_away() -> None:
    assert ACCEPTED.script is not None
    hushed = replace(ACCEPTED, script=replace(ACCEPTED.script, suppressed=("bell",)))
    assert rung(OFFER, hushed, "bell_on_accept") == 0
