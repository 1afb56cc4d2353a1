"""Plays a script in the terminal: the same walk as in the window, with a made-up customer; nothing is recorded."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from app.domain.account import Account
from app.domain.event import EventType, Happening
from app.hub.demo_named import named_customers
from app.scripts import actions as act
from app.scripts.actions import Action, ActionRefused
from app.scripts.context import WalkContext
from app.scripts.library import Library
from app.scripts.screen import OfferScreen, StepScreen
from app.scripts.walk import Walk

# The next line typed, None at the end; and a way to print one.
ReadKey = Callable[[str], str | None]
Say = Callable[[str], None]

_HELP = """\
0-9        the answer under that key
Enter      go on
E          the offer was said; A [option] accepted; D [reason] declined; L [days] later; N [reason] not the moment
V [way]    the caller is verified; V! not
R          the text was read out
C          the Cancel key
B, F       back, forward
P          say it another way
U          take back the latest record about an offer
name=value fill in a form field
/words     find an objection or a script by what the caller said
Q          stop"""


def sample_context(library: Library, number: str) -> WalkContext | None:
    """A call with a sample customer (the first when no account number is given); None where there is none."""
    now = datetime.now(UTC)
    accounts = [customer.account for customer in named_customers(now)]
    account = next((one for one in accounts if number in ("", one.number, one.id)), None)
    if account is None:
        return None
    return WalkContext(
        agent_first_name="Ana",
        company="Northline",
        account=account,
        today=now.astimezone().date(),
        policy=_policy(library, account),
        region="GB",
        currency=account.bill.currency,
    )


def _policy(library: Library, account: Account) -> str:
    return account.jurisdiction if account.jurisdiction in library.policies else next(iter(library.policies), "")


class Player:
    """One play: shows a step, reads a key, does it."""

    def __init__(
        self, library: Library, script: str, context: WalkContext, read_key: ReadKey, say: Say, events: bool
    ) -> None:
        self._walk, happenings = Walk.start(library, script, context)
        self._context = context
        self._read_key = read_key
        self._say = say
        self._events = events
        self._shown_at = time.monotonic()
        self._tell(happenings)

    def play(self) -> int:
        """Plays until the script is over or the trainer stops; always 0."""
        self._say(_HELP + "\n")
        while True:
            screen = self._walk.screen()
            self._say(picture(screen))
            if screen.ending is not None:
                reason = f" ({screen.ending.reason})" if screen.ending.reason else ""
                self._say(f"The script is over: {screen.ending.outcome}{reason}.")
                return 0
            self._shown_at = time.monotonic()
            if not self._turn(screen):
                return 0

    def _turn(self, screen: StepScreen) -> bool:
        """Reads keys until one does something; False to stop."""
        while True:
            typed = self._read_key("> ")
            if typed is None or typed.upper() == "Q":
                return False
            if typed == "?":
                self._say(_HELP)
                continue
            try:
                action = self._action(typed, screen)
                if action is None:
                    continue
                self._apply(action)
            except ActionRefused as refused:
                self._say(f"  {refused}")
                continue
            return True

    def _apply(self, action: Action) -> None:
        happenings = self._walk.apply(action)
        self._tell(happenings)
        for happening in happenings:
            if happening.type is EventType.ORDER_REQUESTED:
                # Here every order is placed at once, so that what depends on it can be seen.
                self._tell(self._walk.apply(act.Finished(str(happening.data["action"]), "placed")))

    def _tell(self, happenings: tuple[Happening, ...]) -> None:
        for happening in happenings if self._events else ():
            details = ", ".join(f"{name} {value}" for name, value in happening.data.items() if value not in ("", None))
            self._say(f"  + {happening.type.value}: {details}")

    def _action(self, typed: str, screen: StepScreen) -> Action | None:
        """What was typed as an action; None where it was only looked up or means nothing."""
        if typed.startswith("/"):
            return self._find(typed[1:].strip().lower())
        name, sign, value = typed.partition("=")
        if sign:
            return act.Fill(name.strip(), value.strip())
        key, _, rest = typed.partition(" ")
        rest = rest.strip()
        if key.isascii() and key.isdigit() and len(key) == 1:
            return act.Choose(key)
        match key.upper():
            case "":
                return act.Continue()
            case "A":
                return act.Accept(_option(screen.offer, rest))
            case "D":
                return act.Decline(rest or "not_asked")
            case "L":
                days = int(rest) if rest.isascii() and rest.isdigit() and len(rest) < 4 else 3
                return act.Defer((self._context.today + timedelta(days=days)).isoformat())
            case "N":
                return act.PassOffer(rest or "unsuitable")
            case "R":
                return act.ConfirmRead(time.monotonic() - self._shown_at)
            case "V" | "V!":
                return _verify(screen, rest, key == "V!" or key == "v!")
        simple = _SIMPLE.get(key.upper())
        if simple is None:
            self._say("  That key does nothing here; ? tells the keys.")
        return simple

    def _find(self, words: str) -> Action | None:
        found = [one for one in self._walk.findable() if words and _has(words, (one.title, *one.phrases))]
        if len(found) == 1:
            one = found[0]
            return act.OpenObjection(one.phrases[0]) if one.kind == "objection" else act.OpenScript(one.id)
        for one in found[:9]:
            phrases = " | ".join(one.phrases)
            self._say(f"  {one.kind}: {one.title}" + (f" ({phrases})" if phrases else ""))
        if not found:
            self._say("  Nothing found.")
        return None


_SIMPLE: dict[str, Action] = {
    "E": act.Extend(),
    "C": act.PressCancel(),
    "B": act.Back(),
    "F": act.Forward(),
    "P": act.NextPhrasing(),
    "U": act.TakeBack(),
}


def _has(words: str, texts: tuple[str, ...]) -> bool:
    return any(words in text.lower() for text in texts)


def _option(offer: OfferScreen | None, typed: str) -> str | None:
    """The option by its place or its id."""
    options = offer.options if offer else ()
    if typed.isascii() and typed.isdigit() and 0 < int(typed[:3]) <= len(options):
        return options[int(typed[:3]) - 1].id
    return typed or None


def _verify(screen: StepScreen, way: str, failed: bool) -> Action:
    methods = screen.verify.methods if screen.verify else ()
    method = way or (methods[0].id if methods else "pin")
    return act.VerifyFailed(method, "no") if failed else act.Verified(method, "attested")


def picture(screen: StepScreen) -> str:
    """The step as text: what is said first, then what can be done."""
    lines = [f"── {screen.script_title} · {screen.step_title} " + "─" * 20]
    if screen.spoken:
        lines.append(f"  “{screen.spoken}”")
    if screen.phrasings > 1:
        lines.append(f"  (phrasing {screen.phrasing} of {screen.phrasings})")
    lines += [f"  • {point}" for point in screen.points]
    lines += [f"  note: {note}" for note in screen.notes]
    if screen.picture:
        lines.append(f"  picture: {screen.picture}")
    if screen.wait:
        lines.append(f"  wait {screen.wait.seconds} s: {screen.wait.text}")
    lines += [f"  {request.label}: {request.result or 'asked for'}" for request in screen.requests]
    if screen.verify:
        lines.append("  V verify by: " + ", ".join(f"{one.id} ({one.prompt})" for one in screen.verify.methods))
    lines += _form(screen)
    if screen.offer:
        lines += _offer(screen.offer)
    if screen.disclosure:
        done = " (read)" if screen.disclosure.confirmed else " (R when read)"
        lines += [f"  Read word for word{done}: {screen.disclosure.title}", f"    {screen.disclosure.text}"]
    if screen.consent:
        lines.append(f"  Ask: “{screen.consent.question}”")
    for answer in screen.answers:
        closed = f"  [closed: {answer.closed}]" if answer.closed else ""
        lines.append(f"  [{answer.key or ' '}] {answer.text} → {answer.leads}{closed}")
    if screen.enter:
        lines.append(f"  [Enter] {screen.enter}")
    return "\n".join(lines)


def _form(screen: StepScreen) -> list[str]:
    lines = []
    for field in screen.form:
        value = "•" * len(field.value) if field.secret else field.value
        extra = f" ({', '.join(field.choices)})" if field.choices else ""
        problem = f"  ! {field.problem}" if field.problem else ""
        optional = " (optional)" if field.optional else ""
        lines.append(f"  {field.name} = {value}   {field.label}{optional}{extra}{problem}")
    return lines


def _offer(offer: OfferScreen) -> list[str]:
    allowed = f" · {offer.number} of {offer.allowed} allowed" if offer.allowed else ""
    lines = [f"  OFFER {offer.name}: {offer.price} {offer.gist} [{offer.state.value}]{allowed}"]
    if offer.why:
        lines.append(f"    why: {offer.why}")
    if offer.blocked:
        lines.append(f"    blocked: {offer.blocked}")
    for place, option in enumerate(offer.options, 1):
        closed = f"  [closed: {option.closed}]" if option.closed else ""
        mark = "*" if option.proposed else " "
        lines.append(f"   {mark}{place}. {option.label} {option.price}{closed}")
    if offer.needs:
        lines.append(f"    an accept needs: {', '.join(offer.needs)}")
    return lines
