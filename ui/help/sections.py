"""Help pages as sections of blocks, out of the little Markdown they are written in; no Qt, no files, no links."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class BlockKind(StrEnum):
    """How a block looks."""

    TEXT = "text"
    ITEM = "item"
    CODE = "code"
    ROW = "row"


@dataclass(frozen=True, slots=True)
class Block:
    """A part of a section. A row of a table has its first cell in `head` and the others, named, in `text`; an item has
    its dot or number in `mark`."""

    kind: BlockKind
    text: str
    head: str = ""
    mark: str = ""


@dataclass(frozen=True, slots=True)
class Section:
    """What stands under one heading of a page; `heading` is "" above the first."""

    page: str
    title: str
    heading: str
    blocks: tuple[Block, ...]

    @property
    def words(self) -> str:
        """All of it, folded, for search."""
        texts = (f"{block.head} {block.text}" for block in self.blocks)
        return " ".join((self.title, self.heading, *texts)).casefold()


_HEADING = re.compile(r"(#{1,6})\s+(.+?)\s*#*")
_ITEM = re.compile(r"\s*([-*]|\d+[.)])\s+(.*)")
_LINK = re.compile(r"!?\[([^\]]*)\]\([^)]*\)")
_MARKS = re.compile(r"(\*\*|__|`)(.+?)\1|(?<![\w*])\*(?!\s)([^*]+?)\*(?!\w)")


def sections(page: str, markdown: str) -> list[Section]:
    """The sections of a page, in order."""
    title, heading = page, ""
    found: list[Section] = []
    lines: list[str] = []

    def close() -> None:
        blocks = _blocks(lines)
        if blocks:
            found.append(Section(page, title, heading, blocks))
        lines.clear()

    fenced = False
    for line in markdown.splitlines():
        fenced ^= line.startswith("```")
        match = None if fenced else _HEADING.fullmatch(line)
        if match is None:
            lines.append(line)
            continue
        close()
        if len(match[1]) == 1:
            title, heading = plain(match[2]), ""
        else:
            heading = plain(match[2])
    close()
    return found


def all_sections(pages: Mapping[str, str], first: str = "agents") -> list[Section]:
    """The sections of all pages, those of page `first` before the others."""
    names = sorted(pages, key=lambda name: (name != first, name))
    return [section for name in names for section in sections(name, pages[name])]


def search(known: list[Section], text: str, most: int = 12) -> list[Section]:
    """The sections that have all the words, best first: those with the words in a heading, then by their order."""
    words = text.casefold().split()
    if not words:
        return []
    hits = [section for section in known if all(word in section.words for word in words)]

    def rank(section: Section) -> int:
        headings = f"{section.title} {section.heading}".casefold()
        return -sum(word in headings for word in words)

    return sorted(hits, key=rank)[:most]


def plain(text: str) -> str:
    """Markdown's marks within a line taken away; a link keeps its words only."""
    text = _LINK.sub(lambda found: found[1], text)
    text = _MARKS.sub(lambda found: found[2] or found[3], text)
    return text.replace("\\|", "|").strip()


def _blocks(lines: list[str]) -> tuple[Block, ...]:
    blocks: list[Block] = []
    table: list[list[str]] = []
    open_: list[str] = []
    kind, mark, fenced = BlockKind.TEXT, "", False

    def close() -> None:
        nonlocal kind
        text = "\n".join(open_) if kind is BlockKind.CODE else plain(" ".join(part.strip() for part in open_))
        if text.strip():
            blocks.append(Block(kind, text, mark=mark if kind is BlockKind.ITEM else ""))
        open_.clear()
        kind = BlockKind.TEXT
        blocks.extend(_rows(table))
        table.clear()

    for line in lines:
        if line.startswith("```"):
            close()
            fenced = not fenced
            kind = BlockKind.CODE if fenced else BlockKind.TEXT
        elif fenced:
            open_.append(line)
        elif line.startswith("    ") and (kind is BlockKind.CODE or not open_):
            if kind is not BlockKind.CODE:
                close()
                kind = BlockKind.CODE
            open_.append(line[4:])
        elif line.startswith("|"):
            if open_:
                close()
            table.append([plain(cell) for cell in re.split(r"(?<!\\)\|", line.strip().strip("|"))])
        elif not line.strip():
            close()
        elif item := _ITEM.fullmatch(line):
            close()
            kind = BlockKind.ITEM
            mark = item[1] if item[1][0].isdigit() else "•"
            open_.append(item[2])
        else:
            if kind is BlockKind.CODE or table:
                close()
            open_.append(line)
    close()
    return tuple(blocks)


def _rows(table: list[list[str]]) -> list[Block]:
    """A table's rows: the first cell, then the others with the names of their columns."""
    if not table:
        return []
    names, *rest = table
    rows = []
    for cells in rest:
        if all(set(cell) <= set("-: ") for cell in cells):
            continue
        named = [
            f"{name}: {cell}" if name and len(names) > 2 else cell for name, cell in zip(names, cells, strict=False)
        ]
        rows.append(
            Block(
                BlockKind.ROW,
                "\n".join(text for text, cell in zip(named[1:], cells[1:], strict=False) if cell),
                cells[0],
            )
        )
    return rows
