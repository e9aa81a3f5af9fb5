"""Queries of imports: whose runs are listed and in which order, what waits for the job, pages of a report."""

from __future__ import annotations

import csv
from datetime import timedelta
from typing import Any

import pytest

from crm.core.clock import now, real_now
from crm.core.data.base import db
from crm.core.data.identity import Membership
from crm.core.errors import NotFound
from crm.core.policy import SYSTEM
from crm.imports.models import ExportArchive, ImportMapping, RowReport
from crm.imports.plan.line import ImportOptions
from crm.imports.policy import ImportKind, LineOutcome, RunState
from crm.imports.queries import (
    build_report,
    get_run,
    list_import_teams,
    list_interrupted_runs,
    list_runs,
    list_waiting_archives,
    list_waiting_runs,
    load_mapping,
    load_run_actor,
    may_be_undone,
    parse_options,
    report_csv,
)
from tests.factories import team_id_of
from tests.imports.lookups import batch_of, run_of


def test_imports_are_listed_newest_first_to_their_creator_and_managers(people, actor, clock):
    values = {"rows": 9, "created": 4, "updated": 3, "skipped": 2, "failed": 1, "state": RunState.done}
    first = run_of(people["anna"], "Inland", **values)
    second = run_of(people["boris"], "Bay")
    third = run_of(None, "Inland")
    fourth = run_of(None, None)
    row = (first.id, ImportKind.people, RunState.done, "list.csv", 9, 4, 3, 2, 1, now(), people["anna"].name)
    assert list_runs(actor("anna")) == [row]
    expected = {
        "boris": [second.id],
        "clara": [third.id, first.id],
        "dora": [],
        "nora": [fourth.id, third.id, second.id, first.id],
        "admin": [],
    }
    assert {name: [row.id for row in list_runs(actor(name))] for name in expected} == expected
    assert [row.user_name for row in list_runs(SYSTEM)] == [None, None, people["boris"].name, people["anna"].name]
    assert get_run(actor("clara"), third.id, lock=True) is third
    for run_id in (second.id, fourth.id + 1):
        with pytest.raises(NotFound):
            get_run(actor("clara"), run_id)


def test_job_takes_waiting_and_interrupted_imports_oldest_first(people):
    past, future = real_now() - timedelta(seconds=1), real_now() + timedelta(minutes=1)
    waiting = [run_of(state=RunState.confirmed) for _ in range(2)]
    undo = run_of(state=RunState.undo_requested, lease_until=past)
    sliced = (RunState.reverting, RunState.writing, RunState.finishing, RunState.undoing)
    interrupted = [run_of(state=state, lease_until=past) for state in sliced]
    run_of(state=RunState.writing, lease_until=future)
    run_of(state=RunState.failed, lease_until=past)
    assert list_waiting_runs(RunState.confirmed) == [run.id for run in waiting]
    assert list_waiting_runs(RunState.undo_requested) == [undo.id]
    assert list_interrupted_runs() == [run.id for run in interrupted]


def test_archives_wait_in_the_order_of_their_requests(people):
    past, future = real_now() - timedelta(seconds=1), real_now() + timedelta(minutes=1)
    rows = {
        "anna": ("writing", past),
        "boris": ("waiting", None),
        "clara": ("writing", future),
        "dora": ("ready", None),
    }
    for minutes, (name, (state, lease_until)) in enumerate(rows.items()):
        requested_at = now() - timedelta(minutes=minutes)
        db.session.add(ExportArchive(user_id=people[name].id, state=state, at=requested_at, lease_until=lease_until))
    db.session.flush()
    assert list_waiting_archives() == [people["boris"].id, people["anna"].id]


def test_actor_of_an_import_has_the_teams_of_its_creator_in_their_order(people, actor):
    inland, bay = team_id_of("Inland"), team_id_of("Bay")
    db.session.add(Membership(user_id=people["anna"].id, team_id=bay, position=-1))
    db.session.flush()
    assert load_run_actor(run_of(people["anna"])) == actor("anna")
    assert (actor("anna").first_team_id, actor("anna").team_ids) == (bay, {inland, bay})
    assert load_run_actor(run_of(None)) is SYSTEM


def test_own_teams_can_be_chosen_the_first_one_first(people, actor):
    db.session.add(Membership(user_id=people["anna"].id, team_id=team_id_of("Bay"), position=9))
    db.session.flush()
    assert list_import_teams(actor("anna")) == [(team_id_of("Inland"), "Inland"), (team_id_of("Bay"), "Bay")]
    assert list_import_teams(actor("boris")) == [(team_id_of("Bay"), "Bay")]
    names = [name for _team_id, name in list_import_teams(actor("nora"))]
    assert names == sorted(names)
    assert {"Bay", "Inland", "Valley"} <= set(names)


def test_columns_are_remembered_by_user_kind_and_headings(people, actor):
    user_id = people["anna"].id
    row = ImportMapping(user_id=user_id, kind="people", heading_key="a", mapping={"codes": ["city"]}, at=now())
    db.session.add(row)
    db.session.flush()
    assert load_mapping(actor("anna"), ImportKind.people, "a") == ["city"]
    assert load_mapping(actor("anna"), ImportKind.people, "b") is None
    assert load_mapping(actor("anna"), ImportKind.posts, "a") is None
    assert load_mapping(actor("boris"), ImportKind.people, "a") is None
    assert load_mapping(SYSTEM, ImportKind.people, "a") is None


def test_options_are_read_from_the_stored_json():
    stored = {"tags": " Fair，Ningbo 2026, ,", "tier": "b", "skip_refused": True, "choices": {"3": "new"}}
    assert parse_options(stored, 7) == ImportOptions(7, ("Fair", "Ningbo 2026"), "b", True, {3: "new"})
    assert parse_options({}, None) == ImportOptions(None, (), "", False, {})


def report_line(number: int, outcome: str, *texts: str) -> list[Any]:
    label, native, place, reason = texts or ("", "", "", "")
    return [number, outcome, label, native, place, reason, [], [], None]


def test_report_has_pages_of_fifty_rows():
    data = [report_line(number, "new" if number % 4 else "refused") for number in range(2, 103)]
    report = build_report(data, "", 0)
    assert (report.counts, report.outcome) == ({LineOutcome.new: 76, LineOutcome.error: 25}, None)
    pages = {start: build_report(data, "", start) for start in (-3, 0, 50, 51, 100, 101)}
    summaries = {
        start: (page.lines[0].line, len(page.lines), page.start, page.total, page.previous_start, page.next_start)
        for start, page in pages.items()
    }
    assert summaries == {
        -3: (2, 50, 0, 101, None, 50),
        0: (2, 50, 0, 101, None, 50),
        50: (52, 50, 50, 101, 0, 100),
        51: (53, 50, 51, 101, 1, None),
        100: (102, 1, 100, 101, 50, None),
        101: (102, 1, 100, 101, 50, None),
    }
    assert build_report(data[:50], "", 0).next_start is None
    assert build_report(data, "", 20).previous_start == 0
    refused = build_report(data, "refused", 0)
    assert (refused.outcome, refused.total, {line.outcome for line in refused.lines}) == (
        LineOutcome.error,
        25,
        {LineOutcome.error},
    )
    assert (build_report([], "", 5).lines, build_report([], "", 5).start) == ([], 0)


def test_report_as_csv_escapes_formulas(people):
    run = run_of(people["anna"])
    line = report_line(3, "refused", "=1+1", "周", "Ningbo", 'A "reason"')
    line[6] = [["E-mail", "Wrong"], ["", "Enter a name."]]
    db.session.add(RowReport(run_id=run.id, lines=[line]))
    db.session.flush()
    text = report_csv(run)
    assert text.startswith('\ufeff"row","result","name"')
    assert list(csv.reader(text.removeprefix("\ufeff").splitlines())) == [
        ["row", "result", "name", "native_name", "where", "why", "problems"],
        ["3", "refused", "'=1+1", "周", "Ningbo", 'A "reason"', "E-mail: Wrong; Enter a name."],
    ]


def test_written_import_can_be_undone_until_its_last_moment(people, clock):
    run = run_of(people["anna"], state=RunState.done, batch_id=batch_of(people["anna"]).id)
    assert not may_be_undone(run_of(people["anna"], state=RunState.done))
    assert not may_be_undone(run_of(people["anna"], state=RunState.undone, batch_id=run.batch_id))
    clock.forward(days=30)
    assert may_be_undone(run)
    clock.forward(seconds=1)
    assert not may_be_undone(run)
