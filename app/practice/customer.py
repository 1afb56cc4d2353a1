"""The made-up customer who calls: one to whom the chosen script has something to say."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from random import Random

from app.domain.account import Account, Alert, Contact, Detail, Equipment, Plan, Segment
from app.domain.person import AgentSession
from app.offers.eligible import ACCOUNT_DATA_CONSENT
from app.scripts.context import WalkContext
from app.scripts.coverage.customers import Customers
from app.scripts.library import Library
from app.scripts.walking.book import Book
from app.scripts.walking.scope import Moment
from app.scripts.walking.state import State

NUMBER = "+442079460001"
_NAMES = ("Robin Sample", "Kim Sample", "Alex Sample", "Jo Sample", "Sam Sample", "Charlie Sample")


def made_up(library: Library, script: str, persona: str, dice: Random, now: datetime, session: AgentSession) -> Account:
    """The customer of a practice call; of several possible ones the first for whom most offers of the script fit."""
    today = now.date()
    policy = session.policy if session.policy in library.policies else min(library.policies, default="")
    name = dice.choice(_NAMES)
    plain = replace(
        Customers(library, today).plain(),
        name=name,
        first_name=name.partition(" ")[0],
        jurisdiction=policy,
        detail=Detail.FULL,
        overage_count=2,
        contract_end=today + timedelta(days=dice.choice((12, 90, 200))),
        since=today - timedelta(days=dice.choice((500, 800, 2000))),
        as_of=now,
    )
    plain = _lived(plain, persona, now)
    possible = (plain, *_others(plain, now))
    return max(possible, key=lambda one: _fitting(library, script, _context(one, session, policy, now)))


def factors(dice: Random) -> Mapping[str, str]:
    """What the customer knows to be verified by, by method."""
    return {"pin": f"{dice.randrange(1000, 10000)}"}


def _lived(account: Account, persona: str, now: datetime) -> Account:
    """What this kind of caller has behind them."""
    if persona == "lost":
        old = Equipment("eq-1", "router", "HG-1", (now - timedelta(days=2300)).date())
        return replace(account, equipment=(old,))
    if persona == "angry":
        days = (1, 3, 8)
        contacts = tuple(Contact(now - timedelta(days=day), "call", "internet", "not solved") for day in days)
        return replace(account, contacts=contacts)
    return account


def _others(plain: Account, now: datetime) -> tuple[Account, ...]:
    slow = replace(plain, plan=Plan("Fibre 100", "broadband", plain.bill, 100.0, 100))
    box = Equipment("eq-2", "set-top box", "TV-1", (now - timedelta(days=1500)).date())
    return (
        slow,
        replace(plain, segment=Segment.BUSINESS),
        replace(plain, equipment=(*plain.equipment, box)),
        replace(plain, alerts=(Alert("data_out", "Data ran out", now),)),
    )


def _context(account: Account, session: AgentSession, policy: str, now: datetime) -> WalkContext:
    return WalkContext(
        agent_first_name=session.person.first_name,
        company=session.company,
        account=replace(account, consents=(ACCOUNT_DATA_CONSENT,)),
        today=now.date(),
        policy=policy,
        region=session.site_region,
        currency=account.bill.currency,
        verified=True,
    )


def _fitting(library: Library, script: str, context: WalkContext) -> int:
    """How many offers of the script this customer may have."""
    moment = Moment(Book(library), State(context), "")
    lines = [step.offer for step in library.scripts[script].steps.values() if step.offer is not None]
    offers = [library.offers[line.offer] for line in lines if line.offer in library.offers]
    return sum(not offer.eligible or moment.holds(offer.eligible) for offer in offers)
