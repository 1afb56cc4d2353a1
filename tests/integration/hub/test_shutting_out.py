"""Whoever is shut out stays out, also where he is just coming in; on each database."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import timedelta

import pytest

from app.domain.person import Role
from app.hub.administration.access import hold_door
from app.hub.administration.messages import UserNamed, UserNew, UserRoles
from app.hub.administration.office import MACHINE, Office
from app.hub.administration.users import create_user, disable_user, reset_password, set_roles
from app.hub.credentials import Passwords
from app.hub.errors import Problem
from app.hub.patience import Rate
from app.hub.people import SESSION_LASTS, credential_of, open_session, person_by, sign_in
from tests.fakes.hub import RunningHub, cheap_passwords

DEVICE = ("desk-9", "PC")


class SlowPasswords(Passwords):
    """Passwords that take long enough to check for something to happen meanwhile."""

    def __init__(self, passwords: Passwords, meanwhile: Callable[[], object]) -> None:
        self._passwords, self._meanwhile = passwords, meanwhile

    def fits(self, password: str, stored: str | None) -> bool:
        fits = self._passwords.fits(password, stored)
        self._meanwhile()
        return fits


def office(hub: RunningHub) -> Office:
    return Office(hub.store, hub.hub.passwords, hub.clock(), MACHINE)


@pytest.fixture(autouse=True)
def somebody_administers(hub: RunningHub) -> None:
    create_user(office(hub), UserNew("rae", "Rae F.", "Rae", "green", [Role.ADMIN]))


def come_in(hub: RunningHub, user: str, meanwhile: Callable[[], object]) -> tuple[Role, ...]:
    slow = SlowPasswords(cheap_passwords(), meanwhile)
    password = hub.sign_ins.of(user).password
    signed_in = sign_in(hub.store, slow, hub.clock(), user=user, password=password, device=DEVICE, address="127.0.0.1")
    return signed_in.session.person.roles


def test_a_password_that_is_reset_while_it_is_checked_opens_nothing(hub: RunningHub) -> None:
    with pytest.raises(Problem, match="wrong") as refused:
        come_in(hub, "ana", lambda: reset_password(office(hub), UserNamed("ana")))
    assert refused.value.status == 401


def test_a_role_that_is_taken_away_while_the_password_is_checked_is_gone(hub: RunningHub) -> None:
    roles = come_in(hub, "sam", lambda: set_roles(office(hub), UserRoles("sam", [Role.AGENT])))
    assert roles == (Role.AGENT,)


def test_who_is_disabled_while_he_comes_in_is_out_again(hub: RunningHub) -> None:
    disabling = threading.Thread(target=disable_user, args=(office(hub), UserNamed("ana")))
    with hub.store.write() as connection:
        hold_door(hub.store, connection)
        ana = person_by(connection, user_name="ana")
        assert ana is not None
        token = open_session(connection, ana, DEVICE, hub.clock(), None).token
        disabling.start()
        # It has to wait; where it does not, it is done long before.
        disabling.join(1)
        assert disabling.is_alive()
    disabling.join(10)
    with pytest.raises(Problem) as refused:
        credential_of(hub.store, token, hub.clock() + timedelta(seconds=1))
    assert refused.value.status == 401


def test_who_is_disabled_just_before_his_stream_opens_hears_nothing(hub: RunningHub) -> None:
    desk = hub.sign_in("ana")

    class Between(Rate):
        """What is asked after the token was found good, and before the stream opens."""

        def check(self, sender: str) -> None:
            disable_user(office(hub), UserNamed("ana"))
            hub.hub.board.look()

    hub.hub.rate = Between(1000, 1000)

    # The stream of somebody who may listen never ends by itself.
    answer = desk.client.get("/v1/push", timeout=5)

    assert (answer.status_code, answer.content) == (200, b"")


def test_a_stream_ends_with_its_session(hub: RunningHub) -> None:
    desk = hub.sign_in("ana")
    hub.clock.move(SESSION_LASTS - timedelta(seconds=1))

    answer = desk.client.get("/v1/push", timeout=5)

    assert answer.status_code == 200
    assert desk.client.get("/v1/me").status_code == 200
    hub.clock.move(timedelta(seconds=1))
    assert desk.client.get("/v1/me").status_code == 401
