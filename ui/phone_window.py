"""The simulated phone's own small window: choose who calls, and hang up as the customer.

For the demo and for practice. It says that its calls are made up, and stands beside the agent's window like a
softphone.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from app.telephony.simulated import SimulatedPhone
from ui.widgets.button import KeyButton, Kind
from ui.widgets.frames import column
from ui.widgets.text import Label, Paragraph, Role

_WIDTH = 300
_GAP = 24


@dataclass(frozen=True, slots=True)
class MadeUpCaller:
    """Somebody who can call: what the button says, and what the phone and its menu would send."""

    words: str
    number: str
    name: str
    queue: str
    menu: str
    hint: str = ""


CALLERS = (
    MadeUpCaller(
        "Ada, thinking of leaving", "+442079460123", "Ada Lovelace", "retention", "cancel", "Her PIN is 4711."
    ),
    MadeUpCaller("Prepaid, ran out of data", "+447700900123", "", "mobile", "data", "The PIN is 2058."),
    MadeUpCaller("A number that three share", "+442079460200", "", "support", "internet"),
    MadeUpCaller("A number not in the CRM", "+442079460998", "", "support", ""),
    MadeUpCaller("A withheld number", "anonymous", "", "support", "internet"),
)


class PhoneWindow(QWidget):
    """A window with a button for each made-up caller, always above the agent's window.

    `phone` finds the simulated phone, None while nobody is signed in.
    """

    def __init__(
        self,
        agent_window: QWidget,
        phone: Callable[[], SimulatedPhone | None],
        callers: tuple[MadeUpCaller, ...] = CALLERS,
    ) -> None:
        super().__init__(agent_window, Qt.WindowType.Tool)
        self._phone = phone
        self._leg = ""
        self.setWindowTitle("Simulated phone")
        self.setAttribute(Qt.WidgetAttribute.WA_ShowWithoutActivating)
        self.setFixedWidth(_WIDTH)
        layout = column(self, (16, 16), 8)
        layout.addWidget(Label("Who calls?", Role.TITLE))
        layout.addWidget(Paragraph("Made-up calls, for trying Cuecard out.", Role.SECONDARY))
        for caller in callers:
            button = KeyButton(caller.words)
            button.setAccessibleDescription("Makes a made-up call")
            button.clicked.connect(partial(self._ring, caller))
            layout.addWidget(button)
        self._hint = Paragraph("", Role.SECONDARY)
        layout.addWidget(self._hint)
        hang_up = KeyButton("The customer hangs up", kind=Kind.ATTENTION)
        hang_up.clicked.connect(self._hang_up)
        layout.addWidget(hang_up)

    def place_beside(self, agent_window: QWidget) -> None:
        """To the right of the agent's window where the screen has room, else over its lower right corner."""
        self.adjustSize()
        frame = agent_window.frameGeometry()
        room = agent_window.screen().availableGeometry()
        x = frame.right() + _GAP
        if x + self.width() > room.right():
            x = min(frame.right(), room.right()) - self.width() - _GAP
        y = min(frame.bottom(), room.bottom()) - self.height() - 3 * _GAP
        self.move(x, max(room.top(), y))

    def _ring(self, caller: MadeUpCaller) -> None:
        phone = self._phone()
        if phone is None:
            self._hint.setText("Sign in first: the phone rings for whoever is signed in.")
            return
        self._leg = phone.ring(caller.number, caller.name, caller.queue, {"menu": caller.menu} if caller.menu else None)
        self._hint.setText(caller.hint)

    def _hang_up(self) -> None:
        phone = self._phone()
        if phone is not None and self._leg:
            phone.caller_hangs_up(self._leg)
            self._leg = ""
