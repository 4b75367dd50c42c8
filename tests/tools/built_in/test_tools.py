"""Built-in tools, with the store, the files and the pages that they work on."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.conftest import Run
from tests.support.server import Reply, Server
from workbench.app import open_services
from workbench.core.chat.chats import Chat
from workbench.core.chat.messages import user
from workbench.core.json_types import JsonObject
from workbench.core.services import Services
from workbench.core.tools.tool import Outcome
from workbench.tools.built_in.tools import TOOLS

PAGE = "<html><head><title>x</title><script>no()</script></head><body><h1>雨</h1><p>It <b>rains</b>.</p></body></html>"


async def call(services: Services, name: str, arguments: JsonObject) -> Outcome:
    services.settings.change(built_in_tools=[tool.name for tool in TOOLS])
    (tool,) = await services.tools().find([name])
    assert services.validate_schema(arguments, dict(tool.schema)) == ""
    return await services.tools().call(tool, arguments)


@pytest.mark.process
def test_pages(run: Run, server: Server) -> None:
    server.on("GET", "/page", Reply(headers={"Content-Type": "text/html; charset=utf-8"}, body=[PAGE]))
    server.on("GET", "/data", Reply(headers={"Content-Type": "application/json"}, body=['{"a": 1}']))
    server.on("GET", "/empty", Reply(headers={"Content-Type": "text/html"}, body=["<script>x</script>"]))

    async def play() -> None:
        async with open_services(None) as services:
            refused = await call(services, "fetch_page", {"url": f"{server.url}/page"})
            assert refused.kind == "error" and "private network" in refused.text and not server.requests
            services.settings.change(private_pages=True)
            page = await call(services, "fetch_page", {"url": f"{server.url}/page"})
            assert page.kind == "ok" and page.text == f"{server.url}/page\n\n# 雨\n\nIt **rains**."
            data = await call(services, "fetch_page", {"url": f"{server.url}/data"})
            assert data.text.endswith('{"a": 1}')
            for url, words in ((f"{server.url}/empty", "has no text"), (f"{server.url}/none", "status 404"),
                               ("file:///etc/passwd", "no address of a page"), ("http://u:p@a.example/", "password"),
                               ("http://[", "no address of a page")):
                found = await call(services, "fetch_page", {"url": url})
                assert found.kind == "error" and words in found.text

    run(play())


def test_files(run: Run, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("Hello", "utf-8")

    async def play() -> None:
        async with open_services(None) as services:
            assert "chosen no folder" in (await call(services, "read_file", {"path": "a.txt"})).text
            services.settings.change(tool_folders=[str(tmp_path)])
            assert (await call(services, "read_file", {"path": "a.txt"})).text == "Hello"
            assert "a.txt 5" in (await call(services, "list_files", {})).text
            assert (await call(services, "read_file", {"path": "../x"})).kind == "error"

    run(play())


def test_chats_clock_and_calculator(run: Run) -> None:
    async def play() -> None:
        async with open_services(None) as services:
            chat = await services.store.create_chat(Chat("", "Weather"))
            await services.store.add_message(chat.id, None, user("The barometer falls."))
            found = await call(services, "search_chats", {"query": "barometer"})
            assert '"chat": "Weather"' in found.text and "barometer" in found.text
            assert (await call(services, "search_chats", {"query": "zzz"})).text == "Nothing was found."
            assert "+00:00" in (await call(services, "time", {"zone": "UTC"})).text
            assert "no time zone" in (await call(services, "time", {"zone": "../etc"})).text
            assert (await call(services, "calculate", {"expression": "6*7"})).text == "42"
            assert (await call(services, "calculate", {"expression": "1/0"})).kind == "error"

    run(play())
