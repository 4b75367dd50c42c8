"""The tool service: names of tools, secrets in the keyring, changed settings."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conftest import Run
from tests.tools.conftest import GOOD, python
from workbench.app import open_services
from workbench.core.errors import BadInput, ToolServerError
from workbench.core.services import Services
from workbench.core.settings import ToolServerConfig
from workbench.core.tools.server_secrets import into_keyring

pytestmark = pytest.mark.process


def add(services: Services, id: str = "mine", **changes: object) -> ToolServerConfig:
    command, args = python(GOOD)
    config = ToolServerConfig(id, command, args, **changes)  # type: ignore[arg-type]  # fields by name
    services.settings.change(tool_servers={**services.settings.value.tool_servers, id: config})
    return config


def test_names(run: Run) -> None:
    async def play() -> None:
        async with open_services(None) as services:
            add(services)
            services.settings.change(built_in_tools=["calculate"])
            tools = services.tools()
            found = await tools.find(["calculate", "mine/add", "mine"])
            names = [tool.full_name for tool in found]
            assert names[:3] == ["calculate", "mine/add", "mine/echo"] and len(set(names)) == len(names) == 10, names
            assert (await tools.call(found[0], {"expression": "6*7"})).text == "42"
            assert (await tools.call(found[1], {"a": 40, "b": 2})).text == "42"
            for name, words in (("mine/nope", "has no tool nope. It has add, echo"), ("time", "switched off"),
                                ("nope/x", "no server of tools nope"), ("nope", "There are mine, calculate")):
                with pytest.raises(BadInput, match=words):
                    await tools.find([name])
            services.settings.change(tool_servers={})
            gone = await tools.call(found[1], {})
            assert gone.kind == "error" and "no server of tools mine any more" in gone.text

    run(play())


def test_a_changed_server_is_another(run: Run, tmp_path: Path) -> None:
    note = tmp_path / "note"

    async def play() -> None:
        async with open_services(None) as services:
            add(services, env={"NOTE": str(note)})
            (tool,) = await services.tools().find(["mine/echo"])
            add(services, env={"NOTE": str(note), "MORE": "1"})
            assert (await services.tools().call(tool, {"text": "a"})).text == "a"
            assert note.read_text().count("started") == 2
            add(services, enabled=False)
            with pytest.raises(BadInput, match="switched off"):
                await services.tools().find(["mine"])

    run(play())


def test_secrets_lie_in_the_keyring(run: Run, secret_service: Callable[[], list[tuple[str, str]]]) -> None:
    async def play() -> None:
        async with open_services(None) as services:
            config = add(services, env={"SECRET": "s3cret-value", "MODE": "plain"})
            config = await into_keyring(config, services.secrets)
            services.settings.change(tool_servers={"mine": config})
            text = (services.data_folder / "settings.toml").read_text("utf-8")
            assert "s3cret-value" not in text and "plain" in text
            assert any("s3cret-value" in secret for _, secret in secret_service())
            (tool,) = await services.tools().find(["mine/environment"])
            assert "SECRET=s3cret-value" in (await services.tools().call(tool, {})).text
            # Another command does not get what was entered for this one.
            services.settings.change(tool_servers={"mine": ToolServerConfig("mine", "env", env=config.env)})
            with pytest.raises(ToolServerError, match=r"no value for SECRET .* or its command was changed"):
                await services.tools().find(["mine"])

    run(play())
