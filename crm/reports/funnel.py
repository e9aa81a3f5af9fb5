"""The funnel: how many of the opportunities that were created in a period reached each stage, and how fast."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from itertools import pairwise
from typing import Any

from crm.core.i18n import formats
from crm.core.words import _, _l, ngettext
from crm.opportunities.policy import OpportunityStage

from . import queries
from .cells import count_cell, percent_cell, text_cell
from .context import ReportContext
from .definitions import ReportDefinition, ReportGroup
from .layout import ChartBar, Report, ReportCell, ReportHeading, ReportSection, ReportTile
from .queries import FunnelStep


def build_funnel_report(context: ReportContext) -> Report:
    """Return the funnel of the opportunities of a scope that were created in the period."""
    steps = queries.load_funnel(context.scope, context.period.first, context.period.last)
    previous = context.previous.period
    before = queries.count_reached(context.scope, previous.first, previous.last, by_last_day=context.is_running)
    return Report(_answer(context, steps), _tiles(context, steps, before), [_section(context, steps)])


def _answer(context: ReportContext, steps: Sequence[FunnelStep]) -> str:
    total, reached = steps[0].reached, {step.stage: step.reached for step in steps}
    if not total:
        return _("No opportunities were added in %(period)s.", period=context.period.phrase)
    created: str = ngettext("%(num)s opportunity was added", "%(num)s opportunities were added", total)
    return _(
        "%(created)s in %(period)s: %(quoted)s reached a quote, and %(signed)s a contract.",
        created=created,
        period=context.period.phrase,
        quoted=formats.num(reached[OpportunityStage.quoted]),
        signed=formats.num(reached[OpportunityStage.contracted]),
    )


def _tiles(
    context: ReportContext, steps: Sequence[FunnelStep], past: Mapping[OpportunityStage, int]
) -> list[ReportTile]:
    now = {step.stage: step.reached for step in steps}
    tiles = []
    for label, stage in ((_("Added"), OpportunityStage.matched), (_("Reached a quote"), OpportunityStage.quoted)):
        note = context.change_text(now[stage], past[stage])
        tiles.append(ReportTile(label, formats.num(now[stage]), note, _url(context, stage)))
    signed = OpportunityStage.contracted
    note = context.change_text(now[signed], past[signed])
    tiles.append(ReportTile(_("Signed"), formats.num(now[signed]), note, _url(context, signed)))
    share, share_before = (_share(counts[signed], counts[OpportunityStage.matched]) for counts in (now, past))
    note = context.before_text(share_before) if past[OpportunityStage.matched] else ""
    return [*tiles, ReportTile(_("Share signed"), share, note, None)]


def _share(part: int, whole: int) -> str:
    return formats.percent(formats.percent_of(part, whole)) if whole else "–"


def _section(context: ReportContext, steps: Sequence[FunnelStep]) -> ReportSection:
    previous = [steps[0].reached, *(step.reached for step in steps[:-1])]
    return ReportSection(
        name="funnel",
        sheet=_("Funnel"),
        title=_("How many opportunities reach each stage?"),
        summary=_widest_gap(steps),
        columns=(
            ReportHeading("stage", _("Reached")),
            ReportHeading("opportunities", _("Opportunities"), number=True),
            ReportHeading("of_previous", _("Share of previous stage"), number=True),
            ReportHeading("of_all", _("Share of all added"), number=True, hide_phone=True),
            ReportHeading("days", _("Median days in stage"), number=True),
        ),
        rows=[_line(context, step, steps[0].reached, before) for step, before in zip(steps, previous, strict=True)],
        bars=[ChartBar(Decimal(step.reached), Decimal(0)) for step in steps],
        note=_(
            "Opportunities that skipped a stage count as having reached it. Days are for those that left the stage."
        ),
    )


def _widest_gap(steps: Sequence[FunnelStep]) -> str:
    """Return after which stage the most opportunities stopped: the share of a stage that few reached says little."""
    if not steps[0].reached:
        return _("No opportunities were added in this period.")
    a, b = max(pairwise(steps), key=lambda pair: pair[0].reached - pair[1].reached)
    drop = a.reached - b.reached
    if not drop:
        return _("All opportunities reached the last stage.")
    return _(
        "The largest drop is after %(stage)s: %(number)s of %(all)s (%(share)s) haven't moved on yet.",
        stage=a.stage,
        number=formats.num(drop),
        all=formats.num(a.reached),
        share=formats.percent(formats.percent_of(drop, a.reached)),
    )


def _line(context: ReportContext, step: FunnelStep, added: int, before: int) -> list[ReportCell]:
    url, is_first = _url(context, step.stage), step.stage is OpportunityStage.matched
    return [
        text_cell(str(step.stage), url),
        count_cell(step.reached, url),
        ReportCell() if is_first else percent_cell(step.reached, before),
        percent_cell(step.reached, added),
        ReportCell(step.days, formats.num(step.days)),
    ]


def _url(context: ReportContext, stage: OpportunityStage) -> str:
    filters: dict[str, Any] = {"created": f"{context.period.first}..{context.period.last}", "reached": stage.value}
    return context.opportunities_url(**filters)


REPORT = ReportDefinition(
    name="funnel",
    title=_l("Funnel"),
    question=_l("How many opportunities get through, where do they stop, and how long does it take?"),
    group=ReportGroup.money,
    icon="pipeline",
    build=build_funnel_report,
)
