"""Collects what the checks of one file find."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from app.scripts.check.rules import RULES
from app.scripts.model import Place, Problem
from app.scripts.suggest import closest, did_you_mean

# Looking for the nearest word takes time; nobody reads suggestions beyond these.
_MOST_SUGGESTIONS = 50
_MOST_FINDINGS = 500


@dataclass(slots=True)
class Findings:
    """The findings of one file, each rule once at a place."""

    file: str
    problems: list[Problem] = field(default_factory=list)
    _seen: set[tuple[str, Place]] = field(default_factory=set)
    _suggested: int = 0

    def add(self, rule: str, place: Place, message: str, suggestion: str = "") -> None:
        """Notes a finding."""
        if (rule, place) in self._seen or len(self.problems) >= _MOST_FINDINGS:
            return
        self._seen.add((rule, place))
        self.problems.append(Problem(rule, RULES[rule].severity, self.file, place, message, suggestion))

    def unknown(self, rule: str, place: Place, message: str, word: str, choices: Iterable[str]) -> None:
        """Notes a name that there is not, with the nearest that there is."""
        self._suggested += 1
        fix = closest(word, choices) if self._suggested <= _MOST_SUGGESTIONS else ""
        self.add(rule, place, message + did_you_mean(fix), fix)
