"""Which indexes the statements of a search use."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from crm.core.search.engines import HIDDEN_QUERY, stream_matches
from crm.core.search.index import RECORD
from crm.core.search.newest import select_newest
from crm.core.search.query_words import build_group_query, one_edit
from tests.core.search.test_search import many


@pytest.mark.parametrize("engine", ["postgresql"], indirect=True)
def test_newest_matches_are_not_found_by_walking_the_table_from_its_end(session):
    for setting in ("enable_sort", "enable_seqscan"):
        session.execute(sa.text(f"SET LOCAL {setting} TO off"))
    newest = select_newest("interaction", 5, sqlite=False)
    stmt = sa.select(newest).params(exact_query="'lixin'", match_query="'lixin':*")
    text = stmt.compile(session.connection(), compile_kwargs={"literal_binds": True})
    plan = "\n".join(session.scalars(sa.text(f"EXPLAIN {text}").execution_options(no_parameters=True)))
    assert "Scan Backward using pk_record on" not in plan, plan


@pytest.mark.parametrize("engine", ["postgresql"], indirect=True)
def test_hundreds_of_words_with_a_typo_are_looked_up_in_the_index(session):
    many(session)
    stmt = stream_matches(sa.select(RECORD.c.id), HIDDEN_QUERY, "organization", sqlite=False)
    words = [f"{word}*" for word in one_edit("zholimin")]
    text = stmt.params(match_query=build_group_query([words])).compile(
        session.connection(), compile_kwargs={"literal_binds": True}
    )
    plan = "\n".join(session.scalars(sa.text(f"EXPLAIN {text}").execution_options(no_parameters=True)))
    assert "Index Scan on record_fts_organization" in plan, plan
    assert "Seq Scan" not in plan, plan


@pytest.mark.parametrize("engine", ["postgresql"], indirect=True)
def test_older_matches_are_not_intersected_with_all_older_ids(session):
    text = str(sa.select(select_newest("interaction", 5, sqlite=False)).compile(session.connection()))
    assert text.count("record.id + ") > text.count("ORDER BY record.id + ") > 0
    assert "record.id < (" not in text
