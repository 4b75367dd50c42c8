"""Templates in the window: picked in the composer and for the system prompt, filled, and edited."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QWidget

from workbench.core.chat.template_provenance import SYSTEM_TEMPLATE, system_use_of, use_of, values_of
from workbench.core.json_types import Json
from workbench.ui.shell.notices import Notice

if TYPE_CHECKING:
    from workbench.core.chat.templates import Template
    from workbench.ui.templates.dialog import TemplatesDialog
    from workbench.ui.templates.picker import TemplatePicker
    from workbench.ui.templates.templates_controller import TemplatesController
    from workbench.ui.window import MainWindow

Values = Mapping[str, str]


class TemplatesFeature:
    """Loads what it needs when it is first asked for."""

    def __init__(self, window: MainWindow) -> None:
        self._w = window
        self._made: TemplatesController | None = None
        self._again: Mapping[str, Json] = {}

    @property
    def working(self) -> TemplatesController:
        if self._made is None:
            from workbench.ui.templates.templates_controller import TemplatesController

            self._made = TemplatesController(self._w.services, self._w)
            self._made.failed.connect(self._w.notices.say)
            self._made.deleted.connect(self._deleted)
            self._made.found.connect(self._found)
        return self._made

    def pick(self) -> None:
        """A template for the message that is written."""
        self._pick(self._w.composer.template, "prompt", self._insert)

    def pick_by_slash(self) -> None:
        """The same; who only wanted to write a slash gets what was typed after it back."""
        picker = self._pick(self._w.composer.template, "prompt", self._insert)
        picker.given_up.connect(self._w.composer.editor.insertPlainText)

    def pick_system(self, anchor: QWidget) -> None:
        """A template for the system prompt."""
        self._pick(anchor, "system", self._set_system)

    def _pick(self, anchor: QWidget, kind: str, use: Callable[[Template, str, Values], None]) -> TemplatePicker:
        from workbench.ui.templates.picker import TemplatePicker

        picker = TemplatePicker(anchor, kind)
        picker.picked.connect(lambda key, template: self._fill(key, template, use))
        picker.edit_requested.connect(lambda key: self.edit(key) if key else self.begin("", kind))
        self.working.listed.connect(picker.show_templates)
        picker.open_at(anchor, picker.field)
        self.working.load()
        return picker

    def _fill(
        self, key: str, template: Template, use: Callable[[Template, str, Values], None], values: Values | None = None
    ) -> None:
        """Asks for what is to be filled in, if anything is; ``values`` are suggested, else those of the last time."""

        def done(text: str, filled: Values) -> None:
            files = {blank.name for blank in template.blanks if blank.type == "file"}
            self.working.use(key, {name: value for name, value in filled.items() if name not in files})
            use(template, text, filled)

        if not template.blanks:
            done(template.body, {})
            return
        from workbench.ui.templates.form import FillDialog

        dialog = FillDialog(template, "Use" if use == self._set_system else "Insert", self._w, key)
        dialog.filled.connect(done)
        dialog.file_requested.connect(self.working.read_file)
        self.working.file_read.connect(dialog.set_file)
        self.working.remembered.connect(dialog.suggest_last)
        dialog.open()
        dialog.focus_first()
        if values is None:
            self.working.recall(key)
        else:
            dialog.suggest(values)

    def _insert(self, template: Template, text: str, values: Values) -> None:
        self._w.composer.insert_template(text, use_of(template, values))

    def _set_system(self, template: Template, text: str, values: Values) -> None:
        conversation = self._w.conversation
        extra = {**conversation.chat.extra, SYSTEM_TEMPLATE: system_use_of(template, text, values)}
        conversation.change(system=text, extra=extra)

    def fill_again(self, use: Mapping[str, Json]) -> None:
        """The template that the message in the composer was written with, with what it was filled with."""
        self._again = use
        self.working.find(str(use["name"]), str(use.get("version")))

    def _found(self, key: str, template: Template) -> None:
        self._fill(key, template, self._replace, values_of(self._again))

    def _replace(self, template: Template, text: str, values: Values) -> None:
        self._w.composer.set_text("")
        self._insert(template, text, values)

    def save_system(self, text: str) -> None:
        """The system prompt as a new template, which only wants a name."""
        self.begin(text, "system")

    def begin(self, text: str, kind: str) -> None:
        """Opens the editor on a new template."""
        from workbench.core.chat.templates import Template

        self.edit("", Template("", text, kind=kind))

    def edit(self, key: str = "", first: Template | None = None) -> None:
        """Opens the editor on a template, on a new one, or on the list."""
        from workbench.ui.templates.dialog import TemplatesDialog

        dialog: TemplatesDialog = TemplatesDialog(self._w, first, key)
        working = self.working
        for signal, slot in (
            (dialog.save_requested, working.save), (dialog.delete_requested, working.delete),
            (dialog.versions_requested, working.load_versions), (working.listed, dialog.show_list),
            (working.saved, dialog.show_saved), (working.versions, dialog.show_versions),
            (working.failed, dialog.show_mistake),
        ):
            signal.connect(slot)
        dialog.open()
        dialog.form.name.setFocus()
        working.load()

    def _deleted(self, key: str, template: Template) -> None:
        self._w.notices.show(Notice(
            f"The template “{template.name}” was deleted.", "Undo", lambda: self.working.save(template, key),
            lasting=True))
