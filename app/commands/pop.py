"""`cuecard pop`: hands a call over to the open window and is gone. What a softphone starts when a call comes in."""

from __future__ import annotations

import argparse
import sys
import time

from app.telephony.errors import HandoffFailed, NoWindow, PopRefused
from app.telephony.handoff import Endpoint, endpoint, hand_over
from app.telephony.pop_request import PopRequest

SHOWN, REFUSED_INPUT, NO_WINDOW, NOT_TAKEN = 0, 2, 3, 4
_START_SECONDS = 20.0
_NO_WINDOW = """\
No Cuecard window is open, so the call was not shown.
Start Cuecard (cuecard desktop) and sign in, or have the softphone run `cuecard pop --start ...`, which opens it."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What a softphone can fill in; any of it may be missing, empty or an unfilled macro."""
    parser.add_argument("address", nargs="?", help="cuecard://call?from=.. or tel:.., instead of the options")
    parser.add_argument("--from", dest="number", default="", help="the caller's number, in any form")
    parser.add_argument("--name", default="", help="the caller's name, as the network shows it")
    parser.add_argument("--dnis", default="", help="the number that was dialled")
    parser.add_argument("--uui", default="", help="user-to-user data that came with the call")
    parser.add_argument("--account", default="", help="the account number that the IVR asked for")
    parser.add_argument("--call-id", default="", help="the phone's own id of the call: the same id is the same call")
    parser.add_argument("--start", action="store_true", help="open Cuecard first where it is not open")
    parser.epilog = "Exit code: 0 shown, 2 refused, 3 no window is open, 4 the window did not take it."


def run(arguments: argparse.Namespace) -> int:
    """Hands over; the exit code. Prints one sentence where the call was not shown."""
    from app.places import data_dir

    try:
        request = _request(arguments)
        place = endpoint(data_dir())
        try:
            hand_over(place, request)
        except NoWindow:
            if not arguments.start:
                print(_NO_WINDOW, file=sys.stderr)
                return NO_WINDOW
            _open_window()
            _hand_over_when_open(place, request)
    except PopRefused as refusal:
        print(refusal, file=sys.stderr)
        return REFUSED_INPUT
    except HandoffFailed as failure:
        print(failure, file=sys.stderr)
        return NOT_TAKEN
    return SHOWN


def _request(arguments: argparse.Namespace) -> PopRequest:
    if arguments.address is not None:
        return PopRequest.from_address(arguments.address)
    names = ("number", "name", "dnis", "uui", "call_id", "account")
    return PopRequest.of(**{name: getattr(arguments, name) for name in names})


def _open_window() -> None:
    import subprocess

    program = [sys.executable] if getattr(sys, "frozen", False) else [sys.executable, "-m", "app.cli"]
    try:
        subprocess.Popen(
            [*program, "desktop"],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
    except OSError as error:
        raise HandoffFailed("Cuecard could not be started; start it by hand.") from error


def _hand_over_when_open(place: Endpoint, request: PopRequest) -> None:
    deadline = time.monotonic() + _START_SECONDS
    while True:
        try:
            hand_over(place, request)
            return
        except NoWindow as absent:
            if time.monotonic() > deadline:
                raise HandoffFailed("Cuecard was started and its window did not open; start it by hand.") from absent
            time.sleep(0.1)
