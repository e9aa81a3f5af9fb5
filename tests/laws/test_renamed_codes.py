"""Saved views and reminder settings keep working after pages and codes were renamed."""

from __future__ import annotations

from urllib.parse import unquote

import sqlalchemy as sa
from flask_migrate import downgrade, upgrade

from crm.core import clock
from crm.core.data.base import db
from crm.core.data.history import Change
from crm.core.lists.export_log import ExportLog
from crm.impact.policy import MilestoneKind
from crm.imports.models import ImportMapping, ImportRun
from crm.reminders.models import ReminderSetting
from crm.reports.models import CustomReport
from crm.search.models import SavedView
from tests.factories import client_of, organization, representation
from tests.factories.impact import make_milestone
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


def test_columns_of_types_are_renamed_with_their_values(new_app):
    views = [
        (
            "impact.index",
            "type=jobs&sort=-type&columns=type:240,city",
            "what=jobs&sort=-what&columns=what%3A240%2Ccity",
        ),
        ("people.index", "q=what&columns=organization,title", "q=what&columns=firm%2Ctitle"),
        ("people.reps", "sort=name", "sort=name"),
        ("projects.needs", "in=type:product&q=type:x", "in=what%3Aproduct&q=type%3Ax"),
        ("interactions.index", "what=x", "what=x"),
    ]
    with new_app().app_context():
        anna = make_people()["anna"]
        sale = make_milestone(client_of("Inland", "Tri-Valley"), "First order", type=MilestoneKind.export_sale)
        for endpoint, query, _former in views:
            db.session.add(SavedView(user_id=anna.id, name=endpoint, endpoint=endpoint, query=query))
        db.session.add(CustomReport(user_id=anna.id, name="X", kind="milestones", query="by=type&by2=status&type=jobs"))
        log = {"user_id": anna.id, "rows": 1, "format": "csv"}
        db.session.add(ExportLog(at=clock.now(), listing="milestones", filters={"type": "type"}, **log))
        db.session.add(ExportLog(at=clock.now(), listing="overdue_followups", filters={}, **log))
        mapping = {"kind": "shows", "heading_key": "k", "mapping": {"codes": ["name", "type"]}}
        db.session.add(ImportMapping(user_id=anna.id, at=clock.now(), **mapping))
        db.session.commit()
        sale.type, sale_id = MilestoneKind.contract, sale.id
        db.session.commit()
        before = read_stored()
        db.session.remove()
        downgrade(revision="0088")
        former = read_stored()
        db.session.remove()
        upgrade()
        after = read_stored()
        history = sa.select(Change.action, Change.diff).where(Change.root_id == sale_id, Change.table == "milestone")
        changes = db.session.execute(history.order_by(Change.id.desc()).limit(1)).all()
        kind = db.session.scalar(sa.text("SELECT type FROM milestone").columns(sa.column("type")))
        db.session.remove()
        db.engine.dispose()
    assert {row[:2] for row in former[0]} == {(endpoint, query) for endpoint, _query, query in views}
    assert former[1:] == [
        [("by=what&by2=status&what=jobs",)],
        [("milestones", {"what": "type"}), ("overdue_promises", {})],
        [({"codes": ["name", "what"]},)],
    ]
    assert after[1:] == before[1:]
    assert [unquote(query) for _endpoint, query in after[0]] == [query for _endpoint, query in before[0]]
    assert [tuple(row) for row in changes] == [("changed", {"type": ["export_sale", "contract"]})]
    assert kind == "contract"


def read_stored():
    """Return saved views, custom reports, the export log and mappings, in the order of their ids."""
    statements = (
        sa.select(SavedView.endpoint, SavedView.query).order_by(SavedView.id),
        sa.select(CustomReport.query).order_by(CustomReport.id),
        sa.select(ExportLog.listing, ExportLog.filters).order_by(ExportLog.id),
        sa.select(ImportMapping.mapping),
    )
    return [[tuple(row) for row in db.session.execute(stmt)] for stmt in statements]
