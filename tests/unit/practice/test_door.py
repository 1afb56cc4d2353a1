"""Practice before the desk: nothing of it is recorded or counted, and a real call ends it at once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

import pytest

from app.desk import intents
from app.desk.view import Phase, Saving
from app.domain.event import EventType
from app.practice.call import PracticeCall
from app.practice.door import PracticeDoor
from app.practice.judge import MissKind
from app.practice.memory import AtOnce
from app.practice.view import Stage
from tests.fakes.desk import DeskRig
from tests.fakes.practice import around, door_of, plan, play
from tests.fakes.releases import release

T = TypeVar("T")


@pytest.fixture
def rig(tmp_path: Path) -> DeskRig:
    """Ana is signed in and ready."""
    return DeskRig(tmp_path).sign_in()


@pytest.fixture
def door(rig: DeskRig) -> PracticeDoor:
    """The door before her desk."""
    return door_of(rig)


def ring(door: PracticeDoor, script: str = "upsell-data-pack", persona: str = "lost", seed: str = "2") -> None:
    """A practice caller rings."""
    door.send(intents.OpenPractice())
    door.choose(script, persona, seed)
    door.begin()


def files(folder: Path) -> dict[str, bytes]:
    """All that lies in a folder."""
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir()) if path.is_file()}


def test_nothing_of_a_whole_practice_call_reaches_the_store(rig: DeskRig, door: PracticeDoor, tmp_path: Path) -> None:
    assert rig.gate.store is not None
    before, stored = rig.types(), files(tmp_path)

    ring(door)
    assert door.view.phase is Phase.RINGING
    play(door)

    assert door.practice.page is not None and door.practice.page.missed == ()
    assert rig.types() == before == [EventType.AGENT_SIGNED_IN]
    assert rig.gate.store.drafts() == []
    assert files(tmp_path) == stored


def test_a_real_call_is_recorded_so_that_the_test_above_can_fail(rig: DeskRig, tmp_path: Path) -> None:
    stored = files(tmp_path)

    rig.ring()

    assert EventType.CALL_OFFERED in rig.types()
    assert files(tmp_path) != stored


def test_my_day_is_the_real_one_all_the_time_and_no_mark_says_recorded(rig: DeskRig, door: PracticeDoor) -> None:
    seen = []
    door.on_change = lambda view: seen.append((view.today, view.recorded.saving))
    real = rig.view.today

    ring(door)
    play(door)

    assert {today for today, _ in seen} == {real}
    assert {saving for _, saving in seen if saving is not rig.saving()} <= {Saving.IDLE}
    assert rig.view.recent == ()


def test_a_real_call_sets_practice_aside_and_pops_as_usual(rig: DeskRig, door: PracticeDoor) -> None:
    ring(door)
    door.send(intents.AnswerCall())
    assert (door.practice.stage, door.view.phase) == (Stage.CALL, Phase.ON_CALL)

    rig.ring()

    assert door.practice.stage is Stage.OFF
    assert (door.view.phase, door.view) == (Phase.RINGING, rig.view)
    assert door.view.card is not None and door.view.card.title == "A•• L•••••••"
    door.send(intents.AnswerCall())
    assert rig.phase() is Phase.ON_CALL


@pytest.mark.parametrize("stage", [Stage.SETUP, Stage.PAGE])
def test_a_real_call_also_takes_the_place_of_the_pages(rig: DeskRig, door: PracticeDoor, stage: Stage) -> None:
    door.send(intents.OpenPractice())
    if stage is Stage.PAGE:
        ring(door)
        play(door)
    assert door.practice.stage is stage

    rig.ring()

    assert (door.practice.stage, door.view.phase) == (Stage.OFF, Phase.RINGING)


def test_the_same_caller_can_ring_again_after_the_real_call(rig: DeskRig, door: PracticeDoor) -> None:
    ring(door, seed="77")
    leg = rig.ring()
    rig.say(intents.AnswerCall())
    rig.phone.caller_hangs_up(leg)
    rig.keys(" ")

    door.open()

    setup = door.practice.setup
    assert (setup.script, setup.persona, setup.seed) == ("upsell-data-pack", "lost", "77")
    assert "set aside" in setup.notice


def test_practice_is_not_opened_during_a_call(rig: DeskRig, door: PracticeDoor) -> None:
    rig.ring()

    door.send(intents.OpenPractice())

    assert door.practice.stage is Stage.OFF


@pytest.mark.parametrize(("intent", "phase"), [(intents.Lock(), Phase.LOCKED), (intents.SignOut(), Phase.SIGNED_OUT)])
def test_lock_and_sign_out_are_the_real_desks(
    rig: DeskRig, door: PracticeDoor, intent: intents.Intent, phase: Phase
) -> None:
    ring(door)
    door.send(intents.AnswerCall())

    door.send(intent)

    assert door.practice.stage is Stage.OFF
    assert (door.view.phase, rig.phase()) == (phase, phase)


class NeverDone(AtOnce):
    """The window's own tasks on a machine that is so busy that nothing comes back."""

    def submit(
        self,
        lane: str,
        work: Callable[[], T],
        done: Callable[[T], None],
        failed: Callable[[Exception], None],
        after: float = 0.0,
    ) -> None:
        """Nothing comes back."""


def test_what_was_done_is_judged_at_once_however_busy_the_store_is() -> None:
    call = PracticeCall(plan("upsell-data-pack", "lost", 2), replace(around(), tasks=NeverDone()))
    call.begin()
    call.send(intents.AnswerCall())

    call.send(intents.Digit("9"))

    assert [one.kind for one in call.judge.misses] == [MissKind.IDENTITY_SKIPPED]


@pytest.mark.parametrize("seed", ["", "x", "-1", "12345678901", "٣"])
def test_a_number_that_is_none_is_said_to_be_none(door: PracticeDoor, seed: str) -> None:
    ring(door, seed=seed)

    assert door.practice.stage is Stage.SETUP
    assert door.practice.setup.problem


def test_a_draft_in_a_folder_is_practised(door: PracticeDoor) -> None:
    door.open()
    door.read_draft(Path(__file__).parents[2] / "fakes" / "walk_library")

    setup = door.practice.setup
    assert setup.source == "walk_library"
    assert {script for script, _ in setup.scripts} > {"save-too-expensive", "slow-internet"}
    assert len(setup.scripts) < 10
    door.choose("upsell-data-pack", "lost", "2")
    door.begin()
    play(door)
    assert door.practice.page is not None


def test_a_script_s_file_chooses_the_script_and_a_bad_one_says_what_is_wrong(
    door: PracticeDoor, tmp_path: Path
) -> None:
    scripts = Path(__file__).parents[2] / "fakes" / "walk_library" / "scripts"
    door.open()

    door.read_draft(scripts / "troubleshoot" / "slow-internet.call.md")
    assert (door.practice.setup.script, door.practice.setup.problem) == ("slow-internet", "")
    door.read_draft(tmp_path / "nothing")
    assert "There is nothing at" in door.practice.setup.problem
    door.read_draft(None)
    assert (door.practice.setup.source, door.practice.setup.problem) == ("", "")


def test_a_release_s_file_is_practised_and_a_damaged_one_says_so(door: PracticeDoor, tmp_path: Path) -> None:
    file = tmp_path / "draft.release"
    file.write_bytes(release(number=7))
    door.open()

    door.read_draft(file)
    assert (door.practice.setup.source, door.practice.setup.problem) == ("draft.release", "")
    assert len(door.practice.setup.scripts) < 10
    file.write_bytes(release(number=7)[:-200])
    door.read_draft(file)
    assert door.practice.setup.problem


def test_the_page_says_first_what_went_well_and_then_what_was_missed(door: PracticeDoor) -> None:
    ring(door)
    door.send(intents.AnswerCall())
    door.send(intents.Digit("9"))
    play(door)

    page = door.practice.page
    assert page is not None and page.well
    assert "was not checked" in page.missed[0].text
    assert any("Data pack" in row.text and "not said" in row.text for row in page.missed), page.missed
    assert {(row.yours, row.best) for row in page.path} == {(True, True), (True, False), (False, True)}


def test_another_caller_has_another_number_and_the_same_one_the_same(door: PracticeDoor) -> None:
    ring(door, seed="2")
    play(door)
    first = door.practice.page

    door.again()
    play(door)
    assert door.practice.page == first
    door.again(another=True)
    assert door.practice.setup.seed == "5000"
    assert door.practice.stage is Stage.CALL
