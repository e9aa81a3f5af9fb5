"""Imports are written once and completely: confirmed twice, failing half way, or by the job."""

from __future__ import annotations

import re

import pytest
import sqlalchemy as sa

from crm.core.data.base import db
from crm.core.data.history import Batch
from crm.core.errors import Forbidden, Invalid
from crm.imports import jobs, services
from crm.imports.models import ImportRun
from crm.imports.queries import load_run_actor
from crm.imports.services import PreviewSnapshot, runs, writing
from crm.imports.services.report import newest_change_id, plan_lines
from tests.factories import organization
from tests.imports.conftest import LIST, ImportFlow, list_labels, list_people, upload
from tests.imports.lookups import list_buttons


def test_confirming_twice_imports_once(anna):
    flow = ImportFlow(anna, LIST)
    fields = flow.fields() | {"do": "import"}
    first, second = anna.post(flow.url, data=fields), anna.post(flow.url, data=fields)
    assert (first.status_code, second.status_code) == (303, 303)
    assert list_labels("person") == ["Li Hui", "Ma Jun"]
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Batch)) == 1


def test_a_failure_while_writing_leaves_nothing(anna, monkeypatch):
    flow = ImportFlow(anna, LIST)

    def breaks(*_args):
        raise RuntimeError("disk full")

    monkeypatch.setattr("crm.imports.write.people._update", breaks)
    monkeypatch.setattr("crm.core.data.bulk.RECORDS_INSERTED", [breaks])
    fields = flow.fields() | {"do": "import"}
    with pytest.raises(RuntimeError):
        anna.post(flow.url, data=fields)
    db.session.rollback()
    assert (list_labels("person"), list_labels("organization")) == ([], [])
    assert flow.run.state == "preview"


def test_long_imports_are_written_by_the_job(anna, monkeypatch):
    monkeypatch.setattr(writing, "MAX_IMMEDIATE_ROWS", 1)
    flow = ImportFlow(anna, LIST)
    assert flow.send().status_code == 303
    waiting = anna.get(flow.url)
    assert 'data-progress="3"' in waiting.text
    assert "The import of 2 rows starts in a few seconds." in waiting.text
    assert list_labels("person") == []
    jobs.write_imports()
    assert list_labels("person") == ["Li Hui", "Ma Jun"]
    assert "data-progress" not in anna.get(flow.url).text
    jobs.write_imports()
    assert flow.counts == (2, 0, 0, 0)


def test_long_import_that_fails_later_shows_why(anna, monkeypatch):
    monkeypatch.setattr(writing, "MAX_IMMEDIATE_ROWS", 1)
    flow = ImportFlow(anna, "Name,E-mail\nLi Hui,li@hd.cn\nMa Jun,ma@x.cn\n")
    flow.send()
    ImportFlow(anna, "Name,E-mail\nLi Hui,li@hd.cn\n").confirm()
    ImportFlow(anna, "Name,E-mail\nMa Jun,ma@x.cn\n").confirm()
    jobs.write_imports()
    assert flow.run.state == "failed"
    assert "There's nothing to import" in flow.text
    assert len(list_people()) == 2


@pytest.fixture
def own_folder(app, tmp_path, monkeypatch):
    monkeypatch.setitem(app.config, "CRM_DATA_DIR", str(tmp_path))
    return tmp_path / "imports"


def test_form_sent_twice_is_one_import(anna, own_folder):
    uid = re.search(r'name="uid"[^>]*value="([^"]+)"', anna.get("/imports/new").text)[1]
    answers = [upload(anna, LIST, uid=uid) for _ in range(2)]
    assert {(a.status_code, a.headers["Location"]) for a in answers} == {(303, answers[0].headers["Location"])}
    run = db.session.scalars(sa.select(ImportRun)).one()
    assert [f.name for f in own_folder.iterdir()] == [run.stored_as]


def test_file_of_an_import_that_is_rolled_back_is_deleted(anna, own_folder, monkeypatch):
    def fails(*_args):
        raise Invalid("No.")

    monkeypatch.setattr(runs, "save_report", fails)
    assert upload(anna, LIST).status_code == 422
    assert list(own_folder.iterdir()) == []


def test_rows_are_planned_again_after_a_change(anna, monkeypatch):
    monkeypatch.setattr(writing, "MAX_IMMEDIATE_ROWS", 1)
    flow = ImportFlow(anna, LIST)
    flow.send()
    source = runs.load_source(flow.run)
    snapshot = PreviewSnapshot(source, plan_lines(load_run_actor(flow.run), flow.run, source), newest_change_id())
    monkeypatch.setattr(writing, "MAX_IMMEDIATE_ROWS", 1_000)
    ImportFlow(anna, "Name,E-mail\nLi Hui,li@hd.cn\n").confirm()
    services.write_run(flow.run, snapshot)
    assert list_labels("person").count("Li Hui") == 1
    assert flow.counts[0] == 1


def test_no_page_reads_the_file_again(anna, monkeypatch):
    flow = ImportFlow(anna, "Name,E-mail,Note\n" + "Li Hui,li@hd.cn,\n" * 30 + "Ma Jun,ma@delta.cn,Later\n")
    before = flow.page

    def reads(*_args):
        raise AssertionError("the file was read")

    monkeypatch.setattr(runs, "open_source", reads)
    assert "Later" in before
    assert re.sub(r"[0-9a-f-]{36}|nonce|csrf.*?>", "", flow.page) == re.sub(r"[0-9a-f-]{36}|nonce|csrf.*?>", "", before)


def test_confirmed_import_cannot_be_confirmed_again_or_discarded(anna, actor):
    run = ImportFlow(anna, LIST).confirm()
    assert services.confirm_run(actor("anna"), run) is False
    with pytest.raises(services.AlreadyConfirmed):
        services.discard_run(actor("anna"), run)
    assert list_labels("person") == ["Li Hui", "Ma Jun"]


def test_preview_of_another_user_cannot_be_discarded(anna, actor):
    flow = ImportFlow(anna, LIST)
    with pytest.raises(Forbidden):
        services.discard_run(actor("clara"), flow.run)
    assert flow.run.state == "preview"


def test_undo_key_after_an_import_asks_on_its_page(anna):
    mill = organization("Mill")
    anna.post(f"/organizations/{mill.id}/edit", data={"name": "Paper Mill", "version": mill.version})
    flow = ImportFlow(anna, LIST)
    flow.confirm()
    answer = anna.post("/records/changes/undo", data={"next": "/people/"})
    assert (answer.status_code, answer.location) == (303, f"/imports/{flow.id}/undo")
    assert (mill.label, flow.run.state) == ("Paper Mill", "done")
    assert f'href="{answer.location}"' in anna.get("/records/changes").text
    anna.post(answer.location)
    anna.post("/records/changes/undo")
    assert mill.label == "Mill"


def test_button_of_an_import_that_only_updates_says_so(anna):
    ImportFlow(anna, "Name,E-mail\nLi Hui,li@hd.cn\nMa Jun,ma@delta.cn\n").confirm()
    rows = "Name,E-mail,WeChat\nLi Hui,li@hd.cn,w1\nMa Jun,ma@delta.cn,w2\n"
    for more, label in (("", "Update 2 rows"), (",x@hd.cn,w3\n", "Update 2 rows, skip 1 with errors")):
        flow = ImportFlow(anna, rows + more)
        assert flow.counts[:2] == (0, 2)
        assert list_buttons(flow)[0][1] == label
    flow = ImportFlow(anna, f"{rows}Wu Bo,wu@delta.cn,w4\n")
    assert flow.counts == (1, 2, 0, 0)
    assert list_buttons(flow) == [("import", "Import 3 rows")]
