"""Documents stay true: what they name exists, and their links lead somewhere."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
DOCUMENTS = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("resources/*.md")])
PLACES = (ROOT, ROOT / "workbench", ROOT / "workbench/providers")
WRITTEN = {"plan.json", "results.jsonl", "summary.json", "report.html", "settings.toml", "workbench.db",
           "workbench.log"}
"""Files that the program writes."""
NO_PATHS = re.compile(r"…|^[/~]|NAME|\bID\b|DATA|^(dist|logs|backups|templates|experiments|presenters|controller)/")
"""Names with a place for something, absolute paths, and folders that the program makes or that are gone."""
KNOWN = {path.name for place in ("workbench", "resources", "tests", "packaging", "docs", ".github")
         for path in (ROOT / place).rglob("*")} | {path.name for path in ROOT.iterdir()}


def prose(document: Path) -> str:
    """The text without blocks of code, and without the table of what modules were called before."""
    text = re.sub(r"^```.*?^```", "", document.read_text("utf-8"), flags=re.M | re.S)
    return text.split("## Where things went")[0]


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_files_that_a_document_names_are_there(document: Path) -> None:
    wrong = []
    for name in re.findall(r"`([\w./…-]+(?:\.\w+|/))(?:::\w+)?`", prose(document)):
        if NO_PATHS.search(name):
            continue
        if "/" in name:
            found = any((place / name).exists() for place in (*PLACES, document.parent))
        else:
            found = name in KNOWN | WRITTEN or not re.search(r"\.(py|md|toml|json|xml|spec|desktop|sse)$", name)
        if not found:
            wrong.append(name)
    assert not wrong, f"{document.name} names {wrong}, which is not there"


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_links_lead_to_files_of_the_repository(document: Path) -> None:
    links = re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", prose(document))
    assert not [link for link in links if "://" not in link and not (document.parent / link).exists()]
