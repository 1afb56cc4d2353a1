"""What agents ask their leads in a call, and the answer: the first one counts."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, delete, insert, select, update

from app.domain.person import Person
from app.hub import schema
from app.hub.conversations.circle import leads_of
from app.hub.conversations.listening import listening
from app.hub.conversations.news import QUESTIONS, tell
from app.hub.conversations.tables import lead_question
from app.hub.conversations.wire import AnswerRequest, AskedAnswer, NewQuestion, QuestionShown, QuestionState
from app.hub.envelope import is_event_id
from app.hub.errors import Problem
from app.hub.moment import from_micros, to_micros
from app.hub.people import names_of
from app.hub.store import Store

KEPT = timedelta(days=7)
SHOWN = timedelta(days=1)
_UNKNOWN = "There is no such question."
_IS_OPEN = (lead_question.c.answered_at.is_(None), lead_question.c.closed_at.is_(None))


def ask(store: Store, agent: Person, asked: NewQuestion, now: datetime) -> AskedAnswer:
    """Keeps a question and tells the team's leads; who of them listens. An agent's earlier open question is closed.

    Raises Problem 404 where nobody leads the team, 409 where the id is another agent's question.
    """
    with store.write() as connection:
        store.exclusive(connection, f"question {asked.id}")
        leads = leads_of(connection, agent.team)
        if not leads:
            raise Problem(404, "Nobody leads your team. Ask your administrator.")
        known = connection.execute(select(lead_question).where(lead_question.c.id == asked.id)).first()
        if known is not None and known.person != agent.id:
            raise Problem(409, "Another question has this id.")
        if known is None:
            _keep(connection, agent, asked, now)
            tell(connection, store, now, QUESTIONS, {lead.id for lead in leads})
        there = listening(connection, [lead.id for lead in leads], now)
    names = [lead.display_name for lead in leads]
    return AskedAnswer([lead.display_name for lead in leads if lead.id in there], names)


def state_of(store: Store, agent: Person, question: str) -> QuestionState:
    """What became of one's own question; raises Problem 404."""
    with store.read() as connection:
        return _state(connection, _own(connection, agent, question))


def withdraw(store: Store, agent: Person, question: str, now: datetime) -> QuestionState:
    """The agent no longer waits for an answer; what became of the question. Raises Problem 404."""
    with store.write() as connection:
        row = _own(connection, agent, question)
        closed = connection.execute(
            update(lead_question).where(lead_question.c.id == question, *_IS_OPEN).values(closed_at=to_micros(now))
        )
        if closed.rowcount:
            tell(connection, store, now, QUESTIONS, {lead.id for lead in leads_of(connection, row.team)})
        return _state(connection, _own(connection, agent, question))


def answer(store: Store, lead: Person, question: str, given: AnswerRequest, now: datetime) -> None:
    """Answers a question, tells the agent and the other leads.

    Raises Problem 404 for a question of a team that the person does not lead, 400 for an answer without a word, 409
    where somebody was quicker or the agent no longer waits.
    """
    if not (given.choice or given.text.strip()):
        raise Problem(400, "Choose an answer or write one.")
    with store.write() as connection:
        row = _known(connection, question)
        if row is None or row.team not in lead.teams:
            raise Problem(404, _UNKNOWN)
        values = {"answered_at": to_micros(now), "answered_by": lead.id, "choice": given.choice, "answer": given.text}
        # In one statement: of two leads who answer at once, one is the first.
        done = connection.execute(
            update(lead_question).where(lead_question.c.id == question, *_IS_OPEN).values(**values)
        )
        if not done.rowcount:
            _refuse(connection, lead, question, given)
            return
        tell(connection, store, now, QUESTIONS, {row.person, *(one.id for one in leads_of(connection, row.team))})


def questions_for(connection: Connection, teams: Sequence[str], now: datetime) -> list[QuestionShown]:
    """What the agents of these teams asked in the last day, oldest first."""
    table = lead_question
    rows = connection.execute(
        select(table)
        .where(table.c.team.in_(teams), table.c.at >= to_micros(now - SHOWN))
        .order_by(table.c.at, table.c.id)
    ).all()
    names = names_of(connection, {row.person for row in rows} | {row.answered_by for row in rows})
    account = schema.account
    wanted = list({row.account for row in rows if row.account})
    found = connection.execute(select(account.c.id, account.c.number).where(account.c.id.in_(wanted)))
    numbers = {row.id: row.number for row in found}
    return [
        QuestionShown(
            id=row.id,
            at=from_micros(row.at),
            team=row.team,
            agent=names.get(row.person, ""),
            account=numbers.get(row.account, ""),
            queue=row.queue,
            script=row.script,
            step=row.step,
            reason=row.reason,
            text=row.text,
            closed_at=_time(row.closed_at),
            answered_at=_time(row.answered_at),
            answered_by=names.get(row.answered_by, ""),
            choice=row.choice,
            answer=row.answer,
        )
        for row in rows
    ]


def _keep(connection: Connection, agent: Person, asked: NewQuestion, now: datetime) -> None:
    table = lead_question
    connection.execute(delete(table).where(table.c.at < to_micros(now - KEPT)))
    connection.execute(update(table).where(table.c.person == agent.id, *_IS_OPEN).values(closed_at=to_micros(now)))
    connection.execute(
        insert(table).values(
            id=asked.id,
            at=to_micros(now),
            team=agent.team,
            person=agent.id,
            subject=asked.subject,
            account=asked.account,
            queue=asked.queue,
            script=asked.script,
            step=asked.step,
            reason=asked.reason,
            text=asked.text,
            answered_by="",
            choice="",
            answer="",
        )
    )


def _refuse(connection: Connection, lead: Person, question: str, given: AnswerRequest) -> None:
    """Says who was quicker; the same answer sent once more is fine."""
    row = connection.execute(select(lead_question).where(lead_question.c.id == question)).one()
    if (row.answered_by, row.choice, row.answer) == (lead.id, given.choice, given.text):
        return
    if row.answered_at is not None:
        who = names_of(connection, [row.answered_by]).get(row.answered_by, "Another lead")
        raise Problem(409, f"{who} has answered already.")
    raise Problem(409, "The agent no longer waits for an answer.")


def _own(connection: Connection, agent: Person, question: str) -> Row[Any]:
    row = _known(connection, question)
    if row is None or row.person != agent.id:
        raise Problem(404, _UNKNOWN)
    return row


def _known(connection: Connection, question: str) -> Row[Any] | None:
    if not is_event_id(question):
        return None
    return connection.execute(select(lead_question).where(lead_question.c.id == question)).first()


def _state(connection: Connection, row: Row[Any]) -> QuestionState:
    name = names_of(connection, [row.answered_by]).get(row.answered_by, "") if row.answered_by else ""
    return QuestionState(
        row.id, row.answered_by, name, _time(row.answered_at), _time(row.closed_at), row.choice, row.answer
    )


def _time(micros: int | None) -> datetime | None:
    return None if micros is None else from_micros(micros)
