"""Reasons of matches as sentences in the reader's language and formats."""

from __future__ import annotations

from crm.core.i18n import formats

from .scoring import MatchReason


def describe_reason(reason: MatchReason) -> str:
    """Return a reason as a sentence."""
    return reason.text(lambda day: formats.day(day, full=True), lambda code: formats.country(code) or code)
