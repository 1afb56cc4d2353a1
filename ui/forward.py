"""Brings the window forward and leaves the keyboard where it is."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget


def bring_forward(window: QWidget) -> None:
    """Raises without activating."""
    window.raise_()
