"""What our hub offers to devices besides taking events: which of them it has, vouchers, reports of damage."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeVar

import msgspec

from app.domain.event import Json
from app.sync.crm import CrmUnreachable

T = TypeVar("T")

_PATH = "/v1/devices/current"


class Asks(Protocol):
    """Requests with a device's token; `app.sync.hub_crm.HubCrm` has it."""

    def ask_as_device(
        self,
        method: str,
        path: str,
        token: str | None = None,
        *,
        query: Mapping[str, str] | None = None,
        content: dict[str, Json] | None = None,
    ) -> bytes:
        """The JSON of a page; raises CrmError."""


@dataclass(frozen=True, slots=True)
class Recorded:
    """Numbers of events that the hub has, as ranges from first to last, and which start of it says so."""

    recorded: tuple[tuple[int, int], ...]
    instance: str


@dataclass(frozen=True, slots=True)
class Device:
    """The hub's voucher for the device's session ("" for none), and which start of it answers."""

    voucher: str
    instance: str


@dataclass(frozen=True, slots=True)
class Loss:
    """What happened to a store ("damaged", "key-missing"), how many events were saved, the numbers that may be lost
    as ranges, and the number that the next event gets.
    """

    kind: str
    saved: int
    lost: tuple[tuple[int, int], ...]
    next_sequence: int


@dataclass(frozen=True, slots=True)
class _Redeemed:
    restored: int


class DeviceHub:
    """The hub as a device sees it. Every call may raise CrmError."""

    def __init__(self, asks: Asks) -> None:
        self._asks = asks

    def recorded(self, token: str, first_id: str, last_id: str) -> Recorded:
        """The numbers of this device's events with ids from the first to the last that the hub has."""
        query = {"from": first_id, "to": last_id}
        return _decoded(self._asks.ask_as_device("GET", f"{_PATH}/sequences", token, query=query), Recorded)

    def device(self, token: str) -> Device:
        """A voucher for the session that the token is of."""
        return _decoded(self._asks.ask_as_device("GET", _PATH, token), Device)

    def report_loss(self, token: str, report: Loss) -> None:
        """Tells the hub that this device's store was damaged, and what may be lost."""
        content: dict[str, Json] = msgspec.to_builtins(report)
        self._asks.ask_as_device("POST", f"{_PATH}/losses", token, content=content)

    def hand_in(self, vouchers: Sequence[str]) -> int:
        """Hands vouchers in; how many of them put something back that a restore had taken away."""
        wanted: list[Json] = list(vouchers)
        body = self._asks.ask_as_device("POST", "/v1/devices/vouchers", "", content={"vouchers": wanted})
        return _decoded(body, _Redeemed).restored


def _decoded(body: bytes, shape: type[T]) -> T:
    try:
        return msgspec.json.decode(body, type=shape)
    except (msgspec.DecodeError, UnicodeDecodeError):
        raise CrmUnreachable("The hub's answer cannot be understood; trying again.") from None
