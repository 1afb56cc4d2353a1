"""Measures in pixels at 100 % text; everything sits on a grid of 4."""

from __future__ import annotations

SMALLEST_SCALE = 100
LARGEST_SCALE = 200
TABS_ABOVE_SCALE = 130
"""Above this text scale (per cent) the side columns become tabs."""

TAB_WIDTH = 1100
"""Below this window width the right column becomes a tab."""

TOP_BAR = 52
STRIP = 360
LEFT_COLUMN = 284
RIGHT_COLUMN = 316
LEAD_LEFT_COLUMN = 220
RADIUS = 8
ANSWER = 46
SMALL_ROW = 32
QUIET_ROW = 26
TARGET = 24
BUTTON = 38
GUTTER = 28
EDGE = 20

TEXT = 14
SECONDARY = 13
SMALL = 12
STEP = 16
TITLE = 20
FIGURE = 24
SPOKEN = 24
SPOKEN_SMALL = 18
SPOKEN_LARGEST = 44
SPOKEN_CHARACTERS = 62
SPOKEN_LINE_HEIGHT = 1.42
TEXT_LINE_HEIGHT = 1.32
