"""Panels about opportunities."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import url_for

from crm.core.data.record import Record
from crm.core.i18n import formats
from crm.core.policy import Actor
from crm.core.web.panels import Light, Line, Panel, Piece, Row, Span
from crm.core.words import _
from crm.opportunities.queries import OpportunityRow, list_opportunities_of


def build_record_opportunities(actor: Actor, record: Record) -> Panel:
    """Return the opportunities in which a record has a part."""
    rows = list_opportunities_of(actor, [record.id])[record.id]
    return build_opportunities(rows, new_opportunity_url(record))


def build_client_opportunities(actor: Actor, client: Record) -> Panel:
    """Return the opportunities of a client, and where one is added."""
    rows = list_opportunities_of(actor, [client.id])[client.id]
    return build_opportunities(rows, url_for("opportunities.new", client=client.id))


def new_opportunity_url(record: Any) -> str:
    """Return where an opportunity begins that has this record as a part; "" for kinds where none begins."""
    match record.kind:
        case "product":
            params = {"client": record.client_id, "product": record.id}
        case "project":
            params = {"project": record.id}
        case "need":
            params = {"need": record.id, "project": record.project_id}
        case "representation":
            params = {"client": record.client_id, "rep": record.id}
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


def _opportunity_row(row: OpportunityRow) -> Row:
    lines = [
        Line(_name_pieces(row)),
        Line(_stage_pieces(row), css="row-x wrap small"),
    ]
    if not row.stage.is_end:
        step = Light.of(row.next_step.on, row.next_step.title) if row.next_step else Light.of(None)
        lines.append(Line((step,), css="small"))
    return Row(
        title=Span(row.label, url=url_for("desk.opportunity", id=row.id), css="strong"),
        beside=(Span("", icon="lock", about=_("Confidential")),) if row.confidential else (),
        lines=tuple(lines),
    )


def _name_pieces(row: OpportunityRow) -> tuple[Span, ...]:
    client = Span(row.client.label or row.client.native_label)
    return (
        (client, Span("·"), Span(row.buyer_or_project.label or row.buyer_or_project.native_label))
        if row.buyer_or_project
        else (client,)
    )


def _stage_pieces(row: OpportunityRow) -> tuple[Piece, ...]:
    amount = _("no amount") if row.amount is None else formats.money(row.amount, row.currency)
    pieces = (Span(row.stage, css="chip stg"), Span(amount))
    if row.stage.is_end:
        return pieces
    return (*pieces, Span(_("%(n)s d in stage", n=row.days), css="age-bad" if row.is_overdue else "faint"))
