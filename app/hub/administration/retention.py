"""How much is older than somebody wants to keep it. It only tells: nothing is removed here."""

from __future__ import annotations

from sqlalchemy import func, select

from app.hub import schema
from app.hub.administration.messages import MonthShown, Older, WouldGo
from app.hub.administration.office import Office
from app.hub.months import ELSEWHERE, month_bounds


def older_than(office: Office, asked: Older) -> WouldGo:
    """The months that lie wholly before a time, with what they hold.

    By the months in the events' ids, which are also PostgreSQL's partitions. Where an id tells none it never counts.
    """
    event = schema.event
    with office.store.read() as connection:
        rows = connection.execute(
            select(
                event.c.month,
                func.count(),
                func.count(func.distinct(event.c.subject)),
                func.sum(func.length(event.c.body)),
            )
            .where(event.c.month > ELSEWHERE, event.c.month <= asked.before.year * 100 + asked.before.month)
            .group_by(event.c.month)
            .order_by(event.c.month)
        ).all()
    return WouldGo(
        asked.before,
        [
            MonthShown(month, events, calls, round(size / 1e6, 1))
            for month, events, calls, size in rows
            if month_bounds(month)[1] <= asked.before
        ],
    )
