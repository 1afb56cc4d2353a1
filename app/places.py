"""Where Cuecard finds its own files and keeps the user's."""

from __future__ import annotations

import os
import sys
from pathlib import Path


def data_dir() -> Path:
    """The folder for the user's data, made on first use with access for the user alone.

    `CUECARD_DATA_DIR` overrides the place that the system has for it.
    """
    override = os.environ.get("CUECARD_DATA_DIR")
    if override:
        folder = Path(override)
    elif sys.platform == "win32":
        folder = Path(os.environ.get("LOCALAPPDATA", Path.home() / "AppData" / "Local")) / "Cuecard"
    elif sys.platform == "darwin":
        folder = Path.home() / "Library" / "Application Support" / "Cuecard"
    else:
        folder = Path(os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share") / "cuecard"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    return folder


def program_dir() -> Path:
    """The folder that holds `scripts_library` and `resources`, in a checkout, an installed wheel and a bundle alike."""
    bundle = getattr(sys, "_MEIPASS", None)
    return Path(bundle) if bundle else Path(__file__).resolve().parent.parent
