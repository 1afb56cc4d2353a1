"""What `cuecard admin` does once it knows what is wanted."""

from __future__ import annotations

import argparse
import getpass
import os
import sys
import zipfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy.exc import ArgumentError, SQLAlchemyError

from app.commands.admin_show import show
from app.commands.admin_way import AtDatabase, AtHub, Refused, Way
from app.commands.terminal import harmless, say
from app.domain.person import Role
from app.hub.administration import messages
from app.hub.administration.certificates import check_certificate, make_self_signed
from app.hub.administration.roster import read_roster
from app.hub.errors import HubError
from app.hub.logs import quiet_logs
from app.sync.crm import CrmError

PASSWORD_VARIABLE = "CUECARD_PASSWORD"  # noqa: S105 - the variable's name
CODE_VARIABLE = "CUECARD_SETUP_CODE"

_ROWS_AT_ONCE = 100


class WrongOptions(HubError):
    """Options that do not go together; the text says which."""


def work(arguments: argparse.Namespace) -> int:
    """Does what the options say; the exit code."""
    quiet_logs()
    # Keys, passwords and customers' data are for the user who asked for them.
    os.umask(0o077)
    try:
        if arguments.subject == "tls":
            return _tls(arguments)
        if arguments.subject == "password":
            return _own_password(arguments)
        way = _way(arguments)
        try:
            return _do(way, arguments)
        finally:
            way.close()
    except WrongOptions as error:
        return _fail(str(error), 2)
    except (HubError, CrmError, ValueError) as error:
        return _fail(str(error))
    except (ArgumentError, SQLAlchemyError) as error:
        return _fail(f"The database cannot be used ({type(error).__name__}). Check --db, the disk and the rights.")
    except OSError as error:
        return _fail(f"{error.filename or 'A file'} cannot be used: {error.strerror}.")


def _way(arguments: argparse.Namespace) -> Way:
    if bool(arguments.db) == bool(arguments.hub):
        raise WrongOptions("Give either --db URL, or --hub URL.")
    if arguments.db:
        return AtDatabase(arguments.db, arguments.key_file, may_create=arguments.subject == "first")
    hub = AtHub(arguments.hub, arguments.ca)
    try:
        if arguments.subject != "first":
            _sign_in(hub, arguments)
    except BaseException:
        hub.close()
        raise
    return hub


def _sign_in(hub: AtHub, arguments: argparse.Namespace) -> None:
    if not arguments.as_user:
        raise WrongOptions("Give --user NAME with --hub.")
    if hub.sign_in(arguments.as_user, _password(arguments, "Password: ")):
        raise Refused("This password is for once. Set your own: cuecard admin password --hub URL --user NAME")


def _do(way: Way, arguments: argparse.Namespace) -> int:
    match arguments.subject, getattr(arguments, "verb", ""):
        case "first", _:
            return _first(way, arguments)
        case "user", "import":
            return _import(way, arguments)
        case "customer", "export":
            return _export(way, arguments)
    operation, asked = _operation(arguments)
    answer = way.ask(operation, asked)
    show(answer, as_json=arguments.json)
    return 1 if isinstance(answer, messages.TrailChecked) and answer.broken is not None else 0


def _operation(arguments: argparse.Namespace) -> tuple[str, Any]:
    """The operation that is wanted, by its name, and what it takes."""
    given = arguments
    nothing = messages.Nothing()
    match given.subject, getattr(given, "verb", ""):
        case "user", "create":
            roles = [Role(role) for role in given.role]
            new = messages.UserNew(
                given.name_of, given.name, given.first_name, given.team, roles, given.leads, given.company
            )
            return "users/create", new
        case "user", "set-roles":
            roles = [Role(role) for role in given.role]
            return "users/set-roles", messages.UserRoles(given.name_of, roles, given.leads)
        case "user", "move":
            return "users/move", messages.UserMove(given.name_of, given.team, given.since, given.sign_out)
        case "user", ("disable" | "enable" | "reset-password") as verb:
            return f"users/{verb}", messages.UserNamed(given.name_of)
        case "team", ("create" | "rename") as verb:
            return f"teams/{verb}", messages.TeamNew(given.team, given.name)
        case "team", "retire":
            return "teams/retire", messages.TeamNamed(given.team)
        case "team", "set-leads":
            return "teams/set-leads", messages.TeamLeads(given.team, given.users)
        case "device", ("revoke" | "restore") as verb:
            return f"devices/{verb}", messages.DeviceNamed(given.device)
        case "token", "revoke":
            return "tokens/revoke", messages.TokensOf(given.name_of, given.and_devices)
        case "customer", "erase":
            return "customer/erase", messages.CustomerErase(given.account, given.yes)
        case "audit", "list":
            return "audit/list", messages.TrailWanted(given.after, given.limit, given.kind)
        case "audit", "verify":
            return "audit/verify", nothing
        case "retention", _:
            return "retention", messages.Older(datetime.now(UTC) - given.events_older_than)
    return f"{given.subject}s", nothing


def _first(way: Way, arguments: argparse.Namespace) -> int:
    at_hub = isinstance(way, AtHub)
    code = (os.environ.get(CODE_VARIABLE) or getpass.getpass("Set-up code: ")) if at_hub else ""
    user = arguments.as_user or input("User name: ")
    name = arguments.name or input("Name, as others see it: ")
    first_name = arguments.first_name or (name.split() or [""])[0]
    password = _new_password(arguments)
    done = way.first(messages.SetUp(code, user, name, first_name, password, arguments.team, arguments.team_name))
    show(done, as_json=arguments.json)
    return 0


def _own_password(arguments: argparse.Namespace) -> int:
    if not arguments.hub or not arguments.as_user:
        raise WrongOptions("Give --hub URL and --user NAME.")
    hub = AtHub(arguments.hub, arguments.ca)
    try:
        old = _password(arguments, "Password until now: ")
        hub.sign_in(arguments.as_user, old)
        new = _line() if arguments.password_stdin else _twice()
        show(hub.change_password(messages.PasswordChange(old, new)), as_json=arguments.json)
    finally:
        hub.close()
    return 0


def _import(way: Way, arguments: argparse.Namespace) -> int:
    rows = read_roster(arguments.file.read_bytes())
    # Before anything is done: nobody shall be added whose password can then not be written down.
    kept = _new_file(arguments.passwords) if arguments.passwords and not arguments.dry_run else None
    whole = messages.RosterTaken([], [], [], [], [])
    try:
        for start in range(0, len(rows), _ROWS_AT_ONCE):
            part = way.ask("users/import", messages.Roster(rows[start : start + _ROWS_AT_ONCE], arguments.dry_run))
            if kept is not None:
                kept.write("".join(f"{one.user},{one.password}\n" for one in part.passwords))
                kept.flush()
                os.fsync(kept.fileno())
            else:
                whole.passwords.extend(part.passwords)
            for name in ("added", "changed", "unchanged", "bad"):
                getattr(whole, name).extend(getattr(part, name))
    finally:
        # Also where it broke off: those who were added need theirs.
        show(whole, as_json=arguments.json)
        if kept is not None:
            kept.close()
    return 1 if whole.bad else 0


def _export(way: Way, arguments: argparse.Namespace) -> int:
    found: messages.CustomerFiles = way.ask("customer/export", messages.CustomerNamed(arguments.account))
    with _new_file(arguments.out, "wb") as file, zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, text in found.files.items():
            packed.writestr(name, text)
    say(f"{len(found.files)} files in {arguments.out}")
    return 0


def _tls(arguments: argparse.Namespace) -> int:
    now = datetime.now(UTC)
    if arguments.verb == "check":
        tls = check_certificate(arguments.cert, arguments.key, now)
        say(tls.warning(now) or f"They fit together and are good until {tls.until:%Y-%m-%d}.")
        return 0
    tls = make_self_signed(arguments.out, arguments.host, now)
    say(f"{tls.certificate}\n{tls.key}\nGood until {tls.until:%Y-%m-%d}.")
    say(f"The hub: cuecard hub --tls-cert {tls.certificate} --tls-key {tls.key} ...")
    say(f"Each desktop: cuecard --hub https://{arguments.host[0]}:8770 --ca {tls.certificate.name} (a copy of it)")
    return 0


def _password(arguments: argparse.Namespace, question: str) -> str:
    if arguments.password_stdin:
        return _line()
    kept = os.environ.get(PASSWORD_VARIABLE)
    return kept if kept is not None else getpass.getpass(question)


def _new_password(arguments: argparse.Namespace) -> str:
    kept = os.environ.get(PASSWORD_VARIABLE)
    if arguments.password_stdin or kept is not None:
        return _password(arguments, "")
    return _twice()


def _twice() -> str:
    password = getpass.getpass("New password: ")
    if getpass.getpass("The same again: ") != password:
        raise Refused("These were two different passwords. Nothing was changed.")
    return password


def _line() -> str:
    return sys.stdin.readline().rstrip("\r\n")


def _new_file(path: Path, mode: str = "w") -> Any:
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError as error:
        raise Refused(f"{path} is there already. Nothing is overwritten: choose another name.") from error
    return os.fdopen(handle, mode, encoding=None if "b" in mode else "utf-8")


def _fail(sentence: str, code: int = 1) -> int:
    sys.stderr.write(f"cuecard admin: {harmless(sentence)}\n")
    return code
