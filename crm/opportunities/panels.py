"""Panels about opportunities."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from flask import url_for

from crm.core.data.record import Record
from crm.core.i18n import formats
from crm.core.policy import Actor, can
from crm.core.web.panels import (
    Editing,
    Fact,
    Facts,
    Line,
    NextStepIndicator,
    Panel,
    PanelRow,
    Piece,
    Span,
    note,
    record_row,
)
from crm.core.words import Lazy, _, _l, ngettext
from crm.opportunities.evidence import ExitTestRow, ExitTests
from crm.opportunities.history import OpportunityChangeRow
from crm.opportunities.models import Opportunity
from crm.opportunities.policy import ChangedField, ExitTest, OpportunityStage
from crm.opportunities.queries import OpportunityRow, find_second_counselor, list_opportunities_of, list_parts

FIELD_LABELS: dict[ChangedField, Lazy] = {
    ChangedField.stage: _l("Stage"),
    ChangedField.amount: _l("Amount"),
    ChangedField.close: _l("Close date"),
    ChangedField.counselor: _l("Counselor"),
}
TESTS_ON_PRODUCT = frozenset({ExitTest.jurisdiction, ExitTest.classification})
TESTS_ON_OPPORTUNITY = frozenset({ExitTest.license_need})


@dataclass(frozen=True)
class ChecklistGroup:
    """The requirements of one stage; those of the current stage, and missing ones of earlier stages, are open."""

    title: OpportunityStage
    rows: tuple[PanelRow, ...]
    done: int
    is_current: bool
    is_open: bool


@dataclass(frozen=True)
class Checklist:
    """Requirements in groups that fold."""

    title: str
    groups: tuple[ChecklistGroup, ...]
    shape: ClassVar[str] = "checklist"


def build_record_opportunities(actor: Actor, record: Record, *, may_add: bool = True) -> Panel:
    """Return the opportunities in which a record has a part, and where one is added that begins with it."""
    rows = list_opportunities_of(actor, [record.id])[record.id]
    return build_opportunities(rows, new_opportunity_url(record) if may_add else "")


def new_opportunity_url(record: Any) -> str:
    """Return where an opportunity is added that has this record as a part; "" for kinds where none is."""
    params: dict[str, Any]
    match record.kind:
        case "organization":
            params = {"client": record.id}
        case "product":
            params = {"client": record.client_id, "product": record.id}
        case "project":
            params = {"project": record.id}
        case "need":
            params = {"need": record.id, "project": record.project_id}
        case _:
            return ""
    return url_for("opportunities.new", **params)


def build_opportunities(rows: Sequence[OpportunityRow], add_url: str = "") -> Panel:
    """Return opportunities with stage, amount, age and next step."""
    return Panel(
        title=_("Opportunities"),
        rows=tuple(_opportunity_row(row) for row in rows),
        add_url=add_url,
        add_about=_("Opportunity"),
    )


def _opportunity_row(row: OpportunityRow) -> PanelRow:
    lines = [
        Line((Span(row.parties),)),
        Line(_stage_pieces(row), css="row-x wrap small"),
    ]
    if not row.stage.is_end:
        step = (
            NextStepIndicator.of(row.next_step.on, row.next_step.title) if row.next_step else NextStepIndicator.of(None)
        )
        lines.append(Line((step,), css="small"))
    return PanelRow(
        title=Span(row.label, url=url_for("desk.opportunity", id=row.id), css="strong"),
        trailing=(Span("", icon="lock", about=_("Confidential")),) if row.confidential else (),
        lines=tuple(lines),
    )


def _stage_pieces(row: OpportunityRow) -> tuple[Piece, ...]:
    amount = _("no amount") if row.amount is None else formats.money(row.amount, row.currency)
    pieces = (Span(row.stage, css="chip stg"), Span(amount))
    if row.stage.is_end:
        return pieces
    age = _("%(n)s d in stage", n=row.days)
    return (*pieces, Span(age, icon="alert", css="age-bad") if row.is_overdue else Span(age, css="faint"))


def build_opportunity_facts(
    actor: Actor, row: Opportunity, chance: int | None, changes: Sequence[OpportunityChangeRow]
) -> Facts:
    """Return amount, probability, dates and state of an opportunity; `chance` in percent."""
    amount = _("unknown") if row.amount is None else formats.money(row.amount, row.currency, short=False)
    editing = Editing.of(actor, row, "opportunities", "opportunities.edit")
    waiting_since = (Span(_("since %(day)s", day=formats.day(row.waiting_since)), css="small dim"),)
    return Facts(
        title=_("Opportunity"),
        pairs=(
            Fact(_("Sales path"), row.path, fields=("path",)),
            Fact(_("Amount"), amount, fields=("amount", "currency")),
            Fact(_("Probability"), formats.percent(chance), fields=("probability", "certainty")),
            Fact(_("Confidence"), row.certainty, fields=("certainty", "probability")),
            Fact(_("Close date"), _close_date(row), below=_slip_pieces(changes), fields=("close_on", "close_quarter")),
            Fact(_("Waiting for"), row.waiting_for, below=waiting_since, fields=("waiting_for",)),
            Fact(_("Export license"), row.license_gate, fields=("license_gate",)),
            Fact(_("Second counselor"), find_second_counselor(row), fields=("second_counselor_id",)),
        ),
        edit_url=editing.form_url if editing else "",
        editing=editing,
    )


def _close_date(row: Opportunity) -> str:
    if row.close_quarter:
        return _("Q%(quarter)s %(year)s", quarter=row.close_quarter[-1], year=row.close_quarter[:4])
    return formats.day(row.close_on, full=True) if row.close_on else _("unknown")


def _slip_pieces(changes: Sequence[OpportunityChangeRow]) -> tuple[Span, ...]:
    """Return how often the close date slipped, and what it was first."""
    slips = [change for change in changes if change.is_slip]
    if not slips:
        return ()
    text = ngettext(
        "Slipped %(num)s time, first from %(day)s",
        "Slipped %(num)s times, first from %(day)s",
        len(slips),
        day=slips[-1].old,
    )
    return (Span(text, css="small warn"),)


def build_related_records(actor: Actor, row: Opportunity) -> Panel:
    """Return who and what belongs to an opportunity."""
    return Panel(
        title=_("Related records"),
        rows=tuple(
            record_row(kind, name.id, name.label, name.native_label, part)
            for part, name, kind in list_parts(actor, row)
            if name.id is not None
        ),
    )


def build_checklist(actor: Actor, row: Opportunity, tests: ExitTests) -> Checklist:
    """Return the requirements of every stage: complete, not applicable, or open."""
    may_move = can(actor, "opportunity:move", row)
    return Checklist(
        title=_("Stage requirements"),
        groups=tuple(
            ChecklistGroup(
                title=stage,
                rows=tuple(_test_row(actor, row, line, may_move=may_move) for line in lines),
                done=sum(line.is_met for line in lines),
                is_current=stage is row.stage,
                is_open=_is_open(row.stage, stage, lines),
            )
            for stage, lines in tests.stages()
        ),
    )


def _is_open(current: OpportunityStage, stage: OpportunityStage, lines: Sequence[ExitTestRow]) -> bool:
    is_behind = bool(current.order) and stage.order <= current.order
    return stage is current or (is_behind and not all(line.is_met for line in lines))


def _test_row(actor: Actor, row: Opportunity, line: ExitTestRow, *, may_move: bool) -> PanelRow:
    if line.is_met and line.is_waived:
        title = Span(_("%(test)s: not applicable", test=line.test), css="faint", icon="close")
    elif line.is_met:
        title = Span(line.test, icon="check")
    else:
        title = Span(_("%(test)s: open", test=line.test), css="warn", icon="alert")
    evidence = line.evidence
    links: tuple[Span, ...] = ()
    if may_move and line.test is not ExitTest.milestone and (evidence or not line.is_met):
        label = _("Edit") if evidence else _("Add details")
        links = (Span(label, url=evidence_url(actor, row, line.test), css="link small nowrap", about=line.test),)
    lines = note(evidence.by, formats.day(evidence.on), evidence.where, evidence.result) if evidence else ()
    return PanelRow(title=title, trailing=links, lines=lines)


def evidence_url(actor: Actor, row: Opportunity, test: ExitTest, next_url: str | None = None) -> str:
    """Return where a requirement is recorded: those of the export review on the product or the opportunity.

    Only compliance records them directly. `next_url` is the page to return to.
    """
    if not can(actor, "opportunity:hold", row):
        if test in TESTS_ON_PRODUCT and row.product_id:
            return url_for("products.edit", id=row.product_id)
        if test in TESTS_ON_PRODUCT | TESTS_ON_OPPORTUNITY:
            return url_for("opportunities.edit", id=row.id)
    return url_for("opportunities.exit_test", id=row.id, code=test.value, next=next_url)


def build_changes(changes: Sequence[OpportunityChangeRow]) -> Panel:
    """Return every change of stage, amount, close date and counselor."""
    return Panel(title=_("Change history"), rows=tuple(map(_change_row, changes)))


def _change_row(change: OpportunityChangeRow) -> PanelRow:
    old = (Span(change.old),) if change.old else ()
    new = Span(change.new or _("unknown"), icon="arrow" if change.old else "")
    user_name = change.user_name or _("System")
    by = f"{user_name}, {formats.moment(change.at)}"
    lines = [Line((Span(f"{by}: {change.why}" if change.why else by),))]
    if change.skipped:
        tests = ", ".join(map(str, change.skipped))
        lines.append(Line((Span(_("skipped: %(tests)s", tests=tests)),), css="small warn"))
    return PanelRow(title=Span(FIELD_LABELS[change.field], css="strong"), trailing=(*old, new), lines=tuple(lines))
