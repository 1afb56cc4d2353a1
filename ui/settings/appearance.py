"""What the agent can choose about the window."""

from __future__ import annotations

from dataclasses import dataclass

from ui.theme.colours import Scheme


@dataclass(frozen=True, slots=True)
class WindowSettings:
    """Appearance: `scheme` (system, light, dark) and `text_scale` in per cent, 100 to 200.

    `keys`: commands with keys of the agent's own choice (see ui.keys.changed). `language`: of the window's own texts.
    `strip`: the small strip is shown instead of the full window; `strip_place`: where it was put, in screen pixels.
    `key_words`: what to say is shown in key words where the script has them.
    """

    scheme: Scheme = Scheme.SYSTEM
    text_scale: int = 100
    language: str = "en"
    keys: tuple[tuple[str, str], ...] = ()
    strip: bool = False
    strip_place: tuple[int, int] | None = None
    key_words: bool = False
