"""News: notes in which a colleague mentioned the reader, such as “@Shen can you check?”."""

from __future__ import annotations

import re

import sqlalchemy as sa

from crm.core.data.access import AccessProfile, cached_query
from crm.core.data.base import Select, db
from crm.core.data.history import Change
from crm.core.data.identity import User
from crm.core.data.record import Record, visible
from crm.core.words import _, _l
from crm.reminders.mentions import NOTE_COLUMNS, is_newly_mentioned, mention_pattern
from crm.reminders.queries.items import Item

from . import DigestKind, DueItems, Morning

MAX_LINES = 10
FULL_WIDTH = "uff20"
"""The at sign of Chinese keyboards, as JSON writes it."""


class Mentioned(DigestKind):
    """Notes of follow-ups and interactions that name the reader with an @ since the last digest."""

    code = "mentioned"
    label = _l("Mentions of you in notes")
    position = 42
    record_kinds = frozenset({"interaction"})
    block = "news"
    rule = _l("The next daily digest lists notes in which a colleague writes @ and your name.")

    def find_due(self, morning: Morning) -> DueItems:
        """Return one line a record, at most ten, the latest first."""
        actor, items = morning.reader.actor, dict[int, Item]()
        rows = _changes(actor, since=morning.changes_since)
        pattern = _load_pattern(actor.id) if rows else re.compile("")
        for record_id, kind, label, name, diff, confidential in rows:
            if record_id not in items and is_newly_mentioned(pattern, diff):
                items[record_id] = Item(
                    icon="note",
                    title=_("%(name)s mentioned you: %(what)s", name=name, what=label),
                    record_id=record_id,
                    kind=kind,
                    actions=("open",),
                    confidential=confidential,
                )
        return DueItems(list(items.values())[:MAX_LINES])


def _load_pattern(user_id: int | None) -> re.Pattern[str]:
    row = db.session.execute(sa.select(User.name, User.native_name, User.email).where(User.id == user_id)).one()
    return mention_pattern(row.name, row.native_name, row.email)


@cached_query
def _changes(profile: AccessProfile) -> Select:
    diff = sa.cast(Change.diff, sa.Text)
    return (
        sa.select(Record.id, Record.kind, Record.label, User.name, Change.diff, Record.confidential)
        .select_from(Change)
        .join(Record, Record.id == Change.root_id)
        .join(User, User.id == Change.actor_id)
        .where(Change.at >= sa.bindparam("since"), Change.actor_id != profile.id)
        .where(Record.archived_at.is_(None), visible(profile))
        .where(
            sa.or_(diff.contains("@"), diff.contains(FULL_WIDTH)),
            sa.or_(*(diff.contains(f'"{column}"') for column in NOTE_COLUMNS)),
        )
        .order_by(Change.at.desc(), Change.id.desc())
        .limit(200)
    )


KIND = Mentioned()
