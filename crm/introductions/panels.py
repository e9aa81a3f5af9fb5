"""The panel of introduction paths on the page of a need, an opportunity or a client."""

from __future__ import annotations

from flask import url_for

from crm.core.data.record import Record
from crm.core.policy import Actor
from crm.core.web.panels import Line, Panel, PanelRow, Span
from crm.core.words import _
from crm.introductions.queries import load_goal
from crm.introductions.rows import PathRow, build_rows

MAX_SHOWN = 3


def build_introductions(actor: Actor, record: Record) -> Panel:
    """Return the best ways to an introduction, each with its evidence and a link that adds the follow-up."""
    goal = load_goal(actor, record)
    page_url = url_for("introductions.index", id=record.id)
    links = (
        Span(_("All paths") if goal.chosen_ids else _("Choose an organization"), url=page_url, css="link"),
        Span("·"),
        Span(_("How is this computed?"), url=f"{page_url}#strength", css="link"),
    )
    rows = tuple(_path_row(row) for row in build_rows(actor, record, goal, MAX_SHOWN))
    empty = _("No paths yet. Log meetings with people there.") if goal.chosen_ids else ""
    footer = (Line(links),) if rows or goal.chosen_ids or record.kind == "organization" else ()
    return Panel(title=_("Introduction paths"), rows=rows, empty=empty, footer=footer)


def _path_row(row: PathRow) -> PanelRow:
    lines = [Line((Span(text),)) for text in row.wording.evidence]
    strength = Line((Span(_("Strength: %(strength)s", strength=row.wording.strength)),), css="small faint")
    label = _("Add follow-up for %(name)s", name=row.assignee) if row.assignee else _("Add follow-up")
    link = Span(label, url=row.follow_up_url, css="link small", about=row.wording.sentence)
    follow_up = (Line((link,)),) if row.follow_up_url else ()
    return PanelRow(title=Span(row.wording.sentence, css="strong"), lines=(*lines, strength, *follow_up))
