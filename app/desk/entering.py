"""Signing in at the desk: by password, through the company, and the question for the secret that opens the store."""

from __future__ import annotations

from collections.abc import Callable

from app.desk import intents
from app.desk.shift import SecretWanted, Shift, SignInProblem
from app.desk.state import DeskState

_LANE = "gate"
# A lane of its own: while somebody types a name already, an unreachable hub must not be in the way.
_ASKING = "ways to sign in"


class EntryDesk:
    """The way in. `begin` is called with the shift once it is open."""

    def __init__(self, state: DeskState, begin: Callable[[Shift], None]) -> None:
        self._state = state
        self._begin = begin

    def start(self) -> None:
        """Goes on with an open shift where its key can be had, and asks the hub how people sign in."""
        gate = self._state.world.gate
        self._state.busy = "Opening"

        def opened(found: tuple[Shift | None, str]) -> None:
            shift, self._state.sign_in_user = found
            self._state.busy = ""
            if shift is not None:
                self._begin(shift)
            else:
                self.ask_ways()
            self._state.changed()

        def failed(error: Exception) -> None:
            self._refused(error)
            self.ask_ways()

        self._state.world.tasks.submit(_LANE, lambda: (gate.resume(), gate.last_user()), opened, failed)
        self._state.changed()

    def ask_ways(self) -> None:
        """Asks the hub whether people can sign in through their company; what is known counts until the answer."""

        def answered(is_there: bool) -> None:
            self._state.sign_in_company = is_there
            self._state.changed()

        gate = self._state.world.gate
        self._state.world.tasks.submit(_ASKING, gate.company_is_there, answered, lambda error: None)

    def handle(self, intent: intents.Intent) -> None:
        """Does what the sign-in form asks for; anything else, or while there is a shift, does nothing."""
        state, gate = self._state, self._state.world.gate
        if state.shift is not None:
            return
        match intent:
            case intents.GiveUpSignIn():
                gate.give_up()
                if not state.busy:
                    state.sign_in_wants, state.sign_in_problem = None, ""
            case intents.SignIn(user, password) if not state.busy:
                state.sign_in_user, state.sign_in_wants = user, None
                self._try("Signing in", lambda: gate.sign_in(user, password))
            case intents.SignInWithCompany() if not state.busy:
                state.sign_in_wants, state.in_browser = None, True
                self._try("Waiting for your browser", gate.sign_in_with_company)
            case intents.OpenStore(secret, afresh) if not state.busy and state.sign_in_wants is not None:
                self._try("Opening", lambda: gate.unlock(secret, afresh))

    def _try(self, busy: str, come_in: Callable[[], Shift]) -> None:
        state = self._state
        state.busy, state.sign_in_problem = busy, ""

        def done(shift: Shift) -> None:
            state.busy, state.in_browser, state.sign_in_wants = "", False, None
            self._begin(shift)
            state.changed()

        state.world.tasks.submit(_LANE, come_in, done, self._refused)

    def _refused(self, error: Exception) -> None:
        state = self._state
        state.busy, state.in_browser = "", False
        state.sign_in_problem = sentence(error)
        if isinstance(error, SecretWanted):
            state.sign_in_wants = error.wanted
        state.changed()


def sentence(error: Exception) -> str:
    """What went wrong, for the agent."""
    if isinstance(error, SignInProblem):
        return str(error)
    return f"Something went wrong ({type(error).__name__}). What was confirmed is kept; try again."
