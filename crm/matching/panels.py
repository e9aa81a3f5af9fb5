"""Panels about matches."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import url_for

from crm.core.policy import Actor
from crm.core.web.panels import Action, Line, Panel, PanelRow, Span
from crm.core.words import _, join_facts

from .policy import MatchState
from .queries import MatchName, MatchRow, list_matches
from .sentences import describe_reason

MAX_REASONS = 3


def build_matches(actor: Actor, *, of: str, record_id: int) -> Panel:
    """Return the matches of a need, product, client or project (`of`)."""
    rows = list_matches(actor, of=of, record_id=record_id)
    params: dict[str, Any] = {of: record_id}
    all_url = url_for("matching.index", **params)
    more = Line((Span(_("All matches"), url=all_url, css="link"),), css="t13")
    return Panel(
        title=_("Matches"),
        rows=tuple(build_match_row(row, of) for row in rows),
        footer=(more,) if rows else (),
    )


def build_match_row(row: MatchRow, of: str = "") -> PanelRow:
    """Return a match as a row: what fits, with reasons, warnings first, and what can be done."""
    about = _("%(product)s for %(need)s", product=_text(row.product), need=_text(row.need))
    return PanelRow(
        title=Span(_title(row, of), url=url_for("matching.show", id=row.id), css="strong"),
        trailing=(Span(_("%(n)s points", n=row.points), css="faint nowrap"), *_state(row)),
        lines=(*_side_lines(row, of), *reason_lines(row)),
        menu=_actions(row, about),
    )


def _title(row: MatchRow, of: str) -> str:
    if of in ("need", "project"):
        return _text(row.product)
    return _text(row.need)


def _side_lines(row: MatchRow, of: str) -> Sequence[Line]:
    """Return the records beside the one in the title, without that of the page."""
    sides = {
        "need": (row.client,),
        "product": (row.project,),
        "client": (row.product, row.project),
        "project": (row.client, row.need),
    }.get(of, (row.product, row.client, row.project))
    texts = [_text(side) for side in sides if side]
    return (Line((Span(join_facts(texts)),)),) if texts else ()


def reason_lines(row: MatchRow) -> tuple[Line, ...]:
    """Return the reasons as lines: all warnings, then the ones with the most points."""
    warnings = [reason for reason in row.reasons if reason.is_warning]
    benefits = [reason for reason in row.reasons if not reason.is_warning][:MAX_REASONS]
    lines = [Line((Span(describe_reason(reason), icon="alert"),), css="small warn") for reason in warnings]
    texts = " ".join(describe_reason(reason) for reason in benefits)
    return (*lines, Line((Span(texts),))) if texts else tuple(lines)


def _state(row: MatchRow) -> tuple[Span, ...]:
    if row.state is MatchState.suggested:
        return ()
    return (Span(row.state, css="chip ok" if row.state is MatchState.accepted else "chip"),)


def _actions(row: MatchRow, about: str) -> tuple[Action, ...]:
    if row.state is not MatchState.suggested:
        return ()
    return (
        Action(_("Create opportunity"), url_for("opportunities.accept_match", id=row.id), about=about, is_post=True),
        Action(_("Dismiss…"), url_for("matching.dismiss", id=row.id), about=about),
    )


def _text(name: MatchName) -> str:
    return name.label or name.native_label
