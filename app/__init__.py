"""Cuecard without a screen: everything but the window.

Runs, and is tested, where Qt is not installed. Never imports PySide6 or `ui`; `bootstrap` is the one place that wires
the rooms together.
"""
