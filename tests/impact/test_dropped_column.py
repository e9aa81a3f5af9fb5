"""The history of surveys after the upgrade that drops who sent them."""

from __future__ import annotations

import sqlalchemy as sa
from flask_migrate import downgrade, upgrade

from crm.core import clock
from crm.core.data.base import db
from crm.core.data.history import Change, ChangeSource
from crm.core.data.net_changes import mapper_of


def test_history_names_only_columns_that_surveys_have(new_app):
    diffs = [{"address": [None, "ann@ex.com"], "sent_by_id": [None, 1]}, {"sent_by_id": [1, 2]}]
    with new_app().app_context():
        db.session.remove()
        downgrade(revision="0089")
        shared = {"at": clock.now(), "via": ChangeSource.web, "row_id": "1", "action": "changed"}
        db.session.add_all(Change(table="impact_survey", diff=diff, **shared) for diff in diffs)
        db.session.add(Change(table="person", diff=diffs[1], **shared))
        db.session.commit()
        db.session.remove()
        upgrade()
        stored = db.session.execute(sa.select(Change.table, Change.diff).order_by(Change.id)).all()
        columns = [column["name"] for column in sa.inspect(db.session.connection()).get_columns("mailbox")]
        db.session.remove()
        db.engine.dispose()
    assert [tuple(row) for row in stored] == [
        ("impact_survey", {"address": [None, "ann@ex.com"]}),
        ("impact_survey", {}),
        ("person", {"sent_by_id": [1, 2]}),
    ]
    assert not hasattr(mapper_of("impact_survey").class_, "sent_by_id")
    assert "checked_at" not in columns
