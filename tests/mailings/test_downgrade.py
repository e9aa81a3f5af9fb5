"""Mailings after a return to the release before planned emails."""

from __future__ import annotations

import sqlalchemy as sa
from flask_migrate import downgrade, upgrade

from crm.core.clock import now
from crm.core.data.base import db
from crm.mailings.models import Mailing
from crm.mailings.policy import MailingState
from tests.factories import team_id_of
from tests.fixtures.people import make_people

BEFORE = "0083"


def test_former_release_reads_a_scheduled_mailing_as_sent(new_app):
    with new_app().app_context():
        anna = make_people()["anna"].id
        row = Mailing(uid="scheduled", user_id=anna, team_id=team_id_of("Inland"), title="Samples", created_at=now())
        row.on_workday, row.state = True, MailingState.scheduled
        db.session.add(row)
        db.session.commit()
        db.session.remove()
        downgrade(revision=BEFORE)
        states = db.session.scalars(sa.text("SELECT state FROM mailing")).all()
        db.session.remove()
        upgrade()
        rows = db.session.execute(sa.select(Mailing.state, Mailing.on_workday)).all()
        db.session.remove()
        db.engine.dispose()
    assert states == ["sent"]
    assert [tuple(row) for row in rows] == [(MailingState.sent, False)]
