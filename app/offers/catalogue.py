"""Reads the catalogue: the offers of one family, as trainers write them (the format: help page "offers")."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from app.domain.money import Money, MoneyError, exponent
from app.domain.offer import Offer, OfferKind, OfferOption, Period
from app.offers.reading import Fields, Found, Reader, read_fields

_ID = re.compile(r"[a-z0-9]+(?:[-_][a-z0-9]+)*\Z")
# The currencies that a catalogue may use (ISO 4217); a mistyped code must not become a price.
_CURRENCY_CODES = (
    "AED ARS AUD BGN BHD BRL CAD CHF CLP CNY COP CZK DKK EGP EUR GBP HKD HUF IDR ILS INR ISK JOD JPY KES KRW KWD MAD "
    "MXN MYR NGN NOK NZD PEN PHP PKR PLN QAR RON RSD SAR SEK SGD THB TND TRY TWD UAH USD VND ZAR"
)


@dataclass(frozen=True, slots=True)
class CatalogueProblem:
    """Something wrong in a catalogue or policy file: its line (from 1) and a sentence that says what to do."""

    line: int
    message: str


def read_catalogue(file: str, content: bytes) -> tuple[tuple[Offer, ...], tuple[CatalogueProblem, ...]]:
    """The offers of a catalogue file and everything that is wrong with it; an offer with a problem is left out.

    `file` is the path below the library, named in messages where a whole file is meant. Never raises.
    """
    fields, found_in_file = read_fields(content)
    found = list(found_in_file)
    top = Reader(fields, f"The catalogue {file}", found)
    currency = _currency(top, "") if top.has("currency") else ""
    currency_unknown = bool(found)
    offers: dict[str, Offer] = {}
    entries = top.mappings("offers")
    if not top.has("offers") and not found:
        top.problem("offers", "This catalogue has no offers. Add a list 'offers:'.")
    top.text("family", "")
    top.refuse_others()
    for entry in entries:
        before = len(found)
        offer = _offer(entry, currency, found)
        if offer.id and offer.id in offers:
            found.append(Found(entry.line, f"The offer '{offer.id}' is here twice; each offer needs its own id."))
        if len(found) == before and not currency_unknown:
            offers[offer.id] = offer
    return tuple(offers.values()), tuple(CatalogueProblem(one.line, one.message) for one in found)


def _offer(entry: Fields, currency: str, found: list[Found]) -> Offer:
    reader = Reader(entry, "The offer", found)
    identity = _identity(reader)
    currency = _currency(reader, currency) if reader.has("currency") or not currency else currency
    options = tuple(_option(option, currency, found) for option in reader.mappings("options"))
    if not options:
        reader.problem("options", f"The offer '{identity}' has no options; give it at least one.")
    for index, option in enumerate(options):
        if option.id in (earlier.id for earlier in options[:index]):
            reader.problem("options", f"The option '{option.id}' is here twice; each option needs its own id.")
    valid_from, valid_until = _day(reader, "valid_from"), _day(reader, "valid_until")
    if valid_from and valid_until and valid_until < valid_from:
        reader.problem("valid_until", "The offer ends before it begins; check the two dates.")
    offer = Offer(
        id=identity,
        name=reader.text("name"),
        kind=_kind(reader),
        options=options,
        eligible=reader.text("eligible", ""),
        why=reader.text("why", ""),
        points=reader.whole("points", 0),
        disclosure=reader.text("disclosure", "") or None,
        consent=reader.text("consent", "") or None,
        valid_from=valid_from,
        valid_until=valid_until,
        on_credit=reader.yes("on_credit", False),
        order_action=reader.text("order_action", "place_order"),
    )
    reader.refuse_others()
    return offer


def _option(entry: Fields, currency: str, found: list[Found]) -> OfferOption:
    reader = Reader(entry, "The option", found)
    months = reader.whole("months", 0) if reader.has("months") else None
    if months == 0:
        reader.problem("months", "'months' must be at least 1; leave it out for a change that stays.")
    option = OfferOption(
        id=_identity(reader),
        label=reader.text("label"),
        price=_price(reader, "price", currency),
        period=_period(reader),
        size=reader.whole("size", 0),
        concession=_price(reader, "concession", currency) if reader.has("concession") else None,
        months=months,
    )
    reader.refuse_others()
    return option


def _identity(reader: Reader) -> str:
    text = reader.text("id")
    if text and not _ID.match(text):
        reader.problem("id", f"An id is small letters, digits and hyphens, like data-pack; not {text!r}.")
    return text


def _currency(reader: Reader, default: str) -> str:
    code = reader.text("currency", default)
    if not code:
        reader.problem("currency", "No currency. Add 'currency: GBP' (an ISO 4217 code) at the top of the file.")
    elif code not in _CURRENCY_CODES.split():
        reader.problem("currency", f"The currency {code!r} is not known; use an ISO 4217 code such as GBP, EUR or USD.")
    return code


def _kind(reader: Reader) -> OfferKind:
    text = reader.text("kind")
    try:
        return OfferKind(text)
    except ValueError:
        if text:
            known = ", ".join(kind.value for kind in OfferKind)
            reader.problem("kind", f"'kind' must be one of {known}, not {text!r}.")
        return OfferKind.UPSELL


def _period(reader: Reader) -> Period:
    text = reader.text("period", Period.MONTH.value)
    try:
        return Period(text)
    except ValueError:
        reader.problem("period", f"'period' must be once or month, not {text!r}.")
        return Period.MONTH


def _price(reader: Reader, name: str, currency: str) -> Money:
    text = reader.text(name)
    if not text:
        return Money(0, currency)
    if not re.fullmatch(r"-?\d{1,9}(\.\d+)?", text):
        reader.problem(name, f"'{name}' must be an amount like 22.50, without a currency sign; not {text!r}.")
        return Money(0, currency)
    try:
        money = Money.of(text, currency)
    except MoneyError:
        reader.problem(name, f"'{name}' has more decimals than {currency} has ({exponent(currency)}).")
        return Money(0, currency)
    if money.minor < 0:
        reader.problem(name, f"'{name}' must not be negative; what the customer is given belongs into 'concession'.")
    return money


def _day(reader: Reader, name: str) -> date | None:
    text = reader.text(name, "")
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        reader.problem(name, f"'{name}' must be a day like 2027-03-31, not {text!r}.")
        return None
