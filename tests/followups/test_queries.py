"""Rows of follow-ups: contents, visibility, and number of statements."""

from __future__ import annotations

from datetime import date

import pytest
import sqlalchemy as sa

from crm.core.data.base import db
from crm.followups import queries
from crm.followups.enums import FollowUpSide
from crm.followups.models import FollowUp
from crm.followups.services import add_follow_up, complete_follow_up
from tests.factories import make_confidential
from tests.followups.lookups import FRIDAY, TODAY

pytestmark = pytest.mark.usefixtures("dates_hold")


def test_queries_return_own_and_due_follow_ups(make, anna, people, actor, wang):
    late, today, later = make(due_on=date(2026, 12, 4), title="Late"), make(due_on=TODAY), make(due_on=FRIDAY)
    make(by=actor("boris"), title="Of the Bay", due_on=date(2026, 12, 1))
    they_owe = make(side=FollowUpSide.they, due_on=date(2026, 12, 3), title="Specification")
    assert [t.id for t in queries.of_record(anna, [wang.id])] == [they_owe.id, late.id, today.id, later.id]
    complete_follow_up(anna, late, "sent")
    closed, coming = queries.load_timeline_follow_ups(anna, wang.id, limit=5, upcoming=2)
    assert [(t.title, t.result) for t in closed] == [("Late", "sent")]
    assert [t.id for t in coming] == [they_owe.id, today.id]
    assert len(db.session.scalars(sa.select(FollowUp.id)).all()) == 5


def test_follow_ups_of_an_interaction_are_those_created_with_it(make, anna, rosa, wang):
    make()
    for source in (wang, rosa):
        row = add_follow_up(anna, {"title": "Price", "due_on": FRIDAY}, about=[wang.id], source_id=source.id)
        assert [t.id for t in queries.from_source(anna, source.id)] == [row.id]


def test_row_has_linked_records_and_their_clock(make, anna, wang, prime):
    (row,) = queries.load_follow_up_rows(anna, [make().id])
    assert [(a.id, a.kind) for a in row.about] == [(wang.id, "person"), (prime.id, "organization")]
    assert (row.their_zone, row.counselor, row.assigned_by) == ("Asia/Shanghai", "Anna Reyes", "")


@pytest.mark.parametrize("number", [1, 50])
def test_rows_are_loaded_in_two_statements(make, anna, wang, sql, number):
    for n in range(number):
        make(title=f"Call {n}")
    sql.clear()
    assert len(queries.of_record(anna, [wang.id])) == number
    assert len(sql) == 2


def test_list_has_open_follow_ups_of_own_teams_and_own_confidential_ones(make, anna, actor, session):
    own, of_bay = make(), make(by=actor("boris"), title="Of the Bay")
    secret = make_confidential(make(title="Secret"))
    ids = {
        name: set(session.scalars(queries.visible_to(actor(name)).with_only_columns(FollowUp.id)))
        for name in ("anna", "dora", "boris", "nora")
    }
    assert ids == {
        "anna": {own.id, secret.id},
        "dora": {own.id},
        "boris": {of_bay.id},
        "nora": {own.id, of_bay.id},
    }
    assert [row.id for row in queries.load_follow_up_rows(actor("dora"), [secret.id, own.id, of_bay.id])] == [own.id]
    assert [row.id for row in queries.load_follow_up_rows(anna, [secret.id, own.id])] == [secret.id, own.id]


def test_closed_follow_ups_are_those_before_a_moment_with_a_text(make, anna, wang, rosa, clock):
    rows = [make(title=title) for title in ("Price one", "Price two", "Sample_50%", "Price of rosa")]
    other = make(title="Price of another", about=[rosa.id])
    for row in (*rows, other):
        complete_follow_up(anna, row)
    latest = queries.load_timeline_follow_ups(anna, wang.id, limit=9)[0]
    assert [row.id for row in latest] == [rows[3].id, rows[2].id, rows[1].id, rows[0].id]
    moment = rows[1].closed_at
    before = queries.load_timeline_follow_ups(anna, wang.id, before=(moment, rows[1].id), limit=9)[0]
    assert [row.id for row in before] == [rows[0].id]
    assert [
        row.id for row in queries.load_timeline_follow_ups(anna, wang.id, before=(moment, rows[2].id), limit=1)[0]
    ] == [rows[1].id]
    texts = {
        text: [row.id for row in queries.load_timeline_follow_ups(anna, wang.id, text=text, limit=9)[0]]
        for text in ("PRICE", "_50%")
    }
    assert texts == {"PRICE": [rows[3].id, rows[1].id, rows[0].id], "_50%": [rows[2].id]}
    assert queries.load_timeline_follow_ups(anna, wang.id) == ([], [])
