"""The theme in force: which colours, how large, and the word to everyone when that changes."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QObject, Qt, Signal
from PySide6.QtGui import QColor, QFont, QFontInfo, QFontMetrics, QPalette
from PySide6.QtWidgets import QApplication

from ui.theme import metrics
from ui.theme.colours import CONTRAST, DARK, LIGHT, Palette, Scheme
from ui.theme.sheet import style_sheet

FAMILY = "Inter"


class Theme(QObject):
    """Colours and text scale of the application; there is one, and it belongs to the application object.

    Attributes: `colours`, the palette in force; `scale`, text size in per cent; `scheme`, what was asked for.
    Signals: `changed`, after either changed and the style sheet was set.
    """

    changed = Signal()

    def __init__(self, application: QApplication) -> None:
        super().__init__(application)
        self._application = application
        self.scheme = Scheme.SYSTEM
        self.scale = metrics.SMALLEST_SCALE
        self.colours: Palette = LIGHT
        self._fonts: dict[tuple[float, int], QFont] = {}
        self._widths: dict[tuple[str, float, int], int] = {}
        application.setStyle("Fusion")
        application.setFont(_interface_font())
        application.styleHints().colorSchemeChanged.connect(self._system_changed)
        self._put()

    def choose(self, scheme: Scheme, scale: int) -> None:
        """Takes this scheme and text scale (100 to 200 per cent, cut to that)."""
        scale = max(metrics.SMALLEST_SCALE, min(metrics.LARGEST_SCALE, scale))
        colours = self._colours_for(scheme)
        if (scheme, scale, colours) == (self.scheme, self.scale, self.colours):
            return
        self.scheme, self.scale = scheme, scale
        self._put()

    def px(self, measure: float) -> int:
        """A measure that grows with the text, in whole pixels."""
        return round(measure * self.scale / 100)

    def gap(self, measure: float) -> int:
        """White space: grows with the text, but only half as fast."""
        return round(measure * (100 + (self.scale - 100) / 2) / 100)

    def colour(self, name: str) -> QColor:
        """A `#rrggbb` of the palette as a QColor."""
        return QColor(name)

    def font(self, size: float, weight: int = 400) -> QFont:
        """A font of the interface with tabular digits; shared, so copy it before changing it."""
        known = self._fonts.get((size, weight))
        if known is None:
            known = QFont(self._application.font())
            known.setPixelSize(self.px(size))
            known.setWeight(QFont.Weight(weight))
            self._fonts[size, weight] = known
        return known

    def width(self, text: str, size: float, weight: int = 400) -> int:
        """How wide a short text is in such a font; remembered, since key caps are measured all the time."""
        key = (text, size, weight)
        known = self._widths.get(key)
        if known is None:
            known = self._widths[key] = QFontMetrics(self.font(size, weight)).horizontalAdvance(text)
        return known

    def _system_changed(self) -> None:
        if self.scheme is Scheme.SYSTEM:
            self._put()

    def _colours_for(self, scheme: Scheme) -> Palette:
        if scheme is Scheme.CONTRAST or (scheme is Scheme.SYSTEM and self._system_wants_contrast()):
            return CONTRAST
        if scheme is Scheme.SYSTEM:
            dark = self._application.styleHints().colorScheme() is Qt.ColorScheme.Dark
        else:
            dark = scheme is Scheme.DARK
        return DARK if dark else LIGHT

    def _system_wants_contrast(self) -> bool:
        # The hints go away with the last reference to what gave them.
        hints = self._application.styleHints()
        accessibility = hints.accessibility()
        return accessibility.contrastPreference() is Qt.ContrastPreference.HighContrast

    def _put(self) -> None:
        self.colours = self._colours_for(self.scheme)
        self._fonts.clear()
        self._widths.clear()
        self._application.setPalette(_qt_palette(self.colours))
        self._application.setStyleSheet(style_sheet(self.colours, self.px))
        self.changed.emit()


def theme() -> Theme:
    """The theme of the running application; made at the first call."""
    application = QApplication.instance()
    known = _themes.get(application)
    if known is not None:
        return known
    if not isinstance(application, QApplication):
        raise RuntimeError("The theme needs an application; call ui.application.make_application first.")
    _themes.clear()
    _themes[application] = Theme(application)
    return _themes[application]


# At most one entry: the running application's. Painting asks for it hundreds of times a frame.
_themes: dict[QCoreApplication | None, Theme] = {}


def _interface_font() -> QFont:
    """Inter where it is installed, else the system's own font; digits of equal width either way."""
    font = QFont(FAMILY)
    if QFontInfo(font).family() != FAMILY:
        font = QFont(QApplication.font())
    font.setPixelSize(metrics.TEXT)
    font.setFeature(QFont.Tag("tnum"), 1)
    return font


def _qt_palette(c: Palette) -> QPalette:
    palette = QPalette()
    pairs = (
        (QPalette.ColorRole.Window, c.ground),
        (QPalette.ColorRole.WindowText, c.text),
        (QPalette.ColorRole.Base, c.surface),
        (QPalette.ColorRole.AlternateBase, c.sunken),
        (QPalette.ColorRole.Text, c.text),
        (QPalette.ColorRole.Button, c.surface),
        (QPalette.ColorRole.ButtonText, c.text),
        (QPalette.ColorRole.PlaceholderText, c.secondary),
        (QPalette.ColorRole.Highlight, c.accent),
        (QPalette.ColorRole.HighlightedText, c.on_accent),
        (QPalette.ColorRole.ToolTipBase, c.surface),
        (QPalette.ColorRole.ToolTipText, c.text),
        (QPalette.ColorRole.Link, c.accent),
    )
    for role, colour in pairs:
        palette.setColor(role, QColor(colour))
    return palette
