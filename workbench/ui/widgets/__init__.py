"""Small widgets that know nothing of the program: each takes values and tells of choices.

Import them from here. A module is loaded when its first widget is asked for: some cost as much as a small
window, and the window that opens first does without them.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .buttons import Button, IconButton, close_button
    from .chip import Chip
    from .compact import CompactRow
    from .fields import ComboBox, Field, SearchField
    from .flow import FlowLayout, chain_tabs, delete_widgets
    from .forms import FormRow, Section
    from .json_edit import CodeEdit, JsonEdit, JsonView, parse_json
    from .labels import ElidedLabel, HLine, IconLabel, Label, StatusDot
    from .notices import Banner, EmptyState, Toast, ToastStrip, announce
    from .number import NumberField, parse_number
    from .popup import Popup
    from .scroll import ScrollColumn
    from .segmented import Segmented
    from .slider import ValueSlider
    from .switch import CheckBox, ToggleSwitch

__all__ = [
    "Banner", "Button", "CheckBox", "Chip", "CodeEdit", "ComboBox", "CompactRow", "ElidedLabel", "EmptyState", "Field",
    "FlowLayout", "FormRow", "HLine", "IconButton", "IconLabel", "JsonEdit", "JsonView", "Label",
    "NumberField", "Popup", "ScrollColumn", "SearchField", "Section", "Segmented", "StatusDot", "Toast", "ToastStrip",
    "ToggleSwitch", "ValueSlider", "announce", "chain_tabs", "close_button", "delete_widgets", "parse_json",
    "parse_number",
]  # fmt: skip

_HOMES = {
    "buttons": ("Button", "IconButton", "close_button"), "chip": ("Chip",), "compact": ("CompactRow",),
    "fields": ("ComboBox", "Field", "SearchField"),
    "flow": ("FlowLayout", "chain_tabs", "delete_widgets"), "forms": ("FormRow", "Section"),
    "json_edit": ("CodeEdit", "JsonEdit", "JsonView", "parse_json"),
    "labels": ("ElidedLabel", "HLine", "IconLabel", "Label", "StatusDot"),
    "notices": ("Banner", "EmptyState", "Toast", "ToastStrip", "announce"), "number": ("NumberField", "parse_number"),
    "popup": ("Popup",), "scroll": ("ScrollColumn",), "segmented": ("Segmented",), "slider": ("ValueSlider",),
    "switch": ("CheckBox", "ToggleSwitch"),
}  # fmt: skip
_HOME_OF = {name: home for home, names in _HOMES.items() for name in names}


def __getattr__(name: str) -> object:
    if name not in _HOME_OF:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f".{_HOME_OF[name]}", __name__), name)
