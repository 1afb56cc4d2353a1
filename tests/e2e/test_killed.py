"""Killed in the middle of a call and started again: same call, same step, nothing lost, nothing twice."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.e2e.driver import HubProcess, once_each_without_gaps, short
from tests.e2e.killed import AgentProcess, Standing
from tests.phones.real import AgentPhone, Caller

pytestmark = [pytest.mark.crash, pytest.mark.timeout(300)]

ADA, PIN = "+442079460123", "4711"
NOTE = "Husband works from home now, pays two mobiles elsewhere"
CALL: tuple[tuple[str, ...], ...] = (
    ("ring", ADA, "cancel"),
    ("answer",),
    ("until step", "identify"),
    ("verify", PIN),
    ("digit", "1"),
    ("until step", "why"),
    ("digit", "1"),
    ("until step", "listen"),
    ("write", "25"),
    ("enter",),
    ("until step", "smaller_plan"),
    ("note", NOTE),
    ("extend",),
    ("accept",),
    ("until step", "plan_terms"),
    ("enter",),
    ("digit", "1"),
    ("until step", "ordered"),
    ("until ordered",),
    ("hang up",),
    ("wrap up",),
    ("until phase", "ready"),
)
# After which of them it is killed: before the PIN, in a form, with the offer just said, with the terms just read,
# with the order just placed, in wrap-up.
MOMENTS = {"identity": 3, "form": 9, "extended": 13, "terms read": 16, "ordered": 19, "wrap-up": 20}
# What must be as it was. Whether an order is through may be known only now, and today's messages are not kept.
KEPT = ("phase", "who", "script", "step", "form", "note", "card", "verified", "offers", "disposition", "today")


@pytest.fixture
def password(hub: HubProcess) -> str:
    return hub.sign_ins.of("ana").password


@pytest.mark.parametrize("moment", ["form", "terms read", pytest.param("wrap-up", marks=pytest.mark.slow)])
def test_without_a_keyring_a_restart_asks_for_the_password_and_goes_on(
    hub: HubProcess, desk_folder: Path, password: str, moment: str
) -> None:
    before = killed_at(moment, hub, desk_folder, password)

    with AgentProcess(desk_folder, hub.url) as again:
        assert again.standing["phase"] == "signed_out"
        again.do("sign in", "ana", password)
        after = again.do("until phase", before["phase"])
        assert kept(after) == kept(before)
        finish(again, MOMENTS[moment])
        ended = again.kill()

    nothing_lost_and_nothing_twice(before, ended, hub)


@pytest.mark.keyring
@pytest.mark.parametrize(
    "moment", ["extended", *(pytest.param(m, marks=pytest.mark.slow) for m in ("form", "ordered"))]
)
def test_with_a_keyring_a_restart_asks_nothing_and_goes_on(
    hub: HubProcess, desk_folder: Path, password: str, tmp_path: Path, moment: str
) -> None:
    home = tmp_path / "home"
    before = killed_at(moment, hub, desk_folder, password, home)

    with AgentProcess(desk_folder, hub.url, keyring=home) as again:
        after = again.do("until phase", before["phase"])
        assert kept(after) == kept(before)
        finish(again, MOMENTS[moment])
        ended = again.kill()

    nothing_lost_and_nothing_twice(before, ended, hub)
    assert [kind for _, _, kind in ended["events"]].count("agent.signed_in") == 1


@pytest.mark.parametrize("moment", ["extended"])
def test_while_the_hub_is_down_the_password_opens_the_same_call_and_all_goes_out_later(
    hub: HubProcess, desk_folder: Path, password: str, moment: str
) -> None:
    before = killed_at(moment, hub, desk_folder, password)
    hub.stop()

    with AgentProcess(desk_folder, hub.url) as again:
        again.do("sign in", "ana", password)
        after = again.do("until phase", before["phase"])
        assert kept(after) == kept(before)
        assert not after["online"]
        finish(again, MOMENTS[moment], synced=False)
        assert again.standing["unsent"] > 0
        assert not again.standing["online"]
        hub.start()
        again.do("until placed")
        again.do("until sent")
        ended = again.kill()

    nothing_lost_and_nothing_twice(before, ended, hub)


@pytest.mark.phone
def test_a_real_call_rings_on_and_talks_on_while_the_program_is_killed_twice(
    hub: HubProcess, desk_folder: Path, password: str
) -> None:
    with AgentPhone() as phone:
        source = f"baresip://127.0.0.1:{phone.control_port}"
        with AgentProcess(desk_folder, hub.url, source) as first:
            first.do("start shift", "ana", password)
            call = phone.called_by(Caller(ADA))
            ringing = first.do("pops")
            first.kill()
        with AgentProcess(desk_folder, hub.url, source) as second:
            second.do("sign in", "ana", password)
            assert second.do("until phase", "ringing")["card"] == ringing["card"]
            second.do("answer")
            second.do("until phase", "on_call")
            talking = second.do("note", NOTE)
            second.kill()
        with AgentProcess(desk_folder, hub.url, source) as third:
            third.do("sign in", "ana", password)
            assert kept(third.do("until phase", "on_call")) == kept(talking)
            third.do("hang up")
            call.wait(30)
            third.do("wrap up")
            third.do("until phase", "ready")
            third.do("until sent")
            ended = third.kill()

    nothing_lost_and_nothing_twice(talking, ended, hub, accepted=False)
    assert [event.data["reason"] for event in hub.events() if short(event.type) == "call.ended"] == ["agent"]


@pytest.fixture
def chance() -> Iterator[random.Random]:
    seed = random.randrange(1_000_000)
    print(f"seed {seed}")  # noqa: T201 - to try a failure again
    yield random.Random(seed)


@pytest.mark.slow
def test_killed_at_any_moment_nothing_that_was_shown_as_recorded_is_lost(
    hub: HubProcess, desk_folder: Path, password: str, chance: random.Random
) -> None:
    for _ in range(8):
        with AgentProcess(desk_folder, hub.url) as agent:
            agent.do("start shift", "ana", password)
            agent.do("clear the desk")
            for order in CALL:
                agent.send(*order)
            agent.answers_within(chance.uniform(0.05, 2.5))
            confirmed = agent.kill()

        with AgentProcess(desk_folder, hub.url) as again:
            again.do("sign in", "ana", password)
            after = again.do("until sent")
            assert after["events"][: len(confirmed["events"])] == confirmed["events"]
            again.kill()

    arrived = hub.events()
    assert once_each_without_gaps(arrived)
    assert [event.id for event in arrived] == [identity for _, identity, _ in after["events"]]
    assert hub.refusals() == 0


def killed_at(moment: str, hub: HubProcess, folder: Path, password: str, keyring: Path | None = None) -> Standing:
    """A first start that is killed right after this was confirmed; what the window last showed."""
    with AgentProcess(folder, hub.url, keyring=keyring) as first:
        first.do("start shift", "ana", password)
        for order in CALL[: MOMENTS[moment]]:
            first.do(*order)
        return first.kill()


def finish(agent: AgentProcess, begun: int, *, synced: bool = True) -> None:
    """Plays the rest of the call, from the present step on."""
    for order in CALL[begun:]:
        agent.do(*order)
    if synced:
        # The hub may have placed it just before the kill: then it is asked for again, and may be known only now.
        agent.do("until placed")
        agent.do("until sent")


def kept(standing: Standing) -> dict[str, object]:
    return {name: standing[name] for name in KEPT}


def nothing_lost_and_nothing_twice(
    before: Standing, ended: Standing, hub: HubProcess, *, accepted: bool = True
) -> None:
    """What was confirmed before the kill, and all that came after, is at the hub once, in the order of its numbers."""
    assert ended["events"][: len(before["events"])] == before["events"]
    arrived = hub.events()
    assert [[event.sequence, event.id, short(event.type)] for event in arrived] == ended["events"]
    assert once_each_without_gaps(arrived)
    assert hub.refusals() == 0
    kinds = [short(event.type) for event in arrived]
    for kind in ("call.offered", "call.answered", "call.ended", "call.wrapped"):
        assert kinds.count(kind) == 1
    total = hub.report().total
    assert (total.calls, total.extended, total.accepted) == (1, int(accepted), int(accepted))
    if accepted:
        for kind in ("offer.extended", "offer.accepted", "order.requested", "order.placed"):
            assert kinds.count(kind) == 1
