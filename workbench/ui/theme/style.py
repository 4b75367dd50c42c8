"""The style made from tokens: palette, style sheet and font of the whole program, switched live."""

from __future__ import annotations

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QColor, QFont, QFontDatabase, QPalette
from PySide6.QtWidgets import QApplication

from . import scale
from .sheet import style_sheet
from .tokens import CONTROL_PX, DARK, DARK_CONTRAST, LIGHT, LIGHT_CONTRAST, Theme

STYLE = ("-style", "Fusion")
"""Arguments of the application. Asked for its style later, PySide would load all that there is to know of styles."""

_current = LIGHT
_code_family = ""


def theme() -> Theme:
    """Returns the theme in force. Widgets that paint themselves ask for it each time they paint."""
    return _current


def apply(app: QApplication, chosen: Theme) -> None:
    """Makes ``chosen`` and the scale in force the look of everything that is open and of everything to come. The
    application is started with ``STYLE``."""
    global _current
    _current = chosen
    # Qt goes from one style sheet to another by way of every pair of a widget and one above it, which takes four times
    # as long as to drop the old one and begin anew: 710 ms instead of 180 with 1,060 widgets.
    app.setStyleSheet("")
    app.setFont(control_font())
    app.setPalette(palette(chosen))
    app.setStyleSheet(style_sheet(chosen))


def system_theme(choice: str = "system", contrast: str = "system") -> Theme:
    """Returns the theme of these choices; ``system`` is what the desktop asks for, light and usual where it says
    nothing."""
    hints = QApplication.styleHints()
    dark = hints.colorScheme() == Qt.ColorScheme.Dark if choice == "system" else choice == "dark"
    if contrast == "system":
        high = hints.accessibility().contrastPreference() == Qt.ContrastPreference.HighContrast
    else:
        high = contrast == "high"
    if high:
        return DARK_CONTRAST if dark else LIGHT_CONTRAST
    return DARK if dark else LIGHT


class ThemeSwitch(QObject):
    """Keeps the program in the theme, contrast and size that the user chose, which may be those of the desktop."""

    changed = Signal(object)  # Theme; also when only the size is another

    def __init__(self, app: QApplication, choice: str = "system", contrast: str = "system", percent: int = 100) -> None:
        super().__init__(app)
        self._app = app
        self._choices = (choice, contrast, percent)
        hints = app.styleHints()
        hints.colorSchemeChanged.connect(self.follow_desktop)
        self._accessibility = hints.accessibility()  # kept: the connection ends with it
        self._accessibility.contrastPreferenceChanged.connect(self.follow_desktop)
        self._choose_scheme(choice)
        self.follow_desktop()

    def choose(self, choice: str, contrast: str = "system", percent: int = 100) -> None:
        """Takes ``system``, ``light`` or ``dark``; the contrast ``system``, ``usual`` or ``high``; and the size of
        the interface in percent of the desktop's."""
        if (choice, contrast, percent) == self._choices:
            return
        if choice != self._choices[0]:
            self._choose_scheme(choice)
        self._choices = (choice, contrast, percent)
        self.follow_desktop()

    def _choose_scheme(self, choice: str) -> None:
        # Where the platform has dark title bars and dialogs of its own they follow; elsewhere this does
        # nothing, which is why the palette is ours.
        schemes = {"light": Qt.ColorScheme.Light, "dark": Qt.ColorScheme.Dark}
        self._app.styleHints().setColorScheme(schemes.get(choice, Qt.ColorScheme.Unknown))

    def follow_desktop(self) -> None:
        """Looks again at what the desktop asks for. A window calls it when the desktop's look has changed."""
        choice, contrast, percent = self._choices
        chosen, factor = system_theme(choice, contrast), percent / 100 * scale.desktop_factor()
        if chosen is theme() and factor == scale.factor() and self._app.styleSheet():
            return
        scale.set_factor(factor)
        apply(self._app, chosen)
        scale.tell_followers()
        self.changed.emit(chosen)


def control_font() -> QFont:
    """Returns the system's interface font at the size of controls, with figures of one width."""
    font = QFontDatabase.systemFont(QFontDatabase.SystemFont.GeneralFont)
    font.setFeature(QFont.Tag("tnum"), 1)
    return sized(font, CONTROL_PX)


def sized(font: QFont, pixels: float) -> QFont:
    """Returns a font like ``font`` of this size at 100 %, at the scale in force."""
    made = QFont(font)
    made.setPixelSize(scale.px(pixels))
    return made


def mono_font(pixels: int = 12) -> QFont:
    """Returns the font of code: the user's, else the system's. ``pixels`` are those at 100 %."""
    font = QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont)
    if _code_family:
        font.setFamily(_code_family)
    return sized(font, pixels)


def set_code_font(family: str) -> bool:
    """Takes another font for code ("" is the system's); whether that changes anything."""
    global _code_family
    changed, _code_family = family != _code_family, family
    return changed


def palette(tokens: Theme) -> QPalette:
    role = QPalette.ColorRole
    colours = {
        role.Window: tokens.background, role.WindowText: tokens.text, role.Base: tokens.background,
        role.AlternateBase: tokens.panel, role.Text: tokens.text, role.PlaceholderText: tokens.faint,
        role.Button: tokens.panel, role.ButtonText: tokens.text, role.BrightText: tokens.bad,
        role.ToolTipBase: tokens.panel, role.ToolTipText: tokens.text,
        role.Highlight: tokens.accent, role.HighlightedText: tokens.accent_text, role.Accent: tokens.accent,
        role.Link: tokens.accent, role.LinkVisited: tokens.accent,
        role.Light: tokens.panel, role.Midlight: tokens.line, role.Mid: tokens.edge, role.Dark: tokens.edge,
        role.Shadow: tokens.line,
    }  # fmt: skip
    made = QPalette()
    for one, colour in colours.items():
        made.setColor(one, QColor(colour))
    for one in (role.WindowText, role.Text, role.ButtonText, role.HighlightedText):
        made.setColor(QPalette.ColorGroup.Disabled, one, QColor(tokens.disabled))
    return made
