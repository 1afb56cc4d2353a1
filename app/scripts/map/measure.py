"""How wide a text is in a plain sans-serif face, estimated: an SVG is laid out where no font is known."""

from __future__ import annotations

from functools import lru_cache
from unicodedata import combining, east_asian_width

_NARROW = frozenset("iIjltf.,;:'|!()[]/ ’“”`")
_WIDE = frozenset("mwMW@%—…")


def width_of(text: str, size: float) -> float:
    """The width in pixels at a font size; a little more than most faces need."""
    return sum(_share(sign) for sign in text) * size


def shortened(text: str, size: float, width: float) -> str:
    """The text, or as much of its beginning as fits, with an ellipsis."""
    if width_of(text, size) <= width:
        return text
    left = width - width_of("…", size)
    kept = 0
    for sign in text:
        left -= _share(sign) * size
        if left < 0:
            break
        kept += 1
    return f"{text[:kept].rstrip()}…"


def wrapped(text: str, size: float, width: float, most: int) -> tuple[str, ...]:
    """The text in at most so many lines, the last one shortened."""
    lines: list[str] = []
    words = text.split()
    while words and len(lines) < most - 1:
        count = 1
        while count < len(words) and width_of(" ".join(words[: count + 1]), size) <= width:
            count += 1
        lines.append(shortened(" ".join(words[:count]), size, width))
        words = words[count:]
    if words:
        lines.append(shortened(" ".join(words), size, width))
    return tuple(lines)


@lru_cache(maxsize=2_000)
def _share(sign: str) -> float:
    if combining(sign):
        return 0.0
    if sign in _NARROW:
        return 0.34
    if sign in _WIDE or sign.isupper():
        return 0.88 if sign in _WIDE else 0.72
    return 1.05 if east_asian_width(sign) in "WF" else 0.58
