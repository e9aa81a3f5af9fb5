"""The reader: the locale, the date format and the time zone that values are written for."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from typing import Any

from babel import Locale, UnknownLocaleError
from flask import g, has_app_context
from flask_babel import get_locale

from crm.core.policy import Actor, DateFormat

TERRITORIES = {DateFormat.us: "US", DateFormat.uk: "GB"}


def _actor() -> Actor | None:
    actor: Actor | None = g.get("actor") if has_app_context() else None
    return actor


def locale() -> Locale:
    """Return the reader's language with the territory of the reader's date format, or else of the reader's country.

    A page formats some hundred values, so it is found once for each reader and language of a request.
    """
    if not has_app_context():
        return _parse_locale("en", "")
    # Each access to `g` itself takes longer than to its dictionary.
    values: dict[str, Any] = g.__dict__
    language = getattr(values.get("_flask_babel"), "babel_locale", None) or get_locale()
    actor, cached = values.get("actor"), values.get("reader_locale")
    if cached is None or cached[0] is not language or cached[1] is not actor:
        locale = _parse_locale(str(language or "en"), _territory(actor) if actor else "")
        cached = values["reader_locale"] = (language, actor, locale)
    return cached[2]


def _territory(actor: Actor) -> str:
    return TERRITORIES.get(actor.date_format, actor.country) if actor.date_format else actor.country


@lru_cache(maxsize=256)
def _parse_locale(language: str, territory: str) -> Locale:
    try:
        return Locale.parse(f"{language}_{territory}" if territory else language)
    except UnknownLocaleError:
        return Locale.parse(language)  # such as English in China: the language's own formats


def is_iso() -> bool:
    """Return whether the reader chose dates like 2026-12-08 and times like 17:00."""
    actor = _actor()
    return actor is not None and actor.date_format is DateFormat.iso


def formats_tag() -> str:
    """Return the format that scripts use for dates: "iso", or a language tag such as "en-US"."""
    return "iso" if is_iso() else str(locale()).replace("_", "-")


def zone_of_reader() -> str:
    """Return the IANA zone of the reader; UTC for a guest."""
    actor = _actor()
    return actor.zone if actor else "UTC"


@contextmanager
def as_read_by(actor: Actor) -> Iterator[None]:
    """Format for this reader inside the block: for emails, which are rendered without a request."""
    before = g.get("actor")
    g.actor = actor
    try:
        yield
    finally:
        g.actor = before
