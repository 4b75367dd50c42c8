from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest

from workbench.core import resources


def installed_at(package: Path) -> ModuleType:
    """The module as it would be with the package `package`."""
    (package / "core").mkdir(parents=True)
    copy = package / "core/resources.py"
    copy.write_bytes(Path(resources.__file__).read_bytes())
    spec = importlib.util.spec_from_file_location("installed_resources", copy)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("folder", ["site-packages/workbench/_resources", "site-packages/resources"])
def test_found_in_a_wheel_and_in_a_checkout(tmp_path: Path, folder: str) -> None:
    (tmp_path / folder).mkdir(parents=True)
    module = installed_at(tmp_path / "site-packages/workbench")
    assert module.resource("help", "start.md") == tmp_path / folder / "help/start.md"


def test_a_wheel_takes_its_own_even_beside_a_folder_of_that_name(tmp_path: Path) -> None:
    (tmp_path / "resources").mkdir()
    (tmp_path / "workbench/_resources").mkdir(parents=True)
    assert installed_at(tmp_path / "workbench").resource() == tmp_path / "workbench/_resources"


def test_an_installation_without_resources_says_so(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="Install it again"):
        installed_at(tmp_path / "workbench").resource("x")


def test_this_installation_has_its_application_icon() -> None:
    assert resources.resource("app", "io.github.chatworkbench.ChatWorkbench.svg").is_file()
