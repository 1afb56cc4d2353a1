"""The account card: who is calling, how sure that is, and what is worth knowing, masked until verified."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo

from app.desk.view import Candidate, Card, Fact, Match, PastContact
from app.desk.who import Given, NumberSays, unless_known, why_this_account
from app.domain.account import Account, Billing, Detail, Segment, mask_name
from app.domain.money import Money, exponent

_RECENT = timedelta(days=30)
_ROLES = {"holder": "holder", "authorised": "authorised person", "executor": "executor", "third_party": "third party"}
_METHODS = {"pin": "PIN", "callback": "call-back", "branch-id": "ID in a branch", "security-question": "question"}
_SYMBOLS = {"GBP": "£", "EUR": "€", "USD": "$"}
_DOTS = "••••"


@dataclass(frozen=True, slots=True)
class VerifiedMark:
    """How and when the caller was verified. `how` is crm, attested or ivr."""

    method: str
    how: str
    at: datetime
    role: str = "holder"
    offline: bool = False


@dataclass(frozen=True, slots=True)
class Matching:
    """What is known of who is calling: the accounts found, and the one that is meant.

    `given`: whether the IVR asked for an account number; where the CRM has it, `account` is that one, and `says` what
    the caller's number says of it.
    """

    match: Match
    number: str = ""
    candidates: tuple[Account, ...] = ()
    account: Account | None = None
    chosen: bool = False
    stale: bool = False
    given: Given = Given.NOT_ASKED
    says: NumberSays = NumberSays.NONE


def build_card(
    matching: Matching, verified: VerifiedMark | None, now: datetime, zone: tzinfo, caller: str = ""
) -> Card:
    """The card for the left column; sensitive values are dots until `verified`. `caller` is who he said to be."""
    if matching.account is not None:
        return _one(matching, matching.account, verified, now, zone, caller)
    if matching.match is Match.SEVERAL:
        return _several(matching, now, zone)
    return _nobody(matching)


def _one(
    matching: Matching, account: Account, verified: VerifiedMark | None, now: datetime, zone: tzinfo, caller: str
) -> Card:
    open_record = verified is not None
    name = account.name if open_record else mask_name(account.name)
    said = _ROLES.get(caller, caller)
    role = said or _ROLES.get(verified.role, verified.role) if verified else said or "not verified"
    kind = "business account" if account.segment is Segment.BUSINESS else "account"
    if matching.chosen:
        why = "Chosen by you. The number alone is not identity."
    elif matching.given is Given.KNOWN:
        why = why_this_account(matching.says)
    elif len(matching.candidates) > 1:
        why = f"Chosen from {len(matching.candidates)} on this number."
    else:
        why = "The only account with this number. Number only, not identity."
    as_of = ""
    if matching.stale:
        as_of = f"as of {account.as_of.astimezone(zone):%d %b %H:%M}, not refreshed"
    if verified is not None and account.detail is Detail.INDEX:
        as_of = "Name and address are not on this device; the CRM cannot be reached."
    return Card(
        match=Match.ONE,
        title=name,
        subtitle=f"{kind.capitalize()} {account.number if open_record else '••' + account.number[-2:]} · {role}",
        verified=_badge(verified, zone),
        facts=_facts(account, now.astimezone(zone).date(), open_record),
        worth_knowing=_worth_knowing(account, now),
        contacts=tuple(
            PastContact(short_day(contact.at, now, zone), f"{contact.reason}, {contact.outcome}")
            for contact in sorted(account.contacts, key=lambda each: each.at, reverse=True)[:3]
        ),
        candidates=(),
        why="" if verified else unless_known(matching.given, why),
        as_of=as_of,
    )


def _several(matching: Matching, now: datetime, zone: tzinfo) -> Card:
    rows = []
    for key, account in enumerate(matching.candidates[:9], start=1):
        rows.append(Candidate(str(key), mask_name(account.name), telling_apart(account, now, zone)))
    more = len(matching.candidates) - 9
    return Card(
        match=Match.SEVERAL,
        title=f"{len(matching.candidates)} people share this number",
        subtitle="Ask who is calling, then choose." + (f" {more} more are not shown." if more > 0 else ""),
        verified="",
        facts=(),
        worth_knowing=(),
        contacts=(),
        candidates=(*rows, Candidate("0", "Someone else", ())),
        why=unless_known(
            matching.given, f"Number only, not identity. It is listed on {len(matching.candidates)} accounts."
        ),
        as_of="from this device, not refreshed" if matching.stale else "",
    )


def _nobody(matching: Matching) -> Card:
    texts = {
        Match.SEARCHING: ("Looking up the number", "", ""),
        Match.NONE: (
            "Not in the CRM" if not matching.chosen else "Someone else",
            "No account has this number." if not matching.chosen else "None of the accounts on this number.",
            "General help works without an account. Offers that need one are not shown."
            + (" Only this device was searched: the CRM cannot be reached." if matching.stale else ""),
        ),
        Match.WITHHELD: (
            "Number withheld",
            "The caller does not show a number.",
            "It is neither shown nor looked up. Ask who is calling.",
        ),
    }
    title, subtitle, why = texts[matching.match]
    return Card(matching.match, title, subtitle, "", (), (), (), (), unless_known(matching.given, why))


def _badge(verified: VerifiedMark | None, zone: tzinfo) -> str:
    if verified is None:
        return ""
    method = method_words(verified.method)
    at = f"{verified.at.astimezone(zone):%H:%M}"
    if verified.how == "attested":
        return f"Attested by you: {method}, {at}" + (" (offline)" if verified.offline else "")
    return f"Verified by {method}, {at}"


def _facts(account: Account, today: date, open_record: bool) -> tuple[Fact, ...]:
    def masked(label: str, value: str) -> Fact:
        return Fact(label, value) if open_record else Fact(label, _DOTS, masked=True)

    facts = [("plan", Fact("Plan", account.plan.name))]
    if account.billing is Billing.PREPAID and account.balance is not None:
        facts.append(("balance", masked("Balance", amount(account.balance))))
        facts.append(("pay_later_credit", masked("Pay later", amount(account.pay_later_credit))))
    else:
        facts.append(("bill", masked("Pays", f"{amount(account.bill)} a month")))
    facts.append(("since", Fact("Customer", _months((today - account.since).days))))
    facts.append(("contract_end", Fact("Contract", _contract(account.contract_end, today))))
    if account.plan.data_gb is not None:
        used = f"{_short(account.usage_gb)} of {_short(account.plan.data_gb)} GB"
        facts.append(("usage_gb", Fact("Mobile data", used)))
    for device in account.equipment[:1]:
        years = (today - device.installed).days // 365
        age = f"{years} years old" if years > 1 else "1 year old" if years == 1 else "new"
        facts.append(("equipment", Fact(device.kind.capitalize(), f"{device.model}, {age}")))
    return tuple(fact for field, fact in facts if field not in account.unknown)


def _contract(end: date | None, today: date) -> str:
    if end is None:
        return "none running"
    left = (end - today).days
    return f"ends in {left} days" if left >= 0 else "has ended"


def _worth_knowing(account: Account, now: datetime) -> tuple[str, ...]:
    lines = []
    recent = sum(1 for contact in account.contacts if now - contact.at <= _RECENT)
    if recent:
        lines.append(f"{_ordinal(recent + 1)} call in 30 days")
    for alert in account.alerts:
        repeated = {0: _ago(now - alert.since), 1: " once, not done", 2: " twice, not done"}
        lines.append(alert.text + repeated.get(alert.ignored, f" {alert.ignored} times, not done"))
    if account.past_due:
        lines.append("A bill is past due")
    if account.vulnerable:
        lines.append("Marked as vulnerable: take time")
    return tuple(lines[:4])


def _ago(age: timedelta) -> str:
    """How long ago, where that is what matters: within a day."""
    minutes = int(age.total_seconds() // 60)
    if minutes < 1 or minutes >= 24 * 60:
        return ""
    return f" {minutes} min ago" if minutes < 60 else f" {minutes // 60} h ago"


def telling_apart(account: Account, now: datetime, zone: tzinfo) -> tuple[str, ...]:
    """What tells an account apart from others without telling who it is."""
    kind = "Small business line" if account.segment is Segment.BUSINESS else account.plan.name
    lines = [", ".join(filter(None, (kind, account.area)))] if kind or account.area else []
    contacts = sorted(account.contacts, key=lambda each: each.at, reverse=True)
    if contacts and now - contacts[0].at <= timedelta(days=60):
        lines.append(f"called {short_day(contacts[0].at, now, zone)} about {lower_first(contacts[0].reason)}")
    else:
        lines.append("no contact lately")
    return tuple(lines)


def method_words(method: str) -> str:
    """A way to verify, in words."""
    return _METHODS.get(method, method.replace("-", " "))


def short_day(at: datetime, now: datetime, zone: tzinfo) -> str:
    """A day in few words: "today", "Tue" within a week, else "12 Nov"."""
    local, today = at.astimezone(zone), now.astimezone(zone).date()
    ago = (today - local.date()).days
    if ago <= 0:
        return "today"
    return f"{local:%a}" if ago < 7 else f"{local.day} {local:%b}"


def amount(money: Money) -> str:
    """An amount for the card, with the currency's sign: "£42.00"."""
    sign = _SYMBOLS.get(money.currency)
    figure = f"{abs(money.amount):,.{exponent(money.currency)}f}"
    text = f"{sign}{figure}" if sign else f"{figure} {money.currency}"
    return f"−{text}" if money.minor < 0 else text


def _short(number: float) -> str:
    return f"{number:.1f}".removesuffix(".0")


def _months(days: int) -> str:
    months = int(days / 30.44)
    return f"{months} months" if months != 1 else "1 month"


def _ordinal(number: int) -> str:
    suffix = "th" if 10 <= number % 100 <= 20 else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{suffix}"


def lower_first(text: str) -> str:
    """A phrase as it goes on in a sentence; abbreviations and \"I\" keep their capitals."""
    return text[:1].lower() + text[1:] if len(text) > 1 and not text[1].isupper() else text
