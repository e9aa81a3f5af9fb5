"""What colleagues logged and the leads that they added while the reader was off."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa

from crm.calendars import local_day
from crm.core.data.access import AccessProfile, cached_query
from crm.core.data.base import Instant, Select, alias
from crm.core.data.identity import User
from crm.core.data.record import Record, visible
from crm.core.i18n import formats
from crm.core.policy import Actor
from crm.core.words import _
from crm.interactions.models import Interaction, InteractionLink
from crm.interactions.policy import InteractionState
from crm.projects.models import Project

from .items import DigestItem


def _created_overnight(kind: str) -> tuple[sa.ColumnElement[bool], ...]:
    """Records created since a moment, but not from `opens` until `closes`.

    Those were changed then or later, and `changed_at` has an index.
    """
    row = Record.__table__.c
    since, opens, closes = (sa.bindparam(name, type_=Instant) for name in ("since", "opens", "closes"))
    outside = sa.or_(row.created_at < opens, row.created_at >= closes)
    return row.kind == kind, row.changed_at >= since, row.created_at >= since, outside


def list_overnight_interactions(
    actor: Actor, since: datetime, *, office_hours: tuple[datetime, datetime]
) -> list[DigestItem]:
    """Return what colleagues logged about the actor's records since a moment, and new leads; at most six.

    What they did during the actor's own office hours of the day is left out.
    """
    moments = {"since": since, "opens": office_hours[0], "closes": office_hours[1]}
    logged = [
        DigestItem(
            icon=kind.icon,
            title=subject,
            record_id=id,
            kind="interaction",
            at=starts_at,
            their_zone=zone,
            when=formats.both_clocks_near(starts_at, zone),
            second=_("logged by %(name)s", name=author),
            actions=("open",),
            confidential=confidential,
        )
        for id, subject, starts_at, zone, kind, author, confidential in _logged(actor, **moments)
    ]
    leads = [
        DigestItem(
            icon="post",
            title=_("New lead: %(name)s", name=name),
            record_id=id,
            kind="project",
            at=starts_at,
            their_zone=zone,
            when=formats.both_clocks_near(starts_at, zone),
            second=_describe_bid(bid, zone or actor.zone) if bid else "",
            actions=("open",),
            confidential=confidential,
        )
        for id, name, starts_at, zone, bid, confidential in _leads(actor, **moments)
    ]
    return (logged + leads)[:6]


def _describe_bid(bid_at: datetime, zone: str) -> str:
    """Name the day of a bid deadline at the place of the project."""
    return _("bid deadline %(day)s", day=formats.day(local_day(bid_at, zone)))


MAX_NEWEST = 500
"""How many interactions logged since a moment are examined: an import may have added many thousands overnight."""


def _newest_logged(profile: AccessProfile) -> sa.CTE:
    """Return the ids of the newest visible interactions that colleagues logged since a moment, in index order."""
    row = Record.__table__.c
    new = sa.select(row.id).where(*_created_overnight("interaction"), row.created_by_id != profile.id)
    new = new.where(row.archived_at.is_(None), visible(profile, row)).order_by(row.changed_at.desc(), row.id.desc())
    return new.limit(MAX_NEWEST).cte("newest_logged").prefix_with("MATERIALIZED")


@cached_query
def _logged(profile: AccessProfile) -> Select:
    newest = _newest_logged(profile)
    own_record = alias(Record, "reminders_mine")
    linked = sa.exists().where(
        InteractionLink.interaction_id == Interaction.id,
        InteractionLink.record_id == own_record.id,
        own_record.counselor_id == profile.id,
    )
    return (
        sa.select(
            Interaction.id,
            Interaction.subject,
            Interaction.created_at,
            Interaction.zone,
            Interaction.type,
            User.name,
            Interaction.confidential,
        )
        .join_from(newest, Interaction, Interaction.id == newest.c.id)
        .join(User, User.id == Interaction.created_by_id)
        .where(Interaction.state == InteractionState.held, linked)
        .order_by(Interaction.created_at)
        .limit(6)
    )


@cached_query
def _leads(profile: AccessProfile) -> Select:
    return (
        sa.select(Project.id, Project.label, Project.created_at, Project.zone, Project.bid_at, Project.confidential)
        .where(*_created_overnight("project"), Project.archived_at.is_(None), visible(profile, Project))
        .where(sa.or_(Project.created_by_id.is_(None), Project.created_by_id != profile.id))
        .order_by(Project.created_at)
        .limit(6)
    )
