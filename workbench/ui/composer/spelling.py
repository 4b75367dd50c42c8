"""Spelling in the composer: wrong words are underlined, and their menu suggests others."""

from __future__ import annotations

import asyncio
from functools import partial

from PySide6.QtCore import QLocale, QObject, QPoint
from PySide6.QtGui import QColor, QSyntaxHighlighter, QTextCharFormat, QTextCursor
from PySide6.QtWidgets import QMenu

from workbench.core.ports.spelling import Speller
from workbench.core.services import Services
from workbench.core.settings import Settings
from workbench.core.text.words import scripts_of, words_to_judge
from workbench.ui.composer.editor import Editor
from workbench.ui.theme import style

_MOST_SUGGESTIONS = 5
_LONGEST = 5_000  # characters of a line, and ten times as many of a text, up to which it is judged at each letter


class Spelling(QObject):
    """Checks what is written once ``begin`` was called, while the setting is on."""

    def __init__(self, services: Services, editor: Editor, parent: QObject) -> None:
        super().__init__(parent)
        self._settings, self._tasks, self._open = services.settings, services.tasks, services.open_speller
        self._editor = editor
        self._marks: SpellingMarks | None = None
        self._opened: tuple[str, ...] | None = None  # the languages that dictionaries were looked for
        self._menu: QMenu | None = None  # the one that suggestions are for

    def apply_settings(self, settings: Settings) -> None:
        if self._marks is not None:
            self._marks.set_on(settings.spelling, frozenset(settings.spelling_words))
        written = not self._editor.document().isEmpty()
        if settings.spelling and written and self._opened != _languages(settings):
            self._opened = None
            self.begin()

    def begin(self) -> None:
        """Opens the dictionaries, once for the languages that are set."""
        if self._opened is None:
            self._opened = _languages(self._settings.value)
            self._tasks.start("open the dictionaries", self._open_dictionaries(self._opened))

    async def _open_dictionaries(self, languages: tuple[str, ...]) -> None:
        speller = await asyncio.to_thread(self._open, languages)
        if self._marks is None and speller is not None:
            self._marks = SpellingMarks(self._editor)
        if self._marks is not None:
            settings = self._settings.value
            self._marks.set_speller(speller)
            self._marks.set_on(settings.spelling, frozenset(settings.spelling_words))

    # --- the menu ---

    def extend_menu(self, menu: QMenu, place: QPoint) -> None:
        """Puts suggestions for a wrong word first, and the switch last."""
        cursor = self._marks.wrong_word(self._editor.cursorForPosition(place)) if self._marks is not None else None
        if cursor is not None and self._marks is not None and (speller := self._marks.speller) is not None:
            word, first = cursor.selectedText(), menu.actions()[0]
            self._menu = menu
            menu.aboutToHide.connect(self._forget_menu)
            add = menu.addAction(f"Add “{word}” to the dictionary", lambda: self._add(word))
            menu.insertAction(first, add)
            menu.insertSeparator(first)
            self._tasks.start("suggest words", self._suggest(speller, cursor, menu))
        menu.addSeparator()
        switch = menu.addAction("Check spelling")
        switch.setCheckable(True)
        switch.setChecked(self._settings.value.spelling)
        switch.triggered.connect(lambda on: self._settings.change(spelling=on))

    async def _suggest(self, speller: Speller, cursor: QTextCursor, menu: QMenu) -> None:
        words = await asyncio.to_thread(speller.suggest, cursor.selectedText())
        if self._menu is menu:  # it is still open
            first = menu.actions()[0]
            for word in words[:_MOST_SUGGESTIONS]:
                action = menu.addAction(word, partial(cursor.insertText, word))
                menu.insertAction(first, action)
            if not words:
                nothing = menu.addAction("No suggestions")
                nothing.setEnabled(False)
                menu.insertAction(first, nothing)

    def _forget_menu(self) -> None:
        self._menu = None

    def _add(self, word: str) -> None:
        self._settings.change(spelling_words=[*self._settings.value.spelling_words, word])


class SpellingMarks(QSyntaxHighlighter):
    """Underlines wrong words, but not the one that is being typed, and none in blocks of code."""

    def __init__(self, editor: Editor) -> None:
        super().__init__(editor.document())
        self._editor = editor
        self.speller: Speller | None = None
        self._scripts: frozenset[str] = frozenset()
        self._own: frozenset[str] = frozenset()
        self._on = False
        self._known: dict[str, bool] = {}
        self._typed_in = -1  # the block with the word that is being typed
        editor.cursorPositionChanged.connect(self._on_cursor_moved)

    def set_speller(self, speller: Speller | None) -> None:
        self.speller = speller
        self._scripts = scripts_of(speller.languages) if speller is not None else frozenset()
        self._known = {}

    def set_on(self, on: bool, own: frozenset[str]) -> None:
        """Switches the marks on or off; ``own`` are the words that the user has added."""
        if (on, own) != (self._on, self._own) or not self._known:
            self._on, self._own = on, own
            self.rehighlight()

    def wrong_word(self, cursor: QTextCursor) -> QTextCursor | None:
        """Returns a cursor that selects the wrong word at a place; None where there is none."""
        block = cursor.block()
        for start, word in self._wrong(block.text()):
            at = block.position() + start
            if at <= cursor.position() <= at + _units(word):
                found = QTextCursor(self.document())
                found.setPosition(at)
                found.setPosition(at + _units(word), QTextCursor.MoveMode.KeepAnchor)
                return found
        return None

    def highlightBlock(self, text: str) -> None:
        fence = text.lstrip().startswith("```")
        in_code = self.previousBlockState() == 1
        self.setCurrentBlockState(1 if in_code != fence else 0)
        if in_code or fence or len(text) > _LONGEST or self.document().characterCount() > 10 * _LONGEST:
            return
        wrong = QTextCharFormat()
        wrong.setUnderlineStyle(QTextCharFormat.UnderlineStyle.SpellCheckUnderline)
        wrong.setUnderlineColor(QColor(style.theme().bad))
        cursor = self._editor.textCursor()
        typed = cursor.positionInBlock() if cursor.block() == self.currentBlock() else -1
        for start, word in self._wrong(text):
            if start + _units(word) == typed and self._editor.hasFocus():
                self._typed_in = self.currentBlock().blockNumber()
            else:
                self.setFormat(start, _units(word), wrong)

    def _wrong(self, text: str) -> list[tuple[int, str]]:
        """Returns the wrong words of a line with where they start, as Qt counts."""
        if self.speller is None or not self._on:
            return []
        return [(_units(text[:start]), word) for start, word in words_to_judge(text, self._scripts)
                if not self._knows(word)]

    def _knows(self, word: str) -> bool:
        if word in self._own or self.speller is None:
            return True
        known = self._known.get(word)
        if known is None:
            known = self._known[word] = self.speller.knows(word)
        return known

    def _on_cursor_moved(self) -> None:
        """Marks the word that was being typed, once the cursor has left it."""
        if self._typed_in >= 0:
            block = self.document().findBlockByNumber(self._typed_in)
            self._typed_in = -1
            if block.isValid():
                self.rehighlightBlock(block)


def _languages(settings: Settings) -> tuple[str, ...]:
    """Returns the languages to check: those that are set, else the system's, and English."""
    named = [each.strip() for each in settings.spelling_languages.replace(",", " ").split()]
    return tuple(named or [*QLocale.system().uiLanguages(), "en_US"])


def _units(text: str) -> int:
    """Returns the length as Qt counts it, in UTF-16 code units."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le")) // 2
