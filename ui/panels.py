"""Quiet panels over the window's upper right corner: the menu, the messages, the help. Never a dialog."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QHideEvent
from PySide6.QtWidgets import QAbstractButton, QApplication, QSizePolicy, QWidget
from shiboken6 import isValid

from ui.keyboard import Keyboard
from ui.keys import Command
from ui.settings import WindowSettings
from ui.theme.colours import Scheme, Tint
from ui.theme.metrics import LARGEST_SCALE, SMALLEST_SCALE
from ui.theme.theme import theme
from ui.widgets.button import KeyButton, Kind
from ui.widgets.flow import flow
from ui.widgets.frames import Box, Many, Scroll, Surface, gap, line
from ui.widgets.text import Label, Paragraph, Role
from ui.words.catalogue import LANGUAGES, say

SCALE_STEP = 10
SCHEMES = (
    (Scheme.SYSTEM, "As the system"),
    (Scheme.LIGHT, "Light"),
    (Scheme.DARK, "Dark"),
    (Scheme.CONTRAST, "High contrast"),
)


class Panel(Surface):
    """A sheet with a title that lies over the room and goes away by Esc. The keyboard stays where it was."""

    def __init__(self, window: QWidget, title: str, keyboard: Keyboard, width: int) -> None:
        super().__init__("panel", (20, 16), 0)
        self.setParent(window)
        self._width = width
        self._said_until: Callable[[int], int] = lambda left: 0
        head = line(None, (0, 0), 10)
        head.addWidget(Label(title, Role.STEP))
        head.addStretch(1)
        close = KeyButton(say("Close"), keyboard, Command.ESCAPE, Kind.FLAT)
        close.clicked.connect(self.hide)
        head.addWidget(close)
        self.column.addLayout(head)
        self.column.addSpacing(gap(14))
        self.content = Box(0)
        self._scroll = Scroll(self.content)
        self.column.addWidget(self._scroll, 1)
        self.setAccessibleName(title)
        self.hide()

    def open(self) -> None:
        """Shows it in front of everything else in the window."""
        self.place()
        self.show()
        self.raise_()

    def stay_below(self, said_until: Callable[[int], int]) -> None:
        """From now on it leaves free what to say. `said_until` tells, for the panel's left edge, where in the window
        that ends; 0: nothing is in its way."""
        self._said_until = said_until

    def search(self) -> bool:
        """Goes to this panel's search field; False where it has none."""
        return False

    def enter(self, focus: QWidget | None) -> bool:
        """Enter while `focus` has the keyboard: presses a button of this panel; False where it is no concern of it."""
        if not isinstance(focus, QAbstractButton) or not self.isAncestorOf(focus):
            return False
        focus.click()
        return True

    def to_top(self) -> None:
        """Scrolls to the beginning."""
        self._scroll.verticalScrollBar().setValue(0)

    def place(self) -> None:
        """Puts it into the corner, as high as its content and no higher than the window."""
        window = self.parentWidget()
        if window is None:
            return
        look = theme()
        width = min(look.px(self._width), window.width() - 32)
        top = max(look.px(60), min(self._said_until(window.width() - width - 16) + 8, window.height() // 2))
        layout = self.content.layout()
        inner = width - 42
        wanted = (
            (layout.heightForWidth(inner) if layout.hasHeightForWidth() else layout.sizeHint().height())
            if layout
            else 0
        )
        height = min(wanted + look.px(32) + 34 + gap(14) + 8, window.height() - top - 16)
        self.setGeometry(window.width() - width - 16, top, width, height)


class WorkPanel(Panel):
    """A panel to work in by keys: it takes the keyboard, Tab goes round inside of it, and who closes it is back where
    he was. Bare letters are no commands in it."""

    def __init__(self, window: QWidget, title: str, keyboard: Keyboard, width: int) -> None:
        super().__init__(window, title, keyboard, width)
        self.setProperty("form", True)
        self._before: QWidget | None = None

    def renew(self) -> None:
        """Shows its content as it is now."""

    def open(self) -> None:
        """Shows it, with the keyboard on its first control."""
        focus = QApplication.focusWidget()
        if focus is not None and not self.isAncestorOf(focus):
            self._before = focus
        super().open()
        stops = self._stops()
        # The first stop is the button that closes it.
        (stops[1] if len(stops) > 1 else stops[0]).setFocus(Qt.FocusReason.TabFocusReason)

    def hideEvent(self, event: QHideEvent) -> None:
        """Gives the keyboard back."""
        super().hideEvent(event)
        before, self._before = self._before, None
        if before is not None and isValid(before) and before.isVisible():
            before.setFocus()

    def enter(self, focus: QWidget | None) -> bool:
        """Enter in here presses a button, or leaves what was typed; it never means anything behind the panel."""
        return super().enter(focus) or (focus is not None and self.isAncestorOf(focus))

    def focusNextPrevChild(self, forward: bool) -> bool:
        """Round the panel's own controls, from top to bottom."""
        stops = self._stops()
        focus = QApplication.focusWidget()
        at = stops.index(focus) if focus in stops else -1
        to = stops[(at + (1 if forward else -1)) % len(stops)]
        to.setFocus(Qt.FocusReason.TabFocusReason if forward else Qt.FocusReason.BacktabFocusReason)
        if self.content.isAncestorOf(to):
            self._scroll.ensureWidgetVisible(to, 0, gap(40))
        return True

    def _stops(self) -> list[QWidget]:
        """What Tab stops at, in the order in which it is read."""
        stops = [
            widget
            for widget in self.findChildren(QWidget)
            if widget.isVisibleTo(self)
            and widget.isEnabled()
            and widget.focusPolicy() & Qt.FocusPolicy.TabFocus
            and widget.focusProxy() is None
        ]
        places = {widget: widget.mapTo(self, QPoint(0, 0)) for widget in stops}
        return sorted(stops, key=lambda widget: (places[widget].y(), places[widget].x()))


class MenuPanel(Panel):
    """Rooms, appearance, messages, sign-out.

    Signals: `room_wanted` ("desk", "lead"), `settings_wanted`, `messages_wanted`, `keys_wanted`, `strip_wanted`,
    `change_keys_wanted`, `all_settings_wanted`, `sync_wanted`, `sign_out_wanted`.
    """

    room_wanted = Signal(str)
    settings_wanted = Signal(object)
    messages_wanted = Signal()
    keys_wanted = Signal()
    strip_wanted = Signal()
    change_keys_wanted = Signal()
    all_settings_wanted = Signal()
    sync_wanted = Signal()
    sign_out_wanted = Signal()

    def __init__(self, window: QWidget, keyboard: Keyboard, settings: Callable[[], WindowSettings]) -> None:
        super().__init__(window, say("Menu"), keyboard, 316)
        self._settings = settings
        rows = self.content.column
        rows.setSpacing(gap(6))
        self._desk = self._entry(say("My calls"), lambda: self.room_wanted.emit("desk"))
        self._lead = self._entry(say("My team's figures"), lambda: self.room_wanted.emit("lead"))
        rows.addSpacing(gap(8))
        rows.addWidget(Label(say("Appearance"), Role.SECTION))
        schemes = flow(across=4)
        self._schemes: dict[Scheme, KeyButton] = {}
        for scheme, words in SCHEMES:
            button = KeyButton(say(words), kind=Kind.FLAT)
            button.clicked.connect(lambda checked=False, one=scheme: self._choose(one, self._settings().text_scale))
            self._schemes[scheme] = button
            schemes.addWidget(button)
        rows.addLayout(schemes)
        rows.addSpacing(gap(8))
        rows.addWidget(Label(say("Text size"), Role.SECTION))
        sizes = line(None, (0, 0), 8)
        smaller, self._size, larger = KeyButton(say("Smaller")), Label(role=Role.BODY), KeyButton(say("Larger"))
        smaller.clicked.connect(lambda: self._scale(-SCALE_STEP))
        larger.clicked.connect(lambda: self._scale(SCALE_STEP))
        for part in (smaller, self._size, larger):
            sizes.addWidget(part)
        sizes.addStretch(1)
        rows.addLayout(sizes)
        rows.addSpacing(gap(8))
        rows.addWidget(Label(say("Language"), Role.SECTION))
        spoken = flow(across=4)
        self._languages: dict[str, KeyButton] = {}
        for language, name in LANGUAGES.items():
            button = KeyButton(name, kind=Kind.FLAT)
            button.clicked.connect(lambda checked=False, one=language: self._speak(one))
            self._languages[language] = button
            spoken.addWidget(button)
        rows.addLayout(spoken)
        rows.addSpacing(gap(12))
        self._strip = self._entry(say("Small strip on top"), self.strip_wanted.emit)
        self._entry(say("Messages"), self.messages_wanted.emit)
        self._sync = self._entry(say("What is not yet sent"), self.sync_wanted.emit)
        self._all = self._entry(say("Settings"), self.all_settings_wanted.emit)
        self._entry(say("Keys and help"), self.keys_wanted.emit)
        self._entry(say("Change keys"), self.change_keys_wanted.emit)
        self._out = self._entry(say("Sign out"), self.sign_out_wanted.emit)

    def show_for(self, signed_in: bool, lead: bool, book: bool = False, sync: bool = False) -> None:
        """Offers what this person may do; all settings and sync where there are a `book` and a `sync` to look at."""
        self._all.setVisible(book)
        self._sync.setVisible(sync)
        self._desk.setVisible(lead)
        self._lead.setVisible(lead)
        self._strip.setVisible(signed_in)
        self._out.setVisible(signed_in)
        self.renew()

    def renew(self) -> None:
        """Marks what is chosen now."""
        settings = self._settings()
        for scheme, button in self._schemes.items():
            button.set_chosen(scheme is settings.scheme)
        for language, button in self._languages.items():
            button.set_chosen(language == settings.language)
        self._size.setText(f"{settings.text_scale} %")

    def _entry(self, words: str, act: Callable[[], None]) -> KeyButton:
        button = KeyButton(words)
        button.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        button.clicked.connect(act)
        self.content.column.addWidget(button)
        return button

    def _scale(self, by: int) -> None:
        now = self._settings()
        self._choose(now.scheme, max(SMALLEST_SCALE, min(LARGEST_SCALE, now.text_scale + by)))

    def _speak(self, language: str) -> None:
        self.settings_wanted.emit(replace(self._settings(), language=language))
        self.renew()

    def _choose(self, scheme: Scheme, scale: int) -> None:
        self.settings_wanted.emit(replace(self._settings(), scheme=scheme, text_scale=scale))
        self.renew()


class MessagesPanel(Panel):
    """The messages of this session, newest first, also those that were dismissed."""

    KEPT = 100

    def __init__(self, window: QWidget, keyboard: Keyboard) -> None:
        super().__init__(window, say("Messages"), keyboard, 460)
        self._seen: dict[str, tuple[str, Tint, str]] = {}
        self._none = Paragraph(say("No messages so far."), Role.SECONDARY)
        self._lines: Many[MessageLine, tuple[str, Tint, str]] = Many(
            lambda content: MessageLine(), MessageLine.show_this, gap(10)
        )
        self.content.column.addWidget(self._none)
        self.content.column.addWidget(self._lines)

    def add(self, messages: Sequence[tuple[str, str, Tint, str]]) -> None:
        """Keeps these messages: id, time, tint, text."""
        for id_, at, tint, text in messages:
            self._seen[id_] = (at, tint, text)
        while len(self._seen) > self.KEPT:
            del self._seen[next(iter(self._seen))]
        if self.isVisible():
            self._renew()

    def open(self) -> None:
        """Shows the list as it is now."""
        self._renew()
        super().open()

    def _renew(self) -> None:
        self._lines.show_these(tuple(reversed(self._seen.values())))
        self._none.setVisible(not self._seen)

    def take_over(self, earlier: MessagesPanel) -> None:
        """Keeps what another one had seen."""
        self._seen = dict(earlier._seen)


class MessageLine(QWidget):
    """One message with its time."""

    def __init__(self) -> None:
        super().__init__()
        row = line(self, (0, 0), 10)
        self._at = Label(role=Role.SMALL)
        self._text = Paragraph(role=Role.BODY)
        row.addWidget(self._at, 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(self._text, 1)

    def show_this(self, content: tuple[str, Tint, str]) -> None:
        """Shows this message."""
        at, tint, text = content
        self._at.setText(at)
        self._text.setText(text)
        self._text.set_tint(tint if tint is Tint.ATTENTION else Tint.PLAIN)
