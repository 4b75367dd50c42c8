"""The guide: questions and the pages that answer them."""

from __future__ import annotations

import pytest

from workbench.providers.builtin.body import Turn
from workbench.providers.builtin.guide import Guide


def ask(guide: Guide, *turns: str) -> str:
    """The answer to the last of ``turns``, which alternate between user and guide."""
    roles = ("user", "assistant")
    return guide.find_answer([Turn(roles[number % 2], text) for number, text in enumerate(turns)]).answer


QUESTIONS = {
    "Explain temperature with an example": "## Temperature",
    "What does top_p do?": "## Top P",
    "what is min_p": "## Min P",
    "How do I add a provider and a key?": "## Add a provider",
    "Where is my API key stored?": "## Where is my API key kept?",
    "How do I use Ollama?": "11434",
    "How can I attach an image?": "## Attach a file",
    "How do I compare two models?": "## Compare two models",
    "blind test": "## Blind test",
    "Where is the Branches tab?": "## See all branches",
    "How do I prune a branch?": "## Prune branches",
    "What is the main line?": "## The main line",
    "How can I insert a message?": "## Insert a message",
    "How do I prefill a reply?": "## Prefill a reply",
    "What is a sweep?": "# Experiments and sweeps",
    "Show me a TOML plan for a sweep": "```toml",
    "How do I see token probabilities?": "`logprobs`",
    "How do I import my ChatGPT history?": "Export data",
    "Can I export to PDF?": "## Export a chat",
    "How do I make a backup?": "workbench backup",
    "What are the keyboard shortcuts?": "Ctrl+Shift+M",
    "Is my data private?": "telemetry",
    "I get a 401 error": "## The key was refused",
    "rate limit exceeded": "429",
    "self-signed certificate": "## TLS or certificate error",
    "The context is too long": "context length",
    "How do I write math?": "LaTeX",
    "dark mode": "## Appearance",
    "How do I stop a reply?": "**Esc**",
    "What are branches?": "A conversation is a tree",
    "where are my chats kept": "SQLite",
    "exit codes": "| 130 |",
    "What is the difference between frequency and presence penalty?": "## Frequency penalty",
    "how to get JSON output": "json_schema",
    "prompt templates with variables": "{{audience}}",
    "how to change the model": "## Choose or change the model",
    "What is builtin/ngram?": "small n-gram language model",
    "proxy settings": "socks5",
    "What can you do?": "I answer questions about Chat Workbench",
    "Who are you?": "full-text search",
    "hello!": "Hello! I am the guide",
}


@pytest.mark.parametrize("question", QUESTIONS)
def test_a_question_finds_its_page(guide: Guide, question: str) -> None:
    assert QUESTIONS[question] in ask(guide, question)


@pytest.mark.parametrize("question", [
    "How tall is the Eiffel tower?", "explain quantum computing", "什么是温度？", "Как добавить ключ?",
    "Wie spät ist es?", "qwertz", "translate this poem into Latin",
])
def test_what_the_pages_do_not_say_is_admitted(guide: Guide, question: str) -> None:
    answer = ask(guide, question)
    assert "I find nothing about that" in answer or "say little about that" in answer
    assert "\n- " in answer, "an answer that does not help says where help is"


def test_a_follow_up_leans_on_the_question_before(guide: Guide) -> None:
    first = ask(guide, "How do I export a chat?")
    assert "export" in ask(guide, "How do I export a chat?", first, "and on the command line?").lower()
    assert "## Temperature" in ask(guide, "What does temperature do?", "…", "Can you give an example of that?")


def test_more_shows_what_was_not_shown(guide: Guide) -> None:
    first = ask(guide, "How do I compare models?")
    second = ask(guide, "How do I compare models?", first, "Tell me more")
    assert second.splitlines()[0].startswith("## ")
    assert second.splitlines()[0] not in first


def test_thanks_are_taken(guide: Guide) -> None:
    assert "welcome" in ask(guide, "What is a token?", "A token is …", "Thanks!")


def test_a_picture_is_declined_and_the_question_still_answered(guide: Guide) -> None:
    answer = guide.find_answer([Turn("user", "How do I attach an image?", images=1)]).answer
    assert "cannot see pictures" in answer
    assert "## Attach a file" in answer


@pytest.mark.parametrize("kind", [
    "**bold**", "~~struck out~~", "- [x]", "|:-----|:------:|", "```python", "```rust", "\\( e", "$$", "\\[",
    "> [!WARNING]", "[^one]:", "](https://example.org", "你好", "مرحبا", "שלום", "👩‍💻", "![", "\n---\n", "<b>",
    "   2. ", "###### ",
])
def test_the_gallery_has_every_kind(guide: Guide, kind: str) -> None:
    assert kind in ask(guide, "Show me every kind of formatting")


def test_the_gallery_of_layouts_ends_in_an_open_fence(guide: Guide) -> None:
    answer = ask(guide, "Show me what models really write")
    assert answer.count("```") % 2 == 1
    assert "  - nested" in answer
