"""The list of archived records of all kinds."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import sqlalchemy as sa

from crm.accounts.event_queries import RECORD_KINDS
from crm.core.data.base import Instant, db
from crm.core.data.identity import User
from crm.core.data.record import Record, visible
from crm.core.lists import Col, Filter, Listing, View
from crm.core.policy import Actor
from crm.core.words import _l

from .policy import KIND_TITLES


def _facts(ids: Collection[int], _actor: Actor) -> dict[int, dict[str, Any]]:
    stmt = sa.select(Record.id, Record.kind).where(Record.id.in_(ids))
    return {row.id: {"kind": str(RECORD_KINDS[row.kind])} for row in db.session.execute(stmt)}


ARCHIVE = Listing(
    name="archive",
    title=_l("Archive"),
    path="/records/archive",
    row_path="/records/",
    template="records/archived.html",
    base=lambda actor: (
        sa.select(Record)
        .outerjoin(User, User.id == Record.counselor_id)
        .where(Record.archived_at.is_not(None), Record.merged_into_id.is_(None), visible(actor))
    ),
    sort="-archived_at",
    shows_archived=True,
    cols=(
        Col("name", _l("Name"), Record.label, sort=Record.sort_key, native=Record.native_label, kind="name"),
        Col("kind", _l("Type"), hide_phone=True),
        Col("why", _l("Reason"), Record.archived_why),
        # Never NULL in this list, as the type says.
        Col("archived_at", _l("Archived"), sa.type_coerce(Record.archived_at, Instant()), sort=True, kind="date"),
        Col("counselor", _l("Counselor"), User.name, kind="user", hide_phone=True),
    ),
    filters=(Filter("kind", _l("Type"), "choice", lambda kind: Record.kind == kind, tuple(KIND_TITLES.items())),),
    after_page=_facts,
    views=tuple(View(f"{kind}s", title, {"kind": kind}) for kind, title in KIND_TITLES.items()),
)
