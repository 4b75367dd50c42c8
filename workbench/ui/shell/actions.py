"""The registry of actions, from which menus, the command palette, the sheet of shortcuts and the keys are made.

A feature adds an action by an ``ActionSpec`` in its ``actions``; nothing else has to know of it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QWidget


@dataclass(frozen=True, slots=True)
class ActionSpec:
    """``id`` is what rebinding is kept under; ``keys`` are portable key names ("Ctrl+N"). ``enabled`` is
    asked when the state of the window changes; a disabled action's keys go to whatever has the focus.
    ``listed`` is false for what makes no sense in the palette (moving through lists)."""

    id: str
    text: str
    run: Callable[[], object]
    keys: tuple[str, ...] = ()
    group: str = ""
    enabled: Callable[[], bool] | None = None
    listed: bool = True


class Actions(QObject):
    """The registry: owns a ``QAction`` for each spec and binds its keys to a window."""

    changed = Signal()  # keys were rebound

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._window = window
        self._specs: dict[str, ActionSpec] = {}
        self._actions: dict[str, QAction] = {}
        self._own: dict[str, str] = {}

    def add(self, *specs: ActionSpec) -> None:
        for spec in specs:
            action = QAction(spec.text, self._window)
            action.setObjectName(spec.id)
            action.triggered.connect(lambda checked=False, run=spec.run: run())
            self._specs[spec.id], self._actions[spec.id] = spec, action
            self._bind(spec)
            self._window.addAction(action)

    def __getitem__(self, action_id: str) -> QAction:
        return self._actions[action_id]

    def specs(self) -> list[ActionSpec]:
        return list(self._specs.values())

    def runnable(self) -> list[ActionSpec]:
        """Returns the actions that the palette offers now."""
        return [s for s in self._specs.values() if s.listed and (s.enabled is None or s.enabled())]

    def run(self, action_id: str) -> None:
        self._actions[action_id].trigger()

    def refresh(self) -> None:
        """Enables and disables the actions that have a condition."""
        for spec in self._specs.values():
            if spec.enabled is not None:
                self._actions[spec.id].setEnabled(spec.enabled())

    def keys(self, action_id: str) -> tuple[str, ...]:
        """Returns the bound keys as portable names."""
        own = self._own.get(action_id)
        if own is None:
            return self._specs[action_id].keys
        return tuple(own.split(", ")) if own else ()

    def key_text(self, action_id: str) -> str:
        """Returns the first key as this system writes it, ``""`` when there is none."""
        keys = self.keys(action_id)
        return QKeySequence(keys[0]).toString(QKeySequence.SequenceFormat.NativeText) if keys else ""

    def rebind(self, own: Mapping[str, str]) -> None:
        """Binds keys: ``own`` maps ids to the user's keys ("Ctrl+J", several joined by ", ", ``""`` for none); actions
        that are not in it get their default keys."""
        self._own = dict(own)
        for spec in self._specs.values():
            self._bind(spec)
        self.changed.emit()

    def conflicts(self, action_id: str, key: str) -> list[ActionSpec]:
        """Returns the other actions that ``key`` is bound to."""
        wanted = QKeySequence(key)
        return [
            spec for spec in self._specs.values()
            if spec.id != action_id and any(QKeySequence(own) == wanted for own in self.keys(spec.id))
        ]

    def _bind(self, spec: ActionSpec) -> None:
        self._actions[spec.id].setShortcuts([QKeySequence(key) for key in self.keys(spec.id)])


def acceptable(key: str) -> bool:
    """Returns whether a key may be bound: a letter or digit needs a modifier, so that typing stays possible."""
    sequence = QKeySequence(key)
    if sequence.isEmpty():
        return False
    name = sequence.toString(QKeySequence.SequenceFormat.PortableText)
    without_shift = name.removeprefix("Shift+")
    return len(without_shift) > 1 and without_shift not in ("Space", "Return", "Enter", "Tab", "Backspace")


def groups(specs: Iterable[ActionSpec]) -> dict[str, list[ActionSpec]]:
    """Returns the specs by group, in the order of registration."""
    found: dict[str, list[ActionSpec]] = {}
    for spec in specs:
        found.setdefault(spec.group, []).append(spec)
    return found
