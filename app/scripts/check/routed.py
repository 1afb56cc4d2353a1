"""The checks of routes.yaml: every rule leads somewhere, and every rule is come to."""

from __future__ import annotations

from app.scripts.check.findings import Findings
from app.scripts.check.known import Known
from app.scripts.model import Place, Problem
from app.scripts.routes import Route, Routes

ROUTES = "routes.yaml"


def check_routes(routes: Routes, known: Known) -> list[Problem]:
    """What is wrong with the rules, and with the numbers of queues."""
    found = Findings(ROUTES)
    targets = [(rule.script, rule.line) for rule in routes.rules]
    for script, line in [(routes.default, 1), *targets]:
        if script and script not in known.scripts:
            message = f'There is no script "{script[:60]}".'
            found.unknown("unknown-script", Place(line), message, script, known.scripts)
    alerts = {alert.casefold() for alert in routes.alerts}
    for rule in routes.rules:
        if rule.alert and rule.alert.strip().casefold() not in alerts:
            message = f'There is no kind of alert "{rule.alert[:60]}" in the list alerts.'
            found.unknown("unknown-alert", Place(rule.line), message, rule.alert, routes.alerts)
    _never_come_to(routes.rules, found)
    return [*found.problems, *_without_number(routes, known)]


def _never_come_to(rules: tuple[Route, ...], found: Findings) -> None:
    """A rule that names all that an earlier one names fits only where that one does."""
    for place, rule in enumerate(rules):
        mine = rule.conditions
        for earlier in rules[:place] if mine else ():
            theirs = earlier.conditions
            if not theirs or not theirs.items() <= mine.items():
                continue
            where = f"the route in line {earlier.line}"
            if theirs == mine:
                found.add("duplicate-route", Place(rule.line), f"This is for the same calls as {where}. Keep one.")
            else:
                message = f"This is never come to: {where} fits first. Move this one before it."
                found.add("unreachable-route", Place(rule.line), message)
            break


def _without_number(routes: Routes, known: Known) -> list[Problem]:
    """Queues that scripts hand over to and that cannot be dialled, where some can."""
    problems: list[Problem] = []
    for script in known.scripts.values() if routes.transfers else ():
        found = Findings(script.file)
        for step in script.steps.values():
            for request in step.requests:
                if request.verb == "transfer" and not routes.number_of(request.what):
                    message = f'routes.yaml has no number for "{request.what[:60]}": the agent is told to do it.'
                    found.unknown(
                        "transfer-without-number", request.place, message, request.what, list(routes.transfers)
                    )
        problems += found.problems
    return problems
