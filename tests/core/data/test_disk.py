"""A full disk: typed text is returned, no file is half written, and /healthz reports the problem."""

from __future__ import annotations

import errno
import io
import resource
from contextlib import contextmanager
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import OperationalError

from crm.core.data import disk
from crm.core.data.base import db
from crm.core.data.disk import disk_problems, is_disk_full
from crm.core.web.files import folder
from crm.records.models import Attachment
from tests.factories import organization
from tests.fixtures.forms import token_of

NOWHERE = "postgresql+psycopg://nobody@127.0.0.1:1/none"


@contextmanager
def no_file_larger_than(size):
    """Refuse every write beyond a size, as the system does on a full disk."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def test_free_space_and_writable_folder_are_healthy(tmp_path):
    assert disk_problems(str(tmp_path / "new"), f"sqlite:///{tmp_path}/db/crm.sqlite") == []
    assert (tmp_path / "new").is_dir()
    assert list((tmp_path / "new").iterdir()) == []


def test_low_disk_space_is_reported(tmp_path, monkeypatch):
    monkeypatch.setattr(disk, "LEAST_FREE", 2**62)
    problems = disk_problems(str(tmp_path), f"sqlite:///{tmp_path}/db/crm.sqlite")
    assert [text.partition(" has only")[0] for text in problems] == [
        "Free up space: the CRM_DATA_DIR disk",
        "Free up space: the CRM_DATABASE_URL disk",
    ]
    assert len(disk_problems(str(tmp_path), f"sqlite:///{tmp_path}/crm.sqlite")) == 1


def test_failed_write_is_reported(tmp_path):
    with no_file_larger_than(100):
        full = disk_problems(str(tmp_path), NOWHERE)
    (tmp_path / "file").write_text("no folder")
    blocked = disk_problems(str(tmp_path / "file" / "data"), NOWHERE)
    assert full == ["Free up space: the CRM_DATA_DIR disk is full and nothing can be saved."]
    assert blocked == ["Can't write to the CRM_DATA_DIR folder: Not a directory."]


def test_full_database_is_distinguished_from_an_unreachable_one(session, engine, tmp_path):
    if engine == "sqlite":
        with sa.create_engine(f"sqlite:///{tmp_path}/small.sqlite").connect() as connection:
            connection.exec_driver_sql("PRAGMA max_page_count = 1")
            with pytest.raises(OperationalError, match="database or disk is full") as full:
                connection.exec_driver_sql("CREATE TABLE more (text)")
        assert is_disk_full(full.value)
    else:
        with pytest.raises(OperationalError) as full:
            session.execute(sa.text("DO $$ BEGIN RAISE EXCEPTION SQLSTATE '53100'; END $$"))
        assert is_disk_full(full.value)
    assert not is_disk_full(OperationalError("", {}, Exception("away")))
    assert not is_disk_full(OSError(errno.EACCES, "no"))
    assert not is_disk_full(None)


@pytest.fixture
def signed_in(peopled):
    with peopled.app_context():
        client = organization("Inland Sensors")
        db.session.commit()
        firm_id = client.id
    return peopled.test_client().login_as("anna"), firm_id


def files_of(app) -> list[Path]:
    with app.app_context():
        return list(folder("attachments").iterdir())


def test_upload_on_a_full_disk_leaves_no_partial_file(signed_in):
    client, firm_id = signed_in
    path = f"/records/{firm_id}/files"
    sent = {"csrf_token": token_of(client, "/profile"), "note": "Kept words"}
    upload = {"files": (io.BytesIO(b"words " * 20_000), "offer.txt")}
    client.application.config["PROPAGATE_EXCEPTIONS"] = None
    with no_file_larger_than(50_000):
        answer = client.post(path, data=sent | upload)
    assert (answer.status_code, "disk is full" in answer.text, "Kept words" in answer.text) == (503, True, True)
    assert files_of(client.application) == []
    with client.application.app_context():
        assert db.session.scalar(sa.select(sa.func.count()).select_from(Attachment)) == 0
    again = sent | {"files": (io.BytesIO(b"words " * 20_000), "offer.txt")}
    assert client.post(path, data=again).status_code == 303
    assert [file.stat().st_size for file in files_of(client.application)] == [120_000]


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_full_database_keeps_the_text(signed_in):
    client, _firm_id = signed_in
    sent = {"csrf_token": token_of(client, "/profile"), "title": "Long typed title", "note": "x" * 19_000}
    sent |= {"due_on": "2026-12-08", "zone": "America/Los_Angeles", "side": "we"}
    with client.application.app_context():
        with db.engine.connect() as connection:
            # Without its free pages the database must grow with the next row.
            connection.connection.dbapi_connection.execute("VACUUM")

        @sa.event.listens_for(db.engine, "begin")
        def no_more_pages(connection):
            connection.exec_driver_sql("PRAGMA max_page_count = 1")

    answer = client.post("/followups/new", data=sent)
    assert (answer.status_code, "disk is full" in answer.text, "Long typed title" in answer.text) == (503, True, True)
