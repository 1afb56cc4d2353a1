"""`cuecard doctor phone`: connects, says what the phone can and cannot do, and prints what arrives."""

from __future__ import annotations

import io
import json
import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.cli import main
from app.telephony.errors import NotSupported
from app.telephony.url_schemes import ENTRY, desktop_entry, register, windows_command
from tests.fakes.ami import LOOPBACK, Manager, transcript
from tests.phones.real import free_port


@pytest.fixture
def switch() -> Iterator[Manager]:
    made = Manager(lambda manager: manager.say(*transcript("ringall")))
    yield made
    made.close()


def test_a_switch_is_watched_and_each_event_is_a_json_line(
    switch: Manager, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CUECARD_AMI_SECRET", "right")

    code = main(["doctor", "phone", "--source", f"ami://cuecard@{LOOPBACK}:{switch.port}", "--watch", "--seconds", "1"])

    out, aside = capfd.readouterr()
    events = [json.loads(line) for line in out.splitlines() if line.startswith("{")]
    assert code == 0 and "Telephone switch connected" in aside
    assert {event["agent"] for event in events} == {"SIP/1001", "SIP/1002"}
    assert {"offered", "ringing", "answered", "ended"} == {event["state"] for event in events}
    assert events[0]["ani_e164"] == "+442079460123" and events[0]["received_at"].endswith("+00:00")
    assert "Cannot  answer from Cuecard" in out


def test_one_agents_phone_is_watched_alone_with_the_secret_from_standard_input(
    switch: Manager, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO("right\n"))

    source = f"ami://cuecard@{LOOPBACK}:{switch.port}"
    arguments = ["--source", source, "--agent", "SIP/1001", "--watch", "--seconds", "1", "--secret-from-stdin"]
    assert main(["doctor", "phone", *arguments]) == 0

    events = [json.loads(line) for line in capfd.readouterr().out.splitlines() if line.startswith("{")]
    assert {event["agent"] for event in events} == {"SIP/1001"}
    assert events[-1]["end_reason"] == "elsewhere"


def test_a_secret_in_the_address_works_and_is_warned_of(switch: Manager, capfd: pytest.CaptureFixture[str]) -> None:
    code = main(["doctor", "phone", "--source", f"ami://cuecard:right@{LOOPBACK}:{switch.port}"])

    out, aside = capfd.readouterr()
    assert code == 0
    assert "can see the secret" in aside and "right" not in out + aside


def test_a_switch_that_does_not_say_what_is_withheld_is_told_of(
    switch: Manager, capfd: pytest.CaptureFixture[str]
) -> None:
    silent = [raw for raw in transcript("answered") if b"Event: UserEvent" not in raw]
    switch.script = lambda manager: manager.say(*silent)

    main(["doctor", "phone", "--source", f"ami://u:right@{LOOPBACK}:{switch.port}", "--watch", "--seconds", "1"])

    out, aside = capfd.readouterr()
    assert "channelvars = CALLERID(num-pres)" in aside
    assert "2079460123" not in out


def test_a_wrong_secret_ends_with_a_sentence(switch: Manager, capfd: pytest.CaptureFixture[str]) -> None:
    code = main(["doctor", "phone", "--source", f"ami://cuecard:wrong@{LOOPBACK}:{switch.port}"])

    assert code == 4
    assert "refuses the manager user or its secret" in capfd.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["phone"], 2, "Name the phone"),
        (["phone", "--source", "skype:"], 2, "names no phone"),
        (["phone", "--source", "baresip://127.0.0.1:many"], 2, "port is no number"),
        (["phone", "--source", "baresip://127.0.0.1:{free}"], 4, "not reachable"),
        (["phone", "--source", "ami://user:x@127.0.0.1:{free}"], 4, "not reachable"),
        (["phone", "--source", "baresip:", "--keep-secret"], 2, "Only a telephone switch"),
    ],
)
def test_what_cannot_be_looked_at_is_said_in_a_sentence(
    arguments: list[str], code: int, words: str, capfd: pytest.CaptureFixture[str]
) -> None:
    free = str(free_port())

    assert main(["doctor", *(each.replace("{free}", free) for each in arguments)]) == code
    assert words in capfd.readouterr().err


def test_without_a_subject_it_says_where_things_are(capfd: pytest.CaptureFixture[str]) -> None:
    assert main(["doctor"]) == 0
    assert "cuecard" in capfd.readouterr().out


@pytest.mark.skipif(sys.platform != "linux", reason="desktop entries are Linux's")
def test_on_linux_links_are_registered_for_the_user_and_tel_is_left_alone() -> None:
    ran: list[list[str]] = []

    said = register(["/usr/local/my $cue/cuecard", "pop", "--start"], lambda command: ran.append(list(command)))

    entry = Path(os.environ["XDG_DATA_HOME"]) / "applications" / ENTRY
    assert str(entry) in said
    assert ran == [["xdg-mime", "default", ENTRY, "x-scheme-handler/cuecard"]]
    assert 'Exec="/usr/local/my \\\\$cue/cuecard" "pop" "--start" %u' in entry.read_text(encoding="utf-8").splitlines()


def test_a_percent_sign_in_a_path_is_no_field_of_the_entry() -> None:
    assert 'Exec="/usr/local/100%%/cuecard" %u' in desktop_entry(["/usr/local/100%/cuecard"])


def test_windows_puts_the_link_in_quotes() -> None:
    assert windows_command([r"C:\My Programs\cuecard.exe", "pop"]) == r'"C:\My Programs\cuecard.exe" pop "%1"'


def test_macos_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "darwin")

    with pytest.raises(NotSupported, match="Applications"):
        register(["cuecard"])
