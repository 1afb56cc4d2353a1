"""The simulated caller: what he says at each step, and what the agent should do about it.

The same seed gives the same caller: each answer is drawn from the seed and the place in the script, not from how many
were drawn before, so that the trainee and the best path hear the same words at the same step.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum
from random import Random

from app.domain.account import Account
from app.practice.personas import Persona, Say
from app.practice.ways import Spot, Ways
from app.scripts.library import Library
from app.scripts.model import Answer, Step
from app.scripts.screen import FormField, OfferScreen, OfferState, StepScreen, VerifyMethod

Pairs = tuple[tuple[str, str], ...]
_CANCEL = "cancel"
_REPEATS = 3
# Who has just been verified mostly goes on.
_GOES_ON = 6.0
_OPEN_FACT_TYPES = ("money", "number", "digits", "date", "choice", "yes/no")


class Expects(StrEnum):
    """What the agent should do next. SPEAK: it is the agent's turn, the caller listens."""

    SPEAK = "speak"
    ANSWER = "answer"
    VERIFY = "verify"
    CANCEL = "cancel"
    INTERRUPT = "interrupt"
    OBJECTION = "objection"


@dataclass(frozen=True, slots=True)
class Saying:
    """What the caller says: `text` ("" while he listens), and what he tells for form fields in `facts` (label, value).

    Direct speech stands in quotes; an answer is told in the script's own words for it.
    `key` is the answer's key for ANSWER, `name` the method, the interrupt or the objection's first phrase, `value` the
    factor for VERIFY, `option` the offer's option for a yes. `fields` are the facts by the field's name. `phrase` is
    what to look for with find.
    """

    expects: Expects
    text: str = ""
    facts: tuple[tuple[str, str], ...] = ()
    key: str = ""
    name: str = ""
    value: str = ""
    option: str = ""
    fields: tuple[tuple[str, str], ...] = ()
    phrase: str = ""


@dataclass(frozen=True, slots=True)
class Sofar:
    """What has happened in the call so far, as far as the caller knows.

    `entered` are the steps walked, in order; `raised` the objections that were answered, `verified` whether the agent
    has checked who is calling.
    """

    entered: tuple[Spot, ...] = ()
    raised: Collection[str] = ()
    verified: bool = False


class Caller:
    """One caller. `say` is asked again after everything that happens, and has no memory of its own."""

    def __init__(
        self,
        library: Library,
        persona: Persona,
        seed: int,
        account: Account,
        factors: Mapping[str, str],
        today: date,
        words: Say,
    ) -> None:
        self.persona = persona
        self._library = library
        self._seed = seed
        self._account = account
        self._factors = factors
        self._today = today
        self.words = words
        self._ways = Ways(library)

    def say(self, screen: StepScreen, sofar: Sofar) -> Saying:
        """What the caller says now that this is on the agent's screen."""
        step = self._ways.step(screen.script, screen.step)
        if step is None or screen.ending is not None:
            return Saying(Expects.SPEAK, self.words("Thank you. Goodbye."))
        facts, fields = self._facts(screen)
        if (outburst := self._outburst(screen, sofar)) is not None:
            return outburst
        if screen.verify is not None and not sofar.verified and screen.verify.methods:
            return self._identify(screen, step, sofar)
        reading = screen.disclosure is not None and not screen.disclosure.confirmed
        if reading or _agents_turn(screen):
            return Saying(Expects.SPEAK, facts=facts, fields=fields)
        objection = self._objection(screen, step, sofar)
        return objection or replace(self._answer(screen, step, sofar), facts=facts, fields=fields)

    # -- what he brings up ------------------------------------------------------------------------------------------

    def _outburst(self, screen: StepScreen, sofar: Sofar) -> Saying | None:
        """Cancel, or that somebody has died: said again for a while where the agent goes past it."""
        interrupt = self._library.interrupts.get(self.persona.brings_up)
        if interrupt is None or screen.interrupt or screen.script == interrupt.script or not interrupt.phrases:
            return None
        if interrupt.id == _CANCEL and not screen.can_cancel:
            return None
        after = self._dice("when").randrange(self.persona.within) if self.persona.within else -1
        place = _place(sofar.entered, self._library)
        if not after <= place < max(after, 0) + _REPEATS or (place < 0 and after >= 0):
            return None
        phrase = self._dice("what").choice(interrupt.phrases)
        expects = Expects.CANCEL if interrupt.id == _CANCEL else Expects.INTERRUPT
        return Saying(expects, _quoted(phrase), name=interrupt.id, phrase=phrase)

    def _objection(self, screen: StepScreen, step: Step, sofar: Sofar) -> Saying | None:
        left = [one for one in step.objections if one.phrases[0] not in sofar.raised]
        dice = self._dice(screen.script, screen.step, sofar.entered.count((screen.script, screen.step)), "objection")
        if not left or dice.random() >= self.persona.objects:
            return None
        one = dice.choice(left)
        phrase = dice.choice(one.phrases)
        return Saying(Expects.OBJECTION, f"“… {phrase} …”", name=one.phrases[0], phrase=phrase)

    # -- who he is --------------------------------------------------------------------------------------------------

    def _identify(self, screen: StepScreen, step: Step, sofar: Sofar) -> Saying:
        method = _method(screen.verify.methods if screen.verify else (), self._factors)
        unable = next((one for one in reversed(step.answers) if one.key not in "1ADL*"), None)
        if unable is not None and self._dice("forgets").random() < self.persona.forgets:
            shown = next((row.text for row in screen.answers if row.key == unable.key and not row.closed), "")
            if shown:
                text = self.words("I'm sorry, I don't have that here.")
                return Saying(Expects.ANSWER, _quoted(text), key=unable.key)
        factor = self._factors.get(method.id, "") if method.checkable else ""
        if factor:
            text = self.words("My {} is {}.").format(method.prompt, factor)
        else:
            text = self.words("Of course, check it: {}.").format(method.prompt)
        return Saying(Expects.VERIFY, _quoted(text), name=method.id, value=factor)

    # -- what he answers --------------------------------------------------------------------------------------------

    def _answer(self, screen: StepScreen, step: Step, sofar: Sofar) -> Saying:
        options = _options(screen.offer)
        rows = [row for row in screen.answers if row.key and not row.closed and (row.key != "A" or options)]
        if screen.offer is not None and screen.offer.state is not OfferState.EXTENDED:
            rows = [row for row in rows if row.key not in "ADL"] or rows
        if not rows:
            return Saying(Expects.SPEAK)
        answers = [_written(step, row.key) for row in rows]
        visits = sofar.entered.count((screen.script, screen.step))
        dice = self._dice(screen.script, screen.step, visits, "answer")
        chosen = rows[self._choose(screen.script, step, answers, sofar, dice)]
        text, option = chosen.text, ""
        if chosen.key == "A" and screen.offer is not None:
            option = dice.choice(options)
            if len(screen.offer.options) > 1:
                text += ": " + next(one.label for one in screen.offer.options if one.id == option)
        if step.verify is not None and chosen.key == "1":
            # That the check was good is nothing a caller says.
            text = ""
        return Saying(Expects.ANSWER, text, key=chosen.key, option=option)

    def _choose(self, script: str, step: Step, answers: list[Answer], sofar: Sofar, dice: Random) -> int:
        """The place of the answer that is given: drawn by weight, or the way out where patience is at an end."""
        distances = [self._ways.distance(script, one.target) for one in answers]
        been = [sofar.entered.count(self._ways.target(script, one.target)) for one in answers]
        if len(sofar.entered) > self.persona.patience:
            tired = [distance + 6 * times for distance, times in zip(distances, been, strict=True)]
            return tired.index(min(tired))
        weights = []
        for answer, times in zip(answers, been, strict=True):
            weight = 0.3**times * (_GOES_ON if step.verify is not None and answer.key == "1" else 1.0)
            for trait in self._ways.traits(script, step, answer, min(distances)):
                weight *= self.persona.likes.get(trait, 1.0)
            weights.append(weight)
        return dice.choices(range(len(answers)), weights)[0]

    # -- what he tells for the form ---------------------------------------------------------------------------------

    def _facts(self, screen: StepScreen) -> tuple[Pairs, Pairs]:
        """What he tells for the form: by the field's label, and by its name."""
        told: list[tuple[str, str]] = []
        fields: list[tuple[str, str]] = []
        for one in screen.form:
            dice = self._dice(screen.script, screen.step, one.name)
            value = self._fact(one, dice)
            if value:
                told.append((one.label, value))
                fields.append((one.name, value))
        return tuple(told), tuple(fields)

    def _fact(self, one: FormField, dice: Random) -> str:
        """What the caller tells for a field; of what need not be filled in, only what is told in a word."""
        if one.optional and (one.type not in _OPEN_FACT_TYPES or dice.random() < 0.3):
            return ""
        match one.type:
            case "choice":
                return dice.choice(one.choices) if one.choices else ""
            case "yes/no":
                return dice.choice(("yes", "no"))
            case "date":
                return (self._today + timedelta(days=dice.choice((7, 14, 30)))).isoformat()
            case "money":
                return f"{self._account.bill.minor * dice.choice((50, 60, 75)) // 10000}.00"
            case "number" | "digits":
                return str(dice.choice((2, 3, 6, 12)))
            case _:
                return self._account.name

    def _dice(self, *place: object) -> Random:
        """The dice for one place: a seeded text, so that they fall alike in every run."""
        return Random("|".join(map(str, (self._seed, self.persona.id, *place))))


def _agents_turn(screen: StepScreen) -> bool:
    """Whether the caller waits for the agent to say something: an offer, or what Enter goes past."""
    if screen.offer is not None:
        if screen.offer.blocked:
            return bool(screen.enter)
        if screen.offer.state is OfferState.ON_TABLE:
            return True
        return bool(screen.enter) and screen.offer.state is not OfferState.EXTENDED
    return not screen.answers


def _place(entered: tuple[Spot, ...], library: Library) -> int:
    """How many steps past identity the call is, from 0; -1 while it is still about identity."""
    places = [spot for spot in entered if not _about_identity(library, spot)]
    return len(places) - 1


def _about_identity(library: Library, spot: Spot) -> bool:
    script = library.scripts.get(spot[0])
    step = script.steps.get(spot[1]) if script is not None else None
    return step is not None and (step.verify is not None or "identity" in step.tags)


def _method(methods: tuple[VerifyMethod, ...], factors: Mapping[str, str]) -> VerifyMethod:
    """The method that the caller has something for."""
    return next((one for one in methods if one.checkable and one.id in factors), methods[0])


def _options(offer: OfferScreen | None) -> list[str]:
    """What of the offer the customer can have."""
    return [one.id for one in offer.options if not one.closed] if offer is not None else []


def _written(step: Step, key: str) -> Answer:
    """The script's answer behind a key; one of a list stands for all of its items."""
    return next((one for one in step.answers if one.key == key), None) or next(
        one for one in step.answers if one.key == "*"
    )


def _quoted(text: str) -> str:
    """What somebody says, as it is printed."""
    said = text[:1].upper() + text[1:]
    return f"“{said}”" if said.endswith((".", "?", "!", "…")) else f"“{said}.”"
