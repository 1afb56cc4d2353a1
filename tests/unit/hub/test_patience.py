"""The hub's limits: how many requests of one sender, how many bytes of all of them."""

from __future__ import annotations

import pytest

from app.hub.errors import Problem
from app.hub.patience import Rate, Room


def test_a_sender_beyond_the_rate_is_put_off_and_others_are_not() -> None:
    rate = Rate(a_second=0.001, burst=3)
    for _ in range(3):
        rate.check("desk-1")
    with pytest.raises(Problem) as put_off:
        rate.check("desk-1")
    assert (put_off.value.status, put_off.value.retry_after) == (429, 1)
    rate.check("desk-2")


def test_bodies_share_one_room() -> None:
    room = Room(100)
    room.take(60)
    with pytest.raises(Problem) as put_off:
        room.take(50)
    assert (put_off.value.status, put_off.value.retry_after) == (503, 2)
    room.give_back(60)
    room.take(100)
    assert room.held == 100
