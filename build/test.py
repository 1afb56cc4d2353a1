#!/usr/bin/env python3
"""Sets up and checks everything: format, lint, types, tests.

    python3 build/test.py                      all of it, without the slow tests
    python3 build/test.py --all                with the slow tests
    python3 build/test.py tests/unit -k walk   only these tests: whatever else is given goes to pytest
    python3 build/test.py --bench [NAME]       measures: tests/bench/NAME.py, or all of them
    python3 build/test.py --reliability [--minutes N]
                                               the reliability scorecard in full (--help says more)

`--all` may be joined with what goes to pytest.
"""

import os
import subprocess
import sys
import time
from pathlib import Path

if sys.version_info < (3, 11):
    sys.exit(
        "Cuecard needs Python 3.11 or later; this is Python %d.%d.\n" % sys.version_info[:2]
        + "Run the tests with a newer one, for example: python3.11 build/test.py"
    )

# As a script, Python puts build/ first on the path; the packages are found from the checkout.
sys.path[0] = str(Path(__file__).resolve().parent.parent)

from build import environment, system  # noqa: E402  (only after the version is known to do)
from build.problem import SetupProblem, run_command  # noqa: E402

CONCISE = "--output-format=concise"
CHECKS = (
    ("format", ["-m", "ruff", "format", "--check", "--quiet", CONCISE, "."], ".venv/bin/ruff format ."),
    ("lint", ["-m", "ruff", "check", "--quiet", CONCISE, "."], ".venv/bin/ruff check --fix ."),
    ("types", ["-m", "mypy"], ""),
)
"""Name, arguments to Python, and the command that mends most of it."""


def main() -> int:
    """Runs what was asked for; the exit status is that of the first thing that failed."""
    arguments = sys.argv[1:]
    if arguments in (["-h"], ["--help"]):
        print(__doc__.strip())
        return 0
    # The tests open windows offscreen and on a virtual screen.
    system.require_for_window(window=True, also=environment.missing_packages())
    environment.set_up("test")
    if arguments[:1] == ["--bench"]:
        return bench(arguments[1:])
    if arguments[:1] == ["--reliability"]:
        system.require_test_tools()
        return python(["-m", "tests.reliability.scorecard", *arguments[1:]])
    system.require_test_tools()
    with_slow = "--all" in arguments
    for_pytest = [argument for argument in arguments if argument != "--all"]
    failed = 0 if for_pytest else check()
    # The tests run all the same: whoever waits for minutes wants to know everything that is wrong.
    return run_tests(with_slow, for_pytest) or failed


def check() -> int:
    """Format, lint and types."""
    failed = 0
    for name, arguments, mend in CHECKS:
        begun = time.monotonic()
        status = python(arguments)
        if status:
            failed = status
            print(f"{name}: failed" + (f" (`{mend}` mends most of it)" if mend else ""), flush=True)
        else:
            print(f"{name}: good, {time.monotonic() - begun:.1f} s", flush=True)
    return failed


def run_tests(with_slow: bool, for_pytest: list[str]) -> int:
    """The tests; two at a time unless single ones were named. pytest's closing line is the last one printed."""
    arguments = ["-m", "pytest"]
    if with_slow:
        arguments += ["-m", "not bench"]
    if not for_pytest:
        # The tests of one file stay together, since they share what is dear to start (a hub, a phone).
        arguments += ["-q", "-n", "2", "--dist", "loadfile"]
    return python([*arguments, *for_pytest])


def bench(names: list[str]) -> int:
    """Runs the measuring programs, one after the other, on an otherwise quiet machine."""
    folder = environment.ROOT / "tests" / "bench"
    known = {path.stem: path for path in sorted(folder.glob("*.py")) if not path.stem.startswith(("_", "conftest"))}
    unknown = [name for name in names if name not in known]
    if unknown:
        raise SetupProblem(f"No measuring program {', '.join(unknown)}. There are: {', '.join(known) or 'none yet'}.")
    status = 0
    for name in names or known:
        print(f"== {name}", flush=True)
        status = python([str(known[name].relative_to(environment.ROOT))]) or status
    return status


def python(arguments: list[str]) -> int:
    """Runs the environment's Python in the checkout."""
    sys.stdout.flush()
    settings = {**os.environ, "PYTHONPATH": str(environment.ROOT), "QT_QPA_PLATFORM": "offscreen"}
    return subprocess.call([str(environment.program("python")), *arguments], cwd=environment.ROOT, env=settings)


if __name__ == "__main__":
    sys.exit(run_command(main))
