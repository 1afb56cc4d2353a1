"""Notes: typed at any time while listening, never lost, never touched while being typed."""

from __future__ import annotations

from PySide6.QtCore import QTimer
from PySide6.QtGui import QTextCursor
from PySide6.QtWidgets import QWidget

from app.desk.intents import UndoRedaction, WriteNote
from app.desk.view import DeskView, NotesView, Recorded, Saving
from app.scripts.note_templates import GAP
from ui.agent.hands import Hands, clock_time
from ui.agent.templates import Templates
from ui.keys import Command
from ui.theme.colours import Tint
from ui.widgets.badge import Badge
from ui.widgets.button import KeyButton, Kind
from ui.widgets.fields import NOTE_LIMIT, TextField
from ui.widgets.frames import Box, gap, line
from ui.widgets.key_cap import KeyCap
from ui.widgets.shapes import Shape
from ui.widgets.text import Label, Paragraph, Role
from ui.words.catalogue import say

PAUSE_MS = 300
"""A note goes to the desk when the typing pauses this long, and before anything else is sent."""

LATEST_MS = 2_000
"""Who types without a pause loses no more than this in a crash."""


class Notes(Box):
    """The notes field with its key, what the desk says about the note, and the mark of what is recorded."""

    def __init__(self, hands: Hands) -> None:
        super().__init__()
        self._hands = hands
        self._shown = NotesView()
        self._recorded = Recorded()
        self._pause = self._timer(PAUSE_MS)
        self._latest = self._timer(LATEST_MS)
        self.field = TextField(say("Notes"))
        self.field.edited.connect(self._typed)
        self.field.left.connect(self.flush)
        self.field.cut_off.connect(self._say_cut)
        self._mark = Badge()
        head = line(None, (0, 0), 8)
        head.addWidget(Label(say("Notes"), Role.SECTION))
        head.addWidget(KeyCap(hands.keyboard, Command.NOTES))
        self._wanted = KeyButton(say("templates"), hands.keyboard, Command.TEMPLATES, Kind.FLAT)
        self._wanted.clicked.connect(self.toggle_templates)
        head.addStretch(1)
        head.addWidget(self._mark)
        self._notice = Paragraph(role=Role.SMALL, tint=Tint.ATTENTION)
        self._undo = KeyButton(say("Not a card, undo"), kind=Kind.FLAT)
        self._undo.clicked.connect(lambda: hands.send(UndoRedaction()))
        undo = line(None, (0, 0), 0)
        undo.addWidget(self._undo)
        undo.addStretch(1)
        self._under = QWidget()
        under = Box(gap(2))
        under.column.addSpacing(gap(6))
        under.column.addWidget(self._notice)
        under.column.addLayout(undo)
        self._under = under
        self.templates = Templates(hands)
        self.templates.chosen.connect(self._insert)
        under_field = line(None, (0, 0), 0)
        under_field.addWidget(self._wanted)
        under_field.addStretch(1)
        self.column.addLayout(head)
        self.column.addSpacing(gap(8))
        self.column.addWidget(self.templates)
        self.column.addWidget(self.field, 1)
        self.column.addLayout(under_field)
        self.column.addWidget(self._under)
        self._under.setVisible(False)

    def render_view(self, view: DeskView) -> None:
        """Takes the desk's text only where the desk changed it and nothing newer is being typed."""
        self._recorded = view.recorded
        self._show_mark()
        self.templates.offer(view.note_templates)
        self._wanted.setVisible(bool(view.note_templates) and self.templates.isHidden())
        notes = view.notes
        if notes == self._shown:
            return
        changed = notes.text != self._shown.text
        self._shown = notes
        if changed and not self.unsent:
            self.field.replace(notes.text)
        self._say(say(notes.notice), notes.can_undo)

    def toggle_templates(self) -> None:
        """Opens the templates, or goes back to the note."""
        opened = not self.templates.isVisible() and self.templates.open()
        self._wanted.setVisible(not opened)
        if not opened:
            self._close_templates()

    def _insert(self, text: str) -> None:
        """Puts a template where the cursor is, on a line of its own, and marks its first gap to be typed over."""
        self._close_templates()
        cursor = self.field.textCursor()
        alone = cursor.atBlockStart() or cursor.hasSelection()
        cursor.insertText(text if alone else f"\n{text}")
        begin = cursor.position() - len(text)
        gap_at = text.find(GAP)
        if gap_at >= 0:
            cursor.setPosition(begin + gap_at)
            cursor.setPosition(begin + gap_at + len(GAP), QTextCursor.MoveMode.KeepAnchor)
        self.field.setTextCursor(cursor)

    def _close_templates(self) -> None:
        self.templates.hide()
        self._wanted.setVisible(True)
        self.field.setFocus()

    def flush(self) -> None:
        """Sends what was typed since the last time."""
        self._pause.stop()
        self._latest.stop()
        text = self.field.toPlainText()
        if text != self._shown.text:
            self._hands.send(WriteNote(text))
        self._show_mark()

    @property
    def unsent(self) -> bool:
        """Whether something was typed that the desk does not have."""
        return self._pause.isActive() or self._latest.isActive()

    def _timer(self, milliseconds: int) -> QTimer:
        timer = QTimer(self)
        timer.setSingleShot(True)
        timer.setInterval(milliseconds)
        timer.timeout.connect(self.flush)
        return timer

    def _typed(self) -> None:
        self._pause.start()
        if not self._latest.isActive():
            self._latest.start()
            self._show_mark()

    def _say_cut(self) -> None:
        self._say(say("A note holds {:,} characters; the rest was left out.").format(NOTE_LIMIT), False)

    def _say(self, notice: str, can_undo: bool) -> None:
        self._notice.setText(notice)
        self._undo.setVisible(can_undo)
        self._under.setVisible(bool(notice))

    def _show_mark(self) -> None:
        """What the store has; while it lacks what stands in the field, no earlier "recorded" may be read there."""
        recorded = self._recorded
        looks = {
            Saving.IDLE: ("", Tint.PLAIN, Shape.NONE),
            Saving.SAVING: (say("saving"), Tint.PLAIN, Shape.AGAIN),
            Saving.RECORDED: (
                say("recorded {}").format(clock_time(recorded.at) if recorded.at else ""),
                Tint.GOOD,
                Shape.CHECK,
            ),
            Saving.FAILED: (say("not recorded"), Tint.ATTENTION, Shape.ALERT),
        }
        text, tint, shape = looks[recorded.saving]
        if self.unsent and recorded.saving is not Saving.FAILED:
            text, tint, shape = say("typing"), Tint.PLAIN, Shape.NONE
        self._mark.show_this(text.strip(), tint, shape)
        self._mark.setVisible(bool(text))
        self._mark.setAccessibleDescription(recorded.sentence)
