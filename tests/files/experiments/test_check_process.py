"""The process that makes checks: what hangs there harms nothing here."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import Run
from tests.support.waiting import until
from workbench.core.ports.check_worker import CheckNotMade
from workbench.files.experiments import check_process
from workbench.files.experiments.check_process import CheckProcess

pytestmark = pytest.mark.process
FOREVER = ("^(a+)+$", "a" * 40 + "!")
"""The time of this search doubles with each letter: it would take years."""


@pytest.fixture
def worker(monkeypatch: pytest.MonkeyPatch) -> Iterator[CheckProcess]:
    monkeypatch.setattr(check_process, "SECONDS", 0.5)
    with CheckProcess(allow_code=True) as worker:
        yield worker


def test_a_search_without_end_is_ended_and_the_next_one_is_made(worker: CheckProcess) -> None:
    with pytest.raises(CheckNotMade, match="took over"):
        worker.search(*FOREVER, ignore_case=False)
    assert worker.search("a+", "caab", ignore_case=False)
    with pytest.raises(CheckNotMade, match="took over"):
        worker.search(r"(\w+\s?)*\.$", "the answer is that the program works fine!", ignore_case=False)


def test_the_pattern_of_a_schema_is_ended_too(worker: CheckProcess) -> None:
    with pytest.raises(CheckNotMade, match="the schema took over"):
        worker.validate(FOREVER[1], {"type": "string", "pattern": FOREVER[0]})


def test_a_pattern_that_is_late_again_and_again_is_tried_no_more(worker: CheckProcess) -> None:
    for _ in range(check_process.MOST_LATE):
        with pytest.raises(CheckNotMade, match="on this answer"):
            worker.search(*FOREVER, ignore_case=False)
    with pytest.raises(CheckNotMade, match="is not tried any more"):
        worker.search(*FOREVER, ignore_case=False)
    assert worker.search("b", "b", ignore_case=False)


@pytest.mark.parametrize(("code", "sentence"), [
    ("[0 for _ in iter(int, 1)]", "took"), ("'x' * 10**10 == answer", "memory"),
    ("open('/tmp/found', 'w').write('x' * 99999) or True", "fails in line 1"),
    ("__import__('os')._exit(3)", "ended the process"), ("__import__('sys').exit(3)", "ended the process"),
])
def test_code_that_goes_too_far_is_ended(worker: CheckProcess, code: str, sentence: str) -> None:
    with pytest.raises(CheckNotMade, match=sentence):
        worker.run_code(code, {"text": "x"})
    assert worker.run_code("answer == 'x'", {"text": "x"}) == {"value": True, "note": ""}


def test_code_sees_no_keys_and_imports_nothing_from_here(
    worker: CheckProcess, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-secret")
    (tmp_path / "colorsys.py").write_text("raise SystemExit('imported from the working folder')")
    monkeypatch.chdir(tmp_path)
    code = "def check(answer, reply):\n    import os, colorsys\n    return 'OPENAI_API_KEY' not in os.environ"
    assert worker.run_code(code, {"text": "x"})["value"] is True


def test_closing_ends_a_search_under_way(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(check_process, "SECONDS", 60)
    worker, said = CheckProcess(), list[str]()

    def search() -> None:
        try:
            worker.search(*FOREVER, ignore_case=False)
        except CheckNotMade as error:
            said.append(str(error))

    thread = threading.Thread(target=search)
    thread.start()
    run(until(lambda: worker._worker._child is not None))
    worker.close()
    thread.join(30)
    assert said == ["the run was stopped"]
    with pytest.raises(CheckNotMade, match="was stopped"):
        worker.search("a", "a", ignore_case=False)
