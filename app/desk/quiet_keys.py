"""What the agent's intents mean while no call is on the desk: the list of callbacks, the marked list."""

from __future__ import annotations

from app.desk import intents
from app.desk.calling import CallbackDesk
from app.desk.pauses import PauseDesk
from app.desk.state import DeskState


class QuietKeys:
    """Handles the intents of an agent who is ready or on a break."""

    def __init__(self, state: DeskState, pauses: PauseDesk, callbacks: CallbackDesk) -> None:
        self._state = state
        self._pauses = pauses
        self._callbacks = callbacks

    def handle(self, intent: intents.Intent) -> None:
        """Does it; what belongs to a call does nothing."""
        match intent:
            case intents.Digit(key) if self._state.choosing is not None:
                act = self._state.choose.get(key)
                if act is not None:
                    act()
            case intents.Digit(key) if self._state.pause is None:
                self._callbacks.choose(key)
            case intents.Enter() if self._state.calling is not None:
                self._state.choose["1"]()
            case intents.Enter() if self._state.pause is not None and self._state.choosing is None:
                self._pauses.end()
            case intents.Escape() if self._state.calling is not None:
                self._callbacks.stop()
            case intents.Escape():
                self._state.stop_choosing()
            case _:
                pass
