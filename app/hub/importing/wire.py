"""Rows on their way: to the hub over HTTP, and from the process that reads a large file. The same JSON for both."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Annotated, Any

import msgspec
from msgspec import UNSET, Meta, UnsetType
from msgspec.structs import astuple

from app.domain.account import AccountStatus, Alert, Billing, Contact, Equipment, Plan, Segment
from app.domain.money import Money
from app.hub.importing.given import Fault, GivenRow

MOST_ROWS = 5000
"""Rows in a chunk."""

_Key = Annotated[str, Meta(max_length=64, pattern=r"^[^\x00-\x1f]*$")]
_Number = Annotated[str, Meta(max_length=32, pattern=r"^[^\x00-\x1f]*$")]
_Text = Annotated[str, Meta(max_length=1000)]
_Said = Annotated[str, Meta(max_length=300, pattern=r"^[^\x00]*$")]
_Place = Annotated[str, Meta(max_length=200, pattern=r"^[^\x00]*$")]
_Phone = Annotated[str, Meta(pattern=r"^\+[1-9][0-9]{3,14}$")]
_Method = Annotated[str, Meta(pattern=r"^[a-z][a-z0-9-]{0,39}$")]
_RowNumber = Annotated[int, Meta(ge=1, le=2**31 - 1)]
_Whole = Annotated[int, Meta(ge=0, le=2**31 - 1)]


class Facts(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a file tells of an account: fields of the account, those left away stay as they are."""

    name: _Text | UnsetType = UNSET
    first_name: _Text | None | UnsetType = UNSET
    segment: Segment | UnsetType = UNSET
    language: _Text | UnsetType = UNSET
    phones: Annotated[tuple[_Phone, ...], Meta(max_length=100)] | UnsetType = UNSET
    area: _Text | UnsetType = UNSET
    jurisdiction: _Text | UnsetType = UNSET
    plan: Plan | UnsetType = UNSET
    bill: Money | UnsetType = UNSET
    billing: Billing | UnsetType = UNSET
    since: date | UnsetType = UNSET
    contract_end: date | None | UnsetType = UNSET
    usage_gb: Annotated[float, Meta(ge=0)] | UnsetType = UNSET
    overage_count: _Whole | UnsetType = UNSET
    balance: Money | None | UnsetType = UNSET
    pay_later_credit: Money | UnsetType = UNSET
    past_due: bool | UnsetType = UNSET
    vulnerable: bool | UnsetType = UNSET
    status: AccountStatus | UnsetType = UNSET
    equipment: tuple[Equipment, ...] | UnsetType = UNSET
    contacts: tuple[Contact, ...] | UnsetType = UNSET
    alerts: tuple[Alert, ...] | UnsetType = UNSET
    consents: tuple[_Text, ...] | UnsetType = UNSET
    street: _Text | None | UnsetType = UNSET
    email: _Text | None | UnsetType = UNSET
    as_of: Annotated[datetime, Meta(tz=True)] | UnsetType = UNSET


class WireFault(msgspec.Struct, frozen=True, array_like=True):
    """What is wrong with a row: row number, column, sentence."""

    row: _RowNumber
    place: _Place
    problem: _Said


class WireRow(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One row. Without `facts` it is bad, and its account is left as it is."""

    row: _RowNumber
    number: _Number = ""
    id: _Key = ""
    facts: Facts | None = None
    factors: dict[_Method, Annotated[str, Meta(max_length=300)]] = {}
    faults: Annotated[tuple[WireFault, ...], Meta(max_length=200)] = ()


class ChunkBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A chunk of rows."""

    rows: Annotated[tuple[WireRow, ...], Meta(max_length=MOST_ROWS)]


_names = Facts.__struct_fields__
_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder(ChunkBody).decode


def packed(rows: Sequence[GivenRow]) -> bytes:
    """Rows as a chunk's JSON."""
    return _encode({"rows": rows})


def unpacked(body: bytes) -> list[GivenRow]:
    """A chunk's JSON as rows; raises msgspec.DecodeError."""
    return rows_in(_decode(body))


def rows_in(body: ChunkBody) -> list[GivenRow]:
    """The rows of a chunk that was read."""
    return [
        GivenRow(
            one.row,
            one.number,
            one.id,
            None if one.facts is None else _told(one.facts),
            one.factors,
            [Fault(fault.row, fault.place, fault.problem) for fault in one.faults],
        )
        for one in body.rows
    ]


def _told(facts: Facts) -> dict[str, Any]:
    return {name: value for name, value in zip(_names, astuple(facts), strict=True) if value is not UNSET}
