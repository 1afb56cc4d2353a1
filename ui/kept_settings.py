"""The window's settings between two starts: a small file in the user's folder. An unreadable one counts as none."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path

from ui.settings import WindowSettings
from ui.theme.colours import Scheme

FILE = "window.json"
_SCALES = range(100, 201)


def read_settings(folder: Path) -> WindowSettings:
    """The kept settings; the usual ones where there are none, or where they make no sense."""
    try:
        kept = json.loads((folder / FILE).read_text(encoding="utf-8"))
        place = kept.get("strip_place")
        return WindowSettings(
            scheme=Scheme(kept.get("scheme", Scheme.SYSTEM.value)),
            text_scale=int(kept["text_scale"]) if int(kept.get("text_scale", 0)) in _SCALES else 100,
            language=str(kept.get("language", "en")),
            keys=tuple((str(command), str(key)) for command, key in kept.get("keys", ())),
            strip=bool(kept.get("strip", False)),
            strip_place=(int(place[0]), int(place[1])) if place else None,
        )
    except (OSError, ValueError, TypeError, KeyError, AttributeError, IndexError):
        return WindowSettings()


def keep_settings(folder: Path, settings: WindowSettings) -> None:
    """Writes the settings in one step; a disk that refuses costs the settings and nothing else."""
    fresh = folder / f"{FILE}.new"
    try:
        fresh.write_text(json.dumps(asdict(settings)), encoding="utf-8")
        fresh.replace(folder / FILE)
    except OSError:
        return
