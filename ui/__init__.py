"""The window: PySide6 widgets that show state (`app.desk.view`) and send intents (`app.desk.intents`).

May import PySide6 (QtCore, QtGui, QtWidgets) and the values and Protocols of `app.desk`, `app.scripts.screen` and
`app.domain`. Holds no rules, and never reaches a database, the network or a keyring.
"""
