"""Where phone systems' requests come in: known source, right signature, not too many; what passes goes on."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from dataclasses import dataclass
from datetime import datetime

from app.hub.audit import audit
from app.hub.errors import Problem
from app.hub.patience import Rate
from app.hub.phones.sources import PhoneSource, readable_sources
from app.hub.phones.switchboard import Switchboard
from app.hub.store import Store, setting
from app.telephony.caller import make_ready
from app.telephony.errors import WebhookForged, WebhookRefused, WebhookStale, WebhookUnsigned
from app.telephony.webhooks.delivery import WebhookRequest
from app.telephony.webhooks.kinds import KINDS

_RELOAD_S = 5.0
_REQUESTS_A_SECOND, _REQUESTS_AT_ONCE = 2000.0, 4000
_REFUSALS_A_SECOND, _REFUSALS_AT_ONCE = 0.2, 20
_STATUS = {WebhookUnsigned: 401, WebhookForged: 403, WebhookStale: 403}

_log = logging.getLogger("cuecard.hub")


@dataclass(frozen=True, slots=True)
class Knock:
    """A request at the door. `url` is as we were called, without the query; `headers` in lower case."""

    source: str
    url: str
    query: str
    headers: Mapping[str, str]
    address: str


class Door:
    """Checks requests of phone systems. Blocks only in `look_again` and `note`."""

    def __init__(self, store: Store, clock: Callable[[], datetime], switchboard: Switchboard) -> None:
        self._store = store
        self._clock = clock
        self._switchboard = switchboard
        self._rate = Rate(_REQUESTS_A_SECOND, _REQUESTS_AT_ONCE)
        self._refusals = Rate(_REFUSALS_A_SECOND, _REFUSALS_AT_ONCE)
        self._sources: dict[str, PhoneSource] = {}
        self._region = "GB"
        self._read_at: float | None = None

    @property
    def is_up_to_date(self) -> bool:
        """Whether the sources were read lately."""
        return self._read_at is not None and time.monotonic() - self._read_at < _RELOAD_S

    def look_again(self) -> None:
        """Reads which sources there are."""
        with self._store.read() as connection:
            self._region = setting(connection, "site_region", "GB")
        if self._read_at is None:
            make_ready(self._region)
        self._sources, self._read_at = readable_sources(self._store), time.monotonic()

    def check_rate(self, knock: Knock) -> None:
        """Before the body is read; raises Problem 429."""
        self._rate.check(knock.source if knock.source in self._sources else "")

    def take(self, knock: Knock, body: bytes) -> Future[None]:
        """Done once what the request says is committed; raises WebhookRefused."""
        source = self._sources.get(knock.source)
        if source is None:
            raise WebhookForged("No phone system of that name is registered here.")
        address = source.public_url or knock.url
        request = WebhookRequest(
            url=f"{address}?{knock.query}" if knock.query else address,
            headers=knock.headers,
            body=body,
            received_at=self._clock(),
            region=self._region,
            source=source.name,
        )
        heard = KINDS[source.kind].read(request, source.secret)
        if heard:
            return self._switchboard.tell(heard)
        nothing: Future[None] = Future()
        nothing.set_result(None)
        return nothing

    def note(self, knock: Knock, refused: WebhookRefused) -> Problem:
        """Audits who could not show that he is the phone system, though no flood of them; what to answer."""
        status = _STATUS.get(type(refused), 400)
        if status != 400:
            try:
                self._refusals.check(knock.address)
            except Problem as too_many:
                return too_many
            about = knock.source if knock.source in self._sources else ""
            kind = type(refused).__name__.removeprefix("Webhook").lower()
            with self._store.write() as connection:
                facts = {"person": "", "device": "", "about": about, "detail": kind}
                audit(connection, self._store.key, self._clock(), "phone-refused", **facts)
        elif knock.source in self._sources:
            _log.warning("The phone source %s sent what cannot be read: %s", knock.source, refused)
        return Problem(status, str(refused))
