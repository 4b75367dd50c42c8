"""``workbench import`` and ``export``: chats from files and to files."""

from __future__ import annotations

import argparse
import asyncio
import dataclasses
import sys

from workbench.core.chat.chat_batches import gather
from workbench.core.errors import BadInput
from workbench.core.json_types import Json
from workbench.core.ports.import_export import ImportReport
from workbench.core.services import Services
from workbench.core.text.formatting import counted

from .output import DONE, TERMINATED, result, result_json, say
from .sigterm import ended_by_sigterm


async def run(args: argparse.Namespace, services: Services) -> int:
    return await (_import if args.command == "import" else _export)(args, services)


async def _import(args: argparse.Namespace, services: Services) -> int:
    with ended_by_sigterm() as told:
        try:
            report = await services.import_export.import_files(args.files, dry_run=args.dry_run, progress=_progress)
        except asyncio.CancelledError:
            if not told.is_set():
                raise
            say("The import was stopped: nothing was taken.")
            return TERMINATED
    if args.json:
        result_json(dataclasses.asdict(report))
        return DONE
    result(f"{report.format}: {' '.join(_facts(report, args.dry_run))}")
    for file in report.files:
        for note in file.notes:
            say(f"{file.name}: {note}" if len(report.files) > 1 else note)
    return DONE


def _facts(report: ImportReport, dry_run: bool) -> list[str]:
    """Returns a sentence for each kind of thing that came, or would come."""
    rows = (
        (report.chats, ("{n} chat would come.", "{n} chats would come."), ("{n} chat came.", "{n} chats came.")),
        (report.updated, ("{n} chat would be updated.", "{n} chats would be updated."),
         ("{n} chat was updated.", "{n} chats were updated.")),
        (report.unchanged, *(("{n} chat is unchanged.", "{n} chats are unchanged."),) * 2),
        (report.messages, ("{n} message would come.", "{n} messages would come."),
         ("{n} message came.", "{n} messages came.")),
        (report.branches if report.branches > report.chats + report.updated else 0,  # one line is no branch
         ("There would be {n} branch.", "There would be {n} branches."),
         ("There is {n} branch.", "There are {n} branches.")),
        (report.images, ("{n} image would come.", "{n} images would come."), ("{n} image came.", "{n} images came.")),
        (report.skipped, ("{n} item would be skipped.", "{n} items would be skipped."),
         ("{n} item was skipped.", "{n} items were skipped.")),
    )
    facts = [counted(number, *(planned if dry_run else done)) for number, planned, done in rows if number]
    return facts or ["Nothing would come." if dry_run else "Nothing came."]


async def _export(args: argparse.Namespace, services: Services) -> int:
    ids = list(args.ids)
    if args.all:
        ids = await gather(services.store)
    if args.folder:
        ids += await _in_folder(args.folder, services)
    if not ids and args.all:
        raise BadInput("There are no chats yet, so there is nothing to export.")
    if not ids:
        raise BadInput("Say which chats: name their ids (“workbench list” shows them), --folder NAME, or --all.")
    for chat_id in args.ids:
        await services.store.chat(chat_id)  # a wrong id is told before anything is written
    options: dict[str, Json] = {
        "reasoning": not args.no_reasoning, "parameters": not (args.no_parameters or args.no_details),
        "metrics": not (args.no_metrics or args.no_details), "attachments": not args.no_attachments,
        "images_inside": args.images_inside, **({"branches": True} if args.branches else {}),
    }
    paths = await services.import_export.export(ids, args.format, args.output, options=options, progress=_progress,
                                                note=say)
    for path in paths[:20]:
        result(str(path))
    if len(paths) > 20:
        say(f"and {len(paths) - 20} more.")
    return DONE


async def _in_folder(name: str, services: Services) -> list[str]:
    """Returns the chats in the folders of this name, and in those below them."""
    folders = await services.store.folders()
    found = {folder.id for folder in folders if folder.name == name}
    if not found:
        names = ", ".join(sorted({folder.name for folder in folders})) or "none"
        raise BadInput(f"There is no folder {name}. There are: {names}.")
    return await gather(services.store, found)


def _progress(done: int, total: int) -> None:
    if sys.stderr.isatty():
        sys.stderr.write(f"\r{100 * done // total} %" if done < total else "\r\033[K")
        sys.stderr.flush()
