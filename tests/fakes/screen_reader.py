"""A screen reader's side of AT-SPI: what a window tells the assistive technologies of Linux, read over D-Bus.

The bus, the registry and the window are the real ones; only the voice is missing. `gdbus introspect` shows what each of
them offers.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import time
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from jeepney import DBusAddress, MatchRule, MessageType, Properties, message_bus, new_method_call
from jeepney.io.blocking import DBusConnection, open_dbus_connection

_ACCESSIBLE = "org.a11y.atspi.Accessible"
_ROOT = "/org/a11y/atspi/accessible/root"
# Places in AT-SPI's StateType.
_FOCUSABLE, _FOCUSED, _SHOWING = 11, 12, 25
_ANSWER_SECONDS = 10.0


@dataclass(frozen=True, slots=True)
class Node:
    """Something on the screen as a reader sees it. `states` are the numbers of AT-SPI's StateType."""

    bus: str
    path: str
    role: str
    name: str
    description: str
    states: frozenset[int]

    @property
    def shows(self) -> bool:
        """Whether it is on the screen."""
        return _SHOWING in self.states

    @property
    def can_have_focus(self) -> bool:
        """Whether the keyboard can come to it: a control."""
        return _FOCUSABLE in self.states

    @property
    def has_focus(self) -> bool:
        """Whether it has the keyboard."""
        return _FOCUSED in self.states


@contextmanager
def session_bus(folder: Path) -> Iterator[dict[str, str]]:
    """A D-Bus session of one's own; the variables that programs on it need. Fails the test where it cannot be had."""
    launcher = Path("/usr/libexec/at-spi-bus-launcher")
    if shutil.which("dbus-daemon") is None or not launcher.exists():
        pytest.fail("A window is read by at-spi2-core over D-Bus: install them (Debian: at-spi2-core dbus)")
    own = {"XDG_RUNTIME_DIR": str(folder), "HOME": str(folder), "GIO_USE_VFS": "local", "GSETTINGS_BACKEND": "memory"}
    daemon = subprocess.Popen(
        ["dbus-daemon", "--session", "--nofork", "--print-address=1"],
        env={**{name: value for name, value in os.environ.items() if name != "DISPLAY"}, **own},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    assert daemon.stdout is not None
    try:
        yield {**own, "DBUS_SESSION_BUS_ADDRESS": daemon.stdout.readline().strip()}
    finally:
        # What the daemon started ends with it: the accessibility bus and its registry lose their session.
        daemon.terminate()
        daemon.wait()
        daemon.stdout.close()


class ScreenReader:
    """Listens on a session bus, as Orca does: from then on windows that open there can be read."""

    def __init__(self, session_address: str) -> None:
        self._session = open_dbus_connection(session_address)
        status = DBusAddress("/org/a11y/bus", "org.a11y.Bus", "org.a11y.Status")
        for switch in ("IsEnabled", "ScreenReaderEnabled"):
            self._ask(self._session, Properties(status).set(switch, "b", True))
        bus = DBusAddress("/org/a11y/bus", "org.a11y.Bus", "org.a11y.Bus")
        (address,) = self._ask(self._session, new_method_call(bus, "GetAddress"))
        self._bus = open_dbus_connection(address)
        registry = DBusAddress("/org/a11y/atspi/registry", "org.a11y.atspi.Registry", "org.a11y.atspi.Registry")
        for event in ("object:announcement", "object:state-changed:focused"):
            self._ask(self._bus, new_method_call(registry, "RegisterEvent", "sass", (event, [], "")))
        rule = MatchRule(type="signal", interface="org.a11y.atspi.Event.Object")
        self._ask(self._bus, message_bus.AddMatch(rule))
        self._events = self._bus.filter(rule, queue=deque())

    def close(self) -> None:
        """Leaves both buses."""
        self._bus.close()
        self._session.close()

    def windows(self) -> list[Node]:
        """The windows of all programs."""
        programs = self._children("org.a11y.atspi.Registry", _ROOT)
        return [self._node(*window) for bus, path in programs for window in self._children(bus, path)]

    def tree(self, node: Node) -> Iterator[Node]:
        """The node and all that is in it and can be seen, in the reader's order."""
        yield node
        for bus, path in self._children(node.bus, node.path):
            child = self._node(bus, path)
            if child.shows:
                yield from self.tree(child)

    def heard(self, text: str, seconds: float = _ANSWER_SECONDS) -> str:
        """Waits until something is announced that has this text in it, and gives all of it; fails after a while."""
        others: list[str] = []
        deadline = time.monotonic() + seconds
        while True:
            try:
                rest = max(0.01, deadline - time.monotonic())
                message = self._bus.recv_until_filtered(self._events.queue, timeout=rest)
            except TimeoutError:
                pytest.fail(f"Not announced within {seconds:.0f} s: {text!r}; announced instead: {others}")
            said = _announced(message)
            if text in said:
                return said
            others += [said] if said else []

    def _node(self, bus: str, path: str) -> Node:
        address = DBusAddress(path, bus, _ACCESSIBLE)
        (role,) = self._ask(self._bus, new_method_call(address, "GetRoleName"))
        (words,) = self._ask(self._bus, new_method_call(address, "GetState"))
        (name,) = self._ask(self._bus, Properties(address).get("Name"))
        (description,) = self._ask(self._bus, Properties(address).get("Description"))
        bits = words[0] | words[1] << 32
        states = frozenset(number for number in range(64) if bits >> number & 1)
        return Node(bus, path, role, name[1], description[1], states)

    def _children(self, bus: str, path: str) -> list[tuple[str, str]]:
        (children,) = self._ask(self._bus, new_method_call(DBusAddress(path, bus, _ACCESSIBLE), "GetChildren"))
        return [(str(bus), str(path)) for bus, path in children]

    def _ask(self, connection: DBusConnection, question: Any) -> Any:
        reply = connection.send_and_get_reply(question, timeout=_ANSWER_SECONDS)
        if reply.header.message_type is MessageType.error:
            raise AssertionError(f"AT-SPI refused {question.header.fields}: {reply.body}")
        return reply.body


def _announced(message: Any) -> str:
    """The text of an announcement; empty for other events."""
    fields = {key.name: value for key, value in message.header.fields.items()}
    if fields.get("member") != "Announcement":
        return ""
    kind, text = message.body[3]
    return str(text) if kind == "s" else ""
