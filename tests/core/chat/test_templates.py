"""Templates and their files."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.core.chat.templates import Template, Variable, fill, names_in, parse, render
from workbench.core.errors import BadInput

line = st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=20)
names = st.from_regex(r"[a-z][a-z_0-9]{0,6}", fullmatch=True)
variables = st.lists(
    st.builds(Variable, names, st.sampled_from(["text", "number", "choice", "file"]), line,
              st.lists(line, max_size=3).map(tuple), line),
    max_size=3, unique_by=lambda variable: variable.name,
).map(tuple)


@given(st.builds(Template, line.filter(bool), line, variables, st.sampled_from(["prompt", "system"]), line))
def test_a_file_reads_back_equal(template: Template) -> None:
    assert parse(render(template), "x") == template


def test_filling() -> None:
    assert names_in("{{ a }} and {{b}} and {{a}} {{not closed} {{1x}}") == ("a", "b")
    assert fill("{{a}}-{{b}}", {"a": "{{b}}", "b": "x"}) == "{{b}}-x"
    with pytest.raises(BadInput, match="no value for a, b"):
        fill("{{a}}{{b}}", {})
    assert fill("{{名字}}", {"名字": "世界"}) == "世界"


def test_types_and_defaults() -> None:
    template = Template("t", "{{n}} {{who}} {{what}}", (
        Variable("n", "number", "3"), Variable("who", "choice", "", ("you", "me"))))
    assert template.fill({"who": "me", "what": ""}) == "3 me "
    with pytest.raises(BadInput, match="must be one of you, me"):
        template.fill({"who": "them"})
    with pytest.raises(BadInput, match="n needs a number"):
        template.fill({"n": "many", "who": "me"})
    assert [variable.type for variable in template.variables] == ["number", "choice", "text"]


def test_versions_follow_the_text_alone() -> None:
    assert Template("a", "x").version == Template("b", "x", description="new").version
    assert Template("a", "x").version != Template("a", "y").version


@pytest.mark.parametrize(("source", "sentence"), [
    ("+++\nname = 1", "no second line"), ("+++\nname = \n+++\nx", "is not TOML"),
    ('+++\n[variables.a]\ntype = "date"\n+++\nx', "must be one of text"),
])
def test_broken_files(source: str, sentence: str) -> None:
    with pytest.raises(BadInput, match=sentence):
        parse(source, "t.md")


def test_a_file_without_front_matter_is_a_template() -> None:
    assert parse("Say {{x}}\r\n", "plain") == Template("plain", "Say {{x}}")
