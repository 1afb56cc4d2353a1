"""The Qt application object."""

from __future__ import annotations

import sys

from PySide6.QtWidgets import QApplication

from ui.access import explain_widgets
from ui.screens import OnScreen
from ui.theme.theme import theme


def make_application() -> QApplication:
    """The application, themed. Qt gets the program's name only: with the whole command line it would take options
    such as `-stylesheet` that came in beside a pop URL."""
    running = QApplication.instance()
    application = running if isinstance(running, QApplication) else QApplication([sys.argv[0]])
    application.setApplicationName("cuecard")
    application.setApplicationDisplayName("Cuecard")
    application.setDesktopFileName("cuecard")
    explain_widgets()
    if application.findChild(OnScreen) is None:
        OnScreen(application)
    theme()
    return application
