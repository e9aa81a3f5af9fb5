"""/healthz and the banner: what they report about emails, the scheduler and the mail server."""

from __future__ import annotations

import json
import time
from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from crm.core import clock as business
from crm.core.data.base import db
from crm.core.mail.outbox.channel import pause_channel
from crm.core.mail.outbox.models import Heartbeat
from crm.core.ops import health as health_module
from crm.core.ops.health import healthz_view, mail_problems, write_heartbeat
from tests.core.mail.outbox.outbox_app import Office
from tests.fixtures.clock import START, Clock
from tests.fixtures.smtp import Mailbox


def ask(office: Office) -> tuple[int, dict[str, object]]:
    with office.app.app_context(), office.app.test_request_context():
        body, status = healthz_view()  # type: ignore[misc]
        return status, json.loads(body.get_data())


def test_health_reports_late_emails_missing_runs_and_pause(
    office: Office, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(health_module, "_began", time.monotonic())  # as if this process had just started
    assert ask(office) == (200, {"status": "ok", "reasons": []})
    with office.app.app_context(), Session(db.engine) as session, session.begin():
        write_heartbeat(session, START)
        write_heartbeat(session, START)
    office.put("a")
    office.put("letter", kind="test_letter", was_due_at=START - timedelta(days=1))
    clock.forward(minutes=3)
    assert ask(office)[0] == 200
    clock.forward(minutes=8)
    with office.app.app_context(), Session(db.engine) as session, session.begin():
        pause_channel(session, "paused by Anna Reyes")
        pause, *reasons = mail_problems(session, business.now())
        assert session.get(Heartbeat, "scheduler") is not None
    assert pause == "Email sending is paused: paused by Anna Reyes"
    assert reasons == ["The oldest unsent email to staff is 11 minutes late.", "The scheduler last ran 11 minutes ago."]
    public = ["Email sending is paused. The Email page says why.", *reasons]
    assert ask(office) == (503, {"status": "unhealthy", "reasons": public})


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_health_names_an_unreachable_mail_server_without_failing_until_reminders_are_late(
    office: Office, smtp: Mailbox, clock: Clock
) -> None:
    with office.app.app_context(), Session(db.engine) as session, session.begin():
        write_heartbeat(session, START + timedelta(minutes=11))
    office.app.config["CRM_SMTP_URL"] = "smtp://127.0.0.1:1?tls=none"
    office.put("a")
    office.send()
    reason = "Causeway can't connect to the mail server."
    assert ask(office) == (200, {"status": "degraded", "reasons": [reason]})
    clock.forward(minutes=11)
    late = "The oldest unsent email to staff is 11 minutes late."
    assert ask(office) == (503, {"status": "unhealthy", "reasons": [late, reason]})
    office.app.config["CRM_SMTP_URL"] = smtp.url
    office.send()
    assert ask(office) == (200, {"status": "ok", "reasons": []})


def test_emails_due_during_downtime_are_healthy_until_they_wait(
    office: Office, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(health_module, "_began", time.monotonic())
    office.put("a", was_due_at=START - timedelta(days=7))
    with office.app.app_context(), Session(db.engine) as session:
        assert health_module.mail_problems(session) == []
        clock.forward(minutes=11)
        assert health_module.mail_problems(session) == ["The oldest unsent email to staff is 7 days late."]
        monkeypatch.setitem(office.app.config, "CRM_DEMO", True)
        monkeypatch.setitem(office.app.config, "CRM_SMTP_URL", "")
        assert health_module.mail_problems(session) == []
