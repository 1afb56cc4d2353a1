"""Who listens: found by person and by team, so that a push among ten thousand desktops asks only those it is for."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Hashable
from typing import Generic, TypeVar

from app.domain.person import Person

L = TypeVar("L", bound=Hashable)


class Audience(Generic[L]):
    """Listeners with the person that each stands for. Not thread-safe: whoever shares it locks."""

    def __init__(self) -> None:
        self._all: dict[L, Person] = {}
        self._of_person: defaultdict[str, set[L]] = defaultdict(set)
        self._of_team: defaultdict[str, set[L]] = defaultdict(set)

    def __len__(self) -> int:
        return len(self._all)

    def add(self, listener: L, person: Person) -> None:
        """From now on this one listens."""
        self._all[listener] = person
        self._of_person[person.id].add(listener)
        for team in {person.team, *person.teams}:
            self._of_team[team].add(listener)

    def discard(self, listener: L) -> None:
        """This one listens no more; nothing where it did not."""
        person = self._all.pop(listener, None)
        if person is None:
            return
        _remove(self._of_person, person.id, listener)
        for team in {person.team, *person.teams}:
            _remove(self._of_team, team, listener)

    def of(self, team: str, person: str) -> Collection[L]:
        """Those of a person, else those in a team or leading it, else ("" and "") all; as they are now."""
        if person:
            return tuple(self._of_person.get(person, ()))
        return tuple(self._of_team.get(team, ()) if team else self._all)


def _remove(among: defaultdict[str, set[L]], key: str, listener: L) -> None:
    among[key].discard(listener)
    if not among[key]:
        del among[key]
