"""The page after a practice call: what went well first, then what was missed, and the path beside the best one."""

from __future__ import annotations

from difflib import SequenceMatcher

from app.practice.call import PracticeCall
from app.practice.judge import Judge, Miss, MissKind
from app.practice.personas import Say
from app.practice.personas import title as persona_title
from app.practice.view import MissRow, Page, PathRow
from app.practice.ways import Spot
from app.scripts.library import Library

_IGNORED = (MissKind.CANCEL_NOT_HONOURED, MissKind.INTERRUPT_NOT_USED)


def page_of(call: PracticeCall, best: PracticeCall | None, say: Say) -> Page:
    """The page of a call that is over, beside the best path of the same plan; None where a draft has none."""
    library, judge = call.plan.library, call.judge
    ideal = best.judge if best is not None else judge
    judge.never_reached(ideal)
    return Page(
        library.scripts[call.plan.script].title,
        persona_title(call.plan.persona, say),
        call.plan.seed,
        _headline(judge, say),
        _well(library, judge, ideal, say),
        tuple(_missed(library, one, say) for one in judge.misses),
        _path(library, judge.path, ideal.path),
    )


def as_text(page: Page, say: Say) -> str:
    """The page for the terminal."""
    lines = [f"{page.script} · {page.persona} · {page.seed}", "", page.headline, "", say("What went well")]
    lines += [f"  + {one}" for one in page.well]
    lines += ["", say("What was missed")]
    lines += [f"  - {one.text} ({one.where})" for one in page.missed] or [f"  {say('Nothing.')}"]
    lines += ["", say("Your path beside the best one")]
    marks = {(True, True): "  =", (True, False): "  >", (False, True): "  <"}
    lines += [f"{marks[one.yours, one.best]} {one.title}" for one in page.path]
    return "\n".join(lines)


def _headline(judge: Judge, say: Say) -> str:
    if not judge.misses:
        return say("Well done: nothing was missed.")
    if len(judge.misses) == 1:
        return say("Nearly all of it was right. One thing to try again.")
    return say("A good start. {} things to try again.").format(len(judge.misses))


def _well(library: Library, judge: Judge, best: Judge, say: Say) -> tuple[str, ...]:
    found = []
    kinds = {one.kind for one in judge.misses}
    if judge.verified:
        found.append(say("You checked who is calling before you opened the account."))
    ignored = {one.about for one in judge.misses if one.kind in _IGNORED}
    for name in (one for one in judge.honoured if one not in ignored):
        if name == "cancel":
            found.append(say("You honoured the wish to cancel at once."))
        else:
            found.append(say("You left the pitch at once: {}.").format(_interrupt(library, name)))
    if judge.asked and judge.heard:
        found.append(say("You took {} of {} answers as the caller gave them.").format(judge.heard, judge.asked))
    too_late = {one.about for one in judge.misses if one.kind is MissKind.OFFER_AFTER_NO}
    said = [one for one in dict.fromkeys(judge.extended) if one not in too_late]
    if said:
        reached = len({*said, *best.extended})
        text = say("You said {} of {} offers: {}.")
        found.append(text.format(len(said), reached, ", ".join(_offer(library, one) for one in said)))
    if judge.accepted:
        names = ", ".join(_offer(library, one) for one in dict.fromkeys(judge.accepted))
        found.append(say("The caller accepted: {}.").format(names))
    if judge.read and MissKind.DISCLOSURE_SKIPPED not in kinds:
        found.append(say("You read out what has to be read."))
    if judge.raised:
        found.append(say("You found an answer to what the caller objected."))
    return tuple(found or [say("You took the call to its end.")])


def _missed(library: Library, miss: Miss, say: Say) -> MissRow:
    return MissRow(_sentence(library, miss, say), _where(library, (miss.script, miss.step)), miss.said)


def _sentence(library: Library, miss: Miss, say: Say) -> str:
    match miss.kind:
        case MissKind.OFFER_NOT_EXTENDED:
            return say("{} would have fitted and was not said.").format(_offer(library, miss.about))
        case MissKind.DISCLOSURE_SKIPPED:
            text = library.disclosures.get(miss.about)
            return say("“{}” was not read out.").format(text.title if text is not None else miss.about)
        case MissKind.IDENTITY_SKIPPED:
            return say("The caller could prove who they are, and was not checked.")
        case MissKind.CANCEL_NOT_HONOURED:
            return say("The caller asked to cancel, and the call went on. The Cancel key honours it at once.")
        case MissKind.INTERRUPT_NOT_USED:
            return say("“{}” ends all selling. Find opens it by what the caller said.").format(
                _interrupt(library, miss.about)
            )
        case MissKind.OFFER_AFTER_NO:
            return say("{} was offered after the last no.").format(_offer(library, miss.about))
        case MissKind.OBJECTION_NOT_ANSWERED:
            return say("The script has an answer to what the caller objected. Find opens it.")
        case MissKind.ENDED_EARLY:
            return say("The call was wrapped up before the script was over.")
        case MissKind.WRONG_ANSWER if miss.pressed:
            return say("You pressed “{}”, and the caller said something else.").format(miss.pressed)
        case _:
            return say("What you recorded is not what the caller said.")


def _path(library: Library, yours: list[Spot], best: list[Spot]) -> tuple[PathRow, ...]:
    """Both paths in one list, step by step."""
    rows = []
    for same, a, b, c, d in SequenceMatcher(None, yours, best, autojunk=False).get_opcodes():
        equal = same == "equal"
        rows += [PathRow(_where(library, spot), True, equal) for spot in yours[a:b]]
        rows += [] if equal else [PathRow(_where(library, spot), False, True) for spot in best[c:d]]
    return tuple(rows)


def _where(library: Library, spot: Spot) -> str:
    script = library.scripts.get(spot[0])
    step = script.steps.get(spot[1]) if script is not None else None
    if script is None or step is None:
        return spot[1]
    return f"{script.title} › {step.title}"


def _offer(library: Library, offer: str) -> str:
    found = library.offers.get(offer)
    return found.name if found is not None else offer


def _interrupt(library: Library, name: str) -> str:
    found = library.interrupts.get(name)
    return found.title if found is not None else name
