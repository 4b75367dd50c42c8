"""The log: what it hides, and what it writes."""

from __future__ import annotations

import base64
import logging
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest

from tests.conftest import Run
from tests.storage.keys import KEY, ORIGIN
from workbench.storage import logs
from workbench.storage.logs import Redacting, configure_logging
from workbench.storage.secrets import KeyringSecrets


def test_logs_hide_keys_in_every_form(run: Run) -> None:
    odd = "odd-key-without-a-form/+="
    run(KeyringSecrets().set("openai", ORIGIN, odd, session_only=True))
    formatter = Redacting("%(message)s")

    def logged(message: str, error: BaseException | None = None) -> str:
        info = (type(error), error, None) if error else None
        return formatter.format(logging.LogRecord("x", 20, "", 1, message, (), info))

    for form in (odd, quote(odd, safe=""), odd.encode().hex(), base64.b64encode(odd.encode()).decode(), KEY):
        assert form not in logged(f"sent {form} away") and "sent" in logged(f"sent {form} away")
        assert form not in logged("failed", ValueError(form))
    assert "zzzz" not in logged("{'x-api-key': 'zzzz', 'a': 1}") + logged("Authorization: Bearer zzzz")
    assert logged("the key of success is sleep") == "the key of success is sleep"


def test_a_log_that_cannot_be_written_is_no_reason_to_stop(folder: Path) -> None:
    (folder / "logs").write_bytes(b"")
    assert configure_logging(folder) is None


@pytest.fixture
def quiet_again() -> Iterator[None]:
    loggers = [logging.getLogger(name) for name in ("", "httpx", "httpcore", *logs.TALKATIVE)]
    levels = [logger.level for logger in loggers]
    yield
    while logs._open:
        loggers[0].removeHandler(logs._open.pop())
    for logger, level in zip(loggers, levels, strict=True):
        logger.setLevel(level)


def test_debug_messages_go_to_stderr_without_keys_and_libraries_stay_quiet(
    capsys: pytest.CaptureFixture[str], quiet_again: None
) -> None:
    logs.log_to_stderr()
    logging.getLogger("workbench.test").debug("sent with Authorization: Bearer abcdef1234567890")
    logging.getLogger("httpcore.http11").debug("send_request_headers")
    logging.getLogger("PIL.PngImagePlugin").debug("STREAM")
    told = capsys.readouterr().err
    assert "DEBUG workbench.test: sent with" in told and "abcdef1234567890" not in told
    assert "send_request_headers" not in told and "STREAM" not in told
