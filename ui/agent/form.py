"""The form of a step: fields that the script asks for."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from app.desk.intents import Enter, FillField
from app.scripts.screen import FormField
from ui.agent.hands import Hands
from ui.theme.colours import Tint
from ui.widgets.fields import ChoiceField, LineField
from ui.widgets.frames import Box, Many, gap
from ui.widgets.text import Label, Paragraph, Role
from ui.words.catalogue import say

HINTS = {"digits": "digits", "number": "a number", "money": "an amount", "date": "a date, such as 2026-01-31"}


class FormRow(Box):
    """One field under its label, with what is wrong with it below."""

    def __init__(self, hands: Hands) -> None:
        super().__init__(gap(5))
        self._hands = hands
        self._field: FormField | None = None
        self._label = Label(role=Role.SECTION)
        self.line = LineField("")
        self.choice = ChoiceField("")
        self._problem = Paragraph(role=Role.SMALL, tint=Tint.ATTENTION)
        self.line.textEdited.connect(self._typed)
        self.line.returnPressed.connect(lambda: hands.send(Enter()))
        self.choice.activated.connect(lambda _: self._typed(self.choice.value()))
        for part in (self._label, self.line, self.choice, self._problem):
            self.column.addWidget(part)

    def show_this(self, field: FormField) -> None:
        """Shows this field; what is being typed in it stays."""
        before, self._field = self._field, field
        self._label.setText(say("{} (optional)").format(field.label) if field.optional else field.label)
        yes_no = (("", ""), ("yes", say("yes")), ("no", say("no")))
        choices = yes_no if field.type.startswith("yes") else (("", ""), *((text, text) for text in field.choices))
        choose = len(choices) > 1
        self.line.setVisible(not choose)
        self.choice.setVisible(choose)
        if choose:
            self.choice.setAccessibleName(self._label.text())
            self.choice.offer(choices, field.value)
        else:
            self.line.setAccessibleName(self._label.text())
            hint = HINTS.get(field.type, "")
            self.line.setPlaceholderText(say(hint) if hint else "")
            self.line.set_secret(field.secret)
            if before is None or before.name != field.name or not self.line.hasFocus():
                self.line.replace(field.value)
        self._problem.setText(field.problem)
        self._problem.setVisible(bool(field.problem))

    def entry(self) -> QWidget:
        """The part that takes the keyboard."""
        return self.choice if self.choice.isVisibleTo(self) else self.line

    def _typed(self, text: str) -> None:
        if self._field is not None:
            self._hands.send(FillField(self._field.name, text))


class Form(Box):
    """The fields, one below the other."""

    def __init__(self, hands: Hands) -> None:
        super().__init__()
        self._rows: Many[FormRow, FormField] = Many(lambda field: FormRow(hands), FormRow.show_this, gap(12))
        self.column.addWidget(self._rows)

    def show_fields(self, fields: tuple[FormField, ...]) -> None:
        """Shows these fields; none hides the form."""
        self._rows.show_these(fields)
        self.setVisible(bool(fields))

    def first_entry(self) -> QWidget | None:
        """The first field, for the keyboard."""
        rows = self._rows.rows()
        return rows[0].entry() if rows else None
