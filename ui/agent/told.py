"""What changed by itself since the view before, in words for a screen reader: ringing, step, recorded, unsent."""

from __future__ import annotations

from app.desk.conversations import AskStep
from app.desk.view import DeskView, Phase
from ui.agent.lead_line import answer_words, waits_unread
from ui.words.catalogue import say


def told(before: DeskView, view: DeskView) -> list[tuple[str, bool]]:
    """The texts to speak, in order, each with whether it interrupts what is being spoken."""
    texts: list[tuple[str, bool]] = []
    if view.phase is Phase.RINGING and before.phase is not Phase.RINGING and view.call is not None:
        title = view.card.title if view.card else ""
        texts.append((say("Ringing: {}. {}").format(view.call.number, title), True))
    if view.locked is not None and (before.locked is None or before.locked.under is not view.locked.under):
        rings = view.locked.under is Phase.RINGING
        texts.append((say("Locked. A call is ringing.") if rings else say("Locked"), rings))
    if view.phase is Phase.BREAK and before.phase is Phase.READY:
        texts.append((say("On a break: {}").format(view.on_break), False))
    if view.script is not None and view.script != before.script:
        was = before.script
        if was is None or (was.script, was.step) != (view.script.script, view.script.step):
            texts.append((f"{view.script.step_title}. {view.script.spoken}", False))
    if view.recorded != before.recorded and view.recorded.sentence:
        texts.append((view.recorded.sentence, False))
    if view.sync.online != before.sync.online:
        texts.append((say("Back online") if view.sync.online else say("Offline, events are kept here"), False))
    waiting = view.call.waiting if view.call else ()
    if waiting and (before.call is None or before.call.waiting != waiting):
        texts.append((say("Another call waits: {}").format(waiting[-1]), False))
    if view.asked is not None and view.asked != before.asked and view.asked.step is AskStep.ANSWERED:
        texts.append((f"{view.asked.answered_by}: {answer_words(view.asked)}", False))
    if waits_unread(view) > waits_unread(before):
        texts.append((say("A message from the lead waits until the call is over."), False))
    known = {letter.id for letter in before.letters} if waits_unread(before) == 0 else set()
    for letter in view.letters if waits_unread(view) == 0 else ():
        if letter.id not in known:
            texts.append((say("Message from {}: {}").format(letter.author, letter.text), False))
    fresh = set(view.messages) - set(before.messages)
    texts += [(message.text, False) for message in sorted(fresh, key=lambda one: one.at)]
    return texts
