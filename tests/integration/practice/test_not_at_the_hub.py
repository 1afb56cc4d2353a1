"""Practice beside a real desk on a real hub: what the hub has is the sign-in and the real call, and nothing else."""

from __future__ import annotations

import random
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
import uuid_utils

from app.desk import intents
from app.desk.desk import Desk
from app.desk.state import World
from app.desk.view import Phase
from app.practice.call import Around
from app.practice.door import PracticeDoor
from app.practice.memory import AtOnce
from app.practice.view import Stage
from app.security.vault import Cost, Vault
from app.shifts import StoreGate
from app.sync.hub_crm import HubCrm
from app.sync.transport import HttpTransport
from app.telephony.simulated import SimulatedPhone
from tests.fakes.desk import the_library
from tests.fakes.hub import RunningHub
from tests.fakes.keyring import MemoryKeyring
from tests.fakes.practice import around, play


def now() -> datetime:
    """The time."""
    return datetime.now(UTC)


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[RunningHub]:
    """A hub with made-up customers."""
    (tmp_path / "hub").mkdir()
    hub = RunningHub(tmp_path / "hub")
    hub.clock.now = now()
    yield hub
    hub.stop()


def test_after_practice_and_a_real_call_the_hub_has_the_real_call_alone(tmp_path: Path, hub: RunningHub) -> None:
    transport = HttpTransport(hub.url)
    gate = StoreGate(
        Vault(tmp_path / "desk", MemoryKeyring(), Cost(passes=1, memory_kib=8, lanes=1)),
        lambda: HubCrm(transport, "test"),
        clock=now,
        random=random.random,
    )
    phone = SimulatedPhone("GB", now)
    desk = Desk(
        World(
            gate, AtOnce(), now, lambda: str(uuid_utils.uuid7()), the_library(), lambda site, legs: {"simulated": phone}
        )
    )

    def who() -> Around | None:
        return replace(around(), session=gate.shift.session, clock=now) if gate.shift is not None else None

    door = PracticeDoor(desk, the_library(), who, lambda: 0.5)
    try:
        desk.start()
        door.send(intents.SignIn("ana", hub.sign_ins.of("ana").password))
        door.send(intents.OpenPractice())
        door.choose("upsell-data-pack", "lost", "2")
        door.begin()
        play(door)
        assert door.practice.stage is Stage.PAGE

        leg = phone.ring("+447700900999")
        door.send(intents.AnswerCall())
        phone.caller_hangs_up(leg)
        door.send(intents.Enter())
        assert desk.view.phase is Phase.READY
        deadline = time.monotonic() + 30
        while not any("call.wrapped" in row["type"] for row in hub.recorded()):
            assert time.monotonic() < deadline, "the real call did not arrive"
    finally:
        gate.stop()
        transport.close()

    types = [row["type"] for row in hub.recorded()]
    assert sum("call.answered" in one for one in types) == 1
    practised = ("cuecard.offer.", "cuecard.caller.", "cuecard.consent.", "cuecard.order.")
    assert not [one for one in types if one.startswith(practised)]
    assert len({row["subject"] for row in hub.recorded()}) == 2, "the agent's own, and the real call"
