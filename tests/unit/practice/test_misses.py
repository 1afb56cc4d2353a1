"""Each kind of miss is seen, at its step and once; what was put right is not held against anybody."""

from __future__ import annotations

from app.desk import intents
from app.practice.caller import Expects, Saying
from app.practice.judge import MissKind
from app.scripts.screen import OfferState, StepScreen
from tests.fakes.practice import Trainee


def kinds(trainee: Trainee) -> list[MissKind]:
    """What was missed so far."""
    return [one.kind for one in trainee.call.judge.misses]


def offered(screen: StepScreen, saying: Saying) -> bool:
    """An offer lies on the table and was not said yet."""
    offer = screen.offer
    return offer is not None and not offer.blocked and offer.state is OfferState.ON_TABLE


def says(expects: Expects, key: str = "") -> object:
    """The caller wants this."""
    return lambda screen, saying: saying.expects is expects and (not key or saying.key == key)


def test_an_offer_that_is_left_unsaid_is_missed() -> None:
    trainee = Trainee.at("upsell-data-pack", "lost", 2).until(offered)

    trainee.do(intents.DeclineOffer(), intents.Digit("0"))

    assert kinds(trainee) == [MissKind.OFFER_NOT_EXTENDED]
    assert trainee.call.judge.misses[0].about == "data-pack"


def test_not_the_moment_is_missed_with_a_calm_caller_and_right_with_an_angry_one() -> None:
    calm = Trainee.at("upsell-data-pack", "lost", 2).until(offered)
    angry = Trainee.at("upsell-data-pack", "angry", 2).until(offered)

    for trainee in (calm, angry):
        trainee.do(intents.NotTheMoment(), intents.Digit("1"))

    assert kinds(calm) == [MissKind.OFFER_NOT_EXTENDED]
    assert kinds(angry) == []


def test_a_text_that_was_not_read_out_is_missed() -> None:
    trainee = Trainee.at("upsell-data-pack", "lost", 2).until(
        lambda screen, _: screen.disclosure is not None and not screen.disclosure.confirmed
    )

    trainee.do(intents.Digit("2"))

    assert kinds(trainee) == [MissKind.DISCLOSURE_SKIPPED]


def test_who_could_have_been_verified_and_was_not_is_missed() -> None:
    trainee = Trainee.at("upsell-data-pack", "price").until(says(Expects.VERIFY))  # type: ignore[arg-type]

    trainee.do(intents.Digit("9"))

    assert kinds(trainee) == [MissKind.IDENTITY_SKIPPED]


def test_going_on_after_just_cancel_is_missed_once_however_often_it_was_said() -> None:
    trainee = Trainee.at("save-too-expensive", "cancel", 3).until(says(Expects.CANCEL))  # type: ignore[arg-type]

    trainee.do(intents.Digit("1"), intents.Enter())

    assert kinds(trainee) == [MissKind.CANCEL_NOT_HONOURED]


def test_an_offer_after_just_cancel_is_an_offer_after_no() -> None:
    trainee = Trainee.at("save-too-expensive", "cancel", 3).until(says(Expects.CANCEL))  # type: ignore[arg-type]
    trainee.do(intents.Digit("1"), intents.Enter())
    assert trainee.call.saying.expects is Expects.CANCEL

    trainee.do(intents.ExtendOffer())

    assert kinds(trainee) == [MissKind.CANCEL_NOT_HONOURED, MissKind.OFFER_AFTER_NO]


def test_selling_on_to_the_bereaved_is_missed() -> None:
    trainee = Trainee.at("slow-internet", "bereaved").until(says(Expects.INTERRUPT))  # type: ignore[arg-type]

    trainee.do(intents.Digit("2"))

    assert kinds(trainee) == [MissKind.INTERRUPT_NOT_USED]


def test_another_answer_than_the_one_that_was_given_is_missed() -> None:
    trainee = Trainee.at("slow-internet", "price", 2).until(says(Expects.ANSWER))  # type: ignore[arg-type]
    screen = trainee.call.view.script
    assert screen is not None
    other = next(row.key for row in screen.answers if row.key != trainee.call.saying.key and not row.closed)

    trainee.do(intents.Digit(other))

    assert kinds(trainee) == [MissKind.WRONG_ANSWER]
    assert trainee.call.judge.misses[0].step == screen.step


def test_who_goes_back_and_takes_the_right_answer_has_missed_nothing() -> None:
    trainee = Trainee.at("slow-internet", "price", 2).until(says(Expects.ANSWER))  # type: ignore[arg-type]
    screen, right = trainee.call.view.script, trainee.call.saying.key
    assert screen is not None
    other = next(row.key for row in screen.answers if row.key != right and not row.closed)

    trainee.do(intents.Digit(other), intents.GoBack(), intents.Digit(right))

    assert kinds(trainee) == []


def test_an_objection_that_the_script_knows_is_to_be_answered() -> None:
    trainee = Trainee.at("save-too-expensive", "price", 1).until(says(Expects.OBJECTION))  # type: ignore[arg-type]

    trainee.do(intents.DeclineOffer(), intents.Digit("0"))

    assert kinds(trainee) == [MissKind.OBJECTION_NOT_ANSWERED]


def test_one_more_offer_than_the_policy_allows_is_an_offer_after_no() -> None:
    trainee = Trainee.at("save-too-expensive", "bereaved").until(says(Expects.INTERRUPT))  # type: ignore[arg-type]
    trainee.do(intents.Find("my husband died"))
    trainee.do(intents.OpenFound("1"))
    # Back into the sale by find: the offer there is closed, and pressing the key all the same is seen.
    trainee.do(intents.Find("costs too much"))
    row = next(one for one in trainee.call.view.found if one.kind == "script")
    trainee.do(intents.OpenFound(row.key))
    trainee.until(lambda screen, _: screen.offer is not None and bool(screen.offer.blocked))

    trainee.do(intents.ExtendOffer())

    assert MissKind.OFFER_AFTER_NO in kinds(trainee)


def test_wrapping_up_in_the_middle_is_missed() -> None:
    trainee = Trainee.at("slow-internet", "price", 2).until(says(Expects.ANSWER))  # type: ignore[arg-type]

    trainee.do(intents.FinishCall())

    assert kinds(trainee) == [MissKind.ENDED_EARLY]


def test_who_does_all_of_it_with_other_keys_between_has_missed_nothing() -> None:
    trainee = Trainee.at("save-too-expensive", "price", 1).until(offered)

    trainee.do(intents.OtherPhrasing(), intents.WriteNote("asks about the price"), intents.Escape())

    assert trainee.to_the_end().judge.misses == []
