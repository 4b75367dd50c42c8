"""What desktops and packagers read about the program agrees with the program."""

from __future__ import annotations

import configparser
import re
import shutil
import subprocess
import tomllib
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

import workbench

ROOT = Path(__file__).parent.parent
ID = "io.github.chatworkbench.ChatWorkbench"
DESKTOP = ROOT / f"packaging/{ID}.desktop"
METAINFO = ROOT / f"packaging/{ID}.metainfo.xml"
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]


def entry() -> configparser.SectionProxy:
    parser = configparser.ConfigParser(interpolation=None)
    parser.optionxform = str  # type: ignore[assignment, method-assign]
    parser.read(DESKTOP, "utf-8")
    return parser["Desktop Entry"]


def test_the_desktop_file_starts_what_is_installed() -> None:
    command = entry()["Exec"].split()[0]
    assert command in PROJECT["scripts"]
    assert entry()["Icon"] == entry()["StartupWMClass"] == ID
    assert (ROOT / f"resources/app/{ID}.svg").is_file()


def test_the_metainfo_names_the_desktop_file_the_licence_and_this_version() -> None:
    root = ET.parse(METAINFO).getroot()
    assert root.findtext("id") == ID
    assert root.findtext("launchable") == DESKTOP.name
    assert root.findtext("project_license") == PROJECT["license"] == "MIT"
    release = root.find("releases/release")
    assert release is not None and release.get("version") == workbench.__version__
    summary = root.findtext("summary")
    assert summary is not None and len(summary) <= 35


def test_the_changelog_has_this_version() -> None:
    headings = re.findall(r"^## .*", (ROOT / "CHANGELOG.md").read_text("utf-8"), re.M)
    assert any(workbench.__version__ in heading or "Unreleased" in heading for heading in headings)


@pytest.mark.parametrize(
    "command",
    [["desktop-file-validate", str(DESKTOP)], ["appstreamcli", "validate", "--no-net", str(METAINFO)]],
    ids=lambda command: command[0],
)
@pytest.mark.process
def test_the_validators_accept_them(command: list[str]) -> None:
    if shutil.which(command[0]) is None:
        pytest.skip(f"install {command[0]}, or run packaging/test.py, which does where it may")
    done = subprocess.run(command, capture_output=True, text=True, timeout=60)
    faults = [line for line in done.stdout.splitlines() if re.match(r"[EW]:|.*: (error|warning):", line)]
    # The project has no home page yet, which newer validators warn of and older ones do not know.
    assert [line for line in faults if "url-homepage-missing" not in line] == []
    assert done.returncode == 0 or faults, done.stdout + done.stderr
