"""Keyset pages: paging in both directions returns the sorted list, with ties and missing keys."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crm.core import lists
from crm.core.data.record_dates import RecordDates
from crm.core.errors import BadRequest
from crm.core.lists import count, query
from crm.core.lists.cursor import Cursor, encode
from crm.core.policy import SYSTEM
from crm.organizations.models import Organization
from tests.core.lists.conftest import ORGANIZATIONS

NAMES = ["Apex", "apex", "Äpex", "华岳市政", "王府", "王", "Zenith", "O'Hara", "寶島", "ﬁne", "😀", "Wang"]
"""Some rows share their sort key, some sort by pinyin, some have no reading."""


def walk(sort: str, per_page: int) -> list[int]:
    """Return all ids from the first page to the last; each step back must return the previous page."""
    few = lists.Listing(
        **{f: getattr(ORGANIZATIONS, f) for f in ORGANIZATIONS.__dataclass_fields__} | {"per_page": per_page}
    )
    walked, args, before = [], {"sort": sort}, None
    while True:
        page = lists.page(few, SYSTEM, lists.parse(few, args, SYSTEM))
        ids = [row.id for row in page.rows]
        assert (page.prev_url is None) == (before is None)
        if before is not None:
            assert page_ids(few, page.prev_url) == before
        walked += ids
        if page.next_url is None:
            return walked
        args, before = args_of(page.next_url), ids


def args_of(url: str | None) -> dict[str, tuple[str, ...]]:
    return {k: tuple(x) for k, x in parse_qs(urlsplit(url or "").query).items()}


def page_ids(few: lists.Listing, url: str | None) -> list[int]:
    return [row.id for row in lists.page(few, SYSTEM, lists.parse(few, args_of(url), SYSTEM)).rows]


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    rows=st.lists(st.tuples(st.sampled_from(NAMES), st.none() | st.integers(0, 3)), max_size=12),
    per_page=st.integers(1, 5),
    column=st.sampled_from(["name", "country", "last", "share"]),
    down=st.booleans(),
)
def test_paging_through_the_list_gives_the_sorted_rows(session, make_organization, app, rows, per_page, column, down):
    with session.begin_nested() as step, app.test_request_context():
        for name, days in rows:
            row = make_organization(name, parent_share=days, country=(None, "CN", "US", "CN")[days or 0])
            if days is not None:
                moment = datetime(2026, 12, 1, 8, tzinfo=UTC) + timedelta(days=days)
                session.add(RecordDates(record_id=row.id, team_key=0, last_interaction_at=moment))
        session.flush()
        sort = f"-{column}" if down else column
        state = lists.parse(ORGANIZATIONS, {"sort": sort}, SYSTEM)
        stmt = query.build_filtered(ORGANIZATIONS, SYSTEM, state).with_only_columns(
            Organization.id, maintain_column_froms=True
        )
        expected = session.scalars(query.ordered(stmt, ORGANIZATIONS, state)).all()
        assert len(expected) == len(rows)
        assert walk(sort, per_page) == list(expected)
        step.rollback()


def test_names_in_both_scripts_are_sorted_together(session, make_organization, app):
    for name, native in (("Zenith", ""), ("Huayue", "华岳"), ("", "北辰"), ("apex", "")):
        make_organization(name, native)
    with app.test_request_context():
        page = lists.page(ORGANIZATIONS, SYSTEM, lists.parse(ORGANIZATIONS, {}, SYSTEM))
    assert [striptags(row.cells[0].value) for row in page.rows] == ["apex", "北辰", "Huayue 华岳", "Zenith"]


def striptags(text: object) -> str:
    return text.striptags()


@pytest.mark.parametrize("count", [1, 50, 60])
def test_statement_count_is_the_same_for_1_and_50_rows(session, make_organization, app, sql, count):
    for i in range(count):
        make_organization(f"Firm {i}", city="Ningbo")
    with app.test_request_context():
        args = {"q": "firm", "city": "ning", "sort": "-name"}
        sql.clear()
        page = lists.page(ORGANIZATIONS, SYSTEM, lists.parse(ORGANIZATIONS, args, SYSTEM))
    assert len(page.rows) == min(count, 50)
    # The count, the rows, and the saved views, which the navigation has, too.
    assert len(sql) == 3


def test_count_is_capped_and_sums_are_hidden_beyond_it(session, make_organization, app, monkeypatch):
    for share in (1, 2, 4):
        make_organization("Firm", parent_share=share)
    with app.test_request_context():
        page = lists.page(ORGANIZATIONS, SYSTEM, lists.parse(ORGANIZATIONS, {}, SYSTEM))
        assert (page.count_label, page.sums) == ("3", {"share": "7"})
        monkeypatch.setattr(count, "CAP", 2)
        page = lists.page(ORGANIZATIONS, SYSTEM, lists.parse(ORGANIZATIONS, {}, SYSTEM))
        assert (page.count_label, page.sums) == ("2+", {})


def test_page_query_uses_the_index(session):
    """The query does not sort the whole list, on either engine."""
    # PostgreSQL uses an index only when there are enough rows.
    rows = [{"kind": "organization", "label": f"f{i}", "sort_key": f"f{i:06}"} for i in range(3000)]
    now = datetime(2026, 12, 1, tzinfo=UTC)
    table = Organization.__mapper__.inherits.local_table
    for row in rows:
        row |= {"created_at": now, "changed_at": now}
    ids = session.execute(sa.insert(table).returning(table.c.id), rows).scalars().all()
    session.execute(sa.insert(Organization.__table__), [{"id": i, "name": "f"} for i in ids])
    session.execute(sa.text("ANALYZE"))
    state = lists.parse(ORGANIZATIONS, {"after": "", "sort": "name"}, SYSTEM)
    explain = "EXPLAIN QUERY PLAN " if session.get_bind().dialect.name == "sqlite" else "EXPLAIN "
    stmt = query.build_filtered(ORGANIZATIONS, SYSTEM, state).with_only_columns(
        Organization.id, maintain_column_froms=True
    )
    bound = session.get_bind()
    text = str(
        query.ordered(stmt, ORGANIZATIONS, state).limit(51).compile(bound, compile_kwargs={"literal_binds": True})
    )
    plan = "\n".join(str(row) for row in session.execute(sa.text(explain + text)))
    assert "B-TREE FOR ORDER" not in plan, plan
    assert " Sort " not in plan.replace("Incremental Sort", ""), plan


@pytest.mark.parametrize(
    "args",
    [
        {"sort": "tokens"},
        {"sort": "city"},
        {"sort": "next"},
        {"sort": "name;drop table record"},
        {"sort": "--name"},
        {"team": "1"},
        {"team": ""},
        {"country": "FR"},
        {"country": ("CN", "FR")},
        {"parent": "x"},
        {"parent": str(2**40)},
        {"parent": "-1"},
        {"mine": "perhaps"},
        {"above": "NaN"},
        {"above": "1e30"},
        {"view": "other"},
        {"as": "pdf"},
        {"after": "!"},
        {"after": "W10"},
        {"after": "bnVsbA"},
        {"archived": "x"},
    ],
)
def test_unknown_sort_or_filter_is_refused(app, session, args):
    with app.test_request_context(), pytest.raises(BadRequest):
        lists.page(ORGANIZATIONS, SYSTEM, lists.parse(ORGANIZATIONS, args, SYSTEM))


def test_cursor_of_another_sort_is_refused(app, session, make_organization):
    for i in range(60):
        make_organization(f"Firm {i}")
    with app.test_request_context():
        url = lists.page(ORGANIZATIONS, SYSTEM, lists.parse(ORGANIZATIONS, {}, SYSTEM)).next_url
        after = args_of(url)["after"]
        with pytest.raises(BadRequest):
            lists.parse(ORGANIZATIONS, {"after": after, "sort": "-name"}, SYSTEM)


@pytest.mark.parametrize("sort", ["name", "share"])
def test_cursor_after_any_stored_number_is_a_position(app, session, make_organization, sort):
    make_organization("Apex")
    with app.test_request_context():
        for row_id in (2**31, 2**63 - 1):
            after = encode(Cursor(None if sort == "share" else "zz", row_id), sort)
            assert lists.page(ORGANIZATIONS, SYSTEM, lists.parse(ORGANIZATIONS, {"after": after, "sort": sort}, SYSTEM))
        with pytest.raises(BadRequest):
            lists.parse(ORGANIZATIONS, {"after": encode(Cursor("zz", 2**63), "name")}, SYSTEM)
