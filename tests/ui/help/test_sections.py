"""Help pages fall into sections of plain blocks, and are found by their words."""

from __future__ import annotations

from pathlib import Path

import pytest

from ui.help.sections import BlockKind, all_sections, plain, search, sections

PAGES = {file.stem: file.read_text(encoding="utf-8") for file in Path("resources/help").glob("*.md")}
PAGE = """# For agents

Cuecard is the *window* beside
your **phone**.

## A call

1. It rings.
   Ask who it is.
- Then `F10`.

| do | anywhere | outside |
|---|---|---|
| yes | F6 | A |

    cuecard pop --from NUMBER
"""


def test_a_page_falls_into_sections_of_blocks() -> None:
    head, call = sections("agents", PAGE)

    assert (head.title, head.heading) == ("For agents", "")
    assert head.blocks[0].text == "Cuecard is the window beside your phone."
    assert call.heading == "A call"
    assert [(block.kind, block.mark, block.head, block.text) for block in call.blocks] == [
        (BlockKind.ITEM, "1.", "", "It rings. Ask who it is."),
        (BlockKind.ITEM, "•", "", "Then F10."),
        (BlockKind.ROW, "", "yes", "anywhere: F6\noutside: A"),
        (BlockKind.CODE, "", "", "cuecard pop --from NUMBER"),
    ]


@pytest.mark.parametrize(
    ("marked", "shown"),
    [
        ("see [the keys](agents.md#keys)", "see the keys"),
        ("![x](file:///etc/passwd)", "x"),
        ("<img src=file:///x>", "<img src=file:///x>"),
        ("2 * 3 * 4", "2 * 3 * 4"),
        ("snake_case and __init__", "snake_case and init"),
    ],
)
def test_marks_go_and_nothing_is_followed(marked: str, shown: str) -> None:
    assert plain(marked) == shown


def test_all_shipped_pages_can_be_read() -> None:
    known = all_sections(PAGES)

    assert {section.page for section in known} == set(PAGES)
    assert known[0].page == "agents"
    assert not [section for section in known for block in section.blocks if block.text.startswith("|")]


def test_search_wants_all_words_and_puts_headings_first() -> None:
    known = all_sections({"agents": "# A\n\n## Other\n\nnotes here\n\n## Notes\n\ntext\n"})

    assert [section.heading for section in search(known, "NOTES")] == ["Notes", "Other"]
    assert search(known, "notes nowhere") == []
    assert search(known, " ") == []
