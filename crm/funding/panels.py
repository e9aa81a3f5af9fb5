"""Panels of funding on the pages of interactions and clients."""

from __future__ import annotations

from flask import url_for

from crm.calendars import federal_year_start
from crm.core import clock
from crm.core.policy import Actor
from crm.core.web.panels import Action, Line, Panel, Row, Span, record_link
from crm.core.words import _
from crm.interactions.models import Interaction
from crm.interactions.policy import is_long_term
from crm.organizations.models import Organization

from .durations import format_hours
from .policy.counting import REASON_TEXTS
from .queries.sessions import ClientSession, list_sessions


def build_counting(actor: Actor, row: Interaction) -> Panel:
    """Return for each client of an interaction whether it counts for the funder, and why not."""
    day = row.wall.date()
    sessions = list_sessions(actor, day, day, interaction=row.id)
    return Panel(title=_("Counts for the funder?"), rows=tuple(_counting_row(session) for session in sessions))


def _counting_row(session: ClientSession) -> Row:
    name = session.client or session.native_client
    lines: tuple[Line, ...]
    actions: tuple[Action, ...] = ()
    if session.is_counted:
        text = _("Counts for %(funder)s", funder=session.funder) if session.funder else _("Counts")
        lines = (Line((Span(text, icon="check"),), css="small ok"),)
    else:
        lines = tuple(Line((Span(REASON_TEXTS[reason], icon="alert"),), css="small warn") for reason in session.reasons)
        url = url_for("funding.session_facts", id=session.interaction_id, client=session.client_id, _anchor=session.key)
        actions = (Action(_("Add what is missing"), url, about=name),)
    title = record_link("organization", session.client_id, session.client, session.native_client, css="")
    return Row(title=title, lines=lines, actions=actions)


def build_client_time(actor: Actor, row: Organization) -> Panel:
    """Return the hours of a client in the federal fiscal year, and what keeps sessions from counting."""
    today = clock.today(actor.zone)
    sessions = list_sessions(actor, federal_year_start(today), today, client=row.id)
    counted = [session for session in sessions if session.is_counted]
    minutes = sum(session.minutes.contact + session.minutes.prep for session in counted)
    lines = [_("%(count)s of %(all)s sessions count", count=len(counted), all=len(sessions))]
    if is_long_term(minutes):
        lines.append(_("long-term client"))
    total = Row(title=Span(format_hours(minutes), css="strong"), lines=(Line((Span(", ".join(lines)),)),))
    reasons = {reason for session in sessions for reason in session.reasons}
    missing = tuple(Row(title=Span(text), icon="alert") for reason, text in REASON_TEXTS.items() if reason in reasons)
    return Panel(title=_("Counseling this fiscal year"), rows=(total, *missing) if sessions else ())
