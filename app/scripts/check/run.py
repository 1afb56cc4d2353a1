"""Runs all checks over one script, or over all."""

from __future__ import annotations

from app.scripts.check.cases import check_cases
from app.scripts.check.compiled import Compiled, check_compiled, words_of
from app.scripts.check.findings import Findings
from app.scripts.check.flow import check_flow, check_hand_overs
from app.scripts.check.graph import Graph, graph_of
from app.scripts.check.identity import check_identity
from app.scripts.check.known import Known
from app.scripts.check.leftover import check_fallbacks, check_leftover
from app.scripts.check.references import check_policies, check_references
from app.scripts.check.selling import check_selling
from app.scripts.check.speech import check_speech
from app.scripts.check.suppress import suppress
from app.scripts.check.translation import check_languages, check_translation
from app.scripts.check.wording import check_wording
from app.scripts.expressions import Names
from app.scripts.model import Problem, Script
from app.scripts.names import library_names, names_within


def check_script(script: Script, known: Known) -> tuple[Problem, ...]:
    """What is wrong with one script, in the order of its lines, without what parsing has found already."""
    found = Findings(script.file)
    _check(script, known, library_names(known.schema, known.conditions), found)
    return _in_order(found)


def check_library(known: Known) -> tuple[Problem, ...]:
    """What is wrong with all scripts of the library, each by itself and together."""
    everywhere = library_names(known.schema, known.conditions)
    found = {id: Findings(script.file) for id, script in known.scripts.items()}
    graphs: dict[str, Graph] = {}
    for id, script in known.scripts.items():
        graphs[id] = _check(script, known, everywhere, found[id])
    check_hand_overs(known.scripts, graphs, found)
    others = [_check_translation(script, known, everywhere) for script in known.translations.values()]
    return tuple(problem for one in (*found.values(), *others) for problem in _in_order(one))


def _check(script: Script, known: Known, everywhere: Names, found: Findings) -> Graph:
    graph = graph_of(script)
    if not script.steps:
        return graph
    compiled = Compiled(names_within(script, everywhere), known.schema)
    check_references(script, known, found)
    check_compiled(script, compiled, found)
    check_policies(compiled, known, found)
    check_flow(graph, found)
    check_identity(graph, compiled, found)
    check_selling(graph, known, found)
    words = words_of(script)
    check_wording(graph, compiled, words, found)
    check_speech(script, known, words, found)
    check_cases(script, compiled, found)
    check_leftover(graph, compiled, known, found)
    check_languages(script, known, found)
    suppress(script, found)
    return graph


def _check_translation(script: Script, known: Known, everywhere: Names) -> Findings:
    """A translation is held to its original; what it says by itself is judged like any text."""
    found = Findings(script.file)
    if not script.steps:
        return found
    graph = graph_of(script)
    compiled = Compiled(names_within(script, everywhere), known.schema)
    check_translation(known.scripts.get(script.id), script, found)
    check_compiled(script, compiled, found)
    check_identity(graph, compiled, found)
    words = words_of(script)
    check_wording(graph, compiled, words, found)
    check_speech(script, known, words, found)
    check_fallbacks(graph, compiled, known, found)
    suppress(script, found)
    return found


def _in_order(found: Findings) -> tuple[Problem, ...]:
    return tuple(sorted(found.problems, key=lambda problem: (problem.place.line, problem.place.column)))
