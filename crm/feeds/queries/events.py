"""The entries of a user's calendar. Each begins from what the user may see; confidential ones have no title."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from urllib.parse import urlsplit

import sqlalchemy as sa
from flask import current_app

from crm.calendars import local_day
from crm.core.data.access import AccessProfile, cached_query
from crm.core.data.base import Instant, Select
from crm.core.data.record import counseled_by, visible
from crm.core.i18n import formats
from crm.core.policy import Actor
from crm.core.words import _
from crm.feeds.policy import FUTURE_DAYS, PAST_DAYS, CalendarEvent
from crm.followups.enums import FollowUpState
from crm.followups.models import FollowUp
from crm.interactions.models import Interaction, InteractionStaff
from crm.interactions.policy import InteractionState, end_of
from crm.interactions.queries.interactions import parties_of
from crm.reminders.kinds.bid_deadline import BidRow, list_bids
from crm.reminders.queries.show_meetings import list_own_meetings
from crm.shows.policy import seat

MAX_EVENTS = 500
IN_CALENDAR = (InteractionState.planned, InteractionState.held)
BEGINS, ENDS = sa.bindparam("begins", type_=Instant), sa.bindparam("ends", type_=Instant)


def list_events(actor: Actor, now: datetime, *, has_details: bool) -> list[CalendarEvent]:
    """Return the entries of the actor's calendar: 30 days back, a year ahead."""
    begins, ends = now - timedelta(days=PAST_DAYS), now + timedelta(days=FUTURE_DAYS)
    events = [
        *_list_interactions(actor, begins, ends, has_details=has_details),
        *_list_meetings(actor, begins, ends, has_details=has_details),
        *_list_follow_ups(actor, begins, ends, has_details=has_details),
        *_list_bids(actor, now, ends, has_details=has_details),
    ]
    return events if has_details else [_only_title(event) for event in events]


def uid_of(kind: str, id: int | str) -> str:
    """Return the identifier of an entry, the same in feeds, files and invitations."""
    host = urlsplit(current_app.config["CRM_BASE_URL"]).hostname or "localhost"
    return f"{kind}-{id}@{host}"


def _only_title(event: CalendarEvent) -> CalendarEvent:
    return CalendarEvent(event.uid, event.summary, event.zone, event.starts_at, event.ends_at, event.day)


def _list_interactions(actor: Actor, begins: datetime, ends: datetime, *, has_details: bool) -> Iterator[CalendarEvent]:
    rows = list(_interactions(actor, begins=begins, ends=ends))
    open_ids = [row.id for row in rows if not row.confidential]
    parties = parties_of(actor, open_ids) if has_details and open_ids else {}
    for row in rows:
        names = [party.label or party.native_label or party.organization for party in parties.get(row.id, [])]
        yield CalendarEvent(
            uid=uid_of("interaction", row.id),
            summary=_("Confidential appointment") if row.confidential else row.subject,
            zone=row.zone,
            starts_at=row.at if row.time_known else None,
            ends_at=end_of(row.at, row.minutes) if row.time_known else None,
            day=None if row.time_known else row.wall.date(),
            description=", ".join(name for name in names if name),
            location="" if row.confidential else row.place or "",
            path=f"/interactions/{row.id}",
        )


@cached_query
def _interactions(profile: AccessProfile) -> Select:
    I, part = Interaction, InteractionStaff  # noqa: E741, N806 - read a dozen times below
    attended = sa.exists().where(part.interaction_id == I.id, part.user_id == profile.id).correlate_except(part)
    return (
        sa.select(I.id, I.subject, I.at, I.wall, I.zone, I.minutes, I.place, I.time_known, I.confidential)
        .where(I.state.in_(IN_CALENDAR), I.at >= BEGINS, I.at < ENDS, attended)
        .where(I.archived_at.is_(None), visible(profile, I))
        .order_by(I.at.desc(), I.id)
        .limit(MAX_EVENTS)
    )


def _list_meetings(actor: Actor, begins: datetime, ends: datetime, *, has_details: bool) -> Iterator[CalendarEvent]:
    for row in list_own_meetings(actor, begins, ends):
        texts = [row.host if row.host != row.title else "", row.client, row.show] if has_details else []
        yield CalendarEvent(
            uid=uid_of("meeting", row.id),
            summary=_("Confidential appointment") if row.confidential else row.title,
            zone=row.zone,
            starts_at=row.starts_at,
            ends_at=row.ends_at,
            description="" if row.confidential else ", ".join(text for text in texts if text),
            location="" if row.confidential else seat(row.table or ""),
            path=row.path,
        )


def _list_follow_ups(actor: Actor, begins: datetime, ends: datetime, *, has_details: bool) -> Iterator[CalendarEvent]:
    for row in _follow_ups(actor, begins=begins, ends=ends):
        is_described = has_details and not row.confidential
        yield CalendarEvent(
            uid=uid_of("followup", row.id),
            summary=_("Confidential follow-up") if row.confidential else row.title,
            zone=row.zone,
            starts_at=row.due_at,
            ends_at=end_of(row.due_at, None),
            description=row.note or "" if is_described else "",
            path=f"/followups/{row.id}",
        )


@cached_query
def _follow_ups(profile: AccessProfile) -> Select:
    return (
        sa.select(FollowUp.id, FollowUp.title, FollowUp.due_at, FollowUp.zone, FollowUp.note, FollowUp.confidential)
        .where(FollowUp.state == FollowUpState.open, FollowUp.due_at >= BEGINS, FollowUp.due_at < ENDS)
        .where(counseled_by(profile.id, FollowUp), FollowUp.archived_at.is_(None), visible(profile, FollowUp))
        .order_by(FollowUp.due_at, FollowUp.id)
        .limit(MAX_EVENTS)
    )


def _list_bids(actor: Actor, now: datetime, ends: datetime, *, has_details: bool) -> Iterator[CalendarEvent]:
    """Yield the bid deadlines as whole days in the zone of the project."""
    for row in list_bids(actor, now, ends, since=now):
        zone = row.zone or actor.zone
        day = local_day(row.bid_at, zone)
        title = _("Bid deadline: %(name)s", name=row.name)
        yield CalendarEvent(
            uid=uid_of("bid", f"{row.project_id}-{row.package_id or 0}"),
            summary=_("Confidential bid deadline") if row.confidential else title,
            zone=zone,
            day=day,
            description=_describe_bid(row, zone) if has_details and not row.confidential else "",
            path=f"/projects/{row.project_id}",
        )


def _describe_bid(row: BidRow, zone: str) -> str:
    return f"{formats.moment(row.bid_at, zone)} {formats.place(zone)}"
