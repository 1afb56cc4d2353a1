"""Settings as a small file: one JSON object of names and values, replaced as a whole."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

from app.settings.schema import Value, read_values

LARGEST_FILE = 2_000_000


class KeptValues:
    """What stands in one file. Attribute `problems`: a sentence for each thing in it that was not understood.

    What is not understood stays in the file when it is written: it may be a newer version's.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        kept = self._read()
        self.values, self.problems = read_values(kept)
        self._others = {str(name): value for name, value in kept.items() if name not in self.values}

    def keep(self, values: Mapping[str, Value]) -> bool:
        """Writes these in one step; False where the disk refuses, which costs the settings and nothing else."""
        self.values = dict(values)
        self._others = {name: value for name, value in self._others.items() if name not in self.values}
        fresh = self._path.with_name(self._path.name + ".new")
        try:
            fresh.write_text(json.dumps(self._others | self.values), encoding="utf-8")
            fresh.replace(self._path)
        except OSError:
            return False
        return True

    def _read(self) -> dict[str, object]:
        try:
            with self._path.open("rb") as file:
                kept = json.loads(file.read(LARGEST_FILE))
        except (OSError, ValueError, RecursionError):
            # None there yet, or nothing that could be used.
            return {}
        return kept if isinstance(kept, dict) else {}
