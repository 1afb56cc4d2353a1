"""Which script a call begins with, and which number a queue has: the library's own rules, in the file routes.yaml.

The rules are read from the top, and the first that fits counts. A rule fits where everything that it names fits: the
queue, the number dialled, the choice in the phone menu (`intent`), an open alert of the account. So the order is the
precedence, and what is more special stands before what is more general; the check finds rules that never come to it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from app.offers.reading import Found, Reader, read_fields

if TYPE_CHECKING:
    from app.scripts.library import Library

_CONDITIONS = ("intent", "queue", "dnis", "alert")


@dataclass(frozen=True, slots=True)
class Asked:
    """What is known of a call when it begins. `alerts` are the kinds that are open for the account, if one is known."""

    queue: str = ""
    intent: str = ""
    dnis: str = ""
    alerts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Route:
    """One rule: `intent`, `queue` and `dnis` as the phone system calls them, `alert` as the CRM calls its kind ("" is
    anything); `line` in the file."""

    script: str
    intent: str = ""
    queue: str = ""
    line: int = 1
    dnis: str = ""
    alert: str = ""

    @property
    def conditions(self) -> Mapping[str, str]:
        """What has to fit, as it is compared."""
        named = {name: str(getattr(self, name)) for name in _CONDITIONS}
        return {name: _alike(name, wanted) for name, wanted in named.items() if wanted}

    def fits(self, asked: Asked) -> bool:
        """Whether the rule is for this call."""
        given = {
            "intent": {_alike("intent", asked.intent)},
            "queue": {_alike("queue", asked.queue)},
            "dnis": {_alike("dnis", asked.dnis)},
            "alert": {_alike("alert", kind) for kind in asked.alerts},
        }
        return all(wanted in given[name] for name, wanted in self.conditions.items())


@dataclass(frozen=True, slots=True)
class Routes:
    """The rules in order, the script for all other calls, the kinds of alerts that the CRM tells of, and the numbers
    of queues (`transfers`, by name; `transfer_lines` is where they stand)."""

    default: str = ""
    rules: tuple[Route, ...] = ()
    alerts: tuple[str, ...] = ()
    transfers: Mapping[str, str] = field(default_factory=dict)
    transfer_lines: Mapping[str, int] = field(default_factory=dict)

    def script(self, asked: Asked) -> str:
        """The script for a call; "" where there is no rule and no default."""
        return next((rule.script for rule in self.rules if rule.fits(asked)), self.default)

    def number_of(self, queue: str) -> str:
        """What to dial to hand a call over to this queue, "" where that is not said."""
        return self.transfers.get(queue.casefold(), "")


def first_script(library: Library, asked: Asked) -> str:
    """The script that a call begins with. Never one that the library lacks; "" for a library without scripts."""
    script = library.routes.script(asked)
    return script if script in library.scripts else next(iter(sorted(library.scripts)), "")


def read_routes(content: bytes) -> tuple[Routes, tuple[Found, ...]]:
    """The file: `default`, a list `alerts` of kinds, a list `routes` of script with intent, queue, dnis, alert or
    several of these, and a list `transfers` of queue and number. Never raises."""
    fields, found_in_file = read_fields(content)
    found = list(found_in_file)
    top = Reader(fields, "The file routes.yaml", found)
    default, alerts = top.text("default"), top.texts("alerts")
    rules = tuple(_route(Reader(entry, "The route", found), entry.line) for entry in top.mappings("routes"))
    transfers: dict[str, str] = {}
    lines: dict[str, int] = {}
    for entry in top.mappings("transfers"):
        reader = Reader(entry, "The transfer", found)
        queue, number = reader.text("queue").casefold(), reader.text("number")
        reader.refuse_others()
        if queue in transfers:
            reader.problem("queue", f"The queue '{queue[:60]}' is here twice; keep one.")
        if number and not _dialled(number):
            reader.problem("number", "A number to dial has digits, * and # only, after a + where it is a whole one.")
        transfers[queue], lines[queue] = number, entry.line
    top.refuse_others()
    return Routes(default, rules, alerts, transfers, lines), tuple(found)


def _route(reader: Reader, line: int) -> Route:
    rule = Route(
        reader.text("script"),
        reader.text("intent", ""),
        reader.text("queue", ""),
        line,
        reader.text("dnis", ""),
        reader.text("alert", ""),
    )
    reader.refuse_others()
    if not rule.conditions:
        reader.problem("script", "A route needs intent, queue, dnis or alert; 'default' is for all other calls.")
    return rule


def _dialled(number: str) -> bool:
    digits = number.removeprefix("+")
    return 0 < len(digits) <= 30 and all(one in "0123456789*#" for one in digits)


def _alike(name: str, text: str) -> str:
    """As it is compared: capitals make no difference, nor do blanks and signs in a number."""
    if name == "dnis":
        return "".join(one for one in text if one.isalnum() or one in "+*#").casefold()
    return text.strip().casefold()
