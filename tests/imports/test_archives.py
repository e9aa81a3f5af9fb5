"""Everything that a user may see as one zip file, written by the job."""

from __future__ import annotations

import io
import zipfile
from datetime import timedelta

import pytest
import sqlalchemy as sa

from crm.accounts.services.users import set_teams
from crm.core.clock import real_now
from crm.core.data.base import db
from crm.core.data.identity import User
from crm.core.lists.export_log import ExportLog
from crm.core.web.files import folder
from crm.imports import jobs
from crm.imports.models import ExportArchive
from crm.imports.policy import ArchiveState
from crm.imports.services import archives
from tests.factories import client_of, person, team_id_of


@pytest.fixture
def records(anna, people):
    person("Zhou", "Limin", family_native="周", given_native="立民")
    client_of("Inland", "Own Client", counselor=people["anna"])
    client_of("Bay", "Other Client", counselor=people["boris"])
    client_of("Inland", "Secret Client", counselor=people["anna"], confidential=True)
    db.session.commit()


def download(client) -> zipfile.ZipFile:
    return zipfile.ZipFile(io.BytesIO(client.get("/imports/archive/file").data))


@pytest.mark.usefixtures("records")
def test_archive_has_the_lists_that_the_user_may_see(anna):
    assert anna.post("/imports/archive").status_code == 303
    assert "Waiting to start" in anna.get("/imports/archive").text
    assert anna.get("/imports/archive/file").status_code == 303
    jobs.write_archives()
    archive = download(anna)
    organizations = archive.read("organizations.csv").decode()
    assert ("Own Client" in organizations, "Other Client" in organizations) == (True, False)
    assert "Secret Client" not in organizations
    assert organizations.startswith("\ufeff")
    assert "周" in archive.read("people.vcf").decode()
    assert "users.csv" not in archive.namelist()
    logged = set(db.session.scalars(sa.select(ExportLog.listing)))
    assert {"people", "organizations"} <= logged


@pytest.mark.usefixtures("records")
def test_archive_is_closed_once_the_teams_of_the_user_have_changed(anna, clock):
    anna.post("/imports/archive")
    jobs.write_archives()
    assert "Own Client" in download(anna).read("organizations.csv").decode()
    clock.forward(minutes=1)
    user = db.session.scalars(sa.select(User).where(User.email == "anna@demo.example")).one()
    set_teams(user, [team_id_of("Bay")])
    db.session.commit()
    answer = anna.get("/imports/archive/file")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/imports/archive")
    assert "teams or permissions have changed since this file was created" in anna.get("/imports/archive").text
    clock.forward(minutes=1)
    anna.post("/imports/archive")
    jobs.write_archives()
    organizations = download(anna).read("organizations.csv").decode()
    assert ("Own Client" in organizations, "Other Client" in organizations) == (False, True)


@pytest.mark.usefixtures("records")
def test_interrupted_archive_is_written_again_and_old_ones_are_deleted(anna, client, monkeypatch, clock):
    def fail(*_args) -> int:
        raise OSError("disk full")

    before = set(folder("exports").glob("*.zip"))
    anna.post("/imports/archive")
    with monkeypatch.context() as patch:
        patch.setattr(archives, "write_whole", fail)
        jobs.write_archives()
    assert set(folder("exports").glob("*.zip")) == before
    db.session.execute(sa.text("UPDATE export_archive SET lease_until = '2020-01-01 00:00:00+00:00'"))
    db.session.commit()
    jobs.write_archives()
    assert "Download ZIP file" in anna.get("/imports/archive").text
    assert client.login_as("boris").get("/imports/archive/file").status_code == 303
    clock.forward(days=8)
    jobs.write_archives()
    assert set(folder("exports").glob("*.zip")) == before


@pytest.mark.usefixtures("records")
def test_archive_that_another_worker_writes_is_not_written_twice(anna, people, clock):
    anna.post("/imports/archive")
    row = db.session.get_one(ExportArchive, people["anna"].id)
    row.state, row.lease_until = ArchiveState.writing.value, real_now() + timedelta(minutes=1)
    db.session.commit()
    before = set(folder("exports").glob("*.zip"))
    archives.write_archive(row.user_id)
    assert (row.state, row.stored_as) == (ArchiveState.writing.value, None)
    assert set(folder("exports").glob("*.zip")) == before
