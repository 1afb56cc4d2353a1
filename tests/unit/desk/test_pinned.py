"""A call goes on with the release that it began with, also after a restart with a newer one."""

from __future__ import annotations

from pathlib import Path

from app.desk import intents
from app.scripts.library import Library, load_library
from tests.fakes.desk import DeskRig
from tests.fakes.walks import shipped_files

SAVE = "scripts/save/save-too-expensive.call.md"


def newer() -> Library:
    """The shipped library, in which the script has another title and its first step another name."""
    text = shipped_files()[SAVE].replace(b"title: Cancel: too expensive", b"title: Finds it dear")
    files = {name: body for name, body in shipped_files().items() if not name.startswith(SAVE[:-8] + ".")}
    loaded = load_library(files | {SAVE: text.replace(b"identify", b"who_calls")}, number=13)
    assert loaded.library is not None, loaded.problems
    return loaded.library


def under_way(folder: Path) -> DeskRig:
    """A call at the first step of a save script, and then the power goes."""
    rig = DeskRig(folder).sign_in()
    rig.ring()
    rig.say(intents.AnswerCall())
    assert rig.gate.store is not None
    rig.gate.store.close()
    return rig


def test_a_call_goes_on_with_the_release_that_it_began_with(tmp_path: Path) -> None:
    before = under_way(tmp_path)
    kept = {before.library.release.content_hash: before.library}

    again = DeskRig(tmp_path, newer(), before.clock, before.crm, kept_library=kept.get)

    assert again.view.script is not None
    assert (again.view.script.step, again.view.script.script_title) == ("identify", "Cancel: too expensive")
    again.verify()
    again.keys("1")
    assert again.view.script.step != "identify"


def test_it_still_is_pinned_after_a_second_restart(tmp_path: Path) -> None:
    before = under_way(tmp_path)
    kept = {before.library.release.content_hash: before.library}
    second = DeskRig(tmp_path, newer(), before.clock, before.crm, kept_library=kept.get)
    second.say(intents.WriteNote("calls about the price"))
    assert second.gate.store is not None
    second.gate.store.close()

    third = DeskRig(tmp_path, newer(), before.clock, before.crm, kept_library=kept.get)

    assert third.view.script is not None and third.view.script.step == "identify"


def test_where_the_release_is_not_kept_any_more_the_agent_is_told(tmp_path: Path) -> None:
    before = under_way(tmp_path)

    again = DeskRig(tmp_path, newer(), before.clock, before.crm)

    assert again.view.script is None
    assert "its script has changed since" in again.view.messages[-1].text


def test_a_library_that_comes_during_a_call_counts_from_the_next_call_on(tmp_path: Path) -> None:
    rig = DeskRig(tmp_path).sign_in()
    rig.ring()
    rig.say(intents.AnswerCall())

    rig.desk.use_library(newer(), ["Release 13 is old."])

    assert rig.view.messages[-1].text == "Release 13 is old."
    assert rig.view.script is not None and rig.view.script.step == "identify"
    rig.verify()
    rig.keys("1")
    rig.say(intents.HangUp())
    rig.say(intents.FinishCall())
    rig.say(intents.Enter())
    assert rig.view.call is None
    rig.ring()
    rig.say(intents.AnswerCall())
    assert (rig.view.script.step, rig.view.script.script_title) == ("who_calls", "Finds it dear")
