"""The style made from tokens: palette, style sheet and font of the whole program, switched live."""

from __future__ import annotations

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QColor, QFont, QFontDatabase, QPalette
from PySide6.QtWidgets import QApplication

from .tokens import CONTROL_PX, DARK, LIGHT, RADIUS_CARD, RADIUS_CONTROL, Theme

STYLE = ("-style", "Fusion")
"""Arguments of the application. Asked for its style later, PySide would load all that there is to know of styles."""

_current = LIGHT
_code_family = ""


def theme() -> Theme:
    """Returns the theme in force. Widgets that paint themselves ask for it each time they paint."""
    return _current


def apply(app: QApplication, chosen: Theme) -> None:
    """Makes ``chosen`` the look of everything that is open and of everything to come. The application is started with
    ``STYLE``."""
    global _current
    _current = chosen
    app.setFont(control_font())
    app.setPalette(palette(chosen))
    app.setStyleSheet(style_sheet(chosen))


def system_theme() -> Theme:
    """Returns the theme that the desktop asks for; light where it says nothing."""
    hints = QApplication.styleHints()
    return DARK if hints.colorScheme() == Qt.ColorScheme.Dark else LIGHT


class ThemeSwitch(QObject):
    """Keeps the program in the theme that the user chose; ``system`` follows the desktop."""

    changed = Signal(object)  # Theme

    def __init__(self, app: QApplication, choice: str = "system") -> None:
        super().__init__(app)
        self._app = app
        self._choice = ""
        app.styleHints().colorSchemeChanged.connect(self._follow)
        self.choose(choice)

    def choose(self, choice: str) -> None:
        if choice == self._choice:
            return
        self._choice = choice
        # Where the platform has dark title bars and dialogs of its own they follow; elsewhere this does
        # nothing, which is why the palette is ours.
        schemes = {"light": Qt.ColorScheme.Light, "dark": Qt.ColorScheme.Dark}
        self._app.styleHints().setColorScheme(schemes.get(choice, Qt.ColorScheme.Unknown))
        self._set({"light": LIGHT, "dark": DARK}.get(choice) or system_theme())

    def _follow(self) -> None:
        if self._choice == "system":
            self._set(system_theme())

    def _set(self, chosen: Theme) -> None:
        if chosen is theme() and self._app.styleSheet():
            return
        apply(self._app, chosen)
        self.changed.emit(chosen)


def control_font() -> QFont:
    """Returns the system's interface font at the size of controls, with figures of one width."""
    font = QFontDatabase.systemFont(QFontDatabase.SystemFont.GeneralFont)
    font.setPixelSize(CONTROL_PX)
    font.setFeature(QFont.Tag("tnum"), 1)
    return font


def mono_font(pixels: int = 12) -> QFont:
    """Returns the font of code: the user's, else the system's."""
    font = QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont)
    if _code_family:
        font.setFamily(_code_family)
    font.setPixelSize(pixels)
    return font


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
        role.ToolTipBase: tokens.text, role.ToolTipText: tokens.background,
        role.Highlight: tokens.accent, role.HighlightedText: tokens.accent_text, role.Accent: tokens.accent,
        role.Link: tokens.accent, role.LinkVisited: tokens.accent,
        role.Light: tokens.panel, role.Midlight: tokens.line, role.Mid: tokens.faint, role.Dark: tokens.faint,
        role.Shadow: tokens.line,
    }  # fmt: skip
    made = QPalette()
    for one, colour in colours.items():
        made.setColor(one, QColor(colour))
    for one in (role.WindowText, role.Text, role.ButtonText, role.HighlightedText):
        made.setColor(QPalette.ColorGroup.Disabled, one, QColor(tokens.faint))
    return made


def style_sheet(tokens: Theme) -> str:
    """Returns the few rules that the palette cannot say. Widgets choose among them by the properties ``kind`` (of a
    button) and ``tone`` (of a label: dim, faint, ok, warn, bad, heading, section)."""
    values = {name: getattr(tokens, name) for name in tokens.__slots__}
    return _SHEET.format_map(values | {"radius": RADIUS_CONTROL, "card": RADIUS_CARD})


_SHEET = """
QToolTip {{ background: {text}; color: {background}; border: none; padding: 4px 8px; }}

QLabel[tone="dim"] {{ color: {dim}; }}
QLabel[tone="faint"] {{ color: {faint}; }}
QLabel[tone="ok"] {{ color: {ok}; }}
QLabel[tone="warn"] {{ color: {warn}; }}
QLabel[tone="bad"] {{ color: {bad}; }}
QLabel[tone="heading"] {{ font-size: 16px; font-weight: 600; }}
QLabel[tone="strong"] {{ font-weight: 600; }}
QLabel[tone="section"] {{ color: {dim}; font-size: 11px; font-weight: 600; }}

QPushButton {{
  background: {background}; color: {text}; border: 1px solid {line}; border-radius: {radius}px;
  padding: 5px 11px; min-height: 18px;
}}
QPushButton:hover {{ background: {code}; }}
QPushButton:pressed {{ background: {line}; }}
QPushButton:checked {{ background: {accent_soft}; color: {accent}; border-color: {accent_soft}; }}
QPushButton:focus {{ border: 2px solid {accent}; padding: 4px 10px; }}
QPushButton:disabled {{ color: {faint}; background: transparent; }}
QPushButton[kind="primary"] {{
  background: {accent}; color: {accent_text}; border-color: {accent}; font-weight: 600;
}}
QPushButton[kind="primary"]:focus {{ border-color: {text}; }}
QPushButton[kind="primary"]:disabled {{ background: {line}; color: {dim}; border-color: {line}; }}
QPushButton[kind="quiet"] {{ background: transparent; color: {dim}; border-color: transparent; }}
QPushButton[kind="quiet"]:hover {{ background: {line}; color: {text}; }}
QPushButton[kind="quiet"]:checked {{ background: {accent_soft}; color: {accent}; }}
QPushButton[kind="quiet"]:focus {{ border-color: {accent}; }}
QPushButton[kind="quiet"]:disabled {{ color: {faint}; }}
QPushButton[unset="true"]:checked {{ background: {line}; color: {dim}; border-color: transparent; }}
QPushButton[kind="section"] {{
  background: transparent; color: {dim}; border-color: transparent; text-align: left; padding: 5px 0;
}}
QPushButton[kind="section"]:hover {{ color: {text}; }}
QPushButton[kind="section"]:focus {{ border-color: {accent}; padding: 4px 0; }}
QPushButton[kind="danger"] {{ color: {bad}; }}
QPushButton[kind="danger"]:disabled {{ color: {faint}; }}
QPushButton[kind="link"] {{
  background: transparent; color: {accent}; border: 2px solid transparent; padding: 0 2px; min-height: 16px;
}}
QPushButton[kind="link"]:hover {{ text-decoration: underline; }}
QPushButton[kind="link"]:focus {{ border-color: {accent}; }}
QPushButton[kind="link"]:disabled {{ color: {faint}; }}

QToolButton {{
  background: transparent; color: {dim}; padding: 2px;
  border: 2px solid transparent; border-radius: {radius}px;
}}
QToolButton:hover {{ background: {line}; color: {text}; }}
QToolButton:checked, QToolButton:open {{ background: {accent_soft}; color: {accent}; }}
QToolButton:focus {{ border-color: {accent}; }}
QToolButton:disabled {{ color: {faint}; }}
QToolButton::menu-indicator {{ image: none; }}

QRadioButton::indicator {{
  width: 12px; height: 12px; border: 1px solid {faint}; border-radius: 7px; background: {background};
}}
QRadioButton::indicator:checked {{
  width: 6px; height: 6px; border: 4px solid {accent}; background: {accent_text};
}}
QRadioButton::indicator:focus {{ border-color: {accent}; }}

QLineEdit, QPlainTextEdit, QTextEdit, QAbstractSpinBox, QComboBox {{
  background: {background}; color: {text}; border: 1px solid {line}; border-radius: {radius}px;
  selection-background-color: {accent}; selection-color: {accent_text};
}}
QLineEdit, QAbstractSpinBox, QComboBox {{ padding: 3px 7px; min-height: 20px; }}
QPlainTextEdit, QTextEdit {{ padding: 5px; }}
QLineEdit:hover, QPlainTextEdit:hover, QTextEdit:hover, QAbstractSpinBox:hover, QComboBox:hover {{
  border-color: {faint};
}}
QLineEdit:focus, QAbstractSpinBox:focus, QComboBox:focus {{ border: 2px solid {accent}; padding: 2px 6px; }}
QPlainTextEdit:focus, QTextEdit:focus {{ border: 2px solid {accent}; padding: 4px; }}
QLineEdit[wrong="true"], QPlainTextEdit[wrong="true"], QAbstractSpinBox[wrong="true"] {{
  border-color: {bad};
}}
QLineEdit[unset="true"], QPlainTextEdit[unset="true"], QAbstractSpinBox[unset="true"],
QComboBox[unset="true"] {{ color: {dim}; }}
QLineEdit:disabled, QPlainTextEdit:disabled, QTextEdit:disabled, QAbstractSpinBox:disabled,
QComboBox:disabled {{ color: {faint}; background: transparent; }}
QAbstractSpinBox QLineEdit, QComboBox QLineEdit {{
  border: none; padding: 0; background: transparent; min-height: 0;
}}
QLineEdit[frameless="true"], QPlainTextEdit[frameless="true"], QTextEdit[frameless="true"] {{
  border: none; background: transparent; padding: 0;
}}
QComboBox {{ combobox-popup: 0; }}
QComboBox::drop-down {{ border: none; width: 20px; }}
QComboBox::down-arrow {{ image: none; }}
QComboBox QAbstractItemView {{ background: {background}; border: 1px solid {line}; padding: 4px; }}

QListView, QTreeView, QTableView, QScrollArea {{ border: none; background: transparent; outline: none; }}
QListView::item, QTreeView::item {{
  padding: 5px 8px; border: 1px solid transparent; border-radius: {radius}px; color: {text};
}}
QListView::item:hover, QTreeView::item:hover {{ background: {line}; }}
QListView::item:selected, QTreeView::item:selected {{ background: {accent_soft}; color: {accent}; }}
QListView::item:disabled {{ color: {dim}; background: transparent; }}
QListView:focus::item:selected, QTreeView:focus::item:selected {{ border-color: {accent}; }}
QTableView {{ gridline-color: {line}; selection-background-color: {accent_soft}; selection-color: {text}; }}
QHeaderView::section {{
  background: {background}; color: {dim}; border: none; border-bottom: 1px solid {line}; padding: 5px 8px;
}}

QTabBar {{ background: transparent; qproperty-drawBase: 0; }}
QTabBar::tab {{
  color: {dim}; padding: 9px 3px 7px 3px; margin: 0 2px; border: 2px solid transparent;
}}
QTabBar::tab:hover {{ color: {text}; }}
QTabBar::tab:selected {{ color: {accent}; border-bottom-color: {accent}; }}
QTabBar::tab:focus {{ border-color: {accent}; border-radius: 4px; }}
QTabWidget::pane {{ border: none; border-top: 1px solid {line}; }}

QMenu {{
  background: {background}; border: 1px solid {line}; border-radius: {card}px; padding: 4px; menu-scrollable: 1;
}}
QMenu::item {{ padding: 5px 24px 5px 24px; border-radius: 4px; color: {text}; }}
QMenu::item:selected {{ background: {accent_soft}; }}
QMenu::item:disabled {{ color: {faint}; background: transparent; }}
QMenu::separator {{ height: 1px; background: {line}; margin: 4px 8px; }}
QMenu::icon {{ padding: 0 4px; }}

QScrollBar {{ background: transparent; border: none; margin: 0; }}
QScrollBar:vertical {{ width: 12px; }}
QScrollBar:horizontal {{ height: 12px; }}
QScrollBar::handle {{ background: {faint}; border-radius: 3px; margin: 3px; }}
QScrollBar::handle:hover {{ background: {dim}; }}
QScrollBar::handle:disabled {{ background: transparent; }}
QScrollBar::handle:vertical {{ min-height: 28px; }}
QScrollBar::handle:horizontal {{ min-width: 28px; }}
QScrollBar::add-line, QScrollBar::sub-line {{ width: 0; height: 0; }}
QScrollBar::add-page, QScrollBar::sub-page {{ background: transparent; }}
QAbstractScrollArea::corner {{ background: transparent; border: none; }}

QSplitter::handle {{ background: {line}; }}
QProgressBar {{
  background: {line}; border: none; border-radius: 2px; max-height: 4px; min-height: 4px; color: transparent;
}}
QProgressBar::chunk {{ background: {accent}; border-radius: 2px; }}
"""
