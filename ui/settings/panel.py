"""The panel in which everything is chosen that can be chosen; what is chosen counts at once."""

from __future__ import annotations

from collections.abc import Callable
from typing import cast

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QWidget

from app.settings.book import Described, SettingsBook, Source
from app.settings.schema import Kind, Pairs, Setting, SettingRefused
from ui.keyboard import Keyboard
from ui.panels import SCHEMES, WorkPanel
from ui.settings.controls import NumberField, Switch
from ui.theme.colours import Tint
from ui.widgets.button import KeyButton
from ui.widgets.button import Kind as Loudness
from ui.widgets.fields import ChoiceField
from ui.widgets.frames import Box, Rule, gap, line
from ui.widgets.text import Label, Paragraph, Role
from ui.words.catalogue import CATALOGUE, LANGUAGES, say

WIDTH = 640
STEPS = {"text_scale": 10, "ready_after_seconds": 5}
VALUES = {("scheme", scheme.value): words for scheme, words in SCHEMES}
"""What a value is called, by setting and value."""


class SettingsPanel(WorkPanel):
    """One line for each setting, and what the files had that was not understood.

    Signals: `keys_wanted` when the agent wants to change keys.
    """

    keys_wanted = Signal()

    def __init__(self, window: QWidget, keyboard: Keyboard, book: SettingsBook) -> None:
        super().__init__(window, say("Settings"), keyboard, WIDTH)
        self._book = book
        self._problems = Paragraph(role=Role.SECONDARY, tint=Tint.ATTENTION)
        self._lines: dict[str, SettingLine] = {}
        rows = self.content.column
        self._problems_box = Box()
        self._problems_box.column.addWidget(self._problems)
        self._problems_box.column.addSpacing(gap(14))
        rows.addWidget(self._problems_box)
        own = [one for one in book.describe() if one.may_change]
        for number, one in enumerate(own):
            self._add(one, rule=number > 0)
        rows.addSpacing(gap(14))
        rows.addWidget(Label(say("Set by your administrator"), Role.SECTION))
        rows.addSpacing(gap(8))
        for number, one in enumerate(each for each in book.describe() if not each.may_change):
            self._add(one, rule=number > 0)
        rows.addStretch(1)

    def open(self) -> None:
        """Shows everything as it is."""
        self.renew()
        super().open()

    def renew(self) -> None:
        """Shows everything as it is now."""
        for one in self._book.describe():
            self._lines[one.setting.name].show_this(one)
        problems = self._book.problems
        self._problems.setText("\n".join(problems))
        self._problems_box.setVisible(bool(problems))

    def enter(self, focus: QWidget | None) -> bool:
        """Enter in a number: what was typed is meant."""
        field = focus.parentWidget() if focus is not None else None
        if isinstance(field, NumberField):
            field.commit()
            return True
        return super().enter(focus)

    def _add(self, one: Described, rule: bool) -> None:
        shown = SettingLine(one.setting, self._choose, self._reset, self.keys_wanted.emit, rule)
        self._lines[one.setting.name] = shown
        self.content.column.addWidget(shown)

    def _choose(self, name: str, value: object) -> None:
        try:
            self._book.set(name, value)
        except SettingRefused as refused:
            self._lines[name].refuse(str(refused))
            return
        self.renew()

    def _reset(self, name: str) -> None:
        self._book.reset(name)
        self.renew()


class SettingLine(Box):
    """One setting: what it does, its control, where its value comes from, and the way back."""

    def __init__(
        self,
        setting: Setting,
        choose: Callable[[str, object], None],
        reset: Callable[[str], None],
        change_keys: Callable[[], None],
        rule: bool,
    ) -> None:
        super().__init__()
        self._setting = setting
        self._choose, self._change_keys = choose, change_keys
        title = say(setting.title)
        texts = Box(gap(2))
        texts.column.addWidget(Paragraph(title, Role.STRONG))
        texts.column.addWidget(Paragraph(say(setting.description), Role.SECONDARY))
        self._note = Paragraph(role=Role.SMALL)
        texts.column.addWidget(self._note)
        texts.column.addStretch(1)
        self._reset = KeyButton(say("Use the default"), kind=Loudness.FLAT)
        self._reset.setAccessibleName(say("Use the default: {}").format(title))
        self._reset.clicked.connect(lambda: reset(setting.name))
        self._control = self._make_control(title)
        side = Box(gap(2))
        for part in (self._control, self._reset):
            side.column.addWidget(part, 0, Qt.AlignmentFlag.AlignRight)
        side.column.addStretch(1)
        row = line(None, (0, 0), gap(16))
        row.addWidget(texts, 1)
        row.addWidget(side, 0, Qt.AlignmentFlag.AlignTop)
        if rule:
            self.column.addSpacing(gap(10))
            self.column.addWidget(Rule())
            self.column.addSpacing(gap(10))
        self.column.addLayout(row)

    def show_this(self, one: Described) -> None:
        """Shows the value in force."""
        own = one.may_change and not (one.setting.remembered and one.value == one.default)
        self.setVisible(own or not one.setting.remembered)
        self._control.setEnabled(one.may_change)
        self._show_value(one)
        self._reset.setVisible(one.source is Source.CHOSEN)
        self._tell(self._where_from(one), Tint.PLAIN)

    def refuse(self, sentence: str) -> None:
        """Says why what was typed will not do."""
        self._tell(sentence, Tint.ATTENTION)

    def _where_from(self, one: Described) -> str:
        if one.setting.name == "language" and str(one.value) != CATALOGUE.language and str(one.value) in LANGUAGES:
            return say("Counts once this call is over.")
        if one.may_change and one.source is Source.HUB:
            return say("Your administrator's default.")
        return ""

    def _tell(self, text: str, tint: Tint) -> None:
        self._note.setText(text)
        self._note.set_tint(tint)
        self._note.setVisible(bool(text))

    def _make_control(self, title: str) -> QWidget:
        setting = self._setting
        match setting.kind:
            case Kind.YES_NO:
                switch = Switch(title)
                switch.toggled.connect(self._chosen)
                return switch
            case Kind.NUMBER:
                field = NumberField(title, setting.least, setting.most, STEPS.get(setting.name, 1))
                field.chosen.connect(self._chosen)
                return field
            case Kind.CHOICE:
                choice = ChoiceField(title)
                choice.currentIndexChanged.connect(lambda index: self._chosen(choice.value()))
                return choice
            case _:
                button = KeyButton(say("Change keys"))
                button.clicked.connect(self._change_keys)
                return button

    def _show_value(self, one: Described) -> None:
        control, setting = self._control, self._setting
        if isinstance(control, Switch):
            control.show_value(bool(one.value))
        elif isinstance(control, NumberField):
            control.show_value(cast(int, one.value))
        elif isinstance(control, ChoiceField):
            choices = tuple((value, _called(setting.name, value)) for value in setting.choices)
            control.offer(choices, str(one.value))
        elif setting.name != "keys":
            count = len(cast(Pairs, one.value)) if setting.kind is Kind.PAIRS else 0
            self._reset.set_words(say("Forget {}").format(count) if count else say("Forget"))
            control.setVisible(False)

    def _chosen(self, value: object) -> None:
        self._choose(self._setting.name, value)


def _called(name: str, value: str) -> str:
    if name == "language":
        return LANGUAGES.get(value, value)
    return say(VALUES[name, value]) if (name, value) in VALUES else value
