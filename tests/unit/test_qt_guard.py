"""A fault in Qt for Python 6.12.0 that aborts the program after some thousand calls; we pin an older one."""

from __future__ import annotations

import sys

import pytest
from pytestqt.qtbot import QtBot


@pytest.mark.skipif(sys.version_info >= (3, 12), reason="from Python 3.12 on None lives for ever and cannot be lost")
def test_a_void_qt_call_does_not_lose_a_reference_to_none(qtbot: QtBot) -> None:
    from PySide6.QtWidgets import QLabel

    label = QLabel()
    qtbot.addWidget(label)
    before = sys.getrefcount(None)

    for _ in range(500):
        label.setText("says nothing")

    assert sys.getrefcount(None) > before - 50
