"""The compare feature: two to six lanes that answer the same messages, in the place of the conversation."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QPushButton, QWidget

from workbench.core.json_types import Json
from workbench.core.request.models import ModelRef
from workbench.core.services import Services
from workbench.ui.chat.conversation import Conversation
from workbench.ui.chat.running_replies import RunningReplies
from workbench.ui.chat.transcript_services import TranscriptServices
from workbench.ui.compare.compare_controller import CompareController, Lane
from workbench.ui.composer.draft import Draft
from workbench.ui.models.feature import ModelsFeature
from workbench.ui.reply_variants.feature import ReplyVariantsFeature
from workbench.ui.shell.actions import ActionSpec
from workbench.ui.shell.lazy import Lazy
from workbench.ui.shell.shell import Shell
from workbench.ui.theme.tokens import TRANSCRIPT_PX

if TYPE_CHECKING:
    from workbench.core.experiments.votes import Vote
    from workbench.ui.compare.compare_view import CompareView
    from workbench.ui.compare.lane_view import LaneView
    from workbench.ui.models.picker import Picker


class CompareFeature(QObject):
    lanes_changed = Signal(list)  # Lanes, in order; [] when the chat is not compared
    composer_requested = Signal()  # the next thing to do is to write
    sent = Signal(object)  # MessageNode of the first lane's question
    accepted = Signal()  # the draft is taken
    refused = Signal(object, object)  # Draft, the WorkbenchError that says why it was not sent

    def __init__(
        self, services: Services, conversation: Conversation, replies: RunningReplies,
        transcripts: TranscriptServices, button: QPushButton, models: ModelsFeature, variants: ReplyVariantsFeature,
        shell: Shell, parent: QObject,
    ) -> None:
        """``button`` switches the comparison on and off."""
        super().__init__(parent)
        self._services, self._conversation = services, conversation
        self._transcripts, self._models, self._variants, self._shell = transcripts, models, variants, shell
        self._button = button
        self.controller = CompareController(services, conversation, replies, self)
        self.view = Lazy(self._make_view)
        self._picker = Lazy(self._make_picker)
        self._choosing = ""  # the lane that a model is picked for
        button.setCheckable(True)
        self._connect()

    def _connect(self) -> None:
        controller = self.controller
        self._button.clicked.connect(self.toggle)
        controller.changed.connect(self._show)
        controller.accepted.connect(self.accepted)
        controller.refused.connect(self.refused)
        controller.sent.connect(self.sent)
        controller.warned.connect(self._shell.notify)

    # --- for others ---

    def actions(self) -> list[ActionSpec]:
        return [ActionSpec("compare", "Compare models side by side", self.toggle, ("Ctrl+T",), "View")]

    @property
    def lanes(self) -> Sequence[Lane]:
        return self.controller.lanes

    @property
    def page(self) -> QWidget | None:
        """What stands in the place of the conversation; None while nothing is compared."""
        return self.view() if self.controller.lanes else None

    def toggle(self) -> None:
        """Begins to compare, or returns to the active branch of the chat."""
        if self.controller.lanes:
            self.controller.stop()
        else:
            self.controller.start()
            self.composer_requested.emit()

    def stop(self) -> None:
        if self.controller.lanes:
            self.controller.stop()

    def send(self, draft: Draft) -> None:
        """Sends a draft to all lanes."""
        self.controller.send(draft)

    # --- the view ---

    def _make_view(self) -> CompareView:
        from workbench.ui.compare.compare_view import CompareView  # not needed to start
        from workbench.ui.compare.voting import Voting

        view, controller = CompareView(), self.controller
        voting = Voting(self._services, self._conversation, controller, self)
        view.add_requested.connect(controller.add)
        view.left.connect(controller.stop)
        view.voted.connect(voting.vote)
        view.warned.connect(self._shell.notify)
        view.scores_requested.connect(voting.load)
        view.lane_made.connect(self._connect_lane)
        voting.loaded.connect(self._show_scores)
        controller.shown.connect(view.show_entries)
        controller.begun.connect(view.begin)
        controller.text_added.connect(view.append_text)
        controller.reasoning_added.connect(view.append_reasoning)
        controller.ended.connect(view.end)
        controller.answered.connect(view.answered)
        return view

    def _connect_lane(self, lane: LaneView) -> None:
        controller = self.controller
        self._transcripts.attach(lane.transcript)
        lane.transcript.set_zoom(self._services.settings.value.font_size / TRANSCRIPT_PX)
        lane.model_requested.connect(partial(self._ask_model, lane))
        lane.settings_requested.connect(self._ask_settings)
        lane.remove_requested.connect(controller.remove)
        lane.again_requested.connect(controller.again)
        lane.continue_requested.connect(controller.continue_here)

    def _show(self, lanes: Sequence[Lane]) -> None:
        self._button.setChecked(bool(lanes))
        if lanes:
            infos = {lane.id: self._models.info(lane.model) for lane in lanes}
            self.view().show_lanes(lanes, self._conversation.names(), infos)
        elif self.view.made is not None:
            self.view.made.reset()
        self.lanes_changed.emit(list(lanes))

    def _show_scores(self, votes: Sequence[Vote]) -> None:
        from workbench.ui.compare.scores import ScoresDialog

        ScoresDialog(votes, self._shell.dialog_parent).open()

    # --- models and settings of a lane ---

    def _make_picker(self) -> Picker:
        from workbench.ui.models.picker import Picker

        picker = Picker(self.view())
        self._models.attach_picker(picker, self._model_of_choice)
        picker.picked.connect(self._choose_model)
        return picker

    def _ask_model(self, lane: LaneView, lane_id: str) -> None:
        self._choosing = lane_id
        self._picker().open_at(lane.model)

    def _model_of_choice(self) -> str:
        return next((lane.model for lane in self.controller.lanes if lane.id == self._choosing), "")

    def _choose_model(self, ref: ModelRef) -> None:
        self.controller.choose(self._choosing, model=str(ref))

    def _ask_settings(self, lane_id: str) -> None:
        def accept(model: str, params: Mapping[str, Json]) -> None:
            self.controller.choose(lane_id, model=model, params=params)

        lane = self.controller.lane(lane_id)
        self._variants.ask_settings("Settings of the lane", "Use", lane.model, lane.params, accept)
