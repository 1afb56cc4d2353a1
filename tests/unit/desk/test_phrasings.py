"""A pinned phrasing comes first, in each call from now on, and what was shown is told; and why a step says this."""

from __future__ import annotations

from pathlib import Path
from typing import cast

from app.desk import intents
from app.domain.event import EventType
from app.scripts.screen import Reason, ReasonKind, StepScreen
from app.settings.book import SettingsBook
from app.settings.pins import PinnedPhrasings
from app.settings.schema import Pairs
from tests.fakes.desk import DeskRig


def pinning(folder: Path, name: str) -> DeskRig:
    """A desk whose pins are in the settings of `folder`, with a store of its own."""
    store = folder / name
    store.mkdir()
    return DeskRig(store, pins=PinnedPhrasings(SettingsBook(folder))).sign_in()


def answered(rig: DeskRig) -> StepScreen:
    rig.ring(menu="data", queue="support")
    rig.say(intents.AnswerCall())
    return screen(rig)


def screen(rig: DeskRig) -> StepScreen:
    assert rig.view.script is not None
    return rig.view.script


def shown(rig: DeskRig) -> list[object]:
    return [event.data["phrasing"] for event in rig.events() if event.type is EventType.PHRASING_SHOWN]


def test_a_pin_is_there_in_the_next_call_and_after_a_restart(tmp_path: Path) -> None:
    first = pinning(tmp_path, "one")
    step = answered(first)
    assert step.phrasings > 1
    other = first.say(intents.OtherPhrasing())
    assert not other.pinned
    assert first.say(intents.PinPhrasing()).pinned

    second = pinning(tmp_path, "two")
    second.ring(menu="data", queue="support")
    assert screen(second).phrasing == 2, "already while it rings"
    second.say(intents.AnswerCall())

    assert (screen(second).step, screen(second).phrasing, second.view.pinned) == (step.step, 2, True)
    assert shown(second) == [2]


def test_the_same_key_takes_a_pin_back(tmp_path: Path) -> None:
    rig = pinning(tmp_path, "one")
    answered(rig)
    rig.say(intents.OtherPhrasing(), intents.PinPhrasing(), intents.PinPhrasing())
    assert not rig.view.pinned
    assert SettingsBook(tmp_path).value("pinned_phrasings") == ()


def test_a_pin_holds_no_customer_s_values(tmp_path: Path) -> None:
    rig = pinning(tmp_path, "one")
    answered(rig)
    rig.say(intents.PinPhrasing())
    ((place, words),) = cast(Pairs, SettingsBook(tmp_path).value("pinned_phrasings"))
    assert place == f"{screen(rig).script}/{screen(rig).step}"
    assert "{agent.first_name}" in words
    assert "Ana" not in words


def test_words_that_were_changed_since_are_not_shown_by_their_number(tmp_path: Path) -> None:
    step = answered(pinning(tmp_path, "one"))
    book = SettingsBook(tmp_path)
    book.set("pinned_phrasings", ((f"{step.script}/{step.step}", "What was said last year."),))
    rig = pinning(tmp_path, "two")
    assert (answered(rig).phrasing, rig.view.pinned, shown(rig)) == (1, False, [])


def reasons(rig: DeskRig, kind: ReasonKind) -> list[Reason]:
    assert rig.view.why is not None
    return [one for one in rig.view.why if one.kind is kind]


def test_why_shows_the_values_of_this_account_only_once_the_caller_is_verified(rig: DeskRig) -> None:
    rig.ring()
    rig.say(intents.AnswerCall())
    assert rig.say(intents.AskWhy()).why is not None
    rig.say(intents.AskWhy())
    assert rig.view.why is None
    rig.verify()
    rig.keys("11")
    rig.say(intents.FillField("gap", "25"), intents.Enter())
    assert screen(rig).offer is not None
    rig.say(intents.AskWhy())
    (offer,) = reasons(rig, ReasonKind.OFFER)
    assert offer.holds is True
    assert offer.values
    assert not [value for value in offer.values if value.masked]


def test_nothing_sensitive_is_told_before(rig: DeskRig) -> None:
    rig.ring(menu="data", queue="support")
    rig.say(intents.AnswerCall(), intents.AskWhy())
    assert rig.view.why is not None
    sensitive = {path for path, field in rig.library.schema.fields.items() if field.sensitive}
    seen = [value for reason in rig.view.why for value in reason.values]
    assert all(value.masked and not value.text for value in seen if value.path in sensitive)


def test_the_reasons_go_away_with_the_step(rig: DeskRig) -> None:
    rig.ring()
    rig.say(intents.AnswerCall(), intents.AskWhy())
    rig.verify()
    rig.keys("1")
    assert rig.view.why is None
