"""The picture of a step, out of the library of the call's release."""

from __future__ import annotations

from app.scripts.screen import StepScreen
from ui.pictures import Pictures, read_drawing, read_image
from ui.theme.colours import Tint
from ui.widgets.frames import Box
from ui.widgets.picture import Picture
from ui.widgets.text import Paragraph, Role
from ui.words.catalogue import say


class PictureBox(Box):
    """Shows the picture that the step names, or says that it cannot."""

    def __init__(self, pictures: Pictures | None) -> None:
        super().__init__()
        self._pictures = pictures
        self._shown = (0, "")
        self._picture = Picture()
        self._problem = Paragraph(role=Role.SECONDARY, tint=Tint.QUIET)
        self.column.addWidget(self._picture)
        self.column.addWidget(self._problem)

    def show_screen(self, screen: StepScreen | None) -> None:
        """Shows this step's picture; nothing where it has none."""
        wanted = (screen.release, screen.picture) if screen is not None and screen.picture else (0, "")
        if wanted != self._shown:
            self._shown = wanted
            drawn = bool(wanted[1]) and self._draw(*wanted)
            self._picture.setVisible(drawn)
            self._problem.setVisible(not drawn)
            self._problem.setText(say("The picture {} cannot be shown.").format(wanted[1]))
        self.setVisible(bool(wanted[1]))

    def _draw(self, release: int, name: str) -> bool:
        content = self._pictures.picture(release, name) if self._pictures is not None else b""
        if name.endswith(".svg"):
            drawing = read_drawing(content)
            return drawing is not None and self._picture.show_drawing(drawing.svg, drawing.title or name)
        image = read_image(content)
        if image is not None:
            self._picture.show_image(image, name)
        return image is not None
