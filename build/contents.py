"""What goes into the bundle and what stays out; asked by build/cuecard.spec.

Names are paths inside the bundle, with forward slashes.
"""

from __future__ import annotations

import fnmatch
from pathlib import Path

LANGUAGES = ("en", "de", "es", "fr", "it", "nl", "pl", "pt")
"""Languages whose number and date forms are carried along (by Babel); others fall back to English."""

UNUSED_MODULES = (
    "tkinter",
    "pip",
    "setuptools",
    "pkg_resources",
    # Places, carriers and time zones of numbers: 45 MB, and we only need the numbers' forms.
    "phonenumbers.geodata",
    "phonenumbers.carrierdata",
    "phonenumbers.tzdata",
    "sqlalchemy.dialects.mssql",
    "sqlalchemy.dialects.mysql",
    "sqlalchemy.dialects.oracle",
    "sqlalchemy.ext.mypy",
    "sqlalchemy.testing",
    # Litestar's own command line and testing; we start uvicorn ourselves.
    "litestar.cli",
    "litestar.testing",
    "rich",
    "rich_click",
    "faker",
)
"""Modules that a dependency mentions and the program never reaches."""

_UNUSED_FILES = (
    "*/translations/*.qm",
    # Wayland desktops show the window through XWayland; the others are for screens without a desktop.
    "*/plugins/*wayland*",
    "*/plugins/platforms/libq*eglfs*",
    "*/plugins/platforms/libqlinuxfb*",
    "*/plugins/platforms/libqvnc*",
    "*/plugins/platforms/libqvkkhrdisplay*",
    "*/plugins/platforms/libqminimal*",
    "*/plugins/egldeviceintegrations/*",
    # Would draw the whole of GTK in.
    "*/plugins/platformthemes/libqgtk3*",
    "*/plugins/generic/*",
    "*/plugins/networkinformation/*",
    "*/plugins/platforminputcontexts/*virtualkeyboard*",
    "*/plugins/imageformats/*qpdf*",
    "*/libQt6Wayland*",
    "*/libQt6Egl*",
    "*/libQt6Quick*",
    "*/libQt6Qml*",
    "*/libQt6VirtualKeyboard*",
    "*/libQt6Pdf*",
    "libgtk-3*",
    "libgdk-3*",
    "libgdk_pixbuf*",
    "libwayland-*",
)


def our_modules(root: Path) -> list[str]:
    """Every module of app and ui: the command line and the window import theirs by name, which no analysis can see."""
    names = []
    for top in ("app", "ui"):
        for path in sorted((root / top).rglob("*.py")):
            parts = path.relative_to(root).with_suffix("").parts
            names.append(".".join(parts[:-1] if parts[-1] == "__init__" else parts))
    return names


def is_needed(name: str) -> bool:
    """Whether a file that PyInstaller found goes into the bundle."""
    name = name.replace("\\", "/")
    if "babel/locale-data/" in name:
        language = name.rpartition("/")[2].partition(".")[0]
        return language == "root" or language.partition("_")[0] in LANGUAGES
    return not any(fnmatch.fnmatchcase(name, pattern) for pattern in _UNUSED_FILES)
