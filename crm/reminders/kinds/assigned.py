"""News: records that a colleague assigned to the reader."""

from __future__ import annotations

from dataclasses import replace

import sqlalchemy as sa
from flask_babel import ngettext

from crm.core.data.access import AccessProfile, cached_query
from crm.core.data.base import Select
from crm.core.data.history import Change
from crm.core.data.identity import User
from crm.core.data.record import Record, visible
from crm.core.words import _, _l
from crm.reminders.queries.items import Item

from . import DigestKind, DueItems, Morning

MAX_LINES = 10


class Assigned(DigestKind):
    """Records of which the reader became the counselor since the last digest."""

    code = "assigned"
    label = _l("New assignments")
    position = 40
    block = "news"
    rule = _l("New assignments are in the next daily digest.")

    def find_due(self, morning: Morning) -> DueItems:
        """Return one line a record, at most ten; the last one says how many more there are."""
        actor, items = morning.reader.actor, dict[int, Item]()
        for record_id, kind, label, name, diff, confidential in _changes(actor, since=morning.changes_since):
            if diff.get("counselor_id", [None, None])[1] == actor.id and record_id not in items:
                items[record_id] = Item(
                    icon="handover",
                    title=_("%(name)s assigned you: %(what)s", name=name, what=label),
                    record_id=record_id,
                    kind=kind,
                    actions=("open",),
                    confidential=confidential,
                )
        lines, more = list(items.values())[:MAX_LINES], len(items) - MAX_LINES
        if more > 0:
            lines[-1] = replace(lines[-1], second=ngettext("and %(num)s more", "and %(num)s more", more))
        return DueItems(lines)


@cached_query
def _changes(profile: AccessProfile) -> Select:
    return (
        sa.select(Record.id, Record.kind, Record.label, User.name, Change.diff, Record.confidential)
        .select_from(Change)
        .join(Record, Record.id == Change.root_id)
        .join(User, User.id == Change.actor_id)
        .where(Change.at >= sa.bindparam("since"), Change.actor_id != profile.id, Record.counselor_id == profile.id)
        # Of the many changes of a night, an import's perhaps, only those that name a counselor are read.
        .where(Record.archived_at.is_(None), visible(profile), sa.cast(Change.diff, sa.Text).contains('"counselor_id"'))
        .order_by(Change.at.desc(), Change.id.desc())
        .limit(1000)
    )


KIND = Assigned()
