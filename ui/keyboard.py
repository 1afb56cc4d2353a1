"""From key presses to commands: knows whether a text field has the keyboard, and what was just typed."""

from __future__ import annotations

from collections.abc import Callable
from time import monotonic

from PySide6.QtCore import QEvent, QKeyCombination, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import QAbstractSpinBox, QApplication, QComboBox, QLineEdit, QPlainTextEdit, QWidget

from ui.keys import Command, KeyMap, Place

QUIET_SECONDS = 0.4
"""A bare letter or digit this soon after other typing belongs to the typing: it is no command."""


class Keyboard(QObject):
    """Watches the keys of one window.

    Only the widget that has the focus is filtered, so that other events cost nothing. `obey` gets each command and
    says whether it took it; a key that nobody takes goes on to the widget.
    Attributes: `place`, where the keyboard is. Signals: `place_changed` when that changes, `pressed` for every key.
    """

    place_changed = Signal()
    pressed = Signal()

    def __init__(self, window: QWidget, keymap: KeyMap, monotonic_seconds: Callable[[], float] = monotonic) -> None:
        super().__init__(window)
        self._window = window
        self._now = monotonic_seconds
        self._typed_at = -1.0
        self._watched: QWidget | None = None
        self._obey: Callable[[Command], bool] = lambda command: False
        self._catch: Callable[[str], None] | None = None
        self.keymap = keymap
        self.place = Place.OUTSIDE
        window.installEventFilter(self)
        application = QApplication.instance()
        if isinstance(application, QApplication):
            application.focusChanged.connect(self._focus_changed)

    def listen(self, obey: Callable[[Command], bool]) -> None:
        """Sends commands to `obey` from now on."""
        self._obey = obey

    def use(self, keymap: KeyMap) -> None:
        """Other keys from now on."""
        self.keymap = keymap
        self.place_changed.emit()

    def catch(self, caught: Callable[[str], None] | None) -> None:
        """Gives the next key, in Qt's portable spelling, to `caught` instead of obeying it; None obeys again."""
        self._catch = caught

    @property
    def in_field(self) -> bool:
        """Whether a text field has the keyboard."""
        return self.place is not Place.OUTSIDE

    def cap(self, command: Command) -> str:
        """What to write on the key cap of this command right now."""
        return self.keymap.cap(command, self.place)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Takes the key presses that are commands."""
        if event.type() is not QEvent.Type.KeyPress or not isinstance(event, QKeyEvent):
            return False
        if watched is self._window and self._watched is not None:
            # It was seen already, where the focus is, and came up here unused.
            return False
        return self._pressed(event)

    def _caught(self, event: QKeyEvent) -> bool:
        caught = self._catch
        if caught is None or event.key() in _HELD_KEYS:
            return False
        self._catch = None
        plain = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        caught(QKeySequence(QKeyCombination(plain, Qt.Key(event.key()))).toString(_PORTABLE))
        return True

    def _pressed(self, event: QKeyEvent) -> bool:
        self.pressed.emit()
        if self._caught(event):
            return True
        command = self.keymap.command(event.key(), event.modifiers(), self.place)
        held = event.modifiers() & (Qt.KeyboardModifier.AltModifier | Qt.KeyboardModifier.ControlModifier)
        bare = bool(event.text()) and event.text().isprintable() and not held
        now = self._now()
        if command is None:
            if bare:
                self._typed_at = now
            return False
        if bare and not self.in_field and now - self._typed_at < QUIET_SECONDS:
            self._typed_at = now
            return True
        if event.isAutoRepeat() and command not in _REPEATABLE:
            return True
        self._typed_at = -1.0
        return self._obey(command)

    def _focus_changed(self, old: QWidget | None, new: QWidget | None) -> None:
        if self._watched is not None:
            self._watched.removeEventFilter(self)
            self._watched = None
        mine = new is not None and (new is self._window or self._window.isAncestorOf(new))
        if new is not None and mine and new is not self._window:
            self._watched = new
            new.installEventFilter(self)
        place = _place_of(new) if mine else Place.OUTSIDE
        if place is not self.place:
            self.place = place
            self.place_changed.emit()


def _place_of(focus: QWidget | None) -> Place:
    """What kind of place for the keyboard this widget is."""
    if isinstance(focus, QPlainTextEdit):
        return Place.TEXT
    fields = QLineEdit | QAbstractSpinBox | QComboBox
    return Place.LINE if isinstance(focus, fields) or _in_form(focus) else Place.OUTSIDE


def _in_form(focus: QWidget | None) -> bool:
    """Whether it is on a sheet to be filled in (the property "form"): a letter there is no command, either."""
    while focus is not None:
        if focus.property("form"):
            return True
        focus = focus.parentWidget()
    return False


_PORTABLE = QKeySequence.SequenceFormat.PortableText
_HELD_KEYS = frozenset({Qt.Key.Key_Shift, Qt.Key.Key_Control, Qt.Key.Key_Alt, Qt.Key.Key_Meta, Qt.Key.Key_AltGr})
_REPEATABLE = frozenset({Command.BACK, Command.FORWARD, Command.PAGE_ON, Command.PAGE_BACK})
