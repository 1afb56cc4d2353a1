"""The lines between agents and leads against a real hub: what is kept without one, what goes out when it is back."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
from uuid_utils import uuid7

from app.cache.store import LocalStore
from app.desk.conversations import Question
from app.sync.conversations import HubAgentLine, HubLeadLine
from app.sync.crm import CrmRefused, CrmUnreachable
from app.sync.hub_crm import HubCrm
from app.sync.transport import HttpTransport
from tests.fakes.hub import NOW, RunningHub

KEY = bytes(range(32))
NEVER = "http://127.0.0.1:9"


@dataclass
class Both:
    """Ana's line with her store, and Sam's; `away` is Ana's line where no hub answers."""

    hub: RunningHub
    ana: HubAgentLine
    away: HubAgentLine
    sam: HubLeadLine


@pytest.fixture
def both(tmp_path: Path) -> Iterator[Both]:
    hub = RunningHub(tmp_path)
    transport, nowhere = HttpTransport(hub.url), HttpTransport(NEVER)
    ana, sam, lost = HubCrm(transport, "PC"), HubCrm(transport, "PC"), HubCrm(nowhere, "PC")
    signed_in = ana.sign_in("ana", hub.sign_ins.of("ana").password, "desk-1")
    lost.resume(signed_in)
    sam.sign_in("sam", hub.sign_ins.of("sam").password, "desk-9")
    store = LocalStore.open(tmp_path / "ana.db", KEY, "desk-1", lambda: NOW)
    yield Both(hub, HubAgentLine(ana, store), HubAgentLine(lost, store), HubLeadLine(sam))
    store.close()
    transport.close()
    nowhere.close()
    hub.stop()


def question(**changed: str) -> Question:
    """A question out of a call."""
    plain = {"id": str(uuid7()), "subject": "call-1", "account": "acc-4221", "queue": "retention"}
    words = {"script": "Too dear", "step": "Offer", "reason": "discount", "text": ""}
    return Question(**(plain | words | changed))


def test_what_was_read_is_there_without_a_hub(both: Both) -> None:
    both.sam.send(str(uuid7()), "blue", "", "The line test is slow today.")
    read, weeks = both.ana.messages(), both.ana.weeks()
    with pytest.raises(CrmUnreachable):
        both.away.messages()
    assert (both.away.kept().messages, both.away.kept().weeks) == (read, weeks)
    assert [letter.text for letter in read] == ["The line test is slow today."]
    assert len(weeks.weeks) == 8


def test_a_receipt_given_without_a_hub_is_kept_and_goes_out_when_there_is_one(both: Both) -> None:
    both.sam.send(str(uuid7()), "blue", "person-ana", "Well done.")
    (letter,) = both.ana.messages()
    both.hub.clock.move(timedelta(minutes=9))
    both.away.seen(letter.id, NOW + timedelta(minutes=5))
    with pytest.raises(CrmUnreachable):
        both.away.messages()
    assert both.sam.room().letters[0].receipts == (("Ana R.", None),)
    assert both.away.kept().messages[0].seen_at == NOW + timedelta(minutes=5)

    (again,) = both.ana.messages()
    assert again.seen_at == NOW + timedelta(minutes=5)
    assert both.sam.room().letters[0].receipts == (("Ana R.", NOW + timedelta(minutes=5)),)


def test_a_question_and_its_answer_go_there_and_back(both: Both) -> None:
    asked = question(text="30 % or he leaves")
    assert both.ana.ask(asked) == ()
    assert both.ana.answer(asked.id).at is None
    (shown,) = both.sam.room().questions
    assert (shown.agent, shown.text, shown.is_open) == ("Ana R.", "30 % or he leaves", True)
    both.sam.give(asked.id, "approve_10", "for a year")
    answer = both.ana.answer(asked.id)
    assert (answer.by, answer.by_name, answer.choice, answer.text) == (
        "person-sam",
        "Sam O.",
        "approve_10",
        "for a year",
    )


def test_who_no_longer_waits_is_gone_from_the_lead_s_list(both: Both) -> None:
    asked = question()
    both.ana.ask(asked)
    assert both.ana.withdraw(asked.id).closed
    assert not both.sam.room().questions[0].is_open
    with pytest.raises(CrmRefused, match="no longer waits"):
        both.sam.give(asked.id, "coming", "")
