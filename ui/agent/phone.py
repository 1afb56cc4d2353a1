"""The phone's keys below the caller: hold, hand over, digits, hang up, as far as the phone can do them."""

from __future__ import annotations

from app.desk.intents import HangUp, Hold, SendDigits, Transfer
from app.desk.view import CallHead
from ui.agent.hands import Hands
from ui.keys import Command
from ui.theme import metrics
from ui.widgets.button import KeyButton
from ui.widgets.fields import LineField
from ui.widgets.flow import flow
from ui.widgets.frames import Box
from ui.words.catalogue import say

_DIGITS = "0123456789*#"


class PhoneBox(Box):
    """Attributes: `field`, which takes the number to hand the caller over to, and `digits`, of which each goes into the
    call as it is typed; both are shown while they are wanted."""

    def __init__(self, hands: Hands) -> None:
        super().__init__(8, (metrics.EDGE, 20))
        self._hands = hands
        self._can_transfer = False
        self.field = LineField(say("Number to hand over to"), say("Number, then Enter"))
        self.field.returnPressed.connect(self.hand_over)
        self.field.setVisible(False)
        self.digits = LineField(say("Digits into the call"), say("Each goes as it is typed"))
        self.digits.textEdited.connect(self._typed)
        self.digits.setVisible(False)
        self._sent = ""
        self._can_send = False
        self._hold = KeyButton(say("Hold"), hands.keyboard, Command.HOLD)
        self._hold.clicked.connect(lambda: hands.send(Hold()))
        self._transfer = KeyButton(say("Hand over"), hands.keyboard, Command.TRANSFER)
        self._transfer.clicked.connect(self.ask)
        self._dial = KeyButton(say("Digits"), hands.keyboard, Command.SEND_DIGITS)
        self._dial.clicked.connect(self.ask_digits)
        self._hang_up = KeyButton(say("Hang up"), hands.keyboard, Command.HANG_UP)
        self._hang_up.clicked.connect(lambda: hands.send(HangUp()))
        keys = flow(across=8, down=8, fill=True)
        for key in (self._hold, self._transfer, self._dial, self._hang_up):
            keys.addWidget(key)
        self.column.addWidget(self.field)
        self.column.addWidget(self.digits)
        self.column.addLayout(keys)

    def show_call(self, call: CallHead | None) -> None:
        """Shows what can be done with this call; nothing without one."""
        self._can_transfer = call is not None and call.can_transfer
        self._can_send = call is not None and call.can_send_digits
        if call is not None:
            self._hold.set_words(say("Take back") if call.held else say("Hold"))
            self._hang_up.set_words(say("The call has ended") if call.times_by_agent else say("Hang up"))
            self._hang_up.setVisible(call.can_hang_up or call.times_by_agent)
            self._hold.setVisible(call.can_hold)
            self._transfer.setVisible(call.can_transfer)
            self._dial.setVisible(call.can_send_digits)
        if not self._can_transfer:
            self.close_field()
        if not self._can_send:
            self.close_digits()
        self.setVisible(call is not None)

    def ask(self) -> None:
        """Asks for the number to hand the caller over to."""
        if self._can_transfer:
            self.field.setVisible(True)
            self.field.setFocus()

    def ask_digits(self) -> None:
        """Opens the field for digits."""
        if self._can_send:
            self.digits.setVisible(True)
            self.digits.setFocus()

    def close_digits(self) -> None:
        """No more digits."""
        self.digits.clear()
        self.digits.setVisible(False)
        self._sent = ""

    def _typed(self, text: str) -> None:
        """Sends what was added at the end; what was sent cannot be taken back, so nothing else changes the call."""
        kept = "".join(each for each in text if each in _DIGITS)
        added = kept[len(self._sent) :] if kept.startswith(self._sent) else ""
        self._sent += added
        self.digits.replace(self._sent)
        if added:
            self._hands.send(SendDigits(added))

    def hand_over(self) -> None:
        """Hands the caller over to the number in the field."""
        number = self.field.text().strip()
        if number:
            self.close_field()
            self._hands.send(Transfer(number))

    def close_field(self) -> None:
        """The caller stays."""
        self.field.clear()
        self.field.setVisible(False)
