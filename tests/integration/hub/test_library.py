"""Releases need two people, are told to every desktop, and go back in one step; managed settings reach their teams."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from hashlib import sha256
from typing import Any

import httpx
import pytest

from app.domain.person import Person, Role
from app.hub.people import add_person
from tests.fakes.hub import Desk, RunningHub, cheap_passwords
from tests.fakes.releases import content, other_content, release

PASSWORD = "correct horse"
STAFF = {
    "tara": ("Tara Trainer", (Role.TRAINER,)),
    "theo": ("Theo T.", (Role.TRAINER, Role.APPROVER)),
    "leo": ("Leo Lead", (Role.APPROVER,)),
    "root": ("Root", (Role.ADMIN,)),
}
OCTETS = {"Content-Type": "application/octet-stream"}


def known_as(hub: RunningHub, name: str) -> Desk:
    """One of the staff, signed in."""
    shown, roles = STAFF[name]
    with hub.store.write() as connection:
        person = Person(f"person-{name}", shown, shown.split()[0], "blue", roles)
        add_person(connection, person, name, cheap_passwords().hash(PASSWORD))
    who = {"user": name, "password": PASSWORD, "device_id": f"{name}-pc", "device_name": "PC"}
    plain = hub.client().post("/v1/sessions", json=who).json()
    return Desk(hub.client(plain["token"]), plain["session"], plain["token"], plain["device_token"], f"{name}-pc")


@pytest.fixture
def staff(hub: RunningHub) -> Callable[[str], httpx.Client]:
    signed_in: dict[str, Desk] = {}

    def client(name: str) -> httpx.Client:
        if name not in signed_in:
            signed_in[name] = known_as(hub, name)
        return signed_in[name].client

    return client


Staff = Callable[[str], httpx.Client]


def published(staff: Staff, file: bytes, by: str = "tara") -> dict[str, Any]:
    answer = staff(by).post("/v1/releases", content=file, headers=OCTETS)
    assert answer.status_code == 201, answer.text
    shown: dict[str, Any] = answer.json()
    return shown


def approved(staff: Staff, file: bytes) -> str:
    made = published(staff, file)
    answer = staff("leo").post(f"/v1/releases/{made['id']}/approval")
    assert answer.status_code == 201, answer.text
    return str(made["id"])


def pushed(hub: RunningHub) -> Iterator[tuple[str, str]]:
    from app.hub import schema

    with hub.store.read() as connection:
        for row in connection.execute(schema.push.select().order_by(schema.push.c.number)):
            yield row.kind, row.team


def test_a_release_is_current_only_once_another_person_has_approved_it(hub: RunningHub, staff: Staff) -> None:
    file, ana = release(1), hub.sign_in("ana")
    made = published(staff, file)
    assert made["id"] == sha256(file).hexdigest()
    assert (made["number"], made["author"], made["published_by"], made["approved_by"]) == (
        1,
        "Tara Trainer",
        "Tara Trainer",
        "",
    )
    assert ana.client.get("/v1/releases/current").status_code == 404
    assert not list(pushed(hub))

    answer = staff("leo").post(f"/v1/releases/{made['id']}/approval")

    assert (answer.json()["approved_by"], answer.json()["is_current"]) == ("Leo Lead", True)
    got = ana.client.get("/v1/releases/current")
    assert (got.content, got.headers["etag"]) == (file, f'"{made["id"]}"')
    assert list(pushed(hub)) == [("release", "")]
    kinds = [(row["kind"], row["person"], row["detail"]) for row in hub.audited()]
    assert kinds[-2:] == [("release", "person-tara", "published 1"), ("release", "person-leo", "approved 1")]


def test_who_has_the_release_in_use_gets_304_and_no_bytes(hub: RunningHub, staff: Staff) -> None:
    release_id, ana = approved(staff, release(1)), hub.sign_in("ana")
    for tag in (f'"{release_id}"', f'W/"{release_id}"', f'"x", "{release_id}"', "*"):
        answer = ana.client.get("/v1/releases/current", headers={"If-None-Match": tag})
        assert (answer.status_code, answer.content) == (304, b"")
    assert ana.client.get("/v1/releases/current", headers={"If-None-Match": '"x"'}).status_code == 200
    plain = ana.client.get("/v1/releases/current", headers={"Accept-Encoding": "identity"})
    assert plain.content == release(1) and "content-encoding" not in plain.headers


def test_nobody_approves_what_he_published_or_wrote(staff: Staff) -> None:
    own = published(staff, release(1), by="theo")
    assert staff("theo").post(f"/v1/releases/{own['id']}/approval").status_code == 403
    assert staff("leo").post(f"/v1/releases/{own['id']}/approval").status_code == 201
    assert staff("leo").post(f"/v1/releases/{own['id']}/approval").status_code == 409


def test_the_author_named_in_the_release_does_not_approve_it_either(hub: RunningHub, staff: Staff) -> None:
    made = published(staff, release(1), by="theo")
    with hub.store.write() as connection:
        author = Person("person-author", "tara trainer", "Tara", "blue", (Role.APPROVER,))
        add_person(connection, author, "author", cheap_passwords().hash(PASSWORD))
    who = {"user": "author", "password": PASSWORD, "device_id": "pc", "device_name": "PC"}
    token = hub.client().post("/v1/sessions", json=who).json()["token"]
    assert hub.client(token).post(f"/v1/releases/{made['id']}/approval").status_code == 403


def test_only_trainers_publish_only_approvers_approve_and_agents_see_what_is_in_use(
    hub: RunningHub, staff: Staff
) -> None:
    made, ana = published(staff, release(1)), hub.sign_in("ana").client
    assert ana.post("/v1/releases", content=release(2), headers=OCTETS).status_code == 403
    assert staff("leo").post("/v1/releases", content=release(2), headers=OCTETS).status_code == 403
    assert staff("tara").post(f"/v1/releases/{made['id']}/approval").status_code == 403
    assert ana.post(f"/v1/releases/{made['id']}/return", content=release(2), headers=OCTETS).status_code == 403
    assert ana.get("/v1/releases").status_code == 403
    assert ana.get(f"/v1/releases/{made['id']}").status_code == 403
    assert staff("leo").get(f"/v1/releases/{made['id']}").content == release(1)
    assert hub.client().get("/v1/releases/current").status_code == 401


def test_the_same_file_twice_is_one_release_and_a_number_is_used_once(staff: Staff) -> None:
    first = published(staff, release(1))
    assert published(staff, release(1)) == first
    again = staff("tara").post("/v1/releases", content=release(1, other_content()), headers=OCTETS)
    assert again.status_code == 409
    assert [one["number"] for one in staff("tara").get("/v1/releases").json()["releases"]] == [1]


def test_an_older_number_is_refused_at_publishing_and_at_approval(staff: Staff) -> None:
    waiting = published(staff, release(2))
    approved(staff, release(3, other_content()))
    assert staff("leo").post(f"/v1/releases/{waiting['id']}/approval").status_code == 409
    assert staff("tara").post("/v1/releases", content=release(1), headers=OCTETS).status_code == 409


def test_going_back_is_one_step_by_one_person_under_a_new_number(hub: RunningHub, staff: Staff) -> None:
    good = approved(staff, release(1))
    bad = approved(staff, release(2, other_content()))
    assert staff("tara").get("/v1/releases").json()["releases"][0]["is_current"]

    back = release(3)
    answer = staff("tara").post(f"/v1/releases/{good}/return", content=back, headers=OCTETS)

    assert answer.status_code == 201, answer.text
    assert (answer.json()["goes_back_to"], answer.json()["is_current"]) == (good, True)
    assert hub.sign_in("ana").client.get("/v1/releases/current").content == back
    assert len(list(pushed(hub))) == 3
    assert [row["detail"] for row in hub.audited()][-2:] == ["published 3", "brought back 3"]
    assert staff("leo").post(f"/v1/releases/{bad}/approval").status_code == 409


def test_going_back_takes_an_approved_release_that_is_not_in_use_and_its_own_content(staff: Staff) -> None:
    first = approved(staff, release(1))
    waiting = published(staff, release(2, other_content()))

    def back(to: str, file: bytes) -> int:
        return staff("tara").post(f"/v1/releases/{to}/return", content=file, headers=OCTETS).status_code

    assert back(waiting["id"], release(3, other_content())) == 409, "nobody has approved that content"
    assert back(first, release(3)) == 409, "it is in use"
    approved(staff, release(4, other_content()))
    assert back(first, release(5, other_content())) == 409, "another content"
    assert back(first, release(3)) == 409, "an older number"
    assert back("0" * 64, release(5)) == 404
    assert back(first, release(5)) == 201


@pytest.mark.parametrize(
    "file",
    [b"", b"x", release(1)[:-1], release(1) + b" ", release(1).replace(b"Thanks", b"Thinks", 1), b"\0" * 1_000_000],
    ids=["empty", "no release", "cut", "longer", "altered", "zeros"],
)
def test_what_is_no_release_is_refused_with_a_sentence(staff: Staff, file: bytes) -> None:
    answer = staff("tara").post("/v1/releases", content=file, headers=OCTETS)
    assert answer.status_code == 400
    assert answer.json()["detail"].endswith(".")


def test_the_files_are_there_again_after_a_restart_of_the_hub(hub: RunningHub, staff: Staff) -> None:
    from app.hub.library.releases import current_id, release_file
    from app.hub.store import Store

    release_id = approved(staff, release(1))
    again = Store(hub.store.url, hub.store.key)
    try:
        assert current_id(again) == release_id
        assert release_file(again, release_id)
    finally:
        again.close()


def test_a_release_twice_the_size_of_other_bodies_is_taken(staff: Staff) -> None:
    pictures = {f"pictures/{n}.svg": b"<svg>" + str(n).encode() * 900_000 + b"</svg>" for n in range(6)}
    assert published(staff, release(1, content(pictures)))["size"] > 5_000_000


# -- settings ------------------------------------------------------------------------------------------------------


def test_a_team_s_settings_count_over_the_site_s(hub: RunningHub, staff: Staff) -> None:
    ana, noor = hub.sign_in("ana").client, hub.sign_in("noor", "desk-2").client
    assert ana.get("/v1/settings").json() == {"values": {}}
    site = {"values": {"lock_after_minutes": 5, "sound": True}}
    assert staff("root").put("/v1/settings", json=site).json() == site
    team = {"team": "blue", "values": {"lock_after_minutes": 3, "keys": [["extend", "F5"]]}}
    assert staff("root").put("/v1/settings", json=team).status_code == 200

    assert ana.get("/v1/settings").json()["values"] == {
        "lock_after_minutes": 3,
        "sound": True,
        "keys": [["extend", "F5"]],
    }
    assert noor.get("/v1/settings").json()["values"] == site["values"]
    assert list(pushed(hub)) == [("settings", ""), ("settings", "blue")]
    assert staff("root").get("/v1/settings/site").json() == site
    assert staff("root").get("/v1/settings/teams/blue").json()["values"] == team["values"]
    assert [(row["kind"], row["about"]) for row in hub.audited()][-2:] == [("settings", ""), ("settings", "blue")]


def test_what_is_left_out_is_no_longer_set(hub: RunningHub, staff: Staff) -> None:
    staff("root").put("/v1/settings", json={"values": {"sound": True, "strip": True}})
    staff("root").put("/v1/settings", json={"values": {"strip": True}})
    assert hub.sign_in("ana").client.get("/v1/settings").json() == {"values": {"strip": True}}


def test_settings_that_are_known_are_not_sent_again(hub: RunningHub, staff: Staff) -> None:
    ana = hub.sign_in("ana").client
    tag = ana.get("/v1/settings").headers["etag"]
    assert ana.get("/v1/settings", headers={"If-None-Match": tag}).status_code == 304
    staff("root").put("/v1/settings", json={"values": {"sound": True}})
    assert ana.get("/v1/settings", headers={"If-None-Match": tag}).status_code == 200


@pytest.mark.parametrize(
    ("values", "team", "status"),
    [
        ({"hologram": True}, "", 400),
        ({"text_scale": 900}, "", 400),
        ({"sound": "yes"}, "", 400),
        ({"sound": True}, "purple", 404),
        ([], "", 400),
    ],
)
def test_settings_that_are_none_are_refused_with_a_sentence(
    staff: Staff, values: object, team: str, status: int
) -> None:
    answer = staff("root").put("/v1/settings", json={"team": team, "values": values})
    assert answer.status_code == status
    assert answer.json()["detail"].endswith(".") or "does not fit" in answer.json()["detail"]


def test_only_administrators_set_settings(hub: RunningHub, staff: Staff) -> None:
    for client in (hub.sign_in("ana").client, hub.sign_in("sam", "lead-pc").client, staff("tara")):
        assert client.put("/v1/settings", json={"values": {}}).status_code == 403
        assert client.get("/v1/settings/site").status_code == 403


def test_where_figures_of_single_agents_are_off_a_lead_sees_those_of_the_team_alone(
    hub: RunningHub, staff: Staff
) -> None:
    sam, ana = hub.sign_in("sam", "lead-pc").client, hub.sign_in("ana")
    ana.send(ana.event("call.answered", "call-1"))
    query = {"from": "2026-03-01T00:00:00Z", "to": "2026-03-04T00:00:00Z"}
    before = sam.get("/v1/reports/agents", params=query).json()
    staff("root").put("/v1/settings", json={"team": "blue", "values": {"agent_figures": False}})
    after = sam.get("/v1/reports/agents", params=query).json()
    assert before["rows"] and after["rows"] == []
    assert after["total"] == before["total"]


@pytest.mark.parametrize("odd", ["a%00b", "%C3%A9", "0" * 63, "0" * 65, "A" * 64, "..%2F.."])
def test_an_id_that_is_none_is_not_found_whatever_is_in_it(staff: Staff, odd: str) -> None:
    assert staff("leo").get(f"/v1/releases/{odd}").status_code == 404
    assert staff("leo").post(f"/v1/releases/{odd}/approval").status_code == 404
    assert staff("root").get(f"/v1/settings/teams/{odd}").status_code in (200, 404)
    assert staff("root").put("/v1/settings", json={"team": "a\0b", "values": {}}).status_code == 400


def test_a_manifest_that_no_database_could_keep_is_refused(staff: Staff) -> None:
    from app.releases import sign_release
    from app.scripts.release import manifest_of
    from tests.fakes.releases import NOON, trainer

    body = content()
    for number, author in ((1, "Ta\0ra"), (2**63, "Tara")):
        manifest = manifest_of(body, number, author, "Leo", NOON, NOON)
        file = sign_release(body, manifest, trainer())
        assert staff("tara").post("/v1/releases", content=file, headers=OCTETS).status_code == 400
