"""The one error of the build commands, and how it ends them."""

from __future__ import annotations

import sys
from collections.abc import Callable


class SetupProblem(Exception):
    """Something is missing that this machine or its owner has to provide; the text says what to do."""


def run_command(command: Callable[[], int]) -> int:
    """Runs a build command; a problem becomes its sentence on stderr and exit status 1, Ctrl+C becomes 130."""
    try:
        return command()
    except SetupProblem as problem:
        print(f"\n{problem}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nStopped. Start it again to go on.", file=sys.stderr)
        return 130
