"""`cuecard script find-eval`: how often find is right, on sentences of callers."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from app.commands.terminal import fail, say
from app.library_folder import NotALibrary, library_of, load

if TYPE_CHECKING:
    from argparse import _SubParsersAction

    from app.scripts.finding.evaluate import Recall, Sentence
    from app.scripts.finding.finder import Finder

_LARGEST_FILE = 20_000_000
_SHIPPED = "scripts_library"


def add_arguments(commands: _SubParsersAction[argparse.ArgumentParser]) -> None:
    """The options of the command."""
    evaluate = commands.add_parser(
        "find-eval",
        help="measure how often find is right",
        description=(
            'Reads lines like {"text": "no picture on the telly", "wanted": "no-tv-picture"} and prints how often the '
            "script that was wanted is found first, among the first 3, and among the first 5."
        ),
    )
    evaluate.add_argument("sentences", type=Path, metavar="FILE.jsonl", help="sentences of callers")
    evaluate.add_argument("--library", type=Path, metavar="PATH", help="the library (default: the one shipped)")
    evaluate.add_argument("--lexical", action="store_true", help="without the sentence model")
    evaluate.add_argument("--missed", action="store_true", help="show each sentence that was not found first")
    evaluate.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """0 when it could be measured, 1 for a library with errors, 2 where there is nothing to measure."""
    from app.places import program_dir
    from app.scripts.finding.evaluate import SentencesUnreadable, read_sentences, recall
    from app.scripts.finding.finder import Finder

    try:
        with arguments.sentences.open("rb") as file:
            sentences = read_sentences(file.read(_LARGEST_FILE))
        library = load(library_of(arguments.library or program_dir() / _SHIPPED)).library
    except (SentencesUnreadable, NotALibrary) as error:
        return fail(str(error))
    if library is None:
        return fail("The library has errors. See them: cuecard script check", code=1)
    missing = sorted({one.wanted.partition("/")[0] for one in sentences} - set(library.scripts))
    if missing:
        return fail(f"The library has no script {', '.join(missing[:5])}; mend the sentences or the library.", code=1)
    if not sentences:
        return fail("The file has no sentences.")
    finder = Finder(library)
    _print("by words", recall(sentences, finder.search), arguments.missed and arguments.lexical)
    if not arguments.lexical:
        _print_reranked(finder, sentences, arguments.missed)
    return 0


def _print_reranked(finder: Finder, sentences: Sequence[Sentence], missed: bool) -> None:
    from app.find_model import HOW_TO_INSTALL, installed_model
    from app.scripts.finding.evaluate import recall

    encoder = installed_model()
    if encoder is None:
        say(f"The sentence model is not installed ({HOW_TO_INSTALL}).")
        return
    finder.use_model(encoder)
    _print("with model", recall(sentences, finder.rerank), missed)


def _print(name: str, measured: Recall, missed: bool) -> None:
    parts = [f"{found / measured.total:6.1%} at {depth}" for depth, found in measured.found.items()]
    say(f"{name:<11}{'  '.join(parts)}  of {measured.total} sentences")
    if missed:
        for sentence, first in measured.missed:
            say(f"  {sentence.wanted}, not {first or 'nothing'}: {sentence.text}")
