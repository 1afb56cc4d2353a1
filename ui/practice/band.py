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
from ui.theme.theme import theme
from ui.widgets.button import KeyButton, Kind
from ui.widgets.frames import Surface, line
from ui.widgets.text import ElidedLabel, Label, Paragraph, Role
from ui.words.catalogue import say


class PracticeBand(Surface):
    """Stays on top of the window, in a colour of its own."""

    def __init__(self, keyboard: Keyboard, leave: Callable[[], None]) -> None:
        super().__init__("practice", (metrics.EDGE, 6), 4)
        self.setAccessibleName(say("Practice"))
        self._calling = False
        self._first = line(None, (0, 0), 12)
        self._first.addWidget(Label(say("Practice, nothing is recorded"), Role.STRONG, Tint.SPECIAL))
        self._plan = ElidedLabel(role=Role.SUBTITLE)
        self._first.addWidget(self._plan, 1)
        end = KeyButton(say("End practice"), keyboard, Command.PRACTICE, Kind.FLAT)
        end.clicked.connect(leave)
        self._first.addWidget(end)
        self.column.addLayout(self._first)
        self._who = Label(say("The caller"), Role.STEP, Tint.QUIET)
        self.voice = Paragraph(role=Role.STEP)
        self._second = line(None, (0, 0), 12)
        self._second.addWidget(self._who, 0, Qt.AlignmentFlag.AlignTop)
        self._second.addWidget(self.voice, 1)
        self.column.addLayout(self._second)
        self._shown = CallerLine()
        theme().changed.connect(self._arrange)

    def render_view(self, practice: PracticeView) -> None:
        """Shows what is practised and what the caller says."""
        caller = practice.caller
        calling = practice.stage is Stage.CALL
        parts = (caller.script, caller.who, say("caller {}").format(caller.seed)) if calling and caller.who else ()
        self._plan.setText(" · ".join(parts))
        self._calling = calling
        self._arrange()
        self.voice.setText(spoken(caller))
        self.voice.set_tint(Tint.PLAIN if caller.text or caller.facts else Tint.QUIET)
        if calling and caller != self._shown and (caller.text or caller.facts):
            announce(self, say("The caller says: {}").format(spoken(caller)))
        self._shown = caller

    def _arrange(self) -> None:
        """Two lines; with large text the caller stands in the first one, since the script needs the room."""
        large = theme().scale > metrics.TABS_ABOVE_SCALE
        inside, outside = (self._first, self._second) if large else (self._second, self._first)
        if inside.indexOf(self.voice) < 0:
            outside.removeWidget(self.voice)
            inside.insertWidget(inside.count() - 1 if large else inside.count(), self.voice, 1)
        self._plan.setVisible(not (large and self._calling))
        self._who.setVisible(self._calling and not large)
        self.voice.setVisible(self._calling)


def spoken(caller: CallerLine) -> str:
    """What stands where the voice would be."""
    told = [f"{label}: {value}" for label, value in caller.facts]
    return " · ".join([*([caller.text] if caller.text else []), *told]) or say("listens.")
