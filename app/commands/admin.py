"""`cuecard admin`: looks after people, teams, devices, tokens, customers' data, the audit trail and certificates."""

from __future__ import annotations

import argparse
from datetime import datetime, timedelta
from pathlib import Path

_ROLES = ("agent", "lead", "trainer", "approver", "admin")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The subjects and what can be done with each."""
    where = _where()
    subjects = parser.add_subparsers(dest="subject", required=True, metavar="WHAT")
    _add_users(_verbs(subjects, "user", "people who sign in"), where)
    _add_teams(_verbs(subjects, "team", "teams"), where)
    _add_devices(_verbs(subjects, "device", "devices on which people sign in"), where)
    tokens = _verbs(subjects, "token", "what people are signed in with")
    _leaf(tokens, "list", "tokens that are good now", where)
    revoke = _leaf(tokens, "revoke", "end all of a person's", where)
    revoke.add_argument("name_of", metavar="USER")
    revoke.add_argument("--and-devices", action="store_true", help="also those by which unsent events still come in")
    _add_customers(_verbs(subjects, "customer", "one customer's data"), where)
    trail = _verbs(subjects, "audit", "the audit trail")
    _leaf(trail, "verify", "check the chain, and name the first row that was changed", where)
    rows = _leaf(trail, "list", "print rows", where)
    rows.add_argument("--after", type=int, default=0, metavar="N", help="rows after this number")
    rows.add_argument("--limit", type=int, default=100, metavar="N", help="at most so many (up to 1000)")
    rows.add_argument("--kind", default="", help="of this kind only, such as user-disabled")
    retention = subjects.add_parser("retention", help="how much is older than you want to keep", parents=[where])
    retention.add_argument("--events-older-than", type=_age, required=True, metavar="AGE", help="such as 5y, 18m, 90d")
    _add_first(subjects, where)
    _add_tls(_verbs(subjects, "tls", "certificates"))


def run(arguments: argparse.Namespace) -> int:
    """Does it; 0, or 1 with a sentence where that cannot be, 2 for options that do not go together."""
    # All that is dear to import is behind this.
    from app.commands.admin_work import work

    return work(arguments)


def _where() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(add_help=False)
    group = parser.add_argument_group("where")
    group.add_argument("--db", metavar="URL", help="work on this database itself, on the hub's machine")
    group.add_argument("--key-file", type=Path, metavar="F", help="the hub's key (SQLite: by default beside the file)")
    group.add_argument("--hub", metavar="URL", help="ask this running hub, as --user")
    group.add_argument("--user", dest="as_user", metavar="NAME", help="an administrator's user name")
    group.add_argument("--ca", type=Path, metavar="F", help="a certificate that is trusted besides the system's (PEM)")
    group.add_argument(
        "--password-stdin",
        action="store_true",
        help="read the password from standard input (otherwise from CUECARD_PASSWORD, or it is asked for)",
    )
    group.add_argument("--json", action="store_true", help="print JSON")
    return parser


def _verbs(
    subjects: argparse._SubParsersAction[argparse.ArgumentParser], name: str, about: str
) -> argparse._SubParsersAction[argparse.ArgumentParser]:
    return subjects.add_parser(name, help=about).add_subparsers(dest="verb", required=True, metavar="VERB")


def _leaf(
    verbs: argparse._SubParsersAction[argparse.ArgumentParser], name: str, about: str, where: argparse.ArgumentParser
) -> argparse.ArgumentParser:
    return verbs.add_parser(name, help=about, description=about, parents=[where])


def _add_users(verbs: argparse._SubParsersAction[argparse.ArgumentParser], where: argparse.ArgumentParser) -> None:
    _leaf(verbs, "list", "everybody", where)
    create = _leaf(verbs, "create", "add a person, with a one-time password", where)
    create.add_argument("name_of", metavar="USER")
    create.add_argument("--name", required=True, help='as the window shows it ("Ana R.")')
    create.add_argument("--first-name", required=True, help="as scripts speak it")
    create.add_argument("--team", required=True)
    create.add_argument("--company", action="store_true", help="signs in through the company: no password here")
    roles = _leaf(verbs, "set-roles", "say what a person may do", where)
    roles.add_argument("name_of", metavar="USER")
    for parser in (create, roles):
        parser.add_argument("--role", action="append", required=True, choices=_ROLES, help="may be given several times")
        parser.add_argument("--leads", action="append", default=[], metavar="TEAM", help="a team that he leads")
    for name, about in (
        ("disable", "end a person's sessions and let him open none"),
        ("enable", "let a person sign in again"),
        ("reset-password", "give a one-time password"),
    ):
        _leaf(verbs, name, about, where).add_argument("name_of", metavar="USER")
    move = _leaf(verbs, "move", "put a person into another team; what was recorded stays where it was", where)
    move.add_argument("name_of", metavar="USER")
    move.add_argument("team", metavar="TEAM")
    move.add_argument("--from", dest="since", type=_time, metavar="TIME", help="2026-03-05 or 2026-03-05T14:00")
    move.add_argument("--sign-out", action="store_true", help="at once, not with the next sign-in")
    bring = _leaf(verbs, "import", "add and change people by a list", where)
    bring.add_argument("file", type=Path, metavar="FILE.csv", help="user, name, first name, team, roles[, leads]")
    bring.add_argument("--dry-run", action="store_true", help="only tell what would be done")
    bring.add_argument("--passwords", type=Path, metavar="F", help="write one-time passwords to this new file")


def _add_teams(verbs: argparse._SubParsersAction[argparse.ArgumentParser], where: argparse.ArgumentParser) -> None:
    _leaf(verbs, "list", "all teams", where)
    for name, about in (("create", "add a team"), ("rename", "give a team another name")):
        parser = _leaf(verbs, name, about, where)
        parser.add_argument("team", metavar="TEAM", help="its id")
        parser.add_argument("--name", required=True)
    _leaf(verbs, "retire", "let nobody be put into a team any more", where).add_argument("team", metavar="TEAM")
    leads = _leaf(verbs, "set-leads", "say who leads a team", where)
    leads.add_argument("team", metavar="TEAM")
    leads.add_argument("users", nargs="*", metavar="USER")


def _add_devices(verbs: argparse._SubParsersAction[argparse.ArgumentParser], where: argparse.ArgumentParser) -> None:
    _leaf(verbs, "list", "all devices", where)
    for name, about in (
        ("revoke", "let a device that was lost open and send nothing any more"),
        ("restore", "let people sign in on it again"),
    ):
        _leaf(verbs, name, about, where).add_argument("device", metavar="DEVICE")


def _add_customers(verbs: argparse._SubParsersAction[argparse.ArgumentParser], where: argparse.ArgumentParser) -> None:
    export = _leaf(verbs, "export", "everything that is known of one customer", where)
    export.add_argument("account", metavar="ACCOUNT", help="the account's id or number")
    export.add_argument("--out", type=Path, required=True, metavar="FILE.zip")
    erase = _leaf(verbs, "erase", "erase one customer; what was counted stays", where)
    erase.add_argument("account", metavar="ACCOUNT", help="the account's id or number")
    erase.add_argument("--yes", action="store_true", help="do it; without, only tell what would go")


def _add_first(subjects: argparse._SubParsersAction[argparse.ArgumentParser], where: argparse.ArgumentParser) -> None:
    first = subjects.add_parser(
        "first",
        help="make the first administrator of an empty hub",
        description="With --db on the hub's machine; with --hub by the code that the hub printed at its start.",
        parents=[where],
    )
    first.add_argument("--name", help='as the window shows it ("Ana R."; default: asked for)')
    first.add_argument("--first-name", help="as scripts speak it (default: the name's first word)")
    first.add_argument("--team", default="office", help="the id of the team that is made for him (default: office)")
    first.add_argument("--team-name", default="Office")
    password = subjects.add_parser("password", help="set your own password at a running hub", parents=[where])
    password.set_defaults(db=None)


def _add_tls(verbs: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    signed = verbs.add_parser("self-signed", help="make a certificate for a small site")
    signed.add_argument("--host", action="append", required=True, metavar="NAME", help="may be given several times")
    signed.add_argument("--out", type=Path, required=True, metavar="DIR")
    check = verbs.add_parser("check", help="whether a certificate and its key will do, and until when")
    check.add_argument("--cert", type=Path, required=True, metavar="F")
    check.add_argument("--key", type=Path, required=True, metavar="F")


def _time(text: str) -> datetime:
    try:
        return datetime.fromisoformat(text).astimezone()
    except ValueError as error:
        raise argparse.ArgumentTypeError("write a time like 2026-03-05 or 2026-03-05T14:00") from error


def _age(text: str) -> timedelta:
    days = {"d": 1.0, "m": 365.25 / 12, "y": 365.25}.get(text[-1:].lower())
    if days is None or not (text[:-1].isascii() and text[:-1].isdecimal()) or not 0 < int(text[:-1]) <= 36_500:
        raise argparse.ArgumentTypeError("write an age like 5y, 18m or 90d")
    return timedelta(days=min(int(text[:-1]) * days, 36_500))
