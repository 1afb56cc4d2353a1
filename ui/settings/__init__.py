"""What can be chosen about the window and the desk: the window's own part, and the panel in which all of it is chosen.

May import `app.settings`, `ui.panels`, `ui.widgets` and `ui.theme`. It never reads files itself: the book of settings
is handed in, and what is chosen goes there.
"""

from ui.settings.appearance import WindowSettings

__all__ = ["WindowSettings"]
