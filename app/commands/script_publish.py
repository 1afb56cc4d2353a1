"""`cuecard script release publish`, `approve`, `rollback` and `list`: releases at a hub, by two people."""

from __future__ import annotations

import argparse
import getpass
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from app.commands.release_files import CannotRelease, bounded, private_key, told, trusted_key
from app.commands.terminal import fail, say

if TYPE_CHECKING:
    from argparse import _SubParsersAction

    from app.sync.hub_library import HubLibrary, HubRelease

PASSWORD_VARIABLE = "CUECARD_PASSWORD"  # noqa: S105 - the variable's name

_SHORTEST_ID = 6
_NO = 1


def add_actions(actions: _SubParsersAction[argparse.ArgumentParser]) -> None:
    """Adds the actions to `cuecard script release`."""
    publish = actions.add_parser(
        "publish",
        help="hand a release in at the hub",
        description="Hands a signed release in. It is used once somebody else has approved it there.",
    )
    publish.add_argument("release", type=Path, metavar="RELEASE", help="the file")
    publish.add_argument("--trust", type=Path, required=True, metavar="PUB", help="the key that desks trust (*.pub)")
    _add_hub(publish, _publish)
    approve = actions.add_parser(
        "approve",
        help="approve a release at the hub",
        description="Has every desktop use a release from its next call on. Not for whoever wrote or published it.",
    )
    approve.add_argument("which", metavar="RELEASE", help="its number, or the beginning of its id")
    _add_hub(approve, _approve)
    rollback = actions.add_parser(
        "rollback",
        help="go back to an earlier release",
        description="Signs the content of an earlier approved release under the next number, and puts it to use.",
    )
    rollback.add_argument("which", metavar="RELEASE", help="number, or the beginning of the id, to go back to")
    rollback.add_argument("--trust", type=Path, required=True, metavar="PUB", help="the key that signed it (*.pub)")
    rollback.add_argument("--key", type=Path, required=True, metavar="FILE", help="the private key to sign with")
    _add_hub(rollback, _rollback)
    listed = actions.add_parser("list", help="what was published at the hub, and what is in use")
    _add_hub(listed, _list)


def run(arguments: argparse.Namespace) -> int:
    """0 when done, 1 where the hub or a rule says no, 2 where something is missing."""
    from app.scripts.release import ReleaseRefused
    from app.security.signatures import KeyUnreadable
    from app.sync.crm import CrmError

    try:
        with _signed_in(arguments) as library:
            arguments.act(arguments, library)
    except CannotRelease as error:
        return fail(str(error), error.code)
    except (ReleaseRefused, CrmError) as error:
        return fail(str(error), _NO)
    except KeyUnreadable as error:
        return fail(str(error))
    return 0


def _add_hub(parser: argparse.ArgumentParser, act: object) -> None:
    parser.add_argument("--url", required=True, help="the hub, such as https://hub.example.com")
    parser.add_argument("--authorities", type=Path, metavar="PEM", help="a certificate to trust besides the system's")
    help_ = f"your user name; the password is asked for, or taken from {PASSWORD_VARIABLE}"
    parser.add_argument("--user", required=True, metavar="NAME", help=help_)
    parser.set_defaults(run=run, act=act)


@contextmanager
def _signed_in(arguments: argparse.Namespace) -> Iterator[HubLibrary]:
    """The hub's releases, as the user sees them; signed out again at the end."""
    from app.sync.hub_crm import HubCrm
    from app.sync.hub_library import HubLibrary
    from app.sync.transport import HttpTransport

    try:
        transport = HttpTransport(arguments.url, authorities=arguments.authorities)
    except ValueError as error:
        raise CannotRelease(str(error)) from error
    try:
        crm = HubCrm(transport, "cuecard script")
        crm.sign_in(arguments.user, _password(), "terminal")
        try:
            yield HubLibrary(crm)
        finally:
            crm.sign_out()
    finally:
        transport.close()


def _publish(arguments: argparse.Namespace, library: HubLibrary) -> None:
    from app.releases import verified_manifest
    from app.scripts.release import read_content, split

    file = bounded(arguments.release)
    envelope, content = split(file)
    # What no desk would take is not handed in.
    read_content(content, verified_manifest(envelope, trusted_key(arguments.trust)))
    published = library.publish(file)
    say(f"{_line(published)}")
    if not published.approved_by:
        say(f"Now somebody else approves it: cuecard script release approve {published.number} --url .. --user ..")


def _approve(arguments: argparse.Namespace, library: HubLibrary) -> None:
    say(_line(library.approve(_chosen(library, arguments.which).id)))


def _rollback(arguments: argparse.Namespace, library: HubLibrary) -> None:
    from app.releases import sign_release, verified_manifest
    from app.scripts.release import manifest_of, read_content, split

    key = private_key(arguments.key)
    earlier = _chosen(library, arguments.which)
    envelope, content = split(library.file(earlier.id))
    manifest = verified_manifest(envelope, trusted_key(arguments.trust))
    read_content(content, manifest)
    now = datetime.now(UTC).replace(microsecond=0)
    number = max(one.number for one in library.releases()) + 1
    fresh = manifest_of(content, number, manifest.author, manifest.approver, now, now)
    library.bring_back(earlier.id, sign_release(content, fresh, key))
    say(f"In use from the next call on: {told(fresh)}")


def _list(arguments: argparse.Namespace, library: HubLibrary) -> None:
    releases = library.releases()
    for release in releases:
        say(_line(release))
    if not releases:
        say("Nothing was published yet.")


def _chosen(library: HubLibrary, which: str) -> HubRelease:
    """The release with this number, or whose id begins so."""
    found = [
        one
        for one in library.releases()
        if str(one.number) == which or (len(which) >= _SHORTEST_ID and one.id.startswith(which.lower()))
    ]
    if len(found) != 1:
        raise CannotRelease(f"There is no release {which} at this hub. See them: cuecard script release list")
    return found[0]


def _line(release: HubRelease) -> str:
    waiting_or_earlier = "approved" if release.approved_by else "waits for approval"
    state = "IN USE" if release.is_current else waiting_or_earlier
    approved = f", approved by {release.approved_by}" if release.approved_by else ""
    return (
        f"{release.number:>6}  {release.id[:12]}  {state}: content {release.content_hash[:12]}, written by "
        f"{release.author}, published by {release.published_by} {release.published_at:%Y-%m-%d %H:%M} UTC{approved}"
    )


def _password() -> str:
    kept = os.environ.get(PASSWORD_VARIABLE)
    return kept if kept is not None else getpass.getpass("Password: ")
