"""Tests lie where the code lies: each module has a test file of its own name, or a row here says which covers it."""

from __future__ import annotations

from pathlib import Path

ROOT = Path(__file__).parent.parent
FOLDERS = ("core", "files", "rendering")

DECLARED = "tests/test_types.py"
"""Covers modules that declare types and nothing more: the type checker holds them."""

COVERED_BY = {
    "core/chat/chats.py": "tests/storage/test_store.py",
    "core/errors.py": "tests/cli/test_commands.py",
    "core/experiments/experiment_store.py": DECLARED,
    "core/experiments/gate_run.py": "tests/core/experiments/test_gate.py",
    "core/experiments/gate_words.py": "tests/core/experiments/test_gate.py",
    "core/experiments/outcome.py": "tests/files/experiments/test_report.py",
    "core/ports/attachments.py": DECLARED, "core/ports/bulk_store.py": DECLARED, "core/ports/data_folder.py": DECLARED,
    "core/ports/exports.py": DECLARED, "core/ports/import_export.py": DECLARED, "core/ports/providers.py": DECLARED,
    "core/ports/secrets.py": DECLARED, "core/ports/settings_file.py": DECLARED, "core/ports/store.py": DECLARED,
    "core/ports/templates.py": DECLARED,
    "core/reply/events.py": "tests/core/reply/test_assembler.py",
    "core/request/parameter_shapes.py": "tests/core/request/test_parameters.py",
    "core/request/parameter_types.py": "tests/core/request/test_parameters.py",
    "core/request/reply_request.py": "tests/core/reply/test_replies.py",
    "core/request/requests.py": "tests/providers/test_targets.py",
    "core/services.py": "tests/cli/test_ask.py",
    "files/attachments/images.py": "tests/files/attachments/test_attachments.py",
    "files/attachments/pdf_text.py": "tests/files/attachments/test_attachments.py",
    "files/experiments/build_reports.py": "tests/cli/test_gate.py",
    "files/experiments/report_evidence.py": "tests/files/experiments/test_report.py",
    "files/experiments/run_folder.py": "tests/files/experiments/test_experiment_folders.py",
    "files/experiments/svg_plots.py": "tests/files/experiments/test_report.py",
    "files/exports/document.py": "tests/files/exports/test_exporter.py",
    "files/exports/formats.py": "tests/files/exports/test_every_part.py",
    "files/exports/html.py": "tests/files/exports/test_exporter.py",
    "files/exports/jsonl.py": "tests/files/exports/test_exporter.py",
    "files/exports/markdown.py": "tests/files/exports/test_exporter.py",
    "files/exports/own_json.py": "tests/files/test_round_trip.py",
    "files/exports/pdf_pictures.py": "tests/files/exports/test_pdf_printer.py",
    "files/exports/print_page.py": "tests/files/exports/test_pdf_printer.py",
    "files/exports/text.py": "tests/files/exports/test_exporter.py",
    "files/import_export_service.py": "tests/files/test_round_trip.py",
    "files/imports/chatbotui.py": "tests/files/imports/test_web_apps.py",
    "files/imports/chatbox.py": "tests/files/imports/test_desktop_apps.py",
    "files/imports/chatgpt_messages.py": "tests/files/imports/test_chatgpt.py",
    "files/imports/cherry.py": "tests/files/imports/test_desktop_apps.py",
    "files/imports/cherry_database.py": "tests/files/imports/test_desktop_apps.py",
    "files/imports/cherry_messages.py": "tests/files/imports/test_desktop_apps.py",
    "files/imports/databases.py": "tests/files/imports/test_desktop_apps.py",
    "files/imports/import_writer.py": "tests/files/imports/test_hostile.py",
    "files/imports/importer.py": "tests/files/imports/test_hostile.py",
    "files/imports/jan.py": "tests/files/imports/test_desktop_apps.py",
    "files/imports/librechat.py": "tests/files/imports/test_web_apps.py",
    "files/imports/lmstudio.py": "tests/files/imports/test_desktop_apps.py",
    "files/imports/message_chain.py": "tests/files/imports/test_data_sets.py",
    "files/imports/openai_lines.py": "tests/files/imports/test_data_sets.py",
    "files/imports/openwebui.py": "tests/files/imports/test_web_apps.py",
    "files/imports/own_json.py": "tests/files/test_round_trip.py",
    "files/imports/pygpt.py": "tests/files/imports/test_desktop_apps.py",
    "files/imports/readers.py": "tests/files/imports/test_data_sets.py",
    "files/imports/sharegpt.py": "tests/files/imports/test_data_sets.py",
    "files/imports/sillytavern.py": "tests/files/imports/test_desktop_apps.py",
    "files/imports/values.py": "tests/files/imports/test_tree_repair.py",
    "files/imports/witsy.py": "tests/files/imports/test_desktop_apps.py",
    "rendering/block_starts.py": "tests/rendering/test_commonmark.py",
    "rendering/blocks.py": "tests/rendering/test_stream.py",
    "rendering/blockstage.py": "tests/rendering/test_commonmark.py",
    "rendering/characters.py": "tests/rendering/test_commonmark.py",
    "rendering/containers.py": "tests/rendering/test_layouts.py",
    "rendering/dialect.py": "tests/rendering/test_commonmark.py",
    "rendering/emphasis.py": "tests/rendering/test_commonmark.py",
    "rendering/incremental_blocks.py": "tests/rendering/test_stream.py",
    "rendering/inline.py": "tests/rendering/test_commonmark.py",
    "rendering/leaves.py": "tests/rendering/test_layouts.py",
    "rendering/limits.py": "tests/rendering/test_hostile.py",
    "rendering/page.py": "tests/rendering/test_commonmark.py",
    "rendering/reference_scope.py": "tests/rendering/test_stream.py",
    "rendering/render.py": "tests/rendering/test_stream.py",
    "rendering/spans.py": "tests/rendering/test_commonmark.py",
    "rendering/speculative_tail.py": "tests/rendering/test_stream.py",
    "rendering/tree.py": "tests/rendering/test_commonmark.py",
}


def own_test_of(module: str) -> Path:
    path = Path(module)
    return ROOT / "tests" / path.with_name(f"test_{path.name}")


def test_each_module_has_a_test_file() -> None:
    package = ROOT / "workbench"
    modules = {path.relative_to(package).as_posix() for folder in FOLDERS for path in (package / folder).rglob("*.py")
               if path.name != "__init__.py"}
    missing = sorted(module for module in modules if module not in COVERED_BY and not own_test_of(module).exists())
    assert not missing, "\n".join([
        *(f"{module}: write {own_test_of(module).relative_to(ROOT)}" for module in missing),
        "or add a row to COVERED_BY that says which test covers it.",
    ])
    assert not (gone := sorted(COVERED_BY.keys() - modules)), f"no such module: {gone}"


def test_rows_are_needed_and_true() -> None:
    own = sorted(module for module in COVERED_BY if own_test_of(module).exists())
    assert not own, f"They have test files of their own: {own}"
    assert not (gone := sorted(test for test in set(COVERED_BY.values()) if not (ROOT / test).exists())), gone
