"""The suspected pairs as lists: filters, sort order and pages.

They aren't in `lists.py`, whose lists can be exported: a file must not have the names of confidential records.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import sqlalchemy as sa

from crm.core.data.base import alias
from crm.core.data.record import Record, visible
from crm.core.lists import Col, Filter, Listing
from crm.core.lists.staff_filters import list_team_choices
from crm.core.policy import Actor
from crm.core.words import _l
from crm.records.policy import KIND_TITLES

from .models import DuplicatePair
from .policy import COMPARED_KINDS, PairState

FIRST, SECOND = alias(Record, "first_record"), alias(Record, "second_record")
"""The two records of a pair."""


def _select(actor: Actor, state: PairState) -> sa.Select[Any]:
    """Select the pairs of two visible records that aren't archived."""
    return (
        sa.select(DuplicatePair)
        .join(FIRST, FIRST.id == DuplicatePair.a_id)
        .join(SECOND, SECOND.id == DuplicatePair.b_id)
        .where(DuplicatePair.state == state, FIRST.archived_at.is_(None), SECOND.archived_at.is_(None))
        .where(visible(actor, FIRST), visible(actor, SECOND))
    )


def _team_choices(actor: Actor) -> tuple[tuple[str, object], ...]:
    return (*list_team_choices(actor), ("0", _l("Shared")))


def _in_team(value: str) -> sa.ColumnElement[bool]:
    """Return the condition of the pairs with a record of a team; 0 stands for the shared records."""
    if value == "0":
        return sa.or_(FIRST.team_id.is_(None), SECOND.team_id.is_(None))
    return sa.or_(FIRST.team_id == int(value), SECOND.team_id == int(value))


OPEN = Listing(
    name="duplicates",
    title=_l("Possible duplicates"),
    path="/duplicates/",
    template="duplicates/index.html",
    entity=DuplicatePair,
    base=lambda actor: _select(actor, PairState.open),
    has_row_pages=False,
    search=False,
    sort="-score",
    cols=(Col("score", _l("Score"), DuplicatePair.score, sort=True, kind="num"),),
    filters=(
        Filter(
            "kind",
            _l("Type"),
            "choice",
            lambda kind: FIRST.kind == kind,
            tuple((kind, KIND_TITLES[kind]) for kind in COMPARED_KINDS),
        ),
        Filter("team", _l("Team"), "choice", _in_team, _team_choices),
    ),
)
"""The pairs to decide, the most likely ones first."""
DIFFERENT = replace(
    OPEN,
    name="different",
    path="/duplicates/different",
    base=lambda actor: _select(actor, PairState.different),
)
"""The pairs that were marked as not the same."""
