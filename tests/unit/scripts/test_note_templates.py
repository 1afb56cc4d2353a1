"""Note templates are read with the library and refused with the line and a sentence where they will not do."""

from __future__ import annotations

import pytest

from app.scripts.library import load_library
from app.scripts.note_templates import GAP, read_note_templates
from tests.fakes.walks import shipped_files

GOOD = b"templates:\n  - {id: fault, title: Fault, text: What does not work ___}\n"


def test_templates_come_in_the_order_of_the_file() -> None:
    templates, found = read_note_templates(GOOD + b"  - {id: bill, title: Bill, text: Explained}\n")
    assert ([one.id for one in templates], found) == (["fault", "bill"], ())


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("{id: fault, title: Again, text: Again}", "twice"),
        ("{id: Fault One, title: x, text: x}", "no id"),
        ("{id: a, title: x, text: 'Dear {account.first_name}'}", "no placeholders"),
        ("{id: a, title: x, text: 'Card 4111 1111 1111 1111'}", "look like a card"),
        ("{id: a, title: x, text: '" + "x" * 501 + "'}", "1 to 500"),
        ("{id: a, title: x}", "text"),
    ],
)
def test_what_will_not_do_is_told_with_its_line(line: str, said: str) -> None:
    templates, found = read_note_templates(GOOD + f"  - {line}\n".encode())
    assert [one.id for one in templates] == ["fault"]
    assert [(one.line, said in one.message) for one in found] == [(3, True)]


def test_a_library_with_a_bad_template_is_not_used() -> None:
    files = {**shipped_files(), "notes.yaml": b"templates:\n  - {id: a, title: x, text: '{gap}'}\n"}
    loaded = load_library(files)
    assert loaded.library is None
    assert [(one.file, one.place.line) for one in loaded.problems if one.severity.value == "error"] == [
        ("notes.yaml", 2)
    ]


def test_the_shipped_templates_have_gaps_to_fill() -> None:
    library = load_library(shipped_files()).library
    assert library is not None
    assert library.note_templates
    assert all(GAP in one.text for one in library.note_templates)
