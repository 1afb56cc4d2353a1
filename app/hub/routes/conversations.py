"""Between agents and their leads."""

from __future__ import annotations

from anyio.to_thread import run_sync
from litestar import get, post
from litestar.params import FromPath

from app.domain.person import Person, Role
from app.hub.conversations import letters, questions
from app.hub.conversations.circle import teams_led
from app.hub.conversations.wire import (
    AnswerRequest,
    AskedAnswer,
    LeadRoomAnswer,
    MessagesAnswer,
    NewMessage,
    NewQuestion,
    QuestionState,
    SeenRequest,
)
from app.hub.hub import Hub
from app.hub.openapi import takes
from app.hub.routes.http import HubRequest, hub_of, person_in, read_json


@post("/v1/messages", opt={"role": Role.LEAD}, status_code=204, operation_class=takes(NewMessage))
async def send_message(request: HubRequest) -> None:
    """Tells a team that the person leads, or one of its agents; kept for seven days."""
    hub = hub_of(request)
    asked = await read_json(request, NewMessage)
    await run_sync(letters.send, hub.store, person_in(request), asked, hub.clock())
    hub.board.look()


@get("/v1/messages")
async def my_messages(request: HubRequest) -> MessagesAnswer:
    """What the signed-in person was told in the last seven days."""
    hub = hub_of(request)
    return MessagesAnswer(await run_sync(letters.messages_for, hub.store, person_in(request), hub.clock()))


@post("/v1/messages/seen", status_code=204, operation_class=takes(SeenRequest))
async def seen_messages(request: HubRequest) -> None:
    """The receipt of messages that the signed-in person has seen."""
    hub = hub_of(request)
    asked = await read_json(request, SeenRequest)
    await run_sync(letters.note_seen, hub.store, person_in(request), asked.seen, hub.clock())
    hub.board.look()


@post("/v1/questions", opt={"role": Role.AGENT}, operation_class=takes(NewQuestion))
async def ask_lead(request: HubRequest) -> AskedAnswer:
    """Asks those who lead the agent's team."""
    hub = hub_of(request)
    asked = await read_json(request, NewQuestion)
    answer = await run_sync(questions.ask, hub.store, person_in(request), asked, hub.clock())
    hub.board.look()
    return answer


@get("/v1/questions/{question:str}", opt={"role": Role.AGENT})
async def question_state(request: HubRequest, question: FromPath[str]) -> QuestionState:
    """What became of one's own question."""
    return await run_sync(questions.state_of, hub_of(request).store, person_in(request), question)


@post("/v1/questions/{question:str}/withdraw", opt={"role": Role.AGENT}, status_code=200)
async def withdraw_question(request: HubRequest, question: FromPath[str]) -> QuestionState:
    """The agent no longer waits; what became of the question (it may have been answered just before)."""
    hub = hub_of(request)
    state = await run_sync(questions.withdraw, hub.store, person_in(request), question, hub.clock())
    hub.board.look()
    return state


@post(
    "/v1/questions/{question:str}/answer",
    opt={"role": Role.LEAD},
    status_code=204,
    operation_class=takes(AnswerRequest),
)
async def answer_question(request: HubRequest, question: FromPath[str]) -> None:
    """Answers a question of one's own teams; 409 where somebody was quicker."""
    hub = hub_of(request)
    given = await read_json(request, AnswerRequest)
    await run_sync(questions.answer, hub.store, person_in(request), question, given, hub.clock())
    hub.board.look()


@get("/v1/leads/room", opt={"role": Role.LEAD})
async def lead_room(request: HubRequest) -> LeadRoomAnswer:
    """The teams that the person leads, what was told to them, and what their agents ask."""
    return await run_sync(_room, hub_of(request), person_in(request))


def _room(hub: Hub, lead: Person) -> LeadRoomAnswer:
    now = hub.clock()
    with hub.store.read() as connection:
        return LeadRoomAnswer(
            now,
            teams_led(connection, lead),
            letters.sent_messages(connection, lead.teams, now),
            questions.questions_for(connection, lead.teams, now),
        )


ROUTES = (
    send_message,
    my_messages,
    seen_messages,
    ask_lead,
    question_state,
    withdraw_question,
    answer_question,
    lead_room,
)
