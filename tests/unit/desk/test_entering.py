"""The way in at the desk: by password, through the company, and the question for the store's secret."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.desk import intents
from app.desk.shift import SecretWanted, SignInProblem, StoreSecret
from app.desk.view import Phase
from tests.fakes.desk import DeskRig


@pytest.fixture
def rig(tmp_path: Path) -> DeskRig:
    """A desk at which nobody is signed in."""
    return DeskRig(tmp_path)


def test_the_company_is_offered_only_where_the_hub_says_so(rig: DeskRig) -> None:
    assert not rig.view.sign_in_company
    rig.gate.company = True
    rig.sign_in().desk.send(intents.SignOut())
    assert rig.view.sign_in_company


def test_who_comes_back_from_the_browser_is_at_work(rig: DeskRig) -> None:
    rig.desk.send(intents.SignInWithCompany())
    assert (rig.phase(), rig.view.who) == (Phase.READY, "Ana R.")


def test_what_goes_wrong_in_the_browser_is_said_and_the_form_is_back(rig: DeskRig) -> None:
    rig.gate.wrong.append(SignInProblem("Nothing came back from the browser in time. Try again."))
    rig.desk.send(intents.SignInWithCompany())
    assert "in time" in rig.view.sign_in_problem
    assert (rig.view.busy, rig.view.in_browser, rig.view.sign_in_wants) == ("", False, "")


def test_a_store_that_asks_for_another_secret_is_opened_with_it(rig: DeskRig) -> None:
    asked = SecretWanted(StoreSecret.OLD_PASSWORD, "Your password was changed.")
    rig.gate.wrong += [asked, SecretWanted(StoreSecret.OLD_PASSWORD, "That does not open it either.")]
    rig.desk.send(intents.SignInWithCompany())
    assert (rig.view.sign_in_wants, rig.view.sign_in_problem) == ("old_password", "Your password was changed.")
    rig.desk.send(intents.OpenStore("wrong"))
    assert (rig.view.sign_in_wants, "either" in rig.view.sign_in_problem) == ("old_password", True)
    rig.desk.send(intents.OpenStore("right"))
    assert rig.phase() is Phase.READY
    assert rig.gate.unlocked == [("wrong", False), ("right", False)]


def test_the_way_out_is_a_fresh_store(rig: DeskRig) -> None:
    rig.gate.wrong.append(SecretWanted(StoreSecret.OLD_PASSWORD, "Your password was changed."))
    rig.desk.send(intents.SignInWithCompany())
    rig.desk.send(intents.OpenStore("", afresh=True))
    assert (rig.phase(), rig.gate.unlocked) == (Phase.READY, [("", True)])


def test_who_gives_up_is_back_at_the_form(rig: DeskRig) -> None:
    rig.gate.wrong.append(SecretWanted(StoreSecret.NEW_PASSPHRASE, "Choose a passphrase."))
    rig.desk.send(intents.SignInWithCompany())
    rig.desk.send(intents.GiveUpSignIn())
    assert (rig.view.sign_in_wants, rig.view.sign_in_problem, rig.gate.given_up) == ("", "", True)
    rig.desk.send(intents.OpenStore("too late"))
    assert (rig.phase(), rig.gate.unlocked) == (Phase.SIGNED_OUT, [])


def test_while_somebody_is_at_work_the_form_s_keys_do_nothing(rig: DeskRig) -> None:
    rig.sign_in()
    rig.desk.send(intents.SignInWithCompany())
    rig.desk.send(intents.GiveUpSignIn())
    assert (rig.phase(), rig.gate.given_up) == (Phase.READY, False)
