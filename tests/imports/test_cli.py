"""The commands `import` and `export`, and an import of exported files."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
import sqlalchemy as sa

from crm.accounts.models import SecurityEvent
from crm.accounts.policy import EventKind
from crm.core.data.base import db
from crm.core.data.history import Batch, Change, ChangeSource
from crm.core.data.identity import User
from crm.core.data.record import Record
from crm.followups.dates import wrong_next_steps
from crm.followups.models import FollowUp, FollowUpAbout
from crm.imports.models import ImportRun
from crm.interactions.dates import find_wrong_last_dates
from crm.people.models import Person
from tests.fixtures.people import make_people

pytestmark = pytest.mark.engine_in_turn


@pytest.fixture
def shell(real_app, tmp_path):
    """Return a function that runs a command on a real database with the demo's people."""
    with real_app.app_context():
        make_people()
        db.session.commit()
    runner = real_app.test_cli_runner()
    return lambda *args: runner.invoke(args=[str(a) for a in args])


def write_file(folder: Path, text: str, name: str = "list.csv") -> Path:
    file = folder / name
    file.write_text(text, encoding="utf-8")
    return file


def count(app, cls=Record) -> int:
    with app.app_context():
        return db.session.scalar(sa.select(sa.func.count()).select_from(cls)) or 0


def test_import_writes_people_in_a_batch_of_the_shell(shell, real_app, tmp_path):
    file = write_file(tmp_path, "Name,E-mail\nLi Hui,li@hd.cn\nMa Jun,ma@delta.cn\n")
    result = shell("import", "people", file)
    assert (result.exit_code, result.output) == (0, "created 2, updated 0, skipped 0, refused 0 of 2 rows\n")
    with real_app.app_context():
        batch = db.session.scalars(sa.select(Batch)).one()
        changes = db.session.scalars(sa.select(Change).where(Change.batch_id == batch.id)).all()
        assert {c.via for c in changes} == {ChangeSource.import_}
        assert sorted(c.table for c in changes) == ["contact_point", "contact_point", "person", "person"]
        assert all(p.team_id is not None for p in db.session.scalars(sa.select(Person)))


def test_import_and_export_are_in_the_security_log_with_their_counts(shell, real_app, tmp_path):
    file = write_file(tmp_path, "Name,E-mail\nLi Hui,li@hd.cn\nMa Jun,ma@delta.cn\n")
    shell("import", "people", file, "--as", "anna@demo.example")
    shell("export", tmp_path / "out")
    with real_app.app_context():
        stmt = sa.select(SecurityEvent.kind, SecurityEvent.detail, SecurityEvent.count, User.email)
        stmt = stmt.outerjoin(User, User.id == SecurityEvent.user_id).order_by(SecurityEvent.id)
        events = [tuple(row) for row in db.session.execute(stmt)]
    assert events[0] == (EventKind.imported, "people, import 1", 2, "anna@demo.example")
    assert (EventKind.exported, "people.csv", 2, None) in events
    assert {row[0] for row in events[1:]} == {EventKind.exported}
    assert len(events) == 1 + len(list((tmp_path / "out").iterdir()))


def test_import_dry_run_writes_nothing(shell, real_app, tmp_path):
    file = write_file(tmp_path, "Name,E-mail\nLi Hui,li@hd.cn\n")
    result = shell("import", "people", file, "--dry-run")
    assert result.exit_code == 0
    assert "Nothing was written: this is a dry run" in result.output
    assert (count(real_app), count(real_app, ImportRun), count(real_app, SecurityEvent)) == (0, 0, 0)
    assert list(Path(real_app.config["CRM_DATA_DIR"], "imports").iterdir()) == []


def test_import_with_a_refused_row_is_all_or_nothing(shell, real_app, tmp_path):
    file = write_file(tmp_path, "Name,E-mail\nLi Hui,li@hd.cn\n,nobody@hd.cn\n")
    result = shell("import", "people", file)
    assert result.exit_code == 1
    assert "row 3: refused: Enter a name." in result.output
    assert count(real_app) == 0
    partly = shell("import", "people", file, "--skip-refused")
    assert (partly.exit_code, count(real_app)) == (1, 1)
    assert "created 1, updated 0, skipped 0, refused 1 of 2 rows" in partly.output


def test_import_as_a_user_has_their_rights(shell, real_app, tmp_path):
    file = write_file(tmp_path, "Name,Roles,Team\nDelta,Client,Bay\n")
    refused = shell("import", "organizations", file, "--as", "anna@demo.example")
    assert (refused.exit_code, count(real_app)) == (1, 0)
    assert "Choose one of your teams." in refused.output
    assert shell("import", "organizations", file, "--as", "boris@demo.example").exit_code == 0


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
@pytest.mark.parametrize("args", [("import", "cats", "x.csv"), ("import", "people", "/no/such/file"), ("import",)])
def test_import_of_a_missing_file_or_kind_is_a_usage_error(shell, args):
    assert shell(*args).exit_code == 2


def test_import_as_an_unknown_user_is_a_usage_error(shell, tmp_path):
    file = write_file(tmp_path, "Name\nLi Hui\n")
    assert shell("import", "people", file, "--as", "nobody@demo.example").exit_code == 2


def test_import_of_a_file_without_a_list_shows_an_error(shell, tmp_path):
    file = tmp_path / "x.csv"
    file.write_bytes(b"%PDF-1.7 not a list")
    result = shell("import", "people", file)
    assert result.exit_code == 1
    assert "This file is a PDF." in result.stderr


def test_followups_are_imported_with_due_zone_counselor_and_about(shell, real_app, tmp_path):
    shell(
        "import",
        "organizations",
        write_file(tmp_path, "Name,Roles\nDelta Orchards,client\n"),
        "--as",
        "anna@demo.example",
    )
    rows = (
        "title,due,zone,counselor,about,side\n"
        "Send prices,2026-12-08,,anna@demo.example,Delta Orchards,we\n"
        "Call,2026-12-08 15:00,Asia/Shanghai,boris@demo.example,,they\n"
    )
    result = shell("import", "followups", write_file(tmp_path, rows, "f.csv"))
    assert (result.exit_code, result.output.splitlines()[0]) == (
        0,
        "created 2, updated 0, skipped 0, refused 0 of 2 rows",
    )
    with real_app.app_context():
        first, second = db.session.scalars(sa.select(FollowUp).order_by(FollowUp.id))
        assert (first.title, str(first.due_on), first.due_at, first.zone) == (
            "Send prices",
            "2026-12-08",
            None,
            "America/Los_Angeles",
        )
        assert (second.due_at.isoformat(), second.zone, second.side.value) == (
            "2026-12-08T07:00:00+00:00",
            "Asia/Shanghai",
            "they",
        )
        assert (first.team_id, second.team_id) != (None, None)
        organization = db.session.scalars(sa.select(Record).where(Record.kind == "organization")).one()
        assert list(db.session.scalars(sa.select(FollowUpAbout.record_id))) == [organization.id]
        assert wrong_next_steps() == []


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    ("row", "message"),
    [
        ("Call,2026-12-08,,nobody@demo.example,,", "isn't a user"),
        ("Call,2026-12-08,,anna@demo.example,Atlantis,", "No record named “Atlantis”"),
        ("Call,soon,,anna@demo.example,,", "isn't a date"),
        ("Call,2026-12-08,Mars/Base,anna@demo.example,,", "isn't a time zone"),
        ("Call,2026-12-08,,,,", "Enter the counselor's email address."),
        (",2026-12-08,,anna@demo.example,,", "Enter a title."),
    ],
)
def test_invalid_followups_are_refused(shell, real_app, tmp_path, row, message):
    result = shell("import", "followups", write_file(tmp_path, f"title,due,zone,counselor,about,side\n{row}\n"))
    assert (result.exit_code, count(real_app)) == (1, 0)
    assert message in result.output


def rows_of(folder: Path, name: str, without: set[str]) -> list[dict[str, str]]:
    with (folder / f"{name}.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = [{k: v for k, v in row.items() if k not in without} for row in csv.DictReader(file)]
    return sorted(rows, key=lambda row: row["uid"])


FIRMS = (
    "name,native_name,roles,country,city,region,address,website,emails,phones,aliases,team,note\n"
    'Delta Orchards,,"Client; Distributor or buyer",US,Fresno,CA,"1 Main St\nSuite 2",https://delta.example.org,'
    'a@delta.us; b@delta.us,+1 559 555 0100,Delta,Inland,"=careful, with formulas"\n'
    "Huadong Water,华东水务,End user,CN,Ningbo,Zhejiang,,,,0574 8700 0000,,,\n"
    "甬江阀门,,,,,,,,,,,,\n"
)
CONTACTS = (
    "date,time,zone,kind,state,subject,notes,organization,people,staff,client,contact_minutes,prep_minutes,reached\n"
    '2026-01-12,09:30,Asia/Shanghai,wechat,held,Samples,"样品已到, 周五前报价",Huadong Water,Li Hui,Anna Reyes,'
    "Delta Orchards,20,10,talked\n"
    "2026-01-13,10:00,America/Los_Angeles,call,held,No answer,,甬江阀门,,Anna Reyes,,,,no_answer\n"
)


def test_exported_lists_import_into_an_equal_database(shell, new_app, databases, engine, real_app, tmp_path):
    assert shell("import", "organizations", write_file(tmp_path, FIRMS)).exit_code == 0
    assert shell("import", "people", write_file(tmp_path, "Name,Company\nLi Hui,Huadong Water\n")).exit_code == 0
    result = shell("import", "interactions", write_file(tmp_path, CONTACTS))
    assert result.exit_code == 0, result.output
    first, second = tmp_path / "first", tmp_path / "second"
    out = shell("export", first)
    assert out.exit_code == 0, out.output
    assert "organizations.csv: 3 rows" in out.output

    from tests.fixtures.apps import dispose, make_app

    url = databases.clone(engine)
    other = make_app(url, tmp_path / "other")
    (tmp_path / "other").mkdir(exist_ok=True)
    with other.app_context():
        make_people()
        db.session.commit()
    run = other.test_cli_runner().invoke
    for kind in ("organizations", "people", "interactions"):
        result = run(args=["import", kind, str(first / f"{kind}.csv")])
        assert result.exit_code == 0, result.output
    assert run(args=["export", str(second)]).exit_code == 0
    with other.app_context():
        assert find_wrong_last_dates() == []
    for name in ("organizations", "interactions", "people"):
        assert rows_of(first, name, set()) == rows_of(second, name, set())
    assert [row["name"] for row in rows_of(first, "people", set())] == ["Li Hui"]
    dispose(other)
    databases.drop(url)

    # Into the place it came from nothing comes twice.
    for kind in ("organizations", "people", "interactions"):
        result = shell("import", kind, first / f"{kind}.csv")
        assert "created 0, updated 0" in result.output
