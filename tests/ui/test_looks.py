"""Every state of the window fits on the screen, in both schemes and with large text, and can be read out."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from PySide6.QtCore import QPoint, QRect
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractScrollArea,
    QApplication,
    QComboBox,
    QLineEdit,
    QPlainTextEdit,
    QScrollArea,
    QScrollBar,
    QWidget,
)
from pytestqt.qtbot import QtBot

from tests.fakes.views import DESK_VIEWS, LEAD_VIEWS
from ui.theme.colours import CONTRAST, DARK, LIGHT, Palette, Scheme, Tint
from ui.widgets.badge import Badge
from ui.widgets.button import KeyButton
from ui.widgets.row import Row
from ui.widgets.sentence import Sentence
from ui.widgets.text import ElidedLabel, Label, Paragraph
from ui.window import MainWindow

OpenWindow = Callable[..., MainWindow]
LOOKS = [
    pytest.param((1366, 768), Scheme.LIGHT, 100, id="1366x768 light"),
    pytest.param((1366, 768), Scheme.DARK, 100, id="1366x768 dark"),
    pytest.param((1920, 1080), Scheme.LIGHT, 100, id="1920x1080"),
    pytest.param((1366, 768), Scheme.LIGHT, 130, id="130 % text"),
    pytest.param((1366, 768), Scheme.LIGHT, 150, id="150 % text"),
    pytest.param((1366, 768), Scheme.DARK, 200, id="200 % text"),
    pytest.param((1000, 700), Scheme.LIGHT, 100, id="narrow"),
]


def clipped(window: QWidget) -> Iterator[str]:
    """What cannot be read whole, although it is not meant to be elided."""
    for widget in window.findChildren(QWidget):
        if not widget.isVisible() or isinstance(widget, ElidedLabel):
            continue
        if isinstance(widget, Paragraph | Sentence | Row):
            short = widget.height() < widget.heightForWidth(widget.width())
        elif isinstance(widget, Label | KeyButton):
            short = widget.width() < widget.sizeHint().width() or widget.height() < widget.sizeHint().height()
        elif isinstance(widget, Badge):
            short = widget.height() < widget.sizeHint().height()
        else:
            continue
        if short:
            yield f"{describe(widget)}: {widget.size().toTuple()} for {widget.sizeHint().toTuple()}"
        elif not _within(widget, window):
            yield f"{describe(widget)} is cut off by what surrounds it"


def _within(widget: QWidget, window: QWidget) -> bool:
    """Whether it lies whole inside everything around it; what scrolls may be above or below, never beside."""
    parent = widget.parentWidget()
    scrolled = False
    while parent is not None and parent is not window:
        scrolled = scrolled or isinstance(parent, QAbstractScrollArea)
        box = QRect(widget.mapTo(parent, QPoint(0, 0)), widget.size())
        if box.left() < 0 or box.right() > parent.width():
            return False
        in_view = box.top() >= 0 and box.bottom() <= parent.height()
        if not in_view and not scrolled and not isinstance(parent.parentWidget(), QScrollArea):
            return False
        parent = parent.parentWidget()
    return True


def describe(widget: QWidget) -> str:
    """A widget in words."""
    return f"{type(widget).__name__} {widget.accessibleName() or getattr(widget, 'text', lambda: '')()!r}"


@pytest.mark.parametrize(("size", "scheme", "scale"), LOOKS)
def test_nothing_is_cut_off_in_any_state(
    open_window: OpenWindow, size: tuple[int, int], scheme: Scheme, scale: int
) -> None:
    window = open_window(size=size, scheme=scheme, scale=scale)
    found: list[str] = []
    for name, view in DESK_VIEWS.items():
        window.render(view)
        for tab in range(3):
            window.agent.columns.tabs.choose(tab)
            QApplication.processEvents()
            found += [f"{name}: {problem}" for problem in clipped(window)]
        window.agent.columns.show_centre()
    assert not found, "\n".join(sorted(set(found)))
    assert (window.width(), window.height()) == size


@pytest.mark.parametrize(("size", "scheme", "scale"), LOOKS)
def test_nothing_is_cut_off_in_the_lead_s_room(
    open_window: OpenWindow, size: tuple[int, int], scheme: Scheme, scale: int
) -> None:
    window = open_window(size=size, scheme=scheme, scale=scale)
    window.show_room("lead")
    for name, view in LEAD_VIEWS.items():
        window.render_lead(view)
        QApplication.processEvents()
        assert not list(clipped(window)), name


def test_every_control_has_an_accessible_name(open_window: OpenWindow) -> None:
    window = open_window()
    window.show_room("lead")
    for lead_view in LEAD_VIEWS.values():
        window.render_lead(lead_view)
    window.show_room("desk")
    for view in DESK_VIEWS.values():
        window.render(view)
        for kind in (QAbstractButton, QLineEdit, QPlainTextEdit, QComboBox):
            for control in window.findChildren(kind):
                if control.isVisible() and not control.objectName().startswith("qt_"):
                    assert control.accessibleName(), describe(control)


def test_the_sentence_stays_where_it_is_while_the_body_changes(open_window: OpenWindow) -> None:
    window = open_window(DESK_VIEWS["offer"])
    sentence = window.agent.head.sentence
    before = sentence.mapTo(window, QPoint(0, 0)), sentence.size()

    for name in ("choosing-reasons", "offer-extended", "not-recorded", "unsynced", "notice"):
        window.render(DESK_VIEWS[name])
        assert (sentence.mapTo(window, QPoint(0, 0)), sentence.size()) == before, name


def test_the_sentence_is_never_scrolled(open_window: OpenWindow) -> None:
    window = open_window(DESK_VIEWS["offer"])
    parent: QWidget | None = window.agent.head.sentence
    while parent is not None:
        assert not isinstance(parent, QAbstractScrollArea)
        parent = parent.parentWidget()


def test_a_very_long_text_is_paged_by_sentence(open_window: OpenWindow, qtbot: QtBot) -> None:
    window = open_window(DESK_VIEWS["offer"], scale=200)
    sentence = window.agent.head.sentence
    sentence.say((" ".join(f"This is sentence number {number} of what must be said." for number in range(12)),))

    assert sentence.pages > 1
    assert sentence.height() <= window.height() * 0.45
    window.agent.head.turn(1)
    assert sentence.page == 1


@pytest.mark.parametrize(
    ("palette", "least"),
    [pytest.param(LIGHT, 4.5, id="light"), pytest.param(DARK, 4.5, id="dark"), pytest.param(CONTRAST, 7, id="high")],
)
def test_texts_have_enough_contrast_on_their_grounds(palette: Palette, least: float) -> None:
    pairs = [(palette.text, ground) for ground in (palette.ground, palette.surface, palette.sunken)]
    pairs += [(palette.secondary, ground) for ground in (palette.ground, palette.surface, palette.sunken)]
    pairs += [(palette.ink(tint), palette.wash(tint)) for tint in Tint]
    pairs += [(palette.on_accent, palette.accent), (palette.accent, palette.surface)]
    for ink, ground in pairs:
        assert contrast(ink, ground) >= least, f"{ink} on {ground}: {contrast(ink, ground):.2f}"
    for ground in (palette.ground, palette.surface):
        assert contrast(palette.faint, ground) >= 3


def contrast(one: str, other: str) -> float:
    """Contrast of two #rrggbb colours after WCAG 2.2."""
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize("name", ["wrap-up", "wrap-up-early"])
def test_the_whole_wrap_up_is_in_sight(open_window: OpenWindow, name: str) -> None:
    window = open_window(DESK_VIEWS[name])

    bars = [bar for bar in window.agent.columns.body.findChildren(QScrollBar) if bar.isVisible()]

    assert not bars
    assert window.agent.call_parts().wrap_up.summary.verticalScrollBar().maximum() == 0
