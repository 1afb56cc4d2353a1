"""A file straight into a hub's database."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from app.hub.importing import imports
from app.hub.importing.given import Fault, Progress
from app.hub.importing.reading import Export
from app.hub.importing.reading_apart import read_chunks
from app.hub.store import Store


class IntoStore:
    """Imports into a database that this process has open. The other way is `over_http.OverHttp`."""

    def __init__(self, store: Store, clock: Callable[[], datetime], person: str = "") -> None:
        self._store, self._clock, self._person = store, clock, person

    def begin(self, export: Export, *, is_full: bool, is_trial: bool) -> Progress:
        """Begins, or goes on where the same import was broken off."""
        return imports.begin(
            self._store,
            self._clock(),
            fingerprint=export.fingerprint,
            person=self._person,
            is_full=is_full,
            is_trial=is_trial,
        )

    def take(self, export: Export, map_path: Path, about: Progress, on_chunk: Callable[[int], None]) -> int:
        """Takes what is missing; the number of the last chunk. `on_chunk` hears how many rows are done."""
        last = about.next_chunk - 1
        with read_chunks(export, map_path, about.chunk_rows, about.next_chunk) as chunks:
            for chunk in chunks:
                imports.take(self._store, self._clock(), about.number, chunk.number, chunk.digest, chunk.rows)
                last = chunk.number
                on_chunk((last - 1) * about.chunk_rows + len(chunk.rows))
        return last

    def finish(self, about: Progress, chunks: int, *, allow_removal: bool) -> Progress:
        """Ends the import."""
        return imports.finish(self._store, self._clock(), about.number, chunks, allow_removal=allow_removal)

    def faults(self, about: Progress) -> list[Fault]:
        """What was wrong with which row."""
        return imports.faults_of(self._store, about.number)
