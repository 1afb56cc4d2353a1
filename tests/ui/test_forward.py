"""A pop brings the window forward and leaves the keyboard where it is: shown on a real X server with openbox."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.fakes.x_screen import XScreen, tell, wait_for

pytestmark = [pytest.mark.slow, pytest.mark.screen]


@pytest.fixture
def screen() -> Iterator[XScreen]:
    """A screen of its own for each test."""
    opened = XScreen()
    yield opened
    opened.close()


@pytest.mark.parametrize("minimised", [False, True], ids=["behind another window", "minimised"])
def test_a_ringing_call_raises_the_window_while_typing_goes_on_elsewhere(
    screen: XScreen, minimised: bool, tmp_path: Path
) -> None:
    ours, our_window = screen.program("showing_window.py")
    typed = tmp_path / "typed"
    _, other_window = screen.program("typing_window.py", str(typed))
    if minimised:
        tell(ours, "minimise")
    wait_for(lambda: screen.active() == other_window, "the other program has the keyboard")
    wait_for(lambda: screen.stacking()[-1] == other_window, "the other program is on top")

    tell(ours, "ring")

    wait_for(lambda: screen.stacking()[-1] == our_window, "our window is on top")
    screen.type_keys("ead")
    wait_for(lambda: typed.exists() and typed.read_text() == "ead", "the keys arrive in the other program")
    assert screen.active() == other_window
