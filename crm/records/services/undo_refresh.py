"""Update what is derived from records of which something was undone, with few statements for many records."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from crm.core.data.base import db
from crm.core.data.chunks import chunked
from crm.core.data.net_changes import NetChange
from crm.core.data.record import Record, refresh_derived, update_dependents
from crm.core.hooks import DEPENDENTS, UNDONE
from crm.core.mail.outbox.kinds import list_surviving_kinds
from crm.core.mail.outbox.put import cancel_mails
from crm.core.policy import Actor

from .access import update_access
from .access_links import LINKS

REPEATED_COLUMNS = frozenset({"label", "native_label", "team_id"})
"""The columns that other records repeat, or by which they may name this one, besides the counselor."""


def refresh_undone(actor: Actor, records: Sequence[Record], changes: Sequence[NetChange]) -> None:
    """Update what is derived from restored records: names, links, dates, access, unsent emails about them."""
    by_record: dict[int | None, list[NetChange]] = defaultdict(list)
    for change in changes:
        by_record[change.root_id].append(change)
    by_kind: dict[str, list[Record]] = defaultdict(list)
    for record in records:
        by_kind[record.kind].append(record)
    labels = {record.id: (record.label, record.native_label) for record in records}
    for kind in by_kind.keys() & UNDONE.keys():
        for part in chunked(by_kind[kind]):
            UNDONE[kind](actor, {record: by_record[record.id] for record in part})
    for record in records:
        refresh_derived(record)
    restored = {i: {name for change in own for name in change.diff} for i, own in by_record.items() if i is not None}
    for record in records:
        is_renamed = labels[record.id] != (record.label, record.native_label)
        if record.confidential or is_renamed or restored[record.id] & REPEATED_COLUMNS:
            update_dependents(record)
    reassigned = [record.id for record in records if "counselor_id" in restored[record.id] and not record.confidential]
    finish_undo({kind: [record.id for record in rows] for kind, rows in by_kind.items()}, reassigned)


def finish_undo(ids_by_kind: Mapping[str, Collection[int]], reassigned: Collection[int]) -> None:
    """Update access, unsent emails, and the dependents of the open records that were reassigned."""
    for part in chunked(reassigned):
        _reassign_dependents(part)
    for kind in LINKS.keys() & ids_by_kind.keys():
        update_access(kind, ids_by_kind[kind])
    ids = [record_id for own in ids_by_kind.values() for record_id in own]
    cancel_mails(db.session(), record_ids=ids, except_kinds=list_surviving_kinds())


def _reassign_dependents(ids: Collection[int]) -> None:
    """Let the dependents of records follow their counselor again: open ones directly, others with their access."""
    db.session.flush()
    hosts = aliased(Record)
    for kind, select_dependents in DEPENDENTS:
        pairs = select_dependents(ids).subquery()
        stmt = (
            sa.select(Record, hosts)
            .join(pairs, pairs.c.id == Record.id)
            .join(hosts, hosts.id == pairs.c.host_id)
            .where(hosts.kind == kind, Record.counselor_id.is_distinct_from(hosts.counselor_id))
            .order_by(Record.id)
        )
        for dependent, host in db.session.execute(stmt).all():
            if dependent.confidential:
                update_dependents(host)
            else:
                dependent.counselor_id = host.counselor_id
        db.session.flush()
