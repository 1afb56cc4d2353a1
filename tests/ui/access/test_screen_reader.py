"""The window as a screen reader of Linux reads it: through AT-SPI, from another process, on a real X server."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from tests.fakes.screen_reader import Node, ScreenReader, session_bus
from tests.fakes.views import DESK_VIEWS, LEAD_VIEWS
from tests.fakes.x_screen import XScreen, tell, wait_for

pytestmark = pytest.mark.slow


@dataclass
class Read:
    """Our window's program, and who reads it."""

    program: subprocess.Popen[bytes]
    reader: ScreenReader

    def tell(self, words: str) -> None:
        """Has the program do it, and waits until it has."""
        tell(self.program, words)
        wait_for(lambda: self.window.description == words, words)

    @property
    def window(self) -> Node:
        """The main window."""
        return next(node for node in self.reader.windows() if node.name == "Cuecard" and node.role != "filler")

    def nodes(self) -> list[Node]:
        """All that can be seen in the main window."""
        return list(self.reader.tree(self.window))


@pytest.fixture(scope="module")
def read(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Read]:
    with session_bus(tmp_path_factory.mktemp("bus")) as environment:
        reader = ScreenReader(environment["DBUS_SESSION_BUS_ADDRESS"])
        screen = XScreen(environment)
        try:
            program, _ = screen.program("showing_window.py")
            wait_for(lambda: bool(reader.windows()), "the window is on the accessibility bus")
            yield Read(program, reader)
        finally:
            screen.close()
            reader.close()


@pytest.mark.parametrize("name", DESK_VIEWS)
def test_every_control_of_every_screen_of_the_agent_has_a_name(read: Read, name: str) -> None:
    read.tell(f"show {name}")

    nodes = read.nodes()

    assert [node for node in nodes if node.can_have_focus and not node.name.strip()] == []
    assert sum(node.can_have_focus for node in nodes) > 1


@pytest.mark.parametrize("name", LEAD_VIEWS)
def test_every_control_of_every_screen_of_the_lead_has_a_name(read: Read, name: str) -> None:
    read.tell(f"lead {name}")

    nodes = read.nodes()

    assert [node for node in nodes if node.can_have_focus and not node.name.strip()] == []
    assert {"table", "column header"} <= {node.role for node in nodes} or name == "lead-empty"


def test_the_sentence_is_a_text_in_a_window(read: Read) -> None:
    read.tell("show offer")

    script = DESK_VIEWS["offer"].script
    assert script is not None
    assert ("label", script.spoken) in {(node.role, node.name) for node in read.nodes()}
    assert read.window.role in ("frame", "window")


def test_nothing_with_a_name_is_passed_over_as_a_filler(read: Read) -> None:
    read.tell("show offer")

    assert [node for node in read.nodes() if node.role == "filler" and node.name] == []


def test_an_answer_says_where_it_leads(read: Read) -> None:
    read.tell("show script-step")

    script = DESK_VIEWS["script-step"].script
    assert script is not None
    said = {(node.name, node.description) for node in read.nodes() if node.role == "push button"}
    assert {(answer.text, answer.leads) for answer in script.answers} <= said


@pytest.mark.parametrize(
    ("before", "view", "text"),
    [
        pytest.param("ready", "ringing-one", "Ringing", id="a call rings"),
        pytest.param("verify", "script-step", "", id="the next step is open"),
        pytest.param("offer", "unsynced", "Offline", id="the hub is away"),
    ],
)
def test_what_changes_by_itself_is_announced(read: Read, before: str, view: str, text: str) -> None:
    read.tell(f"show {before}")
    script = DESK_VIEWS[view].script

    read.tell(f"show {view}")

    read.reader.heard(text or (script.spoken if script is not None else "no step"))


def test_the_strip_can_be_read_too(read: Read) -> None:
    read.tell("show offer")
    script = DESK_VIEWS["offer"].script
    assert script is not None

    tell(read.program, "strip")

    def seen() -> set[str]:
        return {node.name for window in read.reader.windows() for node in read.reader.tree(window) if node.shows}

    wait_for(lambda: script.spoken in seen() and script.answers[0].text in seen(), "the strip's texts")
    tell(read.program, "full")
    wait_for(lambda: read.window.shows, "the full window is back")
