"""Views of what agents and leads tell each other, and of the agent's own weeks: for the gallery and its tests."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta

from app.desk.conversations import ASK_REASONS, ASK_TITLE, AskedLead, AskStep, LeadMessage
from app.desk.lead_talk import AskedQuestion, Room, SentLetter, TalkView, TeamPeople
from app.desk.view import Choice, Choosing, DeskView, DigitsTo, Phase
from app.reports.own import OwnWeek, OwnWeeks

COUNTS = ((121, 38, 11, 24), (98, 35, 9, 21), (0, 0, 0, 0), (130, 52, 14, 33), (117, 55, 17, 39), (64, 30, 10, 22))


def own_weeks_until(now: datetime) -> OwnWeeks:
    """Eight weeks of an agent who was away in one of them; this one is under way."""
    this = date(2026, 11, 16)
    counts = [*COUNTS, (109, 58, 19, 44), (66, 41, 13, 31)]
    weeks = [
        OwnWeek(
            this - timedelta(weeks=len(counts) - 1 - place), calls, extended, extended, extended, accepted, 1, points
        )
        for place, (calls, extended, accepted, points) in enumerate(counts)
    ]
    weeks = [replace(week, opportunities=week.calls, successes=week.accepted) for week in weeks]
    return OwnWeeks(now - timedelta(minutes=3), tuple(weeks))


def talk_views(ready: DeskView, on_call: DeskView, wrap: DeskView, now: datetime) -> dict[str, DeskView]:
    """The agent's window."""
    weeks = own_weeks_until(now)
    today = replace(ready.today, opportunities=19, opportunities_extended=14, successes=4)
    letters = (
        LeadMessage(
            "m-1",
            now - timedelta(minutes=12),
            "Sam O.",
            "The line test is slow today: tell callers two minutes, and go on with the router meanwhile.",
        ),
        LeadMessage("m-2", now - timedelta(minutes=2), "Sam O.", "Well done with the Hendersons."),
    )
    asked = AskedLead("q-1", AskStep.WAITING, "discount", "", now - timedelta(seconds=42), ("Sam O.", "Lou F."))
    rows = tuple(Choice(str(number), words) for number, (_, words) in enumerate(ASK_REASONS, start=1))
    asking = replace(on_call, asking=True, choosing=Choosing(ASK_TITLE, rows), digits_to=DigitsTo.LIST)
    answered = replace(
        asked,
        step=AskStep.ANSWERED,
        answered_by="Sam O.",
        choice="approve_10",
        answer="for 12 months, then the usual price",
        answered_at=now - timedelta(seconds=4),
    )
    own_words = replace(asked, reason="own_words", text="He says that Lou promised him £15.00 in October. Do we know?")
    offline = "No connection to the hub: your lead was not asked. Ask by phone."
    return {
        "my-day": replace(ready, weeks=weeks, today=today),
        "letter": replace(ready, letters=letters, weeks=weeks, today=today),
        "letter-on-break": replace(
            ready, phase=Phase.BREAK, since=now, on_break="Lunch", recent=(), letters=letters[:1]
        ),
        "letter-waits": replace(on_call, letters=letters),
        "letter-wrap-up": replace(wrap, letters=letters),
        "asking": asking,
        "asked": replace(on_call, asked=asked),
        "asked-own-words": replace(on_call, asked=own_words),
        "asked-nobody": replace(on_call, asked=replace(asked, step=AskStep.NOBODY, leads=())),
        "asked-offline": replace(on_call, asked=replace(asked, step=AskStep.FAILED, leads=(), sentence=offline)),
        "answered": replace(on_call, asked=answered),
    }


def lead_talk_views(now: datetime) -> dict[str, TalkView]:
    """The lead's room of messages and questions."""
    people = (("person-ana", "Ana R."), ("person-bo", "Bo K."), ("person-cy", "Cy D."), ("person-ira", "Ira M."))
    open_one = AskedQuestion(
        "q-1",
        now - timedelta(seconds=42),
        "blue",
        "Ana R.",
        "4221-88",
        "retention",
        "Cancel: too expensive",
        "Offer the smaller plan",
        "discount",
        "",
        closed=False,
        answered_at=None,
        answered_by="",
        choice="",
        answer="",
    )
    second = replace(
        open_one,
        id="q-2",
        at=now - timedelta(seconds=9),
        agent="Bo K.",
        account="",
        queue="support",
        script="Slow internet",
        step="Restart the router",
        reason="own_words",
        text="He says that Lou promised him £15.00 in October. Do we know?",
    )
    done = replace(
        open_one,
        id="q-0",
        at=now - timedelta(minutes=31),
        agent="Ira M.",
        answered_at=now - timedelta(minutes=30),
        answered_by="Lou F.",
        choice="coming",
    )
    gone = replace(open_one, id="q-3", at=now - timedelta(minutes=55), agent="Cy D.", closed=True, reason="unsure")
    letters = (
        SentLetter(
            "m-1",
            now - timedelta(minutes=12),
            "blue",
            "",
            "Sam O.",
            "The line test is slow today: tell callers two minutes, and go on with the router meanwhile.",
            (
                ("Ana R.", now - timedelta(minutes=9)),
                ("Bo K.", now - timedelta(minutes=2)),
                ("Cy D.", None),
                ("Ira M.", None),
            ),
        ),
        SentLetter(
            "m-0",
            now - timedelta(days=1),
            "blue",
            "Ana R.",
            "Sam O.",
            "Well done with the Hendersons.",
            (("Ana R.", now - timedelta(hours=22)),),
        ),
    )
    teams = (TeamPeople("blue", "Blue", people),)
    room = Room(teams, letters, (gone, done, open_one, second))
    full = TalkView(room, heard=True, loaded=True)
    return {
        "talk": full,
        "talk-empty": TalkView(Room(teams), heard=True, loaded=True),
        "talk-loading": TalkView(),
        "talk-away": replace(full, heard=False, problem="Lou F. has answered already."),
    }
