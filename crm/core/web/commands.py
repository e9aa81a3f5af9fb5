"""The commands of the palette: what a user may create, open or do, found by words and initials of their names."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from flask import url_for

from crm import names
from crm.core import policy
from crm.core.forms.choice_sources import current_language
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

    @property
    def texts(self) -> tuple[str, ...]:
        """What it is found by: its name and words in the reader's language and in English."""
        labels = [self.label] if self.words is None else [self.label, self.words]
        english = (label.text % label.values if label.values else label.text for label in labels)
        return tuple(dict.fromkeys([*map(str, labels), *english]))


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


def list_commands(actor: policy.Actor) -> Iterator[Command]:
    """Yield the commands that the actor may use: new records, then pages, then others."""
    forms = (_new_command(entry) for entry in _by_position(NEW_ENTRIES))
    pages = (_page_command(entry) for entry in _by_position(NAV_ENTRIES))
    for command in (*forms, *pages, *COMMANDS):
        right = RIGHTS[command.endpoint]
        if right == PUBLIC or policy.can(actor, right):
            yield command


def _by_position(entries: Sequence[MenuEntry]) -> list[MenuEntry]:
    return sorted(entries, key=lambda entry: entry.position)


@lru_cache(maxsize=256)
def _new_command(entry: MenuEntry) -> Command:
    return Command(entry.endpoint, entry.command or entry.label, entry.icon, entry.label)


@lru_cache(maxsize=256)
def _page_command(entry: MenuEntry) -> Command:
    return Command(entry.endpoint, _l("Go to %(page)s", page=entry.label), entry.icon, entry.label)


def find_commands(actor: policy.Actor, text: str) -> list[CommandHit]:
    """Return the commands that have all words of a text, or its letters as initials, best first; all without a text."""
    language = current_language()
    ranked = []
    for position, command in enumerate(list_commands(actor)):
        rank = match_text(text, _texts_of(command, language)) if text.strip() else 0
        if rank is not None:
            ranked.append((rank, position, command))
    return [_build_hit(command) for _rank, _position, command in sorted(ranked, key=lambda row: row[:2])]


@lru_cache(maxsize=1024)
def _texts_of(command: Command, _language: str) -> tuple[str, ...]:
    return command.texts


def _build_hit(command: Command) -> CommandHit:
    url = url_for(command.endpoint, _external=False, **dict(command.args))
    return CommandHit(str(command.label), url, command.icon, command.control)


def match_text(text: str, texts: Sequence[str]) -> int | None:
    """Return how well a text finds one of several names, 0 is best; None if it doesn't.

    0: all words, in any order; 1: the letters are initials ("nf" finds "New follow-up").
    """
    words, letters = _query_words(text), "".join(text.lower().split())
    if words and any(_has_words(words, _tokens(name)) for name in texts):
        return 0
    return 1 if letters and any(_initials(name).startswith(letters) for name in texts) else None


def _has_words(words: Sequence[str], tokens: str) -> bool:
    return all((f" {word}" if word.isascii() else f" {word} ") in tokens for word in words)


@lru_cache(maxsize=256)
def _query_words(text: str) -> tuple[str, ...]:
    return tuple(names.query_tokens(text))


@lru_cache(maxsize=1024)
def _tokens(name: str) -> str:
    """Return the tokens of a name with a space before and after each."""
    return f" {names.tokens(name)} "


@lru_cache(maxsize=1024)
def _initials(name: str) -> str:
    return "".join(word[0] for word in name.lower().replace("-", " ").split())
