"""`cuecard script release`: makes, signs, renews and shows releases of a library; what is done at a hub is beside."""

from __future__ import annotations

import argparse
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from app.commands import script_publish
from app.commands.release_files import CannotRelease, bounded, private_key, told, trusted_key
from app.commands.terminal import fail, say, shown
from app.library_folder import NotALibrary, library_of, read_files

if TYPE_CHECKING:
    from argparse import _SubParsersAction

    from app.scripts.finding.vectors import LineVectors
    from app.scripts.library import Library
    from app.security.signatures import PrivateKey


def add_arguments(commands: _SubParsersAction[argparse.ArgumentParser]) -> None:
    """The options of the command."""
    release = commands.add_parser(
        "release",
        help="make a signed release of a library",
        description="Makes, signs, shows and publishes releases. Desks use only what a key that they trust has signed.",
    )
    actions = release.add_subparsers(dest="action", required=True, metavar="ACTION")
    key = actions.add_parser("key", help="make a key to sign with", description="Makes a key: FILE and FILE.pub.")
    key.add_argument("-o", "--output", type=Path, required=True, metavar="FILE", help="where to keep the private key")
    key.set_defaults(run=run, act=_key)
    build = actions.add_parser(
        "build", help="release a library", description="Checks, compiles and signs a library as one file."
    )
    build.add_argument("library", type=Path, metavar="LIBRARY", help="the library's folder")
    _add_signing(build)
    build.add_argument("--without-vectors", action="store_true", help="leave out what find re-ranks with")
    build.set_defaults(run=run, act=_build)
    again = actions.add_parser(
        "again",
        help="release an earlier content anew (to go back)",
        description="Signs the content of an earlier release under a new, higher number.",
    )
    again.add_argument("release", type=Path, metavar="RELEASE", help="the earlier release")
    again.add_argument("--trust", type=Path, required=True, metavar="PUB", help="the key that signed it (*.pub)")
    _add_signing(again)
    again.set_defaults(run=run, act=_again)
    show = actions.add_parser("show", help="verify a release and tell what it is")
    show.add_argument("release", type=Path, metavar="RELEASE", help="the file")
    show.add_argument("--trust", type=Path, required=True, metavar="PUB", help="the key that signed it (*.pub)")
    show.set_defaults(run=run, act=_show)
    script_publish.add_actions(actions)


def run(arguments: argparse.Namespace) -> int:
    """0 when done, 1 for a library with errors or a release that must not be used, 2 where something is missing."""
    from app.scripts.release import ReleaseRefused
    from app.security.signatures import KeyUnreadable

    try:
        arguments.act(arguments)
    except CannotRelease as error:
        return fail(str(error), error.code)
    except ReleaseRefused as error:
        return fail(str(error), code=1)
    except (NotALibrary, KeyUnreadable) as error:
        return fail(str(error))
    except FileExistsError as error:
        return fail(f"{error.filename} is there already and was not touched. Give another name.")
    return 0


def _add_signing(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--number", type=int, required=True, metavar="N", help="higher than that of the last release")
    parser.add_argument("--author", required=True, metavar="NAME", help="who wrote it")
    parser.add_argument("--approver", required=True, metavar="NAME", help="who read and approves it: somebody else")
    parser.add_argument("--valid-from", type=_moment, metavar="TIME", help="ISO 8601; without a zone, local time (now)")
    parser.add_argument("--valid-until", type=_moment, metavar="TIME", help="after it desks show a banner (never)")
    parser.add_argument("--key", type=Path, required=True, metavar="FILE", help="the private key to sign with")
    parser.add_argument("-o", "--output", type=Path, required=True, metavar="FILE", help="the release to write")


def _moment(text: str) -> datetime:
    try:
        return datetime.fromisoformat(text).astimezone(UTC)
    except (ValueError, OverflowError, OSError) as error:
        raise argparse.ArgumentTypeError(f"{text!r} is no time like 2026-12-01 or 2026-12-01T08:00") from error


def _key(arguments: argparse.Namespace) -> None:
    from app.security.files import write_private
    from app.security.signatures import new_key

    private: Path = arguments.output
    public = private.with_name(private.name + ".pub")
    for path in (private, public):
        if path.exists():
            raise FileExistsError(None, "", str(path))
    key = new_key()
    write_private(private, key.to_pem())
    public.write_bytes(key.public.to_pem())
    say(f"Key {key.public.id}.")
    say(f"{shown(private)}: keep it secret; who has it can release scripts to every desk.")
    say(f"{shown(public)}: give it to every desk.")


def _build(arguments: argparse.Namespace) -> None:
    from app.scripts.library import load_library
    from app.scripts.release import compile_content

    key = private_key(arguments.key)
    files = read_files(library_of(arguments.library))
    loaded = load_library(files, arguments.number)
    if loaded.library is None:
        raise CannotRelease("The library has errors and was not released. See them: cuecard script check", code=1)
    vectors = None if arguments.without_vectors else _vectors(loaded.library)
    _sign(arguments, compile_content(loaded.library, files, vectors), key)


def _vectors(library: Library) -> LineVectors | None:
    from app.find_model import HOW_TO_INSTALL, installed_model
    from app.scripts.finding.lines import lines_of
    from app.scripts.finding.vectors import vectors_of

    encoder = installed_model()
    if encoder is None:
        say(f"Without vectors for find: the sentence model is not installed ({HOW_TO_INSTALL}).")
        return None
    return vectors_of(lines_of(library), encoder)


def _again(arguments: argparse.Namespace) -> None:
    from app.releases import verified_manifest
    from app.scripts.release import ReleaseRefused, read_content, split

    envelope, content = split(bounded(arguments.release))
    manifest = verified_manifest(envelope, trusted_key(arguments.trust))
    read_content(content, manifest)
    if arguments.number <= manifest.number:
        raise ReleaseRefused(
            f"The new number must be higher than {manifest.number}, and than that of any release since."
        )
    _sign(arguments, content, private_key(arguments.key))


def _sign(arguments: argparse.Namespace, content: bytes, key: PrivateKey) -> None:
    from app.releases import sign_release
    from app.scripts.release import manifest_of

    now = datetime.now(UTC).replace(microsecond=0)
    manifest = manifest_of(
        content,
        arguments.number,
        arguments.author,
        arguments.approver,
        now,
        arguments.valid_from or now,
        arguments.valid_until,
    )
    target: Path = arguments.output
    with target.open("xb") as file:
        file.write(sign_release(content, manifest, key))
    say(f"{shown(target)}: {told(manifest)}")


def _show(arguments: argparse.Namespace) -> None:
    from app.releases import load_release
    from app.scripts.release import split

    envelope, content = split(bounded(arguments.release))
    found = load_release(content, envelope, trusted_key(arguments.trust), datetime.now(UTC))
    say(told(found.manifest))
    vectors = "with vectors for find" if found.vectors is not None else "without vectors for find"
    say(f"{len(found.library.scripts)} scripts, {len(found.library.offers)} offers, {vectors}")
    for notice in found.notices:
        say(notice.text)
