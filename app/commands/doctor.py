"""`cuecard doctor`: whether the phone works, what it can and cannot do, and what arrives from it."""

from __future__ import annotations

import argparse
import getpass
import json
import sys
import threading
from collections.abc import Callable
from dataclasses import asdict, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from urllib.parse import quote, urlsplit

from app.commands import doctor_crm
from app.commands.terminal import harmless, say
from app.desk.ports import CallSource, SourceState
from app.domain.call import CallEvent, Capability
from app.phone_secret import VARIABLE, phone_secret
from app.telephony.errors import TelephonyError, UnknownSource

if TYPE_CHECKING:
    from app.telephony.sources import Surroundings

WORKS, REFUSED_INPUT, NOT_CONNECTED = 0, 2, 4
_CONNECT_SECONDS = 15.0

_ABILITIES = {
    Capability.LIFECYCLE: "tell by itself when a call is answered and over",
    Capability.ANSWER: "answer from Cuecard",
    Capability.HANGUP: "hang up and decline from Cuecard",
    Capability.HOLD: "hold and take back from Cuecard",
    Capability.TRANSFER: "hand over without announcement from Cuecard",
    Capability.DTMF: "send digits from Cuecard",
    Capability.RESYNC: "find calls again after an interruption",
    Capability.LINKED_ID: "know a call that is offered again or transferred as the same one",
    Capability.DNIS: "tell which number was dialled",
    Capability.UUI: "pass on what the IVR asked",
}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """`doctor` alone says where things are; `doctor phone` looks at the phone."""
    parser.add_argument(
        "what", nargs="?", choices=["phone", "crm"], help="what to look at; nothing: where Cuecard keeps things"
    )
    parser.add_argument("address", nargs="?", default="", help="with crm: its address")
    parser.add_argument("--source", default="", help="the phone setting: ami://user@host, baresip://127.0.0.1:4444, ..")
    parser.add_argument("--agent", default="", help="tell only of this phone's calls, as the switch names it: SIP/1001")
    parser.add_argument("--region", default="GB", help="the site's country, for national numbers (default GB)")
    parser.add_argument("--watch", action="store_true", help="print a JSON line for each event, until Ctrl+C")
    parser.add_argument("--seconds", type=float, default=None, help="with --watch: stop after so long")
    parser.add_argument("--secret-from-stdin", action="store_true", help="read the switch's secret from standard input")
    parser.add_argument(
        "--keep-secret", action="store_true", help="ask for the switch's secret and keep it in the keyring"
    )
    parser.add_argument("--hub", default="", metavar="URL", help="with webhook://: watch what comes through this hub")
    parser.add_argument(
        "--user", default="", help="who signs in: with --hub the agent whose calls to watch, or at the CRM"
    )
    parser.add_argument("--public-url", default="", help="with webhook://: the address that the phone system calls")
    parser.add_argument("--register", action="store_true", help="have cuecard:// links open Cuecard, for this user")
    doctor_crm.add_arguments(parser)
    parser.epilog = (
        f"The secret of a switch comes from {VARIABLE}, the keyring or standard input. "
        "Exit code: 0 works, 2 wrong use, 4 not connected."
    )


def run(arguments: argparse.Namespace) -> int:
    """Looks and prints; the exit code."""
    if arguments.what is None:
        from app.places import data_dir

        say(f"Cuecard keeps everything of this user in {data_dir()}")
        say("cuecard doctor phone --source SETTING looks at a phone, cuecard doctor crm URL --user NAME at a CRM.")
        return WORKS
    if arguments.what == "crm":
        return doctor_crm.run(arguments)
    try:
        if arguments.register:
            from app.telephony.url_schemes import own_command, register

            say(register(own_command()))
            return WORKS
        if not arguments.source:
            raise UnknownSource("Name the phone: cuecard doctor phone --source baresip://127.0.0.1:4444")
        if arguments.keep_secret:
            return _keep_secret(arguments.source)
        if arguments.source.strip().startswith("handoff:"):
            return _explain_handoff()
        if arguments.source.strip().startswith("webhook:"):
            return _look_at_webhooks(arguments)
        return _look(arguments, _open(arguments))
    except TelephonyError as error:
        _aside(str(error))
        return REFUSED_INPUT


def _explain_handoff() -> int:
    """There is nothing to connect to: the softphone starts us."""
    from app.telephony.handoff_source import HandoffSource

    say(f"Phone   {HandoffSource.label}")
    _print_abilities(HandoffSource.capabilities)
    say("")
    say("Have the softphone run, for each incoming call:")
    say('        cuecard pop --from "NUMBER" --name "NAME" --call-id "ID"')
    say("with its own placeholders in their stead (the page phone-handoff.md has them), or open")
    say("        cuecard://call?from=NUMBER&name=NAME")
    say("To try it, open Cuecard, sign in, and run: cuecard pop --from +442079460123")
    return WORKS


def _look_at_webhooks(arguments: argparse.Namespace) -> int:
    from app.commands.doctor_webhook import explain, open_listener, through_hub

    if arguments.hub:
        with through_hub(arguments) as source:
            return _look(arguments, source)
    if not urlsplit(arguments.source.strip()).netloc:
        explain()
        return WORKS
    return _look(arguments, open_listener(arguments))


def _look(arguments: argparse.Namespace, source: CallSource) -> int:
    connected, over = threading.Event(), threading.Event()
    latest: list[SourceState] = []

    def on_state(state: SourceState) -> None:
        if not over.is_set():
            _aside(state.sentence)
            latest[:] = [state]
            # A refusal does not become a connection by waiting.
            connected.set()

    say(f"Phone   {source.label}")
    _print_abilities(source.capabilities)
    told: list[CallEvent] = []
    source.start(_printer(arguments.watch, told), on_state)
    try:
        connected.wait(_CONNECT_SECONDS)
        works = bool(latest) and latest[-1].connected
        if works and arguments.watch:
            _aside("Waiting for calls. Ctrl+C ends.")
            over.wait(arguments.seconds)
            _say_what_is_missing(source, told)
        return WORKS if works else NOT_CONNECTED
    except KeyboardInterrupt:
        return WORKS
    finally:
        over.set()
        source.stop()


def _open(arguments: argparse.Namespace) -> CallSource:
    from app.telephony.sources import open_source

    setting = arguments.source.strip()
    address = urlsplit(setting) if setting.startswith("ami:") else None
    if address is not None and address.password is not None:
        _aside(
            f"Others on this machine can see the secret in the address: better set {VARIABLE}, or use --keep-secret."
        )
    if address is not None and arguments.agent:
        setting = address._replace(path="/" + quote(arguments.agent)).geturl()
    return open_source(setting, _surroundings(arguments))


def _surroundings(arguments: argparse.Namespace) -> Surroundings:
    from app.telephony.sources import Surroundings

    plain = Surroundings(arguments.region.upper(), lambda: datetime.now(UTC), everybody=True)
    if arguments.secret_from_stdin:
        secret = sys.stdin.readline().rstrip("\r\n")
        return replace(plain, secret=lambda name: secret)
    return replace(plain, secret=phone_secret)


def _print_abilities(capabilities: frozenset[Capability]) -> None:
    for heading, having in (("Can", True), ("Cannot", False)):
        lines = [text for ability, text in _ABILITIES.items() if (ability in capabilities) is having]
        for position, text in enumerate(lines):
            say(f"{heading if position == 0 else '':8}{text}")


def _say_what_is_missing(source: CallSource, told: list[CallEvent]) -> None:
    from app.telephony.ami import AmiSource

    if told and isinstance(source, AmiSource) and not source.presentation_told:
        _aside(
            "Asterisk does not say whether callers' numbers are withheld, so none is shown: "
            "set channelvars = CALLERID(num-pres) in manager.conf."
        )


def _printer(watching: bool, told: list[CallEvent]) -> Callable[[CallEvent], None]:
    def on_event(event: CallEvent) -> None:
        told[:] = [event]
        if watching:
            say(as_json(event))

    return on_event


def as_json(event: CallEvent) -> str:
    """An event in one line; what could steer a terminal is escaped."""
    return json.dumps(asdict(event), default=lambda value: value.isoformat())


def _keep_secret(setting: str) -> int:
    from app.security.errors import KeyringUnavailable
    from app.security.keyrings import LONGEST_SECRET, system_keyring
    from app.telephony.sources import ami_address

    address = urlsplit(setting)
    if address.scheme != "ami":
        raise UnknownSource("Only a telephone switch has a secret: --source ami://user@host")
    place = ami_address(address)
    secret = getpass.getpass("Secret: ") if sys.stdin.isatty() else sys.stdin.readline().rstrip("\r\n")
    keyring = system_keyring()
    if keyring is None:
        _aside(f"This system has no keyring that Cuecard uses; set {VARIABLE} instead.")
        return NOT_CONNECTED
    if not secret or len(secret) > LONGEST_SECRET:
        _aside(f"A secret has 1 to {LONGEST_SECRET} characters.")
        return REFUSED_INPUT
    try:
        keyring.put(place.secret_name, secret)
    except KeyringUnavailable as error:
        _aside(str(error))
        return NOT_CONNECTED
    say("Kept in the keyring.")
    return WORKS


def _aside(sentence: str) -> None:
    """Not to standard output, which is for the events."""
    sys.stderr.write(harmless(sentence) + "\n")
    sys.stderr.flush()
