"""Reasons of matches as sentences in the reader's language and formats."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

from crm.core.i18n import formats
from crm.core.words import _

from .policy import MatchReasonKind
from .scoring import MatchReason
from .scoring.texts import extract_words

HS_KINDS = frozenset(
    {
        MatchReasonKind.same_hs6,
        MatchReasonKind.same_heading,
        MatchReasonKind.same_chapter,
        MatchReasonKind.other_chapter,
    }
)
LONG_NUMBER = re.compile(r"(?<![\d.,])\d{4,}(?![\d,])")


def describe_reason(reason: MatchReason) -> str:
    """Return a reason as a sentence."""
    if reason.kind is MatchReasonKind.related and _is_same_term(reason):
        return _("Both name the same term: %(term)s.", term=", ".join(reason.values["need"]))
    values = {name: _write(reason.kind, name, value) for name, value in reason.values.items()}
    return replace(reason, values=values).text(
        lambda day: formats.day(day, full=True), lambda code: formats.country(code) or code
    )


def _is_same_term(reason: MatchReason) -> bool:
    """Whether need and product name a term in the same words, such as "flow meters" and "flow meter"."""
    need, product = (set(extract_words(" ".join(reason.values[side]))) for side in ("need", "product"))
    return need == product


def _write(kind: MatchReasonKind, name: str, value: Any) -> Any:
    """Write HS codes with their dot and long numbers of quantities with separators."""
    if kind in HS_KINDS and isinstance(value, str):
        return formats.hs(value)
    if name in ("capacity", "quantity"):
        return LONG_NUMBER.sub(lambda match: formats.num(int(match[0])), value)
    return value
