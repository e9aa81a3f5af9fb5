"""Saved views and reminder settings keep working after pages and codes were renamed."""

from __future__ import annotations

import sqlalchemy as sa
from flask_migrate import downgrade, upgrade

from crm.core import clock
from crm.core.data.base import db
from crm.core.data.history import Change
from crm.imports.models import ImportMapping, ImportRun
from crm.reminders.models import ReminderSetting
from crm.search.models import SavedView
from tests.factories import client_of, organization, representation
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


def test_renamed_columns_are_renamed_in_the_history_and_in_stored_imports(new_app):
    with new_app().app_context():
        anna = make_people()["anna"].id
        client, agent, agency = client_of("Inland", "Tri-Valley"), organization("Fang"), organization("Lu")
        rep = representation(client, agent)
        db.session.commit()
        rep.organization_id = agency.id
        headings = {"codes": ["organization", "client"]}
        preview = {"table": {"headings": ["firm", "organization"]}}
        columns = {"kind": "representations", "heading_key": "k", "mapping": headings}
        db.session.add(ImportMapping(user_id=anna, at=clock.now(), **columns))
        files = {"file_name": "reps.csv", "stored_as": "1", "sha256": "1"}
        db.session.add(ImportRun(at=clock.now(), kind="representations", preview=preview, **files))
        db.session.commit()
        ids, stmt = [agent.id, agency.id], sa.select(Change.diff).where(Change.table == "representation")
        db.session.remove()
        downgrade(revision="0086")
        before = [sorted(diff) for diff in db.session.scalars(stmt.order_by(Change.id))]
        db.session.remove()
        upgrade()
        diffs = db.session.scalars(stmt.order_by(Change.id)).all()
        stored = db.session.scalars(sa.select(ImportMapping.mapping)).all()
        previews = db.session.scalars(sa.select(ImportRun.preview)).all()
        db.session.remove()
        db.engine.dispose()
    assert "firm_id" in before[-1]
    assert diffs[-1]["organization_id"] == ids
    assert stored == [headings]
    assert previews == [preview]
