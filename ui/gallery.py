"""Pictures of the window: each view rendered and saved as a PNG, to be looked at."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from datetime import datetime
from importlib import import_module
from pathlib import Path
from tempfile import TemporaryDirectory

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from app.desk.intents import Intent
from app.desk.lead import LeadView
from app.desk.lead_talk import TalkView
from app.desk.ports import SyncPanel, Tasks
from app.desk.view import DeskView, Phase
from app.practice.view import PracticeView
from app.settings.book import SettingsBook
from ui.application import make_application
from ui.lead.room import LeadRoom
from ui.pictures import Pictures
from ui.practice.stage import PracticeStage
from ui.settings import WindowSettings
from ui.shelf import HelpShelf
from ui.theme.colours import Scheme
from ui.window import MainWindow


class _Picture:
    """A desk that only shows: what is sent to it changes nothing."""

    def __init__(self, view: DeskView | None = None) -> None:
        self.view = view or DeskView(Phase.SIGNED_OUT)

    def send(self, intent: Intent) -> None:
        """Nothing happens in a picture."""


def render_gallery(
    views: Mapping[str, DeskView | LeadView | tuple[DeskView, PracticeView]],
    folder: Path,
    now: datetime,
    size: tuple[int, int] = (1366, 768),
    settings: WindowSettings | None = None,
    pictures: Pictures | None = None,
) -> list[Path]:
    """Renders each view in a window of this size, as it would look at the moment `now`; the files written."""
    folder.mkdir(parents=True, exist_ok=True)
    window = MainWindow(_Picture(), None, lambda: now, settings, pictures=pictures, practice=PracticeStage())
    window.resize(*size)
    window.show()
    written: list[Path] = []
    for name, view in views.items():
        practised = view[1] if isinstance(view, tuple) else PracticeView()
        window.render_practice(practised)
        if isinstance(view, tuple):
            window.render(view[0])
        elif isinstance(view, DeskView):
            window.show_room("desk")
            window.render(view)
        else:
            window.show_room("lead")
            window.render_lead(view)
        QApplication.processEvents()
        written.append(_save(window, folder / f"{name}.png"))
    window.close()
    return written


def render_opened(
    view: DeskView,
    sync: SyncPanel,
    tasks: Tasks,
    folder: Path,
    now: datetime,
    size: tuple[int, int],
    settings: WindowSettings,
) -> list[Path]:
    """Renders what keys open over this view, with every setting as it is built in; the files written."""
    written: list[Path] = []
    with TemporaryDirectory() as own:
        desk, book = _Picture(view), SettingsBook(Path(own))
        window = MainWindow(
            desk, None, lambda: now, settings, tasks=tasks, help_texts=HelpShelf(), book=book, sync=lambda: sync
        )
        window.resize(*size)
        window.show()
        window.activateWindow()
        QApplication.processEvents()
        for name, key in OPENED_BY.items():
            QTest.keySequence(QApplication.focusWidget() or window, QKeySequence(key))
            QApplication.processEvents()
            written.append(_save(window, folder / f"opened-{name}.png"))
            QTest.keyClick(QApplication.focusWidget() or window, Qt.Key.Key_Escape)
        window.close()
    return written


def render_talk(
    views: Mapping[str, TalkView],
    lead: LeadView,
    folder: Path,
    now: datetime,
    size: tuple[int, int],
    settings: WindowSettings,
) -> list[Path]:
    """Renders the lead's questions and messages; the files written."""
    window = MainWindow(_Picture(), None, lambda: now, settings)
    window.resize(*size)
    window.show()
    window.show_room("lead")
    window.talk_with(None)
    window.render_lead(lead)
    for room in window.findChildren(LeadRoom):
        room.show_page("talk")
    written: list[Path] = []
    for name, view in views.items():
        window.render_talk(view)
        QApplication.processEvents()
        written.append(_save(window, folder / f"lead-{name}.png"))
    window.close()
    return written


def _save(window: MainWindow, path: Path) -> Path:
    window.grab().save(str(path))
    return path


OPENED_BY = {
    "keys": "F1",
    "menu": "Ctrl+M",
    "settings": "Ctrl+,",
    "sync": "Alt+S",
    "templates": "Shift+F4",
    "number": "F12",
    "digits": "Alt+D",
}
"""What opens over a call, and the key that opens it."""


LOOKS: dict[str, tuple[tuple[int, int], WindowSettings]] = {
    "light": ((1366, 768), WindowSettings(Scheme.LIGHT)),
    "dark": ((1366, 768), WindowSettings(Scheme.DARK)),
    "high-contrast": ((1366, 768), WindowSettings(Scheme.CONTRAST)),
    "large-screen": ((1920, 1080), WindowSettings(Scheme.LIGHT)),
    "narrow": ((1000, 700), WindowSettings(Scheme.LIGHT)),
    "text-150": ((1366, 768), WindowSettings(Scheme.LIGHT, 150)),
    "text-200": ((1366, 768), WindowSettings(Scheme.DARK, 200)),
}


def main(folder: Path) -> int:
    """Writes pictures of every state the tests know, in every look; the exit code. Works in a checkout only."""
    try:
        states = import_module("tests.fakes.views")
    except ModuleNotFoundError:
        sys.stderr.write("The states to show are part of the tests: run this in a checkout.\n")
        return 2
    make_application()
    practice = import_module("tests.fakes.practice_views").PRACTICE_VIEWS
    views = {**states.DESK_VIEWS, **states.LEAD_VIEWS, **practice}
    for name, (size, settings) in LOOKS.items():
        render_gallery(views, folder / name, states.NOW, size, settings, states.ShippedPictures())
        tasks = import_module("tests.fakes.desk").InlineTasks()
        shelf = states.SyncShelf()
        render_opened(states.OPENABLE, shelf, tasks, folder / name, states.NOW, size, settings)
        render_talk(states.LEAD_TALK_VIEWS, states.LEAD, folder / name, states.NOW, size, settings)
    return 0
