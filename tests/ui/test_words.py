"""The window speaks English, German and Spanish; no language is cut off, however long its words or its direction."""

from __future__ import annotations

import ast
import string
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from app import shifts, signing_in
from app.desk import choices, conversations, notes
from app.desk.rules import BREAKS
from app.settings.schema import SETTINGS
from app.sync import panel as sync_sentences
from tests.fakes.views import DESK_VIEWS, NOW, ShippedPictures
from tests.ui.conftest import NotingDesk
from tests.ui.test_looks import clipped, describe
from ui import panels, sync_panel
from ui.agent import form, offers, room, sign_in, step, top_bar, weeks, why
from ui.help.cheat_sheet import KEY_GROUPS
from ui.keys import BINDINGS, Command
from ui.settings import WindowSettings
from ui.settings.panel import VALUES
from ui.theme.colours import Scheme
from ui.widgets.text import Label
from ui.window import MainWindow
from ui.words.catalogue import CATALOGUE, ENGLISH, LANGUAGES, PSEUDO, pseudo, table_of

SAYING = (shifts, signing_in, sync_sentences, notes)
OTHERS = [language for language in LANGUAGES if language != ENGLISH]


@pytest.fixture(autouse=True)
def english_again(qapp: QApplication) -> Iterator[None]:
    """Leaves language and direction as they were."""
    yield
    CATALOGUE.choose(ENGLISH)
    qapp.setLayoutDirection(Qt.LayoutDirection.LeftToRight)


def said() -> set[str]:
    """Every English text that the window says: in `say("...")`, and in its tables."""
    found: set[str] = set()
    root = Path(__file__).parents[2]
    practice = (root / "app" / "practice").glob("*.py")
    for file in (*(root / "ui").rglob("*.py"), *(root / "app" / "desk").glob("*.py"), *practice):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            said_here = _text_of(node) if isinstance(node, ast.Call) else None
            if isinstance(said_here, ast.Constant):
                found.add(str(said_here.value))
    found |= {sentence for module in SAYING for sentence in module.SAID}
    found |= {one for setting in SETTINGS.values() for one in (setting.title, setting.description)}
    found |= {*VALUES.values(), *sync_panel.KINDS.values(), *why.TITLES.values(), *sign_in.BUSY}
    found |= {binding.words for binding in BINDINGS if binding.words}
    found |= {heading for heading, _ in KEY_GROUPS}
    found |= {state.word for state in top_bar.STATES.values()}
    found |= {text for text, _, _ in offers.STATES.values()}
    found |= {word for words in room.TABS.values() for word in words}
    found |= set(sign_in.ASKS_FOR.values())
    found |= set(choices.TEXTS) | {words for _, words in BREAKS} | set(conversations.TEXTS)
    found |= {words for _, words in weeks.FIGURES} | set(weeks.DEFINITIONS.values())
    found |= set(form.HINTS.values()) | set(step.KINDS_FOUND.values()) | {words for _, words in panels.SCHEMES}
    return found


def _text_of(call: ast.Call) -> ast.expr | None:
    """What `say` of the window or the desk's `words` says, and the desk's `say` with its tone."""
    called = call.func
    if isinstance(called, ast.Name) and called.id == "say":
        return call.args[0]
    if isinstance(called, ast.Attribute) and called.attr == "words" and call.args:
        return call.args[0]
    if isinstance(called, ast.Attribute) and called.attr == "say" and len(call.args) == 2:
        return call.args[1]
    return None


@pytest.mark.parametrize("language", OTHERS)
def test_a_language_has_every_text_and_no_other(language: str) -> None:
    assert set(table_of(language)) == said()


@pytest.mark.parametrize("language", OTHERS)
def test_a_translation_keeps_the_placeholders(language: str) -> None:
    for english, other in table_of(language).items():
        assert placeholders(other) == placeholders(english), english
        assert other.strip(), english


def placeholders(text: str) -> list[str]:
    """What stands in braces, in order."""
    return [format_ or "" for _, name, format_, _ in string.Formatter().parse(text) if name is not None]


def test_an_unknown_language_is_english() -> None:
    CATALOGUE.choose("xx")

    assert CATALOGUE.say("Ready") == "Ready"
    assert CATALOGUE.language == ENGLISH


def open_in(desk: NotingDesk, qtbot: QtBot, language: str, scale: int) -> MainWindow:
    """The window in this language."""
    settings = WindowSettings(Scheme.LIGHT, scale, language)
    window = MainWindow(desk, None, lambda: NOW, settings, pictures=ShippedPictures())
    qtbot.addWidget(window)
    window.show()
    return window


def problems(window: MainWindow) -> list[str]:
    """Over all states and tabs: what is cut off, what lies over something else."""
    found: list[str] = []
    for name, view in DESK_VIEWS.items():
        window.render(view)
        for tab in range(3):
            window.agent.columns.tabs.choose(tab)
            QApplication.processEvents()
            found += [f"{name}: {problem}" for problem in (*clipped(window), *overlapped(window))]
        window.agent.columns.show_centre()
    return sorted(set(found))


def overlapped(window: QWidget) -> Iterator[str]:
    """Texts beside one another that share pixels."""
    labels = [label for label in window.findChildren(Label) if label.isVisible() and label.text()]
    for place, one in enumerate(labels):
        for other in labels[place + 1 :]:
            if one.parentWidget() is other.parentWidget() and one.geometry().intersects(other.geometry()):
                yield f"{describe(one)} lies over {describe(other)}"


@pytest.mark.parametrize(("language", "scale"), [("de", 100), ("es", 100), ("de", 150), (PSEUDO, 100), (PSEUDO, 150)])
def test_no_text_is_cut_off_or_overlapped(desk: NotingDesk, qtbot: QtBot, language: str, scale: int) -> None:
    window = open_in(desk, qtbot, language, scale)

    assert not problems(window)


@pytest.mark.parametrize("scale", [100, 200])
def test_the_panels_have_room_for_other_languages(desk: NotingDesk, qtbot: QtBot, scale: int) -> None:
    window = open_in(desk, qtbot, "de", scale)
    for command in (Command.ROOMS, Command.HELP):
        window._obey(command)
        QApplication.processEvents()
        assert not list(clipped(window))


def test_no_text_is_cut_off_or_overlapped_from_right_to_left(
    qapp: QApplication, desk: NotingDesk, qtbot: QtBot
) -> None:
    qapp.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
    window = open_in(desk, qtbot, PSEUDO, 100)

    assert not problems(window)


def test_the_made_up_language_is_half_as_long_again() -> None:
    assert pseudo("Take the last offer record back {}") == "‹Take the last offer record back {} ~~~~~~~~~ ~~~~~~~~›"
