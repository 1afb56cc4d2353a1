"""After a practice call: what went well, what was missed, and the path beside the best one."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QBoxLayout, QWidget

from app.practice.view import MissRow, Page, PathRow, PracticeDesk
from ui.keyboard import Keyboard
from ui.keys import Command
from ui.theme import metrics
from ui.theme.colours import Tint
from ui.theme.theme import theme
from ui.widgets.badge import Badge
from ui.widgets.button import KeyButton, Kind
from ui.widgets.flow import flow
from ui.widgets.frames import Box, Many, Surface, gap, line
from ui.widgets.shapes import Shape
from ui.widgets.text import Label, Paragraph, Role
from ui.words.catalogue import say


class ResultPage(Box):
    """The good news first. Enter lets the same caller ring again."""

    def __init__(self, desk: PracticeDesk, keyboard: Keyboard) -> None:
        super().__init__()
        self._headline = Paragraph(role=Role.TITLE)
        self._plan = Paragraph(role=Role.SUBTITLE)
        self.column.addWidget(self._headline)
        self.column.addSpacing(gap(4))
        self.column.addWidget(self._plan)
        self.column.addSpacing(gap(16))
        self._build_buttons(desk, keyboard)
        self.column.addSpacing(gap(20))
        self._sides = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._sides.setSpacing(gap(20))
        self._sides.addWidget(self._build_call(), 3, Qt.AlignmentFlag.AlignTop)
        self._sides.addWidget(self._build_path(), 2, Qt.AlignmentFlag.AlignTop)
        self.column.addLayout(self._sides)
        self.column.addStretch(1)
        theme().changed.connect(self._arrange)
        self._arrange()

    def _build_buttons(self, desk: PracticeDesk, keyboard: Keyboard) -> None:
        buttons = flow(across=10)
        again = KeyButton(say("The same caller again"), keyboard, Command.ENTER, Kind.PRIMARY)
        again.clicked.connect(lambda: desk.again())
        another = KeyButton(say("Another caller"), keyboard, Command.DIGIT_1)
        another.clicked.connect(lambda: desk.again(another=True))
        choose = KeyButton(say("Another script"), keyboard, Command.DIGIT_2)
        choose.clicked.connect(desk.open)
        leave = KeyButton(say("Back to work"), keyboard, Command.ESCAPE)
        leave.clicked.connect(desk.leave)
        for button in (again, another, choose, leave):
            buttons.addWidget(button)
        self.column.addLayout(buttons)

    def _build_call(self) -> QWidget:
        box = Box()
        self._well: Many[MarkedLine, str] = Many(lambda text: MarkedLine(), MarkedLine.show_good, gap(8))
        self._missed: Many[MarkedLine, MissRow] = Many(lambda row: MarkedLine(), MarkedLine.show_missed, gap(12))
        self._nothing = Paragraph(say("Nothing."), Role.BODY)
        box.column.addWidget(Label(say("What went well"), Role.SECTION))
        box.column.addSpacing(gap(8))
        box.column.addWidget(self._well)
        box.column.addSpacing(gap(20))
        box.column.addWidget(Label(say("What was missed"), Role.SECTION))
        box.column.addSpacing(gap(8))
        box.column.addWidget(self._missed)
        box.column.addWidget(self._nothing)
        return box

    def _build_path(self) -> QWidget:
        card = Surface("card", (16, 14), 0)
        card.column.addWidget(Label(say("Your path beside the best one"), Role.SECTION))
        card.column.addSpacing(gap(10))
        self._path: Many[PathLine, PathRow] = Many(lambda row: PathLine(), PathLine.show_this, gap(6))
        card.column.addWidget(self._path)
        return card

    def render_page(self, page: Page | None) -> None:
        """Shows this page; while the best path is being played, that it is."""
        if page is None:
            self._headline.setText(say("Looking at the call …"))
            self._plan.setText("")
        else:
            self._headline.setText(page.headline)
            self._plan.setText(" · ".join((page.script, page.persona, say("caller {}").format(page.seed))))
        self._well.show_these(page.well if page is not None else ())
        self._missed.show_these(page.missed if page is not None else ())
        self._path.show_these(page.path if page is not None else ())
        self._nothing.setVisible(page is not None and not page.missed)

    def _arrange(self) -> None:
        large = theme().scale > metrics.TABS_ABOVE_SCALE
        directions = QBoxLayout.Direction
        self._sides.setDirection(directions.TopToBottom if large else directions.LeftToRight)


class MarkedLine(QWidget):
    """A line behind its mark; below it, smaller, where it was and what the caller had said."""

    def __init__(self) -> None:
        super().__init__()
        row = line(self, (0, 0), 10)
        self._badge = Badge()
        texts = Box(3)
        self._text = Paragraph(role=Role.BODY)
        self._detail = Paragraph(role=Role.SECONDARY)
        texts.column.addWidget(self._text)
        texts.column.addWidget(self._detail)
        row.addWidget(self._badge, 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(texts, 1)

    def show_good(self, text: str) -> None:
        """Something that went well."""
        self._badge.show_this(say("good"), Tint.GOOD, Shape.CHECK)
        self._text.setText(text)
        self._detail.setVisible(False)

    def show_missed(self, miss: MissRow) -> None:
        """Something to try again."""
        self._badge.show_this(say("again"), Tint.ATTENTION, Shape.AGAIN)
        self._text.setText(miss.text)
        said = say("The caller: {}").format(miss.said) if miss.said else ""
        self._detail.setText("\n".join(part for part in (miss.where, said) if part))
        self._detail.setVisible(True)


class PathLine(QWidget):
    """A step: on both paths, on yours alone, or on the best one alone."""

    def __init__(self) -> None:
        super().__init__()
        row = line(self, (0, 0), 8)
        self._title = Paragraph(role=Role.BODY_SMALL)
        self._badge = Badge()
        row.addWidget(self._title, 1)
        row.addWidget(self._badge, 0, Qt.AlignmentFlag.AlignTop)

    def show_this(self, row: PathRow) -> None:
        """Shows this step."""
        self._title.setText(row.title)
        self._title.set_tint(Tint.PLAIN if row.yours else Tint.QUIET)
        if row.yours and row.best:
            self._badge.setVisible(False)
            return
        self._badge.show_this(say("only you") if row.yours else say("best path"), Tint.SPECIAL)
        self._badge.setVisible(True)
