"""The file for a bug report: what helps, and nothing that is anybody's own."""

from __future__ import annotations

import logging
from pathlib import Path

import pytest

from tests.cli.conftest import Cli
from workbench.storage.logs import _begin, configure_logging

pytestmark = pytest.mark.process  # Qt is asked in a process of its own
CANARY = "canary-7f3a"


def test_it_has_places_and_no_contents(cli: Cli, isolated: Path, tmp_path: Path) -> None:
    cli("ask", f"{CANARY} words")
    cli("providers", "add", f"{CANARY}-id", "--base-url", f"http://{CANARY}.example/v1", "--no-key")
    cli("providers", "set", f"{CANARY}-id", "--header", f"X-Auth={CANARY}")
    configure_logging(isolated)
    try:
        raise KeyError(f"{CANARY} in an exception")
    except KeyError:
        logging.getLogger("workbench.test").warning("A message about %s", CANARY, exc_info=True)
    finally:
        _begin()
    done = cli("doctor", "--report", str(tmp_path / "report.txt"))
    text = (tmp_path / "report.txt").read_text("utf-8")
    assert done.code == 0 and CANARY not in text and str(Path.home()) not in text
    for words in ("Chat Workbench: ", "SQLite: ", "httpx 0", "WARNING workbench.test", "test_bug_report.py, line ",
                  "KeyError", "chats: 1", "preset custom"):
        assert words in text, words


def test_a_place_that_cannot_be_written_is_a_sentence(cli: Cli, tmp_path: Path) -> None:
    done = cli("doctor", "--report", str(tmp_path / "none" / "report.txt"))
    assert done.code == 2 and "Choose another place" in done.err
