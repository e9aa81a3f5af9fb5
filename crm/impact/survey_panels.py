"""The panels of a client's impact surveys and their schedules."""

from __future__ import annotations

from collections.abc import Sequence

from flask import url_for

from crm.core.data.record import Record
from crm.core.i18n import formats
from crm.core.policy import Actor, can
from crm.core.web.panels import Action, Line, Panel, PanelRow, Span, note
from crm.core.words import _, ngettext

from .policy import SurveyState
from .queries import PlanRow, SurveyRow, list_plans_of, list_surveys_of

MAX_SHOWN = 5


def build_surveys(actor: Actor, client: Record) -> Panel:
    """Return the surveys that a client got, with the answers to accept and those that are overdue."""
    rows = list_surveys_of(actor, client.id)
    all_surveys = Span(_("All surveys"), url=url_for("impact.surveys", client=client.id), css="link")
    return Panel(
        title=_("Impact surveys"),
        rows=tuple(map(_survey_row, rows[:MAX_SHOWN])),
        add_url=url_for("impact.survey_new", client=client.id) if can(actor, "survey:edit", client) else "",
        add_about=_("Impact survey"),
        footer=(Line((all_surveys,)),) if len(rows) > MAX_SHOWN else (),
    )


def _survey_row(row: SurveyRow) -> PanelRow:
    day = formats.day(row.sent_at, full=True)
    state = Span(row.state, css="chip")
    if row.state is SurveyState.answered:
        state = Span(row.state, css="chip chip-warn", icon="alert")
    if row.is_overdue:
        state = Span(_("Overdue"), css="chip chip-bad", icon="alert")
    title = Span(_("Survey of %(day)s", day=day), url=url_for("impact.survey", id=row.id), css="link")
    return PanelRow(title=title, trailing=(state,), lines=note(row.person or row.address))


def build_plans(actor: Actor, client: Record) -> Panel:
    """Return the schedules of a client's surveys."""
    may_edit = can(actor, "survey:edit", client)
    return Panel(
        title=_("Survey schedules"),
        rows=tuple(_plan_row(row, may_edit=may_edit) for row in list_plans_of(actor, client.id)),
        add_url=url_for("impact.plan_new", client=client.id) if may_edit else "",
        add_about=_("Survey schedule"),
    )


def _plan_row(row: PlanRow, *, may_edit: bool) -> PanelRow:
    if row.next_on is None:
        next_text = _("finished")
    elif row.is_paused:
        next_text = _("paused")
    elif row.refusal:
        next_text = _("not sent: %(why)s", why=row.refusal)
    else:
        next_text = _("next on %(day)s", day=formats.day(row.next_on, full=True))
    how = _("sent automatically") if row.automatic else _("you get a reminder")
    until = formats.day(row.until_on, full=True)
    every = ngettext("every month until %(day)s", "every %(num)s months until %(day)s", row.every_months, day=until)
    return PanelRow(
        title=Span(row.reason, css="strong"),
        lines=(*note(next_text, how), *note(every), *note(row.person or _("no recipient yet"))),
        menu=tuple(_plan_actions(row)) if may_edit else (),
    )


def _plan_actions(row: PlanRow) -> Sequence[Action]:
    actions = [Action(_("Edit"), url_for("impact.plan_edit", id=row.id), about=row.reason)]
    if row.next_on is None:
        return actions
    label = _("Resume") if row.is_paused else _("Pause")
    # A form that is submitted twice must do the same as once.
    pause_url = url_for("impact.plan_pause", id=row.id, paused=int(not row.is_paused))
    send_url = url_for("impact.plan_send", id=row.id, due=row.next_on.isoformat())
    pause = Action(label, pause_url, about=row.reason, is_post=True)
    send = Action(_("Send now"), send_url, about=row.reason, is_post=True)
    return [*actions, *((send,) if row.person and not row.refusal else ()), pause]
