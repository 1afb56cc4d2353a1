"""The agent's notes: card data is taken out before anything is kept, with an undo for what was no card."""

from __future__ import annotations

from app.desk.live_call import LiveCall, TakenOut
from app.security.redaction import MAX_NOTE_BYTES, Removed, redact

_CODE = "A card code was taken out; it may never be kept."
_NUMBER = "A card number was taken out before anything was kept. Was it an order number?"
SAID = (_CODE, _NUMBER)
"""What the agent is told here, so that every language has it."""


def write_note(call: LiveCall, text: str) -> None:
    """Takes the whole field as it now stands."""
    result = redact(text, call.no_cards)
    call.note = result.text
    cards = [
        TakenOut(text[removal.start : removal.end], removal.digits)
        for removal in result.removals
        if removal.what is Removed.CARD_NUMBER
    ]
    # As many as there are placeholders: one that the agent deleted has nothing to put back.
    placeholders = call.note.count(Removed.CARD_NUMBER)
    call.removed = (*call.removed, *cards)[-placeholders:] if placeholders else ()
    if result.removals:
        call.note_notice = _notice({removal.what for removal in result.removals})
    elif result.cut:
        call.note_notice = f"A note holds {MAX_NOTE_BYTES:,} bytes; the rest was not kept."
    elif not call.removed:
        call.note_notice = ""


def undo_redaction(call: LiveCall) -> None:
    """What was taken out was no card: puts it back and leaves it from now on. The digits live in memory only."""
    text = call.note
    for taken in call.removed:
        text = text.replace(Removed.CARD_NUMBER, taken.typed, 1)
    call.no_cards |= frozenset(taken.digits for taken in call.removed)
    call.removed, call.note_notice = (), ""
    write_note(call, text)


def _notice(what: set[Removed]) -> str:
    if what == {Removed.CARD_CODE}:
        return _CODE
    return _NUMBER
