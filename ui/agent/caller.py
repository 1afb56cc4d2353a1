"""The left column during a call: who is calling, how sure that is, what is worth knowing."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QGridLayout, QWidget

from app.desk.intents import Digit, WhoIsCalling
from app.desk.view import Candidate, Card, Fact, Match
from ui.agent.hands import Hands
from ui.keys import Command
from ui.theme import metrics
from ui.theme.colours import Tint
from ui.theme.theme import theme
from ui.widgets.badge import Badge
from ui.widgets.button import KeyButton, Kind
from ui.widgets.flow import flow
from ui.widgets.frames import Box, Many, Surface, column, gap, line
from ui.widgets.key_cap import KeyCap
from ui.widgets.shapes import Shape
from ui.widgets.text import Label, Paragraph, Role
from ui.words.catalogue import say


class CallerCard(Box):
    """Shows the card of the view; four looks for four kinds of match."""

    def __init__(self, hands: Hands) -> None:
        super().__init__()
        self._card: Card | None = None
        self.setVisible(False)
        self._title = Paragraph(role=Role.TITLE, line_height=1.25)
        self._subtitle = Paragraph(role=Role.SUBTITLE)
        self._badges = line(None, (0, 0), 6)
        self._badge = Badge()
        self._old = Badge()
        self._badges.addWidget(self._badge)
        self._badges.addWidget(self._old)
        self._badges.addStretch(1)
        self._candidates: Many[CandidateRow, Candidate] = Many(
            lambda content: CandidateRow(hands, content), CandidateRow.show_this
        )
        self._facts = FactsList()
        self._knowing = Section(say("Worth knowing"))
        self._alerts: Many[AlertLine, str] = Many(lambda text: AlertLine(), AlertLine.show_this, gap(7))
        self._knowing.column.addWidget(self._alerts)
        self._contacts = Section(say("Last contacts"))
        self._past = FactsList(small=True)
        self._contacts.column.addWidget(self._past)
        self._why = Section(say("Why this match"))
        self._reason = Paragraph(role=Role.SECONDARY, line_height=1.4)
        self._why.column.addWidget(self._reason)
        layout = self.column
        layout.addWidget(self._title)
        layout.addSpacing(2)
        layout.addWidget(self._subtitle)
        layout.addSpacing(gap(10))
        layout.addLayout(self._badges)
        layout.addSpacing(gap(18))
        layout.addWidget(self._candidates)
        layout.addWidget(self._facts)
        layout.addWidget(self._knowing)
        layout.addWidget(self._contacts)
        layout.addWidget(self._why)
        layout.addStretch(1)

    def stock(self) -> None:
        """Makes the lines of a usual card ahead of time."""
        self._candidates.stock(Candidate("1", "", ()), 4)
        self._alerts.stock("", 4)
        self._facts.stock(8)
        self._past.stock(4)

    def show_card(self, card: Card | None, digits: bool) -> None:
        """Shows this card; nothing for None. `digits`: whether they choose among the candidates now."""
        for row in self._candidates.rows():
            row.open(digits)
        if card == self._card:
            return
        self._card = card
        self.setVisible(card is not None)
        if card is None:
            return
        self._title.setText(card.title)
        self._subtitle.setText(card.subtitle)
        self._subtitle.setVisible(bool(card.subtitle))
        text, tint, shape, dashed = match_badge(card)
        self._badge.show_this(text, tint, shape, dashed)
        self._old.show_this(card.as_of, Tint.ATTENTION, Shape.AGAIN)
        self._old.setVisible(bool(card.as_of))
        self._candidates.show_these(card.candidates)
        for row in self._candidates.rows():
            row.open(digits)
        self._facts.show_facts(card.facts)
        self._alerts.show_these(card.worth_knowing)
        for alert in self._alerts.rows():
            alert.mark(card.fresh)
        self._knowing.setVisible(bool(card.worth_knowing))
        self._past.show_facts(tuple(Fact(contact.when, contact.text) for contact in card.contacts))
        self._contacts.setVisible(bool(card.contacts))
        self._reason.setText(card.why)
        self._why.setVisible(bool(card.why))


def match_badge(card: Card) -> tuple[str, Tint, Shape, bool]:
    """The word under the title: verified and how, or how the number matched."""
    if card.verified:
        return card.verified, Tint.GOOD, Shape.CHECK, False
    looks = {
        Match.SEARCHING: (say("Looking up the number"), Tint.PLAIN, Shape.AGAIN, True),
        Match.ONE: (say("Not verified, details hidden"), Tint.PLAIN, Shape.LOCK, True),
        Match.SEVERAL: (say("{} possible, none chosen").format(_people(card)), Tint.ACCENT, Shape.PEOPLE, False),
        Match.NONE: (say("No account with this number"), Tint.PLAIN, Shape.QUESTION, True),
        Match.WITHHELD: (say("Number withheld"), Tint.SPECIAL, Shape.CROSS, False),
    }
    return looks[card.match]


def _people(card: Card) -> int:
    return sum(1 for candidate in card.candidates if candidate.key != "0")


class CallerKeys(Box):
    """Below the card, always in sight: who the caller is, and finding another account.

    Signals: `search_wanted`.
    """

    search_wanted = Signal()

    def __init__(self, hands: Hands) -> None:
        super().__init__(0, (metrics.EDGE - 4, 6))
        self._who = KeyButton(say("who"), hands.keyboard, Command.CALLER, Kind.FLAT)
        self._who.clicked.connect(lambda: hands.send(WhoIsCalling()))
        self._find = KeyButton(say("find account"), hands.keyboard, Command.SEARCH, Kind.FLAT)
        self._find.clicked.connect(self.search_wanted)
        keys = flow(across=4, down=2)
        keys.addWidget(self._who)
        keys.addWidget(self._find)
        self.column.addLayout(keys)
        self.setVisible(False)

    def show_for(self, card: Card | None) -> None:
        """Offers what fits this card; nothing for None."""
        self.setVisible(card is not None and card.may_search)
        self._who.setVisible(card is not None and card.match is Match.ONE)


class Section(Box):
    """A small heading with something below it."""

    def __init__(self, heading: str) -> None:
        super().__init__()
        self.column.addSpacing(gap(20))
        self.column.addWidget(Label(heading, Role.SECTION))
        self.column.addSpacing(gap(9))


class FactsList(QWidget):
    """Lines of a name and a value, in two columns that line up."""

    def __init__(self, small: bool = False) -> None:
        super().__init__()
        self._small = small
        self._rows: list[tuple[Paragraph, Paragraph]] = []
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(gap(14))
        self._grid.setVerticalSpacing(gap(7 if small else 9))
        self._grid.setColumnStretch(1, 1)
        theme().changed.connect(self._measure)
        self._measure()

    def stock(self, count: int) -> None:
        """Makes this many lines ahead of time."""
        for index in range(len(self._rows), count):
            self._add(index)
            for part in self._rows[index]:
                part.setVisible(False)

    def show_facts(self, facts: tuple[Fact, ...]) -> None:
        """Shows these lines; a masked one is read as hidden."""
        for index, fact in enumerate(facts):
            if index == len(self._rows):
                self._add(index)
            name, value = self._rows[index]
            name.setText(fact.label)
            value.setText(fact.value)
            value.set_tint(Tint.ATTENTION if fact.attention else Tint.PLAIN)
            value.setAccessibleName(f"{fact.label}: {say('hidden until verified') if fact.masked else value.text()}")
            name.setVisible(True)
            value.setVisible(True)
        for name, value in self._rows[len(facts) :]:
            name.setVisible(False)
            value.setVisible(False)
        self.setVisible(bool(facts))

    def _add(self, index: int) -> None:
        name = Paragraph(role=Role.SECONDARY, line_height=_same_step(self._small))
        value = Paragraph(role=Role.BODY_SMALL if self._small else Role.BODY)
        name.setMaximumWidth(theme().px(96))
        self._rows.append((name, value))
        self._grid.addWidget(name, index, 0, Qt.AlignmentFlag.AlignTop)
        self._grid.addWidget(value, index, 1)

    def _measure(self) -> None:
        look = theme()
        self._grid.setColumnMinimumWidth(0, look.px(46 if self._small else 72))
        for name, _ in self._rows:
            name.setMaximumWidth(look.px(96))


def _same_step(small: bool) -> float:
    """The line height that gives the smaller name the step of the value beside it."""
    return metrics.TEXT_LINE_HEIGHT * (1 if small else metrics.TEXT / metrics.SECONDARY)


class AlertLine(QWidget):
    """Something worth knowing, behind an attention mark."""

    def __init__(self) -> None:
        super().__init__()
        row = line(self, (0, 0), gap(12))
        mark = Label("!", Role.STRONG, Tint.ATTENTION)
        mark.setAccessibleName(say("Attention"))
        self._text = Paragraph(role=Role.BODY_SMALL)
        row.addSpacing(4)
        row.addWidget(mark, 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(self._text, 1)
        self._new = Badge(say("new"), Tint.ACCENT)
        row.addWidget(self._new, 0, Qt.AlignmentFlag.AlignTop)
        self._new.setVisible(False)

    def show_this(self, text: str) -> None:
        """Shows this text."""
        self._text.setText(text)
        self.setAccessibleName(self._text.text())

    def mark(self, fresh: tuple[str, ...]) -> None:
        """Marks it where it came during this call."""
        new = any(self._text.text().startswith(text) for text in fresh)
        self._new.setVisible(new)


class CandidateRow(Surface):
    """One of several accounts on the number. A click, or its digit, chooses it."""

    def __init__(self, hands: Hands, candidate: Candidate) -> None:
        super().__init__("dashed" if candidate.key == "0" else "card")
        self._hands = hands
        self._key = ""
        self._open = True
        self._caps: dict[str, KeyCap] = {}
        self._row = line(None, (12, 10), 12)
        self.column.addLayout(self._row)
        self._name = Paragraph(role=Role.STRONG)
        self._lines = Paragraph(role=Role.SECONDARY, line_height=1.38)
        texts = column(None, (0, 0), 1)
        texts.addWidget(self._name)
        texts.addWidget(self._lines)
        self._row.addLayout(texts, 1)
        self.setCursor(Qt.CursorShape.PointingHandCursor)

    def show_this(self, candidate: Candidate) -> None:
        """Shows this candidate under its key."""
        if candidate.key != self._key:
            for cap in self._caps.values():
                cap.setVisible(False)
            self._key = candidate.key
            if candidate.key not in self._caps:
                cap = KeyCap(self._hands.keyboard, Command(candidate.key))
                self._caps[candidate.key] = cap
                self._row.insertWidget(0, cap, 0, Qt.AlignmentFlag.AlignTop)
            self._caps[candidate.key].setVisible(self._open)
        self.set_kind("dashed" if candidate.key == "0" else "card")
        self._name.setText(candidate.name)
        self._lines.setText("\n".join(candidate.lines))
        self._lines.setVisible(bool(candidate.lines))
        self.setAccessibleName(f"{self._name.text()}. {self._lines.text()}")

    def open(self, open_: bool) -> None:
        """Whether its digit chooses it now; else it shows none."""
        if open_ != self._open:
            self._open = open_
            self._caps[self._key].setVisible(open_)
            self.setCursor(Qt.CursorShape.PointingHandCursor if open_ else Qt.CursorShape.ArrowCursor)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Chooses it."""
        if (
            self._open
            and event.button() is Qt.MouseButton.LeftButton
            and self.rect().contains(event.position().toPoint())
        ):
            self._hands.send(Digit(self._key))
