"""Pictures of the script library: asked for by name, and shown only if they are nothing but a picture (safety.md)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QXmlStreamReader
from PySide6.QtGui import QImage, QImageReader

LARGEST_FILE = 1_000_000
LARGEST_SIDE = 4_096
_ACTIVE = frozenset({"script", "image", "feImage", "foreignObject", "iframe", "style", "a", "animate", "set"})


class Pictures(Protocol):
    """Where the pictures of a published library are."""

    def picture(self, release: int, name: str) -> bytes:
        """The file `name` ("router-lights.svg") of this release, b"" where it has none. In memory: answers at once."""


@dataclass(frozen=True, slots=True)
class Drawing:
    """An SVG that draws and does nothing else. `title` is what it says of itself."""

    svg: bytes
    title: str


def read_drawing(svg: bytes) -> Drawing | None:
    """The drawing in this file; None where it is too large, damaged, or asks for anything outside of itself.

    Refused are document types and entities, scripts, style sheets, images and links: with those a drawing could read
    files or the network, or grow without end.
    """
    if not svg or len(svg) > LARGEST_FILE:
        return None
    try:
        reader = QXmlStreamReader(svg.decode("utf-8"))
    except UnicodeDecodeError:
        return None
    title = ""
    while not reader.atEnd():
        token = reader.readNext()
        if token in (QXmlStreamReader.TokenType.DTD, QXmlStreamReader.TokenType.EntityReference):
            return None
        if token is QXmlStreamReader.TokenType.StartElement:
            if reader.name() in _ACTIVE or not _stays_inside(reader):
                return None
            if reader.name() == "title" and not title:
                title = reader.readElementText(QXmlStreamReader.ReadElementTextBehaviour.SkipChildElements)
    return None if reader.hasError() else Drawing(svg, title)


def read_image(png: bytes) -> QImage | None:
    """The image in this PNG; None where it is none, damaged or too large."""
    if not png or len(png) > LARGEST_FILE:
        return None
    buffer = QBuffer()
    buffer.setData(QByteArray(png))
    buffer.open(QIODevice.OpenModeFlag.ReadOnly)
    reader = QImageReader(buffer, QByteArray(b"png"))
    size = reader.size()
    if not size.isValid() or max(size.width(), size.height()) > LARGEST_SIDE:
        return None
    image = reader.read()
    return None if image.isNull() else image


def _stays_inside(reader: QXmlStreamReader) -> bool:
    """Whether the element refers to nothing but parts of the same drawing."""
    attributes = reader.attributes()
    for place in range(attributes.size()):
        attribute = attributes.at(place)
        value = attribute.value().replace(" ", "").lower()
        if attribute.name() == "href" and not value.startswith("#"):
            return False
        if value.count("url(") != value.count("url(#"):
            return False
    return True
