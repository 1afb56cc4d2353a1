"""What `cuecard admin` prints: tables for people, JSON for programs."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import msgspec

from app.commands.terminal import say
from app.hub.administration.messages import Done, Erased, Membership, OneTime, RosterTaken, TrailChecked, WouldGo


def show(answer: Any, *, as_json: bool) -> None:
    """Prints an answer."""
    if as_json:
        say(msgspec.json.format(msgspec.json.encode(answer), indent=2).decode())
        return
    match answer:
        case Done():
            say(_done(answer.sessions_ended))
        case OneTime(user, password, ended):
            known = f"One-time password of {user}: {password}" if password else f"{user} signs in through the company."
            say(f"{known}\nIt is shown this once, and has to be changed at the first sign-in." if password else known)
            if ended:
                say(_done(ended))
        case RosterTaken():
            _show_roster(answer)
        case Erased(done, accounts, events, orders, marker):
            what = f"{accounts} account, {events} events, {orders} orders"
            say(f"Erased: {what}; in their place stands {marker}." if done else f"Would be erased: {what}.")
            if not done:
                say("Nothing was changed. Repeat it with --yes to erase them; that cannot be undone.")
        case TrailChecked(sound, broken, head):
            first = f"{sound} rows, all as they were written; head {head or 'none'}"
            say(first if broken is None else f"The audit trail was changed: row {broken} is not as it was written.")
        case WouldGo(before, months):
            say(table(months) if months else "No month lies wholly before that time.")
            say(f"{sum(month.events for month in months)} events before {_cell(before)}. Nothing was removed.")
        case _:
            [rows] = (getattr(answer, name) for name in answer.__struct_fields__)
            say(table(rows) if rows else "There are none.")


def table(rows: Sequence[Any]) -> str:
    """Structs of one type as a table, a column for each field."""
    titles = [name.replace("_", " ") for name in rows[0].__struct_fields__]
    cells = [[_cell(getattr(row, name)) for name in row.__struct_fields__] for row in rows]
    widths = [max(len(row[place]) for row in (titles, *cells)) for place in range(len(titles))]
    lines = ("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) for row in (titles, *cells))
    return "\n".join(line.rstrip() for line in lines)


def _show_roster(taken: RosterTaken) -> None:
    for problem in taken.bad:
        say(f"line {problem.line}: {problem.problem}")
    counts = (("added", taken.added), ("changed", taken.changed), ("unchanged", taken.unchanged), ("bad", taken.bad))
    say(", ".join(f"{len(lines)} {what}" for what, lines in counts))
    if taken.passwords:
        say("One-time passwords, shown this once:")
        say("\n".join(f"  {one.user}  {one.password}" for one in taken.passwords))


def _done(sessions_ended: int) -> str:
    if not sessions_ended:
        return "Done."
    return "Done. One session was ended." if sessions_ended == 1 else f"Done. {sessions_ended} sessions were ended."


def _cell(value: Any) -> str:
    match value:
        case None | "":
            return "-"
        case bool():
            return "yes" if value else "no"
        case datetime():
            return f"{value.astimezone():%Y-%m-%d %H:%M}"
        case Membership(team, since):
            return team if since is None else f"{team} from {_cell(since)}"
        case list():
            return ", ".join(_cell(one) for one in value) or "-"
    return str(value)
