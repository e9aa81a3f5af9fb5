"""The command `check`: it finds what is broken, mends what is derived, and says so by its exit code."""

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


@pytest.fixture
def center(real_app):
    with real_app.app_context():
        fill_center()
    return real_app


def check(app, *options):
    return app.test_cli_runner().invoke(args=["check", *options])


def line_of(output: str, name: str) -> str:
    return next(line for line in output.splitlines() if line.startswith(name)).removeprefix(name).strip()


def test_sound_system_is_healthy(center):
    done = check(center)
    assert done.exit_code == 0, done.output
    assert [line.split()[-1] for line in done.output.splitlines()] == ["ok"] * len(checks.CHECKS)


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
        ("board", "UPDATE opportunity SET shelf = 99"),
    ],
)
def test_wrong_derived_values_are_found_and_mended(center, name, statement):
    if name == "last contacts":
        with center.app_context():
            some = db.session.scalar(sa.select(sa.func.min(RecordDates.record_id)))
            db.session.add(RecordDates(record_id=some, team_key=0))
            db.session.commit()
    broken(center, statement)
    found = check(center)
    assert found.exit_code == 1
    assert line_of(found.output, name) != "ok"
    mended = check(center, "--repair")
    assert mended.exit_code == 0, mended.output
    assert line_of(mended.output, name).startswith("repaired")
    assert check(center).exit_code == 0
    if name == "next steps":
        with center.app_context():
            assert set(next_steps_of().values()) == {date(2026, 3, 12)}


def test_search_index_that_lost_a_name_is_found_and_made_anew(center, engine):
    broken(center, "DELETE FROM record_fts_person" if engine == "sqlite" else "DROP INDEX record_fts_person")
    found = check(center)
    assert found.exit_code == 1
    assert line_of(found.output, "search") != "ok"
    assert check(center, "--repair").exit_code == 0
    with center.app_context():
        assert "Zhou Limin" in [row.label for row in search.search(SYSTEM, "zhou limin", limit=5)]


@pytest.mark.parametrize("cut", [False, True])
def test_missing_or_cut_attachment_is_found_and_cannot_be_repaired(center, cut):
    with center.app_context():
        kept = db.session.scalars(sa.select(Attachment)).one()
        file = Path(center.config["CRM_DATA_DIR"]) / "attachments" / kept.stored_as
        number = kept.id
    if cut:
        file.write_bytes(b"%PDF")
    else:
        file.unlink()
    found = check(center, "--repair")
    assert found.exit_code == 1
    assert line_of(found.output, "attachments") == f"Attachments whose file is missing or cut: {number}"


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_reference_that_leads_nowhere_is_found(center):
    with center.app_context():
        raw = db.engine.raw_connection()
        raw.execute("PRAGMA foreign_keys=OFF")
        raw.execute("UPDATE attachment SET record_id = 999999")
        raw.commit()
        raw.invalidate()
    found = check(center)
    assert found.exit_code == 1
    assert "attachment row 1 to record" in line_of(found.output, "references")


def test_wrong_schema_ends_the_check(center):
    broken(center, "UPDATE alembic_version SET version_num = '9999'")
    found = check(center)
    assert found.exit_code == 1
    assert len(found.output.splitlines()) == 1
    assert "flask --app crm db upgrade" in found.output


def test_little_room_is_told(center, monkeypatch):
    monkeypatch.setattr(checks, "LEAST_FREE", 10**18)
    found = check(center)
    assert found.exit_code == 1
    assert line_of(found.output, "disk").startswith("Only ")
