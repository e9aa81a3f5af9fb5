"""The command `check`: it finds problems, rebuilds derived data, and reports by its exit code."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
import sqlalchemy as sa

from crm.core.data.base import db
from crm.core.data.record_dates import RecordDates
from crm.core.policy import SYSTEM
from crm.core.search import search
from crm.desk import checks
from crm.followups.dates import next_steps_of
from crm.records.models import Attachment
from tests.core.ops.backup.conftest import fill_center

pytestmark = pytest.mark.engine_in_turn
REPAIR = "Rebuild derived data with: flask --app crm check --repair"


@pytest.fixture
def center(real_app):
    with real_app.app_context():
        fill_center()
    return real_app


def check(app, *options):
    return app.test_cli_runner().invoke(args=["check", *options])


def line_of(output: str, name: str) -> str:
    return next(line for line in output.splitlines() if line.startswith(name)).removeprefix(name).strip()


def test_check_of_intact_data_is_ok(center):
    result = check(center)
    assert result.exit_code == 0, result.output
    assert [line.split()[-1] for line in result.output.splitlines()] == ["ok"] * len(checks.CHECKS)


def broken(app, *statements):
    with app.app_context():
        for statement in statements:
            db.session.execute(sa.text(statement))
        db.session.commit()


@pytest.mark.parametrize(
    ("name", "statement"),
    [
        ("next steps", "UPDATE record_dates SET next_follow_up_on = '2030-01-01' WHERE team_key <> 0"),
        ("last contacts", "UPDATE record_dates SET last_interaction_at = '2020-01-01 00:00:00' WHERE team_key = 0"),
        ("visibility keys", "UPDATE opportunity SET visibility_key = 99"),
    ],
)
def test_wrong_derived_values_are_found_and_repaired(center, name, statement):
    if name == "last contacts":
        with center.app_context():
            record_id = db.session.scalar(sa.select(sa.func.min(RecordDates.record_id)))
            db.session.add(RecordDates(record_id=record_id, team_key=0))
            db.session.commit()
    broken(center, statement)
    result = check(center)
    assert result.exit_code == 1
    assert line_of(result.output, name) != "ok"
    assert result.output.splitlines()[-1] == REPAIR
    repaired = check(center, "--repair")
    assert repaired.exit_code == 0, repaired.output
    assert REPAIR not in repaired.output
    assert line_of(repaired.output, name).startswith("repaired")
    assert check(center).exit_code == 0
    if name == "next steps":
        with center.app_context():
            assert set(next_steps_of().values()) == {date(2026, 3, 12)}


def test_damaged_search_index_is_found_and_rebuilt(center, engine):
    broken(center, "DELETE FROM record_fts_person" if engine == "sqlite" else "DROP INDEX record_fts_person")
    result = check(center)
    assert result.exit_code == 1
    assert line_of(result.output, "search") != "ok"
    assert check(center, "--repair").exit_code == 0
    with center.app_context():
        assert "Zhou Limin" in [row.label for row in search.search(SYSTEM, "zhou limin", limit=5)]


@pytest.mark.parametrize("cut", [False, True])
def test_missing_or_cut_attachment_is_found_but_not_repaired(center, cut):
    with center.app_context():
        attachment = db.session.scalars(sa.select(Attachment)).one()
        file = Path(center.config["CRM_DATA_DIR"]) / "attachments" / attachment.stored_as
        number = attachment.id
    if cut:
        file.write_bytes(b"%PDF")
    else:
        file.unlink()
    assert REPAIR not in check(center).output
    result = check(center, "--repair")
    assert result.exit_code == 1
    assert line_of(result.output, "attachments") == f"Attachments whose file is missing or cut: {number}"


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_reference_to_a_missing_row_is_found(center):
    with center.app_context():
        raw = db.engine.raw_connection()
        raw.execute("PRAGMA foreign_keys=OFF")
        raw.execute("UPDATE attachment SET record_id = 999999")
        raw.commit()
        raw.invalidate()
    result = check(center)
    assert result.exit_code == 1
    assert "attachment row 1 to record" in line_of(result.output, "references")


def test_wrong_schema_ends_the_check(center):
    broken(center, "UPDATE alembic_version SET version_num = '0105'")
    result = check(center)
    assert result.exit_code == 1
    assert len(result.output.splitlines()) == 1
    assert "flask --app crm db upgrade" in result.output


def test_low_disk_space_is_found(center, monkeypatch):
    monkeypatch.setattr(checks, "LEAST_FREE", 10**18)
    result = check(center)
    assert result.exit_code == 1
    assert line_of(result.output, "disk").startswith("Only ")
