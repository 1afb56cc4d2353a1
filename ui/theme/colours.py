"""The three grounds and the colours on them; state colours are told apart by colour-blind people on both."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Scheme(StrEnum):
    """Which ground to use; SYSTEM follows the desktop's setting, high contrast included where Qt knows of it."""

    SYSTEM = "system"
    LIGHT = "light"
    DARK = "dark"
    CONTRAST = "contrast"


class Tint(StrEnum):
    """What a colour says; never alone, always beside a word or a shape."""

    PLAIN = "plain"
    QUIET = "quiet"
    ACCENT = "accent"
    GOOD = "good"
    ATTENTION = "attention"
    SPECIAL = "special"


@dataclass(frozen=True, slots=True)
class Palette:
    """Colours as #rrggbb. `faint` is for parts that are no text (contrast 3:1)."""

    ground: str
    surface: str
    sunken: str
    line: str
    edge: str
    text: str
    secondary: str
    faint: str
    accent: str
    accent_ground: str
    on_accent: str
    good: str
    good_ground: str
    attention: str
    attention_ground: str
    special: str
    special_ground: str

    def ink(self, tint: Tint) -> str:
        """The colour of text and shapes in this tint."""
        inks = {Tint.ACCENT: self.accent, Tint.GOOD: self.good, Tint.ATTENTION: self.attention}
        return self.special if tint is Tint.SPECIAL else inks.get(tint, self.secondary)

    def wash(self, tint: Tint) -> str:
        """The quiet ground behind text in this tint."""
        washes = {Tint.ACCENT: self.accent_ground, Tint.GOOD: self.good_ground, Tint.ATTENTION: self.attention_ground}
        return self.special_ground if tint is Tint.SPECIAL else washes.get(tint, self.sunken)


LIGHT = Palette(
    ground="#F5F6F8",
    surface="#FFFFFF",
    sunken="#EEF0F3",
    line="#E1E4EA",
    edge="#D3D8E0",
    text="#171B22",
    secondary="#5A6372",
    faint="#868E9C",
    accent="#0B5FC4",
    accent_ground="#E8F0FB",
    on_accent="#FFFFFF",
    good="#00735A",
    good_ground="#E3F4EF",
    attention="#B5400A",
    attention_ground="#FCEEE6",
    special="#7A3F91",
    special_ground="#F5ECF8",
)

CONTRAST = Palette(
    ground="#000000",
    surface="#000000",
    sunken="#1A1A1A",
    line="#FFFFFF",
    edge="#FFFFFF",
    text="#FFFFFF",
    secondary="#FFFFFF",
    faint="#FFFFFF",
    accent="#FFE14D",
    accent_ground="#332B00",
    on_accent="#000000",
    good="#5CF2C0",
    good_ground="#00291D",
    attention="#FFB38A",
    attention_ground="#3D1400",
    special="#F0C8FF",
    special_ground="#2E0A3D",
)
"""For people who need all the contrast there is: at least 7:1 for every text, lines as strong as letters."""

DARK = Palette(
    ground="#14171C",
    surface="#1C2026",
    sunken="#242931",
    line="#2E343D",
    edge="#414956",
    text="#E9ECF1",
    secondary="#A2ABB8",
    faint="#77808E",
    accent="#7BB6FF",
    accent_ground="#1D2E45",
    on_accent="#0D1420",
    good="#4CC9A4",
    good_ground="#173129",
    attention="#FF9B66",
    attention_ground="#3A241A",
    special="#D7A3EA",
    special_ground="#33233A",
)
