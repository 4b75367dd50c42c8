"""Small widgets that know nothing of the program: each takes values and tells of choices."""

from .buttons import Button, IconButton
from .chip import Chip
from .fields import ComboBox, Field, SearchField
from .flow import FlowLayout
from .forms import FormRow, Section
from .json_edit import CodeEdit, JsonEdit, JsonView, parse_json
from .labels import ElidedLabel, HLine, IconLabel, Label, StatusDot
from .notices import Banner, EmptyState, Toast, announce
from .number import NumberField, parse_number
from .popup import Popup
from .scroll import ScrollColumn
from .segmented import Segmented
from .slider import ValueSlider
from .switch import CheckBox, ToggleSwitch

__all__ = [
    "Banner", "Button", "CheckBox", "Chip", "CodeEdit", "ComboBox", "ElidedLabel", "EmptyState", "Field",
    "FlowLayout", "FormRow", "HLine", "IconButton", "IconLabel", "JsonEdit", "JsonView", "Label",
    "NumberField", "Popup", "ScrollColumn", "SearchField", "Section", "Segmented", "StatusDot", "Toast", "ToggleSwitch",
    "ValueSlider", "announce", "parse_json", "parse_number",
]  # fmt: skip
