"""Which CRM an address means.

`https://hub.example.com` is our hub. `tryton+https://crm.example.com/database?region=GB&currency=GBP&policy=uk` is a
Tryton; what cannot be asked of it stands behind the question mark (see `Site`).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, fields
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

from app.sync.connection import Connection
from app.sync.hub_crm import HubCrm
from app.sync.transport import HttpTransport
from app.sync.tryton.crm import TrytonCrm
from app.sync.tryton.parties import Site
from app.sync.tryton.rpc import TrytonRpc

TRYTON = "tryton+"


@dataclass(frozen=True, slots=True)
class OpenCrm:
    """A CRM at an address. `connect` makes one more adapter, not signed in; `transport` is what they share."""

    connect: Callable[[], Connection]
    transport: HttpTransport


def open_crm(address: str, device_name: str, authorities: Path | None = None) -> OpenCrm:
    """The CRM at an address; makes no request. Raises ValueError, with a sentence, for an address that is none."""
    if not address.startswith(TRYTON):
        transport = HttpTransport(address, authorities=authorities)
        return OpenCrm(lambda: HubCrm(transport, device_name), transport)
    parts = urlsplit(address.removeprefix(TRYTON))
    database = parts.path.strip("/")
    if not database or "/" in database:
        raise ValueError("Name Tryton's database in the address: tryton+https://crm.example.com/database")
    site = _site(parts.query)
    transport = HttpTransport(f"{parts.scheme}://{parts.netloc}", authorities=authorities)
    return OpenCrm(lambda: TrytonCrm(TrytonRpc(transport, database), site), transport)


def _site(query: str) -> Site:
    given = dict(parse_qsl(query, keep_blank_values=True))
    known = [field.name for field in fields(Site)]
    strange = sorted(given.keys() - set(known))
    if strange:
        raise ValueError(f"The address says {strange[0]!r}, which is none of: {', '.join(known)}.")
    return Site(**given)
