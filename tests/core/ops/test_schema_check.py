"""A program refuses to run on the schema of another release."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from crm.core.data.base import db
from crm.core.ops.schema_check import WrongRevision, require_current_schema


def test_migrated_database_is_accepted(real_app):
    require_current_schema(real_app)


def set_revision(app, revision):
    with app.app_context(), db.engine.begin() as connection:
        connection.execute(sa.text("UPDATE alembic_version SET version_num = :revision"), {"revision": revision})


def test_earlier_revision_is_refused_with_the_command_to_run(real_app):
    set_revision(real_app, "0018")
    with pytest.raises(WrongRevision, match=r"0018.*flask --app crm db upgrade"):
        require_current_schema(real_app)


def test_later_revision_asks_for_its_release(real_app):
    set_revision(real_app, "9999")
    with pytest.raises(WrongRevision, match=r"9999.*Install that release") as refused:
        require_current_schema(real_app)
    assert "db upgrade" not in str(refused.value)


def test_empty_database_is_refused(databases, engine, real_db, new_app):
    url = databases.empty(engine)
    try:
        with pytest.raises(WrongRevision, match="no revision"):
            require_current_schema(new_app(CRM_DATABASE_URL=url))
    finally:
        databases.drop(url)


@pytest.mark.parametrize("command", [["scheduler"], ["jobs", "once", "heartbeat"]])
def test_record_commands_refuse_another_schema(real_app, command):
    set_revision(real_app, "0018")
    result = real_app.test_cli_runner().invoke(args=command)
    assert result.exit_code == 1
    assert "flask --app crm db upgrade" in result.output
