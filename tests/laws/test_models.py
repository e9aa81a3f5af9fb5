"""Every table has history or a reason for none; migrations match the models; derived values are correct."""

from __future__ import annotations

from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask_migrate import downgrade, upgrade

from crm.core import clock
from crm.core.data.base import Base, db
from crm.core.data.history import Audited
from crm.core.data.record import Record
from crm.core.ops import tables
from crm.core.search.index import KINDS
from crm.desk.checks import CHECKS
from crm.features import load_modules
from crm.interactions.dates import find_wrong_last_dates, rebuild_last_dates
from crm.interactions.models import Interaction, InteractionClient, InteractionLink, InteractionParty
from tests.laws.build_dataset import NOW, build_dataset

ROOT = Path(__file__).parents[2]
load_modules("models")
assert tables.TABLES
UNAUDITED = {
    "audit.Batch": "is history",
    "audit.Change": "is history",
    "projects.LeadChange": "is history",
    "opportunities.OpportunityChange": "is history",
    "opportunities.StageRates": "is history",
    "accounts.SecurityEvent": "is a log",
    "core.ExportLog": "is a log",
    "core.MailAttempt": "is a log",
    "accounts.AuthSession": "who is signed in; the security log tells of it",
    "accounts.KnownDevice": "a browser; the security log tells of it",
    "accounts.AuthenticatorApp": "a secret; the security log tells of it",
    "accounts.Passkey": "the security log tells of it",
    "accounts.RecoveryCode": "the security log tells of it",
    "accounts.LoginTry": "counts tries, for minutes",
    "inbox.InboxMessage": "a log itself; what is logged has a history",
    "inbox.Mailbox": "how far a mailbox was read",
    "answers.EmailAnswer": "a log itself; what it changed has a history",
    "core.Receipt": "remembers a form, for days",
    "core.RecordDates": "derived",
    "desk.CitySum": "derived",
    "opportunities.CloseSum": "derived",
    "opportunities.StageSum": "derived",
    "interactions.InteractionLink": "derived",
    "reminders.Reminder": "sent once",
    "notifications.Notification": "one's own list; what it is about has a history",
    "core.Mail": "changes are attempts",
    "mailings.Mailing": "a log itself",
    "mailings.MailingText": "a copy of what was sent",
    "records.EmailOptOut": "a log itself: rows end and stay",
    "core.MailChannel": "the state of a wire",
    "core.Heartbeat": "a sign of life",
    "core.BouncedAddress": "ends without a trace; the emails that were not sent say why",
    "merging.Merge": "is history",
    "records.Star": "one's own bookmark",
    "records.Recent": "where one was",
    "desk.HiddenWelcome": "one's own choice",
    "imports.ImportMapping": "one's own habit",
    "imports.ExportArchive": "one's own file, deleted after a week",
    "imports.ImportRun": "what it wrote has its batch",
    "imports.RowReport": "what it wrote has its batch",
    "bulk.BulkRun": "what it changed has its batch",
    "duplicates.DuplicatePair": "a suspicion",
    "interactions.IndexBacklog": "work that is left",
    "duplicates.DuplicateProgress": "derived",
    "funding.FiledReport": "is history",
    "funding.FiledCorrection": "is history",
    "funding.CountedSession": "its corrections are its history",
    "funding.CountedAssistance": "its corrections are its history",
    "matching.MatchKey": "derived",
    "matching.MatchProgress": "derived",
    "matching.ProductMatch": "derived",
}
"""Tables without history, each with its reason."""


def test_every_model_is_audited_or_excused():
    plain = {m.class_.__name__ for m in Base.registry.mappers if not issubclass(m.class_, Audited)}
    excused = {name.partition(".")[2] for name in UNAUDITED}
    assert plain - excused == set(), "make it Audited, or say in UNAUDITED why not"
    assert excused - plain == set(), "excused, and not there or audited"


def test_every_record_type_is_in_the_dataset():
    from tests.laws.build_dataset import RECORD_KINDS

    roots = {str(m.polymorphic_identity) for m in Base.registry.mappers if issubclass(m.class_, Record)}
    assert roots - {"None", "record"} == set(RECORD_KINDS)
    assert set(KINDS) == set(RECORD_KINDS), "each kind has an index of words of its own"


@pytest.fixture
def populated(application):
    """Return the application, for checks of its tables."""
    return application


def test_derived_dates_links_and_visibility_keys_match_recomputed_ones(populated):
    wrong = {check.name: check.find_problems() for check in CHECKS if check.name not in ("schema", "disk")}
    db.session.rollback()
    assert {name: problem for name, problem in wrong.items() if problem} == {}


def test_wrong_derived_date_is_detected_and_repaired(populated):
    with populated.rolled_back():
        db.session.execute(sa.text("UPDATE record_dates SET last_interaction_at = NULL, last_reached_at = NULL"))
        assert find_wrong_last_dates() != []
        rebuild_last_dates()
        assert find_wrong_last_dates() == []


def test_timeline_links_match_parties_clients_and_explicit_links(populated):
    party, client = InteractionParty, InteractionClient
    expected_links = set()
    for stmt in (
        sa.select(party.interaction_id, party.person_id),
        sa.select(party.interaction_id, party.organization_id),
        sa.select(client.interaction_id, client.client_id),
    ):
        expected_links |= {(i, r) for i, r in db.session.execute(stmt) if r is not None}
    link = InteractionLink
    links = {
        (i, r): (moment, stated)
        for i, r, moment, stated in db.session.execute(
            sa.select(link.interaction_id, link.record_id, link.at, link.stated)
        )
    }
    moments = dict(db.session.execute(sa.select(Interaction.id, Interaction.at)).all())
    assert expected_links - links.keys() == set()
    assert {key for key, (_moment, stated) in links.items() if not stated} - expected_links == set()
    assert {key for key, (moment, _stated) in links.items() if moment != moments[key[0]]} == set()
    db.session.rollback()


def test_search_finds_every_record_by_each_word_of_its_name(populated):
    application = populated
    with application.app.test_request_context():
        from crm.core.policy import SYSTEM
        from crm.core.search import search

        missed = [
            s.word
            for s in application.dataset.records()
            if s.kind in ("organization", "person", "product", "project", "need", "opportunity", "show", "milestone")
            and s.id not in {f.id for f in search.search(SYSTEM, s.word, (s.kind,))}
        ]
    assert missed == []


def _scripts() -> ScriptDirectory:
    config = Config()
    config.set_main_option("script_location", str(ROOT / "migrations"))
    return ScriptDirectory.from_config(config)


def test_migrations_have_one_head():
    assert len(_scripts().get_heads()) == 1


def _excluded(_object: object, name: str | None, kind: str, *_more: object) -> bool:
    return not (name or "").startswith("record_fts") and not (kind == "column" and name == "search")


def _differences(url: str) -> list[str]:
    from crm.core.data.connections import database_url

    engine = sa.create_engine(database_url(url))
    try:
        with engine.connect() as connection:
            options = {"compare_type": True, "include_object": _excluded}
            return [
                str(d) for d in compare_metadata(MigrationContext.configure(connection, opts=options), Base.metadata)
            ]
    finally:
        engine.dispose()


def test_migrations_create_the_schema_of_the_models(real_db):
    assert _differences(real_db) == []


def test_migrations_upgrade_downgrade_and_upgrade_with_data(new_app, real_db):
    app = new_app()
    with clock.frozen(NOW), app.app_context():
        build_dataset()
        db.session.commit()
        stmt = sa.text("SELECT id, kind FROM record ORDER BY id")
        rows_before = db.session.execute(stmt).all()
        db.session.remove()
        downgrade(revision="-1")
        upgrade()
        assert _differences(real_db) == []
        assert db.session.execute(stmt).all() == rows_before
        assert len(rows_before) > 60
        db.session.remove()
        downgrade(revision="base")
        upgrade()
        head = _scripts().get_current_head()
        assert db.session.scalar(sa.text("SELECT version_num FROM alembic_version")) == head
        assert db.session.scalar(sa.text("SELECT count(*) FROM record")) == 0
        db.session.remove()
        db.engine.dispose()
