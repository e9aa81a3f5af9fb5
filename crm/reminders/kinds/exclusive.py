"""News: an exclusive China rep in a territory where the client has another one."""

from __future__ import annotations

import sqlalchemy as sa

from crm.core.data.access import AccessProfile, cached_query
from crm.core.data.base import Select, alias
from crm.core.data.record import Record, counseled_by, visible
from crm.core.words import _, _l
from crm.people.models import Representation
from crm.people.policy import Exclusivity, RepresentationStatus
from crm.people.territories import territories_overlap
from crm.reminders.queries.changes import has_changed
from crm.reminders.queries.items import DigestItem

from . import DigestContext, DigestKind, DueItems

TODAY = sa.bindparam("today", type_=sa.Date)


class ExclusiveConflict(DigestKind):
    """Two China reps of a client with overlapping territories, one of them exclusive, since one of them changed."""

    code = "exclusive"
    label = _l("Conflicts of exclusive China reps")
    position = 55
    block = "news"
    rule = _l("Listed once, in the next daily digest.")

    def find_due(self, context: DigestContext) -> DueItems:
        """Return one line for each pair that conflicts since the last digest; the reader counsels one of them."""
        pairs: dict[frozenset[int], DigestItem] = {}
        for row in _changed_pairs(context.reader.actor, today=context.today, since=context.changes_since):
            if territories_overlap(row.territory, row.other_territory):
                item = DigestItem(
                    icon="alert",
                    title=_("Exclusive China rep conflict: %(one)s, %(other)s", one=row.label, other=row.other_label),
                    record_id=row.id,
                    kind="representation",
                    actions=("open",),
                    confidential=row.is_confidential,
                )
                pairs.setdefault(frozenset((row.id, row.other_id)), item)
        return DueItems(list(pairs.values()))


@cached_query
def _changed_pairs(profile: AccessProfile) -> Select:
    """Return the changed China reps with the others of the client, if one of the two is exclusive."""
    rep, other = (alias(Representation, f"reminders_{name}") for name in ("changed_rep", "other_rep"))
    client = alias(Record, "reminders_rep_client")
    own_client_ids = sa.select(Representation.client_id).where(counseled_by(profile.id, Representation))
    active = (RepresentationStatus.active, RepresentationStatus.proposed)
    conditions = [
        condition
        for row in (rep, other)
        for condition in (
            row.archived_at.is_(None),
            row.status.in_(active),
            sa.or_(row.to_on.is_(None), row.to_on >= TODAY),
            visible(profile, row),
        )
    ]
    return (
        sa.select(
            rep.id,
            rep.label,
            rep.territory,
            other.id.label("other_id"),
            other.label.label("other_label"),
            other.territory.label("other_territory"),
            sa.or_(rep.confidential, other.confidential, client.confidential).label("is_confidential"),
        )
        .join(other, sa.and_(other.client_id == rep.client_id, other.id != rep.id))
        .join(client, sa.and_(client.id == rep.client_id, visible(profile, client)))
        .where(rep.client_id.in_(own_client_ids), *conditions)
        .where(sa.or_(rep.exclusive == Exclusivity.yes, other.exclusive == Exclusivity.yes))
        .where(sa.or_(rep.counselor_id == profile.id, other.counselor_id == profile.id))
        .where(has_changed(rep.id, "exclusive", "territory", "status", "to_on", "client_id", "archived_at"))
        .order_by(rep.id, other.id)
    )


KIND = ExclusiveConflict()
