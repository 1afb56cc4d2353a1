"""A push finds those it is for, and nobody else, however many listen."""

from __future__ import annotations

from app.domain.person import Person, Role
from app.hub.audience import Audience


def person(name: str, team: str, *leads: str) -> Person:
    return Person(name, name, name, team, (Role.AGENT,), leads)


def audience() -> Audience[str]:
    found: Audience[str] = Audience()
    found.add("ana at home", person("ana", "blue"))
    found.add("ana at work", person("ana", "blue"))
    found.add("noor", person("noor", "green"))
    found.add("sam", person("sam", "office", "blue", "office"))
    return found


def test_a_person_is_found_on_every_desktop_of_his() -> None:
    assert set(audience().of("", "ana")) == {"ana at home", "ana at work"}
    assert set(audience().of("green", "ana")) == {"ana at home", "ana at work"}, "a person's own comes first"


def test_a_team_is_who_is_in_it_and_who_leads_it() -> None:
    assert set(audience().of("blue", "")) == {"ana at home", "ana at work", "sam"}


def test_everyone_is_everyone_once() -> None:
    assert sorted(audience().of("", "")) == ["ana at home", "ana at work", "noor", "sam"]


def test_who_has_gone_is_found_no_more_and_leaves_nothing_behind() -> None:
    found = audience()
    for listener in ("sam", "ana at home", "ana at home", "nobody"):
        found.discard(listener)
    assert set(found.of("blue", "")) == {"ana at work"}
    assert (len(found), set(found.of("office", "")), set(found.of("", "sam"))) == (2, set(), set())


def test_nobody_is_found_where_nobody_listens() -> None:
    assert not audience().of("red", "") and not audience().of("", "tom")
