"""Record pages read no table that has no rows of their record."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from crm.core.data.base import db
from crm.core.data.pointers import COLUMNS, declare_pointers, may_have_rows, note_rows
from crm.desk.queries import load_record_summary
from crm.records.models import ContactPoint
from tests.factories import affiliation, organization, person, reachable


def count_statements(client, sql, path):
    client.get(path)
    sql.clear()
    assert client.get(path).status_code == 200
    # The visit is noted after the response.
    return len([stmt for stmt in sql if "recent SET" not in stmt])


def test_page_of_a_new_record_takes_at_most_twelve_statements(client, people, sql):
    client.login_as("anna")
    zhou, huadong = person("Zhou", counselor=people["anna"]), organization("Huadong Water")
    assert count_statements(client, sql, f"/people/{zhou.id}") <= 12
    assert count_statements(client, sql, f"/organizations/{huadong.id}") <= 12


def test_rows_of_a_record_are_shown_as_soon_as_there_are_some(client, people):
    client.login_as("anna")
    huadong = organization("Huadong Water")
    zhou = person("Zhou", "Limin")
    page, link = f"/organizations/{huadong.id}", f'href="/people/{zhou.id}"'
    assert "Zhou Limin" not in client.get(page).text
    affiliation(zhou, huadong)
    reachable(zhou, phone="+86 512 8888 1234")
    assert link in client.get(page).text
    assert "8888 1234" in client.get(f"/people/{zhou.id}").text


def test_every_declared_foreign_key_has_an_index(session):
    for column in COLUMNS.values():
        indexes = sa.inspect(db.engine).get_indexes(column.table.name)
        keys = [index["column_names"][0] for index in indexes]
        keys += sa.inspect(db.engine).get_pk_constraint(column.table.name)["constrained_columns"][:1]
        assert column.name in keys, str(column)


def test_tables_without_rows_are_known_only_for_the_noted_record_in_a_request_that_reads(app):
    reached = declare_pointers(ContactPoint.record_id)
    with app.test_request_context("/"):
        assert may_have_rows(7, reached)
        note_rows(7, [False] * len(COLUMNS))
        assert not may_have_rows(7, reached)
        assert may_have_rows(8, reached)
        note_rows(7, [name in reached for name in COLUMNS])
        assert may_have_rows(7, reached)
    with app.test_request_context("/", method="POST"):
        note_rows(7, [False] * len(COLUMNS))
        assert may_have_rows(7, reached)


@pytest.mark.usefixtures("people")
def test_summary_outside_of_a_request_notes_nothing(actor):
    zhou = person("Zhou")
    load_record_summary(actor("anna"), zhou)
    assert may_have_rows(zhou.id, declare_pointers(ContactPoint.record_id))
