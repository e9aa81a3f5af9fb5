"""The form of the builder: what can be chosen for a kind of records, and what is chosen."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import parse_qsl

from flask import url_for

from crm.core.lists import filters
from crm.core.lists.chips import FilterChip
from crm.core.lists.page import FilterView
from crm.core.policy import Actor
from crm.core.web.pdf import can_write_pdf
from crm.core.words import _, join_facts

from .question import TABLE_ONLY, Question, RecentPeriod, list_choices, list_dates, list_numbers

Options = list[tuple[str, str]]


@dataclass(frozen=True)
class BuilderPage:
    """The choices of the form, as values and labels, and the filters in use.

    `summary` is what is chosen, in one line; "" without a grouping.
    """

    groups: Options
    numbers: Options
    dates: Options
    periods: Options
    views: Options
    filters: list[FilterView]
    chips: list[FilterChip]
    chosen: dict[str, str]
    summary: str
    file_urls: dict[str, str]
    save_url: str


def build_page(question: Question, actor: Actor) -> BuilderPage:
    """Return the form for a question."""
    choices, bar = (
        list_choices(question.listing, actor),
        filters.build_filter_bar(question.listing, actor, question.state),
    )
    kinds = ("xlsx", "csv", "pdf") if can_write_pdf() else ("xlsx", "csv")
    chosen, dates = dict(parse_qsl(question.query)), list_dates(question.listing, actor)
    address = url_for("reports.custom_build", kind=question.kind)
    return BuilderPage(
        groups=[(grouping.name, grouping.full_label) for grouping in choices],
        numbers=[("", _("Number of records"))]
        + [(number.code, number.label) for number in list_numbers(question.listing, actor)],
        dates=dates,
        periods=[("", _("All"))] + [(period.value, str(period)) for period in RecentPeriod],
        views=[("", _("Chart and table")), (TABLE_ONLY, _("Table"))],
        filters=[f for f in bar.filters if _is_usable(f)],
        chips=bar.chips,
        chosen=chosen,
        summary=_summarize(question, bar.chips, dates),
        file_urls={kind: f"{address}?{question.query}&as={kind}" for kind in kinds},
        save_url=url_for("reports.custom_new", kind=question.kind, query=question.query, name=question.title[:80]),
    )


def _summarize(question: Question, chips: list[FilterChip], dates: Options) -> str:
    """Return the title, the period, the search words and the filters: "Interactions by type · Date: This month"."""
    if not question.groupings:
        return ""
    period = [(dict(dates)[question.on], str(question.period))] if question.period else []
    chosen = period + [(chip.label, chip.text) for chip in chips]
    return join_facts((question.title, *(f"{label}: {text}" for label, text in chosen)))


def _is_usable(filter_view: FilterView) -> bool:
    """Return whether a filter can be set in the form: one by a record has no choices unless its page set it."""
    return filter_view.kind != "pick" or bool(filter_view.value)
