"""What the tests of the window share: a desk that notes what it is sent, and a window on the screen."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.desk.intents import Intent
from app.desk.view import DeskView
from tests.fakes.views import NOW, READY
from ui.application import make_application
from ui.settings import WindowSettings
from ui.theme.colours import Scheme
from ui.window import MainWindow


@dataclass
class NotingDesk:
    """Keeps every intent, changes nothing by itself."""

    view: DeskView = READY
    sent: list[Intent] = field(default_factory=list)

    def send(self, intent: Intent) -> None:
        """Keeps it."""
        self.sent.append(intent)


@pytest.fixture(scope="session")
def qapp() -> QApplication:
    """The themed application."""
    return make_application()


@pytest.fixture
def desk() -> NotingDesk:
    """A desk to show and to look at afterwards."""
    return NotingDesk()


OpenWindow = Callable[..., MainWindow]


@pytest.fixture
def open_window(qtbot: QtBot, desk: NotingDesk) -> Iterator[OpenWindow]:
    """Opens the window on the desk, at 1366x768 in the light scheme, and gives it the focus."""

    def open_(
        view: DeskView = READY, size: tuple[int, int] = (1366, 768), scheme: Scheme = Scheme.LIGHT, scale: int = 100
    ) -> MainWindow:
        desk.view = view
        window = MainWindow(desk, None, lambda: NOW, WindowSettings(scheme, scale))
        qtbot.addWidget(window)
        window.resize(*size)
        window.show()
        window.activateWindow()
        qtbot.waitUntil(window.isActiveWindow)
        return window

    yield open_
    QApplication.processEvents()
