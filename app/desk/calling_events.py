"""What is recorded of callbacks, and how a kept call is read again."""

from __future__ import annotations

from collections.abc import Callable

from app.desk.live_call import DraftUnreadable, LiveCall, from_draft, pinned_to
from app.desk.ports import Draft
from app.desk.state import ParkedCall
from app.domain.event import EventType, Happening
from app.scripts.library import Library


def kept_call(draft: Draft, in_use: Library, kept_library: Callable[[str], Library | None]) -> LiveCall:
    """The call of a draft with the release that it began with; without its walk where that is gone.

    Raises DraftUnreadable where the draft itself cannot be read.
    """
    content = pinned_to(draft)
    library = in_use if content in ("", in_use.release.content_hash) else kept_library(content)
    try:
        return from_draft(draft, library or in_use)
    except DraftUnreadable:
        return from_draft(draft, None)


def subject_of(parked: ParkedCall) -> str:
    """The interaction that the callback belongs to."""
    return from_draft(parked.draft, None).subject


def done_event(parked: ParkedCall, result: str) -> Happening:
    """The callback needs no more doing: `result` is reached, called_again or not_wanted."""
    promise = parked.promise
    data = {"account": promise.account, "result": result, "why": promise.why, "due": promise.due.isoformat()}
    return Happening(EventType.CALLBACK_DONE, dict(data))


def promised_event(parked: ParkedCall) -> Happening:
    """The customer is called back at another time."""
    promise = parked.promise
    data = {"account": promise.account, "due": promise.due.isoformat(), "about": promise.about}
    return Happening(EventType.CALLBACK_PROMISED, dict(data))
