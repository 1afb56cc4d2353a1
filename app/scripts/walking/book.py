"""The library as one walk uses it: steps by name, and what was worked out of accounts."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date

from app.domain.account import Account
from app.domain.offer import Offer
from app.offers.policy import Policy
from app.scripts.expressions import Condition, Value
from app.scripts.library import Library
from app.scripts.library_files import Interrupt
from app.scripts.model import Ask, Script, Step, Target
from app.scripts.schema import account_scope
from app.scripts.walking.ready import ready_expressions

_CANCEL = "cancel"
_ACCOUNT = re.compile(r"\baccount\b")
_NAMED = re.compile(r"\[([^\[\]]+)\]")
# Accounts whose values are kept ready; a call has one or two.
_MOST_ACCOUNTS = 2_000


class Book:
    """A library with its compiled expressions. Raises ExpressionError for what the check would have refused."""

    def __init__(self, library: Library) -> None:
        self.library = library
        self.cancellations = frozenset(script.cancel for script in library.scripts.values() if script.cancel)
        self._interrupting = {one.script: one for one in library.interrupts.values() if one.id != _CANCEL}
        self._asks: dict[str, tuple[Ask, ...]] = {}
        self._accounts: dict[tuple[int, date, bool], tuple[Account, Mapping[str, object]]] = {}
        self._personal: dict[str, bool] = {}
        self._languages: dict[str, tuple[str, ...]] = {}
        # What was worked out last, by the very state it was worked out from: one key press asks for it several times.
        self.last_table: tuple[object, object, object] = (None, None, None)
        self.last_moment: tuple[object, object, object] = (None, None, None)
        self._ready = ready_expressions(library)

    def script(self, name: str) -> Script:
        """A script of the library; KeyError where there is none."""
        return self.library.scripts[name]

    def step(self, script: str, step: str) -> Step:
        """A step; KeyError where there is none."""
        return self.library.scripts[script].steps[step]

    def offer(self, step: Step) -> Offer | None:
        """The offer that a step puts on the table."""
        return self.library.offers.get(step.offer.offer) if step.offer else None

    def policy(self, name: str) -> Policy | None:
        """The policy of a jurisdiction."""
        return self.library.policies.get(name)

    def interrupt_of(self, script: str) -> Interrupt | None:
        """The interrupt that opens this script, if one does; a cancellation is known without being declared."""
        if script in self.cancellations or script == self.cancel_script:
            declared = self.library.interrupts.get(_CANCEL)
            return declared or Interrupt(_CANCEL, (), script, ("offers", "alerts", "bell"), "Cancellation")
        return self._interrupting.get(script)

    @property
    def cancel_script(self) -> str:
        """The cancellation of the library, for scripts that name none of their own; "" for none."""
        declared = self.library.interrupts.get(_CANCEL)
        return declared.script if declared else ""

    def languages(self, script: str) -> tuple[str, ...]:
        """The languages that a script can be spoken in, its own first."""
        if script not in self._languages:
            others = sorted(language for name, language in self.library.translations if name == script)
            self._languages[script] = (self.script(script).language, *others)
        return self._languages[script]

    def language(self, script: str, wanted: str) -> str:
        """The language of the script that a wanted one is served by: "es" for "es-MX"; "" where none is."""
        known = self.languages(script)
        if wanted in known:
            return wanted
        short = wanted.partition("-")[0]
        return short if short in known else ""

    def spoken(self, script: str, step: str, language: str) -> Step:
        """A step as it is said in a language; where no translation is, as it was written."""
        translation = self.library.translations.get((script, language))
        found = translation.steps.get(step) if translation else None
        return found or self.step(script, step)

    def asks(self, script: str) -> tuple[Ask, ...]:
        """All form fields of a script."""
        if script not in self._asks:
            self._asks[script] = tuple(ask for step in self.script(script).steps.values() for ask in step.asks)
        return self._asks[script]

    def personal(self, offer: Offer) -> bool:
        """Whether account data decide about the offer."""
        if offer.eligible not in self._personal:
            self._personal[offer.eligible] = self._names_account(offer.eligible, frozenset())
        return self._personal[offer.eligible]

    def account_values(self, account: Account, today: date, all_of_it: bool) -> Mapping[str, object]:
        """The account as scripts see it; without what is sensitive unless `all_of_it`."""
        key = id(account), today, all_of_it
        kept = self._accounts.get(key)
        # The account itself is kept too, so that its place in memory stays its own.
        if kept is not None and kept[0] is account:
            return kept[1]
        values = dict(account_scope(account, self.library.schema, today))
        if not all_of_it:
            for path, field in self.library.schema.fields.items():
                if field.sensitive:
                    _blank(values, path.split(".")[1:])
        if len(self._accounts) >= _MOST_ACCOUNTS:
            self._accounts.clear()
        self._accounts[key] = account, values
        return values

    def _names_account(self, source: str, seen: frozenset[str]) -> bool:
        if _ACCOUNT.search(source):
            return True
        names = {source, *_NAMED.findall(source)} - seen
        declared = [name for name in names if name in self.library.conditions]
        return any(self._names_account(self.library.conditions[name], seen | {name}) for name in declared)

    def condition(self, script: str, source: str) -> Condition:
        """A condition as written in a script ("" for one of the catalogue)."""
        return self._ready.condition(script, source)

    def value(self, script: str, source: str) -> Value:
        """The expression of a `Let`."""
        return self._ready.value(script, source)

    def rung(self, script: str, offer: str) -> int:
        """Which rung of the script's ladder the offer is, from 1, in the order of the file."""
        order: list[str] = []
        for step in self.script(script).steps.values():
            if step.offer and step.offer.offer not in order:
                order.append(step.offer.offer)
        return order.index(offer) + 1 if offer in order else 1

    def later_rungs(self, script: str, step: Step) -> tuple[Offer, ...]:
        """The offers that follow when the one of this step is declined, one after the other."""
        steps = self.script(script).steps
        seen = {step.id}
        found: list[Offer] = []
        current: Step | None = step
        while current is not None:
            target = _no(current) if current.offer else _onward(current)
            current = steps.get(target.step) if target and target.step not in seen else None
            if current is None:
                break
            seen.add(current.id)
            offer = self.offer(current)
            if offer and offer.id not in (step.offer.offer if step.offer else "", *(one.id for one in found)):
                found.append(offer)
        return tuple(found)


def _no(step: Step) -> Target | None:
    return next((answer.target for answer in step.answers if answer.key == "D"), None)


def _onward(step: Step) -> Target | None:
    """Where a step without answers goes when no condition holds."""
    if step.answers:
        return None
    return next((branch.target for branch in step.branches if not branch.condition), None)


def _blank(values: dict[str, object], path: list[str]) -> None:
    """Takes a value out of nested mappings, copying what it changes."""
    first, rest = path[0], path[1:]
    if not rest:
        values[first] = None
    elif isinstance(inner := values.get(first), Mapping):
        copied = dict(inner)
        _blank(copied, rest)
        values[first] = copied
