"""Which call sources there are. Adding one is one file and one entry in `SOURCES`.

A phone setting is a short address: `baresip://127.0.0.1:4444`, `handoff:`, `simulated:`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import SplitResult, urlsplit

from app.desk.ports import CallSource, Clock
from app.telephony.errors import UnknownSource

if TYPE_CHECKING:
    from app.telephony.handoff_server import HandoffServer

DEFAULT_BARESIP_PORT = 4444


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What sources may need.

    `region` is the site's ISO 3166 code ("GB"); `handoff` this window's listening side, None where it has none;
    `under_way` the leg ids of calls that the desk restored after a restart.
    """

    region: str
    clock: Clock
    handoff: HandoffServer | None = None
    under_way: Sequence[str] = ()


def open_source(setting: str, surroundings: Surroundings) -> CallSource:
    """The source that a setting names, not yet started; raises UnknownSource with the forms there are."""
    try:
        address = urlsplit(setting.strip())
        opener = SOURCES[address.scheme]
    except (KeyError, ValueError) as error:
        forms = ", ".join(f"{scheme}:" for scheme in SOURCES)
        raise UnknownSource(
            f"The phone setting names no phone that Cuecard knows; it begins with one of {forms}"
        ) from error
    return opener(address, surroundings)


def _baresip(address: SplitResult, surroundings: Surroundings) -> CallSource:
    from app.telephony.baresip import BaresipSource

    try:
        host, port = address.hostname or "127.0.0.1", address.port or DEFAULT_BARESIP_PORT
    except ValueError as error:
        raise UnknownSource("The phone setting's port is no number; write it like baresip://127.0.0.1:4444") from error
    return BaresipSource(host, port, surroundings.region, surroundings.clock, surroundings.under_way)


def _handoff(address: SplitResult, surroundings: Surroundings) -> CallSource:
    from app.telephony.handoff_source import HandoffSource

    if surroundings.handoff is None:
        raise UnknownSource("This window takes no calls from softphones, because it does not listen for them.")
    return HandoffSource(surroundings.handoff, surroundings.region, surroundings.clock)


def _simulated(address: SplitResult, surroundings: Surroundings) -> CallSource:
    from app.telephony.simulated import SimulatedPhone

    return SimulatedPhone(surroundings.region, surroundings.clock)


SOURCES: Mapping[str, Callable[[SplitResult, Surroundings], CallSource]] = {
    "baresip": _baresip,
    "handoff": _handoff,
    "simulated": _simulated,
}
