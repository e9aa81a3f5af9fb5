"""Reasons of matches as sentences in the reader's language."""

from __future__ import annotations

from crm.core.words import _
from crm.names.matching import Reason, ReasonKind


def reason_text(reason: Reason) -> str:
    """Return one reason as a sentence."""
    return _(reason.kind.value, a=reason.a, b=reason.b)


def reason_from_json(data: list[str]) -> str:
    """Return a stored reason (kind, a, b) as a sentence; a text of its own if the kind is empty."""
    kind, a, b = data
    return reason_text(Reason(ReasonKind[kind], a, b)) if kind in ReasonKind.__members__ else a


def reason_to_json(reason: Reason) -> list[str]:
    """Return a reason as it is stored."""
    return [reason.kind.name, reason.a, reason.b]
