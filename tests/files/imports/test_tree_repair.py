"""Tree repair: whatever a file links, a tree with parents first comes out, and each fault is noted."""

from __future__ import annotations

from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from tests.files.imports.conftest import Land, write_json
from workbench.core.chat.messages import user
from workbench.files.imports.tree_repair import newest_tip, repaired
from workbench.files.imports.values import ForeignNode


def node(id: str, parent: str | None = None, text: str = "") -> ForeignNode:
    return ForeignNode(id, parent, user(text or id))


def shape(nodes: list[ForeignNode]) -> list[tuple[str, str | None]]:
    return [(one.id, one.parent) for one in nodes]


def test_a_sound_tree_keeps_its_order_and_is_told_nothing() -> None:
    notes: list[str] = []
    nodes = [node("c", "a"), node("a"), node("b", "a"), node("d", "c")]
    assert shape(repaired(nodes, notes.append)) == [("a", None), ("c", "a"), ("d", "c"), ("b", "a")] and not notes


def test_faults_are_repaired_and_noted() -> None:
    notes: list[str] = []
    nodes = [node("a", "gone"), node("b", "c"), node("c", "b"), node("s", "s"), node("a", "gone", "a"),
             node("a", None, "other")]
    made = repaired(nodes, notes.append)
    assert sorted(one.id for one in made) == ["a", "a#2", "b", "c", "s"]
    assert sum("parent was missing" in note for note in notes) == 1
    assert sum("twice was imported once" in note for note in notes) == 1
    assert sum("the same name" in note for note in notes) == 1
    assert sum("below themselves" in note for note in notes) == 2


@given(st.lists(st.tuples(st.integers(0, 6), st.none() | st.integers(0, 8), st.integers(0, 2)), max_size=12))
def test_any_links_become_a_tree(links: list[tuple[int, int | None, int]]) -> None:
    nodes = [node(str(id), None if parent is None else str(parent), f"text {text}") for id, parent, text in links]
    made = repaired(nodes, lambda note: None)
    seen: set[str | None] = {None}
    for one in made:
        assert one.parent in seen and one.id not in seen
        seen.add(one.id)
    assert {one.message.text for one in made} == {one.message.text for one in nodes}
    assert newest_tip(made) in seen


def test_the_newest_tip_follows_the_last_of_each_fork() -> None:
    assert newest_tip([node("a"), node("b", "a"), node("c", "a"), node("d", "b")]) == "c"
    assert newest_tip([]) is None


def test_what_hung_below_a_silent_message_moves_up(land: Land, tmp_path: Path) -> None:
    def said(id: str, above: str | None, role: str, text: str) -> dict[str, object]:
        return {"uuid": id, "parent_message_uuid": above, "sender": role, "content": [{"type": "text", "text": text}]}

    chats = [{"uuid": "c", "name": "Gaps", "current_leaf_message_uuid": "e", "chat_messages": [
        said("a", None, "human", "First"), said("b", "a", "assistant", " \n"), said("c", "b", "human", "Second"),
        said("d", "c", "assistant", "Third"), said("e", "c", "assistant", "")]}]
    landed = land(write_json(tmp_path / "c.json", chats))
    assert landed["Gaps"].shape == ["First", " Second", "  Third"]
    assert landed["Gaps"].line[-1] == ("user", "Second")  # the end of the line that was shown
    assert "2 empty messages were left out." in landed.report.notes
    assert land(tmp_path / "c.json").report.unchanged == 1
