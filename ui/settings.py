"""What the agent can choose about the window."""

from __future__ import annotations

from dataclasses import dataclass

from ui.theme.colours import Scheme


@dataclass(frozen=True, slots=True)
class WindowSettings:
    """Appearance: `scheme` (system, light, dark) and `text_scale` in per cent, 100 to 200."""

    scheme: Scheme = Scheme.SYSTEM
    text_scale: int = 100
