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
from crm.core.mail.outbox.channel import find_connection_problem
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
    """The status and its reasons as sentences.

    `ok`; `degraded` while something waits that may pass by itself; `unhealthy` when users or reminders are affected.
    """

    status: str
    reasons: list[str]


@job(every=30)
def heartbeat() -> None:
    """Record that the scheduler is running."""
    with own_transaction() as session:
        write_heartbeat(session, clock.now())


def write_heartbeat(session: Session, now: datetime) -> None:
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


def mail_problems(session: Session, now: datetime | None = None, *, is_public: bool = False) -> list[str]:
    """Return the problems with reminders that staff must know, the most serious first: for the banner and /healthz.

    In public without the reason of a pause: it has names of users, or what the mail server replied.
    """
    now = now or clock.now()
    reasons = []
    paused_at, why, oldest, last_beat = session.execute(MAIL_STATE, {"late_before": now - LATE_AFTER}).one()
    if paused_at is not None and is_public:
        reasons.append(_("Email sending is paused. The Email page says why."))
    elif paused_at is not None:
        reasons.append(_("Email sending is paused: %(why)s", why=why or _("no reason given")))
    # In the demo nothing is sent without a mail server: emails only wait to be shown.
    is_sent = current_app.config["CRM_SMTP_URL"] or not current_app.config["CRM_DEMO"]
    if oldest is not None and is_sent:
        reasons.append(_("The oldest unsent email to staff is %(time)s late.", time=_describe(now - oldest)))
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


def healthz_view() -> ResponseReturnValue:
    """Respond to /healthz: 200 or 503, with the reasons as JSON."""
    result = load_health()
    return jsonify(result._asdict()), 503 if result.status == "unhealthy" else 200


def load_health() -> Health:
    """Return the health of the system; without any heartbeat, 3 minutes after the start are allowed.

    An unreachable mail server alone is no reason to take the web server out of service.
    """
    config = current_app.config
    problems, is_unreachable = disk_problems(config["CRM_DATA_DIR"], config["SQLALCHEMY_DATABASE_URI"]), False
    try:
        with reading(), Session(db.engine) as session:
            problems += mail_problems(session, clock.now(), is_public=True)
            is_unreachable = find_connection_problem(session) is not None
    except SQLAlchemyError as error:
        full = is_disk_full(error)
        problems.append(_("The database disk is full.") if full else _("The database isn't responding."))
    reasons = problems + ([_("Causeway can't connect to the mail server.")] if is_unreachable else [])
    if problems:
        return Health("unhealthy", reasons)
    return Health("degraded" if reasons else "ok", reasons)


def init_health(app: Flask) -> None:
    """Register /healthz, which is public."""
    app.add_url_rule("/healthz", "healthz", healthz_view)
    RIGHTS["healthz"] = PUBLIC
