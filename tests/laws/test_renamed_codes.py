"""Saved views and reminder settings keep working after pages and codes were renamed."""

from __future__ import annotations

import sqlalchemy as sa
from flask_migrate import downgrade, upgrade

from crm.core.data.base import db
from crm.reminders.models import ReminderSetting
from crm.search.models import SavedView
from tests.fixtures.people import make_people

BEFORE = "0035"


def test_renamed_pages_and_codes_are_renamed_where_they_are_stored(new_app):
    with new_app().app_context():
        anna = make_people()["anna"].id
        old = [
            ("reports.promises", "side=we"),
            ("opportunities.index", "q=x&changed=given"),
            ("people.index", "q=given"),
        ]
        db.session.add_all(SavedView(user_id=anna, name=page, endpoint=page, query=query) for page, query in old)
        db.session.add(ReminderSetting(user_id=anna, kind="slept"))
        db.session.commit()
        db.session.remove()
        downgrade(revision=BEFORE)
        upgrade()
        rows = db.session.execute(sa.select(SavedView.endpoint, SavedView.query).order_by(SavedView.id)).all()
        kinds = db.session.scalars(sa.select(ReminderSetting.kind)).all()
        db.session.remove()
        db.engine.dispose()
    assert [tuple(row) for row in rows] == [
        ("reports.follow_ups", "side=we"),
        ("opportunities.index", "q=x&changed=reassigned"),
        ("people.index", "q=given"),
    ]
    assert kinds == ["overnight"]
