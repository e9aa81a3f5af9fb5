"""Services of imports: the stored file, who confirms it and when, its settings, archives and lists of recipients."""

from __future__ import annotations

import hashlib
import zipfile
from datetime import timedelta

import pytest
import sqlalchemy as sa

from crm.core.clock import now, real_now
from crm.core.data.base import db
from crm.core.errors import Invalid, NotFound
from crm.core.web.files import folder, stored_bytes
from crm.imports import services
from crm.imports.models import ExportArchive, ImportMapping, ImportRun, RowReport
from crm.imports.policy import ArchiveState, ImportKind, RunState
from crm.imports.services import archives, runs, writing
from crm.imports.services.people_files import read_people_file
from crm.imports.services.runs import RunSettings
from crm.imports.source import ReadSettings
from tests.factories import organization, person, team_id_of
from tests.imports.conftest import LIST, list_labels
from tests.imports.lookups import run_of


@pytest.fixture
def run(people, actor, clock) -> ImportRun:
    """Return an import of two people by anna."""
    return services.start_import(actor("anna"), LIST.encode(), "C:\\lists\\list.csv", uid="one")


def test_file_is_stored_under_its_plain_name_with_its_checksum(run, people):
    stored = (run.uid, run.user_id, run.team_id, run.kind, run.file_name, run.state, run.at)
    assert stored == ("one", people["anna"].id, team_id_of("Inland"), "people", "list.csv", "preview", now())
    assert run.sha256 == hashlib.sha256(LIST.encode()).hexdigest()
    assert run.options == {"codes": ["full_name", "organization", "email", "phone:mobile"]}
    assert stored_bytes(run.stored_as, "imports") == LIST.encode()
    assert (run.rows, run.created, run.updated, run.skipped, run.failed, len(run.report)) == (2, 2, 0, 0, 0, 2)


def test_discarded_import_leaves_neither_rows_nor_file(run, actor):
    other = services.start_import(actor("anna"), LIST.encode(), "/")
    stored_as = run.stored_as
    services.discard_run(actor("anna"), run)
    services.delete_import_file(stored_as)
    assert db.session.scalars(sa.select(ImportRun.id)).all() == [other.id]
    assert db.session.scalars(sa.select(RowReport.run_id)).all() == [other.id]
    with pytest.raises(NotFound):
        stored_bytes(stored_as, "imports")
    assert (other.file_name, stored_bytes(other.stored_as, "imports")) == ("file", LIST.encode())
    services.delete_import_file(stored_as)


@pytest.mark.parametrize("data", [b"", b"%PDF-1.7"])
def test_file_without_a_list_is_refused_on_its_field(people, actor, data):
    with pytest.raises(Invalid) as refused:
        services.start_import(actor("anna"), data, "x.csv")
    assert refused.value.field == "file"
    assert db.session.scalars(sa.select(ImportRun.id)).all() == []


@pytest.mark.parametrize("name", ["anna", "nora"])
def test_clients_are_planned_in_advance_for_the_team_of_the_import(people, actor, name):
    data = b"Name,Roles\nDelta Orchards,client\n"
    db.session.commit()
    snapshot = services.preview_file(actor(name), data, None)
    run = services.start_import(actor(name), data, "x.csv", snapshot=snapshot)
    assert run.report == services.start_import(actor(name), data, "x.csv").report
    assert (run.created, run.failed) == (1, 0)
    assert services.preview_file(actor(name), b"", None) is None
    problem = services.preview_file(actor(name), b"%PDF-1.7", None)
    with pytest.raises(Invalid, match="PDF"):
        services.start_import(actor(name), b"%PDF-1.7", "x.csv", snapshot=problem)


def test_settings_are_stored_and_a_change_of_columns_is_reread(run, actor):
    anna, chosen = actor("anna"), RunSettings(tags="Fair", tier="b", skip_refused=True, choices={2: "left"})
    db.session.commit()
    preview = services.change_run(anna, run, chosen)
    expected = {"tags": "Fair", "tier": "b", "skip_refused": True, "choices": {"2": "left"}}
    assert {name: run.options[name] for name in expected} == expected
    assert (preview.is_reread, run.created, run.skipped) == (False, 1, 1)
    db.session.commit()
    codes = dict(enumerate(["full_name", "organization", "email", ""]))
    preview = services.change_run(anna, run, RunSettings(codes=codes, choices={3: "left"}))
    assert (preview.is_reread, run.options["codes"]) == (True, ["full_name", "organization", "email", ""])
    assert (run.options["choices"], run.skipped, run.team_id) == ({"2": "left", "3": "left"}, 2, team_id_of("Inland"))
    mapping = db.session.scalars(sa.select(ImportMapping)).one()
    stored = (mapping.user_id, mapping.kind, mapping.mapping, mapping.at)
    assert stored == (anna.id, "people", {"codes": run.options["codes"]}, now())
    db.session.commit()
    # Another header row: the columns are guessed again, whatever was chosen.
    preview = services.change_run(anna, run, RunSettings(reading=ReadSettings(heading="2"), codes=codes))
    assert (preview.is_reread, run.options["heading"], run.rows) == (True, "2", 1)
    assert services.load_preview(run).table.headings[0] == "Li Hui"
    assert runs.load_read_settings(run) == ReadSettings(heading="2")
    run.preview = None
    assert services.load_preview(run).table.headings[0] == "Li Hui"


def test_choices_made_in_another_window_meanwhile_stay(run, actor, monkeypatch):
    real, anna = runs.require_open_run, actor("anna")

    def change_meanwhile(*args) -> None:
        real(*args)
        if not run.options.get("tags"):
            run.options = run.options | {"tags": "Fair", "choices": {"2": "left"}}
            db.session.commit()

    db.session.commit()
    monkeypatch.setattr(runs, "require_open_run", change_meanwhile)
    monkeypatch.setattr(runs, "unlocked", runs.paused_gc)
    services.change_run(anna, run, RunSettings(choices={3: "left"}))
    assert (run.options["choices"], run.skipped) == ({"2": "left", "3": "left"}, 2)


def test_import_of_as_many_rows_as_allowed_is_written_at_once(run, actor, monkeypatch):
    anna = actor("anna")
    monkeypatch.setattr(writing, "MAX_IMMEDIATE_ROWS", 2)
    assert services.confirm_run(anna, run)
    assert (run.state, run.at, list_labels("person")) == ("done", now(), ["Li Hui", "Ma Jun"])
    assert services.write_run(run) is False
    waiting = services.start_import(anna, b"Name\nWu Lei\nGao Lei\n", "x.csv")
    handler = writing.IMPORT_HANDLERS[ImportKind.people]
    monkeypatch.setitem(writing.IMPORT_HANDLERS, ImportKind.people, handler._replace(rows_at_once=1))
    assert services.confirm_run(anna, waiting)
    assert waiting.state == "confirmed"


def test_import_that_changes_nothing_or_has_errors_is_not_confirmed(people, actor):
    run = run_of(people["anna"], rows=3, failed=1, created=2)
    with pytest.raises(Invalid, match="Fix the rows with errors"):
        services.confirm_run(actor("anna"), run)
    run.failed = run.created = 0
    with pytest.raises(Invalid, match="nothing to import"):
        services.confirm_run(actor("anna"), run)
    assert run.state == RunState.preview.value
    run.updated = 1
    writing.check_run(run)
    run.created, run.updated, run.failed, run.options = 1, 0, 1, {"skip_refused": True}
    writing.check_run(run)


def test_new_archive_replaces_the_former_one(people, actor, clock, monkeypatch):
    organization("Huadong Water")
    person("Zhou", "Limin")
    anna, other_id = actor("anna"), people["boris"].id
    row = archives.request_archive(anna)
    db.session.add(ExportArchive(user_id=other_id, state="ready", at=now(), rows=7))
    clock.forward(hours=1)
    assert (archives.request_archive(anna).at, row.state, row.rows) == (now() - timedelta(hours=1), "waiting", 0)
    row.state = ArchiveState.writing.value
    assert archives.request_archive(anna).state == "writing"
    (folder("exports") / "old.zip").write_bytes(b"")
    row.state, row.stored_as, row.rows = ArchiveState.ready.value, "old.zip", 9
    assert (archives.request_archive(anna).state, row.rows, row.at) == ("waiting", 0, now())
    leases, write_whole, is_own = [], archives.write_whole, ExportArchive.user_id == anna.id

    def write(*args):
        leases.append(db.session.scalar(sa.select(ExportArchive.lease_until).where(is_own)) - real_now())
        return write_whole(*args)

    clock.forward(hours=1)
    monkeypatch.setattr(archives, "write_whole", write)
    archives.write_archive(anna.id)
    row, other = (db.session.get_one(ExportArchive, i) for i in (anna.id, other_id))
    with zipfile.ZipFile(folder("exports") / row.stored_as) as archive:
        texts = {name: archive.read(name).decode() for name in archive.namelist()}
    assert timedelta(minutes=29) < leases[0] < timedelta(minutes=30)
    assert (row.state, row.at, row.lease_until, row.rows) == ("ready", now(), None, 2)
    assert "Huadong Water" in texts["organizations.csv"]
    assert not (folder("exports") / "old.zip").exists()
    assert (other.state, other.rows) == ("ready", 7)


def test_archives_are_deleted_after_seven_days(people, actor, clock):
    rows = {}
    for name, state in (("anna", "ready"), ("boris", "waiting")):
        rows[name] = ExportArchive(user_id=people[name].id, state=state, at=now(), stored_as=f"m-{name}.zip")
        (folder("exports") / f"m-{name}.zip").write_bytes(b"")
    db.session.add_all(rows.values())
    for seconds, expected in ((0, ["m-anna.zip", "m-boris.zip"]), (1, ["m-boris.zip"])):
        clock.forward(days=7 if not seconds else 0, seconds=seconds)
        archives.delete_old_archives()
        assert sorted(file.name for file in folder("exports").glob("m-*.zip")) == expected
    assert db.session.scalars(sa.select(ExportArchive.state)).all() == ["waiting"]


def test_recipients_are_read_from_a_file_of_people():
    text = "Name,E-mail,Company\nLi Hui,li@hd.cn,Huadong Water\n周立民,,\n,ma@delta.cn,Delta\n,,Only Ltd\n"
    assert read_people_file(text.encode()) == [
        "Li Hui, li@hd.cn, Huadong Water",
        "周立民",
        "ma@delta.cn, Delta",
    ]
    with pytest.raises(Invalid, match="column of names or email addresses") as refused:
        read_people_file(b"Name,E-mail,Company\n,,Only Ltd\n")
    assert refused.value.field == "file"
