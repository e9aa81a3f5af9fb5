"""Table cells by kind: each column gets one function that renders its cell of a row."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from flask import current_app
from markupsafe import Markup, escape

from crm.core.i18n import formats
from crm.core.lists.declare import Col, Facts
from crm.core.words import LabeledEnum, _


class ListCell(NamedTuple):
    """One cell: its text, or markup where the kind needs it. A name has its text beside the markup."""

    value: str
    kind: str
    name: str = ""


Make = Callable[[Sequence[Any]], ListCell]
Get = Callable[[Sequence[Any]], Any]


def makers(cols: Sequence[Col], facts: Facts, today: date, path: str) -> list[Make]:
    """Return the renderers of the columns, for rows as `query.rows` returns them."""
    renderers = []
    position = 1
    for col in cols:
        renderers.append(_maker(col, _getter(col, position, facts), position, today, path))
        position += len(col.parts)
    return renderers


def _getter(col: Col, position: int, facts: Facts) -> Get:
    if col.sql is not None:
        return lambda row: row[position]
    none: dict[str, Any] = {}
    return lambda row: facts.get(row[0], none).get(col.name)


def _maker(col: Col, get: Get, position: int, today: date, path: str) -> Make:
    match col.kind:
        case "name":
            return _name(col, get, position, path)
        case "link":
            return _link(col, get, position)
        case "light":
            return _make_next_step(get, today)
        case "money" if col.currency is not None:
            where = position + len(col.parts) - 1
            priced = formats.memoize_format(lambda pair: ListCell(formats.amount(*pair), "money"))
            return lambda row: priced((get(row), row[where]))
        case "text" | "long" | "user" | "unit" | "tags":
            return _tags(get, path) if col.kind == "tags" else lambda row: _text(get(row), col.kind)
    write = formats.memoize_format(_writers()[col.kind])
    return lambda row: ListCell(write(get(row)), col.kind)


def _writers() -> dict[str, Callable[[Any], str]]:
    return {
        "num": formats.num,
        "money": formats.num,
        "date": _day(),
        "moment": formats.moment,
        "country": formats.country,
        "hs": formats.hs,
        "zone": lambda value: formats.place(value) if value else "",
        "bool": lambda value: _("Yes") if value else _("No"),
        "enum": lambda value: str(value.short_label) if isinstance(value, LabeledEnum) else str(value or ""),
    }


def _day() -> Callable[[Any], str]:
    """Format the day of a date or moment, cached by date: moments differ from row to row, dates are few."""
    zone = ZoneInfo(formats.zone_of_reader())
    written = formats.memoize_format(formats.day)
    return lambda value: written(value.astimezone(zone).date() if isinstance(value, datetime) else value)


def _text(value: Any, kind: str) -> ListCell:
    text = "" if value is None else str(value)
    return ListCell(text, kind)


# This markup is built here instead of a macro: it is most of the work for a page of fifty rows.
def _html(text: str) -> Markup:
    return Markup(text)  # noqa: S704 - made of escaped parts only


def _name(col: Col, get: Get, position: int, path: str) -> Make:
    start = f'<a class="strong" href="{escape(path)}'

    def make(row: Sequence[Any]) -> ListCell:
        text = get(row) or ""
        native = (row[position + 1] or "") if col.native is not None else ""
        if not text:
            text, native = native, ""
        native_html = (
            f' <span class="dim" lang="{formats.lang(native) or "und"}">{escape(native)}</span>' if native else ""
        )
        name = f"{text} {native}" if native else text
        return ListCell(_html(f'{start}{row[0]}">{formats.mark_lang(text)}</a>{native_html}'), "name", name)

    return make


def _link(col: Col, get: Get, position: int) -> Make:
    where = position + len(col.parts) - 1 - (col.currency is not None)
    start = f'<a href="{escape(col.path)}'

    def make(row: Sequence[Any]) -> ListCell:
        if col.ref is not None:
            id, text = row[where], get(row)
        else:
            id, text = get(row) or (None, "")
        if not text or id is None:
            return ListCell(text or "", "link")
        return ListCell(_html(f'{start}{id}">{formats.mark_lang(text)}</a>'), "link")

    return make


def _tags(get: Get, path: str) -> Make:
    """Draw tags as links to the list of the records that have them."""

    def make(row: Sequence[Any]) -> ListCell:
        names = [name for name in (get(row) or "").split("; ") if name]
        links = [
            f'<a class="chip" href="{escape(path)}?{urlencode({"tag": name})}">{formats.mark_lang(name)}</a>'
            for name in names
        ]
        return ListCell(_html(" ".join(links)), "tags") if links else ListCell("", "tags")

    return make


def _make_next_step(get: Get, today: date) -> Make:
    static_url: Any = current_app.jinja_env.globals["static_url"]
    sprite = static_url("icons.svg")
    drawn = Markup(
        '<span class="light light-%s"><svg class="i" aria-hidden="true"><use href="%s#light-%s"/></svg>'
        '%s<span class="when">%s</span></span>'
    )

    def write(due: date | None, title: str) -> ListCell:
        if due is None:
            return ListCell("", "light")
        state, words = formats.light(due, today)
        before = Markup('<span class="clip">%s</span><span class="visually-hidden">, </span>') % formats.mark_lang(
            title
        )
        return ListCell(drawn % (state, sprite, state, before if title else "", words), "light")

    cell = formats.memoize_format(lambda pair: write(*pair))

    def make(row: Sequence[Any]) -> ListCell:
        value = get(row)
        return cell(value if isinstance(value, tuple) else (value, ""))

    return make
