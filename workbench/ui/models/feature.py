"""Choosing a model, and showing which one it is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from workbench.core.request.models import ModelRef

if TYPE_CHECKING:
    from workbench.ui.models.picker import Picker
    from workbench.ui.window import MainWindow


class ModelsFeature:
    def __init__(self, window: MainWindow) -> None:
        self._w = window
        self._picker: Picker | None = None

    def pick(self) -> None:
        if self._picker is None:
            self._picker = self._make_picker()
        self._picker.open_at(self._w.header.model)

    def _make_picker(self) -> Picker:
        from workbench.ui.models.picker import Picker  # loaded when it is first asked for

        picker = Picker(self._w)
        self._w.vary.connect_picker(picker, lambda: self._w.conversation.chat.model)
        picker.picked.connect(self.choose)
        return picker

    def choose(self, ref: ModelRef) -> None:
        """From now on this model answers in the open chat."""
        conversation, settings = self._w.conversation, self._w.services.settings.value
        changes: dict[str, Any] = {"model": str(ref)}
        if not conversation.keys and conversation.chat.params == settings.defaults_of(conversation.chat.model):
            changes["params"] = settings.defaults_of(str(ref))
        conversation.change(**changes)
        self._w.model_lists.chosen(ref)
        self._w.composer.hide_note()
        self._w.drafting.estimate()
        self._w.composer.editor.setFocus()

    def show_current(self, model: str) -> None:
        info = self._w.model_lists.info(model)
        provider = str(info.ref.provider) if info else model.partition("/")[0]
        name = self._w.conversation.names().get(provider, provider)
        self._w.header.model.show_model(str(info.ref) if info else model, name, info)
        self._w.composer.set_model(model.rpartition("/")[2])

    def settings_closed(self) -> None:
        """Providers may have come and gone, and models been measured."""
        self._w.tuning.on_settings(self._w.services.settings.value)
        self._w.model_lists.load()
        self.show_current(self._w.conversation.chat.model)
        self._w.discovery.look()

    def provider_added(self, provider_id: str, model: str) -> None:
        """Use what was added: its model, or the list of its models to choose from."""
        self._w.discovery.look()
        if model:
            self.choose(ModelRef.parse(model))
            self._w.notices.say(f"{model} answers now.")
        else:
            self._w.model_lists.refresh()
            self.pick()
