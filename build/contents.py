"""What goes into the bundle and what stays out; asked by build/cuecard.spec.

Names are paths inside the bundle, with forward slashes.
"""

from __future__ import annotations

import fnmatch
from collections.abc import Callable, Iterable
from pathlib import Path, PurePosixPath

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
    # Reports are saved as PDF; a printer is not spoken to.
    "*/plugins/printsupport/*",
)


_INTER = Path("/usr/share/fonts/opentype/inter")
_INTER_LICENCE = Path("/usr/share/doc/fonts-inter/copyright")
_INTER_WEIGHTS = ("Regular", "Italic", "Medium", "SemiBold", "Bold")


def fonts() -> list[tuple[str, str]]:
    """The Inter font of the machine that bundles, with its licence: for machines that do not have it."""
    files = [path for weight in _INTER_WEIGHTS if (path := _INTER / f"Inter-{weight}.otf").exists()]
    if not files or not _INTER_LICENCE.exists():
        return []
    return [(str(path), "resources/fonts") for path in [*files, _INTER_LICENCE]]


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
    name = "/" + name.replace("\\", "/")
    if "/babel/locale-data/" in name:
        language = name.rpartition("/")[2].partition(".")[0]
        return language == "root" or language.partition("_")[0] in LANGUAGES
    return not any(fnmatch.fnmatchcase(name, pattern) for pattern in _UNUSED_FILES)


def without_orphans(names: Iterable[str], needs: Callable[[str], Iterable[str]]) -> set[str]:
    """Drops shared libraries that came along with something which `is_needed` has thrown out.

    `needs` gives the file names of the libraries that a file asks for. Python, its extensions and Qt's plugins are
    wanted for themselves; any other shared library is wanted when something wanted asks for it.
    """
    names = set(names)
    libraries = {name for name in names if _is_shared_library(name)}
    wanted = names - libraries
    unseen = list(wanted)
    while unseen:
        asked = {PurePosixPath(name).name for name in needs(unseen.pop())}
        found = {name for name in libraries - wanted if PurePosixPath(name).name in asked}
        wanted |= found
        unseen += found
    return wanted


def _is_shared_library(name: str) -> bool:
    path = PurePosixPath(name.replace("\\", "/"))
    beside = len(path.parts) == 1 or path.parent.match("Qt/lib")
    return beside and path.match("lib*.so*") and not path.match("libpython*")
