"""Webhooks received on this machine, without a hub: for looking at what a phone system sends (`cuecard doctor`).

Takes the same requests as the hub does, with the same checks, and keeps nothing. It listens on the loopback address
only: a phone system elsewhere reaches it through a tunnel, whose address it then has to be told, or by hand.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from app.desk.ports import Clock, SourceState
from app.domain.call import CallEvent, Capability
from app.telephony.errors import NotSupported, PhoneUnreachable, WebhookForged, WebhookRefused, WebhookUnsigned
from app.telephony.webhooks.delivery import MOST_BYTES, WebhookRequest
from app.telephony.webhooks.kinds import Kind

_LOOPBACK = "127.0.0.1"
_REQUEST_SECONDS = 10.0


class WebhookListener:
    """One kind of phone system, heard at `port` of this machine (0: any free one; `port` then says which)."""

    name = "webhook"
    capabilities = frozenset({Capability.LIFECYCLE, Capability.LINKED_ID, Capability.UUI, Capability.DNIS})

    def __init__(self, kind: Kind, secret: bytes, port: int, region: str, clock: Clock, public_url: str = "") -> None:
        """`public_url` is the address that the phone system calls, where that is not this machine's own.

        Raises PhoneUnreachable where the port is taken.
        """
        self.label = kind.label
        self._kind = kind
        self._secret = secret
        self._region = region
        self._clock = clock
        self._public_url = public_url
        self._on_event: Callable[[CallEvent], None] = lambda event: None
        self._on_state: Callable[[SourceState], None] = lambda state: None
        listener = self

        class Handler(BaseHTTPRequestHandler):
            timeout = _REQUEST_SECONDS
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                listener._answer(self)

            def log_message(self, *_: object) -> None:
                """Nothing: its lines would hold addresses with numbers in them."""

        try:
            self._server = ThreadingHTTPServer((_LOOPBACK, port), Handler)
        except OSError as error:
            raise PhoneUnreachable(f"Port {port} of this machine is taken or not allowed; name another.") from error
        self._server.daemon_threads = True
        self.port: int = self._server.server_address[1]
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.1,), name="webhooks", daemon=True)

    def start(self, on_event: Callable[[CallEvent], None], on_state: Callable[[SourceState], None]) -> None:
        """Begins to listen."""
        self._on_event, self._on_state = on_event, on_state
        self._thread.start()
        self._say(f"Listening at http://{_LOOPBACK}:{self.port}/")

    def stop(self) -> None:
        """Listens no more."""
        self._server.shutdown()
        self._server.server_close()

    def answer(self, leg_id: str) -> None:
        """Raises NotSupported."""
        raise NotSupported("Answer on the phone itself.")

    def hang_up(self, leg_id: str) -> None:
        """Raises NotSupported."""
        raise NotSupported("Hang up on the phone itself.")

    def _answer(self, handler: BaseHTTPRequestHandler) -> None:
        length = handler.headers.get("Content-Length", "")
        if not (length.isascii() and length.isdecimal() and len(length) < 10) or int(length) > MOST_BYTES:
            self._refuse(handler, 413 if length else 411, f"The request has no length, or over {MOST_BYTES} bytes.")
            return
        path, _, query = handler.path.partition("?")
        address = self._public_url or f"http://{handler.headers.get('Host', '')}{path}"
        request = WebhookRequest(
            url=f"{address}?{query}" if query else address,
            headers={name.lower(): value for name, value in handler.headers.items()},
            body=handler.rfile.read(int(length)),
            received_at=self._clock(),
            region=self._region,
            source=self.name,
        )
        try:
            heard = self._kind.read(request, self._secret)
        except WebhookRefused as refused:
            status = 401 if isinstance(refused, WebhookUnsigned) else 403 if isinstance(refused, WebhookForged) else 400
            self._refuse(handler, status, str(refused))
            return
        handler.send_response(204)
        handler.end_headers()
        for each in heard:
            self._on_event(each.event)
        if not heard:
            self._say("A request came that tells of no agent's call.")

    def _refuse(self, handler: BaseHTTPRequestHandler, status: int, sentence: str) -> None:
        handler.send_response(status)
        handler.send_header("Content-Length", "0")
        handler.send_header("Connection", "close")
        handler.end_headers()
        handler.close_connection = True
        self._say(f"Refused with {status}. {sentence}")

    def _say(self, sentence: str) -> None:
        self._on_state(SourceState(self.name, True, sentence))
