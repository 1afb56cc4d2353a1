"""The conditions and texts of a script compiled against the declared names; their errors become findings."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from app.scripts.check.findings import Findings
from app.scripts.expressions import ExpressionError, Names, Node, paths_in, read_condition, read_value
from app.scripts.expressions.tree import Named, nodes_in
from app.scripts.model import Line, Place, Script, Step
from app.scripts.schema import Schema
from app.scripts.text import TextProblem, compile_text


@dataclass(slots=True)
class Compiled:
    """What was compiled: the trees by their source, for the rules that look into them.

    `conditions` are all of the script with the places where they begin, once `check_compiled` has been there; `fine`
    those about which there is nothing to say.
    """

    names: Names
    schema: Schema
    trees: dict[str, Node | None] = field(default_factory=dict)
    conditions: list[tuple[str, Place]] = field(default_factory=list)
    fine: set[str] = field(default_factory=set)
    _fine: set[tuple[tuple[str, ...], tuple[tuple[str, str], ...]]] = field(default_factory=set)
    _errors: dict[str, ExpressionError] = field(default_factory=dict)
    _paths: dict[str, frozenset[str]] = field(default_factory=dict)
    _all_paths: dict[str, frozenset[str]] = field(default_factory=dict)

    def condition(self, source: str) -> ExpressionError | None:
        """What is wrong with a condition; looked at once for each source."""
        if source not in self.trees:
            try:
                self.trees[source] = read_condition(source, self.names)
            except ExpressionError as error:
                self.trees[source] = None
                self._errors[source] = error
        return self._errors.get(source)

    def paths(self, source: str) -> frozenset[str]:
        """Every path that a condition uses, named conditions included, apart from those only has() asks for."""
        if source not in self._paths:
            self.condition(source)
            self._paths[source] = self._paths_of(self.trees[source], False, 0)
        return self._paths[source]

    def all_paths(self, source: str) -> frozenset[str]:
        """Every path that a condition names, named conditions and has() included."""
        if source not in self._all_paths:
            self.condition(source)
            self._all_paths[source] = self._paths_of(self.trees[source], True, 0)
        return self._all_paths[source]

    def text(self, text: str) -> tuple[TextProblem, ...]:
        """What is wrong with a text; placeholders that were fine once are not looked at again."""
        template = compile_text(text)
        placeholders = [(one.parts, one.filters) for one in template.placeholders]
        if not template.faults and self._fine.issuperset(placeholders):
            return ()
        problems = template.problems(self.names)
        if not problems:
            self._fine.update(placeholders)
        return problems

    def condition_tree(self, name: str) -> Node | None:
        """The tree of a named condition; None where it has an error."""
        source = self.names.conditions.get(name, "")
        self.condition(source)
        return self.trees[source]

    def _paths_of(self, tree: Node | None, behind_has: bool, depth: int) -> frozenset[str]:
        if tree is None:
            return frozenset()
        found = {path.text for path in paths_in(tree, behind_has)}
        for node in nodes_in(tree) if self.names.conditions else ():
            if isinstance(node, Named) and depth < 5:
                found |= self._paths_of(self.condition_tree(node.name), behind_has, depth + 1)
        return frozenset(found)


def check_compiled(script: Script, compiled: Compiled, found: Findings) -> None:
    """Every condition, value, default and text of the script."""
    compiled.conditions = list(conditions_of(script))
    for source, place in compiled.conditions:
        check_condition(source, place, compiled, found)
    for step in script.steps.values():
        for let in step.lets:
            try:
                tree = read_value(let.expression, compiled.names)
            except ExpressionError as error:
                _expression_error(error, let.place, compiled.schema, found)
            else:
                compiled.trees[f"Let {let.name} {let.expression}"] = tree
                _forbidden({path.text for path in paths_in(tree, behind_has=False)}, let.place, compiled.schema, found)
        for ask in step.asks:
            if ask.default and compiled.names.type_of(tuple(ask.default.split("."))) is None:
                message = f'"{ask.default}" is not known here.'
                found.unknown("unknown-variable", ask.place, message, ask.default, compiled.names.paths())
        for answer in step.answers:
            if answer.key == "*":
                _list(answer.each, answer.place, compiled.names, found)
            elif "{" in answer.text or "}" in answer.text:
                check_text(answer.text, _text_place(answer.place, answer.text, answer.condition), compiled, found)
        for line in lines_of(step):
            if "{" in line.text or "}" in line.text:
                check_text(line.text, line.place, compiled, found)
        if step.consent:
            check_text(step.consent.question, step.consent.place, compiled, found)
        if step.wait:
            check_text(step.wait.text, step.wait.place, compiled, found)


def check_condition(source: str, place: Place, compiled: Compiled, found: Findings) -> None:
    """One condition, at the place where it begins; one that was fine once is not looked at again."""
    if source in compiled.fine:
        return
    error = compiled.condition(source)
    if error is not None:
        _expression_error(error, place, compiled.schema, found)
    elif not _forbidden(compiled.paths(source), place, compiled.schema, found):
        compiled.fine.add(source)


def check_text(text: str, place: Place, compiled: Compiled, found: Findings) -> None:
    """One text with placeholders, at the place where it begins."""
    if "{" not in text and "}" not in text:
        return
    for problem in compiled.text(text):
        where = Place(place.line, place.column + problem.column - 1, place.column + problem.end_column - 1)
        found.add(problem.rule, where, problem.message, problem.suggestion)


def conditions_of(script: Script) -> Iterator[tuple[str, Place]]:
    """Every condition of a script and where it begins."""
    for step in script.steps.values():
        for branch in step.branches:
            if branch.condition:
                yield branch.condition, branch.place
        for answer in step.answers:
            if answer.condition:
                yield answer.condition, _condition_place(answer.place, answer.condition)
        for line in lines_of(step):
            if line.condition:
                yield line.condition, _condition_place(line.place, line.condition)


def words_of(script: Script) -> str:
    """Everything that is said or asked for, in small letters: a quick way to see which words a script has at all."""
    texts: list[str] = []
    for step in script.steps.values():
        texts += [line.text for phrasing in step.phrasings for line in phrasing.lines]
        texts += [line.text for line in step.points]
        texts += [ask.label for ask in step.asks]
    return "\n".join(texts).lower()


def lines_of(step: Step) -> Iterator[Line]:
    """Everything of a step that is shown or said."""
    for phrasing in step.phrasings:
        yield from phrasing.lines
    yield from step.points
    yield from step.notes


def _condition_place(place: Place, condition: str) -> Place:
    """Where the condition begins that stands, with its curly bracket, at the end of a place."""
    end = place.end_column - 1
    return Place(place.line, max(end - len(condition), 1), end)


def _text_place(place: Place, text: str, condition: str) -> Place:
    """Where an answer's words begin, seen from the end of its place."""
    behind = len(condition) + len(" {if }") if condition else 0
    return Place(place.line, max(place.end_column - behind - len(text), 1), place.end_column - behind)


def _list(path: str, place: Place, names: Names, found: Findings) -> None:
    type_ = names.type_of(tuple(path.split(".")))
    if type_ is None:
        found.unknown("unknown-variable", place, f'"{path}" is not known here.', path, names.paths())
    elif type_.item is None:
        found.add("type-error", place, f"[*] needs a list; {path} is {type_}.")


def _expression_error(error: ExpressionError, place: Place, schema: Schema, found: Findings) -> None:
    where = Place(place.line, place.column + error.column - 1, place.column + error.end_column - 1)
    rule, message, suggestion = error.rule, error.message, error.suggestion
    if rule == "unknown-variable":
        reason = next((why for path, why in schema.never.items() if f'"{path}"' in message), "")
        if reason:
            rule, message, suggestion = "forbidden-field", reason, ""
    found.add(rule, where, message, suggestion)


def _forbidden(paths: set[str] | frozenset[str], place: Place, schema: Schema, found: Findings) -> bool:
    """Reports fields that must not decide anything; whether there are any."""
    refused = [(path, schema.fields[path].refused) for path in paths if path in schema.fields]
    for path, reason in refused:
        if reason:
            found.add("forbidden-field", place, f"{path} must not decide anything. {reason}")
    return any(reason for _, reason in refused)


def sensitive_paths(paths: frozenset[str] | set[str], schema: Schema, values: Mapping[str, bool]) -> tuple[str, ...]:
    """Those of the paths that are masked until the caller is verified; `values` tells it of the script's Lets."""
    return tuple(
        sorted(
            path
            for path in paths
            if ((declared := schema.fields.get(path)) is not None and declared.sensitive) or values.get(path, False)
        )
    )
