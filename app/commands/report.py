"""`cuecard report agents`: a team's figures in the terminal, as a table, CSV or JSON."""

from __future__ import annotations

import argparse
import getpass
import os
import sys
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import httpx

    from app.reports.team import TeamReport

PASSWORD_VARIABLE = "CUECARD_PASSWORD"  # noqa: S105 - the variable's name

_TIMEOUT_S = 30.0
_THIS_MACHINE = ("127.0.0.1", "localhost", "::1")


class _Refused(Exception):
    """The hub said no; the text is a sentence for the terminal."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of the command."""
    what = parser.add_subparsers(dest="what", required=True, metavar="WHAT")
    agents = what.add_parser(
        "agents",
        help="calls, extends and accepts per agent of a team",
        description="Calls, extends and accepts per agent of a team that you lead, with 95 % intervals.",
    )
    agents.add_argument(
        "--from", dest="first", type=_day, metavar="DATE", help="first day, 2026-01-31 (default: today)"
    )
    agents.add_argument("--to", dest="last", type=_day, metavar="DATE", help="last day, included (default: today)")
    agents.add_argument("--format", choices=("table", "csv", "json"), default="table", help="how to print it")
    agents.add_argument("--team", default="", help="which of your teams (default: the first)")
    agents.add_argument("--url", help="the hub, such as https://hub.example.com")
    agents.add_argument("--user", help=f"your user name; the password is asked for, or taken from {PASSWORD_VARIABLE}")
    agents.add_argument("--demo", action="store_true", help="the demo's hub on this machine, as its lead Sam O.")


def run(arguments: argparse.Namespace) -> int:
    """Prints the report; 0, or 1 with a sentence where it cannot be had, 2 for options that do not go together."""
    from app.reports.render import as_csv, as_json, as_table
    from app.reports.wire import ReportUnreadable

    if arguments.demo == bool(arguments.url or arguments.user) or bool(arguments.url) != bool(arguments.user):
        return _fail("Give either --demo, or --url and --user.", 2)
    today = datetime.now().astimezone().date()
    first, last = arguments.first or arguments.last or today, arguments.last or today
    if last < first:
        return _fail("--to is before --from.", 2)
    since, until = _midnight(first), _midnight(last + timedelta(days=1))
    try:
        if arguments.demo:
            report = _from_demo(since, until, arguments.team)
        else:
            report = _ask(arguments.url, arguments.user, _password(), since, until, arguments.team)
    except (_Refused, ReportUnreadable) as error:
        return _fail(str(error), 1)
    render = {"table": as_table, "csv": as_csv, "json": as_json}[arguments.format]
    # Bytes, so that a terminal's or a pipe's encoding cannot fail on a name, nor Windows change the line ends.
    sys.stdout.flush()
    sys.stdout.buffer.write(render(_in_local_time(report)).encode("utf-8"))
    sys.stdout.flush()
    return 0


def _from_demo(since: datetime, until: datetime, team: str) -> TeamReport:
    from app.hub.demo_sign_ins import SIGN_INS_FILE, read_sign_ins
    from app.hub.errors import HubError
    from app.hub.process import start_embedded
    from app.places import data_dir

    folder = data_dir() / "hub"
    sign_ins = read_sign_ins(folder / SIGN_INS_FILE)
    if sign_ins is None:
        raise _Refused("There is no demo on this machine yet. Start it once: python3 build/start.py")
    try:
        hub = start_embedded(folder)
    except HubError as error:
        raise _Refused(str(error)) from error
    try:
        return _ask(hub.url, sign_ins.lead.user, sign_ins.lead.password, since, until, team)
    finally:
        hub.stop()


def _ask(url: str, user: str, password: str, since: datetime, until: datetime, team: str) -> TeamReport:
    """Signs in, asks, signs out."""
    from urllib.parse import urlsplit

    import httpx

    from app.reports.wire import ReportUnreadable, from_plain

    parts = urlsplit(url)
    if parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in _THIS_MACHINE):
        raise _Refused("Give --url with https://. Without it your password could be read on the way.")
    who = {"user": user, "password": password, "device_id": "terminal", "device_name": "cuecard report"}
    query = {"from": since.isoformat(), "to": until.isoformat(), "team": team}
    try:
        with httpx.Client(base_url=url, timeout=_TIMEOUT_S, follow_redirects=False, trust_env=False) as client:
            token = _answer(client.post("/v1/sessions", json=who)).get("token")
            client.headers["Authorization"] = f"Bearer {token}"
            try:
                return from_plain(_answer(client.get("/v1/reports/agents", params=query)))
            finally:
                client.delete("/v1/sessions/current")
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise _Refused(f"The hub cannot be reached ({type(error).__name__}). Check --url and the network.") from error
    except ReportUnreadable:
        raise
    except ValueError as error:
        raise ReportUnreadable("What answers there is not a Cuecard hub. Check --url.") from error


def _answer(response: httpx.Response) -> dict[str, Any]:
    plain = response.json()
    if not isinstance(plain, dict):
        raise ValueError("not an object")
    if not response.is_success:
        raise _Refused(str(plain.get("detail") or f"The hub refused with status {response.status_code}."))
    return plain


def _password() -> str:
    kept = os.environ.get(PASSWORD_VARIABLE)
    return kept if kept is not None else getpass.getpass("Password: ")


def _in_local_time(report: TeamReport) -> TeamReport:
    from dataclasses import replace

    local = {name: getattr(report, name).astimezone() for name in ("since", "until", "as_of")}
    return replace(report, **local)


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time()).astimezone()


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError("write a day like 2026-01-31") from error


def _fail(sentence: str, code: int) -> int:
    print(f"cuecard report: {sentence}", file=sys.stderr)
    return code
