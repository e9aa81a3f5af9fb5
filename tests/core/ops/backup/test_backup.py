"""Backup and restore by their commands: restored data equals the original, on either engine."""

from __future__ import annotations

import json
import tarfile
import threading
from io import BytesIO
from pathlib import Path

import pytest
import sqlalchemy as sa

from crm.core.data.base import db
from crm.core.data.identity import Team
from crm.core.data.record import Record
from crm.core.mail.outbox.models import Mail, MailChannel
from crm.core.ops.backup.archive import manifest_of
from crm.core.policy import SYSTEM
from crm.core.search import search
from crm.records.models import Attachment
from tests.core.ops.backup.conftest import PDF, contents
from tests.factories import organization
from tests.fixtures.databases import ENGINES

pytestmark = pytest.mark.engine_in_turn


def run(app, *words):
    return app.test_cli_runner().invoke(args=[str(word) for word in words])


def backed_up(app, folder: Path) -> Path:
    file = folder / "causeway.tar.gz"
    result = run(app, "backup", file)
    assert result.exit_code == 0, result.output
    return file


@pytest.mark.parametrize("into", ENGINES)
def test_restore_returns_every_row_and_file(center, empty_app, tmp_path, into):
    before = contents(center)
    other = empty_app(into)
    result = run(other, "restore", backed_up(center, tmp_path))
    assert result.exit_code == 0, result.output
    after = contents(other)
    assert len(before["mail_channel"]) == 1  # the line of names alone
    assert {name: rows for name, rows in after.items() if name != "mail_channel"} == {
        name: rows for name, rows in before.items() if name != "mail_channel"
    }
    with other.app_context():
        attachment = db.session.scalars(sa.select(Attachment)).one()
        assert (Path(other.config["CRM_DATA_DIR"]) / "attachments" / attachment.stored_as).read_bytes() == PDF
        assert [row.label for row in search.search(SYSTEM, "huadong water", limit=5)] == ["Huadong Water", "Zhou Limin"]


def test_restored_system_passes_checks_and_continues_ids(center, engine, empty_app, tmp_path):
    other = empty_app(engine)
    run(other, "restore", backed_up(center, tmp_path))
    checked = run(other, "check")
    assert checked.exit_code == 0, checked.output
    with other.app_context():
        last = db.session.scalar(sa.select(sa.func.max(Record.id)))
        assert organization("Newcomer").id > last
        db.session.rollback()


def test_restored_database_has_statistics_of_its_tables(center, engine, empty_app, tmp_path):
    """Without them PostgreSQL reads whole tables until it collects its own."""
    other = empty_app(engine)
    assert run(other, "restore", backed_up(center, tmp_path)).exit_code == 0
    table = "sqlite_stat1 WHERE tbl" if engine == "sqlite" else "pg_stats WHERE tablename"
    with other.app_context():
        assert db.session.scalar(sa.text(f"SELECT count(*) FROM {table} = 'record'")) > 0


def test_outbox_of_a_restored_system_is_paused_until_resumed(center, engine, empty_app, tmp_path, smtp):
    other = empty_app(engine, CRM_SMTP_URL=smtp.url)
    result = run(other, "restore", backed_up(center, tmp_path))
    assert "Email is paused" in result.output
    assert "Resume all email" in result.output
    assert run(other, "jobs", "once", "send_mail").exit_code == 0
    with other.app_context():
        channel = db.session.get(MailChannel, 1)
        assert channel.paused_at is not None
        assert channel.by_server is False
        assert channel.why.startswith("Restored from a backup of ")
        assert [mail.state.value for mail in db.session.scalars(sa.select(Mail))] == ["pending"]
    assert smtp.messages == []


def test_backup_of_a_restored_system_is_the_same(center, engine, empty_app, tmp_path):
    first = backed_up(center, tmp_path)
    other = empty_app(engine)
    run(other, "restore", first)
    second = tmp_path / "second.tar.gz"
    run(other, "backup", second)
    one, two = manifest_of(first), manifest_of(second)
    changed = {name for name in one.sha256 if one.sha256[name] != two.sha256.get(name)}
    assert changed == {"tables/mail_channel.jsonl"}


def test_backup_is_consistent_while_others_write(center, engine, empty_app, tmp_path):
    stop, written = threading.Event(), []

    def write():
        with center.app_context():
            while not stop.is_set():
                pair = [Team(name=f"Left {len(written)}"), Team(name=f"Right {len(written)}")]
                db.session.add(pair[0])
                db.session.flush()
                db.session.add(pair[1])
                db.session.commit()
                written.append(len(written))

    writer = threading.Thread(target=write)
    writer.start()
    try:
        files = []
        for number in range(3):
            before = len(written)
            files.append((before, tmp_path / f"{number}.tar.gz"))
            assert run(center, "backup", files[-1][1]).exit_code == 0
            assert len(written) > before, "nobody wrote meanwhile"
    finally:
        stop.set()
        writer.join()
    before, file = files[-1]
    other = empty_app(engine)
    assert run(other, "restore", file).exit_code == 0
    with other.app_context():
        names = set(db.session.scalars(sa.select(Team.name).where(Team.name.like("% %"))))
    remaining = {name.split()[1] for name in names if name.startswith("Left")}
    assert remaining == {name.split()[1] for name in names if name.startswith("Right")}
    assert {str(number) for number in range(before)} <= remaining


def test_restore_refuses_a_database_with_data(center, tmp_path):
    file = backed_up(center, tmp_path)
    before = contents(center)
    refused = run(center, "restore", file)
    assert (refused.exit_code, contents(center)) == (2, before)
    assert "isn't empty" in refused.output
    assert "CRM_DATABASE_URL" in refused.output


def repacked(source: Path, target: Path, change) -> Path:
    """Copy a backup; `change(name, data)` returns the new bytes of a member, or None to omit it."""
    with tarfile.open(source) as old, tarfile.open(target, "w:gz") as new:
        for info in old:
            data = change(info.name, old.extractfile(info).read())
            if data is not None:
                info.size = len(data)
                new.addfile(info, BytesIO(data))
    return target


def other_revision(name, data):
    return json.dumps(json.loads(data) | {"revision": "9999"}).encode() if name == "manifest.json" else data


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda name, data: data.replace(b"Huadong", b"Huabong") if "organization" in name else data, "organization"),
        (lambda name, data: None if name == "tables/team.jsonl" else data, "team"),
        (lambda name, data: None if name == "manifest.json" else data, "manifest"),
        (other_revision, "later release"),
    ],
)
@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_altered_backup_is_refused_and_creates_nothing(center, engine, empty_app, tmp_path, change, message):
    other = empty_app(engine)
    file = repacked(backed_up(center, tmp_path), tmp_path / "altered.tar.gz", change)
    refused = run(other, "restore", file)
    assert refused.exit_code == 1
    assert message in refused.output
    with other.app_context():
        assert sa.inspect(db.engine).get_table_names() == []


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
@pytest.mark.parametrize("name", ["../../outside", "/etc/passwd", "attachments/../x", "tables/team.jsonl/x"])
def test_unexpected_archive_members_are_refused(center, engine, empty_app, tmp_path, name):
    file = backed_up(center, tmp_path)
    strange = tmp_path / "strange.tar.gz"
    with tarfile.open(file) as old, tarfile.open(strange, "w:gz") as new:
        for info in old:
            new.addfile(info, old.extractfile(info))
        new.addfile(tarfile.TarInfo(name), BytesIO())
    refused = run(empty_app(engine), "restore", strange)
    assert refused.exit_code == 1
    assert "doesn't belong" in refused.output


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_truncated_backup_is_refused(center, engine, empty_app, tmp_path):
    file = backed_up(center, tmp_path)
    whole = file.read_bytes()
    for size in (len(whole) - 2000, len(whole) // 2):
        file.write_bytes(whole[:size])
        refused = run(empty_app(engine), "restore", file)
        assert refused.exit_code == 1
        assert "can't be read completely" in refused.output
        assert refused.output.endswith(". Copy it again, or restore another backup.\n")


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_failed_backup_keeps_the_previous_one(center, engine, tmp_path, monkeypatch):
    file = backed_up(center, tmp_path)
    good = file.read_bytes()

    def full(*_args, **_kw):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("tarfile.TarFile.addfile", full)
    failed = run(center, "backup", file)
    assert failed.exit_code == 1
    assert "The disk is full" in failed.output
    assert file.read_bytes() == good
    assert [path.name for path in tmp_path.iterdir() if "part" in path.name or path.name.startswith(".backup")] == []


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_backup_file_is_readable_by_its_owner_only(center, tmp_path):
    assert backed_up(center, tmp_path).stat().st_mode & 0o777 == 0o600
    assert run(center, "backup", tmp_path / "none" / "x.tar.gz").exit_code == 2


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_backup_refuses_a_database_without_tables(engine, empty_app, tmp_path):
    refused = run(empty_app(engine), "backup", tmp_path / "x.tar.gz")
    assert refused.exit_code == 1
    assert "db upgrade" in refused.output
