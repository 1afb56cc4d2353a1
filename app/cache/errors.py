"""What can go wrong with the local store; every text is fit for the agent's window and says what to do.

StoreError
├── StoreUnreadable   the key does not open the file, or the file is damaged; the file was left as it is
│   └── StoreForeign  the file is sound, and another device's
├── StoreTooNew       written by a newer Cuecard
├── StoreFull         no room on the disk; nothing was recorded
├── StoreBusy         another program holds the file
└── StoreClosed       used after `close`
"""

from __future__ import annotations


class StoreError(Exception):
    """The local store could not do what was asked, and nothing of it was done."""


class StoreUnreadable(StoreError):
    """The file cannot be read with this key. It was not changed."""


class StoreForeign(StoreUnreadable):
    """The file belongs to another device. It was not changed."""


class StoreTooNew(StoreError):
    """The file was written by a newer version."""


class StoreFull(StoreError):
    """The disk is full."""


class StoreBusy(StoreError):
    """Another program is writing to the file for too long."""


class StoreClosed(StoreError):
    """The store was closed."""
