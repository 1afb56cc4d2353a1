"""Makes `cuecard://call?..` links open Cuecard, for this user only.

Linux: a desktop entry and xdg-mime. Windows: the user's part of the registry. macOS takes schemes from a program's
bundle alone, so there it can only be said what to do. `tel:` is offered to the system as something that Cuecard can
open, and never made the default: a `tel:` link in a browser is mostly meant to be dialled.
"""

from __future__ import annotations

import importlib
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from app.telephony.errors import NotSupported, TelephonyError

ENTRY = "cuecard-call.desktop"
_SECONDS = 20.0


class NotRegistered(TelephonyError):
    """The system did not take the registration."""


def register(command: Sequence[str], run: Callable[[Sequence[str]], None] | None = None) -> str:
    """Registers `command` (program and first arguments) for the links; a sentence on what was done.

    `run` starts a program of the system. Raises NotSupported on macOS, NotRegistered where the system refuses.
    """
    if sys.platform == "win32":
        return _register_windows(command)
    if sys.platform == "darwin":
        raise NotSupported(
            "macOS takes link types from a program's bundle only: put Cuecard.app into Applications and open it once; "
            "its bundle names the scheme cuecard. Then a link cuecard://call?from=.. opens it."
        )
    return _register_linux(command, run or _run)


def own_command() -> list[str]:
    """How the system starts this program with a link."""
    if getattr(sys, "frozen", False):
        return [sys.executable, "pop", "--start"]
    beside = shutil.which("cuecard", path=str(Path(sys.executable).parent))
    return [*([beside] if beside else [sys.executable, "-m", "app.cli"]), "pop", "--start"]


def desktop_entry(command: Sequence[str]) -> str:
    """The desktop entry, by freedesktop.org's specification 1.5."""
    return "\n".join(
        [
            "[Desktop Entry]",
            "Type=Application",
            "Name=Cuecard (calls)",
            "Comment=Shows a call that a softphone hands over",
            f"Exec={' '.join(_quoted(part) for part in command)} %u",
            "NoDisplay=true",
            "Terminal=false",
            "MimeType=x-scheme-handler/cuecard;x-scheme-handler/tel;",
            "",
        ]
    )


def _register_linux(command: Sequence[str], run: Callable[[Sequence[str]], None]) -> str:
    data = Path(os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share")
    folder = data / "applications"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / ENTRY).write_text(desktop_entry(command), encoding="utf-8")
    except OSError as error:
        raise NotRegistered(f"The entry could not be written to {folder}: {error.strerror}.") from error
    run(["xdg-mime", "default", ENTRY, "x-scheme-handler/cuecard"])
    return f"Links cuecard://.. open Cuecard now. The entry is {folder / ENTRY}; remove it to undo this."


def _run(command: Sequence[str]) -> None:
    try:
        subprocess.run(command, check=True, timeout=_SECONDS, stdin=subprocess.DEVNULL, capture_output=True)
    except FileNotFoundError as error:
        raise NotRegistered(f"{command[0]} is not installed; install the package xdg-utils and try again.") from error
    except (OSError, subprocess.SubprocessError) as error:
        raise NotRegistered(
            f"{command[0]} did not make Cuecard the default; set it in the desktop's settings."
        ) from error


def _quoted(part: str) -> str:
    """An argument of Exec: in quotes, with what the specification reserves escaped twice where it must be."""
    escaped = part.replace("\\", "\\\\\\\\")
    for sign in ('"', "`", "$"):
        escaped = escaped.replace(sign, f"\\\\{sign}")
    return '"' + escaped.replace("%", "%%") + '"'


def windows_command(command: Sequence[str]) -> str:
    """The command line that Windows runs for a link, which it puts in the place of %1."""
    return f'{subprocess.list2cmdline(command)} "%1"'


def _register_windows(command: Sequence[str]) -> str:
    # By name, because the module is there on Windows only.
    winreg = importlib.import_module("winreg")

    line = windows_command(command)
    classes = r"Software\Classes"
    values = [
        (rf"{classes}\cuecard", "", "URL:Cuecard call"),
        (rf"{classes}\cuecard", "URL Protocol", ""),
        (rf"{classes}\cuecard\shell\open\command", "", line),
        (rf"{classes}\Cuecard.Call\shell\open\command", "", line),
        (r"Software\Cuecard\Capabilities", "ApplicationName", "Cuecard"),
        (r"Software\Cuecard\Capabilities\URLAssociations", "cuecard", "Cuecard.Call"),
        (r"Software\Cuecard\Capabilities\URLAssociations", "tel", "Cuecard.Call"),
        (r"Software\RegisteredApplications", "Cuecard", r"Software\Cuecard\Capabilities"),
    ]
    try:
        for path, name, value in values:
            with winreg.CreateKey(winreg.HKEY_CURRENT_USER, path) as key:
                winreg.SetValueEx(key, name, 0, winreg.REG_SZ, value)
    except OSError as error:
        raise NotRegistered(
            "Windows did not let Cuecard register its links; ask whoever manages this computer."
        ) from error
    return "Links cuecard://.. open Cuecard now. For tel: links choose Cuecard in Settings, Default apps."
