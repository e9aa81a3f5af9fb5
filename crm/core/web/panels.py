"""Panels of a record's page. A feature builds them in Python, `desk` orders them, `desk/_panels.html` renders them.

A panel has only what its reader may see; texts are in the reader's language.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any, ClassVar, Protocol

import sqlalchemy as sa
from flask import url_for
from sqlalchemy.orm import InstrumentedAttribute

from crm.core.data.columns import labeled_column
from crm.core.data.record import Record
from crm.core.i18n import formats
from crm.core.policy import Actor, can
from crm.core.words import LabeledEnum, Lazy

Text = str | Lazy | LabeledEnum


@dataclass(frozen=True)
class Span:
    """A piece of a line, with `url` a link; `native` is the same name in its native script; `css` are style classes.

    `about` is read by screen readers after the text, so that ten links called "Edit" differ.
    """

    text: Text
    url: str = ""
    native: str = ""
    css: str = ""
    icon: str = ""
    about: Text = ""
    shape: ClassVar[str] = "span"


@dataclass(frozen=True)
class NextStepIndicator:
    """The next-step indicator: its state, the due date, and what the step is."""

    state: str
    when: str
    title: str = ""
    shape: ClassVar[str] = "light"

    @classmethod
    def of(cls, due_on: date | None, title: str = "") -> NextStepIndicator:
        """Return the indicator of a due date; None means that there is no next step."""
        return cls(*formats.light(due_on), title)


Piece = Span | NextStepIndicator


@dataclass(frozen=True)
class Line:
    """Pieces with a space between them."""

    pieces: tuple[Piece, ...]
    css: str = "small dim"


def note(*texts: Text | None, separator: str = ", ") -> tuple[Line, ...]:
    """Return one dim line of the texts that are not empty, or no line at all."""
    text = separator.join(str(text) for text in texts if text)
    return (Line((Span(text),)),) if text else ()


@dataclass(frozen=True)
class Action:
    """A link, or a button that posts and returns to the page; `about` names the row for screen readers.

    `is_danger` marks an action that removes something: it is red, and the last of its menu.
    """

    label: Text
    url: str
    about: Text = ""
    is_post: bool = False
    is_danger: bool = False


@dataclass(frozen=True)
class PanelRow:
    """A row of a panel: a title with an avatar (by record kind) or an icon, lines below it, and actions.

    `trailing` pieces follow the title on its line. `actions` are at the end of the row, `menu` is a menu of them behind
    a "more" button. `level` indents a row that is part of another one.
    """

    title: Span
    avatar: str = ""
    icon: str = ""
    trailing: tuple[Piece, ...] = ()
    lines: tuple[Line, ...] = ()
    actions: tuple[Action, ...] = ()
    menu: tuple[Action, ...] = ()
    level: int = 0

    @property
    def name(self) -> str:
        """The title as plain text, for labels."""
        return str(self.title.text or self.title.native)


def record_row(kind: str, id: int, label: str, native: str | None, *notes: Text | None) -> PanelRow:
    """Return a row that links to a record, with its avatar, and with notes below its name."""
    return PanelRow(title=record_link(kind, id, label, native, css=""), avatar=kind, lines=note(*notes))


def record_link(
    kind: str, id: int, label: str, native: str | None = None, *, css: str = "strong", about: Text = ""
) -> Span:
    """Return a link to the page of a record; `about` as in `Span`."""
    return Span(label, url=url_for(f"desk.{kind}", id=id), native=native or "", css=css, about=about)


@dataclass(frozen=True)
class Panel:
    """A titled list of rows. Without rows it is left out, unless rows can be added or `empty` explains that."""

    title: Text
    rows: tuple[PanelRow, ...] = ()
    add_url: str = ""
    edit_url: str = ""
    add_about: Text = ""
    edit_about: Text = ""
    empty: Text = ""
    footer: tuple[Line, ...] = ()
    shape: ClassVar[str] = "panel"

    def __bool__(self) -> bool:
        """Whether the panel is shown."""
        return bool(self.rows or self.add_url or self.edit_url or self.empty or self.footer)


def web_link(url: str | None) -> Span | None:
    """Return a link without its scheme; a text that is no web address stays a text."""
    if not url:
        return None
    if not url.startswith(("https://", "http://")):
        return Span(url)
    address = url.split("://", 1)[1].removeprefix("www.").rstrip("/")
    return Span(formats.breakable_address(address), url=url, css="link")


@dataclass(frozen=True)
class Fact:
    """A label and its value; without a value it is left out. `trailing` follows it, `below` is a line under it.

    `fields` are those of the record's form that edit it in place. `copy_text` is what a button beside it copies.
    """

    label: Text
    value: Text | Piece | None
    trailing: tuple[Piece, ...] = ()
    below: tuple[Piece, ...] = ()
    fields: tuple[str, ...] = ()
    copy_text: str = ""

    @classmethod
    def of(cls, row: Any, attribute: InstrumentedAttribute[Any]) -> Fact:
        """Return the fact of a row's mapped attribute: its label, and its value written by type."""
        column = labeled_column(attribute)
        value = getattr(row, attribute.key)
        if column.info.get("widget") == "url":
            value = web_link(value)
        elif isinstance(column.type, sa.Date):
            value = formats.day(value)
        elif value and (isinstance(column.type, sa.Text) or column.info.get("widget") == "area"):
            value = Span(value, css="keep-lines")
        return cls(column.info["label"], value, fields=(attribute.key,))


@dataclass(frozen=True)
class Editing:
    """Where facts are edited: as cells of their record in a list, and in the record's form."""

    cells_url: str
    form_url: str

    @classmethod
    def of(cls, actor: Actor, record: Record, listing: str, endpoint: str) -> Editing | None:
        """Return where facts of a record are edited, given its list and form; None if the actor may not edit it."""
        if not can(actor, f"{record.kind}:edit", record):
            return None
        return cls(url_for("bulk.cell", id=record.id, list=listing), url_for(endpoint, id=record.id))


@dataclass(frozen=True)
class Facts:
    """A titled list of labels and values.

    `editing` is None if they aren't edited in place, or the reader may not edit the record.
    """

    title: Text
    pairs: tuple[Fact, ...]
    edit_url: str = ""
    editing: Editing | None = None
    edit_about: Text = ""
    add_url: str = ""
    add_about: Text = ""
    footer: tuple[Line, ...] = ()
    shape: ClassVar[str] = "facts"

    @property
    def visible_pairs(self) -> list[Fact]:
        """The facts that have a value."""
        return [fact for fact in self.pairs if fact.value]

    def __bool__(self) -> bool:
        """Whether the panel is shown."""
        return bool(self.visible_pairs or self.add_url)


@dataclass(frozen=True)
class TextPanel:
    """A titled text; `empty` is shown if there is no text."""

    title: Text
    text: Text = ""
    empty: Text = ""
    edit_url: str = ""
    css: str = "t13"
    shape: ClassVar[str] = "prose"

    def __bool__(self) -> bool:
        """Whether the panel is shown."""
        return bool(self.text or self.empty)


class AnyPanel(Protocol):
    """What a page can render: `shape` names the macro; a panel that is false is left out."""

    shape: ClassVar[str]
