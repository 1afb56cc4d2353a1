"""A call plays in one window: no other one flashes up beside it and takes the keyboard."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QApplication, QWidget

from app.desk.view import DeskView
from tests.fakes.views import DESK_VIEWS
from ui.window import MainWindow


class Windows(QObject):
    """Notes which widgets become windows of the screen."""

    def __init__(self) -> None:
        super().__init__()
        self.seen: list[str] = []

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Sees every event of the application."""
        if event.type() is QEvent.Type.Show and isinstance(watched, QWidget) and watched.isWindow():
            self.seen.append(type(watched).__name__)
        return False


@pytest.mark.parametrize("name", DESK_VIEWS)
def test_showing_a_view_opens_no_other_window(name: str, open_window: Callable[..., MainWindow]) -> None:
    window = open_window()
    windows = Windows()
    application = QApplication.instance()
    assert application is not None
    application.installEventFilter(windows)
    view: DeskView = DESK_VIEWS[name]

    window.render(view)
    QApplication.processEvents()
    application.removeEventFilter(windows)

    assert windows.seen == []
