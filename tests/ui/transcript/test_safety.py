"""The safety of the transcript: nothing in a message makes it fetch, open or run anything."""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from tests.ui.transcript.conftest import entry, settled
from workbench.core.chat.parts import Citation, Failure, File, Image, Reasoning, Text
from workbench.rendering.highlight import lexer_for
from workbench.rendering.math import render_math
from workbench.ui.transcript.blocks.label import LabelView
from workbench.ui.transcript.document import Place
from workbench.ui.transcript.pointer import tool_tip

HOSTILE = r"""
<img src="file:///etc/passwd"> <img src=/etc/hostname> <style>@import url(file:///etc/passwd)</style>
<table background=file:///etc/passwd><tr><td>x</td></tr></table> <script>alert(1)</script>
<link rel=stylesheet href="file:///etc/passwd"> <iframe src="http://127.0.0.1:9/"></iframe>

![local](file:///etc/passwd) ![rel](../../secret.png) ![unc](//127.0.0.1/share/x.png)
![remote](http://127.0.0.1:9/pixel.png) ![data](data:image/svg+xml;base64,PHN2Zz48L3N2Zz4=)

[file](file:///etc/passwd) [js](javascript:alert(1)) [app](app-img:1) [ssh](ssh://host) [ok](https://example.org)
<file:///etc/passwd> file:///etc/passwd

$\input{/etc/passwd}$ $$\includegraphics{/etc/passwd}$$

```html
<img src="file:///etc/passwd">
```

| <img src="file:///etc/passwd"> | [x](file:///etc/passwd) |
|---|---|
| ![a](file:///etc/shadow) | <b>x</b> |

[ref]: file:///etc/passwd
"""

_watching: list[list[str]] = []
_others: list[threading.Thread] = []
_FORBIDDEN = ("open", "socket.", "subprocess.", "os.system", "os.exec", "os.posix_spawn", "webbrowser.")


def _audit(event: str, arguments: tuple) -> None:
    if _watching and event.startswith(_FORBIDDEN) and (thread := threading.current_thread()) not in _others:
        _watching[-1].append(f"{event} {arguments!r} in {thread.name}")


@pytest.fixture
def watched() -> Iterator[list[str]]:
    """What the interpreter opens, connects to or starts, apart from code that is imported on first use, and from
    threads in which an earlier test still ends its work."""
    render_math("x", size=14, colour="#000000", display=False)
    lexer_for("html")
    if not _watching:
        sys.addaudithook(_audit)
    seen: list[str] = []
    _others[:] = [thread for thread in threading.enumerate()
                  if thread is not threading.main_thread() and not thread.name.startswith("transcript")]
    _watching.append(seen)
    yield seen
    _watching.clear()


def suspicious(seen: list[str]) -> list[str]:
    """Without what the machinery of the tests and lazy imports of our own open."""
    return [line for line in seen if ".py" not in line and "/proc/" not in line and "socketpair" not in line]


def test_shown_streamed_copied_and_clicked(view, watched, tmp_path) -> None:
    went_out: list[str] = []
    view.link_activated.connect(went_out.append)
    parts = (
        Reasoning(HOSTILE, 1.0), Text(HOSTILE), Failure(HOSTILE, body=HOSTILE), File("../../etc/passwd", HOSTILE),
        Image(url="file:///etc/passwd"), Citation("file:///etc/passwd", HOSTILE),
    )  # fmt: skip
    view.set_entries([entry("typed", HOSTILE, role="user", markdown=False), entry("all", *parts)])
    settled(view)
    view.begin(entry("r", state="streaming"))
    for at in range(0, len(HOSTILE), 11):
        view.append_text("r", HOSTILE[at : at + 11])
        settled(view)
    view.finish("r", entry("r", HOSTILE))
    for index, message in enumerate(view.document.messages):
        message.unfold(view.context)
        view.document.build_whole(index)
    settled(view)
    view.selection.select_all()
    view.copy()
    view.grab()
    clicked = 0
    for index, message in enumerate(view.document.messages):
        for number, block in enumerate(message.views):
            view.scroller.to_place(Place(index, number, 0), 50)
            for clickable in block.clickables(view.context):
                if clickable.href or clickable.label.startswith("Copy"):
                    clickable.run()
                    clicked += 1
    assert clicked > 20
    settled(view)
    assert suspicious(watched) == []
    assert {address.partition(":")[0] for address in went_out} <= {"http", "https", "mailto"}
    assert "https://example.org" in went_out
    (tmp_path / "seen").touch()
    assert any("seen" in line for line in suspicious(watched)), "the watch is blind"


def test_only_the_interpreter_is_watched_so_qt_is_asked_too(view, tmp_path) -> None:
    """Qt opens files past the audit, so this looks for the pixels of a picture that a message names."""
    red = tmp_path / "red.png"
    from PySide6.QtGui import QColor, QImage

    image = QImage(300, 300, QImage.Format.Format_RGB32)
    image.fill(QColor("#ff0000"))
    image.save(str(red))
    text = f'![x]({red.as_uri()}) <img src="{red}"> ![x]({red})\n\n| <img src="{red}"> |\n|---|\n| ![x]({red}) |\n'
    view.set_entries([entry("r", text), entry("i", Image(url=red.as_uri()))])
    settled(view)
    shown = view.grab().toImage()
    points = ((x, y) for x in range(0, shown.width(), 5) for y in range(0, shown.height(), 5))
    assert all(shown.pixelColor(*point).name() != "#ff0000" for point in points)


def test_a_tool_tip_is_never_html(view) -> None:
    view.set_entries([entry("r", 'Go [there](https://example.org/<img src=x> "<img src=file:///x>")')])
    settled(view)
    for clickable in view.document.get("r").views[0].clickables(view.context):
        assert "<" not in tool_tip(clickable)


def test_sources_without_end_and_addresses_of_megabytes_are_lines(view) -> None:
    many = [Citation(f"https://a.example/{number}", f"A{number}") for number in range(10_000)]
    view.set_entries([entry("r", "See", Citation(f"https://{'n' * 5_000_000}.example"), *many)])
    settled(view, timeout=30)
    labels = [each.label for each in view.document.get("r").views if isinstance(each, LabelView)]
    assert labels[0].startswith("[1] · https://nnn") and len(labels[0]) <= 1000
    assert labels[-1] == "[10001] · A9999 · https://a.example/9999"


def test_hostile_shapes_do_not_hang(view) -> None:
    for text in ("[" * 20_000, "> " * 3000 + "x", "- " * 3000, "x" * 300_000, "*a **a " * 5000, "`" * 10_000):
        view.set_entries([entry("r", text)])
        settled(view, timeout=30)
        QTest.keyClick(view, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
        view.grab()
