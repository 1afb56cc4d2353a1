"""What the world is told of a walk event: the happening as the events page of the help describes it."""

from __future__ import annotations

from app.domain.event import EventType, Happening, Json
from app.scripts.walking import events as walk
from app.scripts.walking.events import OfferPlace, WalkEvent

# What only the walk itself needs.
_UNTOLD = (
    walk.ContextSet,
    walk.Moved,
    walk.Reckoned,
    walk.Filled,
    walk.Doubted,
    walk.Pended,
    walk.Restored,
    walk.Interrupted,
    walk.RoleSaid,
    walk.Spoken,
    walk.RequestFinished,
)


def is_told(event: WalkEvent) -> bool:
    """Whether `told` gives a happening, without making it."""
    return not isinstance(event, _UNTOLD)


def told(event: WalkEvent) -> Happening | None:
    """The happening to record, or None for what only the walk itself needs."""
    return _of_script(event) or _of_offer(event) or _of_caller(event)


def _of_script(event: WalkEvent) -> Happening | None:
    match event:
        case walk.ScriptBegun(script, release, policy):
            return Happening(EventType.SCRIPT_STARTED, {"script": script, "release": release, "policy": policy})
        case walk.HandedOver(origin, script, then):
            return Happening(EventType.SCRIPT_HANDED_OVER, {"from": origin, "to": script, "then": then})
        case walk.ScriptEnded(script, outcome, reason):
            return Happening(EventType.SCRIPT_ENDED, {"script": script, "outcome": outcome, "reason": reason})
        case walk.Entered(script, step):
            return Happening(EventType.STEP_ENTERED, {"script": script, "step": step})
        case walk.Answered(script, step, key, answer):
            return Happening(EventType.ANSWER_GIVEN, {"script": script, "step": step, "key": key, "answer": answer})
        case walk.Captured(script, step, values):
            return Happening(EventType.FORM_CAPTURED, {"script": script, "step": step, "values": dict(values)})
        case walk.Phrased(script, step, phrasing):
            return Happening(EventType.PHRASING_SHOWN, {"script": script, "step": step, "phrasing": phrasing})
        case walk.ObjectionUsed(script, step, objection):
            return Happening(EventType.OBJECTION_USED, {"script": script, "step": step, "objection": objection})
        case walk.IntentStated(intent):
            return Happening(EventType.INTENT_STATED, {"intent": intent})
    return None


def _of_offer(event: WalkEvent) -> Happening | None:
    match event:
        case walk.OfferFound(place):
            return Happening(EventType.OFFER_ELIGIBLE, _facts(place))
        case walk.OfferShown(place):
            return Happening(EventType.OFFER_DISPLAYED, _facts(place))
        case walk.OfferWithheld(account, offer, reason):
            return Happening(EventType.OFFER_SUPPRESSED, {"account": account, "offer": offer, "reason": reason})
        case walk.Extended(place, implied):
            return Happening(EventType.OFFER_EXTENDED, {**_facts(place), "implied": implied})
        case walk.Accepted(place, option, points):
            return Happening(EventType.OFFER_ACCEPTED, {**_facts(place), "option": option, "points": points})
        case walk.Declined(place, reason):
            return Happening(EventType.OFFER_DECLINED, {**_facts(place), "reason": reason})
        case walk.Deferred(place, due):
            return Happening(EventType.OFFER_DEFERRED, {**_facts(place), "due": due})
        case walk.Passed(place, reason):
            return Happening(EventType.OFFER_PASSED, {**_facts(place), "reason": reason})
        case walk.Corrected(corrects):
            return Happening(EventType.EVENT_CORRECTED, {"corrects": corrects})
    return None


def _of_caller(event: WalkEvent) -> Happening | None:
    match event:
        case walk.CancelRequested(account, script, step, offers_before):
            return Happening(
                EventType.CANCEL_REQUESTED,
                {"account": account, "script": script, "step": step, "offers_before": offers_before},
            )
        case walk.Identified(account, method, how, role, offline):
            return Happening(
                EventType.CALLER_VERIFIED,
                {"account": account, "method": method, "how": how, "role": role, "offline": offline},
            )
        case walk.DisclosureRead(disclosure, offer, script, step, seconds):
            return Happening(
                EventType.DISCLOSURE_READ,
                {"disclosure": disclosure, "offer": offer, "script": script, "step": step, "seconds": seconds},
            )
        case walk.ConsentAnswered(consent, wording, offer, script, step, given):
            return Happening(
                EventType.CONSENT_GIVEN if given else EventType.CONSENT_REFUSED,
                {"consent": consent, "wording": wording, "offer": offer, "script": script, "step": step},
            )
        case walk.Requested(account, action, offer, option):
            # The desk makes the order's id, which must be a UUIDv7.
            return Happening(
                EventType.ORDER_REQUESTED,
                {"account": account, "order": "", "action": action, "offer": offer, "option": option},
            )
    return None


def _facts(place: OfferPlace) -> dict[str, Json]:
    return {
        "account": place.account,
        "offer": place.offer,
        "kind": place.kind,
        "rung": place.rung,
        "script": place.script,
        "step": place.step,
    }
