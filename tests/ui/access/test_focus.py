"""Where the keyboard is can be seen, on whatever control of whatever screen it stands."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible, QImage
from PySide6.QtWidgets import QAbstractScrollArea, QApplication, QWidget
from pytestqt.qtbot import QtBot

from tests.fakes.views import DESK_VIEWS, LEAD_VIEWS
from ui.theme.colours import Scheme
from ui.window import MainWindow

OpenWindow = Callable[..., MainWindow]
# The frame of a screen, where bare keys work: nothing of it is chosen, so nothing is marked.
HOMES = ("Call", "Team", "Practice")


def stops(window: MainWindow) -> list[QWidget]:
    """What Tab comes to and can be seen."""
    controls = []
    for widget in window.findChildren(QWidget):
        wanted = widget.focusPolicy() & Qt.FocusPolicy.TabFocus and widget.isVisible() and widget.isEnabled()
        if wanted and not widget.visibleRegion().isEmpty() and widget.accessibleName() not in HOMES:
            controls.append(widget)
    return controls


def looks(widget: QWidget) -> QImage:
    """The widget and a few pixels around it, as they are on the screen."""
    window = widget.window()
    corner = widget.mapTo(window, widget.rect().topLeft())
    frame = widget.rect().translated(corner).adjusted(-3, -3, 3, 3)
    return window.grab(frame.intersected(window.rect())).toImage()


@pytest.mark.parametrize("scheme", [Scheme.LIGHT, Scheme.CONTRAST])
@pytest.mark.parametrize("name", ["signed-out", "ready-callbacks", "verify", "form", "offer", "consent", "wrap-up"])
def test_each_control_of_the_agent_shows_that_it_has_the_keyboard(
    open_window: OpenWindow, qtbot: QtBot, name: str, scheme: Scheme
) -> None:
    window = open_window(DESK_VIEWS[name], scheme=scheme)

    assert unmarked(window, window.agent) == []


def test_each_control_of_the_lead_shows_that_it_has_the_keyboard(open_window: OpenWindow) -> None:
    window = open_window()
    window.show_room("lead")
    window.render_lead(LEAD_VIEWS["lead"])

    assert unmarked(window, window) == []


def unmarked(window: MainWindow, home: QWidget) -> list[str]:
    """The controls that look the same with the keyboard as without it."""
    found = []
    controls = stops(window)
    assert controls
    for control in controls:
        home.setFocus()
        QApplication.processEvents()
        before = looks(control)
        control.setFocus(Qt.FocusReason.TabFocusReason)
        QApplication.processEvents()
        if control.hasFocus() and looks(control) == before:
            found.append(f"{type(control).__name__} {control.accessibleName()!r}")
    return found


@pytest.mark.parametrize("name", DESK_VIEWS)
def test_what_has_the_keyboard_has_a_name_on_every_screen(open_window: OpenWindow, name: str) -> None:
    window = open_window(DESK_VIEWS[name])

    for control in stops(window):
        interface = QAccessible.queryAccessibleInterface(control)
        said = interface.text(QAccessible.Text.Name)
        assert said.strip() or isinstance(control, QAbstractScrollArea), type(control).__name__
    focus = QApplication.focusWidget()
    assert focus is not None
    assert focus.accessibleName()
