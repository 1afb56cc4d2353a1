from __future__ import annotations

import gzip
import ssl
import threading
import tracemalloc
import zlib
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from app.sync.crm import CrmUnreachable
from app.sync.transport import HttpTransport, checked_address
from tests.fakes.fault_server import FaultServer, Reply, Request, fault_server


@pytest.fixture
def server() -> Iterator[FaultServer]:
    with fault_server() as server:
        yield server


@pytest.fixture
def transport(server: FaultServer) -> Iterator[HttpTransport]:
    transport = HttpTransport(server.address)
    yield transport
    transport.close()


def certificate(folder: Path, name: str, *, days: int = 2) -> tuple[Path, Path]:
    """A self-signed certificate for that host name, ending so many days from now."""
    secret = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.now(UTC)
    signed = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(secret.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=30))
        .not_valid_after(now + timedelta(days=days))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .sign(secret, hashes.SHA256())
    )
    key, chain = folder / f"{name}.key", folder / f"{name}.pem"
    plain = serialization.NoEncryption()
    key.write_bytes(
        secret.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.TraditionalOpenSSL, plain)
    )
    chain.write_bytes(signed.public_bytes(serialization.Encoding.PEM))
    return key, chain


def serving(key: Path, chain: Path) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(chain, key)
    return context


def test_an_answer_comes_back_whole(server: FaultServer, transport: HttpTransport) -> None:
    packed = gzip.compress(b'{"fine": true}')
    server.reply = lambda _: Reply(
        201, {"Content-Type": "application/json; charset=utf-8", "Content-Encoding": "gzip", "X-Extra": "1"}, [packed]
    )

    answer = transport.send("POST", "/v1/events", query={"phone": "+44 20"}, body=b"[]")

    assert (answer.status, answer.kind, answer.body) == (201, "application/json", b'{"fine": true}')
    assert answer.headers["x-extra"] == "1"
    assert server.requests[0].path == "/v1/events?phone=%2B44+20"


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_to_another_host_is_not_followed_and_no_token_goes_there(
    server: FaultServer, transport: HttpTransport, status: int
) -> None:
    with fault_server() as other:
        server.reply = lambda _: Reply(status, {"Location": f"{other.address}/v1/events"})

        with pytest.raises(CrmUnreachable, match="never followed"):
            transport.send("POST", "/v1/events", headers={"Authorization": "Bearer secret"}, body=b"[]")

        assert other.requests == []


def test_a_self_signed_certificate_fails_before_anything_is_sent(tmp_path: Path) -> None:
    key, chain = certificate(tmp_path, "localhost")
    with fault_server(serving(key, chain)) as server:
        transport = HttpTransport(server.address)

        with pytest.raises(CrmUnreachable, match="not trusted"):
            transport.send("GET", "/v1/me", headers={"Authorization": "Bearer secret"})

        assert server.requests == []
        transport.close()


def test_a_certificate_for_another_host_fails_although_its_authority_is_known(tmp_path: Path) -> None:
    key, chain = certificate(tmp_path, "other.example")
    with fault_server(serving(key, chain)) as server:
        transport = HttpTransport(server.address, authorities=chain)

        with pytest.raises(CrmUnreachable, match="not trusted"):
            transport.send("GET", "/v1/me")

        assert server.requests == []
        transport.close()


def test_an_expired_certificate_fails_although_its_authority_is_known(tmp_path: Path) -> None:
    key, chain = certificate(tmp_path, "localhost", days=-1)
    with fault_server(serving(key, chain)) as server:
        transport = HttpTransport(server.address, authorities=chain)

        with pytest.raises(CrmUnreachable, match="not trusted"):
            transport.send("GET", "/v1/me")

        assert server.requests == []
        transport.close()


def test_a_company_s_own_authority_is_taken_where_it_is_named(tmp_path: Path) -> None:
    key, chain = certificate(tmp_path, "localhost")
    with fault_server(serving(key, chain)) as server:
        server.reply = lambda _: Reply(pieces=[b"{}"])
        transport = HttpTransport(server.address, authorities=chain)

        assert transport.send("GET", "/v1/me").body == b"{}"
        transport.close()


def test_a_small_answer_that_unpacks_to_300_megabytes_is_dropped_at_the_limit(server: FaultServer) -> None:
    squeeze = zlib.compressobj(9, wbits=31)
    bomb = b"".join(squeeze.compress(bytes(1 << 20)) for _ in range(300)) + squeeze.flush()
    assert len(bomb) < 400_000
    server.reply = lambda _: Reply(200, {"Content-Type": "application/json", "Content-Encoding": "gzip"}, [bomb])
    transport = HttpTransport(server.address, max_bytes=1 << 20)
    tracemalloc.start()

    with pytest.raises(CrmUnreachable, match="too large"):
        transport.send("GET", "/v1/accounts/changes")

    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 20 << 20
    transport.close()


def test_an_answer_without_end_is_dropped_at_the_limit(server: FaultServer) -> None:
    server.reply = lambda _: Reply(pieces=(bytes(65_536) for _ in count()))
    transport = HttpTransport(server.address, max_bytes=1 << 20)

    with pytest.raises(CrmUnreachable, match="too large"):
        transport.send("GET", "/v1/accounts/changes")
    transport.close()


def test_an_answer_that_only_trickles_is_given_up_in_time(server: FaultServer) -> None:
    seconds = count(0, 7)
    server.reply = lambda _: Reply(pieces=(b" " for _ in count()))
    transport = HttpTransport(server.address, total_seconds=60, elapsed=lambda: next(seconds))

    with pytest.raises(CrmUnreachable, match="too slowly"):
        transport.send("GET", "/v1/me")
    transport.close()


def test_a_server_that_says_nothing_is_given_up_in_time(server: FaultServer) -> None:
    over = threading.Event()

    def silent(_: Request) -> Reply:
        over.wait(10)
        return Reply()

    server.reply = silent
    transport = HttpTransport(server.address, read_seconds=0.2)

    with pytest.raises(CrmUnreachable, match="in time"):
        transport.send("GET", "/v1/me")
    over.set()
    transport.close()


def test_a_page_of_somebody_else_is_no_answer(server: FaultServer, transport: HttpTransport) -> None:
    for status in (200, 400, 401, 404):
        server.reply = lambda _, status=status: Reply(status, {"Content-Type": "text/html"}, [b"<h1>Wi-Fi</h1>"])  # type: ignore[misc]
        with pytest.raises(CrmUnreachable, match="no Cuecard hub"):
            transport.send("POST", "/v1/events", body=b"[]")


def test_no_hub_at_all_is_a_sentence() -> None:
    with fault_server() as server:
        address = server.address
    transport = HttpTransport(address)

    with pytest.raises(CrmUnreachable, match="cannot be reached"):
        transport.send("GET", "/v1/me")
    transport.close()


def test_an_answer_packed_in_another_way_or_damaged_is_no_answer(server: FaultServer, transport: HttpTransport) -> None:
    for encoding, body in (("br", b"xx"), ("gzip", b"no gzip")):
        reply = Reply(200, {"Content-Type": "application/json", "Content-Encoding": encoding}, [body])
        server.reply = lambda _, reply=reply: reply  # type: ignore[misc]
        with pytest.raises(CrmUnreachable):
            transport.send("GET", "/v1/me")


def test_the_environment_is_not_asked_for_a_proxy(
    server: FaultServer, transport: HttpTransport, monkeypatch: pytest.MonkeyPatch
) -> None:
    with fault_server() as proxy:
        for name in ("http_proxy", "all_proxy"):
            monkeypatch.setenv(name, proxy.address)
        server.reply = lambda _: Reply(pieces=[b"{}"])
        fresh = HttpTransport(server.address)
        fresh.send("GET", "/v1/me", headers={"Authorization": "Bearer secret"})
        fresh.close()

        assert proxy.requests == []


@pytest.mark.parametrize(
    "address", ["https://hub.example", "http://localhost:8080/", "http://127.0.0.1:1", "http://[::1]"]
)
def test_an_address_that_keeps_a_token_private_is_taken(address: str) -> None:
    assert checked_address(address) == address.rstrip("/")


@pytest.mark.parametrize(
    "address",
    [
        *("http://hub.example", "ftp://hub.example", "hub.example", "", "https://", "https://ana:pw@hub.example"),
        *("http://localhost.evil.example", "http://127.0.0.1.evil.example", "https://hub.example?x=1", "https://[::1"),
    ],
)
def test_an_address_to_which_no_token_may_go_is_refused(address: str) -> None:
    with pytest.raises(ValueError, match="address"):
        checked_address(address)
