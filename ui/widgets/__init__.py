"""The parts that every room of the window is made of: texts, keys, rows, badges, fields.

May import PySide6, `ui.theme` and `ui.keys`. Knows nothing of calls, offers or scripts; shows what it is given, as
plain text, whatever it looks like.
"""
