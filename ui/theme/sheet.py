"""The one style sheet. Its only inputs are constants of ours and whole numbers (safety.md, row 4)."""

from __future__ import annotations

from collections.abc import Callable

from ui.theme import metrics
from ui.theme.colours import Palette


def style_sheet(colours: Palette, px: Callable[[float], int]) -> str:
    """The application's style sheet for these colours; `px` scales a measure to the text size."""
    return "\n".join((_texts(colours, px), _surfaces(colours, px), _fields(colours, px), _small_parts(colours, px)))


def _texts(c: Palette, px: Callable[[float], int]) -> str:
    sizes = {
        "body": (metrics.TEXT, 400, c.text),
        "body-small": (metrics.SECONDARY, 400, c.text),
        "strong": (metrics.TEXT, 600, c.text),
        "figure": (metrics.FIGURE, 600, c.text),
        "title": (metrics.TITLE, 600, c.text),
        "step": (metrics.STEP, 600, c.text),
        "lead": (metrics.STEP, 400, c.text),
        "secondary": (metrics.SECONDARY, 400, c.secondary),
        "subtitle": (metrics.TEXT, 400, c.secondary),
        "section": (metrics.SMALL, 600, c.secondary),
        "small": (metrics.SMALL, 400, c.secondary),
        "small-strong": (metrics.SMALL, 600, c.secondary),
        "price": (17, 600, c.text),
    }
    rules = [f"QWidget {{ font-size: {px(metrics.TEXT)}px; color: {c.text}; }}"]
    rules += [
        f'QLabel[role="{role}"] {{ font-size: {px(size)}px; font-weight: {weight}; color: {colour}; }}'
        for role, (size, weight, colour) in sizes.items()
    ]
    tints = {"accent": c.accent, "good": c.good, "attention": c.attention, "special": c.special, "quiet": c.secondary}
    rules += [f'QLabel[tint="{name}"] {{ color: {colour}; }}' for name, colour in tints.items()]
    return "\n".join(rules)


def _surfaces(c: Palette, px: Callable[[float], int]) -> str:
    radius = metrics.RADIUS
    return f"""
QWidget[surface="ground"] {{ background: {c.ground}; }}
QWidget[surface="plain"] {{ background: {c.surface}; }}
QWidget[surface="bar"] {{ background: {c.surface}; border: 0; border-bottom: 1px solid {c.line}; }}
QWidget[surface="practice"] {{ background: {c.special_ground}; border: 0; border-bottom: 2px solid {c.special}; }}
QWidget[surface="left"] {{ background: {c.surface}; border: 0; border-right: 1px solid {c.line}; }}
QWidget[surface="right"] {{ background: {c.surface}; border: 0; border-left: 1px solid {c.line}; }}
QFrame[surface="card"] {{ background: {c.surface}; border: 1px solid {c.line}; border-radius: {radius}px; }}
QFrame[surface="accent-card"] {{ background: {c.surface}; border: 1px solid {c.accent}; border-radius: {radius}px; }}
QFrame[surface="dashed"] {{ background: transparent; border: 1px dashed {c.edge}; border-radius: {radius}px; }}
QFrame[surface="note"] {{ background: {c.sunken}; border: 0; border-radius: {radius}px; }}
QFrame[surface="attention"] {{ background: {c.attention_ground}; border: 0; border-radius: {radius}px; }}
QFrame[surface="good"] {{ background: {c.good_ground}; border: 0; border-radius: {radius}px; }}
QFrame[surface="information"] {{ background: {c.accent_ground}; border: 0; border-radius: {radius}px; }}
QFrame[surface="panel"] {{ background: {c.surface}; border: 1px solid {c.edge}; border-radius: {radius}px; }}
QFrame[surface="tab"] {{ background: transparent; border: 0; }}
QFrame[surface="rule"] {{ background: {c.line}; border: 0; }}
"""


def _fields(c: Palette, px: Callable[[float], int]) -> str:
    radius = metrics.RADIUS
    return f"""
QLineEdit, QPlainTextEdit, QComboBox, QDateEdit {{
  background: {c.surface}; border: 1px solid {c.line}; border-radius: {radius}px;
  selection-background-color: {c.accent}; selection-color: {c.on_accent};
}}
QLineEdit {{ placeholder-text-color: {c.secondary}; }}
QLineEdit {{ padding: {px(7)}px {px(11)}px; min-height: {px(20)}px; }}
QPlainTextEdit {{ padding: {px(6)}px {px(9)}px; }}
QComboBox, QDateEdit {{ padding: {px(6)}px {px(10)}px; min-height: {px(20)}px; }}
QLineEdit:focus, QPlainTextEdit:focus, QComboBox:focus, QDateEdit:focus {{ border: 1px solid {c.accent}; }}
QLineEdit[bare="true"] {{ border: 0; background: transparent; padding: 0; }}
QComboBox::drop-down, QDateEdit::drop-down {{ border: 0; width: {px(26)}px; }}
QComboBox::down-arrow, QDateEdit::down-arrow {{ image: none; }}
QComboBox QAbstractItemView {{
  background: {c.surface}; border: 1px solid {c.edge}; padding: 4px; outline: 0;
  selection-background-color: {c.accent_ground}; selection-color: {c.text};
}}
QComboBox QAbstractItemView::item {{ min-height: {px(28)}px; padding: 0 {px(6)}px; }}
QDateEdit::up-button, QDateEdit::down-button {{ width: 0; border: 0; }}
"""


def _small_parts(c: Palette, px: Callable[[float], int]) -> str:
    return f"""
QScrollArea {{ background: transparent; border: 0; }}
QScrollArea > QWidget > QWidget[surface="clear"] {{ background: transparent; }}
QAbstractScrollArea::corner {{ background: transparent; border: 0; }}
QScrollBar:vertical {{ background: transparent; width: 10px; margin: 0; }}
QScrollBar::handle:vertical {{ background: {c.edge}; border-radius: 3px; min-height: 32px; margin: 2px; }}
QScrollBar:horizontal {{ background: transparent; height: 10px; margin: 0; }}
QScrollBar::handle:horizontal {{ background: {c.edge}; border-radius: 3px; min-width: 32px; margin: 2px; }}
QScrollBar::add-line, QScrollBar::sub-line {{ width: 0; height: 0; }}
QScrollBar::add-page, QScrollBar::sub-page {{ background: transparent; }}
QTableView {{
  background: transparent; border: 1px solid transparent; gridline-color: {c.line}; outline: 0;
  selection-background-color: {c.accent_ground}; selection-color: {c.text};
}}
QTableView:focus {{ border-color: {c.accent}; }}
QHeaderView {{ background: transparent; border: 0; }}
QHeaderView::section {{
  background: transparent; border: 0; border-bottom: 1px solid {c.line}; color: {c.secondary};
  font-size: {px(metrics.SECONDARY)}px; font-weight: 400; padding: 0 {px(12)}px;
}}
"""
