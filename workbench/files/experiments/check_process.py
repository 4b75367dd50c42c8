"""The process in which patterns, JSON schemas and code of the user are run on answers, each within a time limit."""

from __future__ import annotations

import json
import re
import traceback
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from types import TracebackType
from typing import Any, Self, cast

from workbench.core.errors import BadInput
from workbench.core.json_types import Json, JsonObject
from workbench.core.ports.check_worker import CheckNotMade
from workbench.core.processes import private
from workbench.core.processes.worker import Limits, Worker, WorkerFailed

SECONDS = 2.0
"""That one check may take. The search of a sensible pattern takes a thousandth of it."""
MOST_LATE = 3
"""So many answers one pattern, schema or code may take too long on before it is not tried any more."""
MEMORY = 500_000_000


class CheckProcess:
    """A ``CheckWorker``. The process starts with the first check that needs it."""

    def __init__(self, allow_code: bool = False) -> None:
        self._allow_code = allow_code
        self._worker = Worker(Limits(seconds=SECONDS, memory=MEMORY, output=1_000_000))
        self._late = Counter[str]()
        self._closed = False
        self._prepared: set[bool] = set()  # for which work the process is ready
        self._hidden = False

    def search(self, pattern: str, text: str, *, ignore_case: bool) -> bool:
        return bool(self._call("the pattern", pattern, search_pattern, pattern=pattern, text=text,
                               ignore_case=ignore_case))

    def validate(self, instance: Json, schema: Json) -> str:
        return str(self._call("the schema", json.dumps(schema, sort_keys=True), validate_instance, instance=instance,
                              schema=schema))

    def schema_fault(self, schema: Json) -> tuple[Sequence[str | int], str]:
        found = self._call("the schema", json.dumps(schema, sort_keys=True), find_schema_fault, schema=schema)
        assert isinstance(found, list)
        path, fault = found
        return cast(list[str | int], path), str(fault)

    def run_code(self, source: str, reply: Mapping[str, Json]) -> JsonObject:
        if not self._allow_code:
            raise CheckNotMade("code of a plan runs only when you allow it")
        if not self._hidden:
            self._hidden = True
            private.hide()  # its keys and environment are none of the code's business
        found = self._call("the code", source, run_source, source=source, reply=dict(reply))
        return found if isinstance(found, dict) else {}

    def close(self) -> None:
        self._closed = True
        self._worker.close()
        if self._hidden:
            self._hidden = False
            private.show()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _call(self, what: str, about: str, function: Callable[..., tuple[Any, bytes]], **arguments: Any) -> Json:
        if self._late[about] >= MOST_LATE:
            raise CheckNotMade(f"{what} took over {SECONDS:g} s on {MOST_LATE} answers and is not tried any more")
        if self._closed:
            raise CheckNotMade("the run was stopped")
        try:
            self._prepare(schemas=function in (validate_instance, find_schema_fault))
            value: Json = self._worker.call(function, **arguments)[0]
        except BadInput as error:
            raise CheckNotMade(str(error)) from None
        except WorkerFailed as failed:
            self._prepared.clear()
            if self._closed:
                raise CheckNotMade("the run was stopped") from None
            self._late[about] += failed.kind == "time"
            raise CheckNotMade(_REASONS.get(failed.kind, "{what} ended the process that it ran in").format(
                what=what, seconds=SECONDS)) from None
        finally:
            if self._closed:  # while the process was being started
                self._worker.close()
        return value

    def _prepare(self, *, schemas: bool) -> None:
        """Starts the process and loads what it needs, which is not the time of a check: a machine may be busy."""
        if schemas not in self._prepared:
            self._worker.call(prepare, limits=Limits(seconds=60, memory=MEMORY), schemas=schemas)
            self._prepared.add(schemas)


_REASONS = {
    "time": "{what} took over {seconds:g} s on this answer",
    "memory": "{what} took too much memory on this answer",
    "output": "{what} gave too long a result",
}


def prepare(data: bytes, *, schemas: bool) -> tuple[None, bytes]:
    """Runs in the worker: loads what the first check needs."""
    if schemas:
        import jsonschema.validators  # noqa: F401
    return None, b""


def search_pattern(data: bytes, *, pattern: str, text: str, ignore_case: bool) -> tuple[bool, bytes]:
    """Runs in the worker: returns whether the pattern matches anywhere."""
    try:
        return re.search(pattern, text, re.IGNORECASE if ignore_case else 0) is not None, b""
    except (re.error, RecursionError, OverflowError) as error:
        raise BadInput(f"the pattern is wrong: {error}") from None


def validate_instance(data: bytes, *, instance: Json, schema: Json) -> tuple[str, bytes]:
    """Runs in the worker: returns what is wrong with an instance of a schema."""
    from workbench.files.json_schema import validate

    wrong = validate(instance, schema)
    if wrong.startswith(("the schema is wrong", "the schema cannot be used")):
        raise BadInput(wrong)
    return wrong, b""


def find_schema_fault(data: bytes, *, schema: Json) -> tuple[list[Any], bytes]:
    """Runs in the worker: returns where a schema is wrong and why, ``""`` when it is not."""
    from workbench.files.json_schema import schema_fault

    return list(schema_fault(schema)), b""


def run_source(data: bytes, *, source: str, reply: dict[str, Any]) -> tuple[JsonObject, bytes]:
    """Runs in the worker: returns the ``value`` that the code gives for a reply, and a ``note``.

    The code is one expression of ``answer`` (the text) and ``reply`` (a dict), or defines ``check(answer, reply)``.
    Its value is true, false or a score; a pair has a note as well. A failed ``assert`` is false, with what it says.
    """
    text = source.strip()
    scope: dict[str, Any] = {"__name__": "check", "answer": reply["text"], "reply": reply, "json": json, "re": re}
    try:
        if "\n" in text or text.startswith("def "):
            exec(compile(text, "check", "exec"), scope)
            value = scope["check"](reply["text"], reply)
        else:
            value = eval(compile(text, "check", "eval"), scope)
        value, note = value if isinstance(value, tuple) and len(value) == 2 else (value, "")
    except AssertionError as error:
        value, note = False, str(error)
    except MemoryError:
        raise
    except Exception as error:  # noqa: BLE001 - the code may raise whatever it likes
        lines = [frame.lineno for frame in traceback.extract_tb(error.__traceback__) if frame.filename == "check"]
        place = f" in line {lines[-1]}" if lines else ""
        raise BadInput(f"the code fails{place}: {type(error).__name__}: {error}"[:300]) from None
    if not isinstance(value, bool | int | float):
        raise BadInput(f"the code must give true, false or a score from 0 to 1, and gave {value!r}"[:200])
    return {"value": value, "note": str(note)[:300]}, b""
