"""The report on goals of awards: what was reached, and what will be reached at this pace."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from decimal import Decimal

from flask import url_for

from crm.core.i18n import formats
from crm.core.policy import can
from crm.core.words import _, _l, ngettext
from crm.funding.goal_links import find_goal_url
from crm.funding.goal_texts import describe_goal, format_goal
from crm.funding.policy.awards import GoalMeasure, GoalPace, GoalUnit
from crm.funding.queries.awards import AwardRow, list_awards
from crm.funding.queries.goals import GoalRow, load_goals_of

from .cells import text_cell
from .context import ReportContext
from .definitions import ReportDefinition, ReportGroup
from .layout import ChartBar, Report, ReportCell, ReportHeading, ReportSection, ReportTile

CENT = Decimal("0.01")
Goals = list[tuple[AwardRow, list[GoalRow]]]


def build_goals_report(context: ReportContext) -> Report:
    """Return the report on the goals that the reader sees, of the awards of today."""
    actor, today = context.scope.actor, context.scope.day
    rows = [row for row in list_awards() if row.award.from_on <= today <= row.award.to_on]
    by_award = load_goals_of(actor, [row.award for row in rows]) if rows and can(actor, "award:see") else {}
    goals = [(row, by_award[row.award.id]) for row in rows if by_award]
    count = Counter(row.funder for row, _goals in goals)
    sheets = [row.funder if count[row.funder] == 1 else f"{row.funder} {row.award.number}" for row, _goals in goals]
    sections = [_section(sheet, *pair) for sheet, pair in zip(sheets, goals, strict=True)]
    return Report(_answer(goals), _tiles(goals), sections)


def _answer(goals: Goals) -> str:
    rows = [row for _award, rows in goals for row in rows]
    if not rows:
        return _("No current award has goals that you can see.")
    behind = sum(row.pace.is_behind for row in rows)
    answer: str = ngettext(
        "%(num)s goal: %(behind)s will be missed at this pace.",
        "%(num)s goals: %(behind)s will be missed at this pace.",
        len(rows),
        behind=formats.num(behind),
    )
    return answer


def _tiles(goals: Goals) -> list[ReportTile]:
    behind = _tile(goals, _("Behind"), lambda pace: pace.is_behind)
    return [
        _tile(goals, _("Goals"), lambda _pace: True),
        _tile(goals, _("Reached"), lambda pace: pace.is_reached),
        _tile(goals, _("On pace"), lambda pace: not (pace.is_reached or pace.is_behind)),
        behind._replace(note=_("at this pace"), tone="bad" if behind.url else ""),
    ]


def _tile(goals: Goals, label: str, has_outlook: Callable[[GoalPace], bool]) -> ReportTile:
    """Return how many goals have an outlook; the tile opens the first award with one."""
    counts = {award.award.id: sum(has_outlook(row.pace) for row in rows) for award, rows in goals}
    first = next((award_id for award_id, count in counts.items() if count), None)
    return ReportTile(label, formats.num(sum(counts.values())), "", f"#award-{first}" if first else None)


def _section(sheet: str, award: AwardRow, goals: Sequence[GoalRow]) -> ReportSection:
    days = (formats.day(day, full=True) for day in (award.award.from_on, award.award.to_on))
    return ReportSection(
        name=f"award-{award.award.id}",
        sheet=sheet,
        title=award.funder,
        summary=_("%(first)s to %(last)s", **dict(zip(("first", "last"), days, strict=True))),
        columns=(
            ReportHeading("goal", _("Goal")),
            ReportHeading("actual", _("Reached"), number=True),
            ReportHeading("target", _("Target"), number=True),
            ReportHeading("percent", _("Share of target"), number=True, hide_phone=True),
            ReportHeading("projected", _("At this pace"), number=True, hide_phone=True),
            ReportHeading("outlook", _("Outlook")),
        ),
        rows=[_line(award, row) for row in goals],
        bars=[ChartBar(Decimal(100), Decimal(row.pace.percent)) for row in goals],
        legend=(_("reached"), _("target")),
    )


def _line(award: AwardRow, row: GoalRow) -> list[ReportCell]:
    measure, pace = row.goal.measure, row.pace
    return [
        text_cell(f"{measure}, {describe_goal(row)}", url_for("funding.award", id=award.award.id)),
        _number_cell(measure, pace.actual, find_goal_url(award.award, row)),
        _number_cell(measure, pace.target),
        ReportCell(pace.percent, formats.percent(pace.percent), is_percent=True),
        _number_cell(measure, pace.projected, tone="bad" if pace.is_behind else ""),
        ReportCell(_outlook(row), _outlook(row), tone="bad" if pace.is_behind else ""),
    ]


def _number_cell(measure: GoalMeasure, number: Decimal | None, url: str | None = None, *, tone: str = "") -> ReportCell:
    """Return a number in the unit of a measure; files have amounts in cents, although rates have more decimals."""
    if number is None:
        return ReportCell()
    text = format_goal(measure, number)
    if measure.unit is GoalUnit.money:
        return ReportCell(number.quantize(CENT), text, url, tone, currency="USD")
    return ReportCell(number, text, url, tone)


def _outlook(row: GoalRow) -> str:
    """Return in a word how the goal will end at the present pace."""
    pace = row.pace
    if pace.is_reached:
        return _("Reached")
    if pace.projected is None:
        return _("Not started")
    return _("Behind") if pace.is_behind else _("On pace")


REPORT = ReportDefinition(
    name="goals",
    title=_l("Goals"),
    question=_l("Which goals of our awards will we reach at this pace?"),
    group=ReportGroup.funders,
    icon="target",
    build=build_goals_report,
    period=None,
    filters=frozenset(),
)
