"""The parameters feature: what the open chat sends besides its messages, and the record of its last request."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from workbench.core.chat.messages import MessageNode
from workbench.core.services import Services
from workbench.ui.chat.chat_actions import is_ended_reply
from workbench.ui.chat.conversation import Conversation
from workbench.ui.chat.message_actions import MessageAction, MessageActionId
from workbench.ui.chat.running_replies import RunningReplies
from workbench.ui.parameters.parameters_controller import ParametersController
from workbench.ui.shell.notices import Notice
from workbench.ui.shell.panel import PanelTab
from workbench.ui.shell.shell import Shell

if TYPE_CHECKING:
    from workbench.ui.parameters.presets import PresetBar


class ParametersFeature(QObject):
    """Makes the tabs Parameters, Prompt and Request of the panel, and connects each with the open chat."""

    template_requested = Signal(QWidget)  # for the system prompt; the button that asks
    save_template_requested = Signal(str)  # the system prompt is to be kept as a template
    sweep_requested = Signal()  # an experiment with what is set

    def __init__(
        self, services: Services, conversation: Conversation, replies: RunningReplies, shell: Shell, parent: QObject
    ) -> None:
        super().__init__(parent)
        self._conversation, self._shell = conversation, shell
        self.controller = ParametersController(services, conversation, replies, self)

    def tabs(self) -> list[PanelTab]:
        """Returns what the panel shows of this feature, in order."""
        return [
            PanelTab("Parameters", self._make_parameters),
            PanelTab("Prompt", self._make_prompt),
            PanelTab("Request", self._make_request),
        ]

    def message_actions(self) -> list[MessageAction]:
        return [MessageAction(MessageActionId.REQUEST, "Show the request", self._show_request, is_ended_reply)]

    def connect_presets(self, bar: PresetBar) -> None:
        """Gives a bar the presets, now and when they change, and saves and deletes them at its request."""
        controller = self.controller
        bar.save_requested.connect(controller.save_preset)
        bar.rename_requested.connect(controller.rename_preset)
        bar.delete_requested.connect(self._delete_preset)
        bar.failed.connect(self._show_failure)
        controller.presets_changed.connect(bar.set_presets)
        bar.set_presets(controller.presets)

    def _delete_preset(self, name: str) -> None:
        values = self.controller.presets.get(name)
        self.controller.delete_preset(name)
        if isinstance(values, Mapping):
            self._shell.notify(Notice(f"The preset “{name}” is deleted.", "Undo", lambda: self.controller.save_preset(
                name, values), undoes=True, lasting=True))

    def stop(self) -> None:
        """Stops listening: the services are about to be closed."""
        self.controller.stop()

    def _show_request(self, node: MessageNode) -> None:
        self.controller.show_record(node.record)
        self._shell.show_panel("Request")

    def _make_parameters(self, parent: QWidget) -> QWidget:
        from workbench.ui.parameters.parameters_tab import ParametersTab  # not needed to start

        tab, controller = ParametersTab(parent), self.controller
        tab.changed.connect(controller.set_values)
        tab.forget_requested.connect(controller.forget)
        tab.preview_requested.connect(controller.want_previews)
        tab.sweep_requested.connect(self.sweep_requested)
        tab.preview.copied.connect(self._show_copied)
        controller.values_changed.connect(tab.set_values)
        self._conversation.opened.connect(lambda _: tab.clear_search())
        controller.limits_changed.connect(tab.set_limits)
        controller.sweep_problem_changed.connect(tab.set_sweep_problem)
        controller.previewed.connect(tab.set_preview)
        tab.set_values(controller.values)
        tab.set_limits(controller.limits)
        tab.set_sweep_problem(controller.sweep_problem)
        self.connect_presets(tab.presets)
        tab.presets.save_default_requested.connect(controller.save_default)
        controller.default_changed.connect(tab.presets.set_default)
        tab.presets.set_default(controller.default)
        return tab

    def _make_prompt(self, parent: QWidget) -> QWidget:
        from workbench.ui.parameters.prompt_tab import PromptTab

        tab, controller = PromptTab(parent), self.controller
        tab.changed.connect(controller.set_system)
        tab.template_requested.connect(self.template_requested)
        tab.save_requested.connect(self.save_template_requested)
        controller.system_changed.connect(tab.set_text)
        tab.set_text(controller.system)
        return tab

    def _make_request(self, parent: QWidget) -> QWidget:
        from workbench.ui.parameters.request_tab import RequestTab

        tab, controller = RequestTab(parent), self.controller
        tab.copied.connect(self._show_copied)
        tab.failed.connect(self._show_failure)
        controller.record_changed.connect(tab.show_record)
        tab.show_record(controller.record)
        return tab

    def _show_copied(self, what: str) -> None:
        self._shell.notify(f"Copied: {what}.")

    def _show_failure(self, why: str) -> None:
        self._shell.banner("panel", why)
