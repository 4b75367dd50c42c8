"""Answers of the Responses API, streamed and whole, with what servers leave out."""

from __future__ import annotations

import base64
import json
from collections.abc import Sequence
from typing import Any

import pytest

from workbench.core.chat.messages import Message
from workbench.core.chat.parts import BY_SERVER, Blob, Citation, Image, Reasoning, Text, ToolCall, ToolResult
from workbench.core.errors import ProviderError
from workbench.core.reply.assembler import Assembler
from workbench.core.reply.events import Alive, Event, Failed, Finished, ResponseInfo, UsageReport
from workbench.core.reply.usage import Usage
from workbench.providers.protocols.responses_reader import ResponsesReader
from workbench.providers.wire.sse import ServerEvent

PNG = base64.b64encode(b"PNG").decode()


class Read:
    """An answer that was read to its end."""

    def __init__(self, events: Sequence[Event]) -> None:
        self.events = events
        self.blobs: list[bytes] = []
        assembler = Assembler("p/m", self._keep)
        for event in events:
            assembler.feed(event)
        self.message: Message = assembler.message()

    def _keep(self, data: bytes, mime: str, name: str) -> Blob:
        self.blobs.append(data)
        return Blob(str(len(self.blobs)), len(data), mime, name)

    @property
    def text(self) -> str:
        return self.message.text

    @property
    def reasoning(self) -> str:
        return "".join(part.text for part in self.message.parts if isinstance(part, Reasoning))

    @property
    def finished(self) -> str:
        return next((event.reason for event in self.events if isinstance(event, Finished)), "")

    @property
    def error(self) -> ProviderError | None:
        return next((event.error for event in self.events if isinstance(event, Failed)), None)

    def all(self, kind: type[Any]) -> list[Any]:
        return [part for part in self.message.parts if isinstance(part, kind)]


def streamed(*data: dict[str, Any], done: bool = False, named: bool = False, **options: Any) -> Read:
    """Reads a stream of events."""
    reader = ResponsesReader("X", "https://x.example:443", **options)
    events: list[Event] = []
    for one in data:
        events += reader.event(ServerEvent(json.dumps(one), one["type"] if named else "message"))
    events += reader.end(done or reader.done)
    return Read(events)


def whole(response: dict[str, Any], **options: Any) -> Read:
    reader = ResponsesReader("X", "https://x.example:443", **options)
    return Read([*reader.whole(response), *reader.end(True)])


def message(*texts: str, id: str = "msg_1", **more: Any) -> dict[str, Any]:
    content = [{"type": "output_text", "text": text, "annotations": []} for text in texts]
    return {"type": "message", "id": id, "role": "assistant", "status": "completed", "content": content, **more}


def response(*output: dict[str, Any], status: str = "completed", **more: Any) -> dict[str, Any]:
    return {"id": "resp_1", "object": "response", "status": status, "model": "m", "output": list(output), **more}


def ended(kind: str = "completed", *output: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"type": f"response.{kind}", "response": response(*output, status=kind, **more)}


def delta(text: str, kind: str = "output_text", **where: Any) -> dict[str, Any]:
    return {"type": f"response.{kind}.delta", "delta": text, **where}


def item_done(item: dict[str, Any], at: int = 0) -> dict[str, Any]:
    return {"type": "response.output_item.done", "output_index": at, "item": item}


def item_added(item: dict[str, Any], at: int = 0) -> dict[str, Any]:
    return {"type": "response.output_item.added", "output_index": at, "item": item}


USAGE = {"input_tokens": 9, "input_tokens_details": {"cached_tokens": 4}, "output_tokens": 7,
         "output_tokens_details": {"reasoning_tokens": 5}, "total_tokens": 16}


@pytest.mark.parametrize("named", [True, False])
def test_a_text(named: bool) -> None:
    at = {"output_index": 0, "content_index": 0, "item_id": "msg_1"}
    out = streamed(
        {"type": "response.created", "sequence_number": 0, "response": response(status="in_progress")},
        {"type": "response.in_progress", "response": response(status="in_progress")},
        item_added({"type": "message", "id": "msg_1", "role": "assistant", "content": []}),
        {"type": "response.content_part.added", **at, "part": {"type": "output_text", "text": ""}},
        delta("Hel", **at), delta("lo", obfuscation="x7", **at),
        {"type": "response.output_text.done", "text": "Hello", **at},
        {"type": "response.content_part.done", **at, "part": {"type": "output_text", "text": "Hello"}},
        item_done(message("Hello")), ended("completed", message("Hello"), usage=USAGE), named=named)
    assert out.message == Message("assistant", (Text("Hello"),), "p/m")
    assert out.finished == "stop" and out.error is None
    assert [e.usage for e in out.events if isinstance(e, UsageReport)] == [Usage(9, 7, 4, None, 5)]
    assert {"id": "resp_1", "model": "m"} in [e.data for e in out.events if isinstance(e, ResponseInfo)]


def test_whole_is_the_same_as_streamed() -> None:
    reasoning = {"type": "reasoning", "id": "rs_1", "summary": [{"type": "summary_text", "text": "First."},
                                                               {"type": "summary_text", "text": "Then."}],
                 "encrypted_content": "gAAA"}
    call = {"type": "function_call", "id": "fc_1", "call_id": "call_1", "name": "look", "arguments": '{"a":1}'}
    items = (reasoning, message("One", "Two"), call)
    one = whole(response(*items, usage=USAGE))
    other = streamed(
        item_added({"type": "reasoning", "id": "rs_1", "summary": [], "encrypted_content": "half"}),
        delta("Fir", "reasoning_summary_text", item_id="rs_1", output_index=0, summary_index=0),
        delta("st.", "reasoning_summary_text", item_id="rs_1", output_index=0, summary_index=0),
        delta("Then.", "reasoning_summary_text", item_id="rs_1", output_index=0, summary_index=1),
        item_done(reasoning),
        delta("One", output_index=1, content_index=0), delta("Two", output_index=1, content_index=1),
        item_done(message("One", "Two"), 1),
        item_added({**call, "arguments": ""}, 2), delta('{"a"', "function_call_arguments", output_index=2),
        delta(":1}", "function_call_arguments", output_index=2), item_done(call, 2),
        ended("completed", *items, usage=USAGE))
    assert one.message == other.message
    assert one.message.parts == (
        Reasoning("First.\n\nThen."), Text("OneTwo"), ToolCall("call_1", "look", '{"a":1}'))
    assert one.finished == other.finished == "tool_calls"
    assert one.message.extra == {"items": list(items), "items_from": "https://x.example:443"}


def test_nothing_is_kept_that_the_parts_say_as_well() -> None:
    call = {"type": "function_call", "id": "fc_1", "call_id": "c", "name": "f", "arguments": "{}"}
    assert not whole(response(message("Hello"), call)).message.extra
    assert whole(response(message("Now I look.", phase="commentary"), message("So."))).message.extra["items"]


def test_servers_that_number_nothing() -> None:
    """llama.cpp: no output_index, no content_index; then items are found by their ids, else by what is open."""
    out = streamed(
        {"type": "response.created", "response": {"id": "r", "object": "response", "status": "in_progress"}},
        {"type": "response.output_item.added", "item": {"type": "reasoning", "id": "rs_1", "summary": []}},
        delta("Hm.", "reasoning_text", item_id="rs_1"),
        {"type": "response.output_item.done",
         "item": {"type": "reasoning", "id": "rs_1", "content": [{"type": "reasoning_text", "text": "Hm."}]}},
        {"type": "response.output_item.added", "item": {"type": "message", "id": "msg_1", "content": []}},
        delta("Yes", item_id="msg_1"), delta(".", item_id="msg_1"),
        {"type": "response.output_item.done", "item": message("Yes.")}, ended("completed"))
    assert out.text == "Yes." and out.reasoning == "Hm." and out.finished == "stop"


def test_pieces_of_items_that_were_never_opened() -> None:
    out = streamed(delta("Thinking.", "reasoning_text"), delta("Hello"), delta(" there"), ended())
    assert out.text == "Hello there" and out.reasoning == "Thinking."


def test_one_number_for_all_items() -> None:
    out = streamed(delta("Hm.", "reasoning_summary_text", output_index=0), delta("Hello", output_index=0), ended())
    assert out.text == "Hello" and out.reasoning == "Hm."


def test_what_the_end_says_more_is_told() -> None:
    out = streamed(delta("Hel", output_index=0), item_done(message("Hello")), ended("completed", message("Hello")))
    assert out.text == "Hello"


def test_what_the_end_says_otherwise_counts() -> None:
    out = streamed(delta("Draft", output_index=0), delta("Second", output_index=1),
                   item_done(message("Hello")), ended("completed", message("Hello"), message("Second", id="msg_2")))
    assert out.text == "Hello\n\nSecond"


def test_items_that_come_only_with_the_end() -> None:
    out = streamed({"type": "response.created", "response": response(status="in_progress")},
                   ended("completed", message("Hello")))
    assert out.text == "Hello" and out.finished == "stop"


def test_items_under_another_name_at_the_end_are_told_once() -> None:
    out = streamed(delta("Hello", item_id="a"), ended("completed", message("Hello", id="b")))
    assert out.text == "Hello"


def test_messages_that_interleave_are_put_in_order() -> None:
    out = streamed(delta("B", output_index=1), delta("A", output_index=0), delta("B", output_index=1), ended())
    assert out.text == "A\n\nBB"


def test_a_refusal() -> None:
    refusal = {"type": "message", "id": "m", "content": [{"type": "refusal", "refusal": "I cannot."}]}
    assert streamed(delta("I can", "refusal", output_index=0), item_done(refusal), ended()).text == "I cannot."
    assert whole(response(refusal)).text == "I cannot."


def test_calls_of_the_server_are_shown_with_what_came_of_them() -> None:
    search = {"type": "web_search_call", "id": "ws_1", "status": "completed",
              "action": {"type": "search", "query": "Qt 6.11"}}
    code = {"type": "code_interpreter_call", "id": "ci_1", "status": "completed", "code": "print(1)",
            "container_id": "c", "outputs": [{"type": "logs", "logs": "1\n"}]}
    remote = {"type": "mcp_call", "id": "mcp_1", "server_label": "docs", "name": "find", "arguments": '{"q":"x"}',
              "error": "not found"}
    out = streamed(
        {"type": "response.web_search_call.searching", "item_id": "ws_1", "output_index": 0},
        item_done(search), item_done(code, 1), item_done(remote, 2), delta("Done.", output_index=3),
        item_done(message("Done."), 3), ended("completed", search, code, remote, message("Done.")))
    calls = out.all(ToolCall)
    assert [(call.name, json.loads(call.arguments)) for call in calls] == [
        ("web_search", {"action": {"type": "search", "query": "Qt 6.11"}}),
        ("code_interpreter", {"code": "print(1)"}), ("docs.find", {"q": "x"})]
    assert all(call.extra == {BY_SERVER: True} for call in calls)
    assert [(one.call_id, one.text, one.is_error) for one in out.all(ToolResult)] == [
        ("ci_1", "1\n", False), ("mcp_1", "not found", True)]
    assert out.finished == "stop", "the user owes no result"
    assert [event.note for event in out.events if isinstance(event, Alive)] == ["Searching the web"]


def test_a_question_whether_a_remote_server_may_be_called() -> None:
    asked = {"type": "mcp_approval_request", "id": "mcpr_1", "server_label": "docs", "name": "find", "arguments": "{}"}
    out = whole(response(asked))
    assert out.all(ToolCall) == [ToolCall("mcpr_1", "docs.find", "{}", {"type": "mcp_approval"})]
    assert out.finished == "tool_calls"


def test_a_picture_and_its_preview() -> None:
    final = {"type": "image_generation_call", "id": "ig_1", "result": PNG, "output_format": "webp"}
    out = streamed(
        {"type": "response.image_generation_call.partial_image", "item_id": "ig_1", "output_index": 0,
         "partial_image_index": 0, "partial_image_b64": base64.b64encode(b"rough").decode()},
        item_done(final), ended("completed", final))
    (image,) = out.all(Image)
    assert out.blobs == [b"rough", b"PNG"] and image.blob == Blob("2", 3, "image/webp", "")
    (kept,) = out.message.extra["items"]  # type: ignore[misc]
    assert PNG not in json.dumps(kept) and kept["result"].startswith("sha256:")  # type: ignore[index, call-overload]


def test_sources() -> None:
    cited = {"type": "url_citation", "url": "https://a.example/", "title": "A", "start_index": 0, "end_index": 999}
    filed = {"type": "file_citation", "file_id": "f", "filename": "notes.txt", "index": 1}
    text = message("See.")
    text["content"][0]["annotations"] = [cited, filed]
    out = streamed(
        delta("See.", output_index=0),
        {"type": "response.output_text.annotation.added", "output_index": 0, "annotation": cited},
        item_done(text), ended("completed", text))
    assert out.all(Citation) == whole(response(text)).all(Citation) == [
        Citation("https://a.example/", "A", {"passages": [
            {"type": "url_citation", "start_index": 0, "end_index": 999}]}),
        Citation("", "notes.txt", {"passages": [filed]})]


@pytest.mark.parametrize("again", [False, True])
def test_a_source_is_cited_where_it_stands_in_the_reply(again: bool) -> None:
    """The server counts from the beginning of a text; the reply joins several, in the order of their items."""
    one, two = message("Rain.", "Or 雨.", id="m1"), message("Sun.", id="m2")
    for part, word in ((one["content"][0], "Rain"), (one["content"][1], "雨"), (two["content"][0], "Sun")):
        start = part["text"].index(word)
        part["annotations"] = [{"type": "url_citation", "url": f"https://{len(word)}.example/", "title": word,
                                "start_index": start, "end_index": start + len(word)}]
    order = [(two, 1), (one, 0)] if again else [(one, 0), (two, 1)]
    for out in (whole(response(one, two)), streamed(*(item_done(item, at) for item, at in order), ended())):
        assert out.text == "Rain.Or 雨.\n\nSun."
        for source in out.all(Citation):
            (passage,) = source.extra["passages"]
            assert out.text[passage["start_index"]:passage["end_index"]] == source.title


CLICK = {"type": "computer_call", "id": "cc_1", "call_id": "call_1", "action": {"type": "click"}}
PATCH = {"type": "apply_patch_call", "id": "ap_1", "call_id": "call_1", "operation": {"type": "create_file"}}
SHELL = {"type": "shell_call", "id": "sh_1", "call_id": "call_1", "action": {"commands": ["ls"]}}


@pytest.mark.parametrize("item", [CLICK, PATCH, SHELL, {**SHELL, "environment": {"type": "local"}},
                                  {**SHELL, "type": "local_shell_call"}])
def test_a_call_for_the_users_computer_was_not_run(item: dict[str, Any]) -> None:
    out = whole(response(item, message("Wait.")))
    (call,), (result,) = out.all(ToolCall), out.all(ToolResult)
    assert call.extra == result.extra == {BY_SERVER: True} and result.call_id == call.id == "call_1"
    assert result.is_error and result.text == "This tool call was not run." and out.finished == "stop"


def test_a_shell_of_the_servers_own() -> None:
    ran = {**SHELL, "environment": {"type": "container_auto"}}
    said = {"type": "shell_call_output", "id": "so_1", "call_id": "call_1", "output": [{"stdout": "a.txt\n"}]}
    out = whole(response(ran, said, message("One file.")))
    (call,), (result,) = out.all(ToolCall), out.all(ToolResult)
    assert (call.id, call.name) == ("call_1", "shell") and result.call_id == "call_1" and not result.is_error
    assert "a.txt" in result.text


def test_a_refusal_is_marked() -> None:
    refused = message("First.")
    refused["content"].append({"type": "refusal", "refusal": "I can't."})
    for out in (whole(response(refused)), streamed(item_done(refused), ended())):
        assert out.text == "First.I can't." and out.message.extra["refusal"] == "I can't."
    assert "refusal" not in whole(response(message("Yes."))).message.extra


def test_probabilities_come_once() -> None:
    token = {"token": "Hi", "logprob": -0.5, "top_logprobs": []}
    part = message("Hi")
    part["content"][0]["logprobs"] = [token]
    one = whole(response(part))
    other = streamed({**delta("Hi", output_index=0), "logprobs": [token]}, item_done(part), ended())
    for out in (one, other):
        assert [e.tokens[0].logprob for e in out.events if type(e).__name__ == "Logprobs"] == [-0.5]


@pytest.mark.parametrize(("reason", "finished"), [
    ("max_output_tokens", "length"), ("content_filter", "content_filter"), ("", "length")])
def test_incomplete(reason: str, finished: str) -> None:
    details = {"reason": reason} if reason else None
    out = streamed(delta("Hel", output_index=0), ended("incomplete", incomplete_details=details))
    assert out.text == "Hel" and out.finished == finished and out.error is None


def test_a_reply_that_was_cut_off_and_called_complete() -> None:
    """llama.cpp and transformers."""
    cut = streamed(delta("Hel", output_index=0), ended("completed", usage=USAGE), limit=7)
    assert cut.finished == "length"
    assert streamed(delta("Hel", output_index=0), ended("completed", usage=USAGE), limit=8).finished == "stop"


@pytest.mark.parametrize("event", [
    ended("failed", error={"code": "server_error", "message": "The model broke."}),
    {"type": "error", "code": "server_error", "message": "The model broke.", "param": None},
    {"type": "error", "error": {"type": "server_error", "message": "The model broke."}},
    {"error": {"message": "The model broke.", "type": "server_error"}},
])
def test_failed(event: dict[str, Any]) -> None:
    out = streamed(delta("Hel", output_index=0), event)
    assert out.text == "Hel" and not out.finished and out.error is not None
    assert "The model broke." in str(out.error)


def test_cancelled() -> None:
    out = streamed(delta("Hel", output_index=0), ended("cancelled"))
    assert str(out.error) == "The reply was cancelled at X. What came is kept."


def test_an_end_that_was_not_announced_is_an_interruption() -> None:
    out = streamed(delta("Hel", output_index=0))
    assert out.error is not None and out.error.kind == "interrupted" and not out.finished
    assert streamed(delta("Hel", output_index=0), done=True).finished == "stop", "[DONE] is enough"
    assert streamed().error is not None


def test_damaged_events_are_not_passed_over() -> None:
    reader = ResponsesReader("X")
    events = [*reader.event(ServerEvent(json.dumps(delta("Hel", output_index=0)))),
              *reader.event(ServerEvent('{"type":"response.output_text.delta","delta":"l'))]
    events += reader.event(ServerEvent(json.dumps(ended())))
    out = Read([*events, *reader.end(True)])
    assert out.error is not None and "cannot be read" in str(out.error)


def test_items_of_unknown_kinds_are_shown_and_kept() -> None:
    odd = {"type": "acme:thing", "id": "x_1", "value": 3}
    out = whole(response(odd, message("Hello")))
    assert [(one.name, one.arguments) for one in out.all(ToolCall)] == [("acme:thing", '{"value": 3}')]
    assert out.message.extra["items"] == [odd, message("Hello")]


def test_a_response_that_is_still_being_made() -> None:
    out = whole(response(status="queued"))
    assert not out.finished and out.error is not None


def test_the_id_is_kept_where_the_server_keeps_the_response() -> None:
    assert whole(response(message("Hi")), kept=True).message.extra == {
        "response": "resp_1", "items_from": "https://x.example:443"}


def test_items_that_all_have_one_number_are_kept_apart_by_their_ids() -> None:
    calls = [{"type": "function_call", "id": f"f{n}", "call_id": f"c{n}", "name": "f", "arguments": "{}"} for n in "12"]
    out = streamed(*(item_done(call) for call in calls), item_done(message("One", id="a")),
                   item_done(message("Two", id="b")), ended())
    assert [call.id for call in out.all(ToolCall)] == ["c1", "c2"] and out.text == "One\n\nTwo"


def test_another_id_in_each_event_makes_no_other_item() -> None:
    out = streamed({"type": "response.output_item.added", "item": {"type": "message", "id": "x1", "content": []}},
                   delta("Hel", item_id="x2"), delta("lo", item_id="x3"),
                   {"type": "response.output_item.done", "item": message("Hello", id="x4")}, ended())
    assert out.text == "Hello"


def test_a_refusal_beside_a_text_without_numbers_is_told_once() -> None:
    both = {"type": "message", "id": "m", "content": [{"type": "output_text", "text": "So."},
                                                       {"type": "refusal", "refusal": "No."}]}
    out = streamed(delta("So.", item_id="m"), delta("No.", "refusal", item_id="m"),
                   {"type": "response.output_item.done", "item": both}, ended())
    assert out.text == "So.No."


def test_arguments_that_are_an_object() -> None:
    call = {"type": "function_call", "id": "f", "call_id": "c", "name": "f", "arguments": {"a": 1}}
    assert whole(response(call)).all(ToolCall) == [ToolCall("c", "f", '{"a": 1}')]


def test_a_kind_of_picture_that_is_none_leads_nowhere() -> None:
    out = whole(response({"type": "image_generation_call", "id": "i", "result": PNG, "output_format": "../../x"}))
    assert out.all(Image)[0].blob.mime == "image/png"


def test_a_server_whose_tools_cannot_be_reached() -> None:
    failed = {"type": "mcp_list_tools", "id": "l", "server_label": "docs", "error": "could not connect"}
    assert [one.text for one in whole(response(failed, message("Hi"))).all(ToolResult)] == ["could not connect"]


@pytest.mark.parametrize("name", ["../../admin", "a/b", "x?y=1", "x#y", "..", 7, None])
def test_an_id_that_cannot_stand_in_an_address_is_not_asked_for(name: Any) -> None:
    reader = ResponsesReader("X")
    list(reader.event(ServerEvent(json.dumps({"type": "response.created", "sequence_number": True, "response": {
        "id": name, "status": "queued"}}))))
    assert reader.id == "" and reader.sequence is None


@pytest.mark.costly
def test_many_items_cost_no_more_than_as_many_words() -> None:
    """Twelve thousand of them, the whole response behind them."""
    items = [message(f"{n}. ", id=f"m{n}") for n in range(12_000)]
    out = streamed(*(item_done(item, at) for at, item in enumerate(items)), ended("completed", *items))
    assert out.text.count(". ") == 12_000 and out.finished == "stop"
