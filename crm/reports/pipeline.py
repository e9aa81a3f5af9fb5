"""The pipeline report: what changed, what is stuck or overdue, what will close, where the money is, which leads wait.

For a past period it shows the pipeline of its last day from the recorded changes, and says what isn't recorded.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from crm.core.data.identity import User
from crm.core.data.together import run_together
from crm.core.i18n import formats
from crm.core.words import _, _l, confidential_note, ngettext
from crm.opportunities.conditions import OPEN
from crm.opportunities.money import MoneyRow, MoneySum, add_sums, format_usd

from . import queries, stages, waiting
from .changes import build_changes_section, changed_days, counselors_of
from .closing import build_closing_section
from .context import ReportContext
from .definitions import ReportDefinition, ReportGroup
from .layout import Report, ReportSection, ReportTile
from .stages import describe_open_on


def build_pipeline_report(context: ReportContext) -> Report:
    """Return the whole report of a scope: its tiles and its sections, what needs attention first."""
    return _build_past_report(context) if context.is_past else _build_current_report(context)


def _build_current_report(context: ReportContext) -> Report:
    scope = context.scope
    sums, (changes, counts), hidden, follow_ups, closing, leads, signed = run_together(
        partial(queries.sum_active, scope),
        partial(_load_changes, context),
        lambda: queries.count_hidden(scope) if scope.is_unfiltered else 0,
        partial(waiting.build_follow_ups_section, context),
        partial(build_closing_section, context),
        partial(waiting.build_leads_section, context),
        partial(_signed_tile, context),
    )
    rows, resting = _split(sums)
    by_counselor = _key_by_counselor(rows)
    overdue = sum(row.overdue for row in rows)
    users, stuck, team_sections = run_together(
        partial(_load_users, changes, by_counselor),
        partial(waiting.build_overdue_section, context, overdue),
        partial(_team_sections, context, rows),
    )
    sections = [
        build_changes_section(context, changes, counts, users),
        stuck,
        follow_ups,
        closing,
        stages.build_stages_section(context, rows, resting, hidden),
        *team_sections,
        stages.build_counselors_section(context, by_counselor, users),
        leads,
    ]
    total = add_sums(rows, context.rates)
    tiles = [*_open_tiles(context, total, hidden), signed, *_late_tiles(context, overdue, leads)]
    return Report(
        _answer(total, overdue),
        tiles,
        sections,
        empty_text=_("An opportunity is one client's chance to sell to one buyer or prime."),
    )


def _build_past_report(context: ReportContext) -> Report:
    rows, resting = _split(queries.sum_past(context.scope, context.as_of))
    by_counselor = _key_by_counselor(rows)
    changes, counts = _load_changes(context)
    users = _load_users(changes, by_counselor)
    sections = [
        build_changes_section(context, changes, counts, users),
        stages.build_stages_section(context, rows, resting, 0),
        *_team_sections(context, rows),
        stages.build_counselors_section(context, by_counselor, users),
    ]
    total = add_sums(rows, context.rates)
    tiles = [_past_tile(context, total), _past_value_tile(context, total), _signed_tile(context)]
    note = _(
        "This period is over. The pipeline is shown as of %(day)s, from the recorded changes. Probabilities, close "
        "dates, overdue items and leads of past days aren't recorded. Archived opportunities are left out.",
        day=formats.day(context.as_of, full=True),
    )
    return Report(describe_open_on(context, total), tiles, sections, note)


def _answer(total: MoneySum, overdue: int) -> str:
    count = total.opportunity_count
    if not count:
        return _("No opportunities are open.")
    answer = ngettext(
        "%(num)s opportunity is open, worth %(usd)s, or %(weighted)s weighted by probability.",
        "%(num)s opportunities are open, worth %(usd)s, or %(weighted)s weighted by probability.",
        count,
        usd=total.in_usd,
        weighted=format_usd(total.weighted),
    )
    late = ngettext("%(num)s is overdue in its stage.", "%(num)s are overdue in their stage.", overdue)
    return f"{answer} {late}" if overdue else str(answer)


def _split(rows: Sequence[MoneyRow]) -> tuple[list[MoneyRow], list[MoneyRow]]:
    """Return the rows of open stages, and those that are on hold or dormant; the key's second part is the stage."""
    return [row for row in rows if row.key[1] in OPEN], [row for row in rows if row.key[1] not in OPEN]


def _key_by_counselor(rows: Sequence[MoneyRow]) -> list[MoneyRow]:
    return [row._replace(key=row.key[2]) for row in rows if row.opportunity_count]


def _load_changes(context: ReportContext) -> tuple[list[queries.ReportedChange], dict[str, int]]:
    """Return the changes that are shown, and the numbers of opportunities by kind of change."""
    first, last = changed_days(context)
    changes, counts = run_together(
        partial(queries.list_changes, context.scope, first, last, context.limit + 1),
        partial(queries.count_changes, context.scope, first, last),
    )
    return changes, counts


def _load_users(changes: Sequence[queries.ReportedChange], by_counselor: Sequence[MoneyRow]) -> dict[int, str]:
    """Return the names of all counselors that changes and sums name."""
    ids = counselors_of(changes) | {row.key for row in by_counselor if row.key is not None}
    return queries.load_names(User, sorted(ids))


def _team_sections(context: ReportContext, rows: list[MoneyRow]) -> list[ReportSection]:
    """Return the comparison of teams, if the report is about several."""
    teams = context.scope.teams
    return [stages.build_teams_section(context, rows)] if teams is None or len(teams) != 1 else []


def _open_tiles(context: ReportContext, total: MoneySum, hidden: int) -> list[ReportTile]:
    with_amount = context.opportunities_url(state="open", priced="yes")
    return [
        ReportTile(
            _("Open opportunities"),
            formats.num(total.opportunity_count),
            confidential_note(hidden),
            context.opportunities_url(state="open"),
        ),
        ReportTile(_("Open value"), format_usd(total.usd), _value_note(total), with_amount),
        ReportTile(_("Weighted"), format_usd(total.weighted), _("by probability"), with_amount),
    ]


def _past_tile(context: ReportContext, total: MoneySum) -> ReportTile:
    label = _("Open on %(day)s", day=formats.day(context.as_of))
    url = context.opportunities_url(was=f"{context.as_of}:open")
    return ReportTile(label, formats.num(total.opportunity_count), "", url)


def _past_value_tile(context: ReportContext, total: MoneySum) -> ReportTile:
    return ReportTile(
        _("Value on %(day)s", day=formats.day(context.as_of)), format_usd(total.usd), _value_note(total), None
    )


def _signed_tile(context: ReportContext) -> ReportTile:
    period = context.period
    total = add_sums(queries.sum_signed(context.scope, period.first, period.last), context.rates)
    in_usd = format_usd(total.usd) if total.usd else ""
    return ReportTile(
        _("Signed"),
        formats.num(total.opportunity_count),
        ", ".join(filter(None, (in_usd, total.conversion_text))),
        context.opportunities_url(signed=f"{period.first}..{period.last}"),
    )


def _late_tiles(context: ReportContext, overdue: int, leads: ReportSection) -> list[ReportTile]:
    count, late = leads.totals[1:3]
    return [
        ReportTile(
            _("Stuck in stage"),
            formats.num(overdue),
            _("overdue in stage"),
            context.opportunities_url(state="open", aged="yes"),
            "bad" if overdue else "",
        ),
        ReportTile(
            _("Leads without a client"),
            count.text,
            _("%(n)s overdue in stage", n=late.text),
            context.leads_url(),
        ),
    ]


def _value_note(total: MoneySum) -> str:
    """Return the sums and rates of other currencies, and how many opportunities have no amount."""
    return ", ".join(filter(None, (total.conversion_text, total.excluded_text)))


REPORT = ReportDefinition(
    name="pipeline",
    title=_l("Pipeline report"),
    question=_l("What changed, what is stuck or overdue, what will close, and where is the money?"),
    group=ReportGroup.review,
    icon="pipeline",
    build=build_pipeline_report,
    is_about_future=True,
)
