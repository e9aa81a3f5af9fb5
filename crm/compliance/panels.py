"""Panels about gifts: those of a record, and the facts of one."""

from __future__ import annotations

from typing import Any

from flask import url_for

from crm.core.data.record import Record
from crm.core.i18n import formats
from crm.core.policy import Actor, can
from crm.core.web.panels import Fact, Facts, Line, Panel, PanelRow, Span, record_link
from crm.core.words import _, join_facts

from .models import Gift
from .policy import GiftState
from .queries import MAX_SHOWN, GiftNames, GiftRow, list_gifts

FILTERS = {"person": "person", "organization": "of"}


def build_record_gifts(actor: Actor, record: Record, *, may_add: bool = True) -> Panel | None:
    """Return the newest gifts of a person, an organization or a show; without `may_add` only if there are any."""
    rows = list_gifts(actor, record.kind, record.id)
    if not rows and not may_add:
        return None
    params: dict[str, Any] = {record.kind if record.kind in FILTERS else "occasion": record.id}
    filters: dict[str, Any] = {FILTERS.get(record.kind, "at"): record.id}
    more = Line((Span(_("All gifts"), url=url_for("compliance.index", **filters), css="link"),))
    return Panel(
        title=_("Gifts"),
        rows=tuple(_gift_row(row, record.kind) for row in rows[:MAX_SHOWN]),
        add_url=url_for("compliance.new", **params) if can(actor, "gift:edit") else "",
        add_about=_("Gift"),
        footer=(more,) if len(rows) > MAX_SHOWN else (),
    )


def _gift_row(row: GiftRow, page_kind: str) -> PanelRow:
    name = row.person or row.native_person or row.organization or row.native_organization or ""
    parts = [row.direction, name if page_kind != "person" else "", formats.money(row.amount, row.currency, short=False)]
    warn = row.state in (GiftState.needs_approval, GiftState.rejected)
    state = Line((Span(row.state, icon="alert" if warn else ""),), css="small warn" if warn else "small dim")
    return PanelRow(
        title=Span(row.description, url=url_for("desk.gift", id=row.id), css="strong"),
        trailing=(Span(formats.day(row.given_on), css="dim"),),
        lines=(
            Line((Span(join_facts(parts)),)),
            *(() if row.state is GiftState.not_needed else (state,)),
        ),
    )


def build_gift_facts(row: Gift, names: GiftNames) -> Facts:
    """Return who gave what to whom, its value, the occasion, the receipt and the decision."""
    value = formats.money(row.amount, row.currency, short=False)
    usd = _("%(usd)s at the rate of that day", usd=formats.money(row.usd, short=False)) if row.usd is not None else ""
    return Facts(
        title=_("Details"),
        pairs=(
            Fact(_("Direction"), row.direction),
            Fact(_("Type"), row.kind),
            Fact(_("Date"), formats.day(row.given_on, full=True)),
            Fact(_("Person"), _link("person", names.person)),
            Fact(_("Organization"), _link("organization", names.organization)),
            Fact(_("Official status"), row.official if row.official.counts_as_official else None),
            Fact(_("Our staff"), names.user),
            Fact(_("Value"), value, below=(Span(usd),) if usd and row.currency != "USD" else ()),
            Fact(_("Purpose or occasion"), row.purpose),
            Fact(_("Show or interaction"), _link(names.occasion.kind, names.occasion) if names.occasion else None),
            Fact(_("Receipt"), _receipt_link(row.receipt_id)),
            Fact(_("Decided by"), names.decided_by),
            Fact(_("Decided on"), formats.moment(row.decided_at) if row.decided_at else None),
            Fact(_("Reason"), row.decision_note),
        ),
    )


def _link(kind: str, record: Record | None) -> Span | None:
    return record_link(kind, record.id, record.label, record.native_label, css="link") if record else None


def _receipt_link(receipt_id: int | None) -> Span | None:
    return Span(_("Open receipt"), url=url_for("records.file", id=receipt_id), css="link") if receipt_id else None
