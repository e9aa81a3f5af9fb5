"""What colleagues on the other side of the Pacific finished overnight: closed follow-ups about the reader's records."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa

from crm.core.data.access import AccessProfile, cached_query
from crm.core.data.base import Instant, Select, alias
from crm.core.data.identity import User
from crm.core.data.record import Record, visible
from crm.core.i18n import formats
from crm.core.policy import Actor
from crm.core.words import _, join_facts
from crm.followups.models import FollowUp, FollowUpAbout

from .changes import LAST_MOMENT
from .items import DigestItem

MAX_LINES = 6


def list_closed_follow_ups(
    actor: Actor, since: datetime, *, office_hours: tuple[datetime, datetime]
) -> list[DigestItem]:
    """Return the follow-ups that colleagues closed since a moment, with the result; at most six.

    They are the actor's own, created by the actor, or about a record that the actor counsels. What was closed during
    the actor's own office hours of the day is left out.
    """
    rows = _select_closed(actor, since=since, opens=office_hours[0], closes=office_hours[1])
    return [
        DigestItem(
            icon="followup",
            title=f"{state.label}: {title}",
            record_id=id,
            kind="followup",
            at=closed_at,
            their_zone=zone,
            when=formats.both_clocks_near(closed_at, zone),
            second=join_facts((result, _("by %(name)s", name=author))),
            actions=("open",),
            confidential=confidential,
        )
        for id, title, state, result, closed_at, zone, author, confidential in rows
    ]


@cached_query
def _select_closed(profile: AccessProfile) -> Select:
    F, row, own = FollowUp, Record.__table__.c, alias(Record, "relay_record")  # noqa: N806 - read a dozen times below
    since, opens, closes = (sa.bindparam(name, type_=Instant) for name in ("since", "opens", "closes"))
    about_own = (
        sa.exists()
        .where(FollowUpAbout.followup_id == F.id, own.id == FollowUpAbout.record_id, own.counselor_id == profile.id)
        .correlate(F)
    )
    return (
        sa.select(F.id, F.title, F.state, F.result, F.closed_at, User.zone, User.name, F.confidential)
        .join(User, User.id == F.closed_by_id)
        # Closing changes the record: its last change has an index.
        .where(row.kind == "followup", row.changed_at >= since)
        .where(F.closed_at.between(since, LAST_MOMENT), sa.or_(F.closed_at < opens, F.closed_at >= closes))
        .where(F.closed_by_id != profile.id, F.archived_at.is_(None), visible(profile, F))
        .where(sa.or_(F.counselor_id == profile.id, F.created_by_id == profile.id, about_own))
        .order_by(F.closed_at, F.id)
        .limit(MAX_LINES)
    )
