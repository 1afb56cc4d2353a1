"""Writes a map as SVG that stands by itself: no script, no font, no picture from elsewhere."""

from __future__ import annotations

import re
from enum import StrEnum
from html import escape

from app.scripts.map.layout import (
    CAPTION_SIZE,
    LABEL_HEIGHT,
    LABEL_SIZE,
    MARGIN,
    SMALL_SIZE,
    TITLE_SIZE,
    Layout,
    Line,
    Placed,
    lay_out,
)
from app.scripts.map.measure import shortened, width_of, wrapped
from app.scripts.map.plan import Look, plan_of
from app.scripts.model import Script


class Colours(StrEnum):
    """`auto` follows the setting of whoever looks; a renderer that knows no such setting shows `light`."""

    AUTO = "auto"
    LIGHT = "light"
    DARK = "dark"


# Per look: fill, edge, in light and in dark. Text on them keeps a contrast of 7 to 1 and more.
_LOOKS: dict[Look, tuple[tuple[str, str], tuple[str, str]]] = {
    Look.ORDINARY: (("#ffffff", "#8a94a3"), ("#20252c", "#6d7888")),
    Look.IDENTITY: (("#e6effb", "#3f74b8"), ("#1b2c42", "#6ea3e6")),
    Look.OFFER: (("#e3f4ea", "#2f8557"), ("#17301f", "#5cbf88")),
    Look.DISCLOSURE: (("#fdf1d8", "#a87409"), ("#362a10", "#dda83b")),
    Look.RETURN: (("#f3ecfa", "#8458b3"), ("#2b2138", "#b58be0")),
    Look.END: (("#e7e9ed", "#4b5563"), ("#2f353e", "#a9b3c1")),
    Look.HAND_OVER: (("#fbe9e4", "#b4563a"), ("#38201a", "#e08a6e")),
    Look.REFERENCE: (("#f8f9fa", "#aab2bd"), ("#191d22", "#59636f")),
}
_PLAIN = {
    "paper": ("#fbfbfa", "#14171b"),
    "text": ("#1a1f26", "#eef1f4"),
    "quiet": ("#4a5462", "#b4bdc9"),
    "line": ("#7c8796", "#7f8b9a"),
    "main": ("#2b3542", "#dfe5ec"),
}
_LEGEND = (
    (Look.IDENTITY, "identity"),
    (Look.OFFER, "offer"),
    (Look.DISCLOSURE, "disclosure"),
    (Look.RETURN, "comes back"),
    (Look.END, "end"),
    (Look.HAND_OVER, "other script"),
    (Look.REFERENCE, "see that step"),
)
_FONT = "Inter, 'Segoe UI', 'Helvetica Neue', Arial, sans-serif"
# XML has no place for these, whatever the escape.
_NOT_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")


def script_map(script: Script, colours: Colours = Colours.AUTO) -> str:
    """The map of a script as SVG text."""
    return draw(lay_out(plan_of(script)), colours)


def draw(layout: Layout, colours: Colours = Colours.AUTO) -> str:
    """A layout as SVG text."""
    width = max(layout.width, _legend_width())
    dark = colours is Colours.DARK
    main = frozenset(layout.plan.main)
    size = f'width="{width:.0f}" height="{layout.height:.0f}"'
    view = f'viewBox="0 0 {width:.0f} {layout.height:.0f}"'
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" {size} {view} font-family="{_FONT}" role="img">',
        f"<title>{_safe(layout.plan.title)}</title>",
        _dark_style() if colours is Colours.AUTO else "",
        f'<rect class="paper" {size} fill="{_plain("paper", dark)}"/>',
        _head(layout.plan.title, dark),
        *(_line(line, dark) for line in sorted(layout.lines, key=lambda line: line.way.main)),
        *(_box(placed, placed.box.id in main, dark) for placed in layout.boxes.values()),
        *(_label(line, dark) for line in layout.lines if line.way.label),
        "</svg>\n",
    ]
    return "\n".join(part for part in parts if part)


def _dark_style() -> str:
    """The colours for dark surroundings; those for light ones stand at the elements."""
    rules = [f".{look.value}{{fill:{dark[0]};stroke:{dark[1]}}}" for look, (_, dark) in _LOOKS.items()]
    rules += [
        f".{name}{{{'stroke' if name in ('line', 'main') else 'fill'}:{dark}}}" for name, (_, dark) in _PLAIN.items()
    ]
    rules += [f".tip-{name}{{fill:{_PLAIN[name][1]}}}" for name in ("line", "main")]
    return f"<style>@media (prefers-color-scheme: dark){{{''.join(rules)}}}</style>"


def _head(title: str, dark: bool) -> str:
    style = f'font-size="17" font-weight="600" fill="{_plain("text", dark)}"'
    parts = [f'<text class="text" x="{MARGIN:.0f}" y="30" {style}>{_safe(title)}</text>']
    x = MARGIN
    for look, words in _LEGEND:
        fill, edge = _LOOKS[look][dark]
        parts.append(
            f'<rect class="{look.value}" x="{x:.1f}" y="42" width="14" height="12" rx="3" fill="{fill}" '
            f'stroke="{edge}"/><text class="quiet" x="{x + 19:.1f}" y="52" font-size="11" '
            f'fill="{_plain("quiet", dark)}">{words}</text>'
        )
        x += _legend_step(words)
    return "".join(parts)


def _legend_step(words: str) -> float:
    return width_of(words, 11) + 36


def _legend_width() -> float:
    return sum(_legend_step(words) for _, words in _LEGEND) + 2 * MARGIN


def _box(placed: Placed, main: bool, dark: bool) -> str:
    box = placed.box
    fill, edge = _LOOKS[box.look][dark]
    small = box.look in (Look.HAND_OVER, Look.REFERENCE)
    radius = placed.height / 2 if small and not box.caption else 8
    stroke = f'stroke="{edge}" stroke-width="{2 if main else 1.2}"' + ("" if box.reached else ' stroke-dasharray="4 3"')
    shape = (
        f'<rect class="{box.look.value}" x="{placed.x:.1f}" y="{placed.y:.1f}" width="{placed.width:.1f}" '
        f'height="{placed.height:.1f}" rx="{radius:.0f}" fill="{fill}" {stroke}/>'
    )
    middle, inside = placed.x + placed.width / 2, placed.width - 18
    texts = _small_texts(placed, middle, inside, dark) if small else _step_texts(placed, middle, inside, dark)
    tip = box.tip if box.reached else f"No call gets here. {box.tip}"
    group = f"<title>{_safe(tip)}</title>{shape}{texts}"
    if box.look is Look.REFERENCE:
        return f'<a href="#step-{_safe(box.step)}">{group}</a>'
    return f'<g id="step-{_safe(box.step)}">{group}</g>' if box.step else f"<g>{group}</g>"


def _step_texts(placed: Placed, middle: float, inside: float, dark: bool) -> str:
    titles = wrapped(placed.box.title, TITLE_SIZE, inside, 2)
    y = placed.y + (24 if len(titles) == 1 else 18)
    texts = [_text(line, middle, y + 15 * index, TITLE_SIZE, "text", dark, 600) for index, line in enumerate(titles)]
    caption = shortened(placed.box.caption, CAPTION_SIZE, inside)
    texts.append(_text(caption, middle, placed.y + placed.height - 9, CAPTION_SIZE, "quiet", dark))
    return "".join(texts)


def _small_texts(placed: Placed, middle: float, inside: float, dark: bool) -> str:
    sign = "⇒ " if placed.box.look is Look.HAND_OVER else ""
    title = shortened(sign + placed.box.title, SMALL_SIZE, inside + 8)
    texts = _text(title, middle, placed.y + 17, SMALL_SIZE, "text", dark)
    if placed.box.caption:
        texts += _text(
            shortened(placed.box.caption, CAPTION_SIZE, inside), middle, placed.y + 32, CAPTION_SIZE, "quiet", dark
        )
    return texts


def _text(text: str, x: float, y: float, size: float, name: str, dark: bool, weight: int = 400) -> str:
    bold = f' font-weight="{weight}"' if weight != 400 else ""
    return (
        f'<text class="{name}" x="{x:.1f}" y="{y:.1f}" font-size="{size:g}"{bold} text-anchor="middle" '
        f'fill="{_plain(name, dark)}">{_safe(text)}</text>'
    )


def _line(line: Line, dark: bool) -> str:
    name = "main" if line.way.main else "line"
    colour = _plain(name, dark)
    dashes = ' stroke-dasharray="5 4"' if line.way.dashed else ""
    x, y = line.points[-1]
    head = f"M{x:.1f} {y:.1f}l-4.5 -9l9 0z"
    return (
        f'<path class="{name}" d="{_path(line)}" fill="none" stroke="{colour}" '
        f'stroke-width="{2.2 if line.way.main else 1.3}"{dashes}/><path class="tip-{name}" d="{head}" fill="{colour}"/>'
    )


def _path(line: Line) -> str:
    """Straight within each pair of points, curved from pair to pair; upright where a line leaves and arrives."""
    points = line.points
    path = f"M{points[0][0]:.1f} {points[0][1]:.1f}L{points[1][0]:.1f} {points[1][1]:.1f}"
    for index in range(2, len(points), 2):
        (from_x, from_y), (x, y), (end_x, end_y) = points[index - 1], points[index], points[index + 1]
        # The arrow's head covers the last bit.
        end_y -= 8 if index + 2 == len(points) else 0
        if abs(from_x - x) < 0.05:
            path += f"L{end_x:.1f} {end_y:.1f}"
            continue
        half = (y - from_y) / 2
        path += f"C{from_x:.1f} {from_y + half:.1f} {x:.1f} {y - half:.1f} {x:.1f} {y:.1f}L{end_x:.1f} {end_y:.1f}"
    return path


def _label(line: Line, dark: bool) -> str:
    """The keys, on the line just below its box."""
    x, y = line.points[0][0], line.points[1][1] - LABEL_HEIGHT - 4
    width = line.label_width
    return (
        f"<g><title>{_safe(line.way.tip)}</title>"
        f'<rect class="paper" x="{x - width / 2:.1f}" y="{y:.1f}" width="{width:.1f}" height="{LABEL_HEIGHT:.0f}" '
        f'rx="5" fill="{_plain("paper", dark)}"/>'
        + _text(line.way.label, x, y + 12, LABEL_SIZE, "text", dark, 600)
        + "</g>"
    )


def _plain(name: str, dark: bool) -> str:
    return _PLAIN[name][dark]


def _safe(text: str) -> str:
    return escape(_NOT_IN_XML.sub("", text), quote=True)
