"""Two windows on one hub: the agent asks in a call, the lead answers; the lead writes, the agent has seen it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QWidget

from app.desk.conversations import AskStep
from app.desk.lead_talk import TalkView
from app.desk.view import Phase
from app.domain.event import Event, EventType
from tests.e2e.driver import AgentWindow, HubProcess
from ui.lead.talk import QuestionCard, TalkPage
from ui.widgets.button import KeyButton

ADA = "+442079460123"
_ALT = Qt.KeyboardModifier.AltModifier
_SHIFT = Qt.KeyboardModifier.ShiftModifier


@pytest.fixture
def agent(hub: HubProcess, desk_folder: Path) -> Iterator[AgentWindow]:
    with AgentWindow(desk_folder, hub.url) as window:
        window.start_shift("ana", hub.sign_ins.of("ana").password)
        yield window


@pytest.fixture
def lead(hub: HubProcess, tmp_path: Path, agent: AgentWindow) -> Iterator[AgentWindow]:
    folder = tmp_path / "lead"
    folder.mkdir(mode=0o700)
    with AgentWindow(folder, hub.url) as window:
        window.sign_in("sam", hub.sign_ins.of("sam").password)
        window.until("the lead listens", lambda: talk_of(window).heard)
        yield window


def test_the_lead_answers_a_question_in_the_middle_of_a_call(agent: AgentWindow, lead: AgentWindow) -> None:
    step = on_call(agent)
    agent.press(Qt.Key.Key_F12, _SHIFT)
    agent.until("the reasons are open", lambda: agent.view.asking)
    agent.digit("1")
    agent.until("the lead was asked", lambda: step_of(agent) is AskStep.WAITING)
    assert agent.view.asked is not None and agent.view.asked.leads == ("Sam O.",)

    lead.until("the lead sees it", lambda: talk_of(lead).waiting == 1)
    (asked,) = talk_of(lead).room.questions
    assert (asked.agent, asked.reason, asked.step) == ("Ana R.", "discount", step)
    assert asked.account and "Lovelace" not in repr(asked)
    click(card_of(lead), "Approve up to 10 %")

    agent.until("the answer is there", lambda: step_of(agent) is AskStep.ANSWERED)
    assert agent.view.asked.choice == "approve_10"
    assert (agent.view.script.step_title if agent.view.script else "") == step
    lead.until("nobody waits any more", lambda: talk_of(lead).waiting == 0)

    bring_forward(agent)
    agent.press(Qt.Key.Key_M, _ALT)
    agent.until("it is put aside", lambda: agent.view.asked is None)
    agent.until_recorded()
    asked_event, answered = of_types(agent, EventType.LEAD_ASKED, EventType.LEAD_ANSWERED)
    assert asked_event.data["reason"] == "discount" and asked_event.data["listening"] == 1
    assert answered.data["question"] == asked_event.data["question"]
    assert (answered.data["by"], answered.data["choice"]) == ("person-sam", "approve_10")
    assert answered.subject == asked_event.subject


def test_a_message_waits_for_the_end_of_the_call_and_the_lead_sees_who_has_seen_it(
    agent: AgentWindow, lead: AgentWindow
) -> None:
    on_call(agent)
    page = page_of(lead)
    page.text.setText("The line test is slow today.")
    page.send()
    agent.until("the message has come", lambda: len(agent.view.letters) == 1)
    assert not shown(agent, "The line test is slow today.")
    assert shown(agent, "1 message")

    bring_forward(agent)
    agent.press(Qt.Key.Key_M, _ALT)
    assert len(agent.view.letters) == 1, "nothing that was not shown can have been seen"

    agent.press(Qt.Key.Key_F10, Qt.KeyboardModifier.ControlModifier)
    agent.until_phase(Phase.WRAP_UP)
    agent.until("it is shown", lambda: shown(agent, "The line test is slow today."))
    agent.press(Qt.Key.Key_Escape)
    agent.press(Qt.Key.Key_M, _ALT)
    lead.until("the lead knows", lambda: any(letter.seen for letter in talk_of(lead).room.letters))
    receipts = dict(talk_of(lead).room.letters[0].receipts)
    assert [name for name, at in receipts.items() if at is not None] == ["Ana R."]
    agent.until("nothing is left to read", lambda: not agent.view.letters)


def test_an_agent_whose_lead_is_away_is_told_at_once_and_answered_when_one_comes(
    agent: AgentWindow, hub: HubProcess, tmp_path: Path
) -> None:
    on_call(agent)
    agent.press(Qt.Key.Key_F12, _SHIFT)
    agent.until("the reasons are open", lambda: agent.view.asking)
    agent.press(Qt.Key.Key_F12, _SHIFT)
    agent.write("Lou promised 15 pounds, did he?")
    agent.press(Qt.Key.Key_Return)
    agent.until("nobody listens", lambda: step_of(agent) is AskStep.NOBODY)
    assert agent.view.asked is not None and agent.view.asked.text == "Lou promised 15 pounds, did he?"

    folder = tmp_path / "late"
    folder.mkdir(mode=0o700)
    with AgentWindow(folder, hub.url) as late:
        late.sign_in("sam", hub.sign_ins.of("sam").password)
        late.until("the lead sees it", lambda: talk_of(late).waiting == 1)
        card = card_of(late)
        card.text.setText("He did.")
        card.text.returnPressed.emit()
        agent.until("the answer is there", lambda: step_of(agent) is AskStep.ANSWERED)
    assert agent.view.asked.answer == "He did."


def test_an_agent_without_a_hub_is_told_at_once(agent: AgentWindow, hub: HubProcess) -> None:
    on_call(agent)
    hub.stop()
    agent.press(Qt.Key.Key_F2)
    agent.until("it is known that the hub is away", lambda: not agent.view.sync.online)
    agent.press(Qt.Key.Key_F12, _SHIFT)
    agent.digit("2")
    assert step_of(agent) is AskStep.FAILED
    assert agent.view.asked is not None and "was not asked" in agent.view.asked.sentence


def on_call(agent: AgentWindow) -> str:
    """Ada calls and is answered; the title of the step."""
    bring_forward(agent)
    agent.simulated_phone.ring(ADA, "", "retention", {"menu": "cancel"})
    agent.until_phase(Phase.RINGING)
    agent.press(Qt.Key.Key_F10)
    agent.until_phase(Phase.ON_CALL)
    agent.until("the script is open", lambda: agent.view.script is not None and agent.recorded)
    assert agent.view.script is not None
    return agent.view.script.step_title


def bring_forward(agent: AgentWindow) -> None:
    """This window has the keyboard."""
    agent.window.activateWindow()
    agent.until("it is in front", agent.window.isActiveWindow)
    if QApplication.focusWidget() is None:
        agent.window.agent.setFocus()


def talk_of(lead: AgentWindow) -> TalkView:
    """What the lead's room shows of questions and messages."""
    talk = lead.session._talk
    return talk.view if talk is not None else TalkView()


def page_of(lead: AgentWindow) -> TalkPage:
    """The page with questions and messages."""
    pages: list[TalkPage] = lead.window.findChildren(TalkPage)
    return pages[-1]


def card_of(lead: AgentWindow) -> QuestionCard:
    """The card of the one question."""
    lead.until("its card is there", lambda: bool(page_of(lead).findChildren(QuestionCard)))
    card: QuestionCard = page_of(lead).findChildren(QuestionCard)[0]
    return card


def click(card: QWidget, words: str) -> None:
    """Presses the button with these words."""
    next(button for button in card.findChildren(KeyButton) if button.words() == words).click()


def step_of(agent: AgentWindow) -> AskStep | None:
    """Where the question stands."""
    return agent.view.asked.step if agent.view.asked is not None else None


def shown(agent: AgentWindow, text: str) -> bool:
    """Whether somebody who looks at the window, or has it read, meets this text."""
    widgets = agent.window.findChildren(QWidget)
    return any(text in (one.accessibleName() or getattr(one, "text", str)()) for one in widgets if one.isVisible())


def of_types(agent: AgentWindow, *types: EventType) -> list[Event]:
    """The recorded events of these types, in order."""
    return [event for event in agent.local_events() if event.type in types]
