"""What a signed-in agent works with, and the gate that opens it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from app.desk.conversations import AgentLine
from app.desk.ports import AccountBook, Pushes, Recorder, SyncPanel, SyncState
from app.domain.person import AgentSession
from app.sync.crm import Crm


class SignInProblem(Exception):
    """Signing in did not work. The text is a sentence for the agent and says what to do."""


class StoreSecret(StrEnum):
    """Which secret is wanted before the agent's local store is open, where it is not the one that was typed.

    OWN_PASSWORD: the one typed was good for once only; the person chooses one of his own.
    """

    OLD_PASSWORD = "old_password"  # noqa: S105 - the word, not one
    PASSPHRASE = "passphrase"  # noqa: S105
    NEW_PASSPHRASE = "new_passphrase"  # noqa: S105
    OWN_PASSWORD = "own_password"  # noqa: S105


class SecretWanted(SignInProblem):
    """The person may come in; the local store wants another secret first. The text asks for it."""

    def __init__(self, wanted: StoreSecret, sentence: str) -> None:
        super().__init__(sentence)
        self.wanted = wanted


class Synchroniser(SyncPanel, Protocol):
    """Carries events to the CRM by itself; the desk only wakes it and listens."""

    def wake(self) -> None:
        """There is something to send."""

    def listen(self, on_state: Callable[[SyncState], None]) -> None:
        """Tells of every new state, from any thread, the present one at once."""


@dataclass(frozen=True, slots=True)
class Shift:
    """Everything that belongs to one sign-in.

    `resumed` is true when an earlier session goes on. `notice` is a sentence that the agent has to read. `pushes`: what
    the CRM tells by itself, None where it does not. `conversations` is the line to the leads, None where there is none.
    """

    session: AgentSession
    recorder: Recorder
    book: AccountBook
    crm: Crm
    sync: Synchroniser
    resumed: bool = False
    notice: str = ""
    pushes: Pushes | None = None
    conversations: AgentLine | None = None


class Gate(Protocol):
    """Opens and ends shifts. All calls block: made in a worker lane."""

    def resume(self) -> Shift | None:
        """The shift that was open when the program ended, if its key can be had without the agent; else None."""

    def last_user(self) -> str:
        """Who signed in last on this device, for the form; "" for nobody."""

    def sign_in(self, user: str, password: str) -> Shift:
        """Opens a shift; raises SignInProblem, SecretWanted where `unlock` has to go on."""

    def company_is_there(self) -> bool:
        """Whether the hub says that people can sign in through their company."""

    def sign_in_with_company(self) -> Shift:
        """Opens a shift through the company's sign-in in the browser; raises SignInProblem, SecretWanted."""

    def give_up(self) -> None:
        """Waits for the browser no longer. Does not block, and may be called at any time."""

    def unlock(self, secret: str, afresh: bool = False) -> Shift:
        """Goes on after SecretWanted, with that secret or (`afresh`) with a new store; raises as before."""

    def has_password(self) -> bool:
        """Whether a password of who is signed in can be checked here; a company's sign-in may leave none."""

    def check_password(self, password: str) -> None:
        """Whether this is the password of who is signed in, with or without network; raises SignInProblem."""

    def sign_out(self) -> None:
        """Ends the shift: events still unsent go out later."""
