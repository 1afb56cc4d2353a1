"""What is handed over is found by the one who has the call next, by nobody else, and never for another call."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from app.domain.call import CallEvent, CallState
from app.hub.handover.tables import handover, handover_name
from app.hub.phones.extensions import assign
from app.hub.phones.legs import keep_legs, leg_of
from tests.fakes.hub import Desk, RunningHub
from tests.fakes.listening import listening

ADA = "+442079460123"
NOTE = {"note": "Router is old", "script": "slow-internet"}


def give(desk: Desk, identity: str = "h-1", **given: Any) -> int:
    body = {"id": identity, "names": ["10.1", "leg-a"], "number": ADA, "context": NOTE} | given
    return desk.client.post("/v1/handovers", json=body).status_code


def found(desk: Desk, *names: str, number: str = "", reached: tuple[str, ...] = ()) -> list[dict[str, Any]]:
    asked = {"names": list(names), "number": number, "reached": list(reached)}
    response = desk.client.post("/v1/handovers/find", json=asked)
    assert response.status_code == 200, response.text
    answer: list[dict[str, Any]] = response.json()["handovers"]
    return answer


@pytest.fixture
def ana(hub: RunningHub) -> Desk:
    return hub.sign_in("ana")


@pytest.fixture
def ben(hub: RunningHub) -> Desk:
    return hub.sign_in("bo", "desk-2")


def test_an_id_of_the_call_finds_what_was_handed_over_and_says_by_whom(ana: Desk, ben: Desk) -> None:
    assert give(ana) == 204
    (one,) = found(ben, "10.1", "leg-b")
    assert one["by"] == ana.session["person"]["display_name"]
    assert one["certain"] is True
    assert one["context"] == NOTE
    assert found(ana, "10.1") == [], "nobody is handed his own call"
    assert found(ben, "10.2") == []


def test_the_same_handover_sent_twice_is_one_and_nobody_takes_another_persons_id(ana: Desk, ben: Desk) -> None:
    assert (give(ana), give(ana, context={"note": "other"}), give(ben)) == (204, 204, 409)
    assert found(ben, "10.1")[0]["context"] == NOTE


def test_a_number_finds_it_only_while_it_can_be_no_other_call(hub: RunningHub, ana: Desk, ben: Desk) -> None:
    give(ana)
    assert [one["certain"] for one in found(ben, number=ADA)] == [False]
    give(ana, "h-2", names=["11.1"])
    assert found(ben, number=ADA) == [], "two calls of this number were handed over"
    give(ana, "h-3", names=["12.1"], target="Billing")
    assert found(ben, number=ADA, reached=("billing",))[0]["id"] == "h-3"
    hub.clock.move(timedelta(minutes=11))
    assert found(ben, number=ADA, reached=("billing",)) == []
    assert [one["id"] for one in found(ben, "11.1")] == ["h-2"], "its id finds it all day"


def test_a_number_finds_nothing_while_another_call_of_it_is_on(hub: RunningHub, ana: Desk, ben: Desk) -> None:
    give(ana)
    other = CallEvent("pbx", 1, hub.clock(), "leg-x", CallState.ANSWERED, linked_id="77.1", ani_e164=ADA)
    with hub.store.write() as connection:
        keep_legs(connection, [leg_of(other, "person-noor")], hub.clock())
    assert found(ben, number=ADA) == []
    assert len(found(ben, "leg-a", number=ADA)) == 1, "an id still does"


def test_a_call_that_went_to_somebodys_extension_is_his_and_pushed_to_him_alone(
    hub: RunningHub, ana: Desk, ben: Desk
) -> None:
    noor = hub.sign_in("noor", "desk-3")
    assign(hub.store, hub.clock(), {"1002": "bo"})
    with listening(ben) as at_ben, listening(noor) as at_noor:
        give(ana, target="1002")
        assert '"kind":"handover"' in at_ben.next()["data"]
        hub.hub.push("alert", {"text": "last"})
        assert at_noor.next()["event"] == "alert"
    assert found(noor, number=ADA) == []
    assert len(found(ben, number=ADA)) == 1


def test_what_somebody_goes_on_with_is_nobody_elses_any_more(hub: RunningHub, ana: Desk, ben: Desk) -> None:
    noor = hub.sign_in("noor", "desk-3")
    give(ana)
    assert ben.client.post("/v1/handovers/h-1/taken").status_code == 204
    assert ben.client.post("/v1/handovers/h-1/taken").status_code == 204
    assert noor.client.post("/v1/handovers/h-1/taken").status_code == 409
    assert ben.client.post("/v1/handovers/h-9/taken").status_code == 404
    assert found(noor, "10.1") == []
    assert len(found(ben, "10.1")) == 1


def test_after_a_day_nothing_is_left_and_the_number_was_never_kept(hub: RunningHub, ana: Desk, ben: Desk) -> None:
    give(ana)
    with hub.store.read() as connection:
        kept = connection.execute(select(handover)).mappings().one()
    assert ADA.encode() not in bytes(kept["number"]) and ADA[1:] not in str(dict(kept))
    hub.clock.move(timedelta(hours=25))
    ana, ben = hub.sign_in("ana"), hub.sign_in("bo", "desk-2")
    assert found(ben, "10.1") == []
    give(ana, "h-2", names=["11.1"])
    with hub.store.read() as connection:
        assert connection.execute(select(handover.c.id)).scalars().all() == ["h-2"]
        assert connection.execute(select(func.count()).select_from(handover_name)).scalar() == 1


def test_more_than_a_call_can_be_is_refused(ana: Desk) -> None:
    assert give(ana, context={"note": "x" * 300_000}) == 413
    assert give(ana, number="0207 946") == 400
    assert give(ana, names=["x"] * 51) == 400
