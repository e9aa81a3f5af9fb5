"""The visibility keys of interactions follow team, confidentiality and archive, whoever writes these."""

from __future__ import annotations

from datetime import datetime

import pytest
import sqlalchemy as sa
from flask_migrate import downgrade, upgrade

from crm.core.clock import now
from crm.core.data.base import db
from crm.core.data.bulk import BulkInsert, archiving_new_records
from crm.core.data.history import in_batch
from crm.core.data.record import Record, archive_record, restore_record, visible
from crm.core.data.visibility_keys import find_wrong_visibility_keys, is_open_to, refresh_visibility_keys
from crm.imports.services.batch_records import hide_batch_records, show_batch_records
from crm.imports.services.undo import undo_slice
from crm.interactions.models import Interaction
from tests.factories import archived, make_confidential, team_id_of
from tests.fixtures.people import make_people
from tests.imports.lookups import batch_of

KEY = Interaction.visibility_key
USERS = ("anna", "boris", "clara", "shen", "dora", "nora", "admin")


def interaction(team: str | None = "Inland", counselor: int | None = None) -> Interaction:
    row = Interaction(subject="Samples", at=now(), wall=datetime(2026, 3, 9), zone="UTC", label="Samples")
    row.team_id, row.counselor_id = team and team_id_of(team), counselor
    db.session.add(row)
    db.session.flush()
    return row


def keys() -> list[int]:
    """Return the keys in the database, by id."""
    return list(db.session.scalars(sa.select(KEY).order_by(Interaction.id)))


def wrong_keys() -> list[int]:
    return [row.id for row in db.session.execute(find_wrong_visibility_keys())]


def test_key_follows_team_confidentiality_and_archive(session, people):
    row, steps = interaction(), []
    bay = team_id_of("Bay")
    for change in (
        lambda: None,
        lambda: setattr(row, "team_id", bay),
        lambda: make_confidential(row),
        lambda: archive_record(row, "Twice"),
        lambda: restore_record(row),
        lambda: setattr(row, "confidential", False),
        lambda: setattr(row, "team_id", None),
    ):
        change()
        session.flush()
        steps += keys()
    assert (steps, wrong_keys()) == ([team_id_of("Inland"), bay, -1, -2, -1, bay, 0], [])


def test_key_has_no_history_and_makes_no_version(session, people):
    row = interaction()
    assert "visibility_key" in Interaction.audit_silent
    session.execute(sa.update(Interaction.__table__).values(visibility_key=99))
    assert wrong_keys() == [row.id]
    refresh_visibility_keys(session.connection(), [row.id + 1])
    assert wrong_keys() == [row.id]
    refresh_visibility_keys(session.connection())
    assert (keys(), session.scalar(sa.select(Record.version))) == ([team_id_of("Inland")], 1)


def test_row_without_a_key_is_archived_for_reports(session, people):
    interaction()
    column = Interaction.__table__.c.visibility_key
    assert str(column.server_default.arg) == "-2"


def test_rows_of_bulk_inserts_have_keys(session, people):
    bulk, inland = BulkInsert(db.session()), team_id_of("Inland")
    own = {"subject": "Call", "label": "Call", "at": now(), "wall": datetime(2026, 3, 9), "zone": "UTC"}
    bulk.add(Interaction, **own, team_id=inland)
    bulk.add(Interaction, **own, team_id=inland, confidential=True)
    bulk.add(Interaction, **own)
    bulk.write()
    with archiving_new_records(db.session(), "Importing"):
        bulk = BulkInsert(db.session())
        bulk.add(Interaction, **own, team_id=inland)
        bulk.write()
    assert (keys(), wrong_keys()) == ([inland, -1, 0, -2], [])


def test_import_in_slices_shows_all_of_its_interactions_together(session, people):
    batch, inland = batch_of(people["anna"]), team_id_of("Inland")
    interaction("Bay")
    with in_batch(db.session(), batch):
        interaction()
        make_confidential(interaction())
        archived(interaction())
        session.flush()
    hide_batch_records(batch.id, "Importing", 0)
    assert (keys(), wrong_keys()) == ([team_id_of("Bay"), -2, -2, -2], [])
    show_batch_records(batch.id, "Importing")
    assert (keys(), wrong_keys()) == ([team_id_of("Bay"), inland, -1, -2], [])


def test_undone_batch_restores_the_key(session, people):
    row, batch = interaction(), batch_of(people["anna"])
    with in_batch(db.session(), batch):
        row.team_id = team_id_of("Bay")
        session.flush()
    assert keys() == [team_id_of("Bay")]
    undo_slice(batch.id, 10)
    assert (keys(), wrong_keys()) == ([team_id_of("Inland")], [])


@pytest.mark.parametrize("viewer", USERS)
def test_open_interactions_are_those_that_the_access_rule_shows(session, actor, people, viewer):
    for team in ("Inland", "Bay", "Valley", None):
        interaction(team)
        archived(interaction(team))
        make_confidential(interaction(team or "Bay", people["anna"].id), people["boris"])
    session.flush()
    reader = actor(viewer)
    by_rule = (visible(reader, Interaction), sa.not_(Interaction.confidential), Interaction.archived_at.is_(None))
    expected = set(session.scalars(sa.select(Interaction.id).where(*by_rule)))
    assert set(session.scalars(sa.select(Interaction.id).where(is_open_to(reader, KEY)))) == expected
    assert expected


def test_upgrade_computes_the_keys(new_app):
    with new_app().app_context():
        make_people()
        for team in ("Inland", "Bay", None):
            interaction(team)
        make_confidential(interaction())
        archived(make_confidential(interaction()))
        db.session.commit()
        before = keys()
        db.session.remove()
        downgrade(revision="0100")
        upgrade()
        after = (keys(), wrong_keys())
        db.session.remove()
        db.engine.dispose()
    assert before[3:] == [-1, -2]
    assert after == (before, [])
