"""Asterisk (FreePBX, Issabel, VICIdial) by its manager interface: tells of calls, answers none.

One login sees every call of the company, so this belongs in the hub; at a desktop it is for small sites. After each
connection, and every minute, `CoreShowChannels` says which calls are under way: what was lost meanwhile is made up for.
"""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from app.desk.ports import Clock, SourceState
from app.domain.call import CallEvent, Capability
from app.telephony.ami_calls import WANTED, AmiCalls
from app.telephony.ami_link import AmiLink
from app.telephony.ami_protocol import Block
from app.telephony.errors import (
    LoginRefused,
    NotSupported,
    PhoneSilent,
    PhoneUnreachable,
    TelephonyError,
    WrongProtocol,
)

DEFAULT_PORT = 5038
LISTING_SECONDS = 60.0
SILENCE_SECONDS = 30.0
"""So long after a question without any word the connection is taken for dead."""
_FIRST_DELAY, _LONGEST_DELAY, _REFUSED_DELAY = 0.25, 30.0, 60.0
_STEADY_SECONDS = 5.0

_NOT_THERE = (
    "Telephone switch not reachable at {place}, trying again. Is Asterisk running, with enabled=yes in manager.conf?"
)
_SILENT = "What listens at {place} does not answer as Asterisk's manager does; check the phone setting. Trying again."
_WRONG = "What listens at {place} is not Asterisk's manager interface; check the port (5038). Trying again."
_REFUSED = (
    "The telephone switch refuses the manager user or its secret; check both against manager.conf, and its permit "
    "lines. Trying again in a minute."
)
_NOTHING_TO_SAY = (
    "There is no secret for the manager user. Set CUECARD_AMI_SECRET, or keep it in the keyring: "
    "cuecard doctor phone --source ami://USER@HOST --keep-secret"
)
_CONNECTED = "Telephone switch connected"
_NO_LISTING = (
    "Telephone switch connected, but its manager user may not list calls: add write=reporting in manager.conf, or a "
    "call that is on during an interruption may stay on the screen."
)
_NO_EVENTS = "Telephone switch connected, but it tells of no calls: add read=call,agent,user to the manager user."


@dataclass(frozen=True, slots=True)
class AmiAddress:
    """Where the manager is and whose calls to tell. `agent` is his interface ("SIP/1001"), "" for everybody's.

    `trust_numbers`: show a number of which the switch does not say whether it is withheld.
    """

    host: str
    port: int
    user: str
    agent: str = ""
    trust_numbers: bool = False

    @property
    def secret_name(self) -> str:
        """Under which name the keyring holds the secret."""
        return f"ami {self.user}@{self.host}:{self.port}"


class AmiSource:
    """One Asterisk. Reads in a thread of its own and reconnects until stopped."""

    name = "ami"
    label = "Telephone switch (Asterisk)"
    capabilities = frozenset(
        {Capability.LIFECYCLE, Capability.RESYNC, Capability.LINKED_ID, Capability.UUI, Capability.DNIS}
    )

    def __init__(
        self,
        address: AmiAddress,
        secret: Callable[[], str | None],
        region: str,
        clock: Clock,
        under_way: Sequence[str] = (),
        jitter: Callable[[], float] = random.random,
        listing_seconds: float = LISTING_SECONDS,
    ) -> None:
        """`secret` is asked in the reading thread, at each login. `under_way`: legs that the desk restored.

        `jitter` gives a number from 0 to 1, which spreads reconnections.
        """
        self._address = address
        self._secret = secret
        self._under_way = list(under_way)
        self._jitter = jitter
        self._listing_seconds = listing_seconds
        self._calls = AmiCalls(self.name, region, clock, address.agent, trust_numbers=address.trust_numbers)
        self._on_event: Callable[[CallEvent], None] = lambda event: None
        self._on_state: Callable[[SourceState], None] = lambda state: None
        self._said: SourceState | None = None
        self._guard = threading.Lock()
        self._link: AmiLink | None = None
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None
        self._told_of_calls = False
        self._first_listed: frozenset[str] | None = None
        self._listed: set[str] = set()

    @property
    def presentation_told(self) -> bool:
        """Whether the switch has said of any number whether it may be shown."""
        return self._calls.presentation_told

    def start(self, on_event: Callable[[CallEvent], None], on_state: Callable[[SourceState], None]) -> None:
        """Begins to connect; returns at once."""
        self._on_event, self._on_state = on_event, on_state
        self._thread = threading.Thread(target=self._run, name="ami", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Disconnects."""
        self._stopping.set()
        with self._guard:
            link = self._link
        if link is not None:
            link.close()
        if self._thread is not None and self._thread is not threading.current_thread():
            self._thread.join(6.0)

    def answer(self, leg_id: str) -> None:
        """Raises NotSupported: the manager interface cannot lift a receiver."""
        raise NotSupported("Answer on your phone: Cuecard cannot answer it for you.")

    def hang_up(self, leg_id: str) -> None:
        """Raises NotSupported: this source only listens."""
        raise NotSupported("Hang up on your phone: Cuecard cannot do it for you.")

    # The reading thread.

    def _run(self) -> None:
        failures = 0
        while not self._stopping.is_set():
            began = time.monotonic()
            refused = False
            try:
                self._serve_once()
            except LoginRefused as refusal:
                self._say(False, str(refusal))
                refused = True
            except PhoneSilent:
                self._say(False, self._sentence(_SILENT))
            except WrongProtocol:
                self._say(False, self._sentence(_WRONG))
            except TelephonyError:
                self._say(False, self._sentence(_NOT_THERE))
            failures = 0 if time.monotonic() - began > _STEADY_SECONDS else failures + 1
            delay = _REFUSED_DELAY if refused else min(_LONGEST_DELAY, _FIRST_DELAY * 2 ** min(failures, 10))
            self._stopping.wait(delay * (0.5 + self._jitter() / 2))

    def _serve_once(self) -> None:
        secret = self._secret()
        if secret is None:
            raise LoginRefused(_NOTHING_TO_SAY)
        link = AmiLink(self._address.host, self._address.port, WANTED)
        with self._guard:
            self._link = link
        try:
            if self._stopping.is_set():
                return
            try:
                link.log_in(self._address.user, secret)
            except LoginRefused as refusal:
                raise LoginRefused(_REFUSED) from refusal
            self._serve(link)
        finally:
            with self._guard:
                self._link = None
            link.close()

    def _serve(self, link: AmiLink) -> None:
        listing = self._ask_for_list(link)
        asked_at = time.monotonic()
        self._say(True, _CONNECTED)
        while not self._stopping.is_set():
            for block in link.blocks():
                self._take(block, listing)
            now = time.monotonic()
            if now - asked_at > SILENCE_SECONDS and link.heard_at < asked_at:
                raise PhoneUnreachable("the switch has gone silent")
            if now - asked_at > self._listing_seconds:
                listing = self._ask_for_list(link)
                asked_at = now

    def _ask_for_list(self, link: AmiLink) -> str:
        self._listed = set()
        self._calls.begin_listing()
        # Asked even where it is not allowed: the refusal shows that the other side is alive.
        return link.send("CoreShowChannels")

    def _take(self, block: Block, listing: str) -> None:
        event = block.event
        if not event:
            if block.get("Response") == "Error" and block.get("ActionID") == listing:
                self._say(True, _NO_LISTING)
            return
        if event == "CoreShowChannelsComplete":
            self._tell(self._calls.end_listing(self._under_way))
            self._under_way.clear()
            self._compare_with_events()
            return
        if event == "CoreShowChannel":
            self._listed.add(block.get("Uniqueid"))
        elif event in ("Newchannel", "Newstate", "Hangup"):
            self._told_of_calls = True
        self._tell(self._calls.take(block))

    def _compare_with_events(self) -> None:
        """Without the read class `call`, channels come into the list that no event has told of."""
        if self._first_listed is None:
            self._first_listed = frozenset(self._listed)
        elif not self._told_of_calls and self._listed - self._first_listed:
            self._say(True, _NO_EVENTS)

    def _tell(self, events: list[CallEvent]) -> None:
        for event in events:
            self._on_event(event)

    def _say(self, connected: bool, sentence: str) -> None:
        said = SourceState(self.name, connected, sentence)
        if said != self._said and not self._stopping.is_set():
            self._said = said
            self._on_state(said)

    def _sentence(self, form: str) -> str:
        return form.format(place=f"{self._address.host}:{self._address.port}")
