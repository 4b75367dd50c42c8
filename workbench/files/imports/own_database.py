"""The program's own database: another machine's, an old computer's or a backup. Chats that are here already get what
they lack; a message that was changed there comes beside the one that is here."""

from __future__ import annotations

from collections.abc import Iterator

from .format_sniffer import SourceHead
from .formats import FileFormat
from .import_context import ImportContext
from .sources import Source
from .values import ForeignChat, ForeignNode


def claims(head: SourceHead) -> bool:
    return {"chats", "nodes", "contents", "blob_uses"} <= set(head.tables)


def read(source: Source, context: ImportContext) -> Iterator[ForeignChat]:
    log = source.path.with_name(source.path.name + "-wal")
    if source.path.name == "workbench.db" and not log.exists():
        context.note("If the program was running when the file was copied, its last messages may be missing: they are "
                     "in workbench.db-wal beside it.")
    with context.stored_chats(source.path) as stored:
        for one in stored:
            for blob, data in one.blobs():
                context.keep(blob, data)
            chat = one.chat
            nodes = [ForeignNode(node.id, node.parent_id, node.message, node.created, node.status, node.label,
                                 node.origin, node.position, node.record) for node in one.nodes]
            yield ForeignChat(
                chat.id, nodes, chat.title, chat.tip, chat.model, chat.system, chat.params, one.folder, chat.tags,
                chat.pinned, chat.archived, chat.created, chat.updated, chat.draft, chat.extra, native=True,
                merged=True)


FORMAT = FileFormat(claims, read)
