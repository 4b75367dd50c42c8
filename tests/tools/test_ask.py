"""A turn with a real MCP server, from the command line."""

from __future__ import annotations

import base64
import shlex
import sys

import pytest

from tests.cli.conftest import Cli, cli  # noqa: F401 - a fixture
from tests.support.server import Server
from tests.support.tool_models import PROTOCOLS, ToolModel
from tests.tools.conftest import GOOD
from tests.tools.mcp_server import PNG

pytestmark = pytest.mark.process
RUN = shlex.join([sys.executable, "-P", str(GOOD)])


@pytest.mark.parametrize("model", PROTOCOLS, ids=lambda model: model.protocol)
def test_tools_of_two_servers_and_a_picture(cli: Cli, server: Server, model: ToolModel) -> None:  # noqa: F811
    server.on("POST", model.path, model.calling(
        ("c1", "one__add", {"a": 1, "b": 2}), ("c2", "two__add", {"a": 3, "b": 4}), ("c3", "one__picture", {}),
        ("c4", "two__die", {})), model.saying("Seen."))
    cli("providers", "add", "m", "--base-url", model.base_url(server.url), "--protocol", model.protocol, "--no-key")
    for name in ("one", "two"):
        assert cli("tools", "servers", "add", name, "--command", RUN).code == 0
    answer = cli("ask", "-m", "m/m", "--tools", "one,two", "--allow", "always", "?")
    assert answer.code == 0 and answer.out == "Seen.\n"
    offered = model.offered(server.requests[0].json)
    assert {"one__add", "two__add"} < set(offered) and len(offered) == len(set(offered)) == 18
    sent = dict(model.results(server.requests[1].json))
    assert sent["c1"] == "3" and sent["c3"] == "[image/png, 70 bytes]"
    assert sent["c2"] == "7" or "not known whether" in sent["c2"], "its server dies meanwhile"
    assert "It ended with exit code 7" in sent["c4"]
    assert base64.b64encode(PNG).decode() in server.requests[1].body.decode(), "the model is shown the picture"
