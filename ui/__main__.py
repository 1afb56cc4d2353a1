"""Starts the window: painted first, with its backend loaded in a thread behind it."""

from __future__ import annotations

import argparse
import gc
import os
import sys
from collections.abc import Sequence
from pathlib import Path


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs the window until it is closed; the exit code."""
    options = _parser().parse_args(arguments)
    if options.tour is not None or options.gallery is not None:
        os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    if options.gallery is not None:
        from ui.gallery import main as gallery

        return gallery(options.gallery)
    if options.tour is not None:
        from ui.tour import main as tour

        return tour(options.tour, options.data)
    # Nothing that is imported for the first paint is garbage; looking for some takes a tenth of the time to get there.
    gc.disable()
    from ui.session import run

    return run(options)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="cuecard", description="The agent's window.")
    parser.add_argument("--demo", action="store_true", help="a made-up company with its own hub, agent and phone")
    parser.add_argument("--tour", type=Path, metavar="DIR", help="play one whole call, pictures and tour.json to DIR")
    parser.add_argument("--gallery", type=Path, metavar="DIR", help="pictures of every state of the window to DIR")
    parser.add_argument("--data", type=Path, metavar="DIR", help="the folder for the user's data")
    parser.add_argument("--hub", metavar="URL", help="the hub to sign in to")
    parser.add_argument("--ca", type=Path, metavar="F", help="a certificate to trust besides the system's (PEM)")
    parser.add_argument(
        "--phone",
        action="append",
        default=[],
        metavar="SOURCE",
        help="where calls come from: baresip://127.0.0.1:4444, simulated: (may be given several times)",
    )
    return parser


if __name__ == "__main__":
    sys.exit(main())
