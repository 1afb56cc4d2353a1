"""`cuecard practice`: plays the best path of a practice call and prints its page; nothing is recorded anywhere."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from app.commands.terminal import harmless, say

if TYPE_CHECKING:
    from app.practice.call import Around
    from app.scripts.library import Library


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of the command."""
    parser.add_argument("--script", default="", metavar="ID", help="the script to practise (without one: lists them)")
    parser.add_argument("--persona", default="price", metavar="P", help="who calls (price)")
    parser.add_argument("--seed", type=int, default=1, metavar="N", help="the same number brings the same caller (1)")
    parser.add_argument(
        "--library", type=Path, metavar="PATH", help="a draft: a library's folder, a script, or a .release file"
    )
    parser.add_argument(
        "--auto", action="store_true", help="play the best path here; without it, practise in the window"
    )


def run(arguments: argparse.Namespace) -> int:
    """0 when it was played, 1 where it comes to no end or something was missed, 2 where there is nothing to play."""
    from app.bootstrap import CannotStart, shipped_library
    from app.practice.best import DeadEnd, best_path
    from app.practice.call import Plan
    from app.practice.libraries import NoPractice, draft_library
    from app.practice.page import as_text, page_of
    from app.practice.personas import PERSONAS

    try:
        library, named = draft_library(arguments.library) if arguments.library else (shipped_library(), "")
    except (NoPractice, CannotStart) as error:
        return _fail(str(error))
    script = arguments.script or named
    if not script:
        return _list(library)
    if script not in library.scripts:
        return _fail(f"There is no script {script}. There are {', '.join(sorted(library.scripts))}.")
    if arguments.persona not in PERSONAS:
        return _fail(f"There is no persona {arguments.persona}. There are {', '.join(PERSONAS)}.")
    if not arguments.auto:
        return _fail(
            "Practise a call in the window: Ctrl+P while you are ready. Here only the best path is played: --auto."
        )
    plan, around = Plan(library, script, arguments.persona, arguments.seed), _around()
    try:
        call = best_path(plan, around)
    except DeadEnd as error:
        return _fail(str(error), 1)
    say(as_text(page_of(call, call, str), str))
    return 1 if call.judge.misses else 0


def _list(library: Library) -> int:
    from app.practice.personas import PERSONAS, title

    for script in sorted(library.scripts.values(), key=lambda one: (one.kind, one.id)):
        say(f"{script.id:22} {script.title}")
    say("")
    for persona in PERSONAS:
        say(f"{persona:22} {title(persona, str)}")
    return 0


def _around() -> Around:
    from datetime import timedelta

    from app.bootstrap import new_id, utc_now
    from app.domain.person import AgentSession, Person, Role
    from app.practice.call import Around
    from app.practice.memory import AtOnce

    now = utc_now()
    trainee = Person("practice", "Trainee", "Ana", "", (Role.AGENT,))
    session = AgentSession("practice", trainee, "practice", "", "GB", "GBP", now, now + timedelta(hours=1), "Northline")
    return Around(session, AtOnce(), utc_now, new_id)


def _fail(sentence: str, code: int = 2) -> int:
    sys.stderr.write(f"cuecard practice: {harmless(sentence)}\n")
    return code
