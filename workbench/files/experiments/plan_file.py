"""Files of plans: TOML or JSON, with the files that they name beside them."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from workbench.core.errors import BadInput
from workbench.core.experiments.fields import PlanError, at
from workbench.core.experiments.plan import Plan, check_names
from workbench.core.named_file import read_named
from workbench.core.text.toml_keys import EndlessKey, check_keys
from workbench.core.tools.recording import recorded_rules

from .input_files import read_inputs
from .plan_lines import line_of, overlong_number

_MOST_BYTES = 20_000_000


def read_plan(path: Path) -> Plan:
    """Reads a plan from its TOML file (or JSON); ``prompt_file`` and ``inputs_file`` are relative to it.

    Raises ``BadInput`` with what is wrong, in which line and field.
    """
    with told_by_line(path):
        return _plan(_data(_read(path), path), path)


@contextmanager
def told_by_line(path: Path) -> Iterator[None]:
    """Adds to what is wrong with the plan of a file, found in the block, in which line and field it is."""
    try:
        yield
    except PlanError as error:
        is_toml = path.suffix.lower() != ".json"
        line = line_of(_read(path), error.path) or line_of(_read(path), _file_of(error.path)) if is_toml else 0
        place = ", ".join(filter(None, [f"line {line}" if line else "", error.place]))
        raise BadInput(f"{path}, {place}: {error}" if place else str(error)) from None


def _file_of(path: Sequence[str | int]) -> Sequence[str | int]:
    """Returns the field that names the file from which a field comes."""
    return [f"{path[0]}_file"] if path and path[0] in ("prompt", "inputs") else []


def _plan(data: dict[str, Any], path: Path) -> Plan:
    folder = path.parent
    if "prompt_file" in data:
        data["prompt"] = _read(_beside(folder, data.pop("prompt_file")))
    if "inputs_file" in data:
        data["inputs"] = [*data.get("inputs", []), *read_inputs(_beside(folder, data.pop("inputs_file")))]
    for number, tool in enumerate(data["tools"] if isinstance(data.get("tools"), list) else ()):
        if isinstance(tool, dict) and "recording" in tool:
            with at("tools", number, "recording"):
                _play(tool, folder)
    data.setdefault("name", path.stem)
    plan = Plan.from_json(data)
    check_names(plan)
    return plan


def _beside(folder: Path, name: object) -> Path:
    """Returns the file that a plan names. Raises ``BadInput`` for a device or a pipe: a run would wait for it for
    ever."""
    path = folder / str(name)
    if path.exists() and not (path.is_file() or path.is_dir()):
        raise BadInput(f"{path} is a device or a pipe, which a plan cannot name. Name a file.")
    return path


def _play(tool: dict[str, Any], folder: Path) -> None:
    """Puts the rules that a recording holds before the tool's own."""
    path = _beside(folder, tool.pop("recording"))
    try:
        recording = json.loads(_read(path))
    except (ValueError, RecursionError) as error:
        raise BadInput(f"{path} is not JSON: {error}.") from None
    own = tool.get("rules", [])
    tool["rules"] = [*recorded_rules(recording, str(tool.get("name"))), *(own if isinstance(own, list) else [own])]


def _data(text: str, path: Path) -> dict[str, Any]:
    if path.suffix.lower() == ".json":
        try:
            data = json.loads(text)
        except (ValueError, RecursionError) as error:
            raise BadInput(f"{path} is not JSON: {error}.") from None
        if not isinstance(data, dict):
            raise BadInput(f"{path} must be a JSON object.")
        return data
    try:
        return tomllib.loads(check_keys(text))
    except (tomllib.TOMLDecodeError, EndlessKey) as error:
        raise BadInput(f"{path} is not TOML: {error}.") from None
    except ValueError:  # Python reads no whole number of so many digits
        raise PlanError("The number has too many digits. Write a smaller one.", overlong_number(text)) from None
    except RecursionError:
        raise BadInput(f"{path} is nested too deeply to be a plan.") from None


def _read(path: Path) -> str:
    try:
        return read_named(path, _MOST_BYTES).decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError:
        raise BadInput(f"{path} is not text in UTF-8. Save it as UTF-8 and try again.") from None
