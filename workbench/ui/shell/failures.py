"""Failures of tasks that nobody handled, as banners: known ones are sentences, others are bugs."""

from __future__ import annotations

import logging
from pathlib import Path

from workbench.core.errors import BadInput, WorkbenchError
from workbench.ui.shell.shell import Shell

log = logging.getLogger(__name__)
_REFUSED = "refused"


class TaskFailures:
    def __init__(self, data_folder: Path, shell: Shell) -> None:
        self._data_folder, self._shell = data_folder, shell

    def report(self, name: str, error: BaseException) -> None:
        """Shows how the task ``name`` failed."""
        if isinstance(error, BadInput):
            self._shell.banner(_REFUSED, str(error))
        elif isinstance(error, WorkbenchError):
            self._shell.banner(name, str(error))
        else:
            log.error("The task %s failed.", name, exc_info=error)
            self._shell.banner(name, f"Something went wrong inside the program ({error!r}). The log in "
                                     f"{self._data_folder} says more.")

    def clear_refusal(self) -> None:
        """Takes away what was refused: it says nothing about the chat that is opened next."""
        self._shell.banner(_REFUSED, "")
