"""The report for the weekly review: what is overdue, and what happened since the last one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from flask import url_for

from crm.core.data.access import SHARED
from crm.core.i18n import formats
from crm.core.words import _, _l, ngettext
from crm.opportunities.queries import days_in_stage

from . import queries
from .cells import amount_cell, text_cell
from .context import ReportContext
from .definitions import TEAM_AND_COUNSELOR, ReportDefinition, ReportGroup
from .layout import Report, ReportCell, ReportHeading, ReportSection, ReportTile
from .queries import Agenda, ReviewRow, Scope
from .topics import ReviewTopic

FIRST_DAYS = 7
"""How many days back the first review of a team looks."""
DISCUSSED = (ReviewTopic.overdue, ReviewTopic.stuck, ReviewTopic.no_step, ReviewTopic.slipped)
"""The topics that need a decision."""


def last_review_at(scope: Scope) -> datetime:
    """Return when the last review of the team of a scope took place; without one the beginning of the day a week ago.

    Raises ValueError if the scope has several teams whose reviews were apart.
    """
    (moment,) = split_by_last_review(scope)
    return moment


def split_by_last_review(scope: Scope) -> dict[datetime, Scope]:
    """Return the parts of a scope by when the last reviews of their teams took place; without one a week ago.

    Shared opportunities, which a scope of all teams contains, count since the latest review.
    """
    week_ago, reviews = _week_ago(scope), queries.load_last_reviews(scope.teams)
    teams: dict[datetime, list[int]] = {}
    for team_id, last in reviews.items():
        teams.setdefault(last or week_ago, []).append(team_id)
    if len(teams) < 2:
        return {next(iter(teams), week_ago): scope}
    if scope.teams is None:
        teams[max(last for last in reviews.values() if last)].append(SHARED)
    return {moment: replace(scope, teams=tuple(ids)) for moment, ids in teams.items()}


def _week_ago(scope: Scope) -> datetime:
    return datetime.combine(scope.day - timedelta(days=FIRST_DAYS), time(), ZoneInfo(scope.actor.zone))


def build_review_report(context: ReportContext) -> Report:
    """Return what to discuss: one section for each topic; an opportunity is in the most urgent one of its topics."""
    parts = split_by_last_review(context.scope)
    agenda = queries.load_agenda(context.scope, parts, context.limit)
    tiles = [_tile(topic, agenda.with_topic[topic]) for topic in ReviewTopic]
    sections = [_section(context, topic, agenda) for topic in ReviewTopic]
    since = _describe_moments(list(parts), _week_ago(context.scope))
    return Report(_answer(agenda.by_most_urgent, since), tiles, sections)


def _describe_moments(moments: Sequence[datetime], week_ago: datetime) -> str:
    """Return since when changes count; there are several moments if the reviews of the teams were apart."""
    if len(moments) == 1:
        return _("since %(moment)s", moment=formats.moment(moments[0]))
    if week_ago in moments:
        return _("since the last review of each team, or in the last seven days")
    return _("since the last review of each team")


def _answer(counts: Counter[ReviewTopic], since: str) -> str:
    urgent = sum(counts[topic] for topic in DISCUSSED)
    total = counts.total()
    if not total:
        return _("Nothing needs a decision, and nothing changed %(since)s.", since=since)
    answer: str = ngettext(
        "%(num)s opportunity needs a decision; %(rest)s more changed %(since)s.",
        "%(num)s opportunities need a decision; %(rest)s more changed %(since)s.",
        urgent,
        rest=formats.num(total - urgent),
        since=since,
    )
    return answer


def _tile(topic: ReviewTopic, count: int) -> ReportTile:
    tone = "bad" if count and topic in (ReviewTopic.overdue, ReviewTopic.stuck) else ""
    return ReportTile(str(topic), formats.num(count), "", f"#{topic.value}", tone)


def _section(context: ReportContext, topic: ReviewTopic, agenda: Agenda) -> ReportSection:
    count = agenda.by_most_urgent[topic]
    return ReportSection(
        name=topic.value,
        sheet=str(topic),
        title=str(topic.question),
        summary=_summary(count, agenda.with_topic[topic] - count),
        columns=(
            ReportHeading("opportunity", _("Opportunity")),
            ReportHeading("stage", _("Stage")),
            ReportHeading("days", _("Days in stage"), in_files=True),
            ReportHeading("counselor", _("Counselor"), hide_phone=True),
            ReportHeading("waiting_for", _("Waiting for"), hide_phone=True),
            ReportHeading("amount", _("Value"), number=True, hide_phone=True),
            ReportHeading("next_on", _("Next step"), number=True),
            ReportHeading("topics", _("Also"), hide_phone=True),
        ),
        rows=[_line(context, row) for row in agenda.rows if row.topics[0] is topic],
        note=context.limit_note(count),
    )


def _summary(count: int, above: int) -> str:
    """Return how many opportunities a section lists, and how many of its topic are in more urgent sections."""
    if not count and not above:
        return _("No opportunities.")
    text: str = ngettext("%(num)s opportunity.", "%(num)s opportunities.", count)
    if above:
        text += " " + ngettext("%(num)s more is listed above.", "%(num)s more are listed above.", above)
    return text


def _line(context: ReportContext, row: ReviewRow) -> list[ReportCell]:
    days = days_in_stage(row.stage_since, context.scope.actor.zone)
    late = "bad" if row.next_on and row.next_on < context.scope.day else ""
    return [
        text_cell(row.label, url_for("desk.opportunity", id=row.id)),
        text_cell(str(row.stage), note=_("%(n)s d in stage", n=days)),
        ReportCell(days),
        text_cell(row.counselor or _("No counselor")),
        text_cell(str(row.waiting_for)),
        amount_cell(row.amount, row.currency),
        ReportCell(row.next_on, formats.day(row.next_on) if row.next_on else _("none"), tone=late),
        text_cell(", ".join(str(topic) for topic in row.topics[1:])),
    ]


REPORT = ReportDefinition(
    name="review",
    title=_l("Since the last review"),
    question=_l("What needs a decision, and what happened since the last review?"),
    group=ReportGroup.review,
    icon="check",
    build=build_review_report,
    period=None,
    filters=TEAM_AND_COUNSELOR,
)
