"""Tells assistive technologies what the widgets are that Qt does not know, because we paint them ourselves."""

from __future__ import annotations

from PySide6.QtCore import QObject
from PySide6.QtGui import QAccessible, QAccessibleInterface
from PySide6.QtWidgets import QAccessibleWidget, QWidget


def explain_widgets() -> None:
    """From now on windows, painted texts and groups say that they are such.

    Of a bare QWidget, Qt says "filler", which screen readers skip with its name: what to say to the caller would
    never be read. Costs nothing while no assistive technology is at work.
    """
    QAccessible.installFactory(_interface)


def _interface(key: str, about: QObject) -> QAccessibleInterface | None:
    """What Qt asks for each class of an object, its own first; None leaves it to Qt."""
    if not isinstance(about, QWidget) or _qt_knows(about):
        return None
    return QAccessibleWidget(about, _role(about))


def _qt_knows(widget: QWidget) -> bool:
    """Whether it is more than a bare QWidget, such as a button."""
    meta = widget.metaObject()
    while meta is not None and not meta.className().startswith("Q"):
        meta = meta.superClass()
    return meta is None or meta.className() != "QWidget"


def _role(widget: QWidget) -> QAccessible.Role:
    if widget.isWindow():
        return QAccessible.Role.Window
    # The answer is kept for good, so the name, which may come later, must not decide.
    if type(widget).paintEvent is not QWidget.paintEvent and widget.layout() is None:
        return QAccessible.Role.StaticText
    return QAccessible.Role.Grouping
