"""Callbacks: calls that are over and to which the agent has promised, or owes, another.

A call that dropped, an offer put off, a promise: the draft of such a call stays in the local store, masked and no
longer verified, until the customer was called back. So the list survives a restart, and calling back goes on where
the walk was.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from app.desk.card import Matching, short_day
from app.desk.live_call import LiveCall, Promise, to_draft
from app.desk.ports import Draft
from app.desk.state import DeskState, ParkedCall
from app.desk.view import CallbackRow, Calling, Match
from app.domain.account import Account, Detail, mask_name
from app.domain.phone import national
from app.scripts.library import Library
from app.scripts.walk import Walk
from app.telephony.calls import Call

DROPPED = "dropped"
_KEYS = "123456789"
_AGAIN_LATER = timedelta(hours=1)


def promise_for(state: DeskState, call: LiveCall) -> Promise | None:
    """What is owed to the caller when wrap-up is confirmed; None for nothing, or where there is no number."""
    number = _number(call)
    if number is None or not call.answered:
        return None
    deferred = [fact for fact in call.offers if fact.due and not fact.taken_back and not fact.earlier]
    account = call.matching.account
    say = state.world.words
    if call.promised:
        due, why, about = _day(state, call.promised), "promised", _about(call)
    elif deferred:
        due, why, about = _day(state, min(fact.due for fact in deferred)), "later", deferred[0].text.partition(": ")[2]
    elif call.disposition == DROPPED:
        due, why, about = call.ended_at or state.world.clock(), DROPPED, _about(call)
    else:
        return None
    who = mask_name(account.name) if account is not None else call.number_text
    return Promise(due, why, about or say("Callback"), number, who, account.id if account is not None else "")


def parked_draft(call: LiveCall, promise: Promise, library: Library) -> Draft:
    """What is kept of the call: nothing that only a verified caller may hear of."""
    account = call.matching.account
    reduced = replace(
        call,
        matching=Matching(
            call.matching.match,
            call.matching.number,
            account=None if account is None else masked(account),
            chosen=call.matching.chosen,
            stale=True,
        ),
        verified=None,
        caller="",
        confirmed=True,
        promised="",
    )
    if call.walk is None:
        return to_draft(reduced, library, promise)
    place, reduced.go_on = place_to_begin(call.walk)
    log = [forgotten(entry) for entry in call.walk.log]
    return to_draft(reduced, library, promise, [*log, {"kind": "Moved", "to": place, "drop": False}])


def put_off(parked: ParkedCall, due: datetime) -> ParkedCall:
    """The same callback, at another time."""
    import msgspec

    promise = replace(parked.promise, due=due)
    body = msgspec.json.decode(parked.draft.body)
    body["promise"] = msgspec.to_builtins(promise)
    return ParkedCall(Draft(parked.draft.call, msgspec.json.encode(body)), promise)


def revived(kept: LiveCall, promise: Promise, phone: Call, number_text: str, line: str) -> LiveCall:
    """The call that goes on: the same subject, the same walk; the caller is not verified yet."""
    account = kept.matching.account
    match = Match.ONE if account is not None else Match.NONE
    return replace(
        kept,
        phone=phone,
        number_text=number_text,
        line=line,
        matching=Matching(match, promise.number, (account,) if account else (), account, bool(account), stale=True),
        wrapping_since=None,
        confirmed=False,
        verified=None,
        offers=[replace(fact, earlier=True) for fact in kept.offers],
        disposition="",
        reason="",
        summary="",
        summary_edited=False,
        talked_s=None,
        known_alerts=None,
        fresh_alerts=(),
    )


def rows(state: DeskState) -> tuple[CallbackRow, ...]:
    """The list for the ready screen: what has waited longest first."""
    now = state.world.clock()
    found = []
    for place, parked in enumerate(state.parked):
        promise = parked.promise
        today, due = now.astimezone(state.site.zone).date(), promise.due.astimezone(state.site.zone).date()
        key = _KEYS[place] if place < len(_KEYS) else ""
        found.append(
            CallbackRow(key, promise.who, promise.about, _due(state, promise, now), due < today, later=due > today)
        )
    return tuple(found)


def calling_view(state: DeskState) -> Calling | None:
    """Whom the agent calls back now."""
    if state.calling is None:
        return None
    promise = state.calling.promise
    return Calling(national(promise.number, state.site.region), promise.about, state.calling_dials)


def in_order(parked: Sequence[ParkedCall]) -> tuple[ParkedCall, ...]:
    """By the time that was promised."""
    return tuple(sorted(parked, key=lambda one: one.promise.due))


def again_in_an_hour(now: datetime) -> datetime:
    """When to try again today."""
    return now + _AGAIN_LATER


def again_tomorrow(state: DeskState) -> datetime:
    """When to try again on the next day."""
    today = state.world.clock().astimezone(state.site.zone).date()
    return _at(state, today + timedelta(days=1))


def masked(account: Account) -> Account:
    """The account as the index knows it."""
    if account.detail is Detail.INDEX:
        return account
    return replace(account, detail=Detail.INDEX, name=mask_name(account.name), first_name=None, street=None, email=None)


def _number(call: LiveCall) -> str | None:
    if call.phone.ani_e164 is not None:
        return call.phone.ani_e164
    account = call.matching.account
    # Who hid his number and was not verified may be anybody: the holder is not rung up because of him.
    known = account is not None and call.verified is not None
    return account.phones[0] if account is not None and known and account.phones else None


def _about(call: LiveCall) -> str:
    return call.walk.screen().script_title if call.walk is not None else ""


def _due(state: DeskState, promise: Promise, now: datetime) -> str:
    zone, say = state.site.zone, state.world.words
    local, today = promise.due.astimezone(zone), now.astimezone(zone).date()
    if promise.why == DROPPED and local.date() == today:
        return say("dropped at {}").format(f"{local:%H:%M}")
    if local.date() == today:
        timed = local.time() != time.min
        return say("today from {}").format(f"{local:%H:%M}") if timed and promise.due > now else say("today")
    if local.date() < today:
        return say("since {}").format(short_day(promise.due, now, zone))
    if local.date() == today + timedelta(days=1):
        return say("tomorrow")
    return f"{local:%a} {local.day} {local:%b}"


def _day(state: DeskState, iso: str) -> datetime:
    return _at(state, date.fromisoformat(iso))


def _at(state: DeskState, day: date) -> datetime:
    return datetime.combine(day, time.min, state.site.zone).astimezone(UTC)


def place_to_begin(walk: Walk) -> tuple[int, int]:
    """Where the callback begins: at the step that asks who it is; and how many steps further the walk was."""
    visited, scripts = walk.visited, walk.library.scripts
    steps = [scripts[script].steps.get(step) for script, step in visited]
    reached = walk.place
    here = steps[reached]
    if here is not None and here.end is not None and reached > walk.fence:
        reached -= 1
    for place in range(reached, walk.fence - 1, -1):
        step = steps[place]
        if step is not None and step.verify:
            return place, reached - place
    return reached, 0


def forgotten(entry: dict[str, Any]) -> dict[str, Any]:
    """An event of the walk without what may not be kept: the open account, and that the caller was verified.

    What was told once keeps its number, since corrections go by it: a verification gives way to an event that changes
    nothing.
    """
    if entry["kind"] == "Identified":
        return {"kind": "ObjectionUsed", "script": "", "step": "", "objection": ""}
    if entry["kind"] != "ContextSet":
        return entry
    context = dict(entry["context"])
    if context.get("account"):
        account = dict(context["account"])
        account |= {"detail": Detail.INDEX.value, "first_name": None, "street": None, "email": None}
        account["name"] = mask_name(str(account["name"])) if "•" not in str(account["name"]) else account["name"]
        context["account"] = account
    return {**entry, "context": {**context, "verified": False, "role": ""}}
