"""`cuecard script walk [SCRIPT|PATH]`: walks scripts by the thousand and tells what was never reached."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from app.commands.terminal import fail, say, shown
from app.library_folder import NotALibrary, library_of, load

if TYPE_CHECKING:
    from argparse import _SubParsersAction

    from app.scripts.coverage import Report, ScriptReport
    from app.scripts.library import Library

_HERE = "scripts_library"
_MOST_CALLS = 10_000_000


def add_arguments(commands: _SubParsersAction[argparse.ArgumentParser]) -> None:
    """The options of the command."""
    walk = commands.add_parser(
        "walk",
        help="walk scripts by the thousand",
        description="Walks a script, or each script of a library, with made-up customers on every boundary. Tells "
        "which steps and answers no call came to, and which calls came to no end. Exit code 1 when there are any.",
    )
    walk.add_argument(
        "what_to_walk",
        nargs="?",
        default=_HERE,
        metavar="SCRIPT|PATH",
        help=f"a script's id or file, or a library's folder (default: {_HERE})",
    )
    walk.add_argument("--calls", type=_count, default=10_000, metavar="N", help="calls for each script (10000)")
    walk.add_argument("--seed", type=int, default=7, metavar="N", help="the same seed, the same calls (7)")
    walk.add_argument("--format", choices=("text", "json"), default="text", help="how to print it")
    walk.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """0 when everything was reached, 1 when not or for a library with errors, 2 where there is nothing to walk."""
    try:
        root, wanted = _asked_for(arguments.what_to_walk)
    except NotALibrary as error:
        return fail(str(error))
    library = load(root).library
    if library is None:
        return fail(f"The library has errors; `cuecard script check {shown(root)}` shows them.", code=1)
    scripts = [one.id for one in library.scripts.values() if wanted in ("", one.id, one.file)]
    if not scripts:
        return fail(f"There is no script {wanted} in {shown(root)}. It has {', '.join(sorted(library.scripts))}.")
    report = walked(library, scripts, arguments.calls, arguments.seed)
    say(_as_json(report) if arguments.format == "json" else _as_text(root, report))
    return 0 if report.clean else 1


def walked(library: Library, scripts: Sequence[str], calls: int, seed: int) -> Report:
    """The report on these scripts, several at a time where the system can do that. It is the same either way."""
    from app.scripts.coverage import Report, cover

    # A frozen program, and one that has no fork, would have to start itself anew for each script.
    if len(scripts) == 1 or not sys.platform.startswith("linux") or getattr(sys, "frozen", False):
        return cover(library, scripts, calls, seed)
    import multiprocessing
    import os

    fork = multiprocessing.get_context("fork")
    workers = min(len(os.sched_getaffinity(0)), len(scripts))
    with fork.Pool(workers, _take, (library, calls, seed)) as pool:
        found = pool.map(_one, sorted(scripts), chunksize=1)
    return Report(seed, calls, tuple(found))


# What a forked worker has from its parent.
_given: list[tuple[Library, int, int]] = []


def _take(library: Library, calls: int, seed: int) -> None:
    _given.append((library, calls, seed))


def _one(script: str) -> ScriptReport:
    from app.scripts.coverage import cover

    library, calls, seed = _given[0]
    return cover(library, [script], calls, seed).scripts[0]


def _asked_for(what: str) -> tuple[Path, str]:
    """The library's folder, and the id or the file of the one script that is meant ("" for all). Raises NotALibrary."""
    path = Path(what)
    if not path.exists():
        return library_of(Path(_HERE)), what
    root = library_of(path)
    here = path.resolve()
    return root, "" if here.is_dir() else here.relative_to(root).as_posix()


def _as_text(root: Path, report: Report) -> str:
    lines = [line for one in report.scripts for line in _lines(root, one)]
    faults = sum(not one.clean for one in report.scripts)
    count = len(report.scripts)
    walked_through = f"{count} script{'s' if count != 1 else ''}, {report.calls:,} calls each, seed {report.seed}"
    lines.append(f"{walked_through}: {'everything was reached.' if not faults else f'{faults} not walked through.'}")
    return "\n".join(lines)


def _lines(root: Path, one: ScriptReport) -> list[str]:
    ends = [f"{name} {count:,}" for name, count in one.outcomes.items()]
    ends += [f"=> {name} {count:,}" for name, count in one.handed_over.items()]
    reached = f"{one.steps_reached} of {one.steps} steps, {one.answers_reached} of {one.answers} answers"
    lines = [
        f"{one.script}: {reached}; longest {one.longest} steps (call {one.longest_call})",
        f"  ended: {', '.join(ends) or 'none'}",
    ]
    file = shown(root / one.file)
    for place in one.unreached:
        lines.append(f"  {file}:{place.line}: never reached: {place.kind} {place.text} (step {place.step})")
    for trouble in one.troubles:
        calls = f"{trouble.calls:,} call{'s' if trouble.calls != 1 else ''}"
        how = f"stuck there: {trouble.sentence}" if trouble.sentence else "going round without an end"
        lines.append(f"  {file}: {calls} came to no end in step {trouble.step} (first: {trouble.first_call}), {how}")
    return lines


def _as_json(report: Report) -> str:
    from dataclasses import asdict

    return json.dumps({**asdict(report), "clean": report.clean}, ensure_ascii=False, indent=2)


def _count(text: str) -> int:
    number = int(text)
    if not 1 <= number <= _MOST_CALLS:
        raise argparse.ArgumentTypeError(f"from 1 to {_MOST_CALLS:,}")
    return number
