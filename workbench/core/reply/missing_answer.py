"""Missing answers: why a reply that ended in good order has nothing for the user, or was cut short by content rules."""

from __future__ import annotations

from collections.abc import Mapping

from workbench.core.chat.messages import Message
from workbench.core.chat.parts import Reasoning, Text
from workbench.core.errors import Interrupted, NotAnAnswer, ProviderError, Refused
from workbench.core.json_types import Json


def missing_answer(message: Message, reason: str, info: Mapping[str, Json]) -> ProviderError | None:
    """Returns what to tell the user, or None when there is an answer.

    ``reason`` is the finish reason, ``info`` what the server said about the response (``ResponseInfo``).
    """
    answered = any(part.text.strip() if isinstance(part, Text) else not isinstance(part, Reasoning)
                   for part in message.parts)
    if reason == "content_filter":
        return _withheld(answered, _why(info))
    if (told := _TOLD.get(reason.lower())) is not None:
        sentence = f"{told} What came is kept." if message.parts else told
        return Refused(sentence, kind="content", code=reason) if reason.lower() in _OF_CONTENT else NotAnAnswer(
            sentence, kind="not_an_answer", code=reason)
    if reason in _FULL and not answered:
        return NotAnAnswer("The conversation leaves no room for a reply within the model's context. Leave messages "
                           "out, or choose a model with a larger context.", kind="context")
    if reason == "pause_turn":
        return Interrupted("The provider paused this reply, because its own tools take long. What came is kept. "
                           "Continue the reply, or send a message to go on.", "interrupted")
    if answered:
        return None
    reasoned = any(isinstance(part, Reasoning) for part in message.parts)
    if reason == "length" and reasoned:
        return _no_answer("The model used all its tokens for reasoning and wrote no answer. Raise “Max tokens” or "
                          "lower the reasoning effort, then retry.")
    if reason == "length":
        return _no_answer("The reply was cut off before any text came. Raise “Max tokens”, or shorten the "
                          "conversation, then retry.")
    if reasoned:
        return _no_answer("The model reasoned and wrote no answer. Retry, or ask another model.")
    if reason and reason not in _GOOD:
        return _no_answer(f"The model sent an empty reply, for a reason that the provider calls “{reason}”. Try "
                          "again, or ask another model.")
    return _no_answer("The model sent an empty reply. Try again, or ask another model.")


_TOLD = {
    "recitation": "The provider stopped this reply because it came too close to a published text. Rephrase the "
                  "message, or ask another model.",
    "language": "The provider stopped this reply because it does not serve its language. Ask in another language, or "
                "ask another model.",
    "malformed_function_call": "The model called a tool in a form that the provider could not read. Retry, or ask "
                               "another model.",
    "unexpected_tool_call": "The model called a tool that it was not given. Retry, or ask another model.",
    "too_many_tool_calls": "The model called tools too many times in a row. Retry, or ask another model.",
}
"""The sentences on finish reasons, by the reason in small letters."""
_OF_CONTENT = ("recitation", "language")
_FULL = ("model_context_window_exceeded", "context_length_exceeded")
_GOOD = ("stop", "eos", "eos_token", "end", "complete", "completed", "tool_calls", "function_call")


def _no_answer(sentence: str) -> NotAnAnswer:
    return NotAnAnswer(sentence, kind="not_an_answer")


def _withheld(partly: bool, why: str) -> Refused:
    sentence = ("The provider stopped this reply for its content rules. What came is kept. Rephrase the message, or "
                "ask another model." if partly else
                "The provider withheld this reply for its content rules. Rephrase the message, or ask another model.")
    if why:
        sentence = f"{sentence} Its reason: {why}{'' if why[-1] in '.!?。…' else '.'}"
    return Refused(sentence, kind="content")


def _why(info: Mapping[str, Json]) -> str:
    """Returns the reason in the provider's words: Anthropic's explanation, or the names of Azure's filters."""
    details = info.get("stop_details")
    if isinstance(details, dict):
        words = next((value for name in ("explanation", "category") if isinstance(value := details.get(name), str)), "")
        return " ".join(words[:600].split())
    filters = info.get("content_filter_results")
    native = info.get("native_finish_reason")
    return ", ".join(filters) if isinstance(filters, dict) else native if isinstance(native, str) else ""
