"""The help pages promise only what there is: their examples are run through the program's own parsers."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest

from workbench.cli.parser import COMMANDS, parse
from workbench.core.chat.templates import parse as read_template
from workbench.core.request.parameters import by_name
from workbench.core.resources import resource
from workbench.files.experiments.plan_file import read_plan
from workbench.providers.builtin import pages

HELP = resource("help")
PAGES = sorted(HELP.glob("*.md"))


def blocks(language: str) -> list[str]:
    pattern = re.compile(rf"^```{language}\n(.*?)^```$", re.MULTILINE | re.DOTALL)
    return [block for page in PAGES for block in pattern.findall(page.read_text("utf-8"))]


def commands() -> list[list[str]]:
    lines = [line for block in blocks("sh") for line in block.splitlines() if "workbench" in line]
    found = []
    for line in lines:
        words = shlex.split(line, comments=True)
        words = words[words.index("workbench") + 1:]
        end = next((n for n, word in enumerate(words) if word in ("|", "<", "\\")), len(words))
        found.append(words[:end])
    return found


@pytest.mark.parametrize("words", commands(), ids=shlex.join)
def test_every_command_of_the_pages_is_one(words: list[str]) -> None:
    assert parse(words).command == words[0]


def test_every_command_is_on_its_page() -> None:
    text = (HELP / "command-line.md").read_text("utf-8")
    assert [name for name in COMMANDS if not re.search(rf"`(workbench )?{name}\b", text)] == []


@pytest.mark.parametrize("number", range(len(blocks("toml"))))
def test_every_plan_of_the_pages_can_be_run(tmp_path: Path, number: int) -> None:
    path = tmp_path / "plan.toml"
    plan = 'models = ["builtin/ngram"]\nprompt = "{{a}}"\nsamples = 2\n'
    tables = '[[inputs]]\na = "A"\n[[checks]]\nkind = "contains"\ntext = "A"\n'
    text = blocks("toml")[number]
    path.write_text(plan + text + tables if text.startswith("[") else text, "utf-8")
    assert read_plan(path).requests > 1


def test_the_template_of_the_pages_is_one() -> None:
    text = next(block for block in blocks("text") if "{{audience}}" in block)
    template = read_template(text, "example")
    assert [variable.name for variable in template.variables] == ["audience", "text"]


def test_every_parameter_is_explained() -> None:
    text = (HELP / "parameters.md").read_text("utf-8").lower()
    missing = [parameter.name for parameter in by_name().values()
               if f"`{parameter.name}`" not in text and parameter.label.lower() not in text]
    assert missing == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_a_page_has_one_title_and_sections_of_a_size_to_answer_with(page: Path) -> None:
    text = page.read_text("utf-8")
    sections = list(pages.cut(page.stem, text))
    assert text.startswith("# ")
    assert len({section.title for section in sections}) == len(sections)
    assert all(len(section.body) < 6000 for section in sections)
