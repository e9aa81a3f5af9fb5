"""News: notes in which a colleague mentioned the reader, such as “@Shen can you check?”."""

from __future__ import annotations

import sqlalchemy as sa

from crm.core.data.base import db
from crm.core.data.identity import User
from crm.core.words import _, _l
from crm.reminders.mentions import NOTE_COLUMNS, NamedUser, build_named_user, list_newly_mentioned, list_note_changes
from crm.reminders.queries.items import DigestItem
from crm.reminders.queries.news import list_recent_changes

from . import DigestContext, DigestKind, DueItems

MAX_LINES = 10


class NoteMentions(DigestKind):
    """Notes of follow-ups and interactions that name the reader with an @ since the last digest."""

    code = "mentioned"
    label = _l("Mentions of you in notes")
    position = 42
    record_kinds = frozenset({"interaction"})
    block = "news"
    rule = _l("The next daily digest lists notes in which a colleague mentions you (@ and your name).")

    def find_due(self, context: DigestContext) -> DueItems:
        """Return one line a record, at most ten, the latest first."""
        actor = context.reader.actor
        items: dict[int, DigestItem] = {}
        recent = list_recent_changes(actor, context.changes_since)
        changes = [change for change in recent if any(column in change.diff for column in NOTE_COLUMNS)]
        users = _load_users() if changes else []
        for change in changes:
            if change.record_id in items:
                continue
            if actor.id in list_newly_mentioned(users, list_note_changes(change.diff)):
                items[change.record_id] = DigestItem(
                    icon="note",
                    title=_("%(name)s mentioned you: %(item)s", name=change.by, item=change.label),
                    record_id=change.record_id,
                    kind=change.kind,
                    actions=("open",),
                    confidential=change.confidential,
                )
        return DueItems(list(items.values())[:MAX_LINES])


def _load_users() -> list[NamedUser]:
    """Return all users, also deactivated ones: a mention of them is no mention of another user."""
    rows = db.session.execute(sa.select(User.id, User.name, User.native_name, User.email).order_by(User.id))
    return [build_named_user(row) for row in rows]


KIND = NoteMentions()
