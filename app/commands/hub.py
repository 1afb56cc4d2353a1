"""`cuecard hub`: runs the reference central CRM."""

from __future__ import annotations

import argparse
import os
import sys
from datetime import UTC, datetime
from pathlib import Path

DEFAULT_PORT = 8770


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of the command."""
    parser.add_argument("--db", required=True, metavar="URL", help="the database, such as sqlite:////srv/hub.sqlite")
    parser.add_argument("--host", default="127.0.0.1", help="the address to listen on (default: this machine only)")
    parser.add_argument("--port", type=int, default=DEFAULT_PORT, help="the port; 0 takes any free one")
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


def run(arguments: argparse.Namespace) -> int:
    """Runs the hub until it is told to stop; 0, or 1 with a sentence where it cannot run."""
    from sqlalchemy.engine import make_url
    from sqlalchemy.exc import ArgumentError, SQLAlchemyError

    from app.hub.credentials import Passwords
    from app.hub.demo import fill_demo
    from app.hub.demo_sign_ins import SIGN_INS_FILE
    from app.hub.errors import HubError
    from app.hub.presence import FolderLock, Presence
    from app.hub.server import Address, lock_beside, quiet_logs, serve
    from app.hub.store import Store

    def say(presence: Presence) -> None:
        print(f'{{"url": "{presence.url}", "pid": {presence.pid}}}', flush=True)

    quiet_logs()
    # What the hub writes (database, key, demo passwords) is for the user it runs as.
    os.umask(0o077)
    lock: FolderLock | None = None
    store: Store | None = None
    try:
        database = make_url(arguments.db).database or ""
        if not database or database == ":memory:":
            return _fail("Give the database as a file, such as sqlite:////srv/hub.sqlite.")
        file = Path(database)
        file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        lock = lock_beside(file, wait_s=arguments.wait_for_lock)
        store = Store(arguments.db)
        if arguments.demo:
            fill_demo(
                store,
                Passwords(),
                file.parent / SIGN_INS_FILE,
                now=datetime.now(UTC),
                seed=arguments.seed,
                accounts=arguments.accounts,
            )
        serve(
            store,
            Address(arguments.host, arguments.port),
            ready_file=arguments.ready_file,
            parent=arguments.with_parent,
            on_ready=say,
        )
    except HubError as error:
        return _fail(str(error))
    except (ArgumentError, SQLAlchemyError) as error:
        return _fail(f"The database cannot be used ({type(error).__name__}). Check --db, the disk and the rights.")
    except OSError as error:
        return _fail(f"The database's folder cannot be used: {error.strerror}.")
    finally:
        if store is not None:
            store.close()
        if lock is not None:
            lock.release()
    return 0


def _fail(sentence: str) -> int:
    print(f"cuecard hub: {sentence}", file=sys.stderr)
    return 1


if __name__ == "__main__":
    _parser = argparse.ArgumentParser(prog="cuecard hub", description=__doc__)
    add_arguments(_parser)
    sys.exit(run(_parser.parse_args()))
