"""The commands of the palette: what a user may create, open or do, found by words and initials of their names."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from flask import url_for

from crm import names
from crm.core import policy
from crm.core.web.blueprint import PUBLIC, RIGHTS
from crm.core.web.layout import NAV_ENTRIES, NEW_ENTRIES, MenuEntry
from crm.core.words import Lazy, _l

PREFIX = ">"
"""The first character of a search for commands only."""


@dataclass(frozen=True)
class Command:
    """A command: the page it opens, or the control of the page that it presses.

    words: further words that find it. args: query parameters of the page.
    control: CSS selector of a button that the palette presses; without scripts the command opens its page.
    """

    endpoint: str
    label: Lazy
    icon: str
    words: Lazy | None = None
    args: tuple[tuple[str, str], ...] = ()
    control: str = ""


class CommandHit(NamedTuple):
    """A command as a search result."""

    label: str
    url: str
    icon: str
    control: str


COMMANDS: list[Command] = []
"""Commands besides those of the navigation and the *New* menu, in the order in which features are loaded."""


def add_command(command: Command) -> None:
    """Add a command; a repeated one is added once."""
    COMMANDS[:] = [*(c for c in COMMANDS if c != command), command]


def find_commands(actor: policy.Actor, text: str) -> list[CommandHit]:
    """Return the commands that have all words of a text, or its letters as initials, best first; all without a text."""
    search = CommandSearch(text)
    ranked = [(search.rank(_list_texts(command)), command) for command in _list_commands()]
    usable = [(rank, command) for rank, command in ranked if rank is not None and _may_use(actor, command)]
    return [_build_hit(command) for _rank, command in sorted(usable, key=lambda row: row[0])]


def _may_use(actor: policy.Actor, command: Command) -> bool:
    right = RIGHTS[command.endpoint]
    return right == PUBLIC or policy.can(actor, right)


def _list_commands() -> list[Command]:
    """Return all commands: new records, then pages, then others."""
    forms = (
        Command(e.endpoint, e.command or e.label, e.icon, _l("Add %(record)s, create", record=e.label))
        for e in _by_position(NEW_ENTRIES)
    )
    pages = (
        Command(e.endpoint, _l("Go to %(page)s", page=e.label), e.icon, e.label) for e in _by_position(NAV_ENTRIES)
    )
    return [*forms, *pages, *COMMANDS]


def _by_position(entries: Sequence[MenuEntry]) -> list[MenuEntry]:
    return sorted(entries, key=lambda entry: entry.position)


def _list_texts(command: Command) -> list[SearchedText]:
    """Return the name and words of a command in the reader's language and in English."""
    labels = [command.label] if command.words is None else [command.label, command.words]
    english = (label.text % label.values if label.values else label.text for label in labels)
    return [SearchedText.of(text) for text in dict.fromkeys([*map(str, labels), *english])]


def _build_hit(command: Command) -> CommandHit:
    url = url_for(command.endpoint, _external=False, **dict(command.args))
    return CommandHit(str(command.label), url, command.icon, command.control)


class SearchedText(NamedTuple):
    """A text in the forms that are searched: its tokens, each between spaces, and its initials."""

    tokens: str
    initials: str

    @classmethod
    @lru_cache(maxsize=1024)
    def of(cls, text: str) -> SearchedText:
        """Return the forms of a text."""
        initials = (word[0] for word in text.lower().replace("-", " ").split())
        return cls(f" {names.tokens(text)} ", "".join(initials))


class CommandSearch:
    """What was typed: its words, or letters that are initials ("nf" finds "New follow-up")."""

    def __init__(self, text: str) -> None:
        self._words = [f" {word}" if word.isascii() else f" {word} " for word in names.query_tokens(text)]
        self._letters = "".join(text.lower().split())

    def rank(self, texts: Sequence[SearchedText]) -> int | None:
        """Return 0 if one of the texts has all words, 1 if its initials are the letters, None if neither.

        Without a text everything is found.
        """
        if not self._letters:
            return 0
        if self._words and any(all(word in text.tokens for word in self._words) for text in texts):
            return 0
        return 1 if any(text.initials.startswith(self._letters) for text in texts) else None
