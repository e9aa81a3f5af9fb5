"""Hooks: keep search names of milestones up to date, and the emails of surveys after an undo."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import sqlalchemy as sa

from crm.core.data.base import db
from crm.core.data.net_changes import NetChange
from crm.core.data.record import Record
from crm.core.hooks import DEPENDENT_UPDATES, RESTORED_ROWS, UNDONE
from crm.core.mail.outbox.put import cancel_mails, reinstate_mail
from crm.core.policy import Actor
from crm.impact.mails import mail_key
from crm.impact.models import ImpactSurvey, Milestone
from crm.impact.policy import SurveyState

from .milestones import refresh_milestone_name


def _update_dependents(host: Record) -> None:
    if isinstance(host, Milestone):
        refresh_milestone_name(host)
    if host.kind == "organization":
        for row in db.session.scalars(sa.select(Milestone).where(Milestone.client_id == host.id)):
            refresh_milestone_name(row)


DEPENDENT_UPDATES.append(_update_dependents)


def _update_after_undo(_actor: Actor, undone: Mapping[Milestone, Sequence[NetChange]]) -> None:
    """Update the search names."""
    for row in undone:
        refresh_milestone_name(row)


UNDONE["milestone"] = _update_after_undo


def _update_emails(_actor: Actor, changes: Sequence[NetChange]) -> None:
    """Cancel the unsent emails of surveys of which something was undone, except those with the link that works now.

    Links aren't in the history: after an undo of *Send again* the new one works.
    """
    ids = [int(change.row_id) for change in changes]
    for survey_id in ids:
        cancel_mails(db.session(), dedupe_prefix=f"impact_survey/{survey_id}/")
    is_open = ImpactSurvey.state == SurveyState.sent
    for row in db.session.scalars(sa.select(ImpactSurvey).where(ImpactSurvey.id.in_(ids), is_open)):
        reinstate_mail(db.session(), mail_key(row.id, row.token_hash), row.sent_at)


RESTORED_ROWS[ImpactSurvey.__tablename__] = _update_emails
