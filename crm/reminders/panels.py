"""The panel of planned emails on the page of a record."""

from __future__ import annotations

from datetime import datetime
from functools import partial

from crm.core.data.record import Record
from crm.core.data.together import run_together
from crm.core.i18n import formats
from crm.core.mail.outbox.channel import is_paused
from crm.core.policy import Actor
from crm.core.web.panels import Line, Panel, PanelRow, Span, note
from crm.core.words import SEPARATOR, _

from .kinds import PlannedEmail
from .plans import list_planned

MAX_ROWS = 6
WITH_OWN_EMAILS = frozenset({"project", "show"})
"""Kinds of records whose panel has the reader's emails only, and for managers those to colleagues of their teams."""


def build_planned(actor: Actor, record: Record, now: datetime) -> Panel | None:
    """Return which emails about a record will go to whom and when, and why not; None when nothing is to come."""
    planned, waits = run_together(partial(list_planned, actor, record, now), is_paused)
    if not planned:
        return None
    more = len(planned) - MAX_ROWS
    footer: list[Line] = []
    if more > 0:
        footer += note(_("and %(n)s more", n=formats.num(more)))
    if waits:
        footer.append(Line((Span(_("Email is paused: emails wait until it is resumed.")),), css="small bad"))
    rows = tuple(_row(one) for one in planned[:MAX_ROWS])
    is_own = record.kind in WITH_OWN_EMAILS and not actor.is_manager
    title = _("Your planned reminders") if is_own else _("Planned reminders")
    return Panel(title=title, rows=rows, footer=tuple(footer))


def _row(one: PlannedEmail) -> PanelRow:
    """Return a row: when in both zones, to whom; or the reason why a user gets none."""
    if one.at is None:
        return PanelRow(title=Span(one.reason, css="small dim"), icon="info")
    when = f"{formats.day(one.at, weekday=True)}, {formats.clock_time(one.at)}"
    remote_clock = formats.their_clock(one.at, one.zone)
    lines = note(remote_clock, one.label, _("to %(name)s", name=one.name), separator=SEPARATOR)
    return PanelRow(title=Span(when), icon="mail", lines=lines)
