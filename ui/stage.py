"""What the window talks to from its first paint on: the desk as soon as there is one, an opening view until then."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from app.desk.intents import Intent
from app.desk.view import DeskView, Phase


class DeskLike(Protocol):
    """The desk as the window knows it."""

    view: DeskView
    on_change: Callable[[DeskView], None]

    def send(self, intent: Intent) -> None:
        """What the agent means."""


class Stage:
    """Stands for the desk. Until one is attached the view says that Cuecard opens, and intents do nothing."""

    def __init__(self, busy: str = "Opening") -> None:
        self.view = DeskView(phase=Phase.SIGNED_OUT, busy=busy)
        self.on_change: Callable[[DeskView], None] = lambda view: None
        self._desk: DeskLike | None = None

    def attach(self, desk: DeskLike) -> None:
        """From now on this is the desk."""
        self._desk = desk
        desk.on_change = self._show
        self._show(desk.view)

    def fail(self, sentence: str) -> None:
        """There will be no desk; the sentence says why and what to do."""
        self._show(DeskView(phase=Phase.SIGNED_OUT, sign_in_problem=sentence))

    def send(self, intent: Intent) -> None:
        """Passes the intent on."""
        if self._desk is not None:
            self._desk.send(intent)

    def _show(self, view: DeskView) -> None:
        self.view = view
        self.on_change(view)
