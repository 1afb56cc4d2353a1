"""What the hub tells about itself, in Prometheus' text format; numbers only, nothing about people."""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Callable, Mapping

MEDIA_TYPE = "text/plain; version=0.0.4; charset=utf-8"


class Metrics:
    """Counters of one hub process. Threads may share them."""

    def __init__(self) -> None:
        self._begun = time.time()
        self._requests: Counter[int] = Counter()
        self._events: Counter[str] = Counter()
        self._lock = threading.Lock()

    def answered(self, status: int) -> None:
        """Counts an answer."""
        with self._lock:
            self._requests[status] += 1

    def took(self, accepted: int, duplicates: int, rejected: int) -> None:
        """Counts what became of a batch's events."""
        with self._lock:
            self._events.update(accepted=accepted, duplicate=duplicates, rejected=rejected)

    def text(self, gauges: Mapping[str, tuple[str, Callable[[], float]]]) -> str:
        """All of it; `gauges`: name -> (what it is, its value now)."""
        with self._lock:
            requests, events = dict(self._requests), dict(self._events)
        lines = _head("cuecard_hub_answers_total", "Answers by HTTP status.", "counter")
        lines += [f'cuecard_hub_answers_total{{status="{status}"}} {requests[status]}' for status in sorted(requests)]
        lines += _head("cuecard_hub_events_total", "Events taken in, by what became of them.", "counter")
        for outcome in ("accepted", "duplicate", "rejected"):
            lines.append(f'cuecard_hub_events_total{{outcome="{outcome}"}} {events.get(outcome, 0)}')
        lines += _head("cuecard_hub_start_time_seconds", "When the process began.", "gauge")
        lines.append(f"cuecard_hub_start_time_seconds {self._begun:.3f}")
        for name, (meaning, value) in gauges.items():
            lines += _head(name, meaning, "gauge")
            lines.append(f"{name} {value():g}")
        return "\n".join(lines) + "\n"


def _head(name: str, meaning: str, kind: str) -> list[str]:
    return [f"# HELP {name} {meaning}", f"# TYPE {name} {kind}"]
