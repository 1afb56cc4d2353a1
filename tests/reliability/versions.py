"""A desktop of an earlier version against this hub.

No earlier version was ever released, so there is none to run. What there is: events of the first form, frozen as a
desktop of version 1 wrote them, sent as it sent them: no time of its own in a header, no digest at the sign-in, plain
or packed by gzip.
"""

from __future__ import annotations

import gzip
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import msgspec
from uuid_utils import uuid7

from app.domain.event import EventType
from app.hub.routes.events import EVENTS_TYPE
from tests.reliability.hub_process import Hub
from tests.reliability.outcome import Outcome, Work

FROZEN = Path(__file__).with_name("events_of_version_1.json")


def run(work: Work) -> Outcome:
    """Every frozen event once plain and once packed; none may be refused."""
    outcome = Outcome()
    frozen: list[dict[str, Any]] = msgspec.json.decode(FROZEN.read_bytes())
    with Hub(work.place("hub")) as hub, httpx.Client(base_url=hub.url, timeout=30, trust_env=False) as client:
        who = {"user": "ana", "password": hub.sign_ins.of("ana").password, "device_id": "desk-of-version-1"}
        signed_in = client.post("/v1/sessions", json=who)
        outcome.expect(signed_in.status_code == 201, f"the sign-in of version 1 was answered {signed_in.status_code}")
        plain = signed_in.json()
        sent, refused = 0, []
        for encoding in ("identity", "gzip"):
            batch = [
                _as_sent(event, plain["session"]["id"], sent + place + 1, encoding)
                for place, event in enumerate(frozen)
            ]
            body = msgspec.json.encode(batch)
            headers = {
                "Content-Type": EVENTS_TYPE,
                "Content-Encoding": encoding,
                "Authorization": f"Bearer {plain['device_token']}",
            }
            content = gzip.compress(body) if encoding == "gzip" else body
            answer = client.post("/v1/events", content=content, headers=headers)
            outcome.expect(answer.status_code == 200, f"the batch was answered {answer.status_code}")
            refused += answer.json().get("rejected", [])
            sent += len(batch)
        index = client.get("/v1/accounts/changes", headers={"Authorization": f"Bearer {plain['token']}"})
        outcome.expect(index.status_code == 200, f"the accounts were answered {index.status_code}")
        hub.stop()
        at_hub = len(hub.rows())
    kinds = {event["type"] for event in frozen}
    missing = {kind.value for kind in EventType} - {kind.removeprefix("cuecard.").removesuffix(".v1") for kind in kinds}
    outcome.say(
        f"{sent} events of {len(kinds)} types in the form of version 1: {len(refused)} refused, {at_hub} at the hub"
    )
    outcome.say(
        f"no earlier release exists, so no earlier program was run; types that no frozen call has: {len(missing)}"
    )
    outcome.expect(not refused, f"refused: {refused[:2]}")
    outcome.expect(at_hub == sent, f"{sent} were sent, {at_hub} are there")
    return outcome


def _as_sent(event: dict[str, Any], session: str, sequence: int, subject: str) -> dict[str, Any]:
    """As frozen, but by this device and session, with an id and a time of now."""
    moment = datetime.now(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")
    own = {"id": str(uuid7()), "source": "/devices/desk-of-version-1", "sequence": str(sequence), "subject": subject}
    return {**event, **own, "agentsession": session, "time": moment}
