"""Faults of servers: what they answer to a request for a reply, what is said about it, and what of it is kept."""

from __future__ import annotations

import gzip
from dataclasses import dataclass

from tests.support.server import Cut, Hang, Pause, Reply, chat_chunks, json_reply, sse, text_reply

_HALF = chat_chunks("Half an answer", finish=None)


@dataclass(frozen=True)
class ServerFault:
    """``says`` stands in the sentence that the user reads, ``keeps`` in the reply. Faults that are ``framed`` break
    what lies below every protocol."""

    answer: Reply
    says: str
    keeps: str = ""
    framed: bool = True
    silent: bool = False

    @property
    def patience(self) -> float:
        """Seconds of silence after which the program is to give up: few where it has to."""
        return 1 if self.silent else 60


def _gzip(data: bytes, layers: int) -> Reply:
    """An answer of so many layers, of which ``data`` has the innermost."""
    for _ in range(layers - 1):
        data = gzip.compress(data, 1)
    return Reply(headers={"Content-Encoding": ", ".join(["gzip"] * layers)}, body=[data])


_BOMB = gzip.compress(b"x" * (300 * 2**20), 1)


def _length(claimed: int) -> Reply:
    return Reply(headers={"Content-Type": "text/event-stream", "Content-Length": str(claimed)}, body=[b": hm\n\n"],
                 framing="none", cut_at=6)


def _trickle() -> Reply:
    return sse(*[step for _ in range(60) for step in (b"x", Pause(0.02))], done=False)


def _error(status: int, message: str, **fields: str) -> Reply:
    return json_reply({"error": {"message": message, **fields}}, status)


FAULTS = {
    "cut before the answer": ServerFault(Reply(before=[Cut()]), "broke off"),
    "reset before the answer": ServerFault(Reply(before=[Cut(reset=True)]), ""),
    "cut in the middle": ServerFault(sse(*_HALF, Cut(), done=False), "", "Half an answer", framed=False),
    "reset in the middle": ServerFault(sse(*_HALF, Cut(reset=True), done=False), "", "Half an answer", framed=False),
    "ended early": ServerFault(sse(*_HALF, done=False), "", "Half an answer", framed=False),
    "nothing at all": ServerFault(Reply(headers={"Content-Type": "text/event-stream"}), "without an answer"),
    "silence": ServerFault(Reply(before=[Hang()]), "sent nothing for", silent=True),
    "silence in the middle": ServerFault(
        sse(*_HALF, Hang(), done=False), "went silent", "Half an answer", framed=False, silent=True),
    "single bytes": ServerFault(_trickle(), "", silent=True),
    "an endless line": ServerFault(sse(*[b"x" * 2**20] * 40, done=False), "16 MiB"),
    "endless headers": ServerFault(Reply(headers={"X-Long": "x" * 2**21}), ""),
    "a bomb": ServerFault(_gzip(_BOMB, layers=1), "MiB"),
    "a nested bomb": ServerFault(_gzip(_BOMB, layers=2), "MiB"),
    "too many layers": ServerFault(_gzip(gzip.compress(b"x"), layers=9), "gzip, gzip"),
    "no gzip": ServerFault(Reply(headers={"Content-Encoding": "gzip"}, body=[b"not gzip"]), "damaged"),
    "an unknown encoding": ServerFault(Reply(headers={"Content-Encoding": "lzma"}, body=[b"x"]), "lzma"),
    "a length that is too long": ServerFault(_length(1000), ""),
    "a length that is no number": ServerFault(
        Reply(raw=b"HTTP/1.1 200 OK\r\nContent-Length: many\r\n\r\n"), ""),
    "two lengths": ServerFault(
        Reply(raw=b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 7\r\n\r\nhello"), ""),
    "chunks that are none": ServerFault(
        Reply(raw=b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nZZ\r\nhello"), ""),
    "no HTTP": ServerFault(Reply(raw=b"SSH-2.0-OpenSSH_9.6\r\n"), ""),
    "a web page": ServerFault(text_reply("<html><body>Welcome to nginx</body></html>", 200, "text/html"), "web page"),
    "a picture": ServerFault(Reply(headers={"Content-Type": "image/png"}, body=[b"\x89PNG\r\n\x1a\n" + bytes(99)]), ""),
    "bytes that are no UTF-8": ServerFault(
        sse(b'data: {"choices":[{"index":0,"delta":{"content":"Half an answer \xff"}}]}\n\n', done=False),
        "", "Half an answer \ufffd", framed=False),
    "deep JSON": ServerFault(sse(b"data: " + b"[" * 200_000 + b"\n\n", done=False), ""),
    "a wrong key": ServerFault(_error(401, "Incorrect API key", code="invalid_api_key"), "key"),
    "no such model": ServerFault(_error(404, "The model m does not exist", code="model_not_found"), "m"),
    "a redirect": ServerFault(Reply(307, {"Location": "http://127.0.0.1:9/elsewhere"}), "Redirects are not followed"),
    "a redirect to a file": ServerFault(Reply(302, {"Location": "file:///etc/passwd"}), "Redirects are not followed"),
    "too early for the proxy": ServerFault(Reply(407, {"Proxy-Authenticate": "Basic"}), "proxy"),
}
