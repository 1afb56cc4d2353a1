"""What conditions and texts can name at this moment of a walk."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date

from app.domain.money import Money
from app.domain.offer import Offer, OfferKind, OfferOption
from app.scripts.expressions import MISSING, find_value
from app.scripts.model import Ask, Line, Script
from app.scripts.text import compile_text, plain
from app.scripts.walking.book import Book
from app.scripts.walking.forms import Customs, FormError, read_value
from app.scripts.walking.state import State


@dataclass(frozen=True, slots=True)
class _Functions:
    """visits() and days_until() for a script."""

    counts: Mapping[tuple[str, str], int]
    script: str
    today: date

    def visits(self, step: str) -> int:
        return self.counts.get((self.script, step), 0)

    def days_until(self, day: date) -> int:
        return (day - self.today).days


class Moment:
    """The values at one state of a walk, for one of its scripts.

    Sensitive fields of the account are missing until the caller is verified, in texts and in conditions.
    """

    def __init__(
        self, book: Book, state: State, script: str, offer: Offer | None = None, option: OfferOption | None = None
    ) -> None:
        self._book = book
        self._state = state
        self._script = script
        self._offer = offer
        self._option = option
        self._functions = _Functions(state.visits, script, state.context.today)
        self._scope: dict[str, object] | None = None

    @property
    def scope(self) -> Mapping[str, object]:
        """Everything that can be named, by its first word; worked out when it is first asked for."""
        if self._scope is None:
            self._scope = self._everything(self._offer, self._option)
        return self._scope

    @property
    def language(self) -> str:
        """The language that is spoken ("en")."""
        return language_of(self._book, self._state, self._script)

    @property
    def locale(self) -> str:
        """The locale that is spoken ("en_GB")."""
        language = self.language
        region = self._state.context.region
        return f"{language}_{region}" if region and "-" not in language else language.replace("-", "_")

    def holds(self, condition: str, script: str | None = None) -> bool:
        """Whether a condition of the script holds; an empty one always does."""
        if not condition:
            return True
        where = self._script if script is None else script
        return self._book.condition(where, condition).holds(self.scope, self._functions)

    def value(self, expression: str) -> object:
        """The value of a `Let`, or MISSING."""
        return self._book.value(self._script, expression).value(self.scope, self._functions)

    def text(self, template: str) -> str:
        """A text with its placeholders filled."""
        if "{" not in template:
            return template
        return compile_text(template).render(self.scope, self.locale)

    def lines(self, lines: tuple[Line, ...]) -> tuple[str, ...]:
        """The texts of the lines that are to be shown."""
        return tuple(self.text(line.text) for line in lines if self.holds(line.condition))

    def look_up(self, path: str) -> object:
        """What stands at a path, or MISSING."""
        return find_value(self.scope, path.split("."))

    def plain(self, value: object) -> str:
        """A value as people write it."""
        return plain(value, self.locale)

    def _everything(self, offer: Offer | None, option: OfferOption | None) -> dict[str, object]:
        state, context = self._state, self._state.context
        scope: dict[str, object] = {
            "account": self._account(),
            "caller": {"verified": state.verified, "role": state.caller_role or None, "method": state.method or None},
            "agent": {"first_name": context.agent_first_name, "company": context.company},
            "call": {
                "queue": context.queue or None,
                "dnis": context.dnis or None,
                "intent": context.intent or None,
                "direction": context.direction,
                "language": language_of(self._book, state, self._script),
                "today": context.today,
                "offline": context.offline,
                "greeted": any(visit.script != self._script for visit in state.history[:1]),
            },
            "offer": _offer(offer, option, self._bill()),
            "option": _option(option),
            "outcome": state.outcome or None,
            "done": {key[0].rpartition(":")[2]: result for key, result in state.requests.items()},
        }
        script = self._book.library.scripts.get(self._script)
        if script is not None:
            scope |= {name: value for (where, name), value in state.reckoned.items() if where == self._script}
            scope |= self._items(scope)
            scope["ask"] = self._asked(script, scope)
        return scope

    def _account(self) -> Mapping[str, object]:
        context = self._state.context
        if context.account is None:
            return {}
        return self._book.account_values(context.account, context.today, self._state.verified)

    def _bill(self) -> Money | None:
        account = self._state.context.account
        return account.bill if account is not None and self._state.verified else None

    def _items(self, scope: Mapping[str, object]) -> dict[str, object]:
        found: dict[str, object] = {}
        for (where, name), chosen in self._state.items.items():
            items = find_value(scope, chosen.path.split("."))
            if where == self._script and isinstance(items, list) and chosen.item < len(items):
                found[name] = items[chosen.item]
        return found

    def _asked(self, script: Script, scope: Mapping[str, object]) -> dict[str, object]:
        values: dict[str, object] = {}
        for ask in self._book.asks(script.id):
            value = typed(self._state, script.id, ask) or ""
            if not value and ask.default:
                default = find_value(scope, ask.default.split("."))
                values[ask.name] = None if default is MISSING else default
            elif value:
                try:
                    values[ask.name] = read_value(ask, value, customs_of(self._state))
                except FormError:
                    values[ask.name] = None
        return values


def typed(state: State, script: str, ask: Ask) -> str:
    """What was typed into a field so far."""
    source = state.secrets if ask.secret else state.filled
    return source.get((script, ask.name), "").strip()


def language_of(book: Book, state: State, script: str) -> str:
    """What is spoken: what the agent chose, else the account's language, else the site's, where the script has it."""
    context = state.context
    if script not in book.library.scripts:
        return context.language
    account = context.account
    return (
        (state.language and book.language(script, state.language))
        or (account is not None and book.language(script, account.language))
        or book.language(script, context.language)
        or book.languages(script)[0]
    )


def locale_of(state: State) -> str:
    """The agent's locale, by which forms are typed."""
    context = state.context
    return f"{context.language}_{context.region}" if context.region else context.language


def customs_of(state: State) -> Customs:
    """How amounts and dates are typed in this walk."""
    account = state.context.account
    return Customs(locale_of(state), account.bill.currency if account else state.context.currency)


def show_money(state: State) -> Callable[[Money], str]:
    """Writes amounts as the walk's locale does."""
    locale = locale_of(state)
    return lambda money: plain(money, locale)


def saving(offer: Offer, option: OfferOption, bill: Money | None) -> Money | None:
    """What the customer saves a month: for a new price for good the bill less the price, else the concession."""
    if offer.kind is OfferKind.SAVE and option.months is None and option.price.minor > 0:
        if bill is None or bill.currency != option.price.currency or bill <= option.price:
            return None
        return bill - option.price
    return option.concession


def _offer(offer: Offer | None, option: OfferOption | None, bill: Money | None) -> dict[str, object]:
    if offer is None:
        return {}
    values: dict[str, object] = {"id": offer.id, "name": offer.name, "kind": offer.kind.value}
    if option is not None:
        values |= {
            "price": option.price,
            "saving": saving(offer, option, bill),
            "concession": option.concession,
            "months": option.months,
        }
    return values


def _option(option: OfferOption | None) -> dict[str, object]:
    if option is None:
        return {}
    return {
        "id": option.id,
        "label": option.label,
        "price": option.price,
        "size": option.size,
        "months": option.months,
    }
