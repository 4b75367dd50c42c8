"""The supply chain: every dependency has bounds, is locked with hashes, and stands in the bill of materials."""

from __future__ import annotations

import importlib
import json
import re
import tomllib
from importlib.metadata import version
from pathlib import Path
from types import ModuleType

import pytest
from packaging.requirements import Requirement

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
EXTRAS = PROJECT["optional-dependencies"]
ADVICE = "Run python3 packaging/lock.py after changing the dependencies in pyproject.toml."


@pytest.fixture
def sbom(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    monkeypatch.syspath_prepend(str(ROOT / "packaging"))
    return importlib.import_module("sbom")


def locked(name: str) -> dict[str, set[str]]:
    """The versions of each library in a lock, by its normal name."""
    found: dict[str, set[str]] = {}
    for line in (ROOT / "packaging" / "lock" / name).read_text("utf-8").splitlines():
        if match := re.match(r"([\w.-]+)==([^ ;]+)", line):
            found.setdefault(re.sub(r"[-_.]+", "-", match[1]).lower(), set()).add(match[2])
    return found


@pytest.mark.parametrize("text", [*PROJECT["dependencies"], *(each for group in EXTRAS.values() for each in group)])
def test_each_dependency_has_bounds_and_is_locked_within_them(text: str) -> None:
    needed = Requirement(text)
    kinds = {each.operator for each in needed.specifier}
    assert ">=" in kinds and kinds & {"<", "~="}, f"{text}: name the oldest version tried and the next major one."
    name = re.sub(r"[-_.]+", "-", needed.name).lower()
    lock = "run.txt" if text in PROJECT["dependencies"] else "all.txt"
    versions = locked(lock).get(name, set())
    assert versions and all(needed.specifier.contains(each) for each in versions), f"{text}: {ADVICE}"


@pytest.mark.parametrize("name", ["run.txt", "all.txt"])
def test_everything_in_a_lock_has_hashes(name: str) -> None:
    entries = re.split(r"\n(?=\S)", (ROOT / "packaging" / "lock" / name).read_text("utf-8").strip())
    assert len(entries) > 40
    assert not [entry for entry in entries if not re.search(r"--hash=sha256:[0-9a-f]{64}", entry)], ADVICE


def test_the_bill_of_materials_names_all_of_it(sbom: ModuleType, tmp_path: Path) -> None:
    sbom.write(tmp_path / "sbom.json")
    bill = json.loads((tmp_path / "sbom.json").read_text("utf-8"))
    assert (bill["bomFormat"], bill["metadata"]["component"]["name"]) == ("CycloneDX", "chat-workbench")
    parts = {sbom.normal(part["name"]): part for part in bill["components"]}
    for text in PROJECT["dependencies"]:
        name = sbom.normal(Requirement(text).name)
        assert parts[name]["version"] == version(name) and parts[name]["licenses"], name
    assert "h11" in parts and "pytest" not in parts
    assert all(part["licenses"] != [{"license": {"name": "unknown"}}] for part in parts.values())
