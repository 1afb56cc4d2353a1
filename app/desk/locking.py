"""The lock: masks the window at once, and opens it again by the password of who is signed in."""

from __future__ import annotations

from app.desk.shift import SignInProblem
from app.desk.state import DeskState, LockState

_LANE = "gate"
_TRIES = 5
_PAUSE_S = 2.0


class LockDesk:
    """Locks and unlocks. Calls, timers and recording go on behind it."""

    def __init__(self, state: DeskState) -> None:
        self._state = state

    def prepare(self) -> None:
        """A shift begins: finds out whether there is a password to ask for."""

        def found(has_password: bool) -> None:
            self._state.has_password = has_password

        self._state.has_password = True
        gate = self._state.world.gate
        self._state.world.tasks.submit(_LANE, gate.has_password, found, lambda _: None)

    def lock(self) -> None:
        """Masks everything from the next view on."""
        if self._state.shift is not None and self._state.lock is None:
            self._state.lock = LockState()

    def unlock(self, password: str) -> None:
        """Checks the password in a worker; after five wrong ones each try takes longer."""
        lock, gate = self._state.lock, self._state.world.gate
        if lock is not None and not self._state.has_password:
            # There is nothing to check: it keeps looks away, and the system's own lock keeps people out.
            self._state.lock = None
            return
        if lock is None or lock.busy or not password:
            return
        lock.busy, lock.problem = True, ""

        def done(_: None) -> None:
            if self._state.lock is lock:
                self._state.lock = None
            self._state.changed()

        def failed(error: Exception) -> None:
            lock.busy, lock.tries = False, lock.tries + 1
            known = isinstance(error, SignInProblem)
            lock.problem = str(error) if known else self._state.world.words("The password could not be checked.")
            self._state.changed()

        after = _PAUSE_S * (lock.tries - _TRIES + 1) if lock.tries >= _TRIES else 0.0
        self._state.world.tasks.submit(_LANE, lambda: gate.check_password(password), done, failed, after=after)
