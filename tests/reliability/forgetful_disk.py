"""A disk in memory, as an SQLite VFS, that loses what was not synced when the power goes."""

from __future__ import annotations

import itertools
from pathlib import Path
from random import Random
from typing import Any

SECTOR = 512
_numbers = itertools.count()


class PowerCut(Exception):
    """The power is gone: nothing can be written or read any more."""


class _Content:
    """One file: as the program sees it, and as it is on the disk; `pending` has what lies between, in order."""

    def __init__(self) -> None:
        self.seen = bytearray()
        self.on_disk = bytearray()
        self.pending: list[tuple[int, bytes] | int] = []

    def write(self, offset: int, data: bytes) -> None:
        _put(self.seen, offset, data)
        self.pending.append((offset, data))

    def truncate(self, size: int) -> None:
        del self.seen[size:]
        self.pending.append(size)

    def sync(self) -> None:
        self.on_disk = bytearray(self.seen)
        self.pending.clear()

    def left(self, chance: Random) -> bytes:
        """What is on the disk after a cut: each sector of what was pending is there or not."""
        left = bytearray(self.on_disk)
        everything = chance.random()
        for change in self.pending:
            if isinstance(change, int):
                if chance.random() < everything:
                    del left[change:]
                continue
            offset, data = change
            for start in range(0, len(data), SECTOR):
                if chance.random() < everything:
                    _put(left, offset + start, data[start : start + SECTOR])
        return bytes(left)


def _put(content: bytearray, offset: int, data: bytes) -> None:
    if len(content) < offset + len(data):
        content.extend(bytes(offset + len(data) - len(content)))
    content[offset : offset + len(data)] = data


class ForgetfulDisk:
    """Attributes: `name` of the VFS, `is_cut`; set `is_over` when SQLite may close its files."""

    def __init__(self, apsw: Any, chance: Random) -> None:
        self.name = f"forgetful-{next(_numbers)}"
        self.is_cut = self.is_over = False
        self._files: dict[str, _Content] = {}
        self._chance = chance
        self._left = -1
        self._vfs = _vfs(apsw, self)

    def cut_after(self, changes: int) -> None:
        """The power goes at so many writes and syncs from now."""
        self._left = changes

    def settle(self) -> None:
        """Everything is on the disk now."""
        for content in self._files.values():
            content.sync()

    def put_what_is_left(self, folder: Path) -> None:
        """Writes the files as they are found after the cut."""
        for name, content in self._files.items():
            (folder / Path(name).name).write_bytes(content.left(self._chance))

    def unregister(self) -> None:
        """Frees the VFS."""
        self._vfs.unregister()

    def content(self, name: str) -> _Content:
        """A file, made where it is not there."""
        return self._files.setdefault(name, _Content())

    def has(self, name: str) -> bool:
        """Whether a file is there."""
        return name in self._files

    def delete(self, name: str) -> None:
        """Removes a file."""
        self.change()
        self._files.pop(name, None)

    def change(self) -> None:
        """Counts a change; raises PowerCut when it is the last or came after."""
        if self._left == 0:
            self.is_cut = True
            raise PowerCut
        self._left -= self._left > 0


def _vfs(apsw: Any, disk: ForgetfulDisk) -> Any:
    class File:
        def __init__(self, name: str) -> None:
            self.content = disk.content(name)

        def xRead(self, amount: int, offset: int) -> bytes:
            return bytes(self.content.seen[offset : offset + amount])

        def xWrite(self, data: bytes, offset: int) -> None:
            if not disk.is_over:
                disk.change()
                self.content.write(offset, bytes(data))

        def xTruncate(self, size: int) -> None:
            if not disk.is_over:
                disk.change()
                self.content.truncate(size)

        def xSync(self, flags: int) -> None:
            if not disk.is_over:
                disk.change()
                self.content.sync()

        def xFileSize(self) -> int:
            return len(self.content.seen)

        def xLock(self, level: int) -> None:
            """One connection alone: nothing to lock."""

        xUnlock = xLock

        def xCheckReservedLock(self) -> bool:
            return False

        def xFileControl(self, operation: int, pointer: int) -> bool:
            return False

        def xSectorSize(self) -> int:
            return SECTOR

        def xDeviceCharacteristics(self) -> int:
            return 0

        def xClose(self) -> None:
            """Nothing is held."""

    class Vfs(apsw.VFS):  # type: ignore[misc]
        def __init__(self) -> None:
            super().__init__(disk.name, "")

        def xOpen(self, name: Any, flags: list[int]) -> File:
            flags[1] = flags[0]
            return File(name.filename() if hasattr(name, "filename") else str(name))

        def xDelete(self, name: str, sync_folder: bool) -> None:
            if not disk.is_over:
                disk.delete(name)

        def xAccess(self, name: str, flags: int) -> bool:
            return disk.has(name)

        def xFullPathname(self, name: str) -> str:
            return name

    return Vfs()
