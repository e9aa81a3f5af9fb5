"""Who reads: the language and the zone that values are written for."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from babel import Locale
from flask import g, has_app_context
from flask_babel import get_locale

from crm.core.policy import Actor


def locale() -> Locale:
    """The language of the reader."""
    found = get_locale() if has_app_context() else None
    return found or Locale("en")


def _actor() -> Actor | None:
    found: Actor | None = g.get("actor") if has_app_context() else None
    return found


def zone_of_reader() -> str:
    """The IANA zone of the reader; UTC for a guest."""
    actor = _actor()
    return actor.zone if actor else "UTC"


@contextmanager
def as_read_by(actor: Actor) -> Iterator[None]:
    """Write for this reader inside the block: for mails, which are made without a request."""
    before = g.get("actor")
    g.actor = actor
    try:
        yield
    finally:
        g.actor = before
