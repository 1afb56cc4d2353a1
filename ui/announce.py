"""Tells screen readers what changed by itself."""

from __future__ import annotations

from PySide6.QtCore import QObject
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent

from ui.widgets.plain import one_line


def announce(about: QObject, text: str, at_once: bool = False) -> None:
    """Has the text spoken: after what is being spoken, or `at_once`. Does nothing while no reader listens."""
    if not text or not QAccessible.isActive():
        return
    event = QAccessibleAnnouncementEvent(about, one_line(text))
    if at_once:
        event.setPoliteness(QAccessible.AnnouncementPoliteness.Assertive)
    QAccessible.updateAccessibility(event)
