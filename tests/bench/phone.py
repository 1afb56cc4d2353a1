"""What Cuecard adds to the phone: INVITE to our event beside INVITE to baresip's own, and what a busy switch costs.

Floor of the first: baresip's event at its control port, read by a bare socket. Both take turns, with real calls.
"""

from __future__ import annotations

import argparse
import json
import socket
import threading
import time
from datetime import UTC, datetime

from app.domain.call import CallEvent, CallState
from app.telephony.ami_calls import WANTED, AmiCalls
from app.telephony.ami_protocol import BlockReader
from app.telephony.baresip import BaresipSource
from app.telephony.netstring import NetstringReader
from tests.bench._measuring import Reading, conditions, table
from tests.fakes.ami import GREETING, transcript
from tests.phones.real import LOOPBACK, AgentPhone, Caller, wait_until

CALLS, RATE, SECONDS = 30, 200, 10.0


def main() -> None:
    """Measures and prints."""
    parser = argparse.ArgumentParser(description="INVITE to event, and the cost of a busy switch.")
    parser.add_argument("--calls", type=int, default=CALLS)
    parser.add_argument("--seconds", type=float, default=SECONDS)
    options = parser.parse_args()
    floor, ours = invites(options.calls)
    print(f"{options.calls} real calls each by sipp to baresip, taking turns")
    print(conditions())
    print(
        table(
            "ms", Reading("floor: INVITE -> baresip's event", tuple(floor)), Reading("INVITE -> our event", tuple(ours))
        )
    )
    share, delays = switch(RATE, options.seconds)
    print(f"\nAsterisk, {RATE} calls a second for {options.seconds:g} s, 500 phones, read and told in one thread")
    print(f"CPU share of one core: {share:.0%}; block to event, ms:")
    quick = Reading("piece read -> its events told", tuple(delays), "p99 <= 50")
    print(table("ms", quick))


def invites(calls: int) -> tuple[list[float], list[float]]:
    """Milliseconds from sipp's INVITE to baresip's event alone, and to ours."""
    floor: list[float] = []
    ours: list[float] = []
    with AgentPhone() as phone:
        for _ in range(calls):
            floor.append(_bare(phone))
            ours.append(_through_us(phone))
    return floor, ours


def _bare(phone: AgentPhone) -> float:
    frames = NetstringReader()
    with socket.create_connection((LOOPBACK, phone.control_port)) as link, phone.called_by(Caller()) as call:
        link.settimeout(10)
        while True:
            messages = [json.loads(raw) for raw in frames.feed(link.recv(65_536))]
            heard_at = datetime.now(UTC)
            if any(message.get("type") == "CALL_INCOMING" for message in messages):
                break
        link.sendall(_command("hangup"))
        call.wait()
        return (heard_at - call.invited_at).total_seconds() * 1_000


def _through_us(phone: AgentPhone) -> float:
    events: list[CallEvent] = []
    connected = threading.Event()
    source = BaresipSource(LOOPBACK, phone.control_port, "GB", lambda: datetime.now(UTC))
    source.start(events.append, lambda state: connected.set() if state.connected else None)
    try:
        connected.wait(10)
        with phone.called_by(Caller()) as call:
            wait_until(lambda: bool(events), "the ringing", 10)
            source.hang_up(events[0].leg_id)
            wait_until(lambda: events[-1].state is CallState.ENDED, "the end", 10)
            call.wait()
            return (events[0].received_at - call.invited_at).total_seconds() * 1_000
    finally:
        source.stop()


def _command(name: str) -> bytes:
    text = json.dumps({"command": name, "params": "", "token": "bench"})
    return f"{len(text)}:{text},".encode()


def switch(rate: int, seconds: float) -> tuple[float, list[float]]:
    """CPU share, and ms from a piece's arrival until its events are told, of recorded calls at that rate."""
    recording = b"".join(transcript("answered"))
    reader = BlockReader(WANTED)
    reader.feed(GREETING)
    calls = AmiCalls("ami", "GB", lambda: datetime.now(UTC))
    told = 0
    delays: list[float] = []
    pieces = [numbered(recording, number) for number in range(int(rate * seconds))]
    began, used = time.perf_counter(), time.process_time()
    for number, piece in enumerate(pieces):
        due = began + number / rate
        time.sleep(max(0.0, due - time.perf_counter()))
        for block in reader.feed(piece):
            told += len(calls.take(block))
        delays.append((time.perf_counter() - due) * 1_000)
    share = (time.process_time() - used) / (time.perf_counter() - began)
    assert told >= 4 * len(pieces)
    return share, delays


def numbered(recording: bytes, number: int) -> bytes:
    """The recorded call as the call of that number, at one of 500 phones."""
    phone = str(1000 + number % 500).encode()
    ours = recording.replace(b"1795290288.34", b"%d.1" % (10_000 + number))
    ours = ours.replace(b"1795290289.35", b"%d.2" % (10_000 + number))
    return ours.replace(b"SIP/1001", b"SIP/" + phone)


if __name__ == "__main__":
    main()
