"""What tests of checks share: a worker of one process for all of them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from workbench.core.experiments.checks import CheckResult, Reply, read_check, run_check
from workbench.core.json_types import Json
from workbench.core.ports.check_worker import CheckWorker
from workbench.files.experiments.check_process import CheckProcess


class Checking:
    """Makes checks as a run does."""

    def __init__(self, worker: CheckWorker) -> None:
        self.worker = worker

    def __call__(self, kind: str, fields: dict[str, Json], reply: str | Reply, **row: str) -> CheckResult:
        check = read_check({"kind": kind, **fields}).filled(row)
        check.verify()
        return run_check(check, Reply(reply) if isinstance(reply, str) else reply, self.worker)


@pytest.fixture(scope="session")
def checking() -> Iterator[Checking]:
    with CheckProcess(allow_code=True) as worker:
        yield Checking(worker)
