"""Writes HTML elements with everything escaped."""

from __future__ import annotations

import re
from collections.abc import Iterable
from html import escape

from app.scripts.text import plain

_NOT_IN_HTML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")
_PLACEHOLDER = re.compile(r"(\{[^{}]*\})")
_PATH = re.compile(r"\{\s*([\w.]+)")


class Markup(str):
    """Text that is HTML already; any other text is escaped."""

    __slots__ = ()


def element(name: str, *content: str, **attributes: str) -> Markup:
    """An element; `class_` becomes class, and an attribute with "" is left out."""
    written = "".join(f' {key.rstrip("_")}="{_escaped(value)}"' for key, value in attributes.items() if value)
    return Markup(f"<{name}{written}>{join(content)}</{name}>")


def join(parts: Iterable[str], between: str = "") -> Markup:
    """Texts and elements one after the other."""
    return Markup(_escaped(between).join(part if isinstance(part, Markup) else _escaped(part) for part in parts))


def spoken(text: str) -> Markup:
    """A text with its placeholders shown as gaps: what is filled in during the call."""
    parts = [part for part in _PLACEHOLDER.split(text) if part]
    return join(_gap(part) if _PLACEHOLDER.fullmatch(part) else part for part in parts)


def table(head: Iterable[str], rows: Iterable[Iterable[str]], class_: str = "") -> Markup:
    """A table with a row of headings."""
    heading = element("tr", *(element("th", name, scope="col") for name in head))
    body = (element("tr", *(element("td", cell) for cell in row)) for row in rows)
    return element("table", element("thead", heading), element("tbody", *body), class_=class_)


def amount(value: object, locale: str = "en_GB") -> str:
    """A value as people write it, a dash for none."""
    return "–" if value is None or value == "" else plain(value, locale)


def _gap(placeholder: str) -> Markup:
    path = _PATH.match(placeholder)
    name = path.group(1).rpartition(".")[2].replace("_", " ") if path else placeholder
    return element("span", name, class_="gap", title=placeholder)


def _escaped(text: str) -> str:
    return escape(_NOT_IN_HTML.sub("", text), quote=True)
