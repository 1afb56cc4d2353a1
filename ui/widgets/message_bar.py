"""The inline bar for messages; there are no dialogs."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal

from ui.theme.colours import Tint
from ui.widgets.button import KeyButton, Kind
from ui.widgets.frames import Surface, gap, line
from ui.widgets.shapes import Shape
from ui.widgets.text import Label, Paragraph, Role
from ui.words.catalogue import say

_KINDS = {Tint.GOOD: "good", Tint.ATTENTION: "attention"}


class MessageBar(Surface):
    """Shows the newest message; older ones stay in the list of messages.

    Signals: `dismissed` with the message's id; `all_wanted` to read all of them.
    """

    dismissed = Signal(str)
    all_wanted = Signal()

    def __init__(self) -> None:
        super().__init__("information", (14, 7))
        self._id = ""
        self._word = Label(role=Role.STRONG)
        self._text = Paragraph(role=Role.BODY)
        self._time = Label(role=Role.SMALL)
        self._more = KeyButton("", kind=Kind.FLAT)
        self._more.clicked.connect(self.all_wanted)
        self._close = KeyButton(say("Dismiss"), kind=Kind.FLAT, shape=Shape.CROSS)
        self._close.clicked.connect(lambda: self.dismissed.emit(self._id))
        row = line(None, (0, 0), 10)
        row.addWidget(self._word, 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(self._text, 1)
        row.addWidget(self._time)
        row.addWidget(self._more)
        row.addWidget(self._close)
        self.column.addLayout(row)
        row.setContentsMargins(0, gap(1), 0, gap(1))
        self.setVisible(False)

    @property
    def message(self) -> str:
        """The id of the message shown, "" for none."""
        return self._id if not self.isHidden() else ""

    def show_message(self, id_: str, tint: Tint, text: str, at: str = "", others: int = 0) -> None:
        """Shows this message; `others` are waiting behind it."""
        self._id = id_
        self.set_kind(_KINDS.get(tint, "information"))
        words = {Tint.GOOD: say("Done"), Tint.ATTENTION: say("Attention")}
        self._word.setText(words.get(tint, say("Note")))
        self._word.set_tint(tint)
        self._text.setText(text)
        self._time.setText(at)
        self._more.set_words(say("{} more").format(others))
        self._more.setVisible(others > 0)
        self.setAccessibleName(f"{self._word.text()}: {self._text.text()}")
        self.setVisible(True)

    def show_none(self) -> None:
        """Nothing to say."""
        self.setVisible(False)
