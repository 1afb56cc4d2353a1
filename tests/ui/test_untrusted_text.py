"""Names, notes and texts from outside look like what they are (safety.md, rows 1, 2, 4, 9, 10)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, Qt
from PySide6.QtWidgets import QApplication, QLabel
from pytestqt.qtbot import QtBot

from app.desk.view import DeskView
from tests.fakes.views import CALL, DESK_VIEWS, LEAD_VIEWS, ON_CALL, VERIFIED
from ui.widgets.fields import NOTE_LIMIT, TextField
from ui.widgets.plain import visible
from ui.widgets.sentence import Sentence
from ui.widgets.text import Label, Paragraph
from ui.window import MainWindow

OpenWindow = Callable[..., MainWindow]


def shown_texts(window: MainWindow) -> list[str]:
    """Every text on the screen."""
    return [label.text() for label in window.findChildren(QLabel) if label.isVisible()]


def with_name(name: str) -> DeskView:
    """A call from somebody of this name."""
    return replace(ON_CALL, card=replace(VERIFIED, title=name), call=replace(CALL, caller_id_name=name))


def test_a_name_with_a_picture_in_it_is_shown_as_it_is_and_opens_no_file(
    open_window: OpenWindow, tmp_path: Path
) -> None:
    picture = tmp_path / "picture.png"
    picture.write_bytes(b"never read")
    opened_before = picture.stat().st_atime_ns
    name = f"<img src=file://{picture}>"

    window = open_window(with_name(name))
    window.grab()

    assert name in shown_texts(window)
    assert picture.stat().st_atime_ns == opened_before


@pytest.mark.parametrize(
    "name", ["O'Brien <o@x>", "a<b and c>d", "Smith & Sons", "&amp; &lt;", "[x](file:///etc/passwd)"]
)
def test_a_name_with_signs_in_it_is_shown_whole(open_window: OpenWindow, name: str) -> None:
    window = open_window(with_name(name))

    assert name in shown_texts(window)


@pytest.mark.parametrize(
    ("hidden", "mark"),
    [
        ("\u202e", "[U+202E]"),
        ("\u200b", "[U+200B]"),
        ("\u2066", "[U+2066]"),
        ("\ufeff", "[U+FEFF]"),
        ("\x00", "[U+0000]"),
    ],
)
def test_hidden_characters_are_made_visible(open_window: OpenWindow, hidden: str, mark: str) -> None:
    window = open_window(with_name(f"gnp{hidden}exe"))

    assert f"gnp{mark}exe" in shown_texts(window)


def test_every_label_of_every_view_is_plain_text(open_window: OpenWindow) -> None:
    window = open_window()
    window.show_room("lead")
    for figures in LEAD_VIEWS.values():
        window.render_lead(figures)
    for view in DESK_VIEWS.values():
        window.render(view)
        for label in window.findChildren(QLabel):
            assert isinstance(label, Label), f"a bare QLabel: {label.text()!r}"
            assert label.textFormat() is Qt.TextFormat.PlainText


def test_no_text_from_outside_is_in_a_style_sheet(open_window: OpenWindow) -> None:
    name = "QLabel { color: red } Team Red"
    window = open_window(replace(with_name(name), team=name, who=name))

    sheets = [widget.styleSheet() for widget in window.findChildren(QLabel)]
    application = QApplication.instance()
    assert isinstance(application, QApplication)
    assert not any(sheets)
    assert "Team Red" not in application.styleSheet()


def test_letters_carry_at_most_three_marks() -> None:
    assert visible("Z" + "\u0351" * 40 + "algo") == "Z" + "\u0351" * 3 + "algo"


def test_ordinary_names_of_the_world_stay_as_they_are() -> None:
    for name in ("Ada Lovelace", "Зоя Космодемьянская", "محمد علي", "王小明", "Nguyễn Thị Ánh", "Łukasz Żak"):
        assert visible(name) == name


def test_a_megabyte_pasted_as_a_note_is_cut_and_said_so(qtbot: QtBot) -> None:
    field = TextField("Notes")
    qtbot.addWidget(field)
    paste = QMimeData()
    paste.setText("x" * 1_000_000)

    with qtbot.waitSignal(field.cut_off):
        field.insertFromMimeData(paste)

    assert len(field.toPlainText()) == NOTE_LIMIT


def test_a_long_word_breaks_instead_of_running_out_of_its_column(qtbot: QtBot) -> None:
    paragraph = Paragraph("x" * 400)
    qtbot.addWidget(paragraph)

    assert paragraph.minimumSizeHint().width() < 100
    assert paragraph.heightForWidth(200) > 5 * paragraph.heightForWidth(10_000)


def test_spoken_text_of_a_hostile_script_is_read_as_it_is(qtbot: QtBot) -> None:
    sentence = Sentence()
    qtbot.addWidget(sentence)

    sentence.say(("Hello <b>\u202eevil</b>",))

    assert sentence.accessibleName() == "Hello <b>[U+202E]evil</b>"
