"""Several schedulers, timed follow-ups due in one minute, one scheduler killed midway: all are sent, none twice."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections import Counter
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from crm.core.data.base import db, reading
from crm.core.data.identity import Membership, actor_of
from crm.core.mail.outbox.models import Mail
from crm.followups.services import add_follow_up
from tests.faults.scale import DUE_AT_ONCE
from tests.faults.test_outbox_killed import at_message
from tests.fixtures.databases import ROOT, command_settings
from tests.fixtures.people import make_people
from tests.fixtures.smtp import Mailbox

PATIENCE = 150
PATIENCE_EACH = 0.2
# The command with leases and waits that are short enough for a test; they aren't settings.
COMMAND = """
import crm.core.mail.outbox.policy as policy
import crm.core.mail.outbox.send as send
policy.BACKOFF_MINUTES = (0.02,)
send.LEASE_SECONDS, send.DEADLINE_SECONDS = 6, 3
from tests.fixtures.quick_scheduler import run
run()
"""


def start(url: str, folder: Path, smtp: Mailbox) -> subprocess.Popen[bytes]:
    """Start a scheduler."""
    settings = {"CRM_SMTP_URL": f"{smtp.url}", "CRM_LOG_LEVEL": "error"}
    return subprocess.Popen(
        [sys.executable, "-c", COMMAND],
        cwd=ROOT,
        env=command_settings(url, folder) | settings,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def add_due_follow_ups(count: int) -> None:
    """Create follow-ups of anna that all fall due in the minute before this one."""
    user = make_people()["anna"]
    teams = list(db.session.scalars(sa.select(Membership.team_id).where(Membership.user_id == user.id)))
    due = (datetime.now(UTC) - timedelta(minutes=1)).replace(second=0, microsecond=0, tzinfo=None)
    for n in range(count):
        add_follow_up(actor_of(user, teams), {"title": f"Thing {n:03}", "due_wall": due, "zone": "UTC"})
    db.session.commit()


def sent_reminders() -> list[tuple[str, str, str, bool]]:
    """Return subject, state, Message-ID and doubt of every single email."""
    stmt = sa.select(Mail.subject, Mail.state, Mail.message_id, Mail.ever_ambiguous)
    # Without the write lock, which four schedulers want all the time.
    with reading():
        rows = [tuple(row) for row in db.session.execute(stmt.where(Mail.kind == "followup_due"))]
        db.session.rollback()
    return rows


@pytest.mark.parametrize(
    ("count", "running"),
    [
        pytest.param(20, 2, marks=pytest.mark.engine_in_turn),
        pytest.param(200, 2, marks=pytest.mark.faults),
        pytest.param(DUE_AT_ONCE, 4, marks=pytest.mark.faults),
    ],
)
def test_schedulers_one_killed_send_each_email_once(
    real_app, real_db, tmp_path, smtp: Mailbox, count: int, running: int, report
) -> None:
    with real_app.app_context():
        add_due_follow_ups(count)
        schedulers = [start(real_db, tmp_path, smtp) for _ in range(running)]
        killed: list[int] = []

        def kill() -> None:
            # Either may send at this moment: both have a share of the emails, one is enough.
            os.kill(schedulers[0].pid, signal.SIGKILL)
            killed.append(schedulers[0].pid)

        at_message(smtp, {count // 2: kill})
        try:
            began = time.monotonic()
            ends = began + PATIENCE + count * PATIENCE_EACH
            while time.monotonic() < ends:
                rows = sent_reminders()
                if len(rows) == count and all(row[1].value == "sent" for row in rows):
                    break
                with suppress(subprocess.TimeoutExpired):
                    schedulers[1].wait(0.3)
            assert schedulers[1].poll() is None
            assert killed
            assert schedulers[0].wait(10) == -signal.SIGKILL
        finally:
            for scheduler in schedulers:
                scheduler.kill()
                scheduler.wait(10)
    assert Counter(row[0] for row in rows) == Counter(f"Today: Thing {n:03}" for n in range(count))
    assert {row[1].value for row in rows} == {"sent"}
    came = Counter(str(m.message["Message-ID"]) for m in smtp.messages if "Thing" in str(m.message["Subject"]))
    assert set(came) == {row[2] for row in rows}
    doubtful = {row[2] for row in rows if row[3]}
    assert {message_id for message_id, times in came.items() if times > 1} <= doubtful
    if count >= DUE_AT_ONCE:
        extra = sum(came.values()) - count
        report(
            f"{running} schedulers, one killed: {count} emails, 0 lost, {extra} second copies, all after uncertainty"
        )
