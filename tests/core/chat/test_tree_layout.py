"""The tree of a conversation as rows."""

from __future__ import annotations

from workbench.core.chat.messages import MessageSummary
from workbench.core.chat.tree_layout import FOLDED, TreeLayout, lay_out


def stubs(*lines: str) -> list[MessageSummary]:
    """``"a > b > c"`` is a line; a message that is known is not made again."""
    made: dict[str, MessageSummary] = {}
    for line in lines:
        parent = None
        for name in line.split(" > "):
            made.setdefault(name, MessageSummary(name, parent, "user", "", "complete", "", ""))
            parent = name
    return list(made.values())


def drawn(outline: TreeLayout) -> list[str]:
    """Each row as its depth in dots, its name, and a mark when it is on the shown line."""
    return [f"{'.' * row.depth}{row.summary.id}{'*' if row.shown else ''}" + (f"+{len(row.folded) - 1}" if row.folded
            else "") for row in outline.rows]


def long(count: int) -> str:
    return " > ".join(f"m{number}" for number in range(count))


def test_a_line_without_forks_stays_at_one_depth() -> None:
    outline = lay_out(stubs("a > b > c > d"), "d")
    assert drawn(outline) == ["a*", "b*", "c*", "d*"]
    assert [row.begins for row in outline.rows] == [True, False, False, False]
    assert [row.continues for row in outline.rows] == [True, True, True, False]
    assert (outline.messages, outline.ends, outline.deepest) == (4, 1, 0)


def test_the_branch_written_to_last_goes_straight_on_below_its_siblings() -> None:
    outline = lay_out(stubs("q > r1", "q > r2", "q > r3", "q > r1 > more"), "r2")
    assert drawn(outline) == ["q*", ".r2*", ".r3", "r1", "more"]
    assert [(row.branch, row.branches) for row in outline.rows] == [(1, 1), (2, 3), (3, 3), (1, 3), (1, 1)]
    assert outline.ends == 3


def test_choosing_another_branch_moves_no_row() -> None:
    tree = stubs("q > r1 > s1", "q > r2 > s2", "q > r3")
    places = [[(row.summary.id, row.depth) for row in lay_out(tree, tip).rows] for tip in ("s1", "s2", "r3", "q", None)]
    assert all(place == places[0] for place in places)


def test_the_rails_follow_the_shown_line_to_where_it_leaves() -> None:
    tree = stubs("q > r1 > s1", "q > r2 > s2", "q > r3")
    rails = {row.summary.id: row.rails for row in lay_out(tree, "s2").rows}
    assert rails == {"q": 0, "r1": 1, "s1": 1, "r2": 0, "s2": 0, "r3": 0}
    assert {row.rails for row in lay_out(tree, "r3").rows if row.depth} == {1}


def test_first_messages_are_branches_of_the_beginning() -> None:
    outline = lay_out(stubs("a > b", "c > d"), "d")
    assert drawn(outline) == [".a", ".b", "c*", "d*"]
    assert [row.begins for row in outline.rows] == [True, False, False, False]


def test_forks_along_a_chat_do_not_push_it_to_the_side() -> None:
    lines = [long(2 * turn + 1) + f" > r{turn}" for turn in range(100)]
    outline = lay_out(sorted(stubs(*lines), key=lambda stub: int(stub.id[1:]) * 2 + (stub.id[0] == "r")), "m198")
    assert outline.deepest <= 1


def test_a_long_stretch_folds_and_unfolds() -> None:
    tree = stubs(long(20))
    assert drawn(lay_out(tree, "m19")) == ["m0*", "m1*+17", "m19*"]
    assert len(lay_out(tree, "m19", {"m1"}).rows) == 20
    assert len(lay_out(stubs(long(FOLDED + 1)), None).rows) == FOLDED + 1


def test_what_has_a_name_a_fork_or_an_end_does_not_fold() -> None:
    tree = stubs("m0 > m1 > x", long(20))
    named = [stub._replace(label="here") if stub.id == "m10" else stub for stub in tree]
    assert drawn(lay_out(named, "m16"))[:6] == ["m0*", "m1*", ".x", "m2*", "m3*+6", "m10*"]
    assert drawn(lay_out(named, "m16"))[6:] == ["m11*+4", "m16*", "m17", "m18", "m19"]


def test_nothing_is_laid_out_of_nothing() -> None:
    assert lay_out([], None) == TreeLayout()


def test_ten_thousand_forks_in_a_row_are_no_recursion() -> None:
    line = [MessageSummary(f"m{n}", f"m{n - 1}" if n else None, "user", "", "complete", "", "") for n in range(10_000)]
    forks = [MessageSummary(f"x{n}", f"m{n}", "user", "", "complete", "", "") for n in range(9_999)]
    outline = lay_out([*line, *forks], "m9999")
    assert len(outline.rows) == 19_999
