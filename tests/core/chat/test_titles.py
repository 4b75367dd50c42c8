"""Titles of chats: from the first words, or by a model."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.conftest import Run
from tests.support.server import Server, chat
from workbench.app import open_services
from workbench.core.chat.titles import TITLE_LENGTH, title_by_model, title_from
from workbench.core.request.models import ModelRef
from workbench.core.settings import ProviderConfig


@pytest.mark.parametrize(("text", "title"), [
    ("", ""), ("\n \n", ""), ("# Heading\nmore", "Heading"), ("> **Bold** and `code`", "Bold and code"),
    ("---\n\n1. First", "First"), ("天气怎么样？\n", "天气怎么样？"), ("مرحبا", "مرحبا"),
])
def test_the_first_line_with_words(text: str, title: str) -> None:
    assert title_from(text) == title


def test_long_lines_are_cut_between_words() -> None:
    title = title_from("word " * 40)
    assert len(title) <= TITLE_LENGTH + 1 and title.endswith("word…")


@pytest.mark.parametrize(("answer", "title"), [
    ("“A walk in the rain.”", "A walk in the rain"), ('"Titles"\n\nI chose it because…', "Titles"), ("", ""),
])
def test_a_models_title_is_cleaned(run: Run, server: Server, isolated: Path, answer: str, title: str) -> None:
    server.on("POST", "/v1/chat/completions", chat(answer))

    async def work() -> None:
        async with open_services(isolated) as services:
            config = ProviderConfig("local", base_url=f"{server.url}/v1", needs_key=False)
            services.settings.change(providers={"local": config})
            assert await title_by_model(services.providers, ModelRef("local", "m"), "It rains. " * 1000) == title
            asked = server.requests[0].json["messages"][0]["content"]
            assert "six words" in asked and len(asked) < 5000, "the beginning is enough"

    run(work())


def test_a_block_of_code_gives_its_first_line_not_its_language() -> None:
    assert title_from("```py\nprint(1)\n```") == "print(1)"
    assert title_from("~~~\n~~~") == ""
