"""Trials of checks from the page, and the consent that code of a plan needs before it runs."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Mapping, Sequence

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from workbench.core.chat.messages import Message
from workbench.core.errors import WorkbenchError
from workbench.core.experiments.checks import Check, Reply, run_check
from workbench.core.experiments.plan import Plan
from workbench.core.experiments.trial import try_check
from workbench.core.services import Services
from workbench.ui.experiments.check_rows import CheckRow, CheckRows
from workbench.ui.experiments.try_dialog import TONES, TryDialog, verdict_words
from workbench.ui.shell.dialogs import ask_consent

Question = Callable[[], tuple[Sequence[Message], Mapping[str, str]]]
"""Returns what an answer would be to: the messages, and the variables of the first row."""

PREVIEW = "preview the checks"
_MOST_SHOWN = 1500
"""Characters of code in a question."""


class CheckTrials(QObject):
    """Remembers until the program ends which code was allowed."""

    def __init__(self, services: Services, parent: QObject) -> None:
        super().__init__(parent)
        self._services, self._allowed = services, set[str]()
        self._sample = ""  # the answer that was tried last

    def allows(self, plan: Plan) -> bool:
        """Returns whether all code in the checks of a plan was allowed."""
        return not self._new_code(plan.all_checks)

    def with_consent(self, parent: QWidget, plan: Plan, go: Callable[[], None]) -> None:
        """Calls ``go``, after asking if the plan has code that was not allowed yet."""
        self._ask(parent, list(plan.all_checks), go)

    def _new_code(self, checks: Iterable[Check]) -> set[str]:
        return {str(check.fields["code"]) for check in checks if check.kind == "code"} - self._allowed

    def _ask(self, parent: QWidget, checks: Sequence[Check], go: Callable[[], None]) -> None:
        codes = self._new_code(checks)

        def allow() -> None:
            self._allowed.update(codes)
            go()

        if codes:
            warning = ("This Python code would run on this computer with your rights, once for each answer. Run only "
                       "what you have read:")
            ask_consent(parent, "Run code", "\n\n".join([warning, *map(_shown, sorted(codes))]), "Run it", allow)
        else:
            go()

    def open(self, row: CheckRow, question: Question, parent: QWidget) -> None:
        """Opens a dialog that tries the check of a row."""
        dialog = TryDialog(row.kind.currentText(), parent, self._sample)
        dialog.try_requested.connect(lambda text: self._begin(row, question, dialog, text))
        dialog.open()
        dialog.answer.setFocus()

    def preview(self, checks: CheckRows, question: Question, text: str) -> None:
        """Shows in each row what its check says of a sample answer, but for those that ask a model or run code that was
        not allowed."""
        _, values = question()
        made: list[tuple[CheckRow, Check]] = []
        for row in checks.rows.rows:
            row.show_verdict("")
            try:
                check = None if row.is_empty() else row.check().filled(values)
                if check is not None:
                    check.verify()
            except WorkbenchError as error:
                row.show_verdict(str(error), "bad")
                continue
            if check is not None and check.is_judge:
                row.show_verdict("It asks a model: the triangle tries it.")
            elif check is not None and self._new_code([check]):
                row.show_verdict("It runs code: the triangle asks before it does.")
            elif check is not None:
                made.append((row, check))
        self._services.tasks.start(PREVIEW, self._preview(checks, made, Reply(text, "stop", values=values)))

    def stop_preview(self) -> None:
        """Ends a preview that runs: the rows that it would be shown in are about to go."""
        self._services.tasks.cancel(PREVIEW)

    async def _preview(self, checks: CheckRows, made: Sequence[tuple[CheckRow, Check]], reply: Reply) -> None:
        with self._services.check_worker(True) as worker:  # what may not run is not among them
            for row, check in made:
                result = await asyncio.to_thread(run_check, check, reply, worker)
                if row in checks.rows.rows:
                    row.show_verdict(verdict_words(result), TONES[result.passed])

    def _begin(self, row: CheckRow, question: Question, dialog: TryDialog, text: str) -> None:
        self._sample = text
        try:
            before, values = question()
            check = row.check().filled(values)
            check.verify()
        except WorkbenchError as error:
            dialog.show_mistake(str(error))
            return
        dialog.show_mistake("")

        def go() -> None:
            task = self._services.tasks.start("try a check", self._try(check, before, text, values, dialog))
            dialog.finished.connect(lambda _: task.cancel())

        self._ask(dialog, [check], go)

    async def _try(
        self, check: Check, before: Sequence[Message], text: str, values: Mapping[str, str], dialog: TryDialog
    ) -> None:
        with self._services.check_worker(not self._new_code([check])) as worker:
            try:
                result = await try_check(check, before, text, values, self._services.providers, worker)
            except WorkbenchError as error:
                dialog.show_mistake(str(error))
                return
        dialog.show_result(result)


def _shown(code: str) -> str:
    """Returns code as the question shows it: its beginning where it is too long for a dialog."""
    if len(code) <= _MOST_SHOWN:
        return code
    return f"{code[:_MOST_SHOWN]}…\n(This is the beginning of {len(code):,} characters. Read the rest in the check.)"
