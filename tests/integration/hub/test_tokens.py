"""Short access tokens and the refresh tokens that renew them, over real HTTP and on both databases."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256

import httpx
import pytest

from app.hub.administration.access import end_sessions
from app.hub.administration.tables import person_standing
from app.hub.moment import to_micros
from tests.fakes.hub import RunningHub


@dataclass
class Renewing:
    """A desktop that renews its token: `refresh` is the secret it has, `token` opens the API."""

    hub: RunningHub
    client: httpx.Client
    token: str
    refresh: str
    session: str

    def ask(self, successor: str, refresh: str | None = None) -> httpx.Response:
        """One request for a new token; nothing of the answer is kept."""
        body = {"refresh": refresh or self.refresh, "next": digest(successor)}
        return self.client.post("/v1/sessions/renew", json=body)

    def renew(self) -> str:
        """A renewal as it should be; the new token."""
        successor = drawn()
        answer = self.ask(successor)
        assert answer.status_code == 200, answer.text
        self.refresh, self.token = successor, answer.json()["token"]
        return self.token

    def opens(self, token: str | None = None) -> bool:
        """Whether a token opens the API."""
        return self.hub.client(token or self.token).get("/v1/me").status_code == 200


def drawn() -> str:
    return secrets.token_urlsafe(32)


def digest(secret: str) -> str:
    return sha256(secret.encode()).hexdigest()


@pytest.fixture
def sign_in(hub: RunningHub) -> Callable[[], Renewing]:
    def signed_in() -> Renewing:
        client, refresh = hub.client(), drawn()
        who = {"user": "ana", "password": hub.sign_ins.agent.password, "device_id": "desk-1"}
        answer = client.post("/v1/sessions", json=who | {"refresh_digest": digest(refresh)})
        assert answer.status_code == 201, answer.text
        plain = answer.json()
        assert (plain["token_seconds"], plain["lease_seconds"]) == (900, 7 * 24 * 3600)
        return Renewing(hub, client, plain["token"], refresh, plain["session"]["id"])

    return signed_in


@pytest.fixture
def ana(sign_in: Callable[[], Renewing]) -> Renewing:
    return sign_in()


def test_an_access_token_ends_after_a_quarter_of_an_hour_and_is_renewed(hub: RunningHub, ana: Renewing) -> None:
    hub.clock.move(timedelta(minutes=14))
    assert ana.opens()
    hub.clock.move(timedelta(minutes=1))
    assert not ana.opens()
    ana.renew()
    assert ana.opens()


def test_calls_under_way_go_on_with_the_token_before(ana: Renewing) -> None:
    before = ana.token
    ana.renew()
    assert ana.opens(before)


def test_a_desktop_of_an_earlier_version_keeps_its_token_for_the_whole_session(hub: RunningHub) -> None:
    ana = hub.sign_in("ana")
    hub.clock.move(timedelta(hours=11))
    assert ana.client.get("/v1/me").status_code == 200


def test_a_session_is_renewed_no_longer_than_it_lasts(hub: RunningHub, ana: Renewing) -> None:
    hub.clock.move(timedelta(hours=11, minutes=55))
    answer = ana.ask(drawn())
    assert answer.json()["token_seconds"] == 300
    hub.clock.move(timedelta(minutes=5))
    assert ana.ask(drawn()).status_code == 401


def test_a_renewal_whose_answer_was_lost_is_answered_when_it_comes_again(hub: RunningHub, ana: Renewing) -> None:
    successor = drawn()
    assert ana.ask(successor).status_code == 200  # and the answer is lost
    hub.clock.move(timedelta(hours=3))
    again = ana.ask(successor)
    assert again.status_code == 200
    assert ana.opens(again.json()["token"])
    ana.refresh = successor
    ana.renew()
    assert hub.audited() == []


def test_a_repeat_that_comes_after_its_successor_was_used_opens_nothing_and_harms_nobody(ana: Renewing) -> None:
    first, second = ana.refresh, drawn()
    ana.refresh = first
    assert ana.ask(second).status_code == 200
    ana.refresh = second
    ana.renew()
    assert ana.ask(second, first).status_code == 401
    assert ana.opens()
    ana.renew()


def test_a_copied_refresh_token_ends_the_whole_family_and_is_audited(hub: RunningHub, ana: Renewing) -> None:
    stolen = ana.refresh
    ana.renew()
    thief = ana.ask(drawn(), stolen)
    assert thief.status_code == 401
    assert not ana.opens()
    assert ana.ask(drawn()).status_code == 401
    (row,) = hub.audited()
    assert (row["kind"], row["person"], row["device"], row["about"]) == (
        "refresh-reused",
        "person-ana",
        "desk-1",
        ana.session,
    )


def test_where_the_thief_was_first_the_owner_s_next_renewal_ends_both(ana: Renewing) -> None:
    stolen_for = drawn()
    taken = ana.ask(stolen_for)
    assert taken.status_code == 200
    assert ana.ask(drawn()).status_code == 401
    assert not ana.opens(taken.json()["token"])


def test_of_many_renewals_at_once_with_other_successors_one_is_let_in_at_most(ana: Renewing) -> None:
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: ana.ask(drawn()).status_code, range(8)))
    assert set(answers) <= {200, 401} and answers.count(200) == 1


def test_of_many_the_same_all_are_answered(ana: Renewing) -> None:
    successor = drawn()
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: ana.ask(successor).status_code, range(8)))
    assert answers == [200] * 8


def test_signing_out_ends_the_refresh_token_too(hub: RunningHub, ana: Renewing) -> None:
    assert hub.client(ana.token).delete("/v1/sessions/current").status_code == 204
    assert ana.ask(drawn()).status_code == 401


def test_who_is_disabled_is_not_renewed_any_more(hub: RunningHub, ana: Renewing) -> None:
    with hub.store.write() as connection:
        connection.execute(person_standing.insert().values(person="person-ana", disabled_at=1, must_change=0))
    assert ana.ask(drawn()).status_code == 401


def test_a_session_that_an_administrator_ended_stays_ended(hub: RunningHub, ana: Renewing) -> None:
    with hub.store.write() as connection:
        end_sessions(connection, to_micros(hub.clock()), person="person-ana", and_devices=False)
    assert ana.ask(drawn()).status_code == 401
    assert not ana.opens()


def test_another_session_of_the_same_person_is_not_touched(sign_in: Callable[[], Renewing]) -> None:
    first, second = sign_in(), sign_in()
    stolen = first.refresh
    first.renew()
    first.ask(drawn(), stolen)
    assert not first.opens()
    assert second.opens()
    second.renew()


@pytest.mark.parametrize(
    "body",
    [
        {"refresh": "short", "next": "0" * 64},
        {"refresh": "x" * 43, "next": "not a digest"},
        {"refresh": "x" * 43},
        {"refresh": "x" * 43, "next": "0" * 64, "refresh ": 1},
    ],
)
def test_what_is_no_renewal_is_refused(hub: RunningHub, body: dict[str, object]) -> None:
    assert hub.client().post("/v1/sessions/renew", json=body).status_code in (400, 401)


def test_a_refresh_token_is_no_access_token(hub: RunningHub, ana: Renewing) -> None:
    assert hub.client(ana.refresh).get("/v1/me").status_code == 401


def test_a_successor_that_was_used_before_is_refused(ana: Renewing) -> None:
    before = ana.refresh
    ana.renew()
    assert ana.ask(before).status_code == 400
    ana.renew()
