"""The list of tariff notes."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import sqlalchemy as sa

from crm.core import clock
from crm.core.data.base import db
from crm.core.data.identity import User
from crm.core.forms.choice_sources import country_choices
from crm.core.lists import Col, Filter, Listing, View
from crm.core.lists.text_search import contains_text
from crm.core.policy import Actor
from crm.core.words import _l
from crm.products.policy import hs_digits

from .models import TariffNote
from .policy import NoteAge, note_age, oldest_current_day


def _in_country(code: str) -> sa.ColumnElement[bool]:
    """Return the condition for notes on a country, including those for all countries."""
    return sa.or_(TariffNote.country == code, TariffNote.country.is_(None))


def _needs_check(_value: object, actor: Actor) -> sa.ColumnElement[bool]:
    """Return the condition for notes that are no longer valid or old; the same rule as policy.note_age."""
    today = clock.today(actor.zone)
    return sa.or_(TariffNote.valid_until < today, TariffNote.noted_on < oldest_current_day(today))


def _matches_text(text: str) -> sa.ColumnElement[bool]:
    has_code = TariffNote.hs.startswith(hs_digits(text) or "", autoescape=True)
    return sa.or_(has_code, contains_text(text, TariffNote.text, TariffNote.source))


def load_ages(ids: Collection[int], actor: Actor) -> dict[int, dict[str, Any]]:
    """Return for the notes of a page whether they should be checked again."""
    today = clock.today(actor.zone)
    rows = db.session.execute(
        sa.select(TariffNote.id, TariffNote.noted_on, TariffNote.valid_until).where(TariffNote.id.in_(ids))
    )
    ages = {row.id: note_age(row.noted_on, row.valid_until, today) for row in rows}
    return {i: {"age": "" if age is NoteAge.current else str(age)} for i, age in ages.items()}


AUTHOR = sa.select(User.name).where(User.id == TariffNote.author_id).correlate(TariffNote).scalar_subquery()

TARIFF_NOTES = Listing(
    name="tariff_notes",
    title=_l("Tariff and rule notes"),
    path="/tariff-notes/",
    template="tariffs/index.html",
    entity=TariffNote,
    base=lambda _actor: sa.select(TariffNote),
    sort="hs",
    search=_matches_text,
    after_page=load_ages,
    cols=(
        Col.of(TariffNote.hs, kind="hs", sort=True),
        Col.of(TariffNote.text, kind="long"),
        Col("age", _l("Needs recheck"), hide_phone=True),
        Col.of(TariffNote.country, hide_phone=True),
        Col.of(TariffNote.source, hide_phone=True),
        Col.of(TariffNote.noted_on, name="date", sort=True, hide_phone=True),
        Col.of(TariffNote.valid_until, hide_phone=True),
        Col("author", _l("Author"), AUTHOR, hide_phone=True),
    ),
    filters=(
        Filter(
            "hs",
            _l("HS code starts with"),
            "text",
            lambda x: TariffNote.hs.startswith(hs_digits(x) or "", autoescape=True),
        ),
        Filter.of(TariffNote.country, kind="choice", where=_in_country, choices=lambda _a: tuple(country_choices())),
        Filter("check", _l("Old or no longer valid"), "bool", _needs_check, takes_actor=True),
    ),
    views=(View("check", _l("Needs recheck"), {"check": "1"}, sort="date"),),
)
