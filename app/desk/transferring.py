"""A script asks to hand the call over to a queue: the phone does it once the agent has said so by a key.

Where the phone cannot, or the library has no number for the queue, the agent is told to do it.
"""

from __future__ import annotations

from app.desk.live_call import LiveCall
from app.desk.phone_side import PhoneSide
from app.desk.state import DeskState
from app.desk.view import Choice, Choosing, Tone
from app.domain.call import Capability


class TransferDesk:
    """Asks the agent, and then the phone."""

    def __init__(self, state: DeskState, phones: PhoneSide) -> None:
        self._state = state
        self._phones = phones

    def ask(self, call: LiveCall, queue: str) -> None:
        """Opens the marked list with the number to dial; the walk has just come to this."""
        say = self._state.world.words
        name = queue.replace("_", " ").replace("-", " ")
        number = self._state.library_of(call).routes.number_of(queue)
        source = self._state.sources.get(call.phone.source)
        able = source is not None and Capability.TRANSFER in source.capabilities
        if not number or not able or call.ended_at is not None or call is not self._state.current:
            text = say("Transfer this call to the {} team at your phone.").format(name)
            self._state.say(Tone.INFORMATION, text if not number else f"{text} ({number})")
            return
        rows = (Choice("1", say("Hand over now"), number), Choice("2", say("Not yet")))
        self._state.choosing = Choosing(say("Hand over to the {} team?").format(name), rows)
        self._state.choose = {"1": lambda: self._hand_over(call, number), "2": self._state.stop_choosing}

    def _hand_over(self, call: LiveCall, number: str) -> None:
        self._state.stop_choosing()
        self._phones.transfer(call, number)
