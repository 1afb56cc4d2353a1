"""What the hub is measured with: whole calls of the demo, in batches as desktops send them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import zstandard
from uuid_utils import uuid7

BATCH = 2000

_OFFER: dict[str, Any] = {
    "account": "acc-104230",
    "offer": "data-pack-just-ran-out",
    "kind": "upsell",
    "rung": 1,
    "script": "data-pack-ran-out",
    "step": "offer-right-size",
}
_STEP: dict[str, Any] = {"script": "internet-slow-or-down", "step": "ask-what-the-lights-show"}

_NOTE = (
    "Lights on the router were red after the storm of Sunday night; restarted it together, line came "
    "back at once. Asked about the bill of last month and the month before; explained how a part month is "
    "counted and where the credit stands. Took the 500 MB pack, wants a text when it is active. Will be away "
    "until the 14th; mentioned that the neighbour's line was down, too, and that the cabinet in the street "
    "stands open. Told her that it will be looked at this week, and gave the number under which it is kept. "
    "Daughter has an account with us, wants to know whether both can be on one bill: sent the guide. Asked "
    "not to be called before ten. The old router is from 2017 and may be due: explained what a newer one would "
    "bring, did not want to decide today; said that I would note it here so that she need not say it again. "
    "Promised nothing else. Was content at the end, and said so. Checked the address for the letter of the "
    "month: it is right. Text alerts are on; e-mail bills are on since January, paper is off."
)
"""A note is saved whole each time the agent pauses."""

CALL: tuple[tuple[str, dict[str, Any]], ...] = (
    (
        "call.offered",
        {"queue": "care", "dnis": "+448081570100", "direction": "inbound", "source": "softphone", "number": "known"},
    ),
    ("account.matched", {"account": "acc-104230", "by": "ani", "candidates": 1}),
    ("call.answered", {"by": "agent"}),
    ("record.viewed", {"account": "acc-104230"}),
    ("caller.verified", {"account": "acc-104230", "method": "pin", "how": "crm", "role": "holder", "offline": False}),
    ("intent.stated", {"intent": "internet-slow"}),
    ("script.started", {"script": "internet-slow-or-down", "release": "2026.03.2", "policy": "uk"}),
    ("step.entered", _STEP),
    ("answer.given", _STEP | {"key": "2", "answer": "red"}),
    ("step.entered", _STEP | {"step": "restart-the-router"}),
    ("phrasing.shown", _STEP | {"step": "restart-the-router", "phrasing": 2}),
    ("answer.given", _STEP | {"step": "restart-the-router", "key": "1", "answer": "done"}),
    ("step.entered", _STEP | {"step": "is-it-mended"}),
    ("answer.given", _STEP | {"step": "is-it-mended", "key": "1", "answer": "solved"}),
    ("script.handed_over", {"from": "internet-slow-or-down", "to": "data-pack-ran-out", "then": "return"}),
    ("offer.eligible", _OFFER),
    ("offer.displayed", _OFFER),
    ("step.entered", {"script": "data-pack-ran-out", "step": "offer-right-size"}),
    ("offer.extended", _OFFER | {"implied": False}),
    ("offer.accepted", _OFFER | {"option": "500", "points": 3}),
    (
        "disclosure.read",
        {"disclosure": "data-pack-price", "offer": _OFFER["offer"], "script": "data-pack-ran-out", "seconds": 11},
    ),
    ("order.requested", {"account": "acc-104230", "order": "o-1", "action": "place_order", "offer": _OFFER["offer"]}),
    ("order.placed", {"order": "o-1", "reference": "NL-100231"}),
    *(("note.saved", {"text": _NOTE[:length]}) for length in (600, 1000, len(_NOTE))),
    ("call.ended", {"reason": "normal", "by": "phone", "talk_s": 271}),
    (
        "call.wrapped",
        {
            "disposition": "solved-and-sold",
            "reason": "internet-slow",
            "summary": "Internet slow: solved by a restart. Data pack of 500 MB accepted, order NL-100231 placed.",
            "talk_s": 271,
            "hold_s": 14,
            "wrap_s": 22,
            "times_by_agent": False,
        },
    ),
)
"""What one walked call of the demo records, in its order."""


@dataclass(frozen=True, slots=True)
class Desk:
    """A signed-in device."""

    device: str
    session: str
    person: str
    token: str


def batches(desks: list[Desk], count: int, size: int = BATCH) -> tuple[list[list[bytes]], float]:
    """Packed batches for each desk, and the mean size of an event."""
    encode = msgspec.json.Encoder().encode
    begun = datetime.now(UTC) - timedelta(hours=1)
    compressor = zstandard.ZstdCompressor(level=3)
    packed: list[list[bytes]] = [[] for _ in desks]
    written = 0
    for number in range(count):
        desk = desks[number % len(desks)]
        events, subject = [], ""
        for place in range(size):
            type_, data = CALL[place % len(CALL)]
            if place % len(CALL) == 0:
                subject = str(uuid7())
            moment = begun + timedelta(microseconds=(number * size + place) * 211 + 1)
            events.append(
                {
                    "specversion": "1.0",
                    "id": str(uuid7()),
                    "source": f"/devices/{desk.device}",
                    "type": f"cuecard.{type_}.v1",
                    "subject": subject,
                    "time": moment.isoformat().replace("+00:00", "Z"),
                    "datacontenttype": "application/json",
                    "sequence": str(number * size + place + 1),
                    "agentsession": desk.session,
                    "data": data,
                }
            )
        body = encode(events)
        written += len(body)
        packed[number % len(desks)].append(compressor.compress(body))
    return packed, written / count / size
