"""Watches a practice call: what the caller said, what the agent did about it, and what was missed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from app.desk import intents
from app.desk.intents import Intent
from app.domain.event import Event, EventType
from app.practice.caller import Expects, Saying
from app.practice.ways import Spot
from app.scripts.screen import OfferScreen, OfferState, StepScreen

_RECORDS = {
    EventType.OFFER_DECLINED: "D",
    EventType.OFFER_DEFERRED: "L",
}
_LOOKING_BACK = (intents.GoBack, intents.GoForward)


class MissKind(StrEnum):
    """What can be missed in a call."""

    OFFER_NOT_EXTENDED = "offer_not_extended"
    DISCLOSURE_SKIPPED = "disclosure_skipped"
    IDENTITY_SKIPPED = "identity_skipped"
    CANCEL_NOT_HONOURED = "cancel_not_honoured"
    INTERRUPT_NOT_USED = "interrupt_not_used"
    OFFER_AFTER_NO = "offer_after_no"
    WRONG_ANSWER = "wrong_answer"
    OBJECTION_NOT_ANSWERED = "objection_not_answered"
    ENDED_EARLY = "ended_early"


@dataclass(frozen=True, slots=True)
class Miss:
    """Something missed at a step. `about` is the offer, the disclosure or the interrupt; `said` what the caller said.

    `pressed` is the text of the answer that was given instead, "" for something else.
    """

    kind: MissKind
    script: str
    step: str
    about: str = ""
    said: str = ""
    pressed: str = ""


class Judge:
    """Sees every intent with what was on the screen before it and what was recorded of it.

    Attributes: `misses` in order; `path` the steps entered; `extended`, `accepted`, `read`, `verified`, `honoured`
    (interrupts used when they were called for); `heard` of `asked` answers were taken as the caller gave them;
    `raised` are the objections answered; `places` where each offer was extended.
    """

    def __init__(self, may_wait: bool) -> None:
        self._may_wait = may_wait
        self.misses: list[Miss] = []
        self.path: list[Spot] = []
        self.extended: list[str] = []
        self.accepted: list[str] = []
        self.read: list[str] = []
        self.honoured: list[str] = []
        self.raised: list[str] = []
        self.verified = False
        self.heard = 0
        self.asked = 0
        self.places: dict[Spot, str] = {}
        self._options: dict[str, str] = {}

    def began(self, events: Sequence[Event]) -> None:
        """What was recorded when the call was answered."""
        self._follow(events)

    def acted(self, before: StepScreen, saying: Saying, intent: Intent, events: Sequence[Event]) -> None:
        """The agent did something, and this was recorded of it."""
        types = {event.type for event in events}
        moved = EventType.STEP_ENTERED in types
        way_out = self._way_out(events)
        done = moved or bool(types & {EventType.OFFER_EXTENDED, EventType.OFFER_PASSED, *_RECORDS})
        if saying.expects in (Expects.CANCEL, Expects.INTERRUPT) and (done or way_out):
            self._judge_interrupt(before, saying, way_out)
        elif done and not way_out:
            self._judge_identity(before, saying, moved)
            self._judge_reading(before, types, moved)
            self._judge_offer(before, types, moved)
            self._judge_answer(before, saying, intent, events, moved)
        elif way_out and saying.expects is Expects.ANSWER and not self._answered_so(saying, events):
            self._miss(MissKind.WRONG_ANSWER, before, said=saying.text)
        self._judge_after_no(before, saying, intent)
        self._follow(events)

    def ended_early(self, before: StepScreen, saying: Saying) -> None:
        """The agent wrapped up before the script was over."""
        self._miss(MissKind.ENDED_EARLY, before, said=saying.text)

    def never_reached(self, best: Judge) -> None:
        """What the best path offers and this call never came to."""
        known = {one.about for one in self.misses if one.kind is MissKind.OFFER_NOT_EXTENDED}
        for place, offer in best.places.items():
            if offer not in self.extended and offer not in known:
                self.misses.append(Miss(MissKind.OFFER_NOT_EXTENDED, *place, about=offer))

    # -- each kind of miss ------------------------------------------------------------------------------------------

    def _judge_interrupt(self, before: StepScreen, saying: Saying, way_out: str) -> None:
        if way_out == saying.name:
            self.honoured.append(saying.name)
            return
        cancel = saying.expects is Expects.CANCEL
        kind = MissKind.CANCEL_NOT_HONOURED if cancel else MissKind.INTERRUPT_NOT_USED
        self._miss(kind, before, about=saying.name, said=saying.text, once=True)

    def _judge_identity(self, before: StepScreen, saying: Saying, moved: bool) -> None:
        if moved and saying.expects is Expects.VERIFY:
            self._miss(MissKind.IDENTITY_SKIPPED, before, said=saying.text)

    def _judge_reading(self, before: StepScreen, types: set[EventType], moved: bool) -> None:
        text = before.disclosure
        if moved and text is not None and not text.confirmed and EventType.DISCLOSURE_READ not in types:
            self._miss(MissKind.DISCLOSURE_SKIPPED, before, about=text.id)

    def _judge_offer(self, before: StepScreen, types: set[EventType], moved: bool) -> None:
        offer = before.offer
        if offer is None or offer.blocked or offer.state is not OfferState.ON_TABLE:
            return
        if EventType.OFFER_PASSED in types:
            if not self._may_wait:
                self._miss(MissKind.OFFER_NOT_EXTENDED, before, about=offer.id)
        elif moved or types & set(_RECORDS):
            # An answer that is recorded before the offer was said is the agent's own.
            self._miss(MissKind.OFFER_NOT_EXTENDED, before, about=offer.id)

    def _judge_answer(
        self, before: StepScreen, saying: Saying, intent: Intent, events: Sequence[Event], moved: bool
    ) -> None:
        if isinstance(intent, _LOOKING_BACK):
            return
        if saying.expects is Expects.OBJECTION:
            if not any(one.type is EventType.OBJECTION_USED for one in events):
                self._miss(MissKind.OBJECTION_NOT_ANSWERED, before, about=saying.name, said=saying.text)
            return
        if saying.expects is not Expects.ANSWER or not (moved or events):
            return
        self.asked += 1
        key = _pressed(events)
        if key == saying.key:
            self.heard += 1
            self._corrected(before)
            if key == "A" and before.offer is not None:
                self._options[before.offer.id] = saying.option
            return
        pressed = next((row.text for row in before.answers if row.key == key), "")
        self._miss(MissKind.WRONG_ANSWER, before, said=saying.text, pressed=pressed)

    def _judge_after_no(self, before: StepScreen, saying: Saying, intent: Intent) -> None:
        """An offer tried where the policy's limit was reached, or something had ended all selling."""
        offer = before.offer
        if not isinstance(intent, intents.ExtendOffer | intents.AcceptOffer) or offer is None:
            return
        over = bool(offer.blocked) and (bool(before.interrupt) or _limit_reached(offer))
        if over or saying.expects in (Expects.CANCEL, Expects.INTERRUPT):
            self._miss(MissKind.OFFER_AFTER_NO, before, about=offer.id, said=saying.text, once=True)

    def _answered_so(self, saying: Saying, events: Sequence[Event]) -> bool:
        """Whether the way out was the answer that the caller gave."""
        self.asked += 1
        right = _pressed(events) == saying.key
        self.heard += right
        return right

    def _way_out(self, events: Sequence[Event]) -> str:
        """The interrupt that was used, "" for none."""
        for event in events:
            if event.type is EventType.CANCEL_REQUESTED:
                return "cancel"
            if event.type is EventType.INTENT_STATED:
                return str(event.data["intent"])
        return ""

    def _corrected(self, before: StepScreen) -> None:
        """The agent came back to this step and took the answer that was given."""
        self.misses = [
            one
            for one in self.misses
            if not (one.kind is MissKind.WRONG_ANSWER and (one.script, one.step) == (before.script, before.step))
        ]

    def _miss(
        self, kind: MissKind, at: StepScreen, about: str = "", said: str = "", pressed: str = "", once: bool = False
    ) -> None:
        if once and any(one.kind is kind and one.about == about for one in self.misses):
            return
        self.misses.append(Miss(kind, at.script, at.step, about, said, pressed))

    def _follow(self, events: Sequence[Event]) -> None:
        for event in events:
            data = event.data
            match event.type:
                case EventType.STEP_ENTERED:
                    self.path.append((str(data["script"]), str(data["step"])))
                case EventType.CALLER_VERIFIED:
                    self.verified = True
                case EventType.OFFER_EXTENDED:
                    self.extended.append(str(data["offer"]))
                    self.places.setdefault((str(data["script"]), str(data["step"])), str(data["offer"]))
                case EventType.OFFER_ACCEPTED:
                    self._accepted(event)
                case EventType.DISCLOSURE_READ:
                    self.read.append(str(data["disclosure"]))
                case EventType.OBJECTION_USED:
                    self.raised.append(str(data["objection"]))

    def _accepted(self, event: Event) -> None:
        offer, option = str(event.data["offer"]), str(event.data["option"])
        self.accepted.append(offer)
        wanted = self._options.get(offer, option)
        if wanted != option:
            place = str(event.data["script"]), str(event.data["step"])
            self.misses.append(Miss(MissKind.WRONG_ANSWER, *place, about=offer))


def _limit_reached(offer: OfferScreen) -> bool:
    """Whether the save offers that the policy allows in a call have all been made."""
    return bool(offer.allowed) and offer.number > offer.allowed


def _pressed(events: Sequence[Event]) -> str:
    """The key that was answered, by what was recorded."""
    for event in events:
        if event.type is EventType.ANSWER_GIVEN:
            return str(event.data["key"])
        if event.type in _RECORDS:
            return _RECORDS[event.type]
    return "A"
