"""Help in the window: the pages of `resources/help` as sections, searched and shown as plain text.

May import PySide6, `ui.panels`, `ui.widgets`, `ui.theme` and `ui.keys`. Reads no files and follows no links: the texts
are handed in.
"""
