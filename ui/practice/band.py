"""The band over everything while somebody practises: that nothing is recorded, and what the caller says."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt

from app.practice.view import CallerLine, PracticeView, Stage
from ui.announce import announce
from ui.keyboard import Keyboard
from ui.keys import Command
from ui.theme import metrics
from ui.theme.colours import Tint
from ui.widgets.button import KeyButton, Kind
from ui.widgets.frames import Box, Surface, line
from ui.widgets.text import ElidedLabel, Label, Paragraph, Role
from ui.words.catalogue import say


class PracticeBand(Surface):
    """Stays on top of the window, in a colour of its own."""

    def __init__(self, keyboard: Keyboard, leave: Callable[[], None]) -> None:
        super().__init__("practice", (metrics.EDGE, 8), 6)
        self.setAccessibleName(say("Practice"))
        first = line(None, (0, 0), 12)
        first.addWidget(Label(say("Practice, nothing is recorded"), Role.STRONG, Tint.SPECIAL))
        self._plan = ElidedLabel(role=Role.SUBTITLE)
        first.addWidget(self._plan, 1)
        end = KeyButton(say("End practice"), keyboard, Command.PRACTICE, Kind.FLAT)
        end.clicked.connect(leave)
        first.addWidget(end)
        self.column.addLayout(first)
        self._caller = Box()
        row = line(None, (0, 0), 12)
        self._who = Label(say("The caller"), Role.STEP, Tint.QUIET)
        self.voice = Paragraph(role=Role.STEP)
        row.addWidget(self._who, 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(self.voice, 1)
        self._caller.column.addLayout(row)
        self.column.addWidget(self._caller)
        self._shown = CallerLine()

    def render_view(self, practice: PracticeView) -> None:
        """Shows what is practised and what the caller says."""
        caller = practice.caller
        calling = practice.stage is Stage.CALL
        parts = (caller.script, caller.who, say("caller {}").format(caller.seed)) if calling and caller.who else ()
        self._plan.setText(" · ".join(parts))
        self._caller.setVisible(calling)
        self.voice.setText(spoken(caller))
        self.voice.set_tint(Tint.PLAIN if caller.text or caller.facts else Tint.QUIET)
        if calling and caller != self._shown and (caller.text or caller.facts):
            announce(self, say("The caller says: {}").format(spoken(caller)))
        self._shown = caller


def spoken(caller: CallerLine) -> str:
    """What stands where the voice would be."""
    told = [f"{label}: {value}" for label, value in caller.facts]
    return " · ".join([*([caller.text] if caller.text else []), *told]) or say("listens.")
