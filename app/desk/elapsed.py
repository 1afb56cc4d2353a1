"""Time that only goes forward: for how long something lasted, whatever happens to the clock on the wall."""

from __future__ import annotations

import time


def elapsed_seconds() -> float:
    """Seconds since some moment in the past. They go on while the computer sleeps, where the system can tell."""
    boot = getattr(time, "CLOCK_BOOTTIME", None)
    return time.monotonic() if boot is None else time.clock_gettime(boot)
