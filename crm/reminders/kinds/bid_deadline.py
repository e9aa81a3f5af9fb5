"""News: bid deadlines of projects and of their tender packages."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any, NamedTuple

import sqlalchemy as sa

from crm.calendars import local_day
from crm.core.data.access import AccessProfile, cached_query
from crm.core.data.base import Instant, Select, alias
from crm.core.data.record import Record, get_visible, visible
from crm.core.data.together import run_together
from crm.core.i18n import formats
from crm.core.policy import Actor, may_see
from crm.core.words import _, _l, ngettext
from crm.opportunities.conditions import OPEN
from crm.opportunities.models import Opportunity
from crm.projects.models import Project, TenderPackage
from crm.projects.policy import ProjectPhase
from crm.projects.structure_policy import BIDDING_STATES
from crm.reminders import explain
from crm.reminders.policy import BID_DAYS, is_bid_news, manages
from crm.reminders.queries.changes import has_changed
from crm.reminders.queries.items import DigestItem
from crm.reminders.queries.readers import Reader, readers

from . import DIGEST, DigestContext, DigestKind, DueItems, Explanation, PlannedEmail, get_kind

AHEAD = timedelta(days=366)
"""How far ahead digests with bid deadlines are planned."""
NOW, UNTIL = sa.bindparam("now", type_=Instant), sa.bindparam("until", type_=Instant)


class BidRow(NamedTuple):
    """A bid deadline to come: of a tender package, or of the project itself."""

    project_id: int
    project: str
    native_project: str
    confidential: bool
    package: str | None
    package_id: int | None
    bid_at: datetime
    zone: str | None
    is_changed: bool

    @property
    def name(self) -> str:
        """What is bid for."""
        project = self.project or self.native_project
        return f"{self.package}, {project}" if self.package else project


class BidDeadline(DigestKind):
    """Bid deadlines of the reader's projects, and of projects in which the reader has an open opportunity."""

    code = "bid_deadline"
    label = _l("Bid deadlines")
    position = 52
    record_kinds = frozenset({"project"})
    block = "news"
    rule = _l("Bid deadlines are in the daily digest 14 and 2 days before. Any entered later are in the next digest.")

    def find_due(self, context: DigestContext) -> DueItems:
        """Return the deadlines that reached one of BID_DAYS since the last working day, and new ones."""
        actor, today = context.reader.actor, context.today
        until = context.now + timedelta(days=max(BID_DAYS) + 1)
        items = []
        for row in list_bids(actor, context.now, until, since=context.changes_since):
            day = local_day(row.bid_at, actor.zone)
            if is_bid_news(day, today, context.previous_day, is_changed=row.is_changed):
                items.append(_line(row, day, (day - today).days))
        return DueItems(items)

    def plan(self, actor: Actor, record: Record, now: datetime) -> list[PlannedEmail]:
        """Return the digests with bid deadlines of a project, by the rule of `find_due` for each day.

        Those of the actor, and of colleagues whom the actor manages.
        """
        deadlines = [moment for (moment,) in _deadlines(actor, project=record.id, now=now, until=now + AHEAD)]
        user_ids = {record.counselor_id, *(i for (i,) in _opportunity_counselors(actor, project=record.id))}
        if not deadlines or record.archived_at is not None:
            return []
        staff = [one for one in readers(sorted(user_ids - {None})) if manages(actor, one.actor)]
        return [
            one for reader in staff for one in self.plan_lines(reader, record, _list_digests(reader, deadlines, now))
        ]

    def explain(self, actor: Actor, record_id: int | None, now: datetime) -> Explanation:
        """Explain the lines about a project: those of its counselor, and of counselors of opportunities in it."""
        project = get_visible(Project, actor, record_id or 0)
        own = super().explain(actor, record_id, now)
        user_ids = [i for (i,) in _opportunity_counselors(actor, project=project.id) if i != project.counselor_id]
        if project.archived_at is not None or not user_ids:
            return own
        reasons = [*own.reasons] if own.is_open else [str(self.rule)]
        reasons += [reason for reader in readers(user_ids) for reason in self._explain_other(reader, project)]
        return Explanation(own.title, reasons, is_open=True)

    def _explain_other(self, reader: Reader, project: Project) -> list[str]:
        is_sent = may_see(reader.actor, project) and self.is_enabled(reader) and get_kind(DIGEST).is_enabled(reader)
        if not is_sent:
            return self._explain_to(reader, project)
        name = reader.actor.name
        return [_("%(name)s has an opportunity in the project and gets this in the daily digest.", name=name)]


def _list_digests(reader: Reader, deadlines: Collection[datetime], now: datetime) -> list[datetime]:
    """Return the moments of a reader's digests with some of these deadlines."""
    days = {local_day(moment, reader.actor.zone) for moment in deadlines}
    digests = []
    first = explain.first_digest_day(reader, reader.today(now), now)
    for ahead in range((max(days) - first).days + 1):
        day = first + timedelta(days=ahead)
        previous = explain.previous_workday(reader, day)
        is_news = any(is_bid_news(bid_day, day, previous, is_changed=False) for bid_day in days)
        if explain.works_on(reader, day) and is_news and explain.digest_moment(reader, day) > now:
            digests.append(explain.digest_moment(reader, day))
    return digests


def list_bids(actor: Actor, now: datetime, until: datetime, *, since: datetime) -> list[BidRow]:
    """Return the bid deadlines that concern the actor in a period, by time; `is_changed`: entered after `since`."""
    params: dict[str, Any] = {"now": now, "until": until, "since": since}
    bids = run_together(*(partial(query, actor, **params) for query in (_project_bids, _package_bids)))
    return sorted((BidRow._make(row) for rows in bids for row in rows), key=lambda row: row.bid_at)


def _line(row: BidRow, day: date, days: int) -> DigestItem:
    when = formats.moment(row.bid_at, row.zone)
    place = formats.place(row.zone) if row.zone else ""
    days_text = ngettext("in %(num)s day", "in %(num)s days", days) if days else _("today")
    return DigestItem(
        icon="clock",
        title=_("Bid deadline: %(name)s", name=row.name),
        second=", ".join(part for part in (days_text, when, place) if part),
        record_id=row.project_id,
        kind="project",
        due_on=day,
        actions=("open",),
        confidential=row.confidential,
    )


def _is_readers(profile: AccessProfile) -> sa.ColumnElement[bool]:
    """Return the condition for projects that the reader counsels, or has an open opportunity in."""
    # An alias: both are records, and a subquery would take the record of the project for that of the opportunity.
    own = alias(Opportunity, "bid_opportunity")
    stmt = sa.select(own.id).where(
        own.project_id == Project.id, own.counselor_id == profile.id, own.archived_at.is_(None)
    )
    return sa.or_(Project.counselor_id == profile.id, stmt.where(own.stage.in_(OPEN)).correlate(Project).exists())


def _is_to_come(profile: AccessProfile, bid_at: Any) -> sa.ColumnElement[bool]:
    """Return the condition for deadlines of a period, of visible projects that weren't canceled."""
    is_open = sa.and_(Project.archived_at.is_(None), Project.phase.is_distinct_from(ProjectPhase.canceled))
    return sa.and_(bid_at > NOW, bid_at <= UNTIL, is_open, visible(profile, Project))


def _bids(profile: AccessProfile, package: Sequence[Any], bid_at: Any, zone: Any, is_changed: Any) -> Select:
    return (
        sa.select(
            Project.id, Project.label, Project.native_label, Project.confidential, *package, bid_at, zone, is_changed
        )
        .where(_is_to_come(profile, bid_at), _is_readers(profile))
        .order_by(bid_at, Project.id)
    )


@cached_query
def _project_bids(profile: AccessProfile) -> Select:
    no_package = (sa.literal(None, sa.String).label("package"), sa.literal(None, sa.Integer).label("package_id"))
    return _bids(profile, no_package, Project.bid_at, Project.zone, has_changed(Project.id, "bid_at", table="project"))


@cached_query
def _package_bids(profile: AccessProfile) -> Select:
    is_changed = has_changed(TenderPackage.project_id, "bid_at", table="tender_package", row_id=TenderPackage.id)
    stmt = _bids(profile, (TenderPackage.name, TenderPackage.id), TenderPackage.bid_at, TenderPackage.zone, is_changed)
    return stmt.join(TenderPackage, TenderPackage.project_id == Project.id).where(
        TenderPackage.state.in_(BIDDING_STATES)
    )


@cached_query
def _deadlines(viewer: AccessProfile) -> Select:
    """Select the deadlines of one project, whomever they concern."""
    P, T = Project, TenderPackage  # noqa: N806 - read several times below
    own = sa.select(P.bid_at).where(P.id == sa.bindparam("project"), _is_to_come(viewer, P.bid_at))
    packages = sa.select(T.bid_at).join(P, P.id == T.project_id).where(P.id == sa.bindparam("project"))
    deadlines = sa.union(own, packages.where(T.state.in_(BIDDING_STATES), _is_to_come(viewer, T.bid_at))).subquery()
    return sa.select(deadlines.c.bid_at)


@cached_query
def _opportunity_counselors(viewer: AccessProfile) -> Select:
    is_visible = sa.or_(Opportunity.counselor_id == viewer.id, visible(viewer, Opportunity))
    return (
        sa.select(Opportunity.counselor_id)
        .where(Opportunity.project_id == sa.bindparam("project"), Opportunity.counselor_id.is_not(None))
        .where(Opportunity.stage.in_(OPEN), Opportunity.archived_at.is_(None), is_visible)
        .distinct()
    )


KIND = BidDeadline()
