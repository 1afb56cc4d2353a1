"""The softphone baresip, controlled over its control port: tells of calls, answers, holds, hands over, hangs up.

What it cannot tell, and so we do not claim: it says the same when a caller gives up, when another phone of the group
answers and when the exchange takes the call back (so an unanswered leg ends for an unknown reason); and its only
replay, `listcalls`, names no SIP Call-ID (so a call first seen there goes by a name of ours).
"""

from __future__ import annotations

import random
import socket
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from hashlib import sha256

from app.desk.ports import Clock, SourceState
from app.domain.call import CallEvent, CallState, Capability, Direction, EndReason
from app.telephony.baresip_control import CallRow, ControlLink, PhoneEvent, call_rows
from app.telephony.baresip_legs import ON, STATES, Leg, address_of, check_digits, end_reason, number_to_dial, state_of
from app.telephony.caller import caller_fields
from app.telephony.errors import CallGone, PhoneRefused, PhoneSilent, PhoneUnreachable, TelephonyError, WrongProtocol

_CONNECT_SECONDS = 3.0
_FIRST_DELAY, _LONGEST_DELAY = 0.25, 10.0
_STEADY_SECONDS = 5.0
_NOT_THERE = "Softphone not reachable, trying again. Is baresip running, with its control port at {port}?"
_NOT_BARESIP = "What listens on port {port} does not answer as baresip does; check the phone setting. Trying again."
_TRANSFER_SECONDS = 3.0
"""How long a hand-over may take to fail and still be told; it may ring at the other end for longer."""


class BaresipSource:
    """One baresip. Reads in a thread of its own and reconnects until stopped; calls on survive a lost connection.

    The control port has room for one client: where another takes it over, the two take it from each other by turns.
    """

    name = "baresip"
    label = "Softphone (baresip)"
    capabilities = frozenset(
        {
            *(Capability.ANSWER, Capability.HANGUP, Capability.HOLD, Capability.TRANSFER, Capability.DTMF),
            *(Capability.LIFECYCLE, Capability.RESYNC),
        }
    )

    def __init__(
        self,
        host: str,
        port: int,
        region: str,
        clock: Clock,
        under_way: Sequence[str] = (),
        jitter: Callable[[], float] = random.random,
    ) -> None:
        """`region`: the site's ISO 3166 code. `under_way`: legs that the desk restored, to be looked for in the phone.

        `jitter` gives a number from 0 to 1, which spreads reconnections.
        """
        self._host = host
        self._port = port
        self._region = region
        self._clock = clock
        self._jitter = jitter
        self._on_event: Callable[[CallEvent], None] = lambda event: None
        self._on_state: Callable[[SourceState], None] = lambda state: None
        self._guard = threading.RLock()
        self._changed = threading.Condition(self._guard)
        self._not_taken_over: set[str] = set()
        self._account = ""
        self._one_command = threading.Lock()
        self._legs: dict[str, Leg] = {leg_id: Leg(leg_id, sip_id=leg_id) for leg_id in under_way}
        self._seq = 0
        self._said: SourceState | None = None
        self._link: ControlLink | None = None
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None

    def start(self, on_event: Callable[[CallEvent], None], on_state: Callable[[SourceState], None]) -> None:
        """Begins to connect; returns at once."""
        self._on_event, self._on_state = on_event, on_state
        self._thread = threading.Thread(target=self._run, name="baresip", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Disconnects; the phone goes on by itself."""
        self._stopping.set()
        with self._guard:
            link = self._link
        if link is not None:
            link.close()
        if self._thread is not None and self._thread is not threading.current_thread():
            self._thread.join(2 * _CONNECT_SECONDS)

    def answer(self, leg_id: str) -> None:
        """Answers; nothing happens on a call that is on. Raises CallGone for one that has ended."""
        leg = self._leg(leg_id)
        if leg is None:
            raise CallGone("This call has already ended.")
        if leg.state in ON:
            return
        link = self._connected()
        with self._one_command:
            self._select(link, leg)
            # WORKAROUND: baresip 1.0.0 spends the first accept on holding another call that still rings.
            for _ in range(2):
                link.request("accept")
                leg = self._leg(leg_id)
                if leg is None:
                    raise CallGone("This call has already ended.")
                if leg.accepted or leg.state in ON:
                    break
            else:
                raise PhoneRefused("The softphone did not answer the call; answer it in its own window.")
            if len(self._legs) > 1:
                self._reread_holds(link)

    def hang_up(self, leg_id: str) -> None:
        """Ends or declines; nothing happens on a call that has ended."""
        leg = self._leg(leg_id)
        if leg is None:
            return
        link = self._connected()
        with self._one_command:
            try:
                self._select(link, leg)
            except CallGone:
                return
            link.request("hangup")
        if self._leg(leg_id) is not None:
            raise PhoneRefused("The softphone did not hang up; hang up in its own window.")

    def hold(self, leg_id: str) -> None:
        """Puts the caller on hold; nothing happens where he is."""
        self._hold(leg_id, "hold", CallState.HELD)

    def resume(self, leg_id: str) -> None:
        """Takes the caller back from hold; nothing happens where he is not on hold."""
        self._hold(leg_id, "resume", CallState.ANSWERED)

    def transfer(self, leg_id: str, number: str) -> None:
        """Hands the caller over, without announcement.

        Where nobody takes him, baresip 1.0.0 cuts him off; this is told if it happens within a few seconds.
        """
        target = number_to_dial(number)
        self._on(leg_id)
        link = self._connected()
        with self._one_command:
            self._select(link, self._on(leg_id))
            self._not_taken_over.discard(leg_id)
            link.request("transfer", address_of(target, self._account))
        with self._changed:
            self._changed.wait_for(
                lambda: leg_id not in self._legs or leg_id in self._not_taken_over, timeout=_TRANSFER_SECONDS
            )
            if leg_id not in self._not_taken_over:
                return
            self._not_taken_over.discard(leg_id)
            if leg_id in self._legs:
                raise PhoneRefused("Nobody took the call over; the caller is still with you.")
            raise PhoneRefused("Nobody took the call over, and the softphone has cut the caller off: call back.")

    def send_digits(self, leg_id: str, digits: str) -> None:
        """Sends digits, * and # as tones into the call."""
        check_digits(digits)
        self._on(leg_id)
        link = self._connected()
        with self._one_command:
            self._select(link, self._on(leg_id))
            link.request("sndcode", digits)

    def _hold(self, leg_id: str, command: str, wanted: CallState) -> None:
        if self._on(leg_id).state is wanted:
            return
        link = self._connected()
        with self._one_command:
            self._select(link, self._on(leg_id))
            link.request(command)
            rows = [row for row in call_rows(link.request("listcalls")) if row.current]
            if not rows or state_of(rows[0]) is not wanted:
                raise PhoneRefused("The softphone did not do it; use its own window.")
            leg = self._leg(leg_id)
            if leg is not None:
                self._move(leg, wanted)

    def _on(self, leg_id: str) -> Leg:
        """The leg of a call that is on; raises CallGone, or PhoneRefused while it rings."""
        leg = self._leg(leg_id)
        if leg is None:
            raise CallGone("This call has already ended.")
        if leg.state not in ON:
            raise PhoneRefused("The call has not been answered yet.")
        return leg

    # The reading thread.

    def _run(self) -> None:
        failures = 0
        while not self._stopping.is_set():
            connected_at = time.monotonic()
            try:
                self._serve_once()
            except (WrongProtocol, PhoneSilent):
                self._say(False, _NOT_BARESIP.format(port=self._port))
            except TelephonyError:
                self._say(False, _NOT_THERE.format(port=self._port))
            steady = time.monotonic() - connected_at > _STEADY_SECONDS
            failures = 0 if steady else failures + 1
            delay = min(_LONGEST_DELAY, _FIRST_DELAY * 2 ** min(failures, 10))
            self._stopping.wait(delay * (0.5 + self._jitter() / 2))

    def _serve_once(self) -> None:
        try:
            connection = socket.create_connection((self._host, self._port), timeout=_CONNECT_SECONDS)
        except OSError as error:
            raise PhoneUnreachable("The softphone is not there.") from error
        link = ControlLink(connection, self._heard)
        with self._guard:
            self._link = link
        try:
            if self._stopping.is_set():
                return
            self._resync(link)
            self._say(True, "Softphone connected")
            link.serve()
        finally:
            with self._guard:
                self._link = None
            link.close()

    def _heard(self, event: PhoneEvent) -> None:
        with self._guard:
            leg = self._find(event)
            self._account = event.account or self._account
            if event.type == "TRANSFER_FAILED" and leg is not None:
                self._nobody_took_over(leg)
                return
            if event.type == "CALL_CLOSED":
                if leg is not None:
                    self._end(leg, end_reason(leg, event.parameter))
                    self._hold_may_have_ended()
                return
            state = STATES.get(event.type)
            if leg is None:
                if state is None:
                    return
                leg = Leg(event.sip_id, event.sip_id, outgoing=event.outgoing)
            leg = replace(leg, peer_uri=event.peer_uri or leg.peer_uri, peer_name=event.peer_name or leg.peer_name)
            if event.type == "CALL_LOCAL_SDP" and event.parameter == "answer":
                leg = replace(leg, accepted=True)
            self._move(leg, state)

    def _nobody_took_over(self, leg: Leg) -> None:
        """baresip 1.0.0 then hangs up and tells of no end."""
        self._not_taken_over.add(leg.leg_id)
        link = self._link
        if link is not None and "not found" in link.request("callfind", leg.sip_id):
            self._end(leg, EndReason.UNKNOWN)
        self._changed.notify_all()

    def _find(self, event: PhoneEvent) -> Leg | None:
        """The leg that an event is about; one known only from `listcalls` is recognised by its caller."""
        for leg in self._legs.values():
            if leg.sip_id == event.sip_id:
                return leg
        if event.type == "CALL_INCOMING":
            return None
        nameless = [leg for leg in self._legs.values() if not leg.sip_id and leg.peer_uri == event.peer_uri]
        return replace(nameless[0], sip_id=event.sip_id) if nameless else None

    def _hold_may_have_ended(self) -> None:
        """When a call ends, baresip takes the one on hold back by itself and says nothing."""
        link = self._link
        if link is not None and any(leg.state is CallState.HELD for leg in self._legs.values()):
            self._reread_holds(link)

    # What the phone has, after connecting and where events do not say.

    def _resync(self, link: ControlLink) -> None:
        """Compares what the phone has with what we knew; each known Call-ID is looked for by name, nothing is guessed.

        Events that come meanwhile are taken in as well, so a leg is looked up anew after each command.
        """
        rows = {row.line: row for row in call_rows(link.request("listcalls"))}
        current = next((row.line for row in rows.values() if row.current), None)
        for leg_id in list(self._legs):
            leg = self._legs.get(leg_id)
            if leg is not None:
                self._compare(link, leg, rows)
        for row in rows.values():
            leg_id = row.sip_id or self._own_name(row)
            outgoing = row.state not in ("INCOMING", "ESTABLISHED")
            self._move(Leg(leg_id, row.sip_id, row.line, row.peer_uri, outgoing=outgoing), state_of(row))
        if current is not None:
            link.request("line", str(current))

    def _compare(self, link: ControlLink, leg: Leg, rows: dict[int, CallRow]) -> None:
        """Finds one leg in the phone and takes its row out of `rows`; ends it where the phone no longer has it."""
        if not leg.sip_id:
            row = rows.get(leg.line)
            gone = row is None or row.peer_uri != leg.peer_uri
        else:
            gone = not rows or "not found" in link.request("callfind", leg.sip_id)
            # `callfind` made it the current call, and the listing marks that one.
            marked = [] if gone else [row for row in call_rows(link.request("listcalls")) if row.current]
            row = marked[0] if marked else None
        still = self._legs.get(leg.leg_id)
        if gone and still is not None:
            self._end(still, EndReason.UNKNOWN)
        elif row is not None:
            rows.pop(row.line, None)
            if still is not None:
                self._move(replace(still, line=row.line, peer_uri=row.peer_uri), state_of(row))

    def _reread_holds(self, link: ControlLink) -> None:
        """Which calls are on hold: baresip holds and resumes calls by itself without saying so."""
        rows = [row for row in call_rows(link.request("listcalls")) if row.state == "ESTABLISHED"]
        with self._guard:
            for leg in list(self._legs.values()):
                row = next((row for row in rows if row.peer_uri == leg.peer_uri), None)
                if row is not None and leg.state in ON:
                    rows.remove(row)
                    self._move(leg, state_of(row))

    def _own_name(self, row: CallRow) -> str:
        """A name for a call of unknown Call-ID: the same after a restart, and without the caller's number in it."""
        name = f"baresip-line-{row.line}-{sha256(row.peer_uri.encode()).hexdigest()[:12]}"
        return name if name not in self._legs else f"{name}-{self._seq}"

    # Small parts.

    def _move(self, leg: Leg, state: CallState | None) -> None:
        """Keeps the leg, and tells of its state where that is news."""
        with self._guard:
            news = state is not None and state is not leg.state
            if leg.state in ON and state is CallState.RINGING:
                news = False
            self._legs[leg.leg_id] = replace(leg, state=state) if news else leg
            if news and state is not None:
                self._tell(leg, state)

    def _end(self, leg: Leg, reason: EndReason) -> None:
        with self._guard:
            self._changed.notify_all()
            if self._legs.pop(leg.leg_id, None) is not None:
                self._tell(leg, CallState.ENDED, reason)

    def _tell(self, leg: Leg, state: CallState, reason: EndReason | None = None) -> None:
        self._seq += 1
        direction = Direction.OUTBOUND if leg.outgoing else Direction.INBOUND
        self._on_event(
            CallEvent(
                source=self.name,
                seq=self._seq,
                received_at=self._clock(),
                leg_id=leg.leg_id,
                state=state,
                end_reason=reason,
                **caller_fields(leg.peer_uri, leg.peer_name, self._region, direction=direction),
            )
        )

    def _say(self, connected: bool, sentence: str) -> None:
        said = SourceState(self.name, connected, sentence)
        if said != self._said and not self._stopping.is_set():
            self._said = said
            self._on_state(said)

    def _select(self, link: ControlLink, leg: Leg) -> None:
        """Makes the leg the phone's current call, which is the one that commands are about."""
        found = link.request("callfind", leg.sip_id) if leg.sip_id else link.request("line", str(leg.line))
        if "not found" in found:
            raise CallGone("This call has already ended.")

    def _leg(self, leg_id: str) -> Leg | None:
        with self._guard:
            return self._legs.get(leg_id)

    def _connected(self) -> ControlLink:
        with self._guard:
            if self._link is None:
                raise PhoneUnreachable("The softphone is not reachable; use its own window.")
            return self._link
