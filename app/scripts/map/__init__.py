"""Draws a script as a map: its steps in layers from top to bottom, the main path straight down the middle.

The map is worked out anew from the text each time; no coordinates are stored. Takes a parsed script and gives SVG text;
does no I/O. `plan` says what is drawn, `order` and `positions` where, `drawing` how.
"""

from app.scripts.map.drawing import Colours, script_map
from app.scripts.map.layout import Layout, lay_out
from app.scripts.map.plan import Plan, plan_of

__all__ = ["Colours", "Layout", "Plan", "lay_out", "plan_of", "script_map"]
