"""The people who call in practice: what each of them is likely to answer, and what they bring up by themselves."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

Say = Callable[[str], str]


class Trait(StrEnum):
    """What an answer is, read from the script's structure and never from its words."""

    YES = "yes"
    NO = "no"
    LATER = "later"
    CONSENTS = "consents"
    REFUSES = "refuses"
    LEAVES = "leaves"
    INTERRUPTS = "interrupts"
    REPAIRS = "repairs"
    DEVICE = "device"
    PRICE = "price"
    COMPLAINS = "complains"
    SHORTEST = "shortest"
    SOLVED = "solved"
    NOT_SOLVED = "not_solved"
    FIRST = "first"
    OFFER = "offer"
    STRANGER = "stranger"
    PLAIN = "plain"


@dataclass(frozen=True, slots=True)
class Persona:
    """A kind of caller.

    `likes` are weights by trait; what is not named weighs 1. `objects` is the chance to raise an objection that the
    step knows, `forgets` that of not having the PIN at hand. `brings_up` is an interrupt's id, said at one of the first
    `within` steps after identity; 0 means at once, even before it. `may_wait`: an offer that is not the moment for this
    caller may be passed over. Before `patience` steps the caller answers as it comes, then takes the shortest way out.
    """

    id: str
    likes: Mapping[Trait, float] = field(default_factory=dict)
    objects: float = 0.25
    forgets: float = 0.0
    brings_up: str = ""
    within: int = 0
    may_wait: bool = False
    patience: int = 24


# Hardly ever: these ways out end a practice before it began. Where offers are still to come there is more to practise.
_RARE: Mapping[Trait, float] = {Trait.STRANGER: 0.02, Trait.INTERRUPTS: 0.05, Trait.LEAVES: 0.15, Trait.OFFER: 3}

PERSONAS: Mapping[str, Persona] = {
    one.id: one
    for one in (
        Persona(
            "price",
            {**_RARE, Trait.PRICE: 8, Trait.NO: 1.5, Trait.YES: 3, Trait.LATER: 0.5, Trait.REFUSES: 0.3},
            objects=0.5,
        ),
        Persona(
            "angry",
            {**_RARE, Trait.COMPLAINS: 3, Trait.NOT_SOLVED: 3, Trait.NO: 2.5, Trait.REFUSES: 0.6, Trait.LEAVES: 0.4},
            objects=0.6,
            may_wait=True,
        ),
        Persona(
            "hurry",
            {**_RARE, Trait.SHORTEST: 5, Trait.LATER: 3, Trait.NO: 1.5, Trait.REFUSES: 0.4},
            objects=0.1,
            may_wait=True,
            patience=10,
        ),
        Persona(
            "cancel",
            {**_RARE, Trait.LEAVES: 8, Trait.NO: 4, Trait.YES: 0.2, Trait.LATER: 0.3, Trait.FIRST: 3},
            objects=0.1,
            brings_up="cancel",
            within=3,
        ),
        Persona(
            "lost",
            {**_RARE, Trait.DEVICE: 5, Trait.REPAIRS: 6, Trait.NOT_SOLVED: 2, Trait.YES: 2, Trait.REFUSES: 0.3},
            objects=0.3,
            forgets=0.15,
        ),
        Persona(
            "bereaved",
            {**_RARE, Trait.OFFER: 1, Trait.FIRST: 2, Trait.LATER: 1.5, Trait.NO: 4, Trait.YES: 0.1},
            objects=0.0,
            brings_up="bereavement",
            may_wait=True,
        ),
    )
}


def title(persona: str, say: Say) -> str:
    """What a persona is called."""
    return {
        "price": say("Careful with money"),
        "angry": say("Angry"),
        "hurry": say("In a hurry"),
        "cancel": say("Wants to cancel"),
        "lost": say("Lost with old equipment"),
        "bereaved": say("Bereaved"),
    }[persona]


def about(persona: str, say: Say) -> str:
    """What to expect of a persona, in a sentence."""
    return {
        "price": say("Looks at every price, objects, and takes what saves money."),
        "angry": say("Has called before, says no first and wants to be heard."),
        "hurry": say("Wants the shortest way, and would rather be called back."),
        "cancel": say("Asks you to cancel within the first minutes. Honour it at once."),
        "lost": say("Has an old device and needs patience; sometimes not even the PIN."),
        "bereaved": say("Somebody has died. Nothing is sold in this call."),
    }[persona]
