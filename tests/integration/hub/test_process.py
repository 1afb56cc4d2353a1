"""The hub as a process of its own: started, found again, outlived, asked by the report command."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from app.hub.demo_sign_ins import SIGN_INS_FILE, read_sign_ins
from app.hub.errors import HubNotStarted
from app.hub.presence import announced
from app.hub.process import READY_FILE, instance_at, start_embedded

ROOT = Path(__file__).resolve().parents[3]


def eventually(condition: Callable[[], bool], within_s: float = 20) -> None:
    deadline = time.monotonic() + within_s
    while not condition():
        assert time.monotonic() < deadline, "it did not come about in time"
        time.sleep(0.02)


def run_cuecard(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "app.cli", *arguments],
        cwd=ROOT,
        env=os.environ | environment,
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=60,
        check=False,
    )


def test_a_hub_is_started_found_again_asked_and_stopped(tmp_path: Path) -> None:
    folder = tmp_path / "hub"
    hub = start_embedded(folder, accounts=10)
    try:
        again = start_embedded(folder)
        assert (again.url, again.process) == (hub.url, None)
        again.stop()
        assert instance_at(hub.url) is not None
        sign_ins = read_sign_ins(folder / SIGN_INS_FILE)
        assert sign_ins is not None

        asked = run_cuecard(
            "report", "agents", "--url", hub.url, "--user", "sam", CUECARD_PASSWORD=sign_ins.lead.password
        )
        assert (asked.returncode, asked.stderr) == (0, "")
        assert "Team Blue" in asked.stdout and "Ana R." in asked.stdout
        demo = run_cuecard("report", "agents", "--demo", "--format", "json", CUECARD_DATA_DIR=str(tmp_path))
        assert [row["name"] for row in json.loads(demo.stdout)["rows"]] == ["Ana R.", "Bo K.", "Cy D.", "Ira M."]
        as_agent = run_cuecard(
            "report", "agents", "--url", hub.url, "--user", "ana", CUECARD_PASSWORD=sign_ins.agent.password
        )
        assert (as_agent.returncode, as_agent.stderr) == (1, "cuecard report: Reports are for team leads.\n")
    finally:
        hub.stop()
    assert hub.process is not None
    assert hub.process.returncode == 0
    assert not (folder / READY_FILE).exists()
    assert instance_at(hub.url) is None
    assert (folder / "hub.log").read_text().count("\n") == 1


def test_a_hub_ends_with_its_parent_and_the_next_takes_over(tmp_path: Path) -> None:
    code = (
        "import sys, time; from pathlib import Path; from app.hub.process import start_embedded;"
        "start_embedded(Path(sys.argv[1]), accounts=10); time.sleep(600)"
    )
    parent = subprocess.Popen([sys.executable, "-c", code, str(tmp_path)], cwd=ROOT)
    try:
        eventually(lambda: announced(tmp_path / READY_FILE) is not None)
        orphan = announced(tmp_path / READY_FILE)
        assert orphan is not None
    finally:
        parent.send_signal(getattr(signal, "SIGKILL", signal.SIGTERM))
        parent.wait()
    hub = start_embedded(tmp_path)
    try:
        assert hub.process is not None
        assert instance_at(hub.url) not in (None, orphan.instance)
        assert instance_at(orphan.url) != orphan.instance
    finally:
        hub.stop()


def test_a_killed_hub_leaves_a_ready_file_that_deceives_nobody(tmp_path: Path) -> None:
    hub = start_embedded(tmp_path, accounts=10)
    assert hub.process is not None
    hub.process.kill()
    hub.process.wait()
    assert (tmp_path / READY_FILE).exists()
    second = start_embedded(tmp_path)
    try:
        assert second.process is not None
        assert instance_at(second.url) is not None
    finally:
        second.stop()


def test_a_hub_that_cannot_start_says_why(tmp_path: Path) -> None:
    (tmp_path / "hub.sqlite").write_text("this is no database, but a text that is long enough to be looked at")
    with pytest.raises(HubNotStarted, match="The database cannot be used"):
        start_embedded(tmp_path)


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--url", "http://hub.example.com", "--user", "sam"], "Give --url with https://"),
        (["--url", "http://127.0.0.1:1", "--user", "sam"], "The hub cannot be reached"),
        (["--demo", "--user", "sam"], "Give either --demo, or --url and --user"),
        (["--demo"], "There is no demo on this machine yet"),
        (["--demo", "--from", "2026-03-02", "--to", "2026-03-01"], "--to is before --from"),
    ],
)
def test_a_report_that_cannot_be_had_says_what_to_do(tmp_path: Path, arguments: list[str], sentence: str) -> None:
    asked = run_cuecard("report", "agents", *arguments, CUECARD_PASSWORD="x", CUECARD_DATA_DIR=str(tmp_path))
    assert asked.returncode in (1, 2)
    assert sentence in asked.stderr
    assert "Traceback" not in asked.stderr
