"""`cuecard doctor phone --source webhook://..`: what to set up where calls are posted, and what is posted."""

from __future__ import annotations

import argparse
import getpass
import os
import sys
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from urllib.parse import SplitResult, urlsplit

from app.commands.hub_phones import SECRET_VARIABLE
from app.commands.terminal import say
from app.telephony.errors import UnknownSource

if TYPE_CHECKING:
    from app.desk.ports import CallSource
    from app.telephony.webhooks.kinds import Kind

_HUB_SECONDS = 15.0
_FORM = "write it like webhook://127.0.0.1:8788/twilio"
_WHAT_TO_DO = """\
Calls that are posted go to the hub, which sends each to its agent's desktop. To set it up:

1  At the hub:       cuecard hub phones add NAME --kind twilio|aircall|json --db URL
   behind a proxy:   .. --public-url https://hub.example.com/v1/phones/NAME
2  Whose phone:      cuecard hub phones agent EXTENSION USER --db URL
3  Phone system:     post to https://hub.example.com/v1/phones/NAME
   twilio            as statusCallback of the <Client>, <Sip> or <Number> that is dialled
   aircall           as a webhook for the events of calls
   json              signed, as the page phone-webhook.md describes
4  At each desktop:  the phone setting hub:

See what one sends, here and without the hub:
   cuecard doctor phone --source webhook://127.0.0.1:8788/twilio --watch
See what reaches an agent through the hub:
   cuecard doctor phone --source webhook:// --hub https://hub.example.com --user NAME --watch"""


def explain() -> None:
    """Prints what to configure."""
    say(_WHAT_TO_DO)


def open_listener(arguments: argparse.Namespace) -> CallSource:
    """A listener on this machine; raises UnknownSource."""
    from app.telephony.webhook_listener import WebhookListener

    address = urlsplit(arguments.source.strip())
    kind, port = _kind(address), _port(address)
    return WebhookListener(
        kind,
        _secret(arguments, kind).encode(),
        port,
        arguments.region.upper(),
        lambda: datetime.now(UTC),
        arguments.public_url,
    )


@contextmanager
def through_hub(arguments: argparse.Namespace) -> Iterator[CallSource]:
    """What an agent's desktop would hear, as long as the block lasts; raises UnknownSource."""
    import random
    from functools import partial

    from app.sync.crm import CrmError
    from app.sync.hub_calls import calls_now
    from app.sync.hub_crm import HubCrm
    from app.sync.push_client import PushClient
    from app.sync.transport import HttpTransport
    from app.telephony.hub_source import HubSource

    if not arguments.user:
        raise UnknownSource("Say as whom to listen: --user NAME. The password is asked for, or in CUECARD_PASSWORD.")
    with ExitStack() as ends:
        try:
            transport = HttpTransport(arguments.hub)
            ends.callback(transport.close)
            crm = HubCrm(transport, "cuecard doctor")
            password = os.environ.get("CUECARD_PASSWORD")
            crm.sign_in(arguments.user, password if password is not None else getpass.getpass("Password: "), "doctor")
        except (ValueError, CrmError) as error:
            raise UnknownSource(f"The hub lets nobody listen. {error}") from error
        ends.callback(crm.sign_out)
        pushes = PushClient(crm, random=random.random)
        pushes.start()
        ends.callback(pushes.stop)
        heard = threading.Event()
        stop_waiting = pushes.listen("call", lambda body: None, lambda is_heard: heard.set() if is_heard else None)
        heard.wait(_HUB_SECONDS)
        stop_waiting()
        yield HubSource(pushes, partial(calls_now, crm), lambda: datetime.now(UTC))


def _kind(address: SplitResult) -> Kind:
    from app.telephony.webhooks.kinds import KINDS

    name = address.path.strip("/")
    if name not in KINDS:
        raise UnknownSource(f"Say which kind of phone system posts ({', '.join(KINDS)}); {_FORM}")
    return KINDS[name]


def _port(address: SplitResult) -> int:
    try:
        port = address.port
    except ValueError as error:
        raise UnknownSource(f"The port is no number; {_FORM}") from error
    if address.hostname not in ("127.0.0.1", "localhost"):
        raise UnknownSource(f"It listens on this machine only; {_FORM}, or watch through the hub with --hub and --user")
    return 8788 if port is None else port


def _secret(arguments: argparse.Namespace, kind: Kind) -> str:
    given = os.environ.get(SECRET_VARIABLE)
    if given is not None:
        return given
    if arguments.secret_from_stdin or not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\r\n")
    return getpass.getpass(f"The secret ({kind.secret}): ")
