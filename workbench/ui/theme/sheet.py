"""The style sheet: the few rules that the palette cannot say, made from tokens at the scale in force.

Widgets choose among them by the properties ``kind`` (of a button) and ``tone`` (of a label: dim, faint, ok, warn, bad,
heading, section). Lengths are those at 100 %. ``5-1px`` is a padding of 5 that a border which is 1 thicker takes 1
of; hairlines and borders, of 1 and 2 pixels, are the same at every scale.
"""

from __future__ import annotations

import re

from .scale import px
from .tokens import RADIUS_CARD, RADIUS_CONTROL, Theme


def style_sheet(tokens: Theme) -> str:
    values = {name: getattr(tokens, name) for name in tokens.__slots__}
    sheet = _SHEET.format_map(values | {"radius": RADIUS_CONTROL, "card": RADIUS_CARD})
    return re.sub(r"\b(\d+)(-\d)?px", _scaled, sheet)


def _scaled(length: re.Match[str]) -> str:
    pixels = int(length[1])
    return f"{(px(pixels) if pixels > 2 else pixels) + int(length[2] or 0)}px"


_SHEET = """
QToolTip {{ background: {panel}; color: {text}; border: 1px solid {edge}; padding: 4px 8px; }}

QLabel[tone="dim"] {{ color: {dim}; }}
QLabel[tone="faint"] {{ color: {faint}; }}
QLabel[tone="ok"] {{ color: {ok}; }}
QLabel[tone="warn"] {{ color: {warn}; }}
QLabel[tone="bad"] {{ color: {bad}; }}
QLabel[tone="heading"] {{ font-size: 16px; font-weight: 600; }}
QLabel[tone="strong"] {{ font-weight: 600; }}
QLabel[tone="section"] {{ color: {dim}; font-size: 11px; font-weight: 600; }}

QPushButton {{
  background: {background}; color: {text}; border: 1px solid {edge}; border-radius: {radius}px;
  padding: 5px 11px; min-height: 18px;
}}
QPushButton:hover {{ background: {code}; }}
QPushButton:pressed {{ background: {hover}; }}
QPushButton:checked {{ background: {accent_soft}; color: {accent}; border-color: {accent_soft}; }}
QPushButton:focus {{ border: 2px solid {accent}; padding: 5-1px 11-1px; }}
QPushButton:disabled {{ color: {disabled}; background: transparent; border-color: {line}; }}
QPushButton[kind="primary"] {{
  background: {accent}; color: {accent_text}; border-color: {accent}; font-weight: 600;
}}
QPushButton[kind="primary"]:focus {{ border-color: {text}; }}
QPushButton[kind="primary"]:disabled {{ background: {hover}; color: {faint}; border-color: {hover}; }}
QPushButton[kind="quiet"] {{ background: transparent; color: {dim}; border-color: transparent; }}
QPushButton[kind="quiet"]:hover {{ background: {hover}; color: {text}; }}
QPushButton[kind="quiet"]:checked {{ background: {accent_soft}; color: {accent}; }}
QPushButton[kind="quiet"]:focus {{ border-color: {accent}; }}
QPushButton[kind="quiet"]:disabled {{ color: {disabled}; border-color: transparent; }}
QPushButton[unset="true"]:checked {{ background: {hover}; color: {dim}; border-color: transparent; }}
QPushButton[kind="section"] {{
  background: transparent; color: {dim}; border-color: transparent; text-align: left; padding: 5px 0;
}}
QPushButton[kind="section"]:hover {{ color: {text}; }}
QPushButton[kind="section"]:focus {{ border-color: {accent}; padding: 5-1px 0; }}
QPushButton[kind="danger"] {{ color: {bad}; }}
QPushButton[kind="danger"]:disabled {{ color: {disabled}; }}
QPushButton[kind="link"] {{
  background: transparent; color: {accent}; border: 2px solid transparent; padding: 0 2px; min-height: 16px;
}}
QPushButton[kind="link"]:hover {{ text-decoration: underline; }}
QPushButton[kind="link"]:focus {{ border-color: {accent}; }}
QPushButton[kind="link"]:disabled {{ color: {disabled}; border-color: transparent; }}

QToolButton {{
  background: transparent; color: {dim}; padding: 2px;
  border: 2px solid transparent; border-radius: {radius}px;
}}
QToolButton:hover {{ background: {hover}; color: {text}; }}
QToolButton:checked, QToolButton:open {{ background: {accent_soft}; color: {accent}; }}
QToolButton:focus {{ border-color: {accent}; }}
QToolButton:disabled {{ color: {disabled}; }}
QToolButton::menu-indicator {{ image: none; }}

QRadioButton::indicator {{
  width: 12px; height: 12px; border: 1px solid {edge}; border-radius: 7px; background: {background};
}}
QRadioButton::indicator:checked {{
  width: 6px; height: 6px; border: 4px solid {accent}; background: {accent_text};
}}
QRadioButton::indicator:focus {{ border-color: {accent}; }}

QLineEdit, QPlainTextEdit, QTextEdit, QAbstractSpinBox, QComboBox {{
  background: {background}; color: {text}; border: 1px solid {edge}; border-radius: {radius}px;
  selection-background-color: {accent}; selection-color: {accent_text};
}}
QLineEdit, QAbstractSpinBox, QComboBox {{ padding: 3px 7px; min-height: 20px; }}
QPlainTextEdit, QTextEdit {{ padding: 5px; }}
QLineEdit:hover, QPlainTextEdit:hover, QTextEdit:hover, QAbstractSpinBox:hover, QComboBox:hover {{
  border-color: {dim};
}}
QLineEdit:focus, QAbstractSpinBox:focus, QComboBox:focus {{ border: 2px solid {accent}; padding: 3-1px 7-1px; }}
QPlainTextEdit:focus, QTextEdit:focus {{ border: 2px solid {accent}; padding: 5-1px; }}
QLineEdit[wrong="true"], QPlainTextEdit[wrong="true"], QAbstractSpinBox[wrong="true"] {{
  border-color: {bad};
}}
QLineEdit[unset="true"], QPlainTextEdit[unset="true"], QAbstractSpinBox[unset="true"],
QComboBox[unset="true"] {{ color: {dim}; }}
QLineEdit:disabled, QPlainTextEdit:disabled, QTextEdit:disabled, QAbstractSpinBox:disabled,
QComboBox:disabled {{ color: {disabled}; background: transparent; border-color: {line}; }}
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

QDialogButtonBox {{ dialogbuttonbox-buttons-have-icons: 0; }}

QListView, QTreeView, QTableView, QScrollArea {{ border: none; background: transparent; outline: none; }}
QListView::item, QTreeView::item {{
  padding: 5px 8px; border: 1px solid transparent; border-radius: {radius}px; color: {text};
}}
QListView::item:hover, QTreeView::item:hover {{ background: {hover}; }}
QListView::item:selected, QTreeView::item:selected {{ background: {accent_soft}; color: {accent}; }}
QListView::item:disabled {{ color: {dim}; background: transparent; }}
QListView:focus::item:selected, QTreeView:focus::item:selected {{ border-color: {accent}; }}
QTableView {{ gridline-color: {line}; selection-background-color: {accent_soft}; selection-color: {text}; }}
QHeaderView::section {{
  background: {background}; color: {dim}; border: none; border-bottom: 1px solid {line}; padding: 5px 8px;
}}

QTabBar {{ background: transparent; qproperty-drawBase: 0; }}
QTabBar::tab {{
  color: {dim}; padding: 14px 3px 12px 3px; margin: 0 2px; border: 2px solid transparent;
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
QMenu::item:disabled {{ color: {disabled}; background: transparent; }}
QMenu::separator {{ height: 1px; background: {line}; margin: 4px 8px; }}
QMenu::icon {{ padding: 0 4px; }}

QScrollBar {{ background: transparent; border: none; margin: 0; }}
QScrollBar:vertical {{ width: 12px; }}
QScrollBar:horizontal {{ height: 12px; }}
QScrollBar::handle {{ background: {edge}; border-radius: 3px; margin: 3px; }}
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
