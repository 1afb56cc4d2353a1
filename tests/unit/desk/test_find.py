"""Find on the desk: from what the caller said to what can be opened now."""

from __future__ import annotations

from pathlib import Path

from app.desk import intents
from app.desk.view import FoundRow
from app.domain.event import EventType
from app.scripts.finding.finder import Finder
from tests.fakes.desk import DeskRig
from tests.fakes.find import WordMeanings


def on_a_call(rig: DeskRig) -> DeskRig:
    """Ada rings to cancel; the agent is at the smaller plan."""
    rig.ring()
    rig.say(intents.AnswerCall())
    rig.verify()
    rig.keys("11 ")
    return rig


def found(rig: DeskRig, text: str) -> tuple[FoundRow, ...]:
    """The rows for what was typed."""
    return rig.say(intents.Find(text)).found


def test_a_mistyped_word_finds_the_script(rig: DeskRig) -> None:
    on_a_call(rig)

    rows = found(rig, "intrnet keeps droping")

    assert (rows[0].key, rows[0].kind, rows[0].title) == ("1", "script", "Slow internet")


def test_an_objection_of_this_script_comes_before_other_scripts(rig: DeskRig) -> None:
    on_a_call(rig)

    rows = found(rig, "I work from home, I need the speed")

    assert (rows[0].kind, rows[0].title) == ("objection", "Is it fast enough?")


def test_an_objection_of_another_script_leads_to_that_script(rig: DeskRig) -> None:
    on_a_call(rig)

    rows = found(rig, "is it a subscription, does it renew")

    assert all(row.kind == "script" for row in rows)
    assert "More data" in [row.title for row in rows[:2]]


def test_the_key_of_a_row_opens_it(rig: DeskRig) -> None:
    on_a_call(rig)
    rows = found(rig, "no more data")

    rig.say(intents.OpenFound(next(row.key for row in rows if row.title == "More data")))

    assert rig.view.script is not None and rig.view.script.script == "upsell-data-pack"
    assert rig.view.found == ()


def test_the_script_that_is_open_is_not_offered_again(rig: DeskRig) -> None:
    on_a_call(rig)

    assert "Cancel: too expensive" not in [row.title for row in found(rig, "too expensive")]


def test_nothing_typed_and_nothing_that_fits_find_nothing(rig: DeskRig) -> None:
    on_a_call(rig)

    assert found(rig, "   ") == ()
    assert found(rig, "qqqq ####") == ()


def test_the_sentence_model_has_the_last_word(tmp_path: Path) -> None:
    model = WordMeanings({"gremlins": "internet", "dates": "slow"})

    def rerank_with(finder: Finder) -> None:
        finder.use_model(model)

    without = on_a_call(DeskRig(tmp_path / "without").sign_in())
    with_model = on_a_call(DeskRig(tmp_path / "with", rerank_with=rerank_with).sign_in())

    assert found(without, "gremlins dates")[0].title != "Slow internet"
    assert found(with_model, "gremlins dates")[0].title == "Slow internet"


def test_what_is_found_for_a_death_is_the_interrupt_that_ends_all_selling(rig: DeskRig) -> None:
    rig.ring()
    rig.say(intents.AnswerCall())
    rig.verify()
    rig.keys("11 ")
    rig.say(intents.Find("my husband died"))
    row = next(each for each in rig.view.found if each.kind == "interrupt")
    rig.say(intents.OpenFound(row.key))
    assert rig.view.script is not None
    assert rig.view.script.script == "bereavement"
    assert "offers" in rig.view.script.suppressed
    assert rig.view.card is not None and rig.view.card.worth_knowing == ()
    assert EventType.OFFER_SUPPRESSED in rig.types()


def test_a_call_goes_on_in_another_language_at_the_same_step(rig: DeskRig) -> None:
    rig.ring()
    rig.say(intents.AnswerCall())
    rig.verify()
    rig.keys("1")
    assert rig.view.script is not None
    step, english = rig.view.script.step, rig.view.script.spoken
    rig.say(intents.SpeakLanguage("es"))
    assert rig.view.script.step == step
    assert rig.view.script.spoken != english


def test_a_transfer_is_asked_of_the_agent_and_not_of_the_crm(rig: DeskRig) -> None:
    rig.ring(menu="", queue="")
    rig.say(intents.AnswerCall())
    rig.keys("52")
    assert "transfer:specialists" in [event.data.get("action") for event in rig.events()]
    assert rig.view.messages[-1].text == "Transfer this call to the specialists team at your phone."
    assert rig.crm is not None and rig.crm.orders == {}
