"""Reasoning between tags, in any pieces."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.core.reply.think_tags import TagSplitter, thoughts_apart

CASES: dict[str, tuple[str, str, str]] = {
    # text → reasoning, answer
    "tags": ("<think>hm\n</think>\n\nYes.", "hm", "Yes."),
    "blank before": ("\n <think>\nhm</think>Yes.", "hm", "Yes."),
    "closing only": ("hm, well\n</think>\n\nYes.", "hm, well", "Yes."),
    "never closed": ("<think>hm, well", "hm, well", ""),
    "plain": ("Yes, 1 < 2.", "", "Yes, 1 < 2."),
    "empty": ("<think></think>\n\nYes.", "", "Yes."),
    "quoted": ("Use `</think>` at the end.", "", "Use `</think>` at the end."),
    "speaks of tags": ("Write <think>x</think> for thoughts.", "", "Write <think>x</think> for thoughts."),
    "tag later": ("<think>a</think>b</think>c", "a", "b</think>c"),
    "looks like one": ("<thin ice> is </thi", "", "<thin ice> is </thi"),
    "closing at the start": ("</think>Yes.", "", "Yes."),
    "nothing": ("", "", ""),
    "thinking": ("<thinking>hm</thinking>Yes.", "hm", "Yes."),
    "thought": ("<thought>\nhm\n</thought>\nYes.", "hm", "Yes."),
    "reasoning": ("<reasoning>hm</reasoning>Yes.", "hm", "Yes."),
    "seed": ("<seed:think>hm</seed:think>Yes.", "hm", "Yes."),
    "second block": ("<think>a</think>\n\nOne.\n\n<think>\nb\n</think>\n\nTwo.", "a\n\nb", "One.\n\nTwo."),
    "two blocks": ("<think>a</think>\n<think>b</think>Yes.", "a\n\nb", "Yes."),
    "on a line of its own": ("One.\n<thinking>\nb\n</thinking>\nTwo.", "b", "One.\n\nTwo."),
    "in code": ("```xml\n<think>\nx\n</think>\n```\nSo.", "", "```xml\n<think>\nx\n</think>\n```\nSo."),
    "in longer code": ("~~~~\n~~~\n<think>\n~~~~\n", "", "~~~~\n~~~\n<think>\n~~~~\n"),
    "closing in code": ("```\n</think>\n```\nSo.", "", "```\n</think>\n```\nSo."),
    "within a line": ("See\n<think> here\nand there.", "", "See\n<think> here\nand there."),
    "indented code of a list": ("- a\n  ```\n  <think>\n  ```", "", "- a\n  ```\n  <think>\n  ```"),
    "magistral": ("[THINK]hm[/THINK]Yes [1].", "hm", "Yes [1]."),
    "gemma": ("<|channel>thought\nhm\n<channel|>Yes.", "hm", "Yes."),
    "kimi": ("◁think▷hm◁/think▷Yes.", "hm", "Yes."),
    "cohere": ("<|START_THINKING|>hm<|END_THINKING|><|START_RESPONSE|>Yes.<|END_RESPONSE|>", "hm", "Yes."),
    "harmony": ("<|channel|>analysis<|message|>hm<|end|><|start|>assistant<|channel|>final<|message|>Yes.<|return|>",
                "hm", "Yes."),
    "harmony, two thoughts": (
        "<|channel|>analysis<|message|>a<|end|><|start|>assistant<|channel|>analysis<|message|>b<|end|>"
        "<|start|>assistant<|channel|>final<|message|>Yes.", "a\n\nb", "Yes."),
    "harmony without thoughts": ("<|channel|>final<|message|>Yes.<|return|>", "", "Yes."),
    "ends with lines": ("Yes.\n\n", "", "Yes.\n\n"),
    "a list": ("[T] is\n[THIN\n<\n", "", "[T] is\n[THIN\n<\n"),
    "in other letters": ("<THINK>hm</Think>Yes.", "hm", "Yes."),
    "in other letters, closing only": ("hm\n</THINK>\nYes.", "hm", "Yes."),
    "analysis": ("<analysis>hm</analysis>\nYes.", "hm", "Yes."),
    "reflection behind thoughts": ("<thinking>a</thinking><reflection>b</reflection>Yes.", "a\n\nb", "Yes."),
    "analysis in a document": ("<doc>\n<analysis>\na\n</analysis>\n</doc>", "",
                               "<doc>\n<analysis>\na\n</analysis>\n</doc>"),
    "closing of a document": ("a\n</analysis>\nb", "", "a\n</analysis>\nb"),
    "sky": ("<|begin_of_thought|>\n\nhm\n\n<|end_of_thought|>\n\n<|begin_of_solution|>Yes.<|end_of_solution|>", "hm",
            "Yes."),
    "sky, closing only": ("hm\n<|end_of_thought|>\nYes.", "hm", "Yes."),
    "closing in a sentence": ("A model closes with </think> and goes on.", "",
                              "A model closes with </think> and goes on."),
    "closing at the end of a sentence": ("Thoughts end with a closing </think>.\nNo more.", "",
                                         "Thoughts end with a closing </think>.\nNo more."),
    "closing at the end of a line": ("Thoughts end with </think>\nThen comes text.", "",
                                     "Thoughts end with </think>\nThen comes text."),
    "closing at the end of all": ("Thoughts end with </think>", "", "Thoughts end with </think>"),
    "closing in brackets": ("The tag (</think>) ends it.", "", "The tag (</think>) ends it."),
    "closing in a code span": ("Use `a </think> b` here.", "", "Use `a </think> b` here."),
    "closing begins a sentence": ("There:\n</think> is the end.", "", "There:\n</think> is the end."),
    "closing behind a sentence": ("hm, well. </think>\n\nYes.", "hm, well. ", "Yes."),
    "closing between": ("hm, well</think>Yes.", "hm, well", "Yes."),
    "thoughts about tags": ("<think>a </thinking> b</think>Yes.", "a </thinking> b", "Yes."),
}


def split(*pieces: str, **options: object) -> tuple[str, str]:
    splitter = TagSplitter(**options)  # type: ignore[arg-type]
    reasoning, text = "", ""
    found = [part for piece in pieces for part in splitter.feed(piece)] + list(splitter.end())
    for kind, part in found:
        match kind:
            case "reasoning":
                reasoning += part
            case "text":
                text += part
            case "all reasoning":
                reasoning, text = reasoning + text, ""
    return reasoning, text


@pytest.mark.parametrize("name", CASES)
def test_in_any_pieces(name: str) -> None:
    text, *expected = CASES[name]
    assert split(text) == tuple(expected)
    assert split(*text) == tuple(expected)
    for cut in range(len(text)):
        assert split(text[:cut], text[cut:]) == tuple(expected), f"cut at {cut}"


def test_other_names_and_markers() -> None:
    assert split("<thought>a</thought>b", names=("thought",)) == ("a", "b")
    text = "<think>a</think><|begin_of_box|>42<|end_of_box|>"
    assert split(*text, markers=("<|begin_of_box|>", "<|end_of_box|>")) == ("a", "42")


def test_plain_switches_it_off() -> None:
    splitter = TagSplitter()
    splitter.add_known("hm")
    assert list(splitter.feed("<think>a</think>")) == [("text", "<think>a</think>")]


@given(st.lists(st.sampled_from([
    "<think>", "</think>", "</Think>", "a", ".", "<analysis>", "\n", "`", "<", " ", "</", "\n<think>\n", "```",
    "[THINK]", "[/THINK]"])), st.integers(1, 5))
def test_pieces_do_not_matter(tokens: list[str], size: int) -> None:
    text = "".join(tokens)
    pieces = [text[at : at + size] for at in range(0, len(text), size)]
    whole, cut = split(text), split(*pieces)
    assert "".join(whole).replace("\n", "") == "".join(cut).replace("\n", "")
    assert [part.strip() for part in whole] == [part.strip() for part in cut]


@pytest.mark.parametrize(("text", "left"), [
    ("<think>I think so.\n</think>\n\nYes.", "Yes."),
    ("<think></think>Yes.", "Yes."),
    ("\n<think>I think so.", ""),
    ("<think> is a tag, </think> another.", "<think> is a tag, </think> another."),
    ("<think>I think so, but that is the text.</think>", "<think>I think so, but that is the text.</think>"),
    ("Use <think>I think so.</think>", "Use <think>I think so.</think>"),
    ("<thi", "<thi"),
])
def test_a_copy_of_reasoning_that_came_in_a_field_is_left_out(text: str, left: str) -> None:
    for pieces in ([text], list(text), [text[:9], text[9:]]):
        splitter = TagSplitter()
        for known in ("I think", " so."):
            splitter.add_known(known)
        found = [part for piece in pieces for part in splitter.feed(piece)] + list(splitter.end())
        assert all(kind == "text" for kind, _ in found) and "".join(piece for _, piece in found) == left


@pytest.mark.parametrize(("text", "answer"), [
    ("<analysis>\nHm.\n</analysis>\n", "Hm."), ("<Reflection>a</Reflection><scratchpad>b</scratchpad>", "a\n\nb"),
    ("<analysis>a</analysis>Yes.", None), ("<analysis>a", None), ("<think>a</think>", None),
    ("<think>a</think><analysis>b</analysis>", None),
])
def test_a_reply_within_the_tags_of_a_document_alone_is_the_answer(text: str, answer: str | None) -> None:
    for pieces in ([text], list(text)):
        splitter = TagSplitter()
        thoughts = [part for piece in pieces for part in splitter.feed(piece)]
        end = list(splitter.end(answered=False))
        if answer is not None:
            assert end[-2:] == [("no reasoning", answer), ("text", answer)]
            assert "".join(piece for kind, piece in [*thoughts, *end[:-2]] if kind == "reasoning") == answer
        else:
            assert all(kind != "no reasoning" for kind, _ in end)


def test_thoughts_of_a_whole_reply_come_apart() -> None:
    assert thoughts_apart("<analysis>Hm.</analysis>") == ("", "Hm.")
    assert thoughts_apart("<think>\nhm\n</think>\n\nYes.") == ("hm", "Yes.")
    assert thoughts_apart("hm\n</think>\nYes.") == ("hm", "Yes.")
    assert thoughts_apart("1 < 2, `<think>`\n") == ("", "1 < 2, `<think>`\n")
