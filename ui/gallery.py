"""Pictures of the window: each view rendered and saved as a PNG, to be looked at."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from datetime import datetime
from importlib import import_module
from pathlib import Path

from PySide6.QtWidgets import QApplication

from app.desk.intents import Intent
from app.desk.lead import LeadView
from app.desk.view import DeskView, Phase
from app.practice.view import PracticeView
from ui.application import make_application
from ui.pictures import Pictures
from ui.practice.stage import PracticeStage
from ui.settings import WindowSettings
from ui.theme.colours import Scheme
from ui.window import MainWindow


class _Picture:
    """A desk that only shows: what is sent to it changes nothing."""

    def __init__(self) -> None:
        self.view = DeskView(Phase.SIGNED_OUT)

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
        path = folder / f"{name}.png"
        window.grab().save(str(path))
        written.append(path)
    window.close()
    return written


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
    return 0
