"""Tells how one step changed."""

from __future__ import annotations

from app.scripts.difference.told import Told, bare, quoted, worded
from app.scripts.difference.ways import Renamed, tell_answers, tell_branches, tell_forms, tell_objections
from app.scripts.difference.wording import tell_lines, tell_phrasings
from app.scripts.model import Step

_TOLD = (
    "id", "title", "tags", "phrasings", "points", "notes", "asks", "lets", "branches", "answers", "objections",
    "requests", "verify", "offer", "read", "consent", "wait", "picture", "end",
    "titled",  # that a heading has no title changes the title, or nothing
)  # fmt: skip


def tell_step(old: Step, new: Step, renamed: Renamed, told: Told) -> None:
    """All differences of a step, in the order in which an agent meets them."""
    if old.title != new.title:
        told.add("title-changed", f"title {quoted(old.title)} -> {quoted(new.title)}", new.place)
    _tell_tags(old, new, told)
    tell_phrasings(old.phrasings, new.phrasings, told)
    tell_lines("point", old.points, new.points, told)
    tell_lines("note", old.notes, new.notes, told)
    _tell_picture_and_wait(old, new, told)
    _tell_identity(old, new, told)
    _tell_offer(old, new, told)
    tell_forms(old, new, told)
    tell_branches(old.branches, new.branches, renamed, told)
    tell_answers(old.answers, new.answers, renamed, told)
    tell_objections(old.objections, new.objections, renamed, told)
    _tell_requests(old, new, told)
    _tell_end(old, new, told)
    told.others(old, new, _TOLD, new.place)


def _tell_tags(old: Step, new: Step, told: Told) -> None:
    for tag in old.tags:
        if tag not in new.tags:
            told.add("tag-lost", f"lost the tag #{tag}", new.place)
    for tag in new.tags:
        if tag not in old.tags:
            told.add("tag-added", f"got the tag #{tag}", new.place)


def _tell_picture_and_wait(old: Step, new: Step, told: Told) -> None:
    if old.picture != new.picture:
        told.add("picture-changed", f"picture {worded(old.picture)} -> {worded(new.picture)}", new.place)
    if bare(old.wait) == bare(new.wait):
        return
    before = f"{old.wait.seconds} s {quoted(old.wait.text)}" if old.wait else "none"
    after = f"{new.wait.seconds} s {quoted(new.wait.text)}" if new.wait else "none"
    told.add("wait-changed", f"wait {before} -> {after}", new.wait.place if new.wait else new.place)


def _tell_identity(old: Step, new: Step, told: Told) -> None:
    before = old.verify.methods if old.verify else ()
    after = new.verify.methods if new.verify else ()
    if before != after:
        place = new.verify.place if new.verify else new.place
        told.add("verify-changed", f"verifies the caller by {worded(before)} -> {worded(after)}", place)


def _tell_offer(old: Step, new: Step, told: Told) -> None:
    """The offer on the table, the disclosure and the consent."""
    before, after = (old.offer.offer if old.offer else "", new.offer.offer if new.offer else "")
    if before != after:
        told.add("offer-changed", f"offers {worded(before)} -> {worded(after)}", new.offer.place if new.offer else None)
    elif old.offer and new.offer and old.offer.best_first != new.offer.best_first:
        how = (
            "now proposes the best option first" if new.offer.best_first else "no longer proposes the best option first"
        )
        told.add("best-first-changed", how, new.offer.place)
    read = (old.read.disclosure if old.read else "", new.read.disclosure if new.read else "")
    if read[0] != read[1]:
        place = new.read.place if new.read else new.place
        told.add("read-changed", f"reads the disclosure {worded(read[0])} -> {worded(read[1])}", place)
    consent = (old.consent.consent if old.consent else "", new.consent.consent if new.consent else "")
    if consent[0] != consent[1]:
        place = new.consent.place if new.consent else new.place
        told.add("consent-changed", f"asks for the consent {worded(consent[0])} -> {worded(consent[1])}", place)
    elif old.consent and new.consent and old.consent.question != new.consent.question:
        told.add(
            "consent-reworded",
            "question for consent reworded",
            new.consent.place,
            old.consent.question,
            new.consent.question,
        )


def _tell_requests(old: Step, new: Step, told: Told) -> None:
    """What the CRM or the phone is asked for."""
    before = {(request.verb, request.what): request for request in old.requests}
    after = {(request.verb, request.what): request for request in new.requests}
    for (verb, what), request in before.items():
        if (verb, what) not in after:
            told.lost("request-lost", f"no longer does {verb.title()}: {what}", request.place)
    for (verb, what), request in after.items():
        if (verb, what) not in before:
            told.add("request-added", f"now does {verb.title()}: {what}", request.place)
    if set(before) == set(after) and bare(old.requests) != bare(new.requests):
        told.add("requests-reordered", "asks the CRM for the same in another order", new.requests[0].place)


def _tell_end(old: Step, new: Step, told: Told) -> None:
    if bare(old.end) == bare(new.end):
        return
    if new.end is None:
        told.lost("end-lost", f"no longer ends the script ({_end(old)})", old.end.place if old.end else None)
    elif old.end is None:
        told.add("end-added", f"now ends the script: {_end(new)}", new.end.place)
    else:
        told.add("end-changed", f"ends as {_end(old)} -> {_end(new)}", new.end.place)


def _end(step: Step) -> str:
    if step.end is None:
        return "no end"
    return step.end.outcome + (f", reason {step.end.reason}" if step.end.reason else "")
