"""Custom reports by email."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from email import message_from_bytes, policy

import pytest
import sqlalchemy as sa
from flask import current_app

from crm.core.data.base import db
from crm.core.data.identity import User, actor_of
from crm.core.mail.outbox.models import Mail
from crm.reports.custom import services
from crm.reports.jobs import plan_report_mails
from crm.reports.models import CustomReport
from crm.reports.policy import EmailInterval
from crm.reports.services import save_choices
from tests.factories import client_of
from tests.factories.opportunities import make_opportunity
from tests.reports.custom.lookups import actor_team


@pytest.fixture
def subscriber(peopled, clock):
    """Let Clara get a report of her own and one that isn't available every week; it is Monday, 8 AM in Los Angeles."""
    clock.set(datetime(2026, 3, 9, 15, 0, tzinfo=UTC))
    with peopled.app_context(), current_app.test_request_context():
        clara = db.session.scalars(sa.select(User).where(User.email.like("clara%"))).one()
        actor = actor_of(clara, [actor_team(clara.id)])
        own = services.save_report(actor, "opportunities", "by=stage", {"name": "Deals by stage"})
        broken = services.save_report(actor, "opportunities", "by=stage", {"name": "Broken"})
        broken.query = "by=removed"
        names = [f"custom-{own.id}", f"custom-{broken.id}", "custom-999999"]
        save_choices(clara.id, [], dict.fromkeys(names, EmailInterval.weekly))
        db.session.commit()
    return peopled


@pytest.fixture
def mails(subscriber):
    """Plan the emails and return the subjects of those that there are."""

    def plan() -> list[str]:
        with subscriber.app_context():
            plan_report_mails()
            db.session.rollback()
            return list(db.session.scalars(sa.select(Mail.subject).where(Mail.kind == "reports")))

    return plan


@pytest.fixture
def without_broken(subscriber):
    """Delete the report that isn't available."""
    with subscriber.app_context():
        broken = db.session.scalars(sa.select(CustomReport).where(CustomReport.name == "Broken")).one()
        services.delete_report(broken)
        db.session.commit()


def test_report_with_choices_that_are_gone_tells_its_owner(subscriber, mails):
    assert mails() == ["Your reports: Broken"]
    with subscriber.app_context():
        mail = db.session.scalars(sa.select(Mail).where(Mail.kind == "reports")).one()
        text = message_from_bytes(mail.mime, policy=policy.default).get_body(("plain",)).get_content()
    assert "This report can't be shown: it uses options that aren't available to you: “removed”." in " ".join(
        text.split()
    )


def test_report_that_its_reader_cannot_change_is_no_reason_for_an_email(subscriber, mails):
    with subscriber.app_context():
        broken = db.session.scalars(sa.select(CustomReport).where(CustomReport.name == "Broken")).one()
        broken.team_id = actor_team(broken.user_id)
        broken.user_id = db.session.scalars(sa.select(User.id).where(User.email.like("anna%"))).one()
        db.session.commit()
    assert mails() == []


def test_report_is_emailed_once_a_week_and_never_empty(subscriber, without_broken, mails, clock):
    assert mails() == []
    clock.set(datetime(2026, 3, 16, 15, 0, tzinfo=UTC))
    with subscriber.app_context():
        make_opportunity(client_of("Inland"), amount=Decimal(100))
        db.session.commit()
    assert mails() == ["Your reports: Deals by stage"]
    assert mails() == ["Your reports: Deals by stage"]
    with subscriber.app_context():
        text = db.session.scalars(sa.select(Mail).where(Mail.kind == "reports")).one()
        assert b"/reports/custom/" in text.mime
