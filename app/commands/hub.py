"""`cuecard hub`: runs the reference central CRM."""

from __future__ import annotations

import argparse
import os
import sys
from datetime import UTC, datetime
from pathlib import Path

from app.commands.hub_company import add_company_arguments, keep_company
from app.commands.hub_phones import add_phone_arguments

DEFAULT_PORT = 8770

ACTIONS = ("serve", "rebuild", "audit", "backup", "phones")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of the command."""
    parser.add_argument(
        "action",
        nargs="?",
        choices=ACTIONS,
        default="serve",
        help="serve (default); rebuild the reports' sums from the events; audit: look at the audit trail; "
        "backup: copy a SQLite database while the hub runs; "
        "phones: which phone systems may send calls, and whose phone is whose",
    )
    add_phone_arguments(parser)
    add_company_arguments(parser)
    parser.add_argument("--verify", action="store_true", help="check the chain of the audit trail (with audit)")
    parser.add_argument(
        "--db",
        required=True,
        metavar="URL",
        help="the database: sqlite:////srv/hub.sqlite or postgresql://user@host/name",
    )
    parser.add_argument("--to", type=Path, metavar="F", help="where the copy goes, a new file (with backup)")
    parser.add_argument("--key-file", type=Path, metavar="F", help="the hub's key (SQLite: by default beside the file)")
    parser.add_argument("--data-dir", type=Path, metavar="D", help="where a demo's passwords go (default: by the key)")
    parser.add_argument("--workers", type=int, default=1, metavar="N", help="processes that serve (PostgreSQL only)")
    parser.add_argument("--host", default="127.0.0.1", help="the address to listen on (default: this machine only)")
    parser.add_argument("--port", type=int, default=DEFAULT_PORT, help="the port; 0 takes any free one")
    parser.add_argument("--tls-cert", type=Path, metavar="F", help="the hub's certificate with its chain, PEM")
    parser.add_argument("--tls-key", type=Path, metavar="F", help="its key, PEM without a password")
    parser.add_argument("--behind-proxy", action="store_true", help="a proxy in front speaks TLS, so the hub need not")
    parser.add_argument("--demo", action="store_true", help="fill an empty hub with made-up customers and people")
    parser.add_argument("--seed", type=int, default=1, help="which made-up customers (with --demo)")
    parser.add_argument("--accounts", type=int, default=300, help="how many made-up customers (with --demo)")
    parser.add_argument("--ready-file", type=Path, metavar="F", help="written once the hub listens: url, pid, instance")
    parser.add_argument("--with-parent", type=int, metavar="PID", help="stop when this process ends")
    parser.add_argument(
        "--wait-for-lock",
        type=float,
        default=0.0,
        metavar="S",
        help="wait so long for another hub to leave the database",
    )
    parser.add_argument("--listen-on", type=int, metavar="FD", help=argparse.SUPPRESS)  # a worker of several


def run(arguments: argparse.Namespace) -> int:
    """Does what was asked for; 0, or 1 with a sentence where that cannot be."""
    from sqlalchemy.exc import ArgumentError, SQLAlchemyError

    from app.hub.errors import HubError
    from app.hub.logs import quiet_logs

    quiet_logs()
    # What the hub writes (database, key, demo passwords) is for the user it runs as.
    os.umask(0o077)
    try:
        if arguments.action == "phones":
            from app.commands.hub_phones import look_after_phones

            return look_after_phones(arguments)
        if arguments.action == "backup":
            return _back_up(arguments)
        return _serve(arguments) if arguments.action == "serve" else _look_after(arguments)
    except HubError as error:
        return _fail(str(error))
    except (ArgumentError, SQLAlchemyError) as error:
        return _fail(f"The database cannot be used ({type(error).__name__}). Check --db, the disk and the rights.")
    except OSError as error:
        return _fail(f"The database's folder cannot be used: {error.strerror}.")


def _serve(arguments: argparse.Namespace) -> int:
    from app.commands.hub_start import checked_tls, say_setup_code
    from app.hub.credentials import Passwords
    from app.hub.demo import fill_demo
    from app.hub.demo_sign_ins import SIGN_INS_FILE
    from app.hub.phones.phones import all_switches
    from app.hub.presence import FolderLock, Presence
    from app.hub.server import Address, adopt, lock_beside, serve
    from app.hub.store import Store
    from app.hub.workers import serve_by_many

    def say(presence: Presence) -> None:
        print(f'{{"url": "{presence.url}", "pid": {presence.pid}}}', flush=True)

    all_switches(arguments.phone)
    tls = checked_tls(arguments)
    file, is_worker = _database_file(arguments.db), arguments.listen_on is not None
    if file is not None and arguments.workers > 1:
        return _fail("Several processes need PostgreSQL: SQLite has a single writer. Leave --workers away.")
    lock: FolderLock | None = None
    store: Store | None = None
    try:
        if file is not None:
            file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            lock = lock_beside(file, wait_s=arguments.wait_for_lock)
        store = Store(arguments.db, key_file=arguments.key_file)
        if not is_worker:
            keep_company(store, arguments)
        if arguments.demo and not is_worker:
            folder = arguments.data_dir or (file or arguments.key_file).parent
            try:
                fill_demo(
                    store,
                    Passwords(),
                    folder / SIGN_INS_FILE,
                    now=datetime.now(UTC),
                    seed=arguments.seed,
                    accounts=arguments.accounts,
                )
            except ValueError as error:  # so many made-up customers cannot be made
                return _fail(str(error))
        if not is_worker:
            say_setup_code(store)
        address = Address(arguments.host, arguments.port)
        if arguments.workers > 1:
            store.close()
            return serve_by_many(
                _worker_command(arguments),
                arguments.workers,
                address,
                arguments.ready_file,
                arguments.with_parent,
                say,
                is_tls=tls is not None,
            )
        serve(
            store,
            adopt(arguments.listen_on) if is_worker else address,
            ready_file=arguments.ready_file,
            parent=arguments.with_parent,
            on_ready=say,
            phones=arguments.phone,
            tls=tls,
        )
    finally:
        if store is not None:
            store.close()
        if lock is not None:
            lock.release()
    return 0


def _back_up(arguments: argparse.Namespace) -> int:
    from app.hub.backup import back_up

    if arguments.to is None:
        return _fail("Give --to: the file for the copy.")
    print(f"{back_up(arguments.db, arguments.to)} bytes copied. Keep the key file, too, and apart from the copy.")
    return 0


def _look_after(arguments: argparse.Namespace) -> int:
    from app.hub.audit import verify
    from app.hub.projector import rebuild
    from app.hub.server import lock_beside
    from app.hub.store import Store

    file = _database_file(arguments.db)
    lock = lock_beside(file, wait_s=arguments.wait_for_lock) if file is not None else None
    store = Store(arguments.db, key_file=arguments.key_file)
    try:
        if arguments.action == "rebuild":
            print(f"{rebuild(store)} calls counted anew.")
            return 0
        with store.read() as connection:
            trail = verify(connection, store.key)
    finally:
        store.close()
        if lock is not None:
            lock.release()
    if arguments.verify and trail.broken is not None:
        return _fail(f"The audit trail was changed: row {trail.broken} is not as it was written.")
    print(f"{trail.sound} rows, all as they were written; head {trail.head or 'none'}")
    return 0


def _worker_command(arguments: argparse.Namespace) -> list[str]:
    from app.hub.process import hub_command

    command = [*hub_command(), "--db", arguments.db]
    for phone in arguments.phone:
        command += ["--phone", phone]
    if arguments.tls_cert:
        command += ["--tls-cert", str(arguments.tls_cert.absolute()), "--tls-key", str(arguments.tls_key.absolute())]
    return [*command, "--key-file", str(arguments.key_file.absolute())] if arguments.key_file else command


def _database_file(url: str) -> Path | None:
    from app.hub.engine import sqlite_file
    from app.hub.errors import StoreMismatch

    file = sqlite_file(url)
    if file is None and url.startswith("sqlite"):
        raise StoreMismatch("Give the database as a file, such as sqlite:////srv/hub.sqlite.")
    return file


def _fail(sentence: str) -> int:
    print(f"cuecard hub: {sentence}", file=sys.stderr)
    return 1


if __name__ == "__main__":
    _parser = argparse.ArgumentParser(prog="cuecard hub", description=__doc__)
    add_arguments(_parser)
    sys.exit(run(_parser.parse_args()))
