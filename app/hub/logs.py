"""The hub's log: one JSON object a line on standard error, without anything that was sent.

Each line has `time` (UTC), `level`, `logger`, `message` and `pid`. Exceptions are named by their kind only: their texts
and tracebacks can hold what was sent.
"""

from __future__ import annotations

import json
import logging
import os
import sys
from datetime import UTC, datetime


def quiet_logs() -> None:
    """Warnings and worse to standard error."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines())
    logging.basicConfig(level=logging.WARNING, handlers=[handler])


class JsonLines(logging.Formatter):
    """A record as one line of JSON."""

    def format(self, record: logging.LogRecord) -> str:
        """See the module."""
        message = record.getMessage()
        if record.exc_info and record.exc_info[0] is not None:
            message = f"{record.name} failed: {record.exc_info[0].__name__}"
        line = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": message,
            "pid": os.getpid(),
        }
        return json.dumps(line, ensure_ascii=False)
