"""Which library this desk works with: the newest release that may be used, or the one that came with the program."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256

from app.releases import ReleaseFolder, Verified
from app.scripts.finding.vectors import LineVectors
from app.scripts.library import Library
from app.scripts.release import ReleaseNotYet, ReleaseRefused
from app.sync.crm import FetchedRelease

_PICTURES = "pictures/"
_MOST_SHELVES = 8


@dataclass(frozen=True, slots=True)
class InUse:
    """A library with what belongs to it. `notices` are sentences about it that whoever signs in has to see."""

    library: Library
    vectors: LineVectors | None = None
    notices: tuple[str, ...] = ()


@dataclass(slots=True)
class LibraryInUse:
    """Chooses the library and changes it when a newer release has come. Thread-safe; all but `picture` reads files.

    `shipped` came with the program, with `shipped_files`; `releases` are those kept on this machine.
    """

    shipped: Library
    shipped_files: Mapping[str, bytes]
    releases: ReleaseFolder
    clock: Callable[[], datetime]
    _guard: threading.RLock = field(default_factory=threading.RLock)
    _shelves: dict[int, dict[str, bytes]] = field(default_factory=dict)
    _tag: str = ""
    _refused: str = ""
    _number: int = 0

    def choose(self) -> InUse:
        """The library to use from now on."""
        with self._guard:
            found = self.releases.newest(self.clock())
            self._number = 0 if found is None else found.manifest.number
            refused = tuple(f"A release was not used: {each}" for each in self.releases.refused)
            if self._refused:
                refused = (*refused, f"A release was not used: {self._refused}")
            if found is None:
                self._fill(self.shipped, self.shipped_files)
                return InUse(self.shipped, notices=refused)
            self._fill(found.library, found.files)
            return InUse(found.library, found.vectors, tuple(notice.text for notice in found.notices) + refused)

    def refresh(self, fetch: Callable[[str], FetchedRelease | None]) -> InUse | None:
        """Asks for a newer release than the one known; the library to use from now on, None where nothing is new.

        `fetch` is given what `Crm.fetch_release` wants. Raises what it raises, and OSError.
        """
        fetched = fetch(self.tag)
        if fetched is not None:
            self.take(fetched)
        elif not self.releases.has_newer(self._number, self.clock()):
            return None
        return self.choose()

    def take(self, fetched: FetchedRelease) -> None:
        """Verifies and keeps what the hub has sent; what must not be used is left, and said by the next `choose`.

        Raises OSError where the disk refuses.
        """
        with self._guard:
            self._refused = ""
            try:
                self.releases.take(fetched.file, self.clock())
            except ReleaseNotYet:
                # Kept; `choose` takes it when its day has come.
                pass
            except ReleaseRefused as refused:
                self._refused = str(refused)
            # Also of one that was refused: it need not be sent again until there is another.
            self._tag = fetched.etag or sha256(fetched.file).hexdigest()

    @property
    def tag(self) -> str:
        """What to ask the hub with whether there is a newer one: what it sent last, else the newest kept here."""
        with self._guard:
            return self._tag or self.releases.newest_id

    def with_hash(self, content_hash: str) -> Library | None:
        """The library that a call began with, by its content hash; None where it is not kept any more."""
        if self.shipped.release.content_hash == content_hash:
            return self.shipped
        with self._guard:
            kept: Verified | None = self.releases.with_hash(content_hash, self.clock())
            if kept is None:
                return None
            self._fill(kept.library, kept.files)
            return kept.library

    def picture(self, release: int, name: str) -> bytes:
        """A picture of a release that is or was in use since the start, by file name; b"" where there is none."""
        return self._shelves.get(release, {}).get(name, b"")

    def _fill(self, library: Library, files: Mapping[str, bytes]) -> None:
        shelf = {name.removeprefix(_PICTURES): body for name, body in files.items() if name.startswith(_PICTURES)}
        # What came with the program may have the number of a release, too.
        before = self._shelves.pop(library.release.number, {})
        self._shelves[library.release.number] = before | shelf
        while len(self._shelves) > _MOST_SHELVES:
            self._shelves.pop(next(iter(self._shelves)))
