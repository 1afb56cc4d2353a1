"""How each fact of an account is read out of a cell, and what an empty cell means for it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from app.domain.account import AccountStatus, Billing, Segment
from app.domain.money import Money
from app.hub.importing import values
from app.hub.importing.errors import MapProblem
from app.hub.importing.mapping import AccountMap, Source
from app.hub.importing.phones import phone_reader
from app.hub.importing.values import NEEDED

Read = Callable[[str], Any]


def reader_of(given: AccountMap, name: str, where: Source) -> tuple[Read, Any]:
    """How a field's text is read, and what it is when it is empty."""
    match name:
        case "number":
            return values.name_of(32), NEEDED
        case "id":
            return values.name_of(64), NEEDED
        case "name":
            return values.words_of, NEEDED
        case "plan.name":
            return (values.translated(where.words)), NEEDED
        case "segment":
            return _choice(Segment, where), Segment.HOUSEHOLD
        case "billing":
            return _choice(Billing, where), Billing.POSTPAID
        case "status":
            return _choice(AccountStatus, where), AccountStatus.ACTIVE
        case "bill" | "plan.price" | "pay_later_credit":
            return _amount(given, where), Money(0, given.currency)
        case "balance":
            return _amount(given, where), None
        case "since":
            return (values.day_in(where.format or given.dates)), NEEDED
        case "contract_end":
            return (values.day_in(where.format or given.dates)), None
        case "as_of":
            return _moment(given, where), NEEDED
        case "usage_gb":
            return (values.quantity_in(given.decimal)), 0.0
        case "plan.data_gb":
            return (values.quantity_in(given.decimal)), None
        case "plan.speed_mbps":
            return (values.count), None
        case "overage_count":
            return (values.count), 0
        case "past_due" | "vulnerable":
            return values.yes_or_no(given.yes, given.no), False
        case "phones":
            return phone_reader(given.phone_region), ()
        case "first_name" | "street" | "email":
            return values.words_of, None
        case "language":
            return (values.translated(where.words)), "en"
    if name == "area" and where.outward:
        return lambda text: values.outward(values.words_of(text)), ""
    return (values.translated(where.words)), ""


def _choice(kind: type[Segment] | type[Billing] | type[AccountStatus], where: Source) -> Read:
    read = values.one_of([one.value for one in kind], where.words)
    return lambda text: kind(read(text))


def _amount(given: AccountMap, where: Source) -> Read:
    return values.amount_in(given.currency, given.decimal, where.minor)


def _moment(given: AccountMap, where: Source) -> Read:
    try:
        zone = UTC if given.timezone == "UTC" else ZoneInfo(given.timezone)
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise MapProblem("The map's timezone is not known. Write it like Europe/London.") from error
    return values.moment_in(where.format or given.dates, zone)


def factor_reader(where: Source) -> Read:
    """How what a caller must know is read."""
    if not where.format:
        return values.words_of
    day = values.day_in(where.format)
    return lambda text: day(text).isoformat()


def part_reader(given: AccountMap, group: str, name: str, where: Source) -> Read:
    """How a part of equipment, a contact or an alert is read."""
    match (group, name):
        case ("equipment", "installed"):
            return values.day_in(where.format or given.dates)
        case ("contacts", "at") | ("alerts", "since"):
            return _moment(given, where)
        case ("alerts", "ignored"):
            return values.count
    return values.translated(where.words)
