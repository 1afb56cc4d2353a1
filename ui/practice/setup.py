"""Before a practice call: which script, who calls, and the number that brings the same caller again."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtWidgets import QFileDialog, QWidget

from app.practice.view import PersonaRow, PracticeDesk, Setup
from ui.keyboard import Keyboard
from ui.keys import Command
from ui.theme.colours import Tint
from ui.widgets.button import KeyButton, Kind
from ui.widgets.fields import ChoiceField, LineField
from ui.widgets.flow import flow
from ui.widgets.frames import Box, Many, gap, line
from ui.widgets.row import Row, RowContent
from ui.widgets.text import Label, Paragraph, Role
from ui.words.catalogue import say


class SetupPage(Box):
    """Chosen by keys: digits for the caller, Tab to script and number, Enter begins."""

    def __init__(self, desk: PracticeDesk, keyboard: Keyboard) -> None:
        super().__init__()
        self._desk = desk
        self._keyboard = keyboard
        self._rows_shown: tuple[PersonaRow, ...] = ()
        column = self.column
        column.addWidget(Paragraph(say("Practise a call"), Role.TITLE))
        column.addSpacing(gap(4))
        text = say("A made-up caller rings in the real window. Nothing counts, and a real call ends it at once.")
        column.addWidget(Paragraph(text, Role.SUBTITLE))
        self._notice = Paragraph(role=Role.BODY, tint=Tint.ATTENTION)
        column.addWidget(self._notice)
        column.addSpacing(gap(18))
        self._build_script()
        column.addSpacing(gap(18))
        column.addWidget(Label(say("Who calls"), Role.SECTION))
        column.addSpacing(gap(8))
        self._rows: Many[Row, RowContent] = Many(self._make_row, Row.show_this, gap(6))
        column.addWidget(self._rows)
        column.addSpacing(gap(18))
        self._build_seed()
        self._problem = Paragraph(role=Role.BODY, tint=Tint.ATTENTION)
        column.addWidget(self._problem)
        column.addSpacing(gap(18))
        buttons = line(None, (0, 0), 10)
        self._begin = KeyButton(say("Let it ring"), keyboard, Command.ENTER, Kind.PRIMARY)
        self._begin.clicked.connect(desk.begin)
        leave = KeyButton(say("Back to work"), keyboard, Command.ESCAPE)
        leave.clicked.connect(desk.leave)
        buttons.addWidget(self._begin)
        buttons.addWidget(leave)
        buttons.addStretch(1)
        column.addLayout(buttons)
        column.addStretch(1)

    def _build_script(self) -> None:
        self._source = Label(role=Role.SECTION)
        self.script = ChoiceField(say("Script"))
        self.script.activated.connect(lambda _: self._desk.choose(script=self.script.value()))
        drafts = flow(across=6)
        folder = KeyButton(say("Drafts in a folder"), kind=Kind.FLAT)
        folder.clicked.connect(self._choose_folder)
        file = KeyButton(say("A script or release file"), kind=Kind.FLAT)
        file.clicked.connect(self._choose_file)
        self._in_use = KeyButton(say("Scripts in use"), kind=Kind.FLAT)
        self._in_use.clicked.connect(lambda: self._desk.read_draft(None))
        for button in (folder, file, self._in_use):
            drafts.addWidget(button)
        self.column.addWidget(self._source)
        self.column.addSpacing(gap(8))
        self.column.addWidget(self.script)
        self.column.addSpacing(gap(4))
        self.column.addLayout(drafts)

    def _build_seed(self) -> None:
        self.column.addWidget(Label(say("Number of the caller: the same one calls the same way"), Role.SECTION))
        self.column.addSpacing(gap(8))
        self.seed = LineField(say("Number of the caller"))
        self.seed.setMaxLength(8)
        self.seed.textEdited.connect(lambda text: self._desk.choose(seed=text))
        self.column.addWidget(self.seed)

    def render_setup(self, setup: Setup) -> None:
        """Shows what is chosen."""
        self._rows_shown = setup.personas
        of = say("Script, out of {}").format(setup.source) if setup.source else say("Script")
        self._source.setText(of)
        self.script.offer(setup.scripts, setup.script)
        self._in_use.setVisible(bool(setup.source))
        self._rows.show_these(
            [
                RowContent(Command(one.key), one.title, one.about, chosen=one.id == setup.persona)
                for one in setup.personas
            ]
        )
        self.seed.replace(setup.seed)
        self._begin.setEnabled(not setup.busy)
        for part, text in ((self._notice, setup.notice), (self._problem, setup.problem)):
            part.setText(text)
            part.setVisible(bool(text))

    def choose_persona(self, key: str) -> bool:
        """The caller under a digit; False where there is none."""
        found = next((one for one in self._rows_shown if one.key == key), None)
        if found is not None:
            self._desk.choose(persona=found.id)
        return found is not None

    def _make_row(self, content: RowContent) -> Row:
        row = Row(self._keyboard, content)
        row.clicked.connect(lambda: row.content.command and self.choose_persona(row.content.command.value))
        return row

    def _choose_folder(self) -> None:
        self._read(QFileDialog.getExistingDirectory(self._window(), say("Drafts in a folder")))

    def _choose_file(self) -> None:
        kinds = f"{say('Scripts and releases')} (*.call.md *.release)"
        self._read(QFileDialog.getOpenFileName(self._window(), say("A script or release file"), "", kinds)[0])

    def _read(self, chosen: str) -> None:
        if chosen:
            self._desk.read_draft(Path(chosen))

    def _window(self) -> QWidget:
        return self.window()
