"""A file to a running hub: the same chunks, each sent until it is answered."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
import msgspec
import zstandard

from app.hub.importing.errors import ImportProblem
from app.hub.importing.given import Counts, Fault, Progress
from app.hub.importing.reading import Export
from app.hub.importing.reading_apart import read_chunks
from app.hub.importing.wire import packed

_TIMEOUT_S = 60.0
_TRIES = 8
_THIS_MACHINE = ("127.0.0.1", "localhost", "::1")


class _Answer(msgspec.Struct):
    number: int
    full: bool
    trial: bool
    chunk_rows: int
    begun_at: Any
    finished_at: Any
    chunks: int
    next_chunk: int
    new: int
    changed: int
    unchanged: int
    bad: int
    lost: int
    gone: int
    faults: int


class OverHttp:
    """Imports through a hub, as a signed-in administrator."""

    def __init__(self, client: httpx.Client, pause: Callable[[float], None] = time.sleep) -> None:
        self._client, self._pause = client, pause

    @classmethod
    @contextmanager
    def signed_in(cls, url: str, user: str, password: str) -> Iterator[OverHttp]:
        """Signs in for as long as the block lasts; raises ImportProblem where that is refused."""
        parts = urlsplit(url)
        if parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in _THIS_MACHINE):
            raise ImportProblem("Give --hub with https://. Without it customers' data could be read on the way.")
        who = {"user": user, "password": password, "device_id": "terminal", "device_name": "cuecard import"}
        with httpx.Client(base_url=url, timeout=_TIMEOUT_S, follow_redirects=False, trust_env=False) as client:
            way = cls(client)
            client.headers["Authorization"] = f"Bearer {way._ask('POST', '/v1/sessions', who)['token']}"
            try:
                yield way
            finally:
                way._ask("DELETE", "/v1/sessions/current")

    def begin(self, export: Export, *, is_full: bool, is_trial: bool) -> Progress:
        """Begins, or goes on where the same import was broken off."""
        asked = {"fingerprint": export.fingerprint, "full": is_full, "trial": is_trial}
        return _progress(self._ask("POST", "/v1/accounts/imports", asked))

    def take(self, export: Export, map_path: Path, about: Progress, on_chunk: Callable[[int], None]) -> int:
        """Sends what is missing; the number of the last chunk. `on_chunk` hears how many rows are done."""
        last, packer = about.next_chunk - 1, zstandard.ZstdCompressor(level=3)
        headers = {"content-type": "application/json", "content-encoding": "zstd"}
        with read_chunks(export, map_path, about.chunk_rows, about.next_chunk) as chunks:
            for chunk in chunks:
                body = packer.compress(packed(chunk.rows))
                path = f"/v1/accounts/imports/{about.number}/chunks/{chunk.number}"
                self._ask("PUT", path, content=body, headers=headers)
                last = chunk.number
                on_chunk((last - 1) * about.chunk_rows + len(chunk.rows))
        return last

    def finish(self, about: Progress, chunks: int, *, allow_removal: bool) -> Progress:
        """Ends the import."""
        asked = {"chunks": chunks, "allow_removal": allow_removal}
        return _progress(self._ask("POST", f"/v1/accounts/imports/{about.number}/finish", asked))

    def faults(self, about: Progress) -> list[Fault]:
        """What was wrong with which row."""
        found: list[Fault] = []
        more = True
        while more:
            after = found[-1].row if found else 0
            answer = self._ask("GET", f"/v1/accounts/imports/{about.number}/faults?after={after}")
            found += [Fault(one["row"], one["column"], one["problem"]) for one in answer["faults"]]
            more = answer["more"]
        return found

    def _ask(self, method: str, path: str, plain: Any = None, **given: Any) -> dict[str, Any]:
        """Asks, again after a while where the hub is busy or away: each request may be sent twice."""
        for left in reversed(range(_TRIES)):
            wait = 2.0 ** (_TRIES - 1 - left) / 4
            try:
                response = self._client.request(method, path, json=plain, **given)
            except httpx.TransportError as error:
                if not left:
                    raise ImportProblem(
                        f"The hub cannot be reached ({type(error).__name__}). Start the same import again: it goes on."
                    ) from error
            except httpx.InvalidURL as error:
                raise ImportProblem("The hub's address is none. Check --hub.") from error
            else:
                if response.is_success:
                    return _plain(response) if response.content else {}
                if response.status_code not in (429, 503) or not left:
                    raise ImportProblem(_refusal(response))
                after = response.headers.get("retry-after", "")
                wait = float(after) if after.isdecimal() and len(after) < 4 else wait
            self._pause(wait)
        raise AssertionError("the last try returns or raises")


def _progress(plain: dict[str, Any]) -> Progress:
    try:
        told = msgspec.convert(plain, _Answer)
    except msgspec.ValidationError as error:
        raise ImportProblem("The hub's answer cannot be understood. Is it of another version?") from error
    return Progress(
        told.number,
        told.full,
        told.trial,
        told.chunk_rows,
        told.begun_at,
        told.finished_at,
        told.chunks,
        told.next_chunk,
        Counts(told.new, told.changed, told.unchanged, told.bad, told.lost),
        told.gone,
        told.faults,
    )


def _plain(response: httpx.Response) -> dict[str, Any]:
    try:
        plain = response.json()
    except ValueError:
        plain = None
    if not isinstance(plain, dict):
        raise ImportProblem("What answers there is not a Cuecard hub. Check --hub.")
    return plain


def _refusal(response: httpx.Response) -> str:
    try:
        return str(response.json()["detail"])
    except (ValueError, KeyError, TypeError):
        return f"The hub refused with status {response.status_code}."
