"""Templates as files."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest

from tests.conftest import Run
from workbench.core.chat.templates import Template, Variable
from workbench.core.errors import BadInput
from workbench.storage.templates import TemplateFiles

REWRITE = Template("Rewrite: kindly", "Rewrite {{text}}", (Variable("text"),), description="Kinder words")


def test_what_is_saved_is_listed_and_older_versions_stay(run: Run, tmp_path: Path) -> None:
    files = TemplateFiles(tmp_path / "templates")
    assert not run(files.listed()).templates
    key = run(files.save(REWRITE))
    assert key == "rewrite-kindly" and run(files.save(REWRITE)) == "rewrite-kindly-2"
    assert run(files.listed()).templates[key] == REWRITE
    second = dataclasses.replace(REWRITE, body="Say {{text}} again")
    run(files.save(second, key))
    run(files.save(dataclasses.replace(second, description="Same text"), key))
    versions = run(files.versions(key))
    assert [version.template.body for version in versions] == ["Say {{text}} again", "Rewrite {{text}}"]
    assert (tmp_path / "templates/.versions" / key / f"{REWRITE.version}.md").read_text().endswith("Rewrite {{text}}\n")
    run(files.delete(key))
    assert list(run(files.listed()).templates) == ["rewrite-kindly-2"]


def test_a_version_that_is_used_is_found_again_after_a_change_by_hand(run: Run, tmp_path: Path) -> None:
    files = TemplateFiles(tmp_path)
    key = run(files.save(REWRITE))
    run(files.remember(key))
    (tmp_path / f"{key}.md").write_text("Written by hand: {{text}}")
    assert [one.template.body for one in run(files.versions(key))] == ["Written by hand: {{text}}", "Rewrite {{text}}"]


def test_broken_files_are_named_and_hide_no_others(run: Run, tmp_path: Path) -> None:
    files = TemplateFiles(tmp_path)
    key = run(files.save(REWRITE))
    (tmp_path / "bad.md").write_text("+++\nname = \n+++\n")
    (tmp_path / "latin.md").write_bytes(b"\xe9")
    found = run(files.listed())
    assert list(found.templates) == [key]
    assert [problem.split(" ")[-1] for problem in found.problems if "latin" in problem] == ["text."]
    assert any("not TOML" in problem for problem in found.problems)
    run(files.save(REWRITE, "bad"))  # what was broken is kept all the same
    assert len(list((tmp_path / ".versions/bad").iterdir())) == 1


@pytest.mark.parametrize("key", ["../x", ".x", "a/b", "a\\b"])
def test_only_files_of_the_folder(run: Run, tmp_path: Path, key: str) -> None:
    with pytest.raises(BadInput, match="file name"):
        run(TemplateFiles(tmp_path).save(REWRITE, key))
    with pytest.raises(BadInput, match="needs a name"):
        run(TemplateFiles(tmp_path).save(Template(" ", "x")))
