"""`cuecard doctor crm URL`: whether a CRM keeps the contract that Cuecard relies on."""

from __future__ import annotations

import argparse
import getpass
import os
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

from app.commands.terminal import harmless, say

KEPT, REFUSED_INPUT, BROKEN = 0, 2, 3
VARIABLE = "CUECARD_PASSWORD"
_DEVICE = "cuecard-doctor"
_WIDTH = 62


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What only `doctor crm` takes."""
    crm = parser.add_argument_group(
        "cuecard doctor crm URL", f"--user NAME signs in; the password comes from {VARIABLE}, or is asked for."
    )
    crm.add_argument("--phone", default="", help="the number of one of its customers, as +442079460123")
    crm.add_argument("--write", action="store_true", help="also send test events and a test order, which stay there")
    crm.add_argument("--ca", type=Path, default=None, help="PEM file of the company's own certificate authority")


def run(arguments: argparse.Namespace) -> int:
    """Runs the contract's checks and prints what came of each; the exit code."""
    from app.sync.contract import Finding, Trial, Verdict, run_contract
    from app.sync.open_crm import open_crm

    if not arguments.address or not arguments.user:
        return _fail("Name the CRM and who signs in: cuecard doctor crm https://hub.example.com --user ana")
    try:
        opened = open_crm(arguments.address, "Cuecard doctor", arguments.ca)
    except (ValueError, OSError) as error:
        return _fail(str(error))
    trial = Trial(
        opened.connect, arguments.user, _password(), _DEVICE, lambda: datetime.now(UTC), phone=arguments.phone.strip()
    )
    say("can:    " + (", ".join(sorted(opened.connect().abilities)) or "only what every CRM must"))
    begun, findings = time.monotonic(), list[Finding]()
    try:
        for finding in run_contract(trial, write=arguments.write):
            findings.append(finding)
            say(f"{finding.verdict:8}{finding.check:{_WIDTH}}{finding.sentence}".rstrip())
    finally:
        opened.transport.close()
    counts = {verdict: sum(each.verdict is verdict for each in findings) for verdict in Verdict}
    told = ", ".join(f"{count} {verdict}" for verdict, count in counts.items() if count)
    say(f"{len(findings)} checks in {time.monotonic() - begun:.1f} s: {told}.")
    return BROKEN if counts[Verdict.BROKEN] else KEPT


def _password() -> str:
    given = os.environ.get(VARIABLE)
    if given is not None:
        return given
    if sys.stdin.isatty():
        return getpass.getpass("Password: ")
    return sys.stdin.readline().rstrip("\n")


def _fail(sentence: str) -> int:
    sys.stderr.write(f"cuecard doctor crm: {harmless(sentence)}\n")
    return REFUSED_INPUT
