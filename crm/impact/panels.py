"""Panels of milestones: what a record achieved or had a part in, and the facts and the chain of one milestone."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from flask import url_for

from crm.core.data.base import db
from crm.core.data.record import Record, find_visible
from crm.core.i18n import formats
from crm.core.policy import Actor, can
from crm.core.web.panels import Editing, Fact, Facts, Line, Panel, PanelRow, Piece, Span, record_link
from crm.core.words import _, join_facts, ngettext
from crm.reference.models import Funder

from .models import Milestone
from .policy import MilestoneStatus, PublishConsent
from .queries import MilestoneRow, list_milestones_of


def build_milestones(actor: Actor, record: Record, *, may_add: bool = True) -> Panel:
    """Return the milestones of a client or opportunity, or those in which another record had a part."""
    has_own = may_add and record.kind in ("organization", "opportunity")
    add_url = _new_milestone_url(record) if has_own and can(actor, "milestone:make", record) else ""
    rows = list_milestones_of(actor, record)
    return Panel(
        title=_("Milestones") if has_own else _("Contributed to"),
        rows=tuple(_milestone_row(row, with_client=record.id != row.client_id) for row in rows),
        add_url=add_url,
        add_about=_("Milestone"),
    )


def _new_milestone_url(record: Record) -> str:
    params: dict[str, Any] = {"client" if record.kind == "organization" else "opportunity": record.id}
    return url_for("impact.new", **params)


def _milestone_row(row: MilestoneRow, *, with_client: bool) -> PanelRow:
    text = join_facts([*_figures(row), formats.day(row.on, full=True)])
    pieces: tuple[Piece, ...] = (Span(row.status, css="chip"), Span(text))
    name = (row.client or row.native_client) if with_client else ""
    client = (Line((Span(name),)),) if name else ()
    return PanelRow(
        title=Span(row.label, url=url_for("desk.milestone", id=row.id), css="strong"),
        trailing=(Span("", icon="lock", about=_("Confidential")),) if row.confidential else (),
        lines=(*client, Line(pieces, css="row-x wrap small"), Line((_confirmation(row),))),
    )


def _figures(row: MilestoneRow) -> list[str]:
    figures = []
    if row.amount is not None:
        figures.append(formats.money(row.amount, row.currency))
    if row.jobs:
        figures.append(ngettext("%(num)s job", "%(num)s jobs", row.jobs))
    if row.country:
        figures.append(formats.country(row.country))
    return figures


def _confirmation(row: MilestoneRow) -> Span:
    if row.confirmed_on is not None:
        return Span(_("Confirmed %(day)s", day=formats.day(row.confirmed_on, full=True)), icon="check")
    if row.status is MilestoneStatus.expected:
        return Span(_("Not due yet"), css="faint")
    return Span(_("Not confirmed by the client"), css="warn", icon="alert")


def build_milestone_facts(actor: Actor, row: Milestone) -> Facts:
    """Return amount, dates, country, funder and consent of a milestone; no money for those who may not see it."""
    amount = formats.money(row.amount, row.currency, short=False) if row.amount is not None else ""
    funder = db.session.scalar(sa.select(Funder.name).where(Funder.id == row.funder_id)) if row.funder_id else ""
    editing = Editing.of(actor, row, "milestones", "impact.edit")
    jobs = formats.num(row.jobs) if row.jobs is not None else ""
    publish = row.publish if row.publish is not PublishConsent.not_asked else ""
    return Facts(
        title=_("Milestone"),
        pairs=(
            Fact.of(row, Milestone.type),
            Fact.of(row, Milestone.status),
            Fact(_("Amount"), "" if actor.hides_money else amount, fields=("amount", "currency")),
            Fact(_("Jobs created or retained"), jobs, fields=("jobs",)),
            Fact(_("Country"), formats.country(row.country), fields=("country",)),
            Fact(_("Date"), formats.day(row.on, full=True), fields=("on",)),
            Fact(_("Reported on"), formats.day(row.reported_on, full=True), fields=("reported_on",)),
            Fact(_("Funder"), "" if actor.hides_money else funder, fields=("funder_id",)),
            Fact.of(row, Milestone.evidence),
            Fact(_("May we publish it?"), publish, fields=("publish",)),
        ),
        edit_url=editing.form_url if editing else "",
        editing=editing,
    )


def build_confirmation(actor: Actor, row: Milestone) -> Panel:
    """Return who confirmed a result, how and when; or that nobody has, with the link to confirm it."""
    may_edit = can(actor, "milestone:edit", row) and row.archived_at is None
    if row.confirmed_on is None:
        is_due = row.status is MilestoneStatus.actual
        return Panel(
            title=_("Client's confirmation"),
            empty=_("Not confirmed yet. Only confirmed results count.") if is_due else _("Not due yet."),
            add_url=url_for("impact.confirm", id=row.id) if may_edit and is_due else "",
            add_about=_("Confirmation"),
        )
    person = find_visible(actor, row.confirmed_by_id)
    name = row.confirmed_by_name or ""
    title = record_link("person", person.id, person.label, person.native_label) if person else Span(name or "–")
    how = _("%(how)s, %(day)s", how=row.confirmed_how, day=formats.day(row.confirmed_on, full=True))
    return Panel(
        title=_("Client's confirmation"),
        rows=(PanelRow(title=title, icon="check", lines=(Line((Span(how),)),)),),
        edit_url=url_for("impact.confirm", id=row.id) if may_edit else "",
        edit_about=_("Confirmation"),
    )


def build_chain_hint(actor: Actor, row: Milestone) -> Panel:
    """Return the panel of a milestone without a chain, with the link to choose what led to it."""
    return Panel(
        title=_("How it came about"),
        empty=_("Choose the opportunity, project, show or China rep that led to this result."),
        edit_url=url_for("impact.edit", id=row.id) if can(actor, "milestone:edit", row) else "",
    )
