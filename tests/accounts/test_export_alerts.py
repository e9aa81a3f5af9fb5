"""Alerts about unusually large exports: when they are sent, and how often."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa

from crm.accounts.jobs import report_large_exports
from crm.accounts.models import SecurityEvent
from crm.accounts.policy import EventKind, EventOutcome, is_unusual_export
from crm.core.clock import now
from crm.core.data.base import db
from crm.core.data.identity import User
from crm.core.mail.outbox.models import Mail


def exported(user: User | None, rows: int, ago: timedelta = timedelta(0), file: str = "people.csv") -> None:
    user_id = user.id if user else None
    db.session.add(SecurityEvent(at=now() - ago, kind=EventKind.exported, user_id=user_id, count=rows, detail=file))
    db.session.commit()


def mails() -> list[Mail]:
    return list(db.session.scalars(sa.select(Mail).where(Mail.kind == "export_alert").order_by(Mail.id)))


@pytest.mark.parametrize(
    ("rows", "usual", "unusual"),
    [(5000, 0, False), (5001, 0, True), (5001, 1000, True), (5001, 1001, False), (5006, 1001, True)],
)
def test_export_threshold_grows_with_typical_rows(rows, usual, unusual):
    assert is_unusual_export(rows, usual, 5000) is unusual


def test_large_export_is_reported_once_a_day_to_each_administrator(session, people, clock):
    exported(people["boris"], 4000)
    exported(people["boris"], 1500, timedelta(hours=20), "organizations.xlsx")
    for _ in range(2):
        report_large_exports()
    assert [m.address for m in mails()] == ["admin@demo.example"]
    text = mails()[0].text
    assert "Boris Keller exported 5,500 rows within 24 hours." in text
    assert "organizations.xlsx, 1,500" in text
    assert f"/security-log/?user={people['boris'].id}&kind=exported" in text
    event = db.session.scalars(sa.select(SecurityEvent).where(SecurityEvent.kind == EventKind.export_alert)).one()
    assert (event.user_id, event.count, event.outcome) == (people["boris"].id, 5500, EventOutcome.alert)
    clock.forward(hours=25)
    exported(people["boris"], 30_000)
    report_large_exports()
    assert len(mails()) == 2


def test_typical_export_of_a_user_is_not_reported(session, people, clock):
    exported(people["anna"], 1100, timedelta(days=30))
    exported(people["anna"], 5400)
    exported(people["boris"], 1100, timedelta(days=95))
    exported(people["boris"], 5400)
    exported(people["clara"], 5000)
    exported(None, 50_000)
    report_large_exports()
    assert [m.subject for m in mails()] == ["Large export by Boris Keller"]


def test_deactivated_administrator_gets_no_alert(session, people, clock):
    people["admin"].active = False
    exported(people["boris"], 9000)
    report_large_exports()
    assert mails() == []


def test_alerts_can_be_turned_off(session, people, clock, app, monkeypatch):
    monkeypatch.setitem(app.config, "CRM_EXPORT_ALERT_ROWS", 0)
    exported(people["boris"], 9000)
    report_large_exports()
    assert mails() == []


def test_alert_is_shown_on_security_log_page(client, people, clock):
    exported(people["boris"], 9000)
    report_large_exports()
    page = client.login_as("admin").get("/security-log/").text
    assert "Boris Keller exported 9,000 rows within 24 hours." in page
    clock.forward(days=8)
    assert "exported 9,000" not in client.login_as("admin").get("/security-log/").text


def test_typical_rows_come_from_previous_ninety_days(session, people, clock):
    exported(people["anna"], 1100, timedelta(days=91) - timedelta(minutes=1))
    exported(people["boris"], 1100, timedelta(days=91))
    for name in ("anna", "boris"):
        exported(people[name], 5400)
    report_large_exports()
    assert [m.subject for m in mails()] == ["Large export by Boris Keller"]
