"""``workbench ask`` against the built-in models and a scripted server."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import Cli
from tests.support.server import Hang, Reply, Server, chat, json_reply, sse, text_reply

CHAT = ("POST", "/v1/chat/completions")


@pytest.fixture
def local(cli: Cli, server: Server) -> Cli:
    assert cli("providers", "add", "local", "--base-url", f"{server.url}/v1", "--no-key").code == 0
    return cli


def test_the_guide_answers_at_once_and_offline(cli: Cli) -> None:
    answer = cli("ask", "What can you do?")
    assert answer.code == 0 and "Chat" in answer.out and answer.err == ""


def test_the_same_seed_gives_the_same_text(cli: Cli) -> None:
    ask = ("ask", "-m", "builtin/ngram", "-p", "seed=1", "-p", "max_tokens=40")
    first, second = (cli(*ask, "-p", "temperature=0", "The request") for _ in range(2))
    assert first.out == second.out and len(first.out.split()) > 10
    assert cli(*ask, "-p", "temperature=1.5", "The request").out != first.out


def test_json_has_everything(local: Cli, server: Server) -> None:
    server.on(*CHAT, chat("Hel", "lo", usage={"prompt_tokens": 3, "completion_tokens": 2, "total_tokens": 5}))
    answer = local("ask", "--json", "-m", "local/m", "-s", "Be brief.", "-p", "temperature=0.5", "Hi").json
    assert answer["text"] == "Hello" and answer["finish_reason"] == "stop"
    assert answer["usage"]["input"] == 3 and answer["usage"]["output"] == 2
    assert answer["timings"]["first_token"] > 0
    assert answer["request"]["body"] == server.requests[0].json
    assert server.requests[0].json["messages"] == [
        {"role": "system", "content": "Be brief."}, {"role": "user", "content": "Hi"}]
    assert server.requests[0].json["temperature"] == 0.5
    shown = local("show", answer["conversation"], "--json").json
    assert [message["role"] for message in shown["messages"]] == ["user", "assistant"]
    assert shown["messages"][1]["id"] == answer["message"]


def test_a_key_that_the_server_repeats_is_not_kept(
        cli: Cli, server: Server, isolated: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    key = "sk-canary-0123456789"
    monkeypatch.setenv("ECHO_API_KEY", key)
    assert cli("providers", "add", "echo", "--base-url", f"{server.url}/v1").code == 0
    server.on(*CHAT, chat("You sent Bearer sk-", "canary-01234", "56789, didn't you?"))
    answer = cli("ask", "-m", "echo/m", "What did I send?")
    assert answer.out == "You sent Bearer sk-$API_KEY, didn't you?\n"
    assert not [path for path in isolated.rglob("*") if path.is_file() and key.encode() in path.read_bytes()]


def test_secrets_of_tools_lie_in_the_keyring_alone(
        local: Cli, server: Server, isolated: Path, tmp_path: Path, secret_service: Any) -> None:
    tool = {"type": "mcp", "server_label": "docs", "server_url": "https://mcp.example", "authorization": "canary-77"}
    server.on(*CHAT, chat("Yes."), chat("Again."), chat("Unsaved."))
    params = ("-p", f"tools={json.dumps([tool])}")
    first = local("ask", "-m", "local/m", *params, "--json", "Hi")
    assert first.code == 0 and "canary-77" in str(secret_service())
    second = local("ask", "--continue", first.json["conversation"], "--json", "And?")
    local("export", "--all", "--format", "json", "-o", str(tmp_path / "all.json"))
    third = local("ask", "-m", "local/m", "--no-save", *params, "--json", "Hi")
    assert [one.json["tools"] for one in server.requests] == [[tool]] * 3
    for shown in (first, second, third):
        assert "canary-77" not in shown.out + shown.err and "mcp.example" in shown.out
    for path in (*isolated.rglob("*"), tmp_path / "all.json"):
        assert not path.is_file() or b"canary-77" not in path.read_bytes(), path


def test_secrets_of_tools_without_a_keyring(local: Cli, server: Server, isolated: Path) -> None:
    """Nothing is stored, and it is said how to go on."""
    server.on(*CHAT, chat("Yes."))
    tool = {"type": "mcp", "server_label": "docs", "server_url": "https://mcp.example", "authorization": "canary-77"}
    ask = ("ask", "-m", "local/m", "-p", f"tools={json.dumps([tool])}")
    refused = local(*ask, "Hi")
    assert refused.code == 1 and "--no-save" in refused.err and not server.requests
    assert local(*ask, "--no-save", "Hi").out == "Yes.\n" and server.requests[0].json["tools"] == [tool]


def test_json_tells_refusals_and_what_the_server_did(cli: Cli, server: Server) -> None:
    items = [{"type": "mcp_call", "id": "m1", "server_label": "docs", "name": "find", "arguments": "{}",
              "output": "2 found"},
             {"type": "shell_call", "id": "s1", "call_id": "c1", "action": {"commands": ["ls"]}},
             {"type": "message", "id": "t1", "content": [{"type": "refusal", "refusal": "I can't."}]}]
    server.on("POST", "/v1/responses", json_reply({"id": "r", "status": "completed", "output": items}))
    cli("providers", "add", "p", "--base-url", f"{server.url}/v1", "--protocol", "openai-responses", "--no-key")
    answer = cli("ask", "-m", "p/m", "--json", "--no-save", "Do it").json
    assert answer["refusal"] == answer["text"] == "I can't." and answer["tool_calls"] == []
    assert [(call["name"], call["result"], call["is_error"]) for call in answer["server_calls"]] == [
        ("docs.find", "2 found", False), ("shell", "This tool call was not run.", True)]


def test_a_reply_that_starts_again(cli: Cli, server: Server) -> None:
    def text(id: str, words: str) -> list[dict[str, object]]:
        return [{"type": "message_start", "message": {"id": id}},
                {"type": "content_block_start", "index": 0, "content_block": {"type": "text", "text": words}}]

    cli("providers", "add", "claude", "--base-url", server.url, "--protocol", "anthropic-messages", "--no-key")
    server.on("POST", "/v1/messages", sse(*text("a", "It is"), *text("b", "It rains."), {
        "type": "message_delta", "delta": {"stop_reason": "end_turn"}}, done=False))
    answer = cli("ask", "-m", "claude/m", "Weather?")
    assert answer.code == 0 and answer.out == "It is\nIt rains.\n" and "began its reply again" in answer.err
    shown = cli("list", "--json").json[0]["id"]
    assert cli("show", shown, "--json").json["messages"][1]["parts"] == [{"kind": "text", "text": "It rains."}]


def test_a_chat_goes_on(local: Cli, server: Server) -> None:
    server.on(*CHAT, chat("Blue."), chat("Sea."))
    first = local("ask", "--json", "-m", "local/m", "A colour?").json
    second = local("ask", "--json", "--continue", first["conversation"], "-", stdin="And a place?").json
    assert second["conversation"] == first["conversation"]
    assert [message["content"] for message in server.requests[1].json["messages"]] == [
        "A colour?", "Blue.", "And a place?"]


def test_nothing_is_kept_with_no_save(local: Cli, server: Server) -> None:
    server.on(*CHAT, chat("Hello"))
    assert local("ask", "--no-save", "-m", "local/m", "Hi").out == "Hello\n"
    assert local("list", "--json").json == []


def test_no_save_leaves_no_trace_on_the_disk(local: Cli, server: Server, tmp_path: Path, isolated: Path) -> None:
    refused = json_reply({"error": {"message": "Unsupported parameter: temperature", "param": "temperature"}}, 400)
    server.on(*CHAT, refused, chat("The quetzalcoatlus flew."))
    (tmp_path / "quetzalcoatlus.txt").write_text("On the quetzalcoatlus")
    answer = local("ask", "--no-save", "--json", "-m", "local/m", "-s", "Speak of the quetzalcoatlus", "-p",
                   "temperature=0.5", "-a", str(tmp_path / "quetzalcoatlus.txt"), "What is a quetzalcoatlus?")
    assert "quetzalcoatlus" in answer.json["text"] and len(server.requests) == 2
    files = [path for path in isolated.rglob("*") if path.is_file()]
    assert files and not [path for path in files if b"quetzalcoatlus" in path.read_bytes()]


@pytest.mark.process
def test_a_picture_and_a_file_go_along(local: Cli, server: Server, tmp_path: Path) -> None:
    from PIL import Image

    Image.new("RGB", (8, 8), "red").save(tmp_path / "red.png")
    (tmp_path / "notes.txt").write_text("Remember me.")
    server.on(*CHAT, chat("Seen."))
    files = ("-a", str(tmp_path / "red.png"), "-a", str(tmp_path / "notes.txt"))
    assert local("ask", "-m", "local/m", *files, "Look").code == 0
    content = server.requests[0].json["messages"][0]["content"]
    assert [part["type"] for part in content].count("image_url") == 1
    assert any("Remember me." in part.get("text", "") for part in content)


@pytest.mark.parametrize(("reply", "code", "sentence"), [
    (json_reply({"error": {"message": "Incorrect API key", "code": "invalid_api_key"}}, 401), 3, "key"),
    (json_reply({"error": {"message": "The model m does not exist", "code": "model_not_found"}}, 404), 3, "m"),
    (text_reply("<html><body>Welcome to nginx</body></html>", 200, "text/html"), 3, "web page"),
    (Reply(body=[], headers={"Content-Type": "text/event-stream"}), 3, "without an answer"),
])
def test_bad_answers_are_one_sentence(local: Cli, server: Server, reply: Reply, code: int, sentence: str) -> None:
    server.on(*CHAT, reply)
    answer = local("ask", "-m", "local/m", "Hi")
    assert answer.code == code and sentence in answer.err and answer.out == "" and "Traceback" not in answer.err


def test_a_cut_stream_keeps_what_came(local: Cli, server: Server) -> None:
    server.on(*CHAT, sse({"choices": [{"index": 0, "delta": {"content": "Half an"}}]}, done=False))
    answer = local("ask", "-m", "local/m", "Hi")
    assert answer.code == 5 and answer.out == "Half an\n"
    chat_id = local("list", "--json").json[0]["id"]
    kept = local("show", chat_id, "--json").json["messages"][1]
    assert kept["status"] == "interrupted" and kept["parts"][0]["text"] == "Half an"


def test_nobody_there(cli: Cli) -> None:
    cli("providers", "add", "gone", "--base-url", "http://127.0.0.1:9/v1", "--no-key")
    answer = cli("ask", "-m", "gone/m", "Hi")
    assert answer.code == 4 and answer.err.count("\n") <= 6 and "Traceback" not in answer.err


@pytest.mark.parametrize(("arguments", "sentence"), [
    (("ask", "-m", "nowhere/m", "Hi"), "nowhere"), (("ask", "-p", "temperature=9", "Hi"), "between 0 and 2"),
    (("ask", "-a", "missing.png", "Hi"), "There is no file"), (("ask", "  "), "prompt is empty"),
    (("ask", "--continue", "nothing", "Hi"), "nothing"),
])
def test_wrong_usage(cli: Cli, arguments: tuple[str, ...], sentence: str) -> None:
    answer = cli(*arguments)
    assert answer.code == 2 and sentence in answer.err and answer.out == ""


@pytest.mark.process
def test_stopped_by_the_user(local: Cli, server: Server) -> None:
    server.on(*CHAT, sse({"choices": [{"index": 0, "delta": {"content": "Going"}}]}, Hang(), done=False))
    process = subprocess.Popen(
        [sys.executable, "-m", "workbench", "ask", "-m", "local/m", "Hi"], stdout=subprocess.PIPE,
        stderr=subprocess.PIPE, text=True, env=dict(os.environ),
    )
    assert process.stdout is not None
    assert process.stdout.read(5) == "Going"
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=20)
    assert process.returncode == 130 and "Traceback" not in err
    kept = local("show", local("list", "--json").json[0]["id"], "--json").json["messages"][1]
    assert kept["status"] == "stopped" and kept["parts"][0]["text"] == "Going"


@pytest.mark.process
def test_no_command_loads_qt(isolated: Path) -> None:
    code = (
        "import sys; sys.argv = ['workbench', 'ask', 'What can you do?'];"
        "from workbench.__main__ import main; code = main();"
        "print([name for name in sys.modules if name.startswith(('PySide6', 'qasync', 'httpx', 'keyring', 'PIL'))],"
        " file=sys.stderr); sys.exit(code)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stderr.strip().splitlines()[-1] == "[]"


@pytest.mark.parametrize("save", [[], ["--no-save"]])
def test_json_has_sources_pictures_and_all_choices(local: Cli, server: Server, save: list[str]) -> None:
    picture = {"type": "image_url", "image_url": {"url": "data:image/png;base64,iVBORw0="}}
    message = {"content": "Blue [1].", "images": [picture],
               "annotations": [{"type": "url_citation", "url_citation": {"url": "https://a/b", "title": "A"}}]}
    server.on(*CHAT, json_reply({"choices": [
        {"index": 0, "message": message, "finish_reason": "stop"},
        {"index": 1, "message": {"content": "Green."}, "finish_reason": "length"}]}))
    answer = local("ask", "--json", *save, "-m", "local/m", "-p", "n=2", "-p", "stream=false", "A colour?").json
    assert answer["citations"] == [{"url": "https://a/b", "title": "A"}]
    assert answer["images"] == [{"mime": "image/png", "data": "iVBORw0="}]
    assert [choice["text"] for choice in answer["choices"]] == ["Blue [1].", "Green."]
    assert [choice["finish_reason"] for choice in answer["choices"]] == ["stop", "length"]


@pytest.mark.parametrize("save", [[], ["--no-save"]])
def test_all_replies_are_printed(local: Cli, server: Server, save: list[str]) -> None:
    def piece(index: int, text: str) -> dict[str, Any]:
        return {"choices": [{"index": index, "delta": {"content": text}}]}

    ends = {"choices": [{"index": index, "delta": {}, "finish_reason": "stop"} for index in range(3)]}
    server.on(*CHAT, sse(piece(1, "Gr"), piece(0, "Blue."), piece(2, "Red.\n"), piece(1, "een."), ends))
    answer = local("ask", *save, "-m", "local/m", "-p", "n=3", "A colour?")
    assert (answer.code, answer.out) == (0, "Blue.\nGreen.\nRed.\n")
    assert "Reply 2 of 3:" in answer.err and "Reply 3 of 3:" in answer.err
    server.on(*CHAT, sse(piece(0, "Blue."), ends))
    partly = local("ask", *save, "-m", "local/m", "-p", "n=3", "A colour?")
    assert partly.out == "Blue.\n" and partly.err.count("Reply 2 of 3 is empty.") == 1


@pytest.mark.parametrize("save", [[], ["--no-save"]])
def test_what_is_cited_is_in_the_json(local: Cli, server: Server, save: list[str]) -> None:
    where = {"type": "char_location", "cited_text": "grass", "start_char_index": 3, "document_title": "Guide"}
    server.on(*CHAT, json_reply({"choices": [{"index": 0, "finish_reason": "stop", "message": {
        "content": "Green.", "annotations": [where, {**where, "start_char_index": 9}, where]}}]}))
    answer = local("ask", "--json", *save, "-m", "local/m", "-p", "stream=false", "Hi").json
    assert answer["citations"] == [
        {"url": "", "title": "Guide", "passages": [where, {**where, "start_char_index": 9}]}]


@pytest.mark.parametrize("save", [[], ["--no-save"]])
def test_a_reply_without_text_is_explained(local: Cli, server: Server, save: list[str]) -> None:
    call = {"id": "c", "type": "function", "function": {"name": "weather", "arguments": "{}"}}
    for message, reason, code, words in (
            ({"tool_calls": [call]}, "tool_calls", 0, "called tools and wrote no text: weather"),
            ({"content": ""}, "content_filter", 3, "withheld this reply"),
            ({"content": "", "reasoning": "hm"}, "length", 3, "lower the reasoning effort"),
            ({"content": ""}, "stop", 3, "empty reply")):
        server.on(*CHAT, json_reply({"choices": [{"index": 0, "message": message, "finish_reason": reason}]}))
        answer = local("ask", *save, "-m", "local/m", "-p", "stream=false", "Hi")
        assert answer.code == code and words in answer.err


def test_sources_are_in_the_order_of_the_numbers_in_the_text(local: Cli, server: Server) -> None:
    server.on(*CHAT, json_reply({"citations": ["https://a.example", "https://b.example"], "choices": [{
        "index": 0, "message": {"content": "It rains [2]."}, "finish_reason": "stop"}]}))
    assert local("ask", "--json", "-m", "local/m", "-p", "stream=false", "Hi").json["citations"] == [
        {"url": "https://a.example", "title": ""}, {"url": "https://b.example", "title": ""}]


def test_what_was_configured_is_in_no_record(local: Cli, server: Server, isolated: Path, tmp_path: Path) -> None:
    """Secrets are put into headers and fields of any name: all of what the user configured is left out."""
    server.on(*CHAT, chat("Hello."))
    secrets = ("canary-head-1", "canary-field-2", "canary-query-3")
    from workbench.storage.settings_file import open_settings

    settings = open_settings(isolated)
    config = replace(settings.value.providers["local"], headers={"X-Functions-Key": secrets[0]},
                     add_fields={"metadata": {"password": secrets[1]}})
    settings.change(providers={"local": config})
    answer = local("ask", "-m", "local/m", "--json", "Hi")
    assert server.requests[0].header("x-functions-key") == secrets[0], "it is sent"
    assert server.requests[0].json["metadata"] == {"password": secrets[1]}
    local("export", "--all", "--format", "json", "-o", str(tmp_path / "out.json"))
    local("backup", str(tmp_path / "copy"))
    written = [answer.out + answer.err, *(path.read_bytes().decode("latin-1") for path in tmp_path.rglob("*")
                                          if path.is_file() and path.name != "settings.toml")]
    assert not [secret for secret in secrets for text in written if secret in text]


@pytest.mark.parametrize("proxy", ["http://user:x@127.0.0.1:99999", "http://127.0.0.1:0", "socks9://h:1"])
def test_a_proxy_that_cannot_be_is_said_at_once(local: Cli, isolated: Path, proxy: str) -> None:
    from workbench.storage.settings_file import open_settings

    settings = open_settings(isolated)
    settings.change(providers={"local": replace(settings.value.providers["local"], proxy=proxy)}, retries=0)
    answer = local("ask", "-m", "local/m", "Hi")
    assert answer.code == 4 and "x@" not in answer.err and "Traceback" not in answer.err


@pytest.mark.parametrize("save", [[], ["--no-save"]])
def test_what_the_text_does_not_show_is_told(local: Cli, server: Server, save: list[str]) -> None:
    call = {"id": "c", "type": "function", "function": {"name": "weather", "arguments": "{}"}}
    sound = {"id": "a", "data": "aGk=", "transcript": "Hello aloud"}
    picture = {"image_url": {"url": "data:image/png;base64,iVBORw0KGgo="}}
    for message, reason, out, words in (
            ({"content": "Wait.", "tool_calls": [call]}, "tool_calls", "Wait.\n", "also called tools: weather."),
            ({"content": "Half an"}, "length", "Half an\n", "ended at its limit of tokens"),
            ({"content": None, "tool_calls": [call]}, "length", "", "ended at its limit of tokens"),
            ({"content": None, "audio": sound}, "stop", "Hello aloud\n", "The reply is spoken; “--json”"),
            ({"content": "See:", "images": [picture, {"image_url": "https://b"}]}, "stop", "See:\n", "2 pictures"),
            ({"content": "Done."}, "stop", "Done.\n", "")):
        server.on(*CHAT, json_reply({"choices": [{"index": 0, "message": message, "finish_reason": reason}]}))
        answer = local("ask", *save, "-m", "local/m", "-p", "stream=false", "Hi")
        assert (answer.code, answer.out) == (0, out) and words in answer.err and bool(words) == bool(answer.err)
    server.on(*CHAT, json_reply({"choices": [{"message": {"audio": sound}, "finish_reason": "stop"}]}))
    assert local("ask", "--json", *save, "-m", "local/m", "-p", "stream=false", "Hi").json["audio"] == [
        {"transcript": "Hello aloud", "mime": "audio/wav", "data": "aGk="}]
