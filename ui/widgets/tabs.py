"""A strip of tabs, for windows too narrow for all columns."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from ui.widgets.button import KeyButton, Kind
from ui.widgets.frames import line


class Tabs(QWidget):
    """One of several words is chosen. Signals: `chosen` with its place."""

    chosen = Signal(int)

    def __init__(self) -> None:
        super().__init__()
        self._row = line(self, (0, 0), 6)
        self._buttons: list[KeyButton] = []
        self._row.addStretch(1)
        self.current = 0

    def offer(self, words: tuple[str, ...]) -> None:
        """Shows these tabs."""
        for index, word in enumerate(words):
            if index == len(self._buttons):
                button = KeyButton(word, kind=Kind.FLAT)
                button.clicked.connect(lambda checked=False, place=index: self.choose(place))
                self._buttons.append(button)
                self._row.insertWidget(index, button)
            self._buttons[index].set_words(word)
            self._buttons[index].setVisible(True)
        for button in self._buttons[len(words) :]:
            button.setVisible(False)
        self.choose(min(self.current, len(words) - 1))

    def choose(self, place: int) -> None:
        """Chooses the tab at this place."""
        self.current = max(place, 0)
        for index, button in enumerate(self._buttons):
            button.set_chosen(index == self.current)
        self.chosen.emit(self.current)

    def next(self) -> None:
        """Chooses the next tab; after the last comes the first."""
        count = sum(1 for button in self._buttons if not button.isHidden())
        if count:
            self.choose((self.current + 1) % count)
