"""A loopback server that answers as badly as the test wants, and remembers what it was sent."""

from __future__ import annotations

import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass(frozen=True, slots=True)
class Request:
    """What came in; header names in lower case."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes


@dataclass
class Reply:
    """What goes out. `pieces` are written one after the other."""

    status: int = 200
    headers: dict[str, str] = field(default_factory=lambda: {"Content-Type": "application/json"})
    pieces: Iterator[bytes] | list[bytes] = field(default_factory=list)


class FaultServer:
    """Attributes: `address`, `requests` so far; set `reply` to what the next requests get."""

    def __init__(self, address: str) -> None:
        self.address = address
        self.requests: list[Request] = []
        self.reply: Callable[[Request], Reply] = lambda _request: Reply()


@contextmanager
def fault_server(certificate: ssl.SSLContext | None = None) -> Iterator[FaultServer]:
    """A server on a free port of this machine, over TLS where a certificate is given."""

    class Handler(BaseHTTPRequestHandler):
        def answer(self) -> None:
            length = int(self.headers.get("content-length", 0))
            headers = {key.lower(): value for key, value in self.headers.items()}
            request = Request(self.command, self.path, headers, self.rfile.read(length))
            server.requests.append(request)
            reply = server.reply(request)
            self.send_response(reply.status)
            for name, value in reply.headers.items():
                self.send_header(name, value)
            self.end_headers()
            try:
                for piece in reply.pieces:
                    self.wfile.write(piece)
                    self.wfile.flush()
            except OSError:
                # The client has had enough.
                self.close_connection = True

        do_GET = do_POST = do_DELETE = answer

        def log_message(self, format: str, *arguments: object) -> None:
            """Says nothing."""

    class QuietServer(ThreadingHTTPServer):
        daemon_threads = True

        def handle_error(self, request: object, client_address: object) -> None:
            """A client that hangs up at the handshake is what some tests are about."""

    listener = QuietServer(("127.0.0.1", 0), Handler)
    if certificate is not None:
        listener.socket = certificate.wrap_socket(listener.socket, server_side=True, do_handshake_on_connect=False)
    scheme = "http" if certificate is None else "https"
    server = FaultServer(f"{scheme}://localhost:{listener.server_port}")
    thread = threading.Thread(target=listener.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield server
    finally:
        listener.shutdown()
        thread.join()
        listener.server_close()
