"""A file straight into a hub's database, read and written side by side."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import datetime

from app.hub.importing import imports
from app.hub.importing.given import Counts, Fault, Progress
from app.hub.importing.reading import Export, chunks_of
from app.hub.store import Store


class IntoStore:
    """Imports into a database that this process has open. The other way is `over_http.OverHttp`."""

    def __init__(self, store: Store, clock: Callable[[], datetime], person: str = "") -> None:
        self._store, self._clock, self._person = store, clock, person

    def bring_in(
        self,
        export: Export,
        *,
        is_full: bool = False,
        is_trial: bool = False,
        allow_removal: bool = False,
        on_chunk: Callable[[int], None] = lambda rows: None,
    ) -> Progress:
        """The whole import; goes on where the same import was broken off. `on_chunk` hears how many rows are done."""
        about = imports.begin(
            self._store,
            self._clock(),
            fingerprint=export.fingerprint,
            person=self._person,
            is_full=is_full,
            is_trial=is_trial,
        )
        last, done = about.next_chunk - 1, (about.next_chunk - 1) * about.chunk_rows
        with (
            ThreadPoolExecutor(1, thread_name_prefix="accounts") as writer,
            chunks_of(export, about.chunk_rows, about.next_chunk) as chunks,
        ):
            # One chunk is written while the next is read.
            before: Future[Counts] | None = None
            for chunk in chunks:
                if before is not None:
                    before.result()
                before = writer.submit(
                    imports.take, self._store, self._clock(), about.number, chunk.number, chunk.digest, chunk.rows
                )
                last, done = chunk.number, done + len(chunk.rows)
                on_chunk(done)
            if before is not None:
                before.result()
        return imports.finish(self._store, self._clock(), about.number, last, allow_removal=allow_removal)

    def faults(self, run: int) -> list[Fault]:
        """What was wrong with which row."""
        return imports.faults_of(self._store, run)
