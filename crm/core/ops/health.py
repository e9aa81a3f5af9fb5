"""Health of the system: the scheduler's heartbeat, late emails, and the response of /healthz."""

from __future__ import annotations

import os
import socket
import time
from datetime import datetime, timedelta
from typing import Any, NamedTuple

import sqlalchemy as sa
from flask import Flask, current_app, jsonify
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from crm.core import clock
from crm.core.data.base import Instant, db, reading
from crm.core.data.disk import disk_problems, is_disk_full
from crm.core.data.jobs import job
from crm.core.data.own_transaction import own_transaction
from crm.core.data.rows import upsert
from crm.core.mail.outbox.models import UNSENT_SQL, Heartbeat, Mail, MailChannel
from crm.core.mail.outbox.policy import Audience
from crm.core.web.blueprint import PUBLIC, RIGHTS
from crm.core.words import _, ngettext

LATE_AFTER = timedelta(minutes=10)
SILENT_AFTER = timedelta(minutes=3)
GRACE_SECONDS = 180.0
MINUTES_OF_HOUR, MINUTES_OF_DAY = 60, 24 * 60
SCHEDULER = "scheduler"
_began = time.monotonic()


class Health(NamedTuple):
    """`ok` or `unhealthy`, and the reasons as sentences."""

    status: str
    reasons: list[str]


@job(every=30)
def heartbeat() -> None:
    """Record that the scheduler is running."""
    with own_transaction() as session:
        beat(session, clock.now())


def beat(session: Session, now: datetime) -> None:
    """Write the heartbeat."""
    values: dict[str, Any] = {"at": now, "worker": f"{socket.gethostname()[:40]}:{os.getpid()}"}
    row = {"name": SCHEDULER, **values}
    session.execute(upsert(session, Heartbeat, row, key=[Heartbeat.name], update=values))


LATE_BEFORE: Any = sa.bindparam("late_before", type_=Instant)
# Emails that fell due while nothing ran are made late and sent at once: only waiting ones are a problem.
OLDEST_LATE = sa.select(sa.func.min(Mail.was_due_at)).where(
    sa.text(UNSENT_SQL),
    Mail.audience == Audience.staff,
    Mail.was_due_at < LATE_BEFORE,
    Mail.created_at < LATE_BEFORE,
)
MAIL_STATE = sa.select(
    sa.select(MailChannel.paused_at).where(MailChannel.id == 1).scalar_subquery(),
    sa.select(MailChannel.why).where(MailChannel.id == 1).scalar_subquery(),
    OLDEST_LATE.scalar_subquery(),
    sa.select(Heartbeat.at).where(Heartbeat.name == SCHEDULER).scalar_subquery(),
)


def mail_problems(session: Session, now: datetime | None = None) -> list[str]:
    """Return the problems with reminders that staff must know, the most serious first: for the banner and /healthz."""
    now = now or clock.now()
    reasons = []
    paused_at, why, oldest, last_beat = session.execute(MAIL_STATE, {"late_before": now - LATE_AFTER}).one()
    if paused_at is not None:
        reasons.append(_("Email sending is paused: %(why)s", why=why or _("no reason given")))
    # In the demo nothing is sent without a mail server: emails only wait to be shown.
    is_sent = current_app.config["CRM_SMTP_URL"] or not current_app.config["CRM_DEMO"]
    if oldest is not None and is_sent:
        reasons.append(_("The oldest unsent reminder is %(time)s late.", time=_describe(now - oldest)))
    if last_beat is not None and now - last_beat > SILENT_AFTER:
        reasons.append(_("The scheduler last ran %(time)s ago.", time=_describe(now - last_beat)))
    elif last_beat is None and time.monotonic() - _began > GRACE_SECONDS:
        reasons.append(_("The scheduler hasn't run yet."))
    return reasons


def _describe(span: timedelta) -> str:
    """Return a time in the largest full unit: "11 minutes", "2 hours", "3 days"."""
    minutes = int(span.total_seconds() // 60)
    if minutes < MINUTES_OF_HOUR:
        return str(ngettext("%(num)s minute", "%(num)s minutes", minutes))
    if minutes < MINUTES_OF_DAY:
        return str(ngettext("%(num)s hour", "%(num)s hours", minutes // MINUTES_OF_HOUR))
    return str(ngettext("%(num)s day", "%(num)s days", minutes // MINUTES_OF_DAY))


def health(session: Session, now: datetime) -> Health:
    """Return the health of the system; without any heartbeat, 3 minutes after the start are allowed."""
    reasons = mail_problems(session, now)
    return Health("unhealthy" if reasons else "ok", reasons)


def healthz_view() -> ResponseReturnValue:
    """Respond to /healthz: 200 or 503, with the reasons as JSON."""
    config = current_app.config
    reasons = disk_problems(config["CRM_DATA_DIR"], config["SQLALCHEMY_DATABASE_URI"])
    try:
        with reading(), Session(db.engine) as session:
            reasons += health(session, clock.now()).reasons
    except SQLAlchemyError as error:
        full = is_disk_full(error)
        reasons.append(_("The database disk is full.") if full else _("The database isn't responding."))
    result = Health("unhealthy" if reasons else "ok", reasons)
    return jsonify(result._asdict()), 503 if reasons else 200


def init_health(app: Flask) -> None:
    """Register /healthz, which is public."""
    app.add_url_rule("/healthz", "healthz", healthz_view)
    RIGHTS["healthz"] = PUBLIC
