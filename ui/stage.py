"""What the window talks to from its first paint on: the desk as soon as there is one, an opening view until then."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Protocol

from app.desk.intents import Intent
from app.desk.lead import LeadView
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


class LeadLike(Protocol):
    """The lead's side as the window knows it."""

    view: LeadView
    on_change: Callable[[LeadView], None]

    def show(self, first_day: date, last_day: date, team: str = "") -> None:
        """Loads the report of these days."""

    def export_csv(self) -> str:
        """The report shown, as CSV."""


class LeadStage:
    """Stands for the lead's side, which there is only while a lead is signed in."""

    def __init__(self) -> None:
        self.view = LeadView()
        self.on_change: Callable[[LeadView], None] = lambda view: None
        self._lead: LeadLike | None = None

    def attach(self, lead: LeadLike) -> None:
        """From now on this is the lead's side; today is loaded."""
        self._lead = lead
        lead.on_change = self._show
        self._show(lead.view)
        if lead.view.first_day is not None and lead.view.last_day is not None:
            lead.show(lead.view.first_day, lead.view.last_day)

    def leave(self) -> None:
        """The lead has signed out: nothing of the figures stays."""
        self._lead = None
        self._show(LeadView())

    def show(self, first_day: date, last_day: date, team: str = "") -> None:
        """Loads the report of these days."""
        if self._lead is not None:
            self._lead.show(first_day, last_day, team)

    def export_csv(self) -> str:
        """The report shown, as CSV."""
        return self._lead.export_csv() if self._lead is not None else ""

    def _show(self, view: LeadView) -> None:
        self.view = view
        self.on_change(view)
