"""What changed between two versions, told as it changes the call."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields, replace
from datetime import date
from typing import Any

import pytest

from app.domain.money import Money
from app.domain.offer import Offer, OfferKind, OfferOption, Period
from app.offers.policy import Policy
from app.scripts.difference import Difference, Side, differences
from app.scripts.difference.told import bare
from app.scripts.library import Library, load_library
from app.scripts.model import (
    Ask,
    Consent,
    End,
    Let,
    Line,
    OfferLine,
    Phrasing,
    Place,
    Read,
    Request,
    Script,
    Step,
    Verify,
    Wait,
)
from app.scripts.parse import parse_script
from tests.fakes.small_library import CANCEL, SAVE, loaded_with, small_library

HEAD = "---\nscript: a\ntitle: A\nkind: care\n---\n"


def script(text: str) -> Script:
    parsed = parse_script(text, "scripts/save/stay.call.md")
    assert parsed.script is not None and not parsed.problems, parsed.problems
    return parsed.script


def changed(*replacements: tuple[str, str]) -> tuple[Difference, ...]:
    """The differences after these texts of the small save script were replaced."""
    old = new = small_library()[SAVE].decode()
    for before, after in replacements:
        assert before in new, before
        new = new.replace(before, after)
    return differences(script(old), script(new))


def messages(found: tuple[Difference, ...]) -> list[str]:
    return [difference.message for difference in found]


def library_with(file: str, old: str, new: str) -> Library:
    library = loaded_with(file, old, new).library
    assert library is not None
    return library


def small() -> Library:
    library = load_library(small_library()).library
    assert library is not None
    return library


@pytest.mark.parametrize(
    ("before", "after", "message"),
    [
        ("- [9] Just cancel => cancel-service\n", "", "step why lost answer 9 (“Just cancel”)"),
        ("- [2] No -> listen", "- [2] Not quite -> listen", "step after_fix answer 2 reworded: “No” -> “Not quite”"),
        ("- [2] No -> listen", "- [5] No -> listen", "step after_fix answer “No” moved from key 2 to 5"),
        (
            "- [1] Too expensive -> listen",
            "- [1] Too expensive -> kept",
            "step why answer 1 leads elsewhere: -> listen, now -> kept",
        ),
        (
            "- [1] Too expensive ->",
            "- [1] Too expensive {if account.bill > 9} ->",
            "step why answer 1 is open when account.bill > 9, before always",
        ),
        (
            "- [1] Too expensive -> listen\n",
            "- [1] Too expensive -> listen\n- [2] Moving -> kept\n",
            "step why got answer 2 (“Moving”) -> kept",
        ),
        ("May I have the account PIN?", "The PIN, please?", "step identify sentence reworded"),
        ("listen: Size the gap", "listen: The gap", "step listen title “Size the gap” -> “The gap”"),
        ("Note: Let them finish.\n", "", "step listen lost the note “Let them finish.”"),
        ("* They pay", "* Now they pay", "step why bill point reworded"),
        (
            "{if account.bill > 30}",
            "{if account.bill > 40}",
            ("step why shows the point “They pay {account.bill|money}” "
            "when account.bill > 40, before when account.bill > 30"),
        ),
        ("Verify: pin | callback", "Verify: pin", "step identify verifies the caller by pin, callback -> pin"),
        ("If: low data user -> smaller", "If: low data user -> kept",
         "step listen if low data user leads elsewhere: -> smaller, now -> kept"),
        ("account.bill - ask.target", "account.bill",
         "step listen value gap is reckoned otherwise: account.bill - ask.target, now account.bill"),
        ("(money, optional,", "(money,", "step listen form field target is no longer optional"),
        ("Offer: plan-down", "Offer: plan-down, best first", "step smaller now proposes the best option first"),
        ('"too dear" | "no money"', '"too dear"', "step smaller lost the objection “no money”"),
        ("May I add it now?", "Shall I?", "step terms question for consent reworded"),
        ("Do: place_order\n", "", "step agreed no longer does Do: place_order"),
        ("End: saved, reason price", "End: saved", "step agreed ends as saved, reason price -> saved"),
        ("title: Cancel: too expensive", "title: Too dear",
         "title of the script “Cancel: too expensive” -> “Too dear”"),
        ("cancel: cancel-service", "cancel: slow", "the Cancel key leads to cancel-service -> slow"),
    ],
)  # fmt: skip
def test_a_change_is_told_by_what_it_is_for_the_call(before: str, after: str, message: str) -> None:
    assert messages(changed((before, after))) == [message]


def test_comments_empty_lines_and_the_order_of_steps_make_no_difference() -> None:
    text = small_library()[SAVE].decode()
    head, _, rest = text.partition("## soften")
    soften, _, tail = rest.partition("## credit")
    moved = f"{head}## credit{tail}\n\n\n// moved\n## soften{soften}".replace("// Trainers: keep it short.\n", "")

    assert moved != text
    assert differences(script(text), script(moved)) == ()


def test_a_reworded_sentence_is_named_by_the_amount_it_speaks_of() -> None:
    old = f"{HEAD}## x\n> Hello. It is {{offer.price|money}} then.\nor\n> Hi.\nEnd: kept\n"
    (found,) = differences(script(old), script(old.replace("It is {", "That makes {")))

    assert found.message == "step x price sentence reworded in phrasing 1"
    assert (found.old, found.new) == ("It is {offer.price|money} then.", "That makes {offer.price|money} then.")
    assert (found.kind, found.place.line, found.side) == ("sentence-reworded", 7, Side.NEW)


def test_what_is_lost_has_its_place_in_the_old_version() -> None:
    (found,) = changed(("- [9] Just cancel => cancel-service\n", ""))
    lines = small_library()[SAVE].decode().splitlines()

    assert (found.kind, found.side) == ("answer-lost", Side.OLD)
    assert lines[found.place.line - 1].startswith("- [9] Just cancel")


def test_a_renamed_step_is_told_once_and_not_where_it_is_named() -> None:
    assert messages(changed(("listen", "hear_out"))) == ["step listen renamed to hear_out"]


def test_a_step_may_be_renamed_and_changed_at_once() -> None:
    found = changed(("listen", "hear_out"), ("would feel right", "would be fair"))

    assert messages(found) == ["step listen renamed to hear_out", "step hear_out sentence reworded"]


def test_steps_that_have_nothing_in_common_are_removed_and_added() -> None:
    found = changed(
        ("## kept\nEnd: saved", "## goodbye: Farewell\n> Thanks for calling.\nEnd: solved"), ("-> kept", "-> goodbye")
    )

    assert {"step kept removed (“Kept”)", "step goodbye added (“Farewell”)"} <= set(messages(found))


def test_swapped_rungs_are_told() -> None:
    found = changed(
        ("Offer: plan-down", "Offer: xxx"), ("Offer: loyalty-credit", "Offer: plan-down"), ("xxx", "loyalty-credit")
    )

    assert "order of rungs changed: plan-down, loyalty-credit -> loyalty-credit, plan-down" in messages(found)


@pytest.mark.parametrize(
    ("file", "before", "after", "message"),
    [
        ("catalog/saves.yaml", "price: 22.00", "price: 23.50", "offer plan-down: price of Fibre 100 £22.00 -> £23.50"),
        ("catalog/saves.yaml", "label: Five off", "label: Five less",
         "offer loyalty-credit: option “Five off” is called “Five less”"),
        ("catalog/saves.yaml", "months: 6", "months: 12", "offer loyalty-credit: months of Five off 6 -> 12"),
        ("policies/uk.yaml", "save_offers: 3", "save_offers: 2", "policy uk: save offers per call 3 -> 2"),
        ("policies/uk.yaml", "[pin, callback]", "[pin, callback, card]",
         "policy uk: ways to verify the caller pin, callback -> pin, callback, card"),
        ("disclosures/credit-terms.md", "six months", "half a year", "disclosure credit-terms: reworded"),
        ("conditions.yaml", "* 0.4", "* 0.5", "named condition “low data user”: changed"),
        ("dispositions.yaml", "label: Kept", "label: Stays", "outcome saved: “Kept” -> “Stays”"),
    ],
)  # fmt: skip
def test_changes_outside_of_scripts_are_told_too(file: str, before: str, after: str, message: str) -> None:
    assert messages(differences(small(), library_with(file, before, after))) == [message]


def test_scripts_of_a_library_are_added_removed_and_renamed() -> None:
    files = small_library()
    files["scripts/process/leave.call.md"] = files.pop(CANCEL).replace(b"script: cancel-service", b"script: leave")
    files[SAVE] = files[SAVE].replace(b"cancel-service", b"leave")
    renamed = load_library(files).library
    assert renamed is not None

    assert messages(differences(small(), renamed)) == ["id of the script “cancel-service” -> “leave”"]


def test_a_script_and_a_library_are_not_compared() -> None:
    with pytest.raises(TypeError):
        differences(small(), small().scripts["stay"])


LINE = Line("Words.", Place(9))
OTHERWISE: dict[str, Any] = {
    "title": "Other",
    "tags": ("return",),
    "phrasings": (Phrasing((LINE,)),),
    "points": (LINE,),
    "notes": (LINE,),
    "asks": (Ask("a", "text", "A", Place(9)),),
    "lets": (Let("a", "1", Place(9)),),
    "branches": (),
    "answers": (),
    "objections": (),
    "requests": (Request("send", "a", Place(9)),),
    "verify": Verify(("pin",), Place(9)),
    "offer": OfferLine("a", Place(9)),
    "read": Read("a", Place(9)),
    "consent": Consent("a", "b?", Place(9)),
    "wait": Wait(9, "w", Place(9)),
    "picture": "a.svg",
    "end": End("saved", Place(9)),
}


@pytest.mark.parametrize("name", [one.name for one in fields(Step) if one.name in OTHERWISE])
def test_no_part_of_a_step_changes_in_silence(name: str) -> None:
    old = script(small_library()[SAVE].decode())
    before = next(step for step in old.steps.values() if bare(getattr(step, name)) != bare(OTHERWISE[name]))
    steps = {**old.steps, before.id: replace(before, **{name: OTHERWISE[name]})}

    assert differences(old, replace(old, steps=steps))


def test_the_list_of_the_parts_of_a_step_is_complete() -> None:
    assert {one.name for one in fields(Step)} - {
        "id",
        "place",
        "picture_place",
        "first_line",
        "last_line",
        "titled",
    } <= set(OTHERWISE)


OPTIONS = tuple(OfferOption(id, id, Money(100, "GBP"), Period.MONTH) for id in ("x", "y"))
OFFER = Offer("o", "O", OfferKind.SAVE, OPTIONS)
POLICY = Policy("uk", "UK", 3, 30, False, ("pin",), {"cancel": 30})


def turned(value: object) -> Any:
    """Another value of the same sort."""
    kinds: dict[type, Callable[[Any], object]] = {
        bool: lambda one: not one,
        int: lambda one: one + 1,
        str: lambda one: f"{one}x",
        tuple: lambda one: one[:-1],
        dict: lambda _: {"fraud": 3},
        OfferKind: lambda _: OfferKind.UPSELL,
        Period: lambda _: Period.ONCE,
        Money: lambda one: Money(one.minor + 1, one.currency),
    }
    return kinds[type(value)](value) if value is not None else "new"


@pytest.mark.parametrize("name", [one.name for one in fields(Offer) if one.name != "id"])
def test_no_part_of_an_offer_changes_in_silence(name: str) -> None:
    value: Any = date(2027, 1, 1) if name.startswith("valid") else turned(getattr(OFFER, name))
    library = small()
    old = replace(library, offers={"o": OFFER})
    new = replace(library, offers={"o": replace(OFFER, **{name: value})})

    assert len(differences(old, new)) == 1


@pytest.mark.parametrize("name", [one.name for one in fields(OfferOption) if one.name != "id"])
def test_no_part_of_an_option_changes_in_silence(name: str) -> None:
    first = OFFER.options[0]
    value: Any = 9 if name == "months" else Money(5, "GBP") if name == "concession" else turned(getattr(first, name))
    changed_offer = replace(OFFER, options=(replace(first, **{name: value}), OFFER.options[1]))
    library = small()

    assert len(differences(replace(library, offers={"o": OFFER}), replace(library, offers={"o": changed_offer}))) == 1


@pytest.mark.parametrize("name", [one.name for one in fields(Policy) if one.name != "id"])
def test_no_part_of_a_policy_changes_in_silence(name: str) -> None:
    library = small()
    new = replace(POLICY, **{name: turned(getattr(POLICY, name))})

    assert differences(replace(library, policies={"uk": POLICY}), replace(library, policies={"uk": new}))


def test_scripts_of_five_thousand_steps_with_other_ids_are_compared() -> None:
    def long(prefix: str) -> Script:
        steps = "".join(f"## {prefix}{n}\n> Line {n}.\n- [1] On -> {prefix}{n + 1}\n" for n in range(4_999))
        return script(f"{HEAD}{steps}## {prefix}4999\nEnd: kept\n")

    found = differences(long("a"), long("b"))

    assert len(found) > 4_999


def test_texts_that_are_hard_to_compare_are_told_as_a_whole() -> None:
    lines = {words: f"> {words} c. d.\n" * 20_000 for words in ("aa", "bb")}
    old, new = (script(f"{HEAD}## x\n{lines[words]}End: kept\n") for words in lines)

    (found,) = differences(old, new)

    assert found.message == "step x sentence reworded"
