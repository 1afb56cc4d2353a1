"""Pictures of the library are shown beside the step, and only if they are nothing but pictures."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from tests.fakes.views import DESK_VIEWS, NOW, ShippedPictures
from tests.ui.conftest import NotingDesk
from ui.pictures import LARGEST_FILE, read_drawing, read_image
from ui.widgets.picture import Picture
from ui.widgets.text import Paragraph
from ui.window import MainWindow

SVG = '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" viewBox="0 0 9 9">{}</svg>'
SHIPPED = sorted((Path(__file__).parents[2] / "scripts_library" / "pictures").glob("*.svg"))


class NoPictures:
    """A release whose pictures are not there."""

    def picture(self, release: int, name: str) -> bytes:
        """Nothing."""
        return b""


@pytest.mark.parametrize("file", SHIPPED, ids=lambda file: file.name)
def test_the_shipped_pictures_are_drawings_with_a_title(file: Path) -> None:
    drawing = read_drawing(file.read_bytes())

    assert drawing is not None
    assert drawing.title


@pytest.mark.parametrize(
    "inner",
    [
        '<image href="file:///etc/passwd"/>',
        '<image xlink:href="http://127.0.0.1/x.png"/>',
        "<script>alert(1)</script>",
        "<style>@import url(file:///x.css)</style>",
        '<rect fill="url(file:///x.svg#a)"/>',
        '<use xlink:href="file:///x.svg#a"/>',
        '<a href="#x"><rect/></a>',
        "<foreignObject/>",
        "<rect",
    ],
)
def test_a_drawing_that_asks_for_more_than_itself_is_refused(inner: str) -> None:
    assert read_drawing(SVG.format(inner).encode()) is None


def test_a_drawing_with_entities_is_refused() -> None:
    bomb = '<!DOCTYPE svg [<!ENTITY a "aaaa">]>' + SVG.format("<text>&a;</text>")

    assert read_drawing(bomb.encode()) is None


def test_a_file_that_is_too_large_is_refused() -> None:
    assert read_drawing(SVG.format("<rect/>" * (LARGEST_FILE // 7)).encode()) is None


def test_an_image_is_read_by_its_content_and_not_when_it_is_huge(tmp_path: Path) -> None:
    small, huge = QImage(4, 4, QImage.Format.Format_RGB32), QImage(5_000, 1, QImage.Format.Format_RGB32)

    assert read_image(png(small, tmp_path)) is not None
    assert read_image(png(huge, tmp_path)) is None
    assert read_image(b"GIF89a") is None


def test_a_step_shows_its_picture_and_says_what_it_is(desk: NotingDesk, qtbot: QtBot) -> None:
    window = MainWindow(desk, None, lambda: NOW, pictures=ShippedPictures())
    qtbot.addWidget(window)
    window.show()

    window.render(DESK_VIEWS["wait"])
    QApplication.processEvents()

    picture = next(one for one in window.findChildren(Picture) if one.isVisible())
    assert picture.accessibleName() == "The lights of the router: power, internet, Wi-Fi"
    assert picture.height() >= 100
    window.render(DESK_VIEWS["script-step"])
    assert not picture.isVisible()


def test_a_picture_that_is_not_there_is_named(desk: NotingDesk, qtbot: QtBot) -> None:
    window = MainWindow(desk, None, lambda: NOW, pictures=NoPictures())
    qtbot.addWidget(window)
    window.show()

    window.render(DESK_VIEWS["wait"])

    texts = [label.text() for label in window.findChildren(Paragraph) if label.isVisible()]
    assert "The picture router-lights.svg cannot be shown." in texts


def png(image: QImage, folder: Path) -> bytes:
    """The image as a file."""
    image.fill(0)
    image.save(str(folder / "image.png"))
    return (folder / "image.png").read_bytes()
