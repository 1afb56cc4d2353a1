"""Records one event after the other in the store named, and prints each sequence and id after it was recorded.

Started by the crash tests as a process of its own: `recording_process.py STORE KEY [pause seconds]`. An error of the
store is printed as "refused" and the next event is tried.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

import uuid_utils

from app.cache.errors import StoreError
from app.cache.store import LocalStore
from app.desk.ports import Draft
from app.domain.event import EventType, NewEvent
from tests.fakes.accounts import NOON


def main() -> None:
    store = LocalStore.open(Path(sys.argv[1]), bytes.fromhex(sys.argv[2]), "device-1")
    most = int(sys.argv[3]) if len(sys.argv) > 3 else 1_000_000
    for number in range(most):
        event = NewEvent(str(uuid_utils.uuid7()), EventType.NOTE_SAVED, NOON, "call-1", "s", {"number": number})
        try:
            (recorded,) = store.record([event], Draft("call-1", str(number).encode()))
            line = f"{recorded.sequence} {recorded.id} {number}\n"
        except StoreError as error:
            line = f"refused {type(error).__name__}\n"
        os.write(1, line.encode())
    store.close()


if __name__ == "__main__":
    main()
