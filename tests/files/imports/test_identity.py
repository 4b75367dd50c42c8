"""Two different chats never become one, and one chat never comes twice: by example, and as a property of files that
grow, are edited, put in another order, cut off and copied."""

from __future__ import annotations

import asyncio
import json
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests.files.imports.conftest import Land, write_json, write_lines
from workbench.core.chat.chats import ChatQuery
from workbench.files.import_export_service import ImportExportService
from workbench.storage.store import SqliteStore, open_store

Said = list[tuple[str, str]]


def messages(*texts: str) -> list[dict[str, str]]:
    return [{"role": "assistant" if place % 2 else "user", "content": text} for place, text in enumerate(texts)]


def test_files_of_one_name_in_two_folders_are_two_chats(land: Land, tmp_path: Path) -> None:
    """Two models answered the same questions, each into its own folder."""
    one, two = (write_lines(tmp_path / "runs" / model / "answers.jsonl", {
        "messages": messages("Hello", "Hi", "Paris?", answer)}) for model, answer in (("a", "France"), ("b", "Texas")))
    assert [land(one, two).report.chats, land(one).report.unchanged, land(two).report.unchanged] == [2, 1, 1]
    folder = land(tmp_path / "runs").report
    assert (folder.chats, folder.updated, folder.unchanged) == (0, 0, 2)


@pytest.mark.parametrize("copy", ["elsewhere/chat.json", "chat (1).json", "chat - Copy.json"])
def test_a_copy_that_has_grown_is_the_same_chat(land: Land, tmp_path: Path, copy: str) -> None:
    land(write_json(tmp_path / "chat.json", messages("Hello", "Hi")))
    landed = land(write_json(tmp_path / copy, messages("Hello", "Hi", "And?", "Yes")))
    assert (landed.report.chats, landed.report.updated) == (0, 1) and len(landed["Hello"].line) == 4


def test_a_message_that_was_cut_off_goes_on(land: Land, tmp_path: Path) -> None:
    """The longer one is shown, and the one that was there stays beside it."""
    land(write_json(tmp_path / "chat.json", messages("Q", "Part of ans")))
    landed = land(write_json(tmp_path / "chat.json", messages("Q", "Part of answer, whole", "Next")))
    assert (landed.report.chats, landed.report.updated) == (0, 1)
    assert landed["Q"].line == [("user", "Q"), ("assistant", "Part of answer, whole"), ("user", "Next")]
    assert landed["Q"].shape == ["Q", " Part of ans", " Part of answer, whole", "  Next"]


def test_a_session_of_aider_goes_on(land: Land, tmp_path: Path) -> None:
    path, session = tmp_path / ".aider.chat.history.md", "\n# aider chat started at 2026-01-02 03:04:05\n\n#### Ask\n\n"
    path.write_text(f"{session}Begun\n", "utf-8")
    land(path)
    path.write_text(f"{session}Begun\n\nand ended\n\n#### More\n\nDone\n", "utf-8")
    landed = land(path)
    assert (landed.report.chats, landed.report.updated) == (0, 1)
    assert [text for _, text in landed["Ask"].line] == ["Ask", "Begun\n\nand ended", "More", "Done"]
    assert land(path).report.unchanged == 1


def test_the_first_message_of_a_chat_was_edited(land: Land, tmp_path: Path) -> None:
    others = [{"messages": messages(f"Another {number}", "A")} for number in range(3)]
    path = write_lines(tmp_path / "set.jsonl", *others, {"messages": messages("Wrng", "A", "B", "C")})
    land(path)
    write_lines(path, {"messages": messages("Wrong", "A", "B", "C")}, *others)
    report = land(path).report
    assert (report.chats, report.updated, report.unchanged) == (0, 1, 3)


def test_a_new_chat_that_begins_like_one_that_is_there(land: Land, tmp_path: Path) -> None:
    """What the file still has as it was is not taken for what the new one was before."""
    old = {"messages": messages("The same question", "One", "more", "and more")}
    path = write_lines(tmp_path / "set.jsonl", old)
    land(path)
    write_lines(path, {"messages": messages("The same question", "One", "more", "and other")}, old)
    report = land(path).report
    assert (report.chats, report.updated, report.unchanged) == (1, 0, 1)


@pytest.mark.parametrize("id", ["same", "1", "identity_0"])
def test_an_id_that_somebody_made_up_is_not_enough(land: Land, tmp_path: Path, id: str) -> None:
    def export(name: str, *texts: str) -> Path:
        return write_json(tmp_path / name, [{"uuid": id, "name": texts[0], "chat_messages": [
            {"uuid": f"{place}", "sender": "assistant" if place % 2 else "human", "text": text}
            for place, text in enumerate(texts)]}])

    cats, dogs = export("cats.json", "Cats", "Meow"), export("dogs.json", "Dogs", "Woof")
    assert set(land(cats, dogs).chats) == {"Cats", "Dogs"}
    assert [land(path).report.unchanged for path in (cats, dogs)] == [1, 1]
    grown = land(export("dogs.json", "Dogs", "Woof", "And?"))
    assert grown.report.updated == 1 and len(grown["Dogs"].line) == 3 and len(grown["Cats"].line) == 2


def test_an_id_that_no_two_programs_give_is_enough(land: Land, tmp_path: Path) -> None:
    def export(text: str) -> Path:
        return write_json(tmp_path / "c.json", [{"uuid": "6f1d1c8e-8f0b-4d0e-9d8a-0b0c0d0e0f10", "name": "T",
                                                 "chat_messages": [{"uuid": "1", "sender": "human", "text": text}]}])

    land(export("Wrng"))
    assert land(export("Wrong")).report.updated == 1


def asked(*questions: int, first: int = 0) -> list[dict[str, Any]]:
    """Returns entries of Google's, newest first; those of one ten belong together."""
    return [{"header": "Gemini Apps", "title": f"Prompted q{number}", "products": ["Gemini Apps"],
             "time": f"2026-01-02T{3 + number // 10:02}:{number % 10:02}:05Z",
             "safeHtmlItem": [{"html": f"<p>a{number}</p>"}]} for number in questions]


def test_googles_entries_are_known_by_themselves(land: Land, tmp_path: Path) -> None:
    """Also when those before them are no longer in the export, are in it again, or join two chats."""
    path = tmp_path / "My Activity.json"
    land(write_json(path, asked(12, 11, 3, 2, 1)))
    assert land(write_json(path, asked(12, 3, 2))).report.unchanged == 2
    more = land(write_json(path, asked(13, 12, 11, 4, 3, 1))).report
    assert (more.chats, more.updated, more.messages) == (0, 2, 4)
    joining = [dict(entry, time=f"2026-01-02T03:{minute}:00Z")
               for entry, minute in zip(asked(8, 9), (25, 48), strict=True)]
    joined = land(write_json(tmp_path / "again" / "My Activity.json", [*asked(13, 12, 11, 4, 3, 2, 1), *joining]))
    assert (joined.report.chats, joined.report.updated, joined.report.messages) == (0, 1, 4)
    assert sum(len(chat.nodes) for chat in joined.chats.values()) == 2 * 9


# The property ---------------------------------------------------------------------------------------------------------

@dataclass
class Conversation:
    """A chat as it is in the world; each of its texts but the first names it."""

    number: int
    said: Said = field(default_factory=list)
    turns: int = 0

    def grow(self, texts: int) -> None:
        for _ in range(texts):
            role = "assistant" if len(self.said) % 2 else "user"
            self.said.append((role, f"<{self.number:03}> turn {self.turns:03}." if self.said else "The same question"))
            self.turns += 1


@dataclass
class World:
    """A file that its program writes again and again, with what happened to its chats."""

    path: Path
    chats: list[Conversation] = field(default_factory=list)
    written: int = 0

    def add(self, draw: Callable[[st.SearchStrategy[int]], int]) -> None:
        chat = Conversation(self.written)
        self.written += 1
        chat.grow(draw(st.integers(2, 6)))
        self.chats.insert(draw(st.integers(0, len(self.chats))), chat)

    def change(self, draw: Callable[[st.SearchStrategy[int]], int]) -> None:
        """Changes each chat at most once, as somebody does between two imports."""
        for chat in self.chats:
            match draw(st.integers(0, 4)):
                case 0:
                    chat.grow(draw(st.integers(1, 3)))
                case 1 if len(chat.said) > 3:
                    place = draw(st.integers(1, len(chat.said) - 1))
                    chat.said[place] = chat.said[place][0], f"<{chat.number:03}> edited {chat.turns:03}."
                    chat.turns += 1
                case 2:
                    chat.said[-1] = chat.said[-1][0], f"{chat.said[-1][1]} It went on."
                case _:
                    pass

    def write(self) -> None:
        self.path.parent.mkdir(exist_ok=True)
        self.path.write_text("".join(json.dumps({"messages": [
            {"role": role, "content": text} for role, text in chat.said]}) + "\n" for chat in self.chats), "utf-8")


async def stored(store: SqliteStore) -> list[set[tuple[str, str]]]:
    """Returns what each chat has: roles and texts."""
    return [{(node.message.role, node.message.text)
             for node in await store.nodes([stub.id for stub in await store.tree(chat.id)])}
            for chat in await store.chats(ChatQuery(limit=500))]


async def lived(folder: Path, draw: Callable[[st.SearchStrategy[Any]], Any]) -> None:
    store = await open_store(folder)
    service = ImportExportService(store)
    world = World(folder / "here" / "set.jsonl")
    try:
        for _ in range(draw(st.integers(2, 4))):
            world.change(draw)
            for _ in range(draw(st.integers(0 if world.chats else 1, 3))):
                world.add(draw)
            world.chats = draw(st.permutations(world.chats))
            world.write()
            for _ in range(2):
                report = await service.import_files([world.path], dry_run=False, progress=lambda done, of: None)
            assert report.unchanged == len(world.chats)
            here = await stored(store)
            for chat in world.chats:
                assert sum(said >= set(chat.said) for said in here) == 1
            for said in here:
                assert len({text[:5] for _, text in said if text[0] == "<"}) == 1
            assert len(here) == world.written
    finally:
        await store.close()


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck), phases=(Phase.generate,))
@given(st.data())
def test_each_chat_is_there_once(tmp_path: Path, data: st.DataObject) -> None:
    with tempfile.TemporaryDirectory(dir=tmp_path) as folder:
        asyncio.run(lived(Path(folder), data.draw))
