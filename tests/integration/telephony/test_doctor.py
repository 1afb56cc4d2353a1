"""`cuecard doctor phone`: connects, says what the phone can and cannot do, and prints what arrives."""

from __future__ import annotations

import io
import json
import os
import sys
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest

from app.cli import main
from app.hub.phones.extensions import assign
from app.hub.phones.sources import add_source
from app.telephony.errors import NotSupported
from app.telephony.url_schemes import ENTRY, desktop_entry, register, windows_command
from tests.fakes.ami import LOOPBACK, Manager, transcript
from tests.fakes.hub import NOW, RunningHub
from tests.fakes.phone_posts import AUTH_TOKEN, CUSTOMER, post_twilio, twilio_fields
from tests.phones.real import free_port, wait_until


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
        (["phone", "--source", "webhook://127.0.0.1:8788/pigeon"], 2, "which kind of phone system"),
        (["phone", "--source", "webhook://pbx.example.com/twilio"], 2, "on this machine only"),
        (["phone", "--source", "webhook://127.0.0.1:many/twilio"], 2, "port is no number"),
        (["phone", "--source", "webhook://", "--hub", "https://127.0.0.1:{free}"], 2, "--user NAME"),
        (["phone", "--source", "hub:"], 2, "nobody is signed in"),
    ],
)
def test_what_cannot_be_looked_at_is_said_in_a_sentence(
    arguments: list[str], code: int, words: str, capfd: pytest.CaptureFixture[str]
) -> None:
    free = str(free_port())

    assert main(["doctor", *(each.replace("{free}", free) for each in arguments)]) == code
    assert words in capfd.readouterr().err


def test_what_to_set_up_for_webhooks_is_said(capfd: pytest.CaptureFixture[str]) -> None:
    assert main(["doctor", "phone", "--source", "webhook://"]) == 0

    said = capfd.readouterr().out
    assert "cuecard hub phones add" in said and "statusCallback" in said and "hub:" in said


def test_what_a_phone_system_posts_is_watched_on_this_machine(
    capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CUECARD_PHONE_SECRET", AUTH_TOKEN)
    port, now = free_port(), datetime.now(UTC)

    def post() -> None:
        with httpx.Client(base_url=f"http://{LOOPBACK}:{port}", trust_env=False) as client:
            wait_until(lambda: _answers(client), "the listener")
            answers = [
                post_twilio(client, "/?queue=care", twilio_fields("ringing", now)),
                post_twilio(client, "/", twilio_fields("ringing", now), token="another"),
                client.post("/", content=b"x" * 70_000),
            ]
            statuses.extend(answer.status_code for answer in answers)

    statuses: list[int] = []
    posting = threading.Thread(target=post)
    posting.start()
    source = f"webhook://{LOOPBACK}:{port}/twilio"
    assert main(["doctor", "phone", "--source", source, "--watch", "--seconds", "2"]) == 0
    posting.join()

    out, aside = capfd.readouterr()
    events = [json.loads(line) for line in out.splitlines() if line.startswith("{")]
    assert [(event["state"], event["ani_e164"], event["queue"]) for event in events] == [("ringing", CUSTOMER, "care")]
    assert statuses == [204, 403, 413]
    assert "Refused with 403" in aside and AUTH_TOKEN not in out + aside


def test_what_reaches_an_agent_through_the_hub_is_watched(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    hub = RunningHub(tmp_path)
    try:
        add_source(hub.store, NOW, name="twilio", kind="twilio", secret=AUTH_TOKEN)
        assign(hub.store, NOW, {"ana": "ana"})
        post_twilio(hub.client(), "/v1/phones/twilio", twilio_fields("ringing", NOW))
        monkeypatch.setenv("CUECARD_PASSWORD", hub.sign_ins.of("ana").password)
        asked = ["--source", "webhook://", "--hub", hub.url, "--user", "ana", "--watch", "--seconds", "1"]

        assert main(["doctor", "phone", *asked]) == 0
        out, aside = capfd.readouterr()
        events = [json.loads(line) for line in out.splitlines() if line.startswith("{")]
        assert [event["leg_id"] for event in events] == ["CA1"] and "Calls come from the hub" in aside

        monkeypatch.setenv("CUECARD_PASSWORD", "wrong")
        assert main(["doctor", "phone", *asked]) == 2
        assert "password is wrong" in capfd.readouterr().err
    finally:
        hub.stop()


def test_softphones_that_hand_calls_over_are_explained(capfd: pytest.CaptureFixture[str]) -> None:
    assert main(["doctor", "phone", "--source", "handoff:"]) == 0

    said = capfd.readouterr().out
    assert "cuecard pop --from" in said and "Cannot  tell by itself" in said


def _answers(client: httpx.Client) -> bool:
    try:
        return client.post("/", content=b"").status_code in (400, 401, 403)
    except httpx.HTTPError:
        return False


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
