"""Another program's text window: keeps the file named on the command line as what was typed into it."""

from __future__ import annotations

import sys
from pathlib import Path

from PySide6.QtWidgets import QApplication, QPlainTextEdit


def main() -> None:
    """Runs until killed."""
    application = QApplication([sys.argv[0]])
    field = QPlainTextEdit()
    field.setWindowTitle("another program")
    field.setGeometry(100, 100, 500, 300)

    def told() -> None:
        Path(sys.argv[1]).write_text(field.toPlainText())

    field.textChanged.connect(told)
    field.show()
    field.activateWindow()
    application.exec()


if __name__ == "__main__":
    main()
