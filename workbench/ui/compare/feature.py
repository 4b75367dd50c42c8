"""The lanes in the window: made when they are first asked for, shown in the place of the conversation."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING

from workbench.core.request.models import ModelRef
from workbench.ui.compare.compare_controller import Lane
from workbench.ui.composer.draft import Draft
from workbench.ui.theme.tokens import TRANSCRIPT_PX

if TYPE_CHECKING:
    from workbench.core.experiments.votes import Vote
    from workbench.ui.compare.compare_view import CompareView
    from workbench.ui.compare.lane_view import LaneView
    from workbench.ui.models.picker import Picker
    from workbench.ui.window import MainWindow


class CompareFeature:
    def __init__(self, window: MainWindow) -> None:
        self._w = window
        self.view: CompareView | None = None
        self._picker: Picker | None = None
        self._choosing = ""  # the lane that a model is picked for
        window.header.compare.setCheckable(True)
        window.header.set_compare(True)

    @property
    def page(self) -> CompareView | None:
        """What stands in the place of the conversation; None while nothing is compared."""
        return self.view if self._w.comparing.lanes else None

    def toggle(self) -> None:
        """Compares, or goes back to the one line of the chat."""
        comparing = self._w.comparing
        if comparing.lanes:
            comparing.stop()
        else:
            comparing.start()
            self._w.composer.editor.setFocus()

    def send(self, draft: Draft, checked: bool = False) -> None:
        """What the composer sends goes to all lanes, or to the one that there is."""
        sending, comparing = self._w.sending, self._w.comparing
        if not comparing.lanes or sending.editing:
            sending.send(draft, checked)
        elif not checked and (sentence := sending.objection(self._w.conversation.chat, draft)):
            self._w.writing.show_objection(draft, sentence)
        else:
            comparing.send(draft)

    def show(self, lanes: Sequence[Lane]) -> None:
        window = self._w
        window.header.compare.setChecked(bool(lanes))
        if lanes:
            view = self.view or self._make()
            infos = {lane.id: window.models.info(lane.model) for lane in lanes}
            view.show_lanes(lanes, window.conversation.names(), infos)
        window.header.model.setVisible(not lanes)
        window.chats.show_empty(not window.conversation.keys)
        self.name_lanes()

    def name_lanes(self) -> None:
        """The composer says whom it writes to."""
        lanes, composer = self._w.comparing.lanes, self._w.composer
        composer.set_model(f"{len(lanes)} lanes" if lanes else self._w.conversation.chat.model.rpartition("/")[2])
        composer.set_lanes(len(lanes))
        self._w.drafting.estimate()

    def _make(self) -> CompareView:
        from workbench.ui.compare.compare_view import CompareView  # loaded when it is first asked for
        from workbench.ui.compare.voting import Voting
        from workbench.ui.models.picker import Picker

        view, window, comparing = CompareView(), self._w, self._w.comparing
        voting = Voting(window.services, window.conversation, comparing, window)
        self.view = view
        picker = self._picker = Picker(view)
        window.add_page(view)
        window.models.attach_picker(picker, self._model_of_choice)
        for signal, slot in (
            (view.add_requested, comparing.add),
            (view.left, comparing.stop),
            (view.voted, voting.vote),
            (view.said, window.notices.say),
            (view.scores_requested, voting.load),
            (voting.votes, self.show_scores),
            (view.lane_made, self._join),
            (picker.picked, self._pick),
            (comparing.shown, view.show_entries),
            (comparing.begun, view.begin),
            (comparing.text, view.append_text),
            (comparing.reasoning, view.append_reasoning),
            (comparing.ended, view.end),
            (comparing.answered, view.answered),
        ):
            signal.connect(slot)
        return view

    def _join(self, lane: LaneView) -> None:
        window, comparing, transcript = self._w, self._w.comparing, lane.transcript
        window.chat.transcripts.attach(transcript)
        transcript.set_zoom(window.services.settings.value.font_size / TRANSCRIPT_PX)
        for signal, slot in (
            (lane.model_requested, partial(self._ask_model, lane)),
            (lane.settings_requested, self._ask_settings),
            (lane.remove_requested, comparing.remove),
            (lane.again_requested, comparing.again),
            (lane.continue_requested, comparing.continue_here),
        ):
            signal.connect(slot)

    # --- who answers ---

    def _ask_model(self, lane: LaneView, lane_id: str) -> None:
        if self._picker is not None:
            self._choosing = lane_id
            self._picker.open_at(lane.model)

    def _model_of_choice(self) -> str:
        return next((lane.model for lane in self._w.comparing.lanes if lane.id == self._choosing), "")

    def _pick(self, ref: ModelRef) -> None:
        self._w.comparing.choose(self._choosing, model=str(ref))

    def _ask_settings(self, lane_id: str) -> None:
        from workbench.ui.reply_variants.settings_dialog import SettingsDialog

        lane = self._w.comparing.lane(lane_id)
        dialog = SettingsDialog("Settings of the lane", "Use", lane.params, self._w)
        self._w.vary.equip(dialog, lane.model)
        dialog.accepted_with.connect(
            lambda model, params: self._w.comparing.choose(lane_id, model=model, params=params))
        dialog.open()

    def show_scores(self, votes: Sequence[Vote]) -> None:
        from workbench.ui.compare.scores import ScoresDialog

        ScoresDialog(votes, self._w).open()
