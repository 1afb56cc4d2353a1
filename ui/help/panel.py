"""The help panel (F1): the keys as they work now, the pages, and what was searched for."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Protocol

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from app.desk.ports import Tasks
from ui.help.cheat_sheet import KEY_GROUPS
from ui.help.sections import Block, BlockKind, Section, all_sections, search
from ui.keyboard import Keyboard
from ui.keys import Command
from ui.panels import Panel
from ui.widgets.button import KeyButton, Kind
from ui.widgets.fields import LineField
from ui.widgets.frames import Box, Many, Surface, gap, line, settle
from ui.widgets.key_cap import KeyCap
from ui.widgets.keys_list import KeysList
from ui.widgets.row import Row, RowContent
from ui.widgets.text import Label, Paragraph, Role
from ui.words.catalogue import say


class HelpTexts(Protocol):
    """Where the help pages are."""

    def texts(self) -> Mapping[str, str]:
        """Each page's Markdown by its name ("agents"). May read files: called in a worker where there is one."""


class HelpPanel(Panel):
    """Keys and pages; F3 searches while it is open, Enter opens the first hit."""

    def __init__(self, window: QWidget, keyboard: Keyboard, texts: HelpTexts | None, tasks: Tasks | None) -> None:
        super().__init__(window, say("Keys and help"), keyboard, 480)
        self._texts = texts
        self._tasks = tasks
        self._sections: list[Section] = []
        self._listed: list[Section] = []
        self._asked = False
        self._keyboard = keyboard
        self.field = LineField(say("Search the help"), say("Search the help"), bare=True)
        self.field.textChanged.connect(lambda text: self._list())
        self._field_box = Surface("card")
        row = line(None, (12, 8), 10)
        row.addWidget(KeyCap(keyboard, Command.FIND))
        row.addWidget(self.field, 1)
        self._field_box.column.addLayout(row)
        self._back = KeyButton(say("all pages"), kind=Kind.FLAT)
        self._back.clicked.connect(self._list)
        back = line(None, (0, 0), 0)
        back.addWidget(self._back)
        back.addStretch(1)
        self._rows: Many[Row, RowContent] = Many(self._make_row, Row.show_this, 2)
        self._none = Paragraph(say("Nothing found. Fewer words find more."), Role.SECONDARY)
        self._page = PageView()
        self._keys = Box()
        text = say(
            "While a text field has the keyboard, letters and digits are text; the keys shown here change with it."
        )
        for heading, commands in KEY_GROUPS:
            self._keys.column.addWidget(Label(say(heading), Role.SECTION))
            self._keys.column.addSpacing(gap(8))
            self._keys.column.addWidget(KeysList(keyboard, commands, aligned=True))
            self._keys.column.addSpacing(gap(18))
        self._keys.column.addWidget(Paragraph(text, Role.SMALL))
        self._keys.column.addSpacing(gap(18))
        self._pages = Label(say("Pages"), Role.SECTION)
        rows = self.content.column
        rows.addWidget(self._field_box)
        rows.addSpacing(gap(10))
        rows.addLayout(back)
        rows.addWidget(self._keys)
        rows.addWidget(self._pages)
        rows.addWidget(self._rows)
        rows.addWidget(self._none)
        rows.addWidget(self._page)
        rows.addStretch(1)

    def open(self) -> None:
        """Shows keys and pages; the pages are read when they are wanted first."""
        self.field.clear()
        self._list()
        super().open()
        if not self._asked and self._texts is not None:
            self._asked = True
            self._read(self._texts.texts)

    def search(self) -> bool:
        """Puts the keyboard into the search field."""
        self.field.setFocus()
        return True

    def enter(self, focus: QWidget | None) -> bool:
        """In the search field: opens the first section listed."""
        if focus is not self.field:
            return super().enter(focus)
        if self._listed:
            self._show(self._listed[0])
        return True

    def _read(self, texts: Callable[[], Mapping[str, str]]) -> None:
        if self._tasks is None:
            self._take(texts())
        else:
            self._tasks.submit("help", texts, self._take, lambda error: None)

    def _take(self, pages: Mapping[str, str]) -> None:
        self._sections = all_sections(pages)
        self._list()

    def _list(self) -> None:
        """The hits for what was typed, or one line for each page."""
        text = self.field.text()
        if text.strip():
            self._listed = search(self._sections, text)
            rows = [RowContent(None, one.heading or one.title, one.title, quiet=True) for one in self._listed]
        else:
            self._listed = list({one.page: one for one in reversed(self._sections)}.values())[::-1]
            rows = [RowContent(None, one.title, quiet=True) for one in self._listed]
        self._rows.show_these(rows)
        self._none.setVisible(bool(text.strip()) and not rows)
        self._field_box.setVisible(bool(self._sections))
        self._keys.setVisible(not text.strip())
        self._pages.setVisible(not text.strip() and bool(rows))
        self._page.setVisible(False)
        self._back.setVisible(False)
        self._arrange()

    def _show(self, section: Section) -> None:
        """The whole section; without a search, the whole page."""
        whole = [section] if self.field.text().strip() else [one for one in self._sections if one.page == section.page]
        self._page.show_sections(tuple(whole))
        for part in (self._rows, self._none, self._keys, self._pages):
            part.setVisible(False)
        self._back.set_words(say("what was found") if self.field.text().strip() else say("all pages"))
        self._back.setVisible(True)
        self._page.setVisible(True)
        self._arrange()

    def _arrange(self) -> None:
        settle()
        self.to_top()
        if self.isVisible():
            self.place()

    def _make_row(self, content: RowContent) -> Row:
        row = Row(self._keyboard, content)
        row.clicked.connect(lambda: self._show(self._listed[self._rows.rows().index(row)]))
        return row


class PageView(Box):
    """Sections as plain text."""

    def __init__(self) -> None:
        super().__init__()
        self._sections: Many[SectionView, Section] = Many(lambda _: SectionView(), SectionView.show_this, gap(16))
        self.column.addWidget(self._sections)

    def show_sections(self, sections: tuple[Section, ...]) -> None:
        """Shows these."""
        self._sections.show_these(sections)


class SectionView(Box):
    """One section: heading and blocks."""

    def __init__(self) -> None:
        super().__init__()
        self._heading = Paragraph(role=Role.STEP)
        self._blocks: Many[BlockView, Block] = Many(lambda _: BlockView(), BlockView.show_this, gap(8))
        self.column.addWidget(self._heading)
        self.column.addSpacing(gap(6))
        self.column.addWidget(self._blocks)

    def show_this(self, section: Section) -> None:
        """Shows this section."""
        self._heading.setText(section.heading or section.title)
        self._blocks.show_these(section.blocks)


class BlockView(Box):
    """A paragraph, an item behind a dot, lines of code on a quiet ground, or a row of a table."""

    def __init__(self) -> None:
        super().__init__()
        self._head = Paragraph(role=Role.STRONG)
        self._mark = Label(role=Role.BODY)
        self._text = Paragraph(role=Role.BODY, line_height=1.4)
        self._ground = Surface("tab")
        self._row = line(None, (0, 0), gap(10))
        self._row.addWidget(self._mark, 0, Qt.AlignmentFlag.AlignTop)
        self._row.addWidget(self._text, 1)
        self._ground.column.addLayout(self._row)
        self.column.addWidget(self._head)
        self.column.addWidget(self._ground)

    def show_this(self, block: Block) -> None:
        """Shows this block."""
        code = block.kind is BlockKind.CODE
        self._ground.set_kind("note" if code else "tab")
        self._row.setContentsMargins(12 if code else 0, 8 if code else 0, 12 if code else 0, 8 if code else 0)
        self._head.setText(block.head)
        self._head.setVisible(bool(block.head))
        self._mark.setText(block.mark)
        self._mark.setVisible(bool(block.mark))
        self._text.setText(block.text)
        self._ground.setVisible(bool(block.text))
