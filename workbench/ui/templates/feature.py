"""Prompt templates in the window: picked for a message or the system prompt, filled in, and edited."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from workbench.core.chat.template_provenance import SYSTEM_TEMPLATE, system_use_of, use_of, values_of
from workbench.core.json_types import Json
from workbench.core.services import Services
from workbench.ui.chat.conversation import Conversation
from workbench.ui.shell.actions import ActionSpec
from workbench.ui.shell.lazy import Lazy
from workbench.ui.shell.notices import Notice
from workbench.ui.shell.shell import Shell

if TYPE_CHECKING:
    from workbench.core.chat.templates import Template
    from workbench.ui.templates.picker import TemplatePicker
    from workbench.ui.templates.templates_controller import TemplatesController


class MessageBox(Protocol):
    """The composer, as far as templates go into it."""

    @property
    def template(self) -> QWidget:
        """The button at which the list of templates opens."""
        ...

    def set_text(self, text: str) -> None: ...

    def insert_text(self, text: str) -> None: ...

    def insert_template(self, text: str, use: Mapping[str, Json]) -> None:
        """Inserts a filled template; ``use`` is the note of it that the message carries."""
        ...


@dataclass(frozen=True, slots=True)
class _Filled:
    """A template with its text once its variables have these values."""

    template: Template
    text: str
    values: Mapping[str, str]


class TemplatesFeature(QObject):
    """The picker, the form that fills a template, and the editor. ``controller`` is made when first asked for."""

    def __init__(
        self, services: Services, conversation: Conversation, composer: MessageBox, shell: Shell, parent: QObject
    ) -> None:
        super().__init__(parent)
        self._services, self._conversation = services, conversation
        self._composer, self._shell = composer, shell
        self._refilled: Mapping[str, Json] = {}  # the note of the template that is looked for to be filled in again
        self.controller = Lazy(self._make_controller)

    def _make_controller(self) -> TemplatesController:
        from workbench.ui.templates.templates_controller import TemplatesController

        controller = TemplatesController(self._services, self)
        controller.failed.connect(self._shell.notify)
        controller.deleted.connect(self._offer_undo)
        controller.found.connect(self._fill_found)
        return controller

    def actions(self) -> list[ActionSpec]:
        return [
            ActionSpec("message.template", "Insert a template", self.pick, (), "Message"),
            ActionSpec("templates", "Edit templates", self.edit, (), "Program"),
        ]

    # --- picking ---

    def pick(self) -> None:
        """Offers the templates for the message that is being written."""
        self._pick(self._composer.template, "prompt")

    def pick_by_slash(self) -> None:
        """Offers them after a slash; closing the list puts what was typed into its filter behind the slash."""
        self._pick(self._composer.template, "prompt").dismissed.connect(self._composer.insert_text)

    def pick_system(self, anchor: QWidget) -> None:
        """Offers the templates for the system prompt, at the button ``anchor``."""
        self._pick(anchor, "system")

    def _pick(self, anchor: QWidget, kind: str) -> TemplatePicker:
        from workbench.ui.templates.picker import TemplatePicker

        controller = self.controller()
        use, verb = (self._set_system, "Use") if kind == "system" else (self._insert, "Insert")
        picker = TemplatePicker(anchor, kind)
        picker.picked.connect(lambda key, template: self._fill(key, template, use, verb))
        picker.edit_requested.connect(lambda key: self.edit(key) if key else self._create("", kind))
        controller.listed.connect(picker.show_templates)
        picker.open_at(anchor, picker.field)
        controller.load()
        return picker

    # --- filling in ---

    def fill_again(self, use: Mapping[str, Json]) -> None:
        """Fills the template of the message in the composer in once more; ``use`` is the note of it."""
        self._refilled = use
        self.controller().find(str(use["name"]), str(use.get("version")))

    def _fill_found(self, key: str, template: Template) -> None:
        self._fill(key, template, self._replace, "Insert", values_of(self._refilled))

    def _fill(
        self, key: str, template: Template, use: Callable[[_Filled], None], verb: str,
        values: Mapping[str, str] | None = None,
    ) -> None:
        """Asks for the values of a template's variables, if it has any. ``values`` are suggested, without them those
        of the last time; ``verb`` is on the button."""
        controller = self.controller()

        def finish(text: str, filled: Mapping[str, str]) -> None:
            files = {variable.name for variable in template.variables if variable.type == "file"}
            controller.record_use(key, {name: value for name, value in filled.items() if name not in files})
            use(_Filled(template, text, filled))

        if not template.variables:
            finish(template.body, {})
            return
        from workbench.ui.templates.fill_dialog import FillDialog

        dialog = FillDialog(template, verb, self._shell.dialog_parent, key)
        dialog.filled.connect(finish)
        dialog.file_requested.connect(controller.read_file)
        controller.file_read.connect(dialog.set_file)
        controller.remembered.connect(dialog.suggest_last)
        dialog.open()
        dialog.focus_first()
        if values is None:
            controller.recall(key)
        else:
            dialog.suggest(values)

    def _insert(self, filled: _Filled) -> None:
        self._composer.insert_template(filled.text, use_of(filled.template, filled.values))

    def _replace(self, filled: _Filled) -> None:
        self._composer.set_text("")
        self._insert(filled)

    def _set_system(self, filled: _Filled) -> None:
        use = system_use_of(filled.template, filled.text, filled.values)
        self._conversation.change(system=filled.text, extra={**self._conversation.chat.extra, SYSTEM_TEMPLATE: use})

    # --- editing ---

    def save_system(self, text: str) -> None:
        """Opens the editor on a new template with the system prompt ``text``, which only lacks a name."""
        self._create(text, "system")

    def _create(self, text: str, kind: str) -> None:
        from workbench.core.chat.templates import Template

        self.edit("", Template("", text, kind=kind))

    def edit(self, key: str = "", first: Template | None = None) -> None:
        """Opens the editor: on the template ``key``, on the new one ``first``, or without both on an empty one."""
        from workbench.ui.templates.templates_dialog import TemplatesDialog

        controller, dialog = self.controller(), TemplatesDialog(self._shell.dialog_parent, first, key)
        dialog.save_requested.connect(controller.save)
        dialog.delete_requested.connect(controller.delete)
        dialog.versions_requested.connect(controller.load_versions)
        controller.listed.connect(dialog.show_list)
        controller.saved.connect(dialog.show_saved)
        controller.versions_listed.connect(dialog.show_versions)
        controller.save_refused.connect(dialog.show_refused)
        controller.failed.connect(dialog.show_error)
        dialog.open()
        dialog.editor.name.setFocus()
        controller.load()

    def _offer_undo(self, key: str, template: Template) -> None:
        self._shell.notify(Notice(
            f"The template “{template.name}” was deleted.", "Undo", lambda: self.controller().save(template, key),
            undoes=True, lasting=True))
