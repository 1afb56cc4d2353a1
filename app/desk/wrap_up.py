"""After-call work: disposition, summary, notes; confirmed by one key, corrected until then."""

from __future__ import annotations

import math

from app.desk.card import lower_first, method_words
from app.desk.live_call import LiveCall
from app.desk.state import DeskState
from app.desk.view import RecentCall, WrapUp
from app.domain.event import EventType, Happening, Json
from app.scripts.library import Library
from app.scripts.screen import PathItem
from app.security.redaction import redact

_ORDER_WORDS = {"queued": "waiting to be sent", "placed": "placed", "failed": "not taken by the CRM"}
_RECENT = 8
_NO_OUTCOME = "no_outcome"


def begin_wrap_up(state: DeskState, call: LiveCall) -> None:
    """The talking is over, or the agent says so; composes the summary."""
    if call.wrapping_since is None:
        call.wrapping_since = state.world.clock()
        call.wrapping_mark = state.world.elapsed()
    if not call.disposition:
        call.disposition = _default_disposition(state, call)
    if not call.summary_edited:
        call.summary = summary(state, call)


def wrap_up_view(state: DeskState, call: LiveCall) -> WrapUp:
    """What the window shows of it."""
    library = state.library_of(call)
    return WrapUp(
        disposition=call.disposition,
        dispositions=tuple((each.id, each.label) for each in library.dispositions),
        reason=library.reasons.get(call.reason, call.reason),
        summary=call.summary,
        call_over=call.ended_at is not None,
        ready_in=ready_in(state, call),
    )


def ready_in(state: DeskState, call: LiveCall) -> int | None:
    """Seconds until wrap-up is confirmed by itself; None where it waits for the agent's key."""
    after = state.world.rules().ready_after_s
    if not after or call.stays or call.ended_mark is None or call.wrapping_since is None:
        return None
    return max(0, math.ceil(call.ended_mark + after - state.world.elapsed()))


def summary(state: DeskState, call: LiveCall) -> str:
    """What happened, in a few sentences without names or numbers; the agent may edit it."""
    lines = []
    if call.verified is not None:
        how = "Attested by the agent" if call.verified.how == "attested" else "Verified"
        lines.append(f"{how} by {method_words(call.verified.method)}.")
    if call.walk is not None:
        screen = call.walk.screen()
        lines.append(f"{screen.script_title}.")
        lines.extend(
            f"{item.title}: {lower_first(item.answer)}."
            for item in screen.path
            if _telling(call.walk.library, screen.script, item)
        )
    for fact in reversed(call.offers):
        if not fact.taken_back and not fact.earlier and not fact.text.startswith("Extended"):
            lines.append(f"{fact.text}.")
    if call.orders:
        lines.extend(f"Order {_ORDER_WORDS[result]}." for result in call.orders.values())
    if call.note:
        lines.append(f"Note: {call.note}")
    return "\n".join(lines)


def _telling(library: Library, script: str, item: PathItem) -> bool:
    """Whether an answer tells something that the lines on verification and offers do not."""
    step = library.scripts[script].steps.get(item.step)
    said_elsewhere = {"identity", "offer", "disclosure"}
    return bool(item.answer) and (step is None or not said_elsewhere.intersection(step.tags))


def final_happenings(state: DeskState, call: LiveCall) -> list[Happening]:
    """What is recorded when wrap-up is confirmed."""
    now = state.world.clock()
    happenings = []
    # A CRM that keeps outcomes alone has no other event from which to know whose they are.
    whose: dict[str, Json] = {"account": call.matching.account.id} if call.matching.account is not None else {}
    if call.note:
        happenings.append(Happening(EventType.NOTE_SAVED, {**whose, "text": call.note}))
    wrapped = (now - (call.wrapping_since or now)).total_seconds()
    if call.wrapping_mark is not None:
        # The clock on the wall may have been set meanwhile.
        wrapped = state.world.elapsed() - call.wrapping_mark
    happenings.append(
        Happening(
            EventType.CALL_WRAPPED,
            {
                **whose,
                "disposition": call.disposition,
                "reason": call.reason,
                "summary": redact(call.summary, call.no_cards).text,
                "talk_s": call.talk_seconds,
                "hold_s": 0,
                "wrap_s": max(0, int(wrapped)),
                "times_by_agent": call.phone.times_by_agent,
            },
        )
    )
    return happenings


def remember(state: DeskState, call: LiveCall) -> None:
    """Puts the call on the list of recent calls."""
    labels = {each.id: each.label for each in state.library_of(call).dispositions}
    account = call.matching.account
    who = f"Account {account.number}" if account is not None and call.verified is not None else call.number_text
    outcome = labels.get(call.disposition, call.disposition)
    state.recent = (RecentCall(call.offered_at, who, outcome), *state.recent)[:_RECENT]


def _default_disposition(state: DeskState, call: LiveCall) -> str:
    known = [each.id for each in state.library_of(call).dispositions]
    accepted = any(
        fact.kind == EventType.OFFER_ACCEPTED and not (fact.taken_back or fact.earlier) for fact in call.offers
    )
    for wanted in ("upgraded" if accepted else "", "dropped" if call.answered else "abandoned", _NO_OUTCOME):
        if wanted in known:
            return wanted
    return known[0] if known else _NO_OUTCOME
