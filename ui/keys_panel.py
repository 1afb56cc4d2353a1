"""The panel in which keys are changed: choose a command, press its new key."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from PySide6.QtCore import Signal
from PySide6.QtGui import QHideEvent
from PySide6.QtWidgets import QWidget

from ui.keyboard import Keyboard
from ui.keys import BINDINGS, Binding, KeyMap, KeyRefused, changed, refuse
from ui.panels import Panel
from ui.settings import WindowSettings
from ui.theme.colours import Tint
from ui.widgets.button import KeyButton, Kind
from ui.widgets.frames import gap, line
from ui.widgets.row import Row, RowContent
from ui.widgets.text import Paragraph, Role
from ui.words.catalogue import say


class ChangeKeysPanel(Panel):
    """Signals: `settings_wanted` with the settings that have the new keys."""

    settings_wanted = Signal(object)

    def __init__(self, window: QWidget, keyboard: Keyboard, settings: Callable[[], WindowSettings]) -> None:
        super().__init__(window, say("Change keys"), keyboard, 480)
        self._keyboard = keyboard
        self._settings = settings
        self._waiting: Binding | None = None
        self._told = Paragraph(role=Role.SECONDARY)
        self._usual = KeyButton(say("All keys as they were"), kind=Kind.FLAT)
        self._usual.clicked.connect(lambda: self._put({}))
        foot = line(None, (0, 0), 0)
        foot.addWidget(self._usual)
        foot.addStretch(1)
        rows = self.content.column
        rows.addWidget(self._told)
        rows.addSpacing(gap(8))
        self._rows: dict[Binding, Row] = {}
        for binding in BINDINGS:
            if not binding.command.is_digit:
                row = Row(keyboard, self._content(binding))
                row.clicked.connect(lambda checked=False, one=binding: self._wait(one))
                self._rows[binding] = row
                rows.addWidget(row)
        rows.addSpacing(gap(8))
        rows.addLayout(foot)
        rows.addStretch(1)

    def open(self) -> None:
        """Shows the keys as they are."""
        self._stop(say("Choose a line, then press its new key."))
        super().open()

    def hideEvent(self, event: QHideEvent) -> None:
        """No key is waited for any more."""
        super().hideEvent(event)
        self._keyboard.catch(None)

    def _wait(self, binding: Binding) -> None:
        self._waiting = binding
        self._say(say("Press the new key for: {}. Esc leaves it as it is.").format(say(binding.words)))
        self._renew()
        self._keyboard.catch(self._caught)

    def _caught(self, key: str) -> None:
        binding = self._waiting
        if binding is None or key == "Esc":
            self._stop(say("Choose a line, then press its new key."))
            return
        try:
            refuse(binding.command, key)
            self._put({**dict(self._settings().keys), binding.command.value: key})
        except KeyRefused as error:
            self._stop(str(error), Tint.ATTENTION)

    def _put(self, keys: dict[str, str]) -> None:
        """Keeps these keys. Raises KeyRefused where two commands want the same."""
        KeyMap(changed(keys))
        self.settings_wanted.emit(replace(self._settings(), keys=tuple(sorted(keys.items()))))
        self._stop(say("The keys are changed."))

    def _stop(self, text: str, tint: Tint = Tint.PLAIN) -> None:
        self._waiting = None
        self._keyboard.catch(None)
        self._say(text, tint)
        self._renew()

    def _say(self, text: str, tint: Tint = Tint.PLAIN) -> None:
        self._told.setText(text)
        self._told.set_tint(tint)
        self.to_top()

    def _renew(self) -> None:
        for binding, row in self._rows.items():
            row.show_this(self._content(binding))
        self._usual.setVisible(bool(self._settings().keys))

    def _content(self, binding: Binding) -> RowContent:
        own = binding.command.value in dict(self._settings().keys)
        waits = binding is self._waiting
        detail = say("press a key") if waits else say("your own") if own else ""
        return RowContent(binding.command, say(binding.words), detail, marked=waits, small=True, quiet=True)
