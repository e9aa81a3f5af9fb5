"""Backups of earlier releases: restored with their schema, then upgraded."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask_migrate import downgrade

from config import ROOT
from crm.core.data.base import db
from crm.core.policy import SYSTEM
from crm.core.search import search
from tests.core.ops.backup.test_backup import backed_up, run

FIRST_RELEASE = "0018"


@pytest.fixture
def older_backup(center, tmp_path) -> Path:
    """Return a backup of the center with the schema of release 0.1.0, which had no search index of milestones."""
    with center.app_context():
        downgrade(directory=str(ROOT / "migrations"), revision=FIRST_RELEASE)
        db.engine.dispose()
    return backed_up(center, tmp_path)


@pytest.mark.engine_in_turn
def test_backup_of_the_first_release_is_restored_upgraded_and_found(older_backup, engine, empty_app):
    other = empty_app(engine)
    result = run(other, "restore", older_backup)
    assert result.exit_code == 0, result.output
    repaired = run(other, "check", "--repair")
    assert repaired.exit_code == 0, repaired.output
    with other.app_context():
        assert [row.label for row in search.search(SYSTEM, "huadong water", limit=5)] == ["Huadong Water", "Zhou Limin"]
