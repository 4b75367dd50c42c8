"""The order of folders after one of them is moved."""

from __future__ import annotations

import pytest

from workbench.core.chat.chats import Folder
from workbench.ui.sidebar.order import may_contain, moved_by, moved_into, nested


@pytest.fixture
def folders() -> dict[str, Folder]:
    made = [Folder("a", "A"), Folder("b", "B"), Folder("c", "C"), Folder("b1", "B1", "b"), Folder("b2", "B2", "b")]
    return {folder.id: folder for folder in made}


def applied(folders: dict[str, Folder], changed: list[Folder]) -> dict[str | None, list[str]]:
    """Returns the ids by parent, in the order of the store."""
    after = sorted({**folders, **{one.id: one for one in changed}}.values(), key=lambda one: (one.position, one.name))
    tree: dict[str | None, list[str]] = {}
    for one in after:
        tree.setdefault(one.parent_id, []).append(one.id)
    return tree


def test_between_two_others(folders: dict[str, Folder]) -> None:
    moved = moved_into(folders, folders["c"], None, beside=folders["b"])
    assert applied(folders, moved) == {None: ["a", "c", "b"], "b": ["b1", "b2"]}


def test_out_of_a_folder_to_the_place_below_it(folders: dict[str, Folder]) -> None:
    moved = moved_into(folders, folders["b1"], None, beside=folders["b"], after=True)
    assert applied(folders, moved) == {None: ["a", "b", "b1", "c"], "b": ["b2"]}


def test_into_another_at_its_end(folders: dict[str, Folder]) -> None:
    assert applied(folders, moved_into(folders, folders["a"], "b")) == {None: ["b", "c"], "b": ["b1", "b2", "a"]}


def test_never_into_itself(folders: dict[str, Folder]) -> None:
    assert not may_contain(folders, "b1", folders["b"])
    assert moved_into(folders, folders["b"], "b1") == []
    assert moved_into(folders, folders["b"], "b") == []


def test_steps_end_at_the_ends(folders: dict[str, Folder]) -> None:
    assert moved_by(folders, folders["a"], -1) == [] and moved_by(folders, folders["c"], 1) == []
    assert applied(folders, moved_by(folders, folders["b1"], 1))["b"] == ["b2", "b1"]


def test_each_folder_is_followed_by_those_in_it(folders: dict[str, Folder]) -> None:
    listed = [(folder.id, depth) for folder, depth in nested(list(folders.values()))]
    assert listed == [("a", 0), ("b", 0), ("b1", 1), ("b2", 1), ("c", 0)]
