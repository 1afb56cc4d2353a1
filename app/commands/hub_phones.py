"""`cuecard hub phones`: which phone systems may send calls to the hub, and whose phone is whose."""

from __future__ import annotations

import argparse
import getpass
import os
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from app.commands.terminal import say

if TYPE_CHECKING:
    from app.hub.store import Store

SECRET_VARIABLE = "CUECARD_PHONE_SECRET"  # noqa: S105 - the variable's name
_LARGEST_FILE = 4 * 1024 * 1024
_USAGE = """\
cuecard hub phones list
cuecard hub phones add NAME --kind twilio|aircall|json [--public-url https://hub.example.com/v1/phones/NAME]
cuecard hub phones remove NAME
cuecard hub phones agent EXTENSION USER     (without USER: nobody's)
cuecard hub phones import FILE              (lines: extension,user)"""


def add_phone_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of `cuecard hub` that are about phones."""
    parser.add_argument(
        "words", nargs="*", metavar="WORD", help="with phones: list, add NAME, remove NAME, agent EXT USER, import FILE"
    )
    parser.add_argument("--kind", default="", help="with phones add: twilio, aircall or json")
    parser.add_argument(
        "--public-url", default="", metavar="URL", help="with phones add: the address that the phone system calls"
    )
    parser.add_argument(
        "--phone",
        action="append",
        default=[],
        metavar="ami://USER@HOST",
        help="listen to this switch for the whole site; its secret as for a desk's phone",
    )


def look_after_phones(arguments: argparse.Namespace) -> int:
    """Does what was asked for; 0, or 2 for wrong use. Raises HubError."""
    from app.hub.phones.extensions import assign, read_pairs
    from app.hub.phones.sources import add_source, remove_source
    from app.hub.store import Store

    now = datetime.now(UTC)
    store = Store(arguments.db, key_file=arguments.key_file)
    try:
        match arguments.words:
            case ["list"]:
                _list(store)
            case ["add", name] if arguments.kind:
                secret = _secret(arguments.kind)
                add_source(store, now, name=name, kind=arguments.kind, secret=secret, public_url=arguments.public_url)
                say(f"Added. Its address is the hub's own with /v1/phones/{name} behind it.")
            case ["remove", name]:
                remove_source(store, now, name)
                say("Removed.")
            case ["agent", extension] | ["agent", extension, _]:
                assign(store, now, {extension: arguments.words[2] if len(arguments.words) > 2 else ""})
                say("Noted.")
            case ["import", file]:
                pairs = read_pairs(_content(Path(file)))
                assign(store, now, pairs)
                say(f"{len(pairs)} phones noted.")
            case _:
                sys.stderr.write(f"{_USAGE}\n")
                return 2
    finally:
        store.close()
    return 0


def _list(store: Store) -> None:
    from app.hub.phones.extensions import extensions
    from app.hub.phones.sources import sources

    for source in sources(store).values():
        say(f"{source.name:24} {source.kind:8} {source.public_url or '(the address that the hub sees)'}")
    for extension, person in extensions(store).items():
        say(f"{extension:24} {person}")


def _secret(kind: str) -> str:
    """From the environment, standard input or a prompt; never from the command line, which others can see."""
    from app.hub.phones.errors import PhoneSetupError
    from app.telephony.webhooks.kinds import KINDS

    if kind not in KINDS:
        raise PhoneSetupError(f"There is no kind {kind!r}. Choose one of: {', '.join(KINDS)}.")
    given = os.environ.get(SECRET_VARIABLE)
    if given is not None:
        return given
    if sys.stdin.isatty():
        return getpass.getpass(f"The secret ({KINDS[kind].secret}): ")
    return sys.stdin.readline().rstrip("\r\n")


def _content(file: Path) -> str:
    from app.hub.phones.errors import PhoneSetupError

    try:
        with file.open("rb") as opened:
            content = opened.read(_LARGEST_FILE + 1)
        if len(content) > _LARGEST_FILE:
            raise PhoneSetupError("The file is over 4 MB; it should hold lines of the form: extension,user")
        return content.decode("utf-8-sig")
    except OSError as error:
        raise PhoneSetupError(f"The file cannot be read: {error.strerror}.") from error
    except UnicodeDecodeError as error:
        raise PhoneSetupError("The file is not text in UTF-8.") from error
