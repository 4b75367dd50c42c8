"""Tests lie where the code lies: each module has a test file of its own name, or a row here says which covers it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.test_layers import modules_imported

ROOT = Path(__file__).parent.parent
FOLDERS = ("bench", "cli", "core", "files", "providers", "rendering", "storage", "tools", "ui")

DECLARED = "tests/test_types.py"
"""Covers modules that declare types and nothing more: the type checker holds them."""


def rows(folder: str, test: str, modules: str) -> dict[str, str]:
    """Returns a row for each of several modules of a folder that one test covers."""
    return {f"{folder}/{module}.py": test for module in modules.split()}


COVERED_BY = {
    "__main__.py": "tests/cli/test_main.py",
    "bench/history.py": "tests/ui/test_bench_history.py",
    "core/chat/chats.py": "tests/storage/test_chats.py",
    "core/errors.py": "tests/cli/test_output.py",
    "core/enter_again.py": "tests/cli/test_backup.py",
    "core/experiments/asking_with_tools.py": "tests/cli/test_sweep_tools.py",
    "core/tools/recording.py": "tests/cli/test_sweep_tools.py",
    "core/experiments/asking.py": "tests/core/experiments/test_runner.py",
    "core/experiments/experiment_store.py": DECLARED,
    "core/experiments/gate_run.py": "tests/core/experiments/test_gate.py",
    "core/experiments/gate_words.py": "tests/core/experiments/test_gate.py",
    "core/experiments/outcome.py": "tests/files/experiments/test_report.py",
    "core/experiments/plan_variables.py": "tests/files/experiments/test_plan_file.py",
    "core/experiments/readiness.py": "tests/cli/test_sweep_checks.py",
    "core/ports/attachments.py": DECLARED,
    "core/ports/check_worker.py": DECLARED, "core/ports/bulk_store.py": DECLARED, "core/ports/data_folder.py": DECLARED,
    "core/ports/exports.py": DECLARED, "core/ports/import_export.py": DECLARED, "core/ports/providers.py": DECLARED,
    "core/ports/secrets.py": DECLARED, "core/ports/settings_file.py": DECLARED, "core/ports/store.py": DECLARED,
    "core/ports/spelling.py": DECLARED, "core/ports/templates.py": DECLARED,
    "core/processes/worker_process.py": "tests/core/processes/test_worker.py",
    "core/reply/events.py": "tests/core/reply/test_assembler.py",
    "core/reply/reply_run.py": "tests/core/reply/test_replies.py",
    "core/request/parameter_shapes.py": "tests/core/request/test_parameters.py",
    "core/request/parameter_types.py": "tests/core/request/test_parameters.py",
    "core/request/reply_request.py": "tests/core/reply/test_replies.py",
    "core/ports/tools.py": DECLARED, "core/tools/turn.py": "tests/core/tools/test_loop.py",
    "cli/tools.py": "tests/tools/test_commands.py", "cli/tool_servers.py": "tests/tools/test_commands.py",
    "cli/tool_options.py": "tests/tools/test_commands.py",
    "files/web_page.py": "tests/tools/built_in/test_tools.py",
    "tools/network.py": "tests/tools/test_server.py",
    "tools/connection.py": "tests/tools/test_server.py", "tools/results.py": "tests/tools/test_stdio.py",
    "tools/built_in/clock.py": "tests/tools/built_in/test_tools.py",
    "tools/built_in/pages.py": "tests/tools/built_in/test_tools.py",
    "core/request/requests.py": "tests/providers/test_targets.py",
    "core/services.py": "tests/cli/test_ask.py",
    "demo.py": "tests/end_to_end/test_demo.py",
    "providers/protocols/responses_item_reader.py": "tests/providers/protocols/test_responses_reader.py",
    "files/attachments/documents.py": "tests/files/attachments/test_contents.py",
    "files/attachments/file_kinds.py": "tests/files/attachments/test_pictures.py",
    "files/attachments/office.py": "tests/files/attachments/test_contents.py",
    "files/attachments/pdf.py": "tests/files/attachments/test_contents.py",
    "files/attachments/text_sink.py": "tests/files/attachments/test_contents.py",
    "files/attachments/web_text.py": "tests/files/attachments/test_contents.py",
    "files/attachments/xml_parts.py": "tests/files/attachments/test_contents.py",
    "files/experiments/build_reports.py": "tests/cli/test_gate.py",
    "files/experiments/report_evidence.py": "tests/files/experiments/test_report.py",
    "files/experiments/run_folder.py": "tests/files/experiments/test_experiment_folders.py",
    "files/experiments/svg_plots.py": "tests/files/experiments/test_report.py",
    "files/exports/chatgpt.py": "tests/files/exports/test_peers.py",
    "files/exports/document.py": "tests/files/exports/test_exporter.py",
    "files/exports/formats.py": "tests/files/exports/test_every_part.py",
    "files/exports/html.py": "tests/files/exports/test_exporter.py",
    "files/exports/librechat.py": "tests/files/exports/test_peers.py",
    "files/exports/openwebui.py": "tests/files/exports/test_peers.py",
    "files/exports/own_json.py": "tests/files/test_round_trip.py",
    "files/exports/pdf_places.py": "tests/files/exports/test_pdf_printer.py",
    "files/exports/pdf_text_layer.py": "tests/files/exports/test_pdf_printer.py",
    "files/exports/pdf_pictures.py": "tests/files/exports/test_pdf_printer.py",
    "files/exports/print_page.py": "tests/files/exports/test_pdf_printer.py",
    "files/exports/sillytavern.py": "tests/files/exports/test_peers.py",
    "files/exports/text.py": "tests/files/exports/test_exporter.py",
    "files/import_export_service.py": "tests/files/test_round_trip.py",
    "files/imports/aider.py": "tests/files/imports/test_coding_agents.py",
    "files/imports/aistudio.py": "tests/files/imports/test_claims.py",
    "files/imports/batch.py": "tests/files/imports/test_claims.py",
    "files/imports/big_agi.py": "tests/files/imports/test_claims.py",
    "files/imports/blocks.py": "tests/files/imports/test_claims.py",
    "files/imports/chatbotui.py": "tests/files/imports/test_web_apps.py",
    "files/imports/chatbox.py": "tests/files/imports/test_desktop_apps.py",
    "files/imports/chatgpt_citations.py": "tests/files/imports/test_chatgpt.py",
    "files/imports/chatgpt_files.py": "tests/files/imports/test_chatgpt.py",
    "files/imports/chatgpt_messages.py": "tests/files/imports/test_chatgpt.py",
    "files/imports/cherry.py": "tests/files/imports/test_desktop_apps.py",
    "files/imports/cherry_database.py": "tests/files/imports/test_desktop_apps.py",
    "files/imports/cherry_messages.py": "tests/files/imports/test_desktop_apps.py",
    "files/imports/claude_artifacts.py": "tests/files/imports/test_claude.py",
    "files/imports/claude_code.py": "tests/files/imports/test_coding_agents.py",
    "files/imports/codex.py": "tests/files/imports/test_coding_agents.py",
    "files/imports/copilot.py": "tests/files/imports/test_claims.py",
    "files/imports/databases.py": "tests/files/imports/test_desktop_apps.py",
    "files/imports/deepseek.py": "tests/files/imports/test_claims.py",
    "files/imports/entries.py": "tests/files/imports/test_claims.py",
    "files/imports/file_tally.py": "tests/files/imports/test_claims.py",
    "files/imports/formats.py": "tests/files/imports/test_claims.py",
    "files/imports/gemini_cli.py": "tests/files/imports/test_coding_agents.py",
    "files/imports/gemini_parts.py": "tests/files/imports/test_coding_agents.py",
    "files/imports/grok.py": "tests/files/imports/test_claims.py",
    "files/imports/hermes.py": "tests/files/imports/test_coding_agents.py",
    "files/imports/huggingchat.py": "tests/files/imports/test_claims.py",
    "files/imports/import_writer.py": "tests/files/imports/test_hostile.py",
    "files/imports/importer.py": "tests/files/imports/test_hostile.py",
    "files/imports/jan.py": "tests/files/imports/test_desktop_apps.py",
    "files/imports/json_sample.py": "tests/files/imports/test_format_sniffer.py",
    "files/imports/lechat.py": "tests/files/imports/test_claims.py",
    "files/imports/librechat.py": "tests/files/imports/test_web_apps.py",
    "files/imports/llm_logs.py": "tests/files/imports/test_claims.py",
    "files/imports/lmstudio.py": "tests/files/imports/test_desktop_apps.py",
    "files/imports/lobechat.py": "tests/files/imports/test_claims.py",
    "files/imports/message_ids.py": "tests/files/imports/test_identity.py",
    "files/imports/message_chain.py": "tests/files/imports/test_data_sets.py",
    "files/imports/nextchat.py": "tests/files/imports/test_claims.py",
    "files/imports/openai_lines.py": "tests/files/imports/test_data_sets.py",
    "files/imports/openai_messages.py": "tests/files/imports/test_data_sets.py",
    "files/imports/openwebui.py": "tests/files/imports/test_web_apps.py",
    "files/imports/own_json.py": "tests/files/test_round_trip.py",
    "files/imports/perplexity.py": "tests/files/imports/test_claims.py",
    "files/imports/preference.py": "tests/files/imports/test_claims.py",
    "files/imports/pygpt.py": "tests/files/imports/test_desktop_apps.py",
    "files/imports/readers.py": "tests/files/imports/test_data_sets.py",
    "files/imports/refusals.py": "tests/files/imports/test_claims.py",
    "files/imports/sharegpt.py": "tests/files/imports/test_data_sets.py",
    "files/imports/sillytavern.py": "tests/files/imports/test_desktop_apps.py",
    "files/imports/takeout.py": "tests/files/imports/test_claims.py",
    "files/imports/tidy.py": "tests/files/imports/test_claims.py",
    "files/imports/typingmind.py": "tests/files/imports/test_claims.py",
    "files/imports/values.py": "tests/files/imports/test_tree_repair.py",
    "files/imports/witsy.py": "tests/files/imports/test_desktop_apps.py",
    "providers/wire/protocol.py": "tests/providers/protocols/test_registry.py",
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
    "storage/bench_data.py": "tests/storage/test_bench.py",
    "storage/schema.py": "tests/storage/test_database.py",
    "window_app.py": "tests/end_to_end/test_window.py",
    **rows("ui/branches", "tests/ui/branches/test_branches.py",
         "branch_texts branches_controller descriptions model pane rows view"),
    **rows("ui/branches", "tests/ui/branches/test_putting_in.py", "insert_dialog"),
    **rows("ui/chat", "tests/ui/test_window.py", "conversation header title"),
    **rows("ui/chat", "tests/ui/chat/test_attached_files.py", "file_viewer"),
    **rows("ui/chat", "tests/ui/chat/test_feature.py", "reply_signals transcript_services"),
    **rows("ui/chat", "tests/ui/chat/test_running_replies.py", "reply_watcher"),
    **rows("ui/chat", "tests/ui/chat/test_temporary_chats.py", "temporary_banner"),
    **rows("ui/chat", "tests/ui/chat/test_message_actions.py", "reply_actions"),
    **rows("ui/compare", "tests/ui/compare/test_compare.py",
         "compare_controller compare_view lane_view pairs scores voting"),
    **rows("ui/composer", "tests/ui/composer/test_composer.py", "attachments draft editor strips"),
    **rows("ui/composer", "tests/ui/composer/test_feature.py",
         "message_history message_queue objections request_estimate"),
    **rows("ui/context", "tests/ui/context/test_context.py", "checks context_controller dialog model"),
    **rows("ui/experiments", "tests/ui/experiments/test_rows.py",
         "axis_rows check_fields check_rows versions_dialog"),
    **rows("ui/experiments", "tests/ui/experiments/test_experiments.py",
         "axis_text calculations experiment_run experiments_controller grid_view page plan_form "
         "results_pane summary_worker"),
    **rows("ui/experiments", "tests/ui/experiments/test_suites.py", "case_dialog case_list new_plans"),
    **rows("ui/experiments", "tests/ui/experiments/test_drafts.py", "drafts_controller"),
    **rows("ui/experiments", "tests/ui/experiments/test_feature.py", "parameters_dialog plan_tools"),
    **rows("ui/experiments", "tests/ui/experiments/test_inputs.py", "input_table"),
    **rows("ui/experiments", "tests/ui/experiments/test_check_trials.py", "try_dialog"),
    **rows("ui/experiments", "tests/ui/experiments/test_cell_detail.py", "variance_view"),
    **rows("ui/import_export", "tests/ui/import_export/test_export_dialog.py", "export_options format_list scopes"),
    **rows("ui/import_export", "tests/ui/import_export/test_import_dialog.py", "import_report import_start"),
    **rows("ui/models", "tests/ui/models/test_feature.py", "model_button model_facts"),
    **rows("ui/models", "tests/ui/models/test_picker.py", "picker_model"),
    **rows("ui/parameters", "tests/ui/parameters/test_parameters_tab.py", "parameter_row preview"),
    **rows("ui/parameters", "tests/ui/parameters/test_defaults.py", "presets"),
    **rows("ui/parameters", "tests/ui/parameters/test_parameters_controller.py", "prompt_tab"),
    **rows("ui/parameters", "tests/ui/parameters/test_request_tab.py", "timings"),
    **rows("ui/reply_variants", "tests/ui/reply_variants/test_tokens.py", "confidence token_dialog token_text"),
    **rows("ui/reply_variants", "tests/ui/reply_variants/test_reply_variants.py",
         "diff_dialog diff_text reproduction settings_dialog variants_controller"),
    **rows("ui/reply_variants", "tests/ui/branches/test_putting_in.py", "prefill prefill_dialog"),
    **rows("ui/settings", "tests/ui/settings/test_dialog.py",
         "about_page data_controller data_page setting_rows settings_controller"),
    **rows("ui/settings", "tests/ui/settings/test_providers_page.py",
         "add_provider endpoint_form key_field keys_controller models_page probe_view "
         "provider_checks provider_configs provider_list provider_page"),
    **rows("ui/shell", "tests/ui/shell/test_palette.py", "command_palette"),
    **rows("ui/shell", "tests/ui/test_window.py", "conversation_frame failures shell"),
    **rows("ui/shell", "tests/end_to_end/test_damaged.py", "recovery"),
    **rows("ui/sidebar", "tests/ui/sidebar/test_sidebar.py", "chats_view rows search_hint"),
    **rows("ui/sidebar", "tests/ui/sidebar/test_chat_search.py", "hits"),
    **rows("ui/sidebar", "tests/ui/sidebar/test_tags.py", "tags_controller"),
    **rows("ui/templates", "tests/ui/templates/test_feature.py",
         "fill_dialog picker templates_controller variable_rows"),
    **rows("ui/theme", "tests/ui/theme/test_style.py", "scale sheet tokens"),
    **rows("ui/transcript", "tests/ui/transcript/test_view.py",
         "background_worker block_host document entries keys latest_pill message "
         "message_header_footer painting pointer scroller streamer"),
    **rows("ui/transcript", "tests/ui/transcript/test_blocks.py",
         "pictures sections spacing style links blocks/base blocks/code blocks/colours "
         "blocks/contained blocks/failure blocks/image blocks/label blocks/math blocks/prose "
         "blocks/rule blocks/scrollable blocks/table"),
    **rows("ui/transcript", "tests/ui/transcript/test_selection.py", "copying cursor_moves"),
    **rows("ui/transcript", "tests/ui/transcript/test_rows.py", "blocks/rows"),
    **rows("ui/transcript", "tests/ui/transcript/test_inline.py", "text_layout"),
    **rows("ui/transcript", "tests/ui/transcript/test_bench.py",
         "bench/measure bench/opening bench/streaming bench/texts"),
    **rows("ui/welcome", "tests/ui/welcome/test_feature.py", "welcome_page"),
    **rows("ui/widgets", "tests/ui/widgets/test_containers.py", "chip flow forms labels notices popup scroll"),
    **rows("ui/widgets", "tests/ui/test_surfaces.py", "compact roles"),
    **rows("ui/widgets", "tests/ui/widgets/test_controls.py", "buttons fields segmented slider switch"),
    **rows("ui/widgets", "tests/ui/sidebar/test_chats_model.py", "model_index"),
    **rows("ui/widgets", "tests/ui/transcript/test_selection.py", "clipboard"),
    **rows("ui/shell", "tests/ui/branches/test_feature.py", "lazy"),
}
BY_ITS_PROCESS = {"demo.py", "ui/shell/recovery.py", "window_app.py"}
"""Modules that are tested as programs, in a process of their own."""
COMMANDS = sorted((ROOT / "workbench/cli").glob("*.py"))
"""Imported by name when the command line names them."""


def own_test_of(module: str) -> Path:
    path = Path(module)
    return ROOT / "tests" / path.with_name(f"test_{path.name}")


def modules() -> set[str]:
    package = ROOT / "workbench"
    found = [*package.glob("*.py"), *(path for folder in FOLDERS for path in (package / folder).rglob("*.py"))]
    return {path.relative_to(package).as_posix() for path in found if path.name != "__init__.py"}


def test_each_module_has_a_test_file() -> None:
    missing = sorted(module for module in modules() if module not in COVERED_BY and not own_test_of(module).exists())
    assert not missing, "\n".join([
        *(f"{module}: write {own_test_of(module).relative_to(ROOT)}" for module in missing),
        "or add a row to COVERED_BY that says which test covers it.",
    ])
    assert not (gone := sorted(COVERED_BY.keys() - modules())), f"no such module: {gone}"


def test_rows_are_needed() -> None:
    own = sorted(module for module in COVERED_BY if own_test_of(module).exists())
    assert not own, f"They have test files of their own: {own}"


@pytest.mark.parametrize("test", sorted(set(COVERED_BY.values()) - {DECLARED}))
def test_a_test_reaches_what_it_covers(test: str) -> None:
    """A test file and its fixtures import what it covers, themselves or through what they import."""
    path = ROOT / test
    assert path.exists(), "no such test"
    files = [path, *(conftest for folder in path.parents if (conftest := folder / "conftest.py").exists())]
    reached = set().union(*map(all_imported, files))
    covered = {module for module, by in COVERED_BY.items() if by == test} - BY_ITS_PROCESS
    assert not (strange := sorted(module for module in covered if ROOT / "workbench" / module not in reached)), strange


def all_imported(file: Path) -> set[Path]:
    found: set[Path] = set()
    left = [file, *COMMANDS] if file.parent == ROOT / "tests/cli" else [file]
    while left:
        new = modules_imported(left.pop()) - found
        found |= new
        left += new
    return found


def test_every_room_of_the_window_has_tests() -> None:
    rooms = {path.parent.name for path in (ROOT / "workbench/ui").glob("*/*.py")}
    assert not [room for room in sorted(rooms) if not list((ROOT / "tests/ui" / room).glob("test_*.py"))]
