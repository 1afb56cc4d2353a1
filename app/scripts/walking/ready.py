"""The expressions of a library, compiled when first needed and then kept for every call that uses the library."""

from __future__ import annotations

from app.scripts.expressions import ANYTHING, Condition, Names, Value, compile_condition, compile_value
from app.scripts.library import Library

# Types were checked when the library was assembled; at run time every name may be anything.
EVERYWHERE = ("account", "caller", "agent", "call", "ask", "offer", "option", "outcome", "done")
# The one in force, the one before it that a call is still pinned to, one in practice.
_MOST_LIBRARIES = 3


class ReadyExpressions:
    """What is compiled of one library; nothing of any call is in it. Raises ExpressionError for what is wrong."""

    def __init__(self, library: Library) -> None:
        self.library = library
        self._conditions: dict[tuple[str, str], Condition] = {}
        self._values: dict[tuple[str, str], Value] = {}
        self._names: dict[str, Names] = {}

    def condition(self, script: str, source: str) -> Condition:
        """A condition as written in a script ("" for one of the catalogue)."""
        key = script, source
        if key not in self._conditions:
            self._conditions[key] = compile_condition(source, self._known(script))
        return self._conditions[key]

    def value(self, script: str, source: str) -> Value:
        """The expression of a `Let`."""
        key = script, source
        if key not in self._values:
            self._values[key] = compile_value(source, self._known(script))
        return self._values[key]

    def _known(self, script: str) -> Names:
        if script not in self._names:
            names = list(EVERYWHERE)
            for step in self.library.scripts[script].steps.values() if script else ():
                names += [let.name for let in step.lets] + [answer.name for answer in step.answers if answer.name]
            self._names[script] = Names(dict.fromkeys(names, ANYTHING), self.library.conditions)
        return self._names[script]


def ready_expressions(library: Library) -> ReadyExpressions:
    """Those of this library: the same ones again for the next call, so that a pop does not wait for a compiler."""
    kept = _kept.get(id(library))
    # The library is kept with them, so that its place in memory stays its own.
    if kept is None or kept.library is not library:
        while len(_kept) >= _MOST_LIBRARIES:
            _kept.pop(next(iter(_kept)), None)
        kept = _kept[id(library)] = ReadyExpressions(library)
    return kept


_kept: dict[int, ReadyExpressions] = {}
