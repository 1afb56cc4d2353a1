"""What the window reads from the program's own folder: help pages, and the pictures of the library in use."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from app.places import program_dir


class HelpShelf:
    """The help pages; read when help is opened, in a worker."""

    def texts(self) -> Mapping[str, str]:
        """Page name to its Markdown."""
        folder = program_dir() / "resources" / "help"
        return {page.stem: page.read_text(encoding="utf-8") for page in sorted(folder.glob("*.md"))}


class PictureShelf:
    """The pictures of the libraries in use, in memory; there are none until the library has been read."""

    def __init__(self) -> None:
        self._picture: Callable[[int, str], bytes] = lambda release, name: b""

    def fill(self, picture: Callable[[int, str], bytes]) -> None:
        """From now on pictures are had from here, by release and file name."""
        self._picture = picture

    def picture(self, release: int, name: str) -> bytes:
        """The file of this name in that release; b"" where it has none."""
        return self._picture(release, name)
