#!/usr/bin/env python3
"""Makes out/bundle/cuecard: a folder with the program `cuecard`, which runs where no Python is.

    python3 build/bundle.py            makes it
    python3 build/bundle.py --check    makes it, then plays the tour in it

The bundle is for the system that it was made on.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

# As a script, Python puts build/ first on the path; the packages are found from the checkout.
sys.path[0] = str(Path(__file__).resolve().parent.parent)

from build import environment, system  # noqa: E402
from build.problem import SetupProblem, run_command  # noqa: E402

BUNDLE = environment.OUTPUT / "bundle" / "cuecard"
WORK = environment.OUTPUT / "bundle-work"
LOG = environment.OUTPUT / "bundle.log"
TOUR_SECONDS = 180
FEWEST_PICTURES = 8


def main() -> int:
    """Builds, tells the size, and with --check tries the result."""
    arguments = sys.argv[1:]
    if arguments not in ([], ["--check"]):
        print((__doc__ or "").strip())
        return 0 if arguments in (["-h"], ["--help"]) else 2
    system.require_for_window(window=True, also=environment.missing_packages())
    environment.set_up("bundle")
    system.require_tools({"objdump": "binutils", "strip": "binutils"}, "tools for the bundle")
    make()
    print(f"{BUNDLE.relative_to(environment.ROOT)}: {size(BUNDLE) / 1e6:.0f} MB", flush=True)
    if arguments:
        summary = check(BUNDLE)
        print(f"The bundle played the tour: {summary}")
    return 0


def make() -> None:
    """Runs PyInstaller; what it says goes to out/bundle.log."""
    print("Making the bundle", flush=True)
    environment.OUTPUT.mkdir(exist_ok=True)
    command = [str(environment.program("python")), "-m", "PyInstaller", "--noconfirm", "--clean", "--log-level", "WARN"]
    # Its own names for these are build/ and dist/; build/ is a folder of ours.
    command += ["--workpath", str(WORK), "--distpath", str(BUNDLE.parent), "build/cuecard.spec"]
    with LOG.open("w", encoding="utf-8") as log:
        made = subprocess.run(command, cwd=environment.ROOT, stdout=log, stderr=subprocess.STDOUT, env=_plain())
    if made.returncode != 0:
        last_words = "\n".join(LOG.read_text(encoding="utf-8", errors="replace").strip().splitlines()[-8:])
        raise SetupProblem(f"PyInstaller failed; all it said is in out/bundle.log. Its last words:\n{last_words}")


def check(bundle: Path) -> str:
    """Plays the tour in the bundle, in an empty home and far from the checkout; what it recorded, in a few words."""
    program = bundle / ("cuecard.exe" if sys.platform == "win32" else "cuecard")
    with tempfile.TemporaryDirectory(prefix="cuecard-", ignore_cleanup_errors=True) as folder:
        home = Path(folder)
        tour = home / "tour"
        command = [str(program), "desktop", "--demo", "--tour", str(tour)]
        try:
            played = subprocess.run(
                command,
                cwd=home,
                env=_plain() | {"HOME": folder, "USERPROFILE": folder, "QT_QPA_PLATFORM": "offscreen"},
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
                timeout=TOUR_SECONDS,
            )
        except subprocess.TimeoutExpired as late:
            raise SetupProblem(f"The tour in the bundle did not end within {TOUR_SECONDS} s.") from late
        if played.returncode != 0:
            last_words = "\n".join(played.stdout.strip().splitlines()[-20:])
            raise SetupProblem(f"The tour in the bundle ended with {played.returncode}. It said:\n{last_words}")
        json.loads((tour / "tour.json").read_text(encoding="utf-8"))
        pictures = [path for path in tour.glob("*.png") if path.stat().st_size > 0]
        if len(pictures) < FEWEST_PICTURES:
            raise SetupProblem(f"The tour in the bundle made {len(pictures)} pictures, not {FEWEST_PICTURES}.")
        kept = environment.OUTPUT / "bundle-tour"
        shutil.rmtree(kept, ignore_errors=True)
        shutil.copytree(tour, kept)
        return f"{len(pictures)} pictures and tour.json in {kept.relative_to(environment.ROOT)}"


def size(folder: Path) -> int:
    """Bytes in a folder."""
    return sum(path.lstat().st_size for path in folder.rglob("*") if not path.is_symlink())


def _plain() -> dict[str, str]:
    """The environment without what points to the checkout, or to the home of whoever builds."""
    away = ("PYTHON", "VIRTUAL_ENV", "XDG_", "CUECARD_", "DBUS_SESSION")
    return {name: value for name, value in os.environ.items() if not name.startswith(away)}


if __name__ == "__main__":
    sys.exit(run_command(main))
