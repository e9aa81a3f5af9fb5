"""The reader: the locale, the date format and the time zone that values are written for."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

from babel import Locale, UnknownLocaleError
from flask import g
from flask_babel import force_locale, get_locale

from crm.core.policy import Actor, DateFormat

TERRITORIES = {DateFormat.us: "US", DateFormat.uk: "GB"}


class ReaderFormats(NamedTuple):
    """How values are written for a reader, and the language and user from which it follows."""

    language: Locale | None
    actor: Actor | None
    locale: Locale
    locale_name: str
    is_iso: bool
    zone: str

    @classmethod
    def of(cls, language: Locale | None, actor: Actor | None) -> ReaderFormats:
        """Return the formats of a user in a language; None for a guest."""
        locale = _parse_locale(str(language or "en"), _territory(actor) if actor else "")
        is_iso = actor is not None and actor.date_format is DateFormat.iso
        return cls(language, actor, locale, str(locale), is_iso, actor.zone if actor else "UTC")


def reader_formats() -> ReaderFormats:
    """Return how values are written for the reader.

    A page formats some hundred values, so it is found once for each reader and language of a request.
    """
    try:
        # Each access to `g` itself takes longer than to its dictionary.
        values: dict[str, Any] = g.__dict__
    except RuntimeError:  # outside of an application
        return _GUEST
    language = getattr(values.get("_flask_babel"), "babel_locale", None) or get_locale()
    actor, cached = values.get("actor"), values.get("reader_formats")
    if cached is None or cached.language is not language or cached.actor is not actor:
        cached = values["reader_formats"] = ReaderFormats.of(language, actor)
    return cached


def locale() -> Locale:
    """Return the reader's language with the territory of the reader's date format, or else of the reader's country."""
    return reader_formats().locale


def locale_name() -> str:
    """Return the code of `locale`, such as "en_US"."""
    return reader_formats().locale_name


def _territory(actor: Actor) -> str:
    return TERRITORIES.get(actor.date_format, actor.country) if actor.date_format else actor.country


def _parse_locale(language: str, territory: str) -> Locale:
    try:
        return Locale.parse(f"{language}_{territory}" if territory else language)
    except UnknownLocaleError:
        return Locale.parse(language)  # such as English in China: the language's own formats


_GUEST = ReaderFormats.of(None, None)


def is_iso() -> bool:
    """Return whether the reader chose dates like 2026-12-08 and times like 17:00."""
    return reader_formats().is_iso


def formats_tag() -> str:
    """Return the format that scripts use for dates: "iso", or a language tag such as "en-US"."""
    return "iso" if is_iso() else locale_name().replace("_", "-")


def zone_of_reader() -> str:
    """Return the IANA zone of the reader; UTC for a guest."""
    return reader_formats().zone


@contextmanager
def as_read_by(actor: Actor) -> Iterator[None]:
    """Write texts and values for this reader inside the block: for emails and jobs, which run without a request."""
    before = g.get("actor")
    g.actor = actor
    try:
        with force_locale(actor.language):
            yield
    finally:
        g.actor = before
