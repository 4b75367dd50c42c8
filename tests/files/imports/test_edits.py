"""Messages that were edited in the other program, and what follows them."""

from __future__ import annotations

from pathlib import Path

from tests.conftest import Run
from tests.files.imports.conftest import Land, write_json
from workbench.core.chat.messages import MessageNode
from workbench.storage.store import open_store


def messages(*texts: str) -> list[dict[str, str]]:
    return [{"role": "assistant" if place % 2 else "user", "content": text} for place, text in enumerate(texts)]


def test_what_follows_an_edited_message_follows_it(land: Land, tmp_path: Path) -> None:
    """Also in the imports after that; and the line that was there stays, as a branch."""
    path = tmp_path / "chat.json"
    land(write_json(path, messages("Q", "A", "And?", "B")))
    landed = land(write_json(path, messages("Q", "Edited", "And?", "B", "More", "C")))
    edited = [text for _, text in landed["Q"].line]
    assert edited == ["Q", "Edited", "And?", "B", "More", "C"] and landed.report.messages == 5
    assert landed["Q"].shape == ["Q", " A", "  And?", "   B", " Edited", "  And?", "   B", "    More", "     C"]
    assert land(path).report.unchanged == 1
    grown = land(write_json(path, messages("Q", "Edited", "And?", "B", "More", "C", "Last")))
    assert grown.report.messages == 1 and [text for _, text in grown["Q"].line] == [*edited, "Last"]
    again = land(write_json(path, messages("Q", "Edited", "And again?", "B", "More", "C", "Last")))
    assert [text for _, text in again["Q"].line] == ["Q", "Edited", "And again?", "B", "More", "C", "Last"]
    assert again.report.messages == 5 and land(path).report.unchanged == 1


def test_a_message_that_was_taken_out_here_does_not_bring_what_follows_it_again(
    land: Land, run: Run, isolated: Path, tmp_path: Path,
) -> None:
    async def take_out(node: MessageNode) -> None:
        store = await open_store(isolated)
        await store.delete_messages(node.chat_id, [node.id], below=False)
        await store.close()

    path = write_json(tmp_path / "chat.json", messages("Q", "A", "And?", "B"))
    run(take_out(land(path)["Q"].said("A")))
    assert land(path)["Q"].shape == ["Q", " And?", "  B"]
