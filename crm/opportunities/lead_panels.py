"""The panel of a U.S. post about the leads that it reported."""

from __future__ import annotations

from collections.abc import Sequence

from flask import url_for

from crm.core.i18n import formats
from crm.core.policy import Actor
from crm.core.web.panels import Line, Panel, PanelRow, Span, note, record_link
from crm.core.words import _, ngettext
from crm.opportunities.queries import ReportedLead, add_reported, list_reported_leads


def build_reported_leads(actor: Actor, post_id: int) -> Panel:
    """Return the leads of a post and of its officers, with the opportunities and the signed value of each."""
    leads = list_reported_leads(actor, post_id)
    count = ngettext("%(num)s lead", "%(num)s leads", len(leads))
    summary = ", ".join(filter(None, (count, _value_text(leads))))
    return Panel(
        title=_("Reported leads"),
        rows=tuple(_lead_row(lead) for lead in leads),
        add_url=url_for("projects.new", source=post_id),
        add_about=_("Lead"),
        footer=(Line((Span(summary),), css="small mt-2"),) if leads else (),
    )


def _lead_row(lead: ReportedLead) -> PanelRow:
    return PanelRow(
        title=record_link("project", lead.id, lead.label, lead.native_label, css=""),
        avatar="project",
        lines=(*note(formats.day(lead.heard_on), lead.stage), *note(_value_text([lead]))),
    )


def _value_text(leads: Sequence[ReportedLead]) -> str:
    """Return "3 opportunities, $1.2M signed"; without an amount the number of signed ones; "" for none."""
    opportunities, signed = add_reported(leads)
    count = opportunities.count
    texts = [ngettext("%(num)s opportunity", "%(num)s opportunities", count)] if count else []
    texts += [_("%(sum)s signed", sum=signed.sums_text or formats.num(signed.count))] if signed.count else []
    return ", ".join(texts)
