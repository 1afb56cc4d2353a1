"""The left column while there is no call: my day, the phones, sync; and what stands there signed out."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from app.desk.ports import SourceState, SyncState
from app.desk.view import DeskView, Fact, Phase, Today
from ui.agent.caller import FactsList
from ui.agent.hands import clock_time
from ui.agent.weeks import Weeks
from ui.theme.colours import Tint
from ui.theme.theme import theme
from ui.widgets.badge import Badge
from ui.widgets.frames import Box, Many, gap, line
from ui.widgets.shapes import Shape
from ui.widgets.text import Label, Paragraph, Role
from ui.words.catalogue import say


class Shift(Box):
    """My day in numbers, each with its denominator; phones and sync in words."""

    def __init__(self) -> None:
        super().__init__()
        self._title = Paragraph(say("My day"), Role.TITLE, line_height=1.25)
        self._team = Paragraph(role=Role.SUBTITLE)
        self._counts = Box(gap(14))
        self._figures = [CountLine() for _ in range(4)]
        for figure in self._figures:
            self._counts.column.addWidget(figure)
        self._facts = FactsList()
        self._weeks = Weeks()
        self._phones_heading = Label(say("Phones"), Role.SECTION)
        self._phones: Many[PhoneLine, SourceState] = Many(lambda state: PhoneLine(), PhoneLine.show_this, gap(8))
        self._sync_heading = Label(say("Sync"), Role.SECTION)
        self._sync = Paragraph(role=Role.SECONDARY, line_height=1.4)
        layout = self.column
        layout.addWidget(self._title)
        layout.addSpacing(2)
        layout.addWidget(self._team)
        layout.addSpacing(gap(18))
        layout.addWidget(self._counts)
        layout.addSpacing(gap(16))
        layout.addWidget(self._facts)
        layout.addWidget(self._weeks)
        layout.addSpacing(gap(24))
        layout.addWidget(self._phones_heading)
        layout.addSpacing(gap(9))
        layout.addWidget(self._phones)
        layout.addSpacing(gap(20))
        layout.addWidget(self._sync_heading)
        layout.addSpacing(gap(9))
        layout.addWidget(self._sync)
        layout.addStretch(1)

    def render_view(self, view: DeskView) -> None:
        """Shows this view's day, phones and sync."""
        locked = view.locked is not None
        signed_in = view.phase is not Phase.SIGNED_OUT and not locked
        self._title.setText(view.who if locked else say("My day") if signed_in else "Cuecard")
        self._team.setText(view.team if signed_in or locked else say("Who is calling, what to say next, which offer."))
        self._team.setVisible(bool(self._team.text()))
        self._counts.setVisible(signed_in)
        self._show_counts(view.today)
        self._facts.show_facts((*_rates(view.today), *_times(view.today)) if signed_in else ())
        self._weeks.show_weeks(view.weeks if signed_in else None)
        self._phones_heading.setVisible(bool(view.phones))
        self._phones.show_these(view.phones)
        self._sync.setText(sync_sentence(view.sync))

    def _show_counts(self, today: Today) -> None:
        self._figures[0].show_this(say("Calls"), today.calls, say("answered today"))
        self._figures[1].show_this(
            say("Extended"),
            today.extended,
            _share(
                say("of {}").format(say("1 call") if today.calls == 1 else say("{} calls").format(today.calls)),
                today.extended,
                today.calls,
            ),
        )
        accepted_of = say("of {} extended").format(today.extended)
        self._figures[2].show_this(say("Accepted"), today.accepted, _share(accepted_of, today.accepted, today.extended))
        self._figures[3].show_this(say("Points"), today.points, say("in today's contest"))
        self._figures[3].setVisible(today.points > 0)


def _share(of: str, part: int, whole: int) -> str:
    """What it is a part of, with the share where there is one."""
    return say("{} · {} %").format(of, round(100 * part / whole)) if whole else of


def _rates(today: Today) -> tuple[Fact, ...]:
    """The day's other rates by the definitions of the team's report: opportunities with an extend, and successes."""
    rates = (
        (say("Opportunities"), today.opportunities_extended, today.opportunities),
        (say("Success rate"), today.successes, today.calls),
    )
    return tuple(
        Fact(name, say("{} of {} · {} %").format(part, whole, round(100 * part / whole)))
        for name, part, whole in rates
        if whole
    )


def _times(today: Today) -> tuple[Fact, ...]:
    """Where today's time went, as far as there is something to say."""
    parts = ((say("Talking"), today.talk_s), (say("Wrap-up"), today.wrap_s), (say("Breaks"), today.break_s))
    return tuple(Fact(name, _minutes(seconds)) for name, seconds in parts if seconds >= 30)


def _minutes(seconds: int) -> str:
    hours, minutes = divmod(round(seconds / 60), 60)
    return say("{} h {:02} min").format(hours, minutes) if hours else say("{} min").format(minutes)


def _events(count: int) -> str:
    return say("1 event") if count == 1 else say("{} events").format(count)


def sync_sentence(sync: SyncState) -> str:
    """The state of sync in a sentence or two."""
    if sync.unsent:
        since = say(" since {}").format(clock_time(sync.oldest)) if sync.oldest else ""
        text = say("{} not yet at the hub{}. Nothing is lost: all are kept here.").format(_events(sync.unsent), since)
    else:
        at = say(", last at {}").format(clock_time(sync.last_synced)) if sync.last_synced else ""
        text = say("Everything is at the hub{}.").format(at)
    if sync.set_aside:
        text += say(" {} set aside: the hub refused them.").format(_events(sync.set_aside))
    return f"{text} {sync.problem}".strip()


class CountLine(QWidget):
    """A large number, its name, and what it is a part of."""

    def __init__(self) -> None:
        super().__init__()
        row = line(self, (0, 0), 12)
        self._number = Label(role=Role.FIGURE)
        self._name = Paragraph(role=Role.BODY)
        self._of = Paragraph(role=Role.SECONDARY)
        texts = Box(0)
        texts.column.addWidget(self._name)
        texts.column.addWidget(self._of)
        row.addWidget(self._number)
        row.addWidget(texts, 1)
        theme().changed.connect(self._measure)
        self._measure()

    def show_this(self, name: str, number: int, of: str) -> None:
        """Shows this count."""
        self._number.setText(str(number))
        self._name.setText(name)
        self._of.setText(of)
        self.setAccessibleName(f"{name}: {number} {of}")

    def _measure(self) -> None:
        self._number.setMinimumWidth(theme().px(44))


class PhoneLine(QWidget):
    """A phone and whether it works."""

    def __init__(self) -> None:
        super().__init__()
        column = Box(2)
        head = line(None, (0, 0), 8)
        self._badge = Badge()
        head.addWidget(self._badge)
        head.addStretch(1)
        self._sentence = Paragraph(role=Role.SECONDARY)
        column.column.addWidget(self._sentence)
        column.column.addSpacing(2)
        column.column.addLayout(head)
        line(self, (0, 0), 0).addWidget(column)

    def show_this(self, state: SourceState) -> None:
        """Shows this phone's state."""
        tint, shape = (Tint.GOOD, Shape.CHECK) if state.connected else (Tint.ATTENTION, Shape.ALERT)
        self._badge.show_this(say("connected") if state.connected else say("not connected"), tint, shape)
        self._sentence.setText(state.sentence)
