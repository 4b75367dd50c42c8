"""The row of chips that shows the attachments of a message that is being written."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtGui import QPixmap
from PySide6.QtWidgets import QWidget

from workbench.core.chat.context import text_tokens
from workbench.core.chat.parts import File, Image, Part, blob_of
from workbench.core.text.formatting import count, counted
from workbench.ui.widgets import Chip, FlowLayout
from workbench.ui.widgets.labels import data_size
from workbench.ui.widgets.tips import plain_tip


class AttachmentRow(QWidget):
    """Chips with thumbnail, size and a button to remove; hidden while there are none."""

    changed = Signal()
    removed = Signal(int)  # number of an attachment that may still be on its way
    activated = Signal(object)  # Part to look into
    dragged = Signal(object)  # Part

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("Attachments")
        self._row = FlowLayout(self, gap=6)
        self._chips: dict[int, Chip] = {}
        self._parts: dict[int, Part] = {}
        self.hide()

    @property
    def parts(self) -> tuple[Part, ...]:
        """The attachments that are ready, in order."""
        return tuple(self._parts[number] for number in self._chips if number in self._parts)

    @property
    def busy(self) -> bool:
        """Whether one is still being read."""
        return len(self._parts) < len(self._chips)

    def begin(self, number: int, name: str) -> None:
        self._put(number, Chip(name, "clock", detail="…", removable=True))

    def ready(self, number: int, part: Part, picture: bytes, note: str) -> None:
        """Shows an attachment as ready, or anew with its picture; one that was removed meanwhile is ignored."""
        if number not in self._chips:
            return
        self._parts[number] = part
        name = self._chips[number].text()
        pixmap = QPixmap()
        shown = bool(picture) and pixmap.loadFromData(picture)
        chip = Chip(name, "" if shown else "file", detail=describe(part), removable=True)
        if shown:
            chip.set_picture(pixmap)
        chip.setToolTip(plain_tip(note) or "Look into it")
        chip.activated.connect(lambda: self.activated.emit(part))
        chip.dragged.connect(lambda: self.dragged.emit(part))
        self._put(number, chip)
        self.changed.emit()

    def remove(self, number: int) -> None:
        if (chip := self._chips.pop(number, None)) is not None:
            self._row.removeWidget(chip)
            chip.deleteLater()
            self._parts.pop(number, None)
            self.setVisible(bool(self._chips))
            self.changed.emit()

    def clear(self) -> None:
        for number in list(self._chips):
            self._drop(number)

    def _put(self, number: int, chip: Chip) -> None:
        old = self._chips.get(number)
        place = list(self._chips).index(number) if old is not None else len(self._chips)
        if old is not None:
            self._row.removeWidget(old)
            old.hide()
            old.deleteLater()
        self._chips[number] = chip
        chip.removed.connect(lambda: self._drop(number))
        self._row.insert_widget(place, chip)
        chip.show()
        self.show()

    def _drop(self, number: int) -> None:
        self.remove(number)
        self.removed.emit(number)


def describe(part: Part) -> str:
    """Returns size and length: 1280×720 · 84 kB, or 84 kB · ≈ 301 tokens."""
    blob = blob_of(part)
    facts = []
    if isinstance(part, Image) and part.width:
        facts.append(f"{part.width}×{part.height}")
    if blob is not None:
        facts.append(data_size(blob.size))
    if isinstance(part, File):
        if blob is None:
            facts.append(counted(len(part.text), "{n} character", "{n} characters"))
        else:
            facts.append(f"≈ {count(text_tokens(part.text))} tokens" if part.text else "no text")
    return " · ".join(facts)
