#!/usr/bin/env python3
"""Sets Cuecard up and opens it, with a made-up company, an agent signed in and a phone to call from.

    python3 build/start.py                 the window; without a display the tour
    python3 build/start.py --tour [DIR]    plays one whole call by itself, pictures and tour.json go to DIR (out/tour)
    python3 build/start.py --gallery DIR   pictures of every state of the window

Everything else that is given goes to `cuecard desktop --demo`.
"""

import os
import subprocess
import sys
from pathlib import Path
from typing import NoReturn

if sys.version_info < (3, 11):
    sys.exit(
        "Cuecard needs Python 3.11 or later; this is Python %d.%d.\n" % sys.version_info[:2]
        + "Start it with a newer one, for example: python3.11 build/start.py"
    )

# As a script, Python puts build/ first on the path; the packages are found from the checkout.
sys.path[0] = str(Path(__file__).resolve().parent.parent)

from build import environment, system  # noqa: E402  (only after the version is known to do)
from build.problem import run_command  # noqa: E402

TOUR_FOLDER = "out/tour"
WITHOUT_SCREEN = ("--tour", "--gallery")


def main() -> int:
    """Sets up what is missing, then becomes the application."""
    arguments = sys.argv[1:]
    if arguments in (["-h"], ["--help"]):
        print(__doc__.strip())
        return 0
    if arguments[-1:] == ["--tour"]:
        arguments.append(str(environment.ROOT / TOUR_FOLDER))
    offscreen = any(argument.split("=", 1)[0] in WITHOUT_SCREEN for argument in arguments)
    if not offscreen and not has_display():
        print(f"No display here, so Cuecard plays its tour; pictures go to {TOUR_FOLDER}.", flush=True)
        arguments = [*arguments, "--tour", str(environment.ROOT / TOUR_FOLDER)]
        offscreen = True
    system.require_for_window(window=not offscreen, also=environment.missing_packages())
    environment.set_up("run")
    if offscreen:
        os.environ["QT_QPA_PLATFORM"] = "offscreen"
    return become([str(environment.program("cuecard")), "desktop", "--demo", *arguments])


def has_display() -> bool:
    """Whether a window can be shown here."""
    if sys.platform != "linux":
        return True
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def become(command: list[str]) -> NoReturn:
    """Replaces this process, so that Ctrl+C and signals go to the application itself."""
    sys.stdout.flush()
    if sys.platform == "win32":  # there, exec starts a second process and gives the shell its prompt back at once
        sys.exit(subprocess.call(command))
    os.execv(command[0], command)


if __name__ == "__main__":
    sys.exit(run_command(main))
