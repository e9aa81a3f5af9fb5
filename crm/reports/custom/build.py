"""The answer to a custom report: a sentence, tiles, and a table with one chart."""

from __future__ import annotations

from typing import Any

from crm.core.i18n import formats
from crm.core.lists.grouped import GroupSum
from crm.core.policy import Actor
from crm.core.words import _, confidential_note, ngettext
from crm.reports.cells import count_cell, text_cell
from crm.reports.layout import CURRENCY, Report, ReportCell, ReportHeading, ReportSection, ReportTile

from .charts import build_bar, build_bar_cell, build_line, list_legend
from .figures import NOTHING, ReportFigures, load_figures
from .question import Operation, Question, ReportNumber

PAGE_ROWS, PAGE_COLUMNS = 60, 10
MAX_COLUMNS = 200
"""Columns of a second grouping in files; totals count the others too."""


def build_custom_report(question: Question, actor: Actor, limit: int = PAGE_ROWS) -> Report:
    """Return the report of a question with at least one grouping."""
    figures = load_figures(question, actor)
    tiles = [
        ReportTile(
            str(question.listing.title),
            formats.num(figures.count),
            confidential_note(figures.confidential),
            question.url_of() if figures.count else None,
        )
    ]
    if question.number is not None:
        tiles += [
            ReportTile(question.number.label, figures.text(total), "", figures.url(total.currency))
            for total in figures.totals.values()
            if total.filled
        ]
    warning = _warn_of_mixed(figures)
    names_records = figures.axes[0].grouping.is_record
    mail_answer = f"{_answer(figures, with_name=False)}{warning}" if names_records else ""
    return Report(f"{_answer(figures)}{warning}", tiles, [_section(figures, limit)], mail_answer=mail_answer)


def _warn_of_mixed(figures: ReportFigures) -> str:
    """Return a warning that follows the answer if what is added up may overlap, or an average mixes; "" without."""
    number = figures.question.number
    if not figures.mixed or number is None:
        return ""
    names = _(" and ").join(f"“{grouping.label}”" for grouping in figures.mixed)
    grouped = {grouping.name for grouping in figures.question.groupings}
    is_grouped = grouped.issuperset(grouping.name for grouping in figures.mixed)
    if number.operation is Operation.average and is_grouped:
        text = _("Don't use the totals: they are averages over several values of %(names)s.", names=names)
    elif number.operation is Operation.average:
        text = _(
            "These are averages over several values of %(names)s. Filter by one value, or group by it and don't use the"
            " totals.",
            names=names,
        )
    elif is_grouped:
        text = _(
            "Don't use the totals: they add up several values of %(names)s, although results may overlap, such as an"
            " export sale of a contract.",
            names=names,
        )
    else:
        text = _(
            "Several values of %(names)s are added up, although results may overlap, such as an export sale of a"
            " contract. Filter by one value, or group by it and don't use the totals.",
            names=names,
        )
    return f" {text}"


def _answer(figures: ReportFigures, *, with_name: bool = True) -> str:
    """Return the answer in one sentence: how much, and which group is the largest if it may be named."""
    title, axis = str(figures.question.listing.title), figures.axes[0]
    if not figures.count:
        return _("%(records)s: none match these options.", records=title)
    total = ", ".join(figures.text(group) for group in figures.totals.values())
    label = f"{title}, {formats.within(figures.question.number.label)}" if figures.question.number else title
    count = len({keys for keys, _currency in figures.rows})
    if len(figures.currencies) > 1 or not with_name:  # no group is the largest in all currencies
        texts = {"label": label, "total": total}
        return str(
            ngettext("%(label)s: %(total)s in one group.", "%(label)s: %(total)s in %(num)s groups.", count, **texts)
        )
    largest = max(figures.rows.values(), key=figures.amount)
    answer: str = ngettext(
        "%(label)s: %(total)s, all in one group: %(group)s.",
        "%(label)s: %(total)s. The largest of %(num)s groups is %(group)s with %(value)s.",
        count,
        label=label,
        total=total,
        group=axis.labels[largest.keys[0]],
        value=figures.text(largest),
    )
    return answer


def _section(figures: ReportFigures, limit: int) -> ReportSection:
    question, lines = figures.question, figures.lines()
    is_timeline = figures.axes[0].grouping.unit is not None
    with_period = [line for line in lines if not is_timeline or line[0] is not None]
    without_period = lines[len(with_period) :]
    rows = [*(with_period[-limit:] if is_timeline else with_period[:limit]), *without_period]
    columns, total_lines = _columns(figures), _totals(figures)
    is_pivot = len(figures.axes) > 1
    bars = [] if question.is_table_only else [build_bar(figures, *line) for line in rows]
    column_count = len(figures.axes[1].keys) if is_pivot else 0
    rest, has_all = _note_on_columns(column_count), column_count <= MAX_COLUMNS
    rows_note = _note_on_rows(len(with_period), limit, is_timeline=is_timeline)
    return ReportSection(
        name="groups",
        sheet=_("Groups"),
        title=question.title,
        summary=_summary(figures),
        columns=tuple(columns),
        rows=[_line(figures, *line) for line in rows],
        totals=total_lines[0] if total_lines else [],
        below=total_lines[1:],
        note=" ".join(filter(None, (rows_note, "" if has_all else rest))),
        page_note=rest if has_all else "",
        bars=bars,
        legend=list_legend(figures) if any(bar.parts for bar in bars) else (),
        bar_heading=figures.bar_label,
        bar_cells=[build_bar_cell(figures, *line) for line in rows],
        line=build_line(figures) if bars else [],
        is_wide=is_pivot,
        is_timeline=is_timeline,
        undated_rows=len(without_period),
        row_count=len(lines),
    )


def _note_on_rows(count: int, limit: int, *, is_timeline: bool) -> str:
    """Return how many rows a table has, if not all."""
    if count > limit and is_timeline:
        return _("The latest %(n)s rows are shown. XLSX and CSV have all.", n=limit)
    return _("The first %(n)s rows are shown. XLSX and CSV have all.", n=limit) if count > limit else ""


def _note_on_columns(count: int) -> str:
    """Return which columns a table with a second grouping has, if not all."""
    if count > MAX_COLUMNS:
        return _(
            "The first %(n)s columns are shown; XLSX and CSV have %(most)s. Group by fewer values to see all.",
            n=PAGE_COLUMNS,
            most=MAX_COLUMNS,
        )
    return (
        _("The first %(n)s columns are shown. XLSX and CSV have all.", n=PAGE_COLUMNS) if count > PAGE_COLUMNS else ""
    )


def _summary(figures: ReportFigures) -> str:
    number = figures.question.number
    notes = [
        str(number.measure.note) if number is not None else "",
        _note_on_several(number) if figures.has_several else "",
        _("Currencies aren't added to each other; bars show the number of records.")
        if len(figures.currencies) > 1
        else "",
        _("Records without a value are left out of averages.")
        if number is not None and number.operation is Operation.average
        else "",
    ]
    return " ".join(filter(None, notes))


def _note_on_several(number: ReportNumber | None) -> str:
    """Return that a record can be in several groups, such as an interaction with several clients with all minutes."""
    if number is None:
        return _("A record can be in several groups. The total counts it once.")
    return _("A record can be in several groups and counts in full in each. The total counts it once.")


def _columns(figures: ReportFigures) -> list[ReportHeading]:
    question = figures.question
    heads = [ReportHeading(question.groupings[0].name, question.groupings[0].full_label)]
    if len(figures.currencies) > 1:
        heads.append(ReportHeading(CURRENCY, _("Currency")))
    if len(figures.axes) > 1:
        axis = figures.axes[1]
        heads.append(ReportHeading("total", _("Total"), number=True))
        return heads + [
            ReportHeading(
                axis.grouping.format_key(key) or "none", axis.labels[key], number=True, in_files=i >= PAGE_COLUMNS
            )
            for i, key in enumerate(axis.keys[:MAX_COLUMNS])
        ]
    heads.append(ReportHeading("records", str(question.listing.title), number=True))
    if question.number is not None:
        heads.append(ReportHeading(question.number.code.replace(":", "_"), question.number.label, number=True))
    return heads


def _line(figures: ReportFigures, key: Any, currency: str) -> list[ReportCell]:
    """Return the row of a group."""
    axis = figures.axes[0]
    group = figures.rows.get(((key,), currency), NOTHING)
    url = figures.url(currency, axis.value(key)) if group.records else None
    cells = [text_cell(axis.labels[key], url)]
    if len(figures.currencies) > 1:
        cells.append(text_cell(currency))
    if len(figures.axes) == 1:
        cells.append(count_cell(group.records, url))
        return [*cells, figures.cell(group, url)] if figures.question.number else cells
    columns = figures.axes[1]
    cells.append(figures.cell(group, url))
    for other in columns.keys[:MAX_COLUMNS]:
        cell = figures.cells.get(((key, other), currency), NOTHING)
        cells.append(
            figures.cell(cell, figures.url(currency, axis.value(key), columns.value(other)) if cell.records else None)
        )
    return cells


def _totals(figures: ReportFigures) -> list[list[ReportCell]]:
    """Return the line with the totals; amounts of several currencies have one line each."""
    if len(figures.axes) > 1:
        return [_total_of_columns(figures, total) for total in figures.totals.values()]
    number, has_currencies = figures.question.number, len(figures.currencies) > 1
    first = [text_cell(_("Total")), *([text_cell("")] if has_currencies else [])]
    first.append(count_cell(figures.count, figures.question.url_of() if figures.count else None))
    if number is None or not figures.totals:
        return [first] if number is None else [[*first, ReportCell()]]
    if not has_currencies:
        only = next(iter(figures.totals.values()))
        return [[*first, figures.cell(only, figures.url(only.currency))]]
    return [[*first, ReportCell()], *(_total_of_currency(figures, total) for total in figures.totals.values())]


def _total_of_currency(figures: ReportFigures, total: GroupSum) -> list[ReportCell]:
    url = figures.url(total.currency)
    return [text_cell(_("Total")), text_cell(total.currency), count_cell(total.records, url), figures.cell(total, url)]


def _total_of_columns(figures: ReportFigures, total: GroupSum) -> list[ReportCell]:
    axis, currency = figures.axes[1], total.currency
    cells = [text_cell(_("Total")), *([text_cell(currency)] if len(figures.currencies) > 1 else [])]
    cells.append(figures.cell(total, figures.url(currency)))
    for key in axis.keys[:MAX_COLUMNS]:
        group = figures.columns.get(((key,), currency), NOTHING)
        cells.append(figures.cell(group, figures.url(currency, axis.value(key)) if group.records else None))
    return cells
