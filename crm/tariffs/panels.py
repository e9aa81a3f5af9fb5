"""The panel of the tariff notes on a record's HS code."""

from __future__ import annotations

from collections.abc import Collection

from flask import url_for

from crm.core import clock
from crm.core.i18n import formats
from crm.core.policy import Actor, can
from crm.core.web.panels import Fact, Facts, Line, Panel, PanelRow, Span, web_link
from crm.core.words import _

from .models import TariffNote
from .policy import NoteAge, note_age
from .queries import MAX_NOTES, TariffNoteRow, find_author, list_notes
from .titles import country_or_all, note_title

MAX_CHARS = 240


def build_tariff_notes(actor: Actor, codes: Collection[str | None], country: str | None = None) -> Panel | None:
    """Return the notes on HS codes in a country; without a known country, in all. None without a code."""
    hs_codes = [code for code in codes if code]
    if not hs_codes:
        return None
    rows = list_notes(hs_codes, country)
    url = url_for("tariffs.index", hs=hs_codes[0][:2])
    more = Line((Span(_("All notes on chapter %(hs)s", hs=hs_codes[0][:2]), url=url, css="link"),))
    may_add = can(actor, "tariff:edit")
    return Panel(
        title=_("Tariff and rule notes"),
        rows=tuple(_note_row(actor, row) for row in rows[:MAX_NOTES]),
        add_url=url_for("tariffs.new", hs=hs_codes[0], country=country) if may_add else "",
        add_about=_("Tariff note"),
        footer=(more,) if len(rows) > MAX_NOTES else (),
    )


def build_note_facts(row: TariffNote) -> Facts:
    """Return where a note applies, its source, dates and author."""
    return Facts(
        title=_("Details"),
        pairs=(
            Fact(_("HS code"), formats.hs(row.hs)),
            Fact(_("Country"), country_or_all(row.country)),
            Fact(_("Source"), web_link(row.source)),
            Fact(_("Date"), formats.day(row.noted_on, full=True)),
            Fact(_("Valid until"), formats.day(row.valid_until, full=True)),
            Fact(_("Author"), find_author(row)),
        ),
    )


def _note_row(actor: Actor, row: TariffNoteRow) -> PanelRow:
    age = note_age(row.noted_on, row.valid_until, clock.today(actor.zone))
    warning = (Line((Span(age, icon="alert"),), css="small warn"),) if age is not NoteAge.current else ()
    until = _("valid until %(day)s", day=formats.day(row.valid_until, full=True)) if row.valid_until else ""
    facts = ", ".join(part for part in (formats.day(row.noted_on, full=True), until, row.author or "") if part)
    return PanelRow(
        title=Span(note_title(row.hs, row.country), url=url_for("desk.tariff_note", id=row.id), css="strong"),
        lines=(
            *warning,
            Line((Span(_shorten(row.text)),), css="t13"),
            Line((_source(row.source), Span("·"), Span(facts))),
        ),
    )


def _source(text: str) -> Span:
    return web_link(text) or Span("")


def _shorten(text: str) -> str:
    return text if len(text) <= MAX_CHARS else f"{text[:MAX_CHARS].rstrip()}…"
