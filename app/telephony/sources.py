"""Which call sources there are. Adding one is one file and one entry in `SOURCES`.

A phone setting is a short address: `baresip://127.0.0.1:4444`, `ami://cuecard@pbx:5038/SIP/1001`, `handoff:`,
`simulated:`, `hub:`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import SplitResult, parse_qs, unquote, urlsplit

from app.desk.ports import CallSource, Clock, Pushes
from app.telephony.errors import UnknownSource

if TYPE_CHECKING:
    from app.telephony.ami import AmiAddress
    from app.telephony.handoff_server import HandoffServer
    from app.telephony.hub_source import CallsNow

DEFAULT_BARESIP_PORT = 4444


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What sources may need.

    `region` is the site's ISO 3166 code ("GB"); `handoff` this window's listening side, None where it has none;
    `under_way` the leg ids of calls that the desk restored after a restart. `secret` finds a secret by its name, None
    where there is none; it may take seconds, so sources ask in a thread. `everybody`: a switch tells of all agents.
    `pushes` and `calls_now` are what the hub tells by itself and which calls it knows of, None where it tells nothing.
    """

    region: str
    clock: Clock
    handoff: HandoffServer | None = None
    under_way: Sequence[str] = ()
    secret: Callable[[str], str | None] = lambda name: None
    everybody: bool = False
    pushes: Pushes | None = None
    calls_now: Callable[[], CallsNow] | None = None


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


def _ami(address: SplitResult, surroundings: Surroundings) -> CallSource:
    from app.telephony.ami import AmiSource

    place = ami_address(address)
    if not place.agent and not surroundings.everybody:
        raise UnknownSource(
            "The phone setting does not say which phone is yours; write it like ami://cuecard@pbx.example.com/SIP/1001"
        )
    in_address = None if address.password is None else unquote(address.password)

    def secret() -> str | None:
        return in_address if in_address is not None else surroundings.secret(place.secret_name)

    return AmiSource(place, secret, surroundings.region, surroundings.clock, surroundings.under_way)


def ami_address(address: SplitResult) -> AmiAddress:
    """Where an ami: setting points; raises UnknownSource with the form it has."""
    from app.telephony.ami import DEFAULT_PORT, AmiAddress

    form = "write it like ami://cuecard@pbx.example.com:5038/SIP/1001"
    try:
        host, port = address.hostname, address.port or DEFAULT_PORT
    except ValueError as error:
        raise UnknownSource(f"The phone setting's port is no number; {form}") from error
    if not host or not address.username:
        raise UnknownSource(f"The phone setting names no switch or no manager user; {form}")
    numbers = parse_qs(address.query).get("numbers", ["signalled"])[-1]
    if numbers not in ("signalled", "trusted"):
        raise UnknownSource("The phone setting's numbers= is neither signalled nor trusted.")
    agent = unquote(address.path).strip("/")
    return AmiAddress(host, port, unquote(address.username), agent, trust_numbers=numbers == "trusted")


def _handoff(address: SplitResult, surroundings: Surroundings) -> CallSource:
    from app.telephony.handoff_source import HandoffSource

    if surroundings.handoff is None:
        raise UnknownSource("This window takes no calls from softphones, because it does not listen for them.")
    return HandoffSource(surroundings.handoff, surroundings.region, surroundings.clock)


def _hub(address: SplitResult, surroundings: Surroundings) -> CallSource:
    from app.telephony.hub_source import HubSource

    if surroundings.pushes is None or surroundings.calls_now is None:
        raise UnknownSource("The hub tells of no calls here: this CRM cannot push, or nobody is signed in.")
    return HubSource(surroundings.pushes, surroundings.calls_now, surroundings.clock, surroundings.under_way)


def _simulated(address: SplitResult, surroundings: Surroundings) -> CallSource:
    from app.telephony.simulated import SimulatedPhone

    return SimulatedPhone(surroundings.region, surroundings.clock)


SOURCES: Mapping[str, Callable[[SplitResult, Surroundings], CallSource]] = {
    "ami": _ami,
    "baresip": _baresip,
    "handoff": _handoff,
    "hub": _hub,
    "simulated": _simulated,
}
