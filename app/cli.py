"""The command `cuecard`: finds the subcommand and imports only that one.

cuecard [desktop]   the window (default)
cuecard pop         hand a call over to the running window
cuecard hub         the central CRM service
cuecard import      accounts in from an operator's export
cuecard admin       people, teams, devices and customers' data at the hub
cuecard report      figures in the terminal
cuecard script      check and play call scripts
cuecard practice    what a practice call is like when nothing is missed
cuecard doctor      look whether the phone works
"""

from __future__ import annotations

import argparse
import importlib
import sys
from collections.abc import Sequence

_COMMANDS = {
    "pop": "hand a call over to the running window",
    "hub": "run the hub, the central CRM service",
    "import": "bring accounts in from an operator's export",
    "admin": "look after people, teams, devices and customers' data at the hub",
    "report": "print extend and accept figures",
    "script": "check and play call scripts",
    "practice": "play a practice call as it goes when nothing is missed",
    "doctor": "look whether the phone works, and what arrives from it",
}
# A module cannot have Python's own word for its name.
_MODULES = {"import": "import_accounts"}
_WINDOW = "desktop"


def main(argv: Sequence[str] | None = None) -> int:
    """Runs one command; the exit code."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    name = arguments[0] if arguments else _WINDOW
    if name in ("-h", "--help"):
        print(_overview())
        return 0
    if name == "--version":
        from importlib.metadata import version

        print(f"cuecard {version('cuecard')}")
        return 0
    if name in _COMMANDS:
        return _run(name, arguments[1:])
    if name.startswith(("cuecard:", "tel:")):
        # A link that the system hands to its registered program is a call to show.
        return _run("pop", arguments)
    if name == _WINDOW:
        arguments = arguments[1:]
    elif not name.startswith("-"):
        print(f"cuecard: there is no command {name!r}.\n\n{_overview()}", file=sys.stderr)
        return 2
    # By name, because nothing in app may import the window.
    return int(importlib.import_module("ui.__main__").main(arguments))


def _run(name: str, arguments: list[str]) -> int:
    module = importlib.import_module(f"app.commands.{_MODULES.get(name, name)}")
    parser = argparse.ArgumentParser(prog=f"cuecard {name}", description=_COMMANDS[name])
    module.add_arguments(parser)
    try:
        return int(module.run(parser.parse_args(arguments)))
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        return 0


def _overview() -> str:
    lines = ["usage: cuecard [COMMAND] [OPTION ...]", "", f"  {_WINDOW:9} the window (default)"]
    lines += [f"  {name:9} {purpose}" for name, purpose in _COMMANDS.items()]
    return "\n".join([*lines, "", "cuecard COMMAND --help tells more."])


if __name__ == "__main__":
    raise SystemExit(main())
