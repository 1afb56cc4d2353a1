"""Whether the hub still has what it acknowledged: one that was restored from a backup gets again what it lacks.

A restore takes away the newest that the hub had recorded. So a check asks about the acknowledged events since the last
check and in it: if those are there, so is all before them, also where new events were sent between restore and check.
Where one is missing, everything kept (7 days) is compared, and what is missing goes back into the queue; the hub takes
an event that it has after all for the duplicate that it is. Events set aside were never acknowledged, so their numbers
are no gaps.

The sessions and tokens of that time may be gone, too. The hub vouches for each while it knows it; the vouchers are
handed in where a token opens nothing any more, and before anything is sent again.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import islice
from typing import Protocol, TypeVar

from app.domain.event import Json
from app.sync.crm import SignInRefused
from app.sync.device_hub import Device, Loss, Recorded

T = TypeVar("T")

LOSSES, VOUCHERS, INSTANCE = "losses", "vouchers", "instance"
_PIECE = 5_000
_TOKENS_TRIED = 3
_VOUCHERS_KEPT = 20


class Memory(Protocol):
    """What checking needs of the local store; `app.cache.store.LocalStore` has it."""

    def kept(self, everything: bool = False) -> list[tuple[str, int]]:
        """Ids and numbers of acknowledged events: of those since the last check and in it, or of all; by id."""

    def confirm(self, sequences: Sequence[int]) -> None:
        """Notes that the hub has these, as one more check."""

    def send_again(self, sequences: Sequence[int]) -> int:
        """Puts acknowledged events back into the queue; how many."""

    def open_sessions(self) -> list[str]:
        """The agents' sessions of events that wait."""

    def device_tokens(self) -> list[tuple[str, str]]:
        """Sessions that were opened here and their tokens for sending, the likeliest first."""

    def fact(self, name: str, shape: type[T]) -> T | None:
        """What is known of the hub under a name."""

    def keep_fact(self, name: str, value: Json) -> None:
        """Keeps what is known of the hub."""


class KnowsDevices(Protocol):
    """What checking needs of the hub; `app.sync.device_hub.DeviceHub` has it. Every call may raise CrmError."""

    def recorded(self, token: str, first_id: str, last_id: str) -> Recorded:
        """The numbers of this device's events with ids from the first to the last that the hub has."""

    def device(self, token: str) -> Device:
        """A voucher for the token's session."""

    def report_loss(self, token: str, report: Loss) -> None:
        """Tells that this device's store was damaged."""

    def hand_in(self, vouchers: Sequence[str]) -> int:
        """Hands vouchers in; how many put something back."""


@dataclass(frozen=True, slots=True)
class Checked:
    """What a check found: how many events go out `again`, and which start of the hub answered ("": none was asked)."""

    again: int
    instance: str


class Reconciler:
    """Compares what is kept here with what the hub has."""

    def __init__(self, memory: Memory, hub: KnowsDevices, on_other_start: Callable[[], None] = lambda: None) -> None:
        """`on_other_start` is called before anything is sent to a start of the hub that may have less; StoreError."""
        self._memory = memory
        self._hub = hub
        self._on_other_start = on_other_start

    def check(self) -> Checked:
        """One check; raises CrmError where the hub gives no answer, StoreError, and then has changed nothing here."""
        if not self._memory.device_tokens():
            return Checked(0, "")
        instance = self._greet()
        again = self._compare()
        if again or instance != self._memory.fact(INSTANCE, str):
            # Before anything is sent: events of a session that the hub does not know would be refused.
            self._hand_in(self._memory.open_sessions())
            self._on_other_start()
            self._memory.keep_fact(INSTANCE, instance)
        return Checked(again, instance)

    def _greet(self) -> str:
        """Reports what is to be reported, and fetches the voucher for the session in use."""
        losses = self._memory.fact(LOSSES, list[Loss]) or []
        for loss in losses:
            self._with_token(partial(self._hub.report_loss, report=loss))
        if losses:
            self._memory.keep_fact(LOSSES, [])
        tried: list[str] = []

        def ask(token: str) -> Device:
            tried.append(token)
            return self._hub.device(token)

        device = self._with_token(ask)
        self._keep_voucher(tried[-1], device.voucher)
        return device.instance

    def _compare(self) -> int:
        since = self._memory.kept()
        missing = self._missing(since)
        if missing:
            since = self._memory.kept(everything=True)
            missing = self._missing(since)
        lacking = set(missing)
        self._memory.confirm([sequence for _, sequence in since if sequence not in lacking])
        return self._memory.send_again(missing)

    def _missing(self, kept: Sequence[tuple[str, int]]) -> list[int]:
        missing: list[int] = []
        rest = iter(kept)
        while piece := list(islice(rest, _PIECE)):
            ranges = self._ask(piece[0][0], piece[-1][0]).recorded
            firsts = [first for first, _ in ranges]
            for _, sequence in piece:
                at = bisect_right(firsts, sequence) - 1
                if at < 0 or sequence > ranges[at][1]:
                    missing.append(sequence)
        return missing

    def _ask(self, first_id: str, last_id: str) -> Recorded:
        return self._with_token(lambda token: self._hub.recorded(token, first_id, last_id))

    def _with_token(self, request: Callable[[str], T]) -> T:
        """Asks with the token in use, or one of those before it; where none opens, after handing in the vouchers."""
        tokens = self._memory.device_tokens()[:_TOKENS_TRIED]
        try:
            return self._with_one_of(tokens, request)
        except SignInRefused:
            if not self._hand_in([session for session, _ in tokens] + self._memory.open_sessions()):
                raise
        return self._with_one_of(tokens, request)

    def _with_one_of(self, tokens: Sequence[tuple[str, str]], request: Callable[[str], T]) -> T:
        for _, token in tokens[:-1]:
            try:
                return request(token)
            except SignInRefused:
                continue
        return request(tokens[-1][1])

    def _keep_voucher(self, token: str, voucher: str) -> None:
        vouchers = self._memory.fact(VOUCHERS, dict[str, str]) or {}
        session = next(session for session, its_token in self._memory.device_tokens() if its_token == token)
        if voucher and session not in vouchers:
            newest = dict(list({**vouchers, session: voucher}.items())[-_VOUCHERS_KEPT:])
            self._memory.keep_fact(VOUCHERS, {**newest})

    def _hand_in(self, sessions: Sequence[str]) -> int:
        """Hands in what is kept for these sessions; how many vouchers did something."""
        vouchers = self._memory.fact(VOUCHERS, dict[str, str]) or {}
        held = [vouchers[session] for session in dict.fromkeys(sessions) if session in vouchers]
        return self._hub.hand_in(held) if held else 0
