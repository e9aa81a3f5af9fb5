"""Panels of funding on the pages of interactions and clients."""

from __future__ import annotations

from datetime import date
from functools import partial
from typing import Any

from flask import url_for

from crm.calendars import federal_year_start
from crm.core import clock
from crm.core.data.together import run_together
from crm.core.i18n import formats
from crm.core.policy import Actor, can
from crm.core.web.panels import Action, Line, Panel, PanelRow, Span, note, record_link
from crm.core.words import _
from crm.interactions.models import Interaction
from crm.interactions.policy import is_long_term
from crm.organizations.models import Organization

from .assistance_texts import describe_issue
from .durations import format_hours
from .models import FiledReport, PartnerReferral
from .policy.assistance import AssistanceIssue, find_issues
from .policy.counting import REASON_TEXTS
from .policy.step import EligibilityResult, EligibilityTest, is_report_open
from .queries.assistance import list_parts, load_eligibility
from .queries.assistance_checks import facts_of, list_checked
from .queries.filing import find_filed_with
from .queries.sessions import ClientSession, list_sessions


def build_counting(actor: Actor, row: Interaction) -> Panel:
    """Return for each client of an interaction whether it counts for the funder, and why not."""
    day = row.wall.date()
    sessions = list_sessions(actor, day, day, interaction=row.id)
    filed = find_filed_with(actor, row.id) if can(actor, "award:edit") else []
    return Panel(
        title=_("Counts for the funder?"),
        rows=(*(_counting_row(session) for session in sessions), *(_filed_row(report) for report in filed)),
    )


def _filed_row(report: FiledReport) -> PanelRow:
    days = f"{formats.day(report.first)} – {formats.day(report.last)}"
    title = Span(_("In the filed report %(days)s", days=days), url=url_for("funding.filed", id=report.id), css="link")
    return PanelRow(title=title, icon="lock", lines=note(_("Changes become corrections of the report.")))


def _counting_row(session: ClientSession) -> PanelRow:
    name = session.client or session.native_client
    lines: tuple[Line, ...]
    if session.is_counted:
        text = _("Counts for %(funder)s", funder=session.funder) if session.funder else _("Counts")
        lines = (Line((Span(text, icon="check"),), css="small ok"),)
    else:
        lines = tuple(Line((Span(REASON_TEXTS[reason], icon="alert"),), css="small warn") for reason in session.reasons)
        url = url_for("funding.session_facts", id=session.interaction_id, client=session.client_id, _anchor=session.key)
        lines += (Line((Span(_("Add missing data"), url=url, css="link", about=name),), css="small"),)
    title = record_link("organization", session.client_id, session.client, session.native_client, css="")
    return PanelRow(title=title, lines=lines)


def build_client_time(actor: Actor, row: Organization) -> Panel:
    """Return the hours of a client in the federal fiscal year, and what keeps sessions from counting."""
    today = clock.today(actor.zone)
    sessions = list_sessions(actor, federal_year_start(today), today, client=row.id)
    counted = [session for session in sessions if session.is_counted]
    minutes = sum(session.minutes.contact + session.minutes.prep for session in counted)
    lines = [_("%(count)s of %(all)s sessions count", count=len(counted), all=len(sessions))]
    if is_long_term(minutes):
        lines.append(_("long-term client"))
    total = PanelRow(title=Span(format_hours(minutes), css="strong"), lines=(Line((Span(", ".join(lines)),)),))
    reasons = {reason for session in sessions for reason in session.reasons}
    missing = tuple(
        PanelRow(title=Span(text), icon="alert") for reason, text in REASON_TEXTS.items() if reason in reasons
    )
    return Panel(title=_("Counseling this fiscal year"), rows=(total, *missing) if sessions else ())


def build_assistance(actor: Actor, row: Organization) -> Panel | None:
    """Return the assistance of a client, and the tests of eligibility; None for those who don't see funders."""
    if not can(actor, "award:see"):
        return None
    may_edit = can(actor, "assistance:edit", row)
    today = clock.today(actor.zone)
    parts, tests = run_together(partial(list_checked, row.id), partial(load_eligibility, actor, row, today))
    may_answer = row.archived_at is None and can(actor, "intake:edit", row)
    answers = Span(_("Form 641 answers"), url=url_for("funding.intake", id=row.id), css="link")
    return Panel(
        title=_("STEP assistance"),
        rows=(
            *(_assistance_row(part, today, may_edit=may_edit) for part in parts),
            *(_test_row(test) for test in tests),
        ),
        add_url=url_for("funding.assistance_new", client=row.id) if may_edit else "",
        add_about=_("Assistance"),
        footer=(Line((answers,), css="t13 mt-2"),) if may_answer else (),
    )


def _assistance_row(part: Any, today: date, *, may_edit: bool) -> PanelRow:
    facts = facts_of(part)
    issues = find_issues(facts, today)
    amounts = {_("approved"): part.approved, _("spent"): part.spent, _("match"): part.match}
    money = ", ".join(
        f"{label} {formats.money(x, 'USD', short=False)}" for label, x in amounts.items() if x is not None
    )
    lines = [*note(str(part.activity), formats.day(part.on), part.state), *note(money)]
    is_open = is_report_open(part.state, part.report_due_on, part.report_received_on)
    if is_open and AssistanceIssue.report_overdue not in issues:
        lines += note(_("report due %(day)s", day=formats.day(part.report_due_on)))
    lines += [Line((Span(describe_issue(x, facts), icon="alert"),), css="small warn") for x in issues]
    if part.first:
        text = _("Filed in the client report %(days)s", days=formats.day_range(part.first, part.last))
        lines.append(Line((Span(text, icon="lock"),)))
    menu = (_survey_action(part), *_part_menu("assistance", part.id, part.description)) if may_edit else ()
    return PanelRow(title=Span(part.description, css="strong"), lines=tuple(lines), menu=menu)


def _survey_action(part: Any) -> Action:
    """Return the link to a schedule of surveys that begins with the assistance."""
    reason = _("Assistance: %(item)s", item=part.description)
    url = url_for("impact.plan_new", client=part.client_id, starts_on=part.on.isoformat(), reason=reason)
    return Action(_("Schedule surveys"), url, about=part.description)


def _test_row(test: EligibilityTest) -> PanelRow:
    icon = {EligibilityResult.met: "check", EligibilityResult.failed: "error"}.get(test.result, "help")
    return PanelRow(title=Span(test.label), icon=icon, lines=note(str(test.result), test.advice))


def build_referrals(actor: Actor, row: Organization) -> Panel:
    """Return the partners to which a client was referred, with the results."""
    may_edit = can(actor, "partner_referral:edit", row)
    return Panel(
        title=_("Referrals to partners"),
        rows=tuple(
            PanelRow(
                title=Span(part.partner, css="strong"),
                lines=(*note(formats.day(part.on), part.name, part.reason), *note(part.result)),
                menu=_part_menu("referral", part.id, str(part.partner)) if may_edit else (),
            )
            for part in list_parts(PartnerReferral, row.id)
        ),
        add_url=url_for("funding.referral_new", client=row.id) if may_edit else "",
        add_about=_("Referral to a partner"),
    )


def _part_menu(kind: str, part_id: int, name: str) -> tuple[Action, ...]:
    return (
        Action(_("Edit"), url_for(f"funding.{kind}_edit", id=part_id), about=name),
        Action(_("Remove"), url_for(f"funding.{kind}_remove", id=part_id), about=name, is_post=True, is_danger=True),
    )
