"""A lead's messages to a team or a person, each with a receipt of everybody it was meant for."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, insert, select, update

from app.domain.person import Person
from app.hub.conversations.circle import agents_of, leads_of
from app.hub.conversations.news import MESSAGES, tell
from app.hub.conversations.tables import lead_message, message_receipt
from app.hub.conversations.wire import MessageForMe, NewMessage, Receipt, Seen, SentMessage
from app.hub.errors import Problem
from app.hub.moment import from_micros, to_micros
from app.hub.people import names_of
from app.hub.store import Store

KEPT = timedelta(days=7)
_NOT_YOURS = "There is no such team or agent among yours."


def send(store: Store, lead: Person, asked: NewMessage, now: datetime) -> None:
    """Keeps a message and tells those it is meant for.

    Raises Problem 404 for a team that the person does not lead and for an agent who is not in it, 409 where the id is
    another message's.
    """
    if asked.team not in lead.teams:
        raise Problem(404, _NOT_YOURS)
    with store.write() as connection:
        store.exclusive(connection, f"message {asked.id}")
        known = connection.execute(select(lead_message).where(lead_message.c.id == asked.id)).first()
        if known is not None:
            if (known.author, known.team, known.person, known.text) != (lead.id, asked.team, asked.person, asked.text):
                raise Problem(409, "Another message has this id.")
            return
        members = [agent.id for agent in agents_of(connection, asked.team) if agent.id != lead.id]
        meant = members if not asked.person else [person for person in members if person == asked.person]
        if asked.person and not meant:
            raise Problem(404, _NOT_YOURS)
        _forget(connection, now)
        connection.execute(
            insert(lead_message).values(
                id=asked.id,
                at=to_micros(now),
                team=asked.team,
                person=asked.person,
                author=lead.id,
                text=asked.text,
            )
        )
        if meant:
            connection.execute(
                insert(message_receipt), [{"message": asked.id, "person": one, "seen_at": None} for one in meant]
            )
        leads = [one.id for one in leads_of(connection, asked.team)]
        tell(connection, store, now, MESSAGES, {*meant, *leads})


def messages_for(store: Store, person: Person, now: datetime) -> list[MessageForMe]:
    """What somebody was told in the last seven days, oldest first."""
    message, receipt = lead_message, message_receipt
    with store.read() as connection:
        rows = connection.execute(
            select(message, receipt.c.seen_at)
            .join(receipt, receipt.c.message == message.c.id)
            .where(receipt.c.person == person.id, message.c.at >= to_micros(now - KEPT))
            .order_by(message.c.at, message.c.id)
        ).all()
        names = names_of(connection, {row.author for row in rows})
    return [
        MessageForMe(row.id, from_micros(row.at), names.get(row.author, ""), row.text, _time(row.seen_at))
        for row in rows
    ]


def note_seen(store: Store, person: Person, seen: Sequence[Seen], now: datetime) -> None:
    """Notes what somebody has seen; the first time counts. What was not meant for him changes nothing."""
    message, receipt = lead_message, message_receipt
    with store.write() as connection:
        teams: set[str] = set()
        for one in seen:
            sent = connection.execute(select(message).where(message.c.id == one.message)).first()
            if sent is None:
                continue
            at = min(max(to_micros(one.at), sent.at), to_micros(now))
            changed = connection.execute(
                update(receipt)
                .where(receipt.c.message == one.message, receipt.c.person == person.id, receipt.c.seen_at.is_(None))
                .values(seen_at=at)
            )
            if changed.rowcount:
                teams.add(sent.team)
        leads = {lead.id for team in teams for lead in leads_of(connection, team)}
        tell(connection, store, now, MESSAGES, leads)


def sent_messages(connection: Connection, teams: Sequence[str], now: datetime) -> list[SentMessage]:
    """What was told to these teams in the last seven days, newest first, with every receipt."""
    message, receipt = lead_message, message_receipt
    wanted = (message.c.team.in_(teams), message.c.at >= to_micros(now - KEPT))
    rows = connection.execute(select(message).where(*wanted).order_by(message.c.at.desc(), message.c.id)).all()
    given = connection.execute(select(receipt).join(message, message.c.id == receipt.c.message).where(*wanted)).all()
    names = names_of(connection, {row.author for row in rows} | {row.person for row in (*rows, *given)})
    receipts: dict[str, list[Receipt]] = defaultdict(list)
    for row in given:
        receipts[row.message].append(Receipt(names.get(row.person, ""), _time(row.seen_at)))
    return [
        SentMessage(
            row.id,
            from_micros(row.at),
            row.team,
            names.get(row.person, ""),
            names.get(row.author, ""),
            row.text,
            sorted(receipts[row.id], key=lambda one: one.name.casefold()),
        )
        for row in rows
    ]


def _forget(connection: Connection, now: datetime) -> None:
    before = to_micros(now - KEPT)
    old = select(lead_message.c.id).where(lead_message.c.at < before)
    connection.execute(delete(message_receipt).where(message_receipt.c.message.in_(old)))
    connection.execute(delete(lead_message).where(lead_message.c.at < before))


def _time(micros: int | None) -> datetime | None:
    return None if micros is None else from_micros(micros)
