"""Which templates a request is said to come from."""

from __future__ import annotations

from workbench.core.chat.chats import Chat
from workbench.core.chat.messages import Message, MessageNode
from workbench.core.chat.parts import Text
from workbench.core.chat.template_provenance import (
    SYSTEM_TEMPLATE,
    TEMPLATE,
    system_use_of,
    template_words,
    templates_used,
    use_of,
    values_of,
)
from workbench.core.chat.templates import Template, Variable
from workbench.core.request.models import ModelRef
from workbench.core.request.reply_request import ReplyRequest

GREET, BRIEF = Template("Greet", "Greet {{who}}"), Template("Brief", "Be brief.", kind="system")


def _ask(system: str, override: str | None = None) -> ReplyRequest:
    chat = Chat("c", system=system, extra={SYSTEM_TEMPLATE: system_use_of(BRIEF, "Be brief.")})
    return ReplyRequest(chat, "q", ModelRef.parse("p/m"), system=override)


def test_of_the_answered_message_and_of_a_system_prompt_that_still_stands() -> None:
    older = MessageNode(
        "o", "c", None, Message("user", (Text("x"),), extra={TEMPLATE: {"name": "Other", "version": "1"}}))
    asked = MessageNode("q", "c", "o", Message("user", (Text("Greet Ada"),), extra={TEMPLATE: use_of(GREET)}))
    brief = {"system": {"name": "Brief", "version": BRIEF.version}}
    assert templates_used(_ask("Be brief."), [older, asked]) == {**use_of(GREET), **brief}
    assert templates_used(_ask("Be brief!"), [asked]) == use_of(GREET)
    assert templates_used(_ask("Be brief.", "Other."), [asked]) == use_of(GREET)
    assert templates_used(_ask("Be brief."), []) == brief


def test_what_a_template_was_filled_with() -> None:
    letter = Template("Letter", "{{who}} {{note}}", (Variable("note", "file"),))
    use = use_of(letter, {"who": "Ada", "note": "long text", "other": "x"})
    assert use == {"name": "Letter", "version": letter.version, "values": {"who": "Ada"}}
    assert values_of(use) == {"who": "Ada"} and values_of({}) == values_of(None) == {}
    asked = MessageNode("q", "c", None, Message("user", (Text("Ada"),), extra={TEMPLATE: use}))
    assert values_of(templates_used(_ask("x"), [asked])) == {"who": "Ada"}


def test_in_words() -> None:
    assert template_words(use_of(GREET)) == f"Greet · version {GREET.version}"
    assert template_words({}) == template_words(None) == ""
