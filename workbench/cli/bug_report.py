"""The file for a bug report: what is installed, which settings differ, how much there is, and where errors came from.

It has no contents: of the log only times, levels, places in the code and names of exceptions, because messages quote
what users and servers wrote; of settings only names, and the values of those that are numbers, yes or no, or a choice.
"""

from __future__ import annotations

import asyncio
import dataclasses
import re
from collections.abc import Iterator, Sequence
from importlib.metadata import distributions
from pathlib import Path

from workbench.core.chat.chats import ChatQuery
from workbench.core.errors import BadInput
from workbench.core.file_replacement import write_named
from workbench.core.services import Services
from workbench.core.settings import Settings
from workbench.storage.logs import redacted
from workbench.storage.paths import LOGS

_MOST_LINES = 400
_HEAD = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d+ (?:DEBUG|INFO|WARNING|ERROR|CRITICAL) [\w.]+")
_PLACE = re.compile(r'  File "(?P<file>[^"]+)", (?P<rest>line \d+, in [\w<>]+)')
_FOLDERS = r".*[/\\](?:site-packages|lib|tests|workbench(?=[/\\]))[/\\]"
_ERROR = re.compile(r"(?P<name>[A-Za-z_][\w.]*(?:Error|Exception|Warning|Interrupt|Damaged|Full|Input|Refused))(?::|$)")


async def write_report(path: Path, rows: Sequence[tuple[str, str]], services: Services) -> None:
    """Writes the report. Raises ``BadInput`` when the file cannot be written."""
    home = str(Path.home())
    parts = {
        "Program": [f"{name}: {value.replace(home, '~')}" for name, value in rows if name != "Providers"],
        "Libraries": sorted(f"{each.name} {each.version}" for each in distributions()),
        "Settings": list(_settings(services.settings.value)),
        "Contents": [f"chats: {await services.store.count_chats(ChatQuery())}",
                     f"archived chats: {await services.store.count_chats(ChatQuery(archived=True))}"],
        "Log": list(_log(services.data_folder / LOGS))[-_MOST_LINES:],
    }
    text = redacted("\n".join(f"## {title}\n\n" + "\n".join(lines) + "\n" for title, lines in parts.items()))
    try:
        await asyncio.to_thread(write_named, path, text.encode("utf-8", "replace"))
    except OSError as error:
        raise BadInput(f"{path} cannot be written ({error.strerror or error}). Choose another place.") from error


def _settings(value: Settings) -> Iterator[str]:
    default = Settings()
    for field in dataclasses.fields(Settings):
        mine = getattr(value, field.name)
        if mine == getattr(default, field.name):
            continue
        told = isinstance(mine, bool | int | float) or field.metadata.get("choices")
        yield f"{field.name}: {mine}" if told else f"{field.name}: changed"
    for config in value.providers.values():
        changed = [name for name, own in dataclasses.asdict(config).items() if own and name not in ("id", "name")]
        yield f"a provider of the preset {config.preset}, with {', '.join(changed)}"


def _log(folder: Path) -> Iterator[str]:
    for path in (folder / "workbench.log.1", folder / "workbench.log"):
        try:
            lines = path.read_text("utf-8", "replace").splitlines()
        except OSError:
            continue
        for line in lines:
            if head := _HEAD.match(line):
                yield head[0]
            elif place := _PLACE.match(line):
                yield f"  {re.split(_FOLDERS, place['file'])[-1]}, {place['rest']}"
            elif error := _ERROR.match(line):
                yield error["name"]
