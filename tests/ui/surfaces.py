"""Every dialog, popup and page of the window, by name, each opened as the program opens it.

``open_surface`` shows one in the real window and returns its widget. A test that walks ``SURFACES`` holds what is
true of all of them, also of those that are added later: ``test_surfaces.py`` fails when a dialog is missing here.
"""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QBuffer, QIODevice
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QDialog, QWidget

from tests.conftest import Run
from tests.support.waiting import until
from workbench.core.chat.messages import MessageNode
from workbench.core.chat.parts import File
from workbench.core.chat.templates import Template, Variable
from workbench.ui.compare.scores import ScoresDialog
from workbench.ui.settings.dialog import PAGES, SettingsDialog
from workbench.ui.shell.dialogs import ask_consent, ask_text, ask_to_keep
from workbench.ui.widgets import Popup
from workbench.ui.window import MainWindow

Open = Callable[[MainWindow, Run], object]


def prepare(window: MainWindow, run: Run) -> None:
    """Gives the window what surfaces are about: a chat with two replies to one question, and a template."""
    services = window.services
    services.settings.change(presets={"Careful": {"temperature": 0.1}, "Wild": {"temperature": 1.6}})
    run(services.templates().save(TEMPLATE, ""))
    window.chat.conversation.change(
        model="builtin/ngram", params={"logprobs": True, "top_logprobs": 3, "max_tokens": 12, "temperature": 0.5})
    window.composer.view.editor.setPlainText("Tell me about models")
    window.composer.view.send.click()
    replies = window.chat.replies
    run(until(lambda: len(window.chat.conversation.keys) == 2 and not replies.chats(), what="a reply"))
    window.registry.run("reply.regenerate")
    run(until(lambda: (header := window.chat.conversation.header(window.chat.conversation.keys[-1])) is not None
              and header.siblings == 2 and not replies.chats(), what="another reply"))


TEMPLATE = Template(
    "Translate", "Translate into {{language}}:\n\n{{text}}",
    declared=(Variable("language", "choice", choices=("German", "Chinese")), Variable("text", "text")))


def open_surface(window: MainWindow, run: Run, name: str) -> QWidget:
    """Opens the surface of that name and returns it, shown and laid out."""
    before = set(_tops(window))
    opened = SURFACES[name](window, run)
    if not isinstance(opened, QWidget):
        run(until(lambda: set(_tops(window)) - before, what=f"{name} to open"))
        (opened,) = set(_tops(window)) - before
    for _ in range(5):  # not by processEvents: what is started then finds no running loop
        run(_turn())
    return opened


def close_surface(window: MainWindow, run: Run, surface: QWidget) -> None:
    """Puts the window back as it was."""
    if isinstance(surface, QDialog):
        surface.close()
    elif isinstance(surface, Popup):
        surface.close_popup()
    window.compare.stop()
    window.leave_page()
    run(_turn())


async def _turn() -> None:
    """Lets what has been started come a step further."""
    import asyncio

    await asyncio.sleep(0.02)


def _tops(window: MainWindow) -> list[QWidget]:
    dialogs: list[QWidget] = [one for one in window.findChildren(QDialog) if one.isVisible()]
    return dialogs + [one for one in window.findChildren(Popup) if one.isVisible()]


def last_reply(window: MainWindow, run: Run) -> MessageNode:
    return run(window.services.store.nodes(window.chat.conversation.keys))[-1]


def _settings(page: str, provider: str = "") -> Open:
    return lambda window, run: window.open_settings(page, provider)


def _message_action(name: str) -> Open:
    return lambda window, run: window.chat.message_actions.run(window.chat.conversation.keys[-1], name)


def _action(name: str) -> Open:
    return lambda window, run: window.registry.run(name)


def _add_provider(window: MainWindow, run: Run) -> QWidget:
    window.open_settings("providers")
    (settings,) = window.findChildren(SettingsDialog)
    from tests.support.finding import find

    find(settings, "Add provider").click()
    (popup,) = [one for one in settings.findChildren(Popup) if one.isVisible()]
    return popup


def _panel(tab: str) -> Open:
    def open_tab(window: MainWindow, run: Run) -> QWidget:
        window.show_panel(tab)
        return window.panel

    return open_tab


def _compare(window: MainWindow, run: Run) -> QWidget:
    window.compare.toggle()
    page = window.compare.page
    assert page is not None
    return page


def _experiments(window: MainWindow, run: Run) -> QWidget:
    window.experiments.open()
    return window.experiments.page()


def _image(window: MainWindow, run: Run) -> None:
    from workbench.ui.chat.image_viewer import ImageViewer

    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    image = QImage(640, 400, QImage.Format.Format_RGB32)
    image.fill(0x6699CC)
    image.save(buffer, "PNG")  # type: ignore[call-overload]  # its stub wants bytes for the format
    ImageViewer("holiday.png", bytes(buffer.data().data()), window).open()


def _file(window: MainWindow, run: Run) -> None:
    from workbench.ui.chat.file_viewer import FileViewer

    FileViewer("notes.txt", File("notes.txt", "Some words.\n" * 40), window).open()


def _fill(window: MainWindow, run: Run) -> None:
    from workbench.ui.templates.fill_dialog import FillDialog

    FillDialog(TEMPLATE, "Insert", window, "translate").open()


def _versions(window: MainWindow, run: Run) -> None:
    from workbench.ui.experiments.versions_dialog import VersionsDialog

    VersionsDialog("prompt", ["Say it in one word."], window).open()


def _fixed_parameters(window: MainWindow, run: Run) -> None:
    from workbench.ui.experiments.parameters_dialog import ParametersDialog

    ParametersDialog({"temperature": 0.5}, {}, window).open()


def _scores(window: MainWindow, run: Run) -> None:
    ScoresDialog((), window).open()


def _consent(window: MainWindow, run: Run) -> None:
    ask_consent(window, "Run code?", "The check runs code on this machine.", "Run it", lambda: None)


def _keep(window: MainWindow, run: Run) -> None:
    ask_to_keep(window, "This chat is temporary.", lambda: None, lambda: None)


def _text(window: MainWindow, run: Run) -> None:
    ask_text(window, "Name the branch", "Name", lambda text: None, text="draft")


def _save_preset(window: MainWindow, run: Run) -> None:
    from tests.support.finding import find
    from workbench.ui.parameters.presets import PresetBar

    window.show_panel("Parameters")
    run(until(lambda: window.panel.findChildren(PresetBar), what="the panel"))
    find(window.panel, "Save preset").click()


SURFACES: dict[str, Open] = {
    **{f"settings: {page}": _settings(page) for page in PAGES},
    "settings: a provider": _settings("providers", "builtin"),
    "add provider": _add_provider,
    "shortcuts": _action("shortcuts"),
    "palette": _action("palette"),
    "model picker": _action("model.pick"),
    "templates": _action("templates"),
    "template picker": _action("message.template"),
    "fill a template": _fill,
    "export": _action("chat.export"),
    "import": _action("chat.import"),
    "what will be sent": _action("message.context"),
    "regenerate with": _message_action("regenerate-with"),
    "compare replies": _message_action("diff"),
    "token probabilities": _message_action("tokens"),
    "prefill": _message_action("prefill"),
    "insert a message": _message_action("insert"),
    "this must stay true": _message_action("stay-true"),
    "name a branch": _text,
    "consent": _consent,
    "keep a temporary chat": _keep,
    "save a preset": _save_preset,
    "scores": _scores,
    "versions of a prompt": _versions,
    "fixed parameters": _fixed_parameters,
    "an image": _image,
    "a file": _file,
    "panel: parameters": _panel("Parameters"),
    "panel: prompt": _panel("Prompt"),
    "panel: request": _panel("Request"),
    "panel: branches": _panel("Branches"),
    "compare": _compare,
    "experiments": _experiments,
    "chat": lambda window, run: window.centralWidget(),
}
"""What to open, by name. A function that returns nothing opens a dialog or a popup that is looked for."""
