"""People, teams, devices and tokens as administrators change them, over HTTP, in each database."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import httpx
import pytest

from app.domain.person import Role
from app.hub.administration.messages import UserNew
from app.hub.administration.office import MACHINE, Office
from app.hub.administration.users import create_user
from tests.fakes.hub import RunningHub

PASSWORD = "correct horse battery"


def office(hub: RunningHub) -> Office:
    return Office(hub.store, hub.hub.passwords, hub.clock(), MACHINE)


def sign_in(hub: RunningHub, user: str, password: str, device: str = "admin-pc") -> httpx.Response:
    who = {"user": user, "password": password, "device_id": device, "device_name": "PC"}
    return hub.client().post("/v1/sessions", json=who)


@pytest.fixture
def admin(hub: RunningHub) -> httpx.Client:
    """A client of Rae, who may administer."""
    one_time = create_user(office(hub), UserNew("rae", "Rae F.", "Rae", "green", [Role.ADMIN]))
    first = sign_in(hub, "rae", one_time.password).json()
    client = hub.client(first["token"])
    assert client.post("/v1/me/password", json={"old": one_time.password, "new": PASSWORD}).status_code == 200
    return client


def ask(client: httpx.Client, operation: str, status: int = 200, /, **body: Any) -> dict[str, Any]:
    answer = client.post(f"/v1/admin/{operation}", json=body)
    assert answer.status_code == status, answer.text
    plain: dict[str, Any] = answer.json()
    return plain


def user_called(client: httpx.Client, user: str) -> dict[str, Any]:
    users: list[dict[str, Any]] = client.get("/v1/admin/users").json()["users"]
    return next(one for one in users if one["user"] == user)


def test_only_administrators_may_administer(hub: RunningHub) -> None:
    for user in ("ana", "sam"):
        assert hub.sign_in(user).client.get("/v1/admin/users").status_code == 403
    assert hub.client().get("/v1/admin/users").status_code == 401


def test_what_no_database_can_keep_is_refused(hub: RunningHub, admin: httpx.Client) -> None:
    ask(admin, "users/disable", 400, user="an\0a")
    ask(admin, "teams/create", 400, team="red", name="R\0d")
    assert sign_in(hub, "an\0a", PASSWORD).status_code == 400


def test_a_one_time_password_opens_nothing_but_the_way_to_an_own_one(hub: RunningHub, admin: httpx.Client) -> None:
    new = {"user": "Zed", "name": "Zed B.", "first_name": "Zed", "team": "blue", "roles": ["agent"]}
    one_time = ask(admin, "users/create", **new)["password"]
    signed_in = sign_in(hub, "zed", one_time, "zed-pc").json()
    assert signed_in["must_change"] is True
    zed = hub.client(signed_in["token"])

    assert zed.get("/v1/accounts", params={"phone": "+447700900123"}).status_code == 403
    assert zed.get("/v1/me").status_code == 200
    wrong = zed.post("/v1/me/password", json={"old": "not it", "new": PASSWORD})
    assert (wrong.status_code, wrong.json()["detail"]) == (403, "The password until now is not right.")
    assert zed.post("/v1/me/password", json={"old": one_time, "new": "short"}).status_code == 422
    assert zed.post("/v1/me/password", json={"old": one_time, "new": one_time}).status_code == 422
    assert zed.post("/v1/me/password", json={"old": one_time, "new": PASSWORD}).status_code == 200

    assert zed.get("/v1/accounts", params={"phone": "+447700900123"}).status_code == 200
    assert sign_in(hub, "zed", one_time).status_code == 401
    assert sign_in(hub, "zed", PASSWORD).json()["must_change"] is False


def test_wrong_passwords_are_counted_where_an_own_one_is_set(hub: RunningHub) -> None:
    ana = hub.sign_in("ana")
    for _ in range(8):
        assert ana.client.post("/v1/me/password", json={"old": "no", "new": PASSWORD}).status_code == 403
    right = {"old": hub.sign_ins.of("ana").password, "new": PASSWORD}
    assert ana.client.post("/v1/me/password", json=right).status_code == 429
    hub.clock.move(timedelta(minutes=16))
    assert ana.client.post("/v1/me/password", json=right).status_code == 200


def test_a_disabled_person_is_out_at_once_and_what_was_recorded_before_still_comes_in(
    hub: RunningHub, admin: httpx.Client
) -> None:
    ana = hub.sign_in("ana")
    unsent = ana.event("call.answered", "call-1", {"by": "agent"})
    with ana.client.stream("GET", "/v1/push", timeout=10) as stream:
        lines = stream.iter_lines()
        assert next(lines) == "retry: 2000"
        assert ask(admin, "users/disable", user="ana") == {"sessions_ended": 1}
        # The stream ends; nothing is told in it.
        assert [line for line in lines if line] == []

    assert ana.client.get("/v1/me").status_code == 401
    again = sign_in(hub, "ana", hub.sign_ins.of("ana").password)
    assert (again.status_code, again.json()["detail"]) == (401, "This sign-in is disabled. Ask your administrator.")
    assert sign_in(hub, "ana", "wrong").json()["detail"] == "The user name or the password is wrong."
    assert ana.send(unsent)["accepted"] == [unsent["id"]]

    ask(admin, "users/enable", user="ana")
    assert sign_in(hub, "ana", hub.sign_ins.of("ana").password).status_code == 201


def test_the_last_administrator_can_neither_be_disabled_nor_stop_being_one(admin: httpx.Client) -> None:
    for name, body in (("users/disable", {}), ("users/set-roles", {"roles": ["trainer"]})):
        refused = ask(admin, name, 409, user="rae", **body)
        assert refused["detail"] == "This would leave nobody with the role admin. Give it to somebody else first."
    assert user_called(admin, "rae")["disabled_at"] is None


def test_a_person_who_moves_takes_nothing_along(hub: RunningHub, admin: httpx.Client) -> None:
    ana = hub.sign_in("ana")
    ana.send(ana.event("call.answered", "call-1", {"by": "agent"}))
    ask(admin, "users/move", user="ana", team="green")
    ana.send(ana.event("call.answered", "call-2", {"by": "agent"}))
    hub.clock.move(timedelta(minutes=1))
    green = hub.sign_in("ana", "desk-2")
    green.send(green.event("call.answered", "call-3", {"by": "agent"}))

    assert {row["subject"]: row["team"] for row in hub.recorded()} == {
        "call-1": "blue",
        "call-2": "blue",
        "call-3": "green",
    }
    assert [one["team"] for one in user_called(admin, "ana")["teams"]] == ["blue", "green"]
    day = {"from": "2026-03-02T00:00:00Z", "to": "2026-03-03T00:00:00Z"}
    hub.hub.projector.settle(10)
    rows = hub.sign_in("sam").client.get("/v1/reports/agents", params=day).json()["rows"]
    assert {row["name"]: row["calls"] for row in rows}["Ana R."] == 2


def test_a_move_that_lies_ahead_is_made_when_its_time_has_come(hub: RunningHub, admin: httpx.Client) -> None:
    ask(admin, "users/move", user="ana", team="green", since="2026-03-03T00:00:00Z")
    assert hub.sign_in("ana").session["person"]["team"] == "blue"
    early = ask(admin, "users/move", 409, user="ana", team="blue", since="2026-03-02T23:00:00Z")
    assert "after the last move" in early["detail"]
    hub.clock.move(timedelta(hours=11))
    assert hub.sign_in("ana").session["person"]["team"] == "green"


def test_what_is_taken_away_ends_the_session_and_what_is_given_does_not(hub: RunningHub, admin: httpx.Client) -> None:
    sam = hub.sign_in("sam")
    given = ask(admin, "users/set-roles", user="sam", roles=["lead", "trainer"], leads=["blue", "green"])
    assert given == {"sessions_ended": 0}
    taken = ask(admin, "users/set-roles", user="sam", roles=["lead", "trainer"], leads=["green"])
    assert taken == {"sessions_ended": 1}
    assert sam.client.get("/v1/me").status_code == 401
    day = {"from": "2026-03-02T00:00:00Z", "to": "2026-03-03T00:00:00Z", "team": "blue"}
    assert hub.sign_in("sam").client.get("/v1/reports/agents", params=day).status_code == 404
    assert ask(admin, "users/set-roles", 422, user="sam", roles=["agent"], leads=["green"])["detail"]


def test_teams_are_made_led_renamed_and_retired(hub: RunningHub, admin: httpx.Client) -> None:
    ask(admin, "teams/create", team="red", name="Red")
    ask(admin, "teams/create", 409, team="red", name="Other")
    ask(admin, "teams/rename", team="red", name=" Crimson  Tide ")
    ask(admin, "teams/set-leads", team="red", leads=["sam", "ira"])
    shown = {one["team"]: one for one in admin.get("/v1/admin/teams").json()["teams"]}
    assert (shown["red"]["name"], shown["red"]["leads"], shown["red"]["people"]) == ("Crimson Tide", ["ira", "sam"], 0)
    assert shown["blue"]["people"] == 5
    assert user_called(admin, "ira")["roles"] == ["agent", "lead"]

    ask(admin, "users/move", user="cy", team="red")
    ask(admin, "teams/retire", 409, team="red")
    hub.clock.move(timedelta(seconds=1))
    ask(admin, "users/move", user="cy", team="blue")
    ask(admin, "teams/retire", team="red")
    assert ask(admin, "users/move", 409, user="cy", team="red")["detail"] == "This team is retired. Choose another."
    assert ask(admin, "users/move", 404, user="cy", team="none")["detail"].startswith("There is no such team.")


def test_a_withdrawn_device_opens_and_sends_nothing(hub: RunningHub, admin: httpx.Client) -> None:
    ana = hub.sign_in("ana", "lost-pc")
    event = ana.event("call.answered", "call-1", {"by": "agent"})
    ask(admin, "devices/revoke", device="lost-pc")
    assert ana.client.get("/v1/me").status_code == 401
    sent = hub.client(ana.device_token).post("/v1/events", json=[event])
    assert sent.status_code == 401
    assert sign_in(hub, "ana", hub.sign_ins.of("ana").password, "lost-pc").status_code == 403
    assert sign_in(hub, "ana", hub.sign_ins.of("ana").password, "other-pc").status_code == 201
    devices = {one["device"]: one for one in admin.get("/v1/admin/devices").json()["devices"]}
    assert devices["lost-pc"]["withdrawn_at"] and devices["lost-pc"]["last_user"] == "ana"
    assert devices["other-pc"]["withdrawn_at"] is None
    ask(admin, "devices/restore", device="lost-pc")
    assert sign_in(hub, "ana", hub.sign_ins.of("ana").password, "lost-pc").status_code == 201
    ask(admin, "devices/revoke", 404, device="no-such")


def test_all_tokens_of_a_person_can_be_ended(hub: RunningHub, admin: httpx.Client) -> None:
    desks = [hub.sign_in("ana", f"desk-{number}") for number in (1, 2)]
    kinds = [one["kind"] for one in admin.get("/v1/admin/tokens").json()["tokens"] if one["user"] == "ana"]
    assert sorted(kinds) == ["device", "device", "person", "person"]
    assert ask(admin, "tokens/revoke", user="ana") == {"sessions_ended": 2}
    assert [desk.client.get("/v1/me").status_code for desk in desks] == [401, 401]
    event = desks[0].event("call.answered", "call-1", {"by": "agent"})
    assert desks[0].send(event)["accepted"] == [event["id"]]
    ask(admin, "tokens/revoke", user="ana", and_devices=True)
    assert hub.client(desks[0].device_token).post("/v1/events", json=[]).status_code == 401


def test_every_change_is_in_the_audit_trail_with_ids_only(hub: RunningHub, admin: httpx.Client) -> None:
    ask(admin, "users/disable", user="ana")
    ask(admin, "teams/create", team="red", name="Secret Plans")
    rae = user_called(admin, "rae")["id"]
    rows = admin.post("/v1/admin/audit/list", json={"kind": "user-disabled"}).json()["rows"]
    assert [(row["person"], row["device"], row["about"]) for row in rows] == [(rae, "admin-pc", "person-ana")]
    assert "Secret" not in str(hub.audited()) and "Ana" not in str(hub.audited())
    checked = admin.get("/v1/admin/audit/verify").json()
    assert (checked["sound"], checked["broken"]) == (len(hub.audited()), None)


def test_a_list_of_people_is_taken_line_by_line_and_again_without_effect(hub: RunningHub, admin: httpx.Client) -> None:
    rows = [
        {"line": 2, "user": "Una", "name": "Una V.", "first_name": "Una", "team": "blue", "roles": "agent"},
        {"line": 3, "user": "una", "name": "Una W.", "first_name": "Una", "team": "blue", "roles": "agent"},
        {"line": 4, "user": "vic", "name": "Vic", "first_name": "Vic", "team": "pink", "roles": "agent"},
        {"line": 5, "user": "wim", "name": "Wim", "first_name": "Wim", "team": "blue", "roles": "boss"},
        {"line": 6, "user": "cy", "name": "Cy D.", "first_name": "Cyrus", "team": "green", "roles": "agent trainer"},
        {"line": 7, "user": "bo", "name": "Bo K.", "first_name": "Bo", "team": "blue", "roles": "agent"},
    ]
    tried = ask(admin, "users/import", rows=rows, dry_run=True)
    assert (tried["added"], tried["changed"], tried["unchanged"], tried["passwords"]) == ([2], [6], [7], [])
    assert [one["line"] for one in tried["bad"]] == [3, 4, 5]
    assert "pink" not in str(tried["bad"]) and "boss" not in str(tried["bad"])
    assert not [one for one in admin.get("/v1/admin/users").json()["users"] if one["user"] == "una"]

    taken = ask(admin, "users/import", rows=rows)
    assert {name: taken[name] for name in ("added", "changed", "unchanged", "bad")} == {
        name: tried[name] for name in ("added", "changed", "unchanged", "bad")
    }
    [password] = taken["passwords"]
    assert sign_in(hub, "una", password["password"]).json()["must_change"] is True
    cy = user_called(admin, "cy")
    assert (cy["first_name"], cy["team"], cy["roles"]) == ("Cyrus", "green", ["agent", "trainer"])

    again = ask(admin, "users/import", rows=rows)
    assert (again["added"], again["changed"], again["unchanged"], again["passwords"]) == ([], [], [2, 6, 7], [])


def test_a_reset_password_ends_the_sessions_and_replaces_the_old_one(hub: RunningHub, admin: httpx.Client) -> None:
    ana = hub.sign_in("ana")
    reset = ask(admin, "users/reset-password", user="ana")
    assert reset["sessions_ended"] == 1
    assert ana.client.get("/v1/me").status_code == 401
    assert sign_in(hub, "ana", hub.sign_ins.of("ana").password).status_code == 401
    assert sign_in(hub, "ana", reset["password"]).json()["must_change"] is True


def test_retention_counts_whole_months_before_a_time(hub: RunningHub, admin: httpx.Client) -> None:
    ana = hub.sign_in("ana")
    january, march = "019b7a00-0000-7000-8000-000000000001", "019cb0a0-0000-7000-8000-000000000001"
    ana.send(*(ana.event("call.answered", "call-1", {"by": "agent"}, id=one) for one in (january, march)))
    months = ask(admin, "retention", before="2026-03-20T00:00:00Z")["months"]
    assert [(one["month"], one["events"], one["calls"]) for one in months] == [(202601, 1, 1)]
