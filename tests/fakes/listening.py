"""A desktop that listens to what the hub pushes."""

from __future__ import annotations

import queue
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import httpx

from tests.fakes.hub import Desk


class Listening:
    """A desktop that listens; `next()` waits for what comes."""

    def __init__(self, response: httpx.Response) -> None:
        self._got: queue.Queue[dict[str, str]] = queue.Queue()
        self._is_open = threading.Event()
        self._thread = threading.Thread(target=self._read, args=(response,), daemon=True)
        self._thread.start()
        assert self._is_open.wait(10)

    def next(self) -> dict[str, str]:
        return self._got.get(timeout=10)

    def has_nothing(self) -> bool:
        return self._got.empty()

    def _read(self, response: httpx.Response) -> None:
        fields: dict[str, str] = {}
        try:
            for line in response.iter_lines():
                self._is_open.set()
                name, _, value = line.partition(": ")
                if line:
                    fields[name] = value
                else:
                    if "id" in fields:
                        self._got.put(fields)
                    fields = {}
        except (httpx.HTTPError, httpx.StreamError):
            pass


@contextmanager
def listening(desk: Desk, **headers: str) -> Iterator[Listening]:
    with desk.client.stream("GET", "/v1/push", headers=headers) as response:
        assert response.headers["content-type"].startswith("text/event-stream")
        yield Listening(response)
