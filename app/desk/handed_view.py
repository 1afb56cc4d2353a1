"""What the window shows of a call that another agent handed over."""

from __future__ import annotations

from app.desk.card import method_words
from app.desk.handed import Record, from_plain
from app.desk.live_call import LiveCall
from app.desk.state import DeskState
from app.desk.view import HandedView
from app.domain.event import EventType

_SHOWN = 4
_TELLING = frozenset({EventType.OFFER_ACCEPTED, EventType.OFFER_DECLINED, EventType.OFFER_DEFERRED})


def handed_view(state: DeskState, call: LiveCall | None) -> HandedView | None:
    """Who handed the call over, and what he left; None where nobody did, and after the call.

    Where only the number says that it is this call, there is no more than the name and the script: the rest may be
    another caller's.
    """
    if call is None or call.handed is None or call.wrapping_since is not None:
        return None
    handed, say = call.handed, state.world.words
    record = from_plain(handed.record)
    who = f"{handed.by}, {handed.team}" if handed.team else handed.by
    rows = [(say("Step"), ": ".join(filter(None, (record.script_title, record.step_title))))]
    if handed.certain or handed.choice:
        rows += _told(state, record)
    shown = tuple((label, text) for label, text in rows if text)
    return HandedView(say("Transferred by {}").format(who), shown, may_open=handed.choice != "on")


def _told(state: DeskState, record: Record) -> list[tuple[str, str]]:
    say = state.world.words
    offers = [fact for fact in record.offers if not fact.taken_back]
    decided = {fact.offer for fact in offers if fact.kind in _TELLING}
    # An extend is not worth a line where what came of it is told.
    made = [fact.text for fact in offers if fact.kind in _TELLING or fact.offer not in decided]
    mark = record.verified
    verified = ""
    if mark is not None:
        at = f"{mark.at.astimezone(state.site.zone):%H:%M}"
        verified = say("by {}, {}").format(method_words(mark.method), at)
    return [
        (say("Answers"), "\n".join(answer for _, answer in record.answers[-_SHOWN:])),
        (say("Offers made"), "\n".join(made[:_SHOWN])),
        (say("Ends offers"), say("They asked to cancel") if record.before.cancel else ""),
        (say("Verified"), verified),
        (say("Note"), record.note),
    ]
